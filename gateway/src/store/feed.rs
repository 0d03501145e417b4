//! The feed as one reader may hear it: what is addressed to all, to its device or to its company, of the kinds that its
//! role hears of. Ends in a page and where to go on from. Not its business: what is written into it.

use jingbao_core::wire::{Feed, FeedEntry};
use rusqlite::{Connection, Row, params};

use super::{Broken, Device, sqlite};
use crate::roles::{Address, Role, heard};

/// Most entries of one answer of the feed.
const FEED_PAGE: usize = 200;
/// After so many bytes the rest comes with the next answer: a phone reads 8 MiB, and one pack has at most 4.
const FEED_BYTES: usize = 1 << 20;

pub(super) fn read(db: &Connection, reader: &Device, after: u64) -> Result<Feed, Broken> {
    let kinds = |by| heard(reader.role, by).map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
    let (all, own, company) = (kinds(Address::All), kinds(Address::Device), kinds(Address::Company));
    let mut select = db.prepare(&format!(
        "SELECT cursor, kind, body FROM feed WHERE cursor > ?1 AND (
             (device IS NULL AND company IS NULL AND kind IN ({all}))
             OR (device = ?2 AND kind IN ({own}))
             OR (company IS NOT NULL AND (company = ?3 OR ?4) AND kind IN ({company})))
         ORDER BY cursor LIMIT ?5"
    ))?;
    let entry = |row: &Row<'_>| {
        Ok(FeedEntry { cursor: row.get::<_, i64>(0)?.to_string(), kind: row.get(1)?, body: sqlite::json(row, 2)? })
    };
    let to = params![
        after.cast_signed(),
        reader.id.to_string(),
        reader.company,
        reader.role == Role::Association,
        FEED_PAGE as i64
    ];
    let mut rows = select.query_map(to, entry)?;
    let (mut entries, mut bytes) = (Vec::<FeedEntry>::new(), 0);
    while bytes < FEED_BYTES
        && let Some(entry) = rows.next().transpose()?
    {
        bytes += entry.body.to_string().len();
        entries.push(entry);
    }
    let next = entries.last().map_or_else(|| after.to_string(), |entry| entry.cursor.clone());
    Ok(Feed { entries, next })
}
