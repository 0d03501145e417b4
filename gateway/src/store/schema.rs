//! The schema, as numbered steps. A step once released is never edited.

use rusqlite::Connection;

use super::Broken;

const STEPS: &[&str] = &[
    // 1
    "CREATE TABLE devices (device TEXT PRIMARY KEY, key TEXT NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL) STRICT;
     CREATE TABLE tokens (token_sha256 TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES devices) STRICT;
     CREATE TABLE receipts (manifest_sha256 TEXT PRIMARY KEY, receipt TEXT NOT NULL) STRICT;
     CREATE TABLE operations (op TEXT PRIMARY KEY, manifest_sha256 TEXT NOT NULL REFERENCES receipts) STRICT;
     CREATE TABLE revisions (case_id TEXT NOT NULL, number INTEGER NOT NULL, device TEXT NOT NULL REFERENCES devices,
         subject TEXT NOT NULL, body BLOB NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, number)) STRICT;
     CREATE TABLE statements (case_id TEXT NOT NULL, number INTEGER NOT NULL, device TEXT NOT NULL REFERENCES devices,
         subject TEXT NOT NULL, body BLOB NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, device, number)) STRICT;
     CREATE TABLE uploads (id TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES devices, case_id TEXT NOT NULL,
         photo TEXT NOT NULL, sha256 TEXT NOT NULL, length INTEGER NOT NULL, offset INTEGER NOT NULL,
         committed INTEGER NOT NULL) STRICT;
     CREATE TABLE photos (case_id TEXT NOT NULL, sha256 TEXT NOT NULL, photo TEXT NOT NULL, device TEXT NOT NULL,
         bytes INTEGER NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, sha256, photo)) STRICT;
     CREATE TABLE events (device TEXT NOT NULL REFERENCES devices, seq INTEGER NOT NULL, event BLOB NOT NULL,
         PRIMARY KEY (device, seq)) STRICT;
     CREATE TABLE feed (cursor INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT;",
    // 2: whose credential a device's key stands in
    "CREATE TABLE persons (device TEXT PRIMARY KEY REFERENCES devices, credential TEXT NOT NULL) STRICT;",
    // 3: four roles, and entries of the feed that are one company's
    "UPDATE devices SET role = CASE role WHEN 'desk' THEN 'association' ELSE 'specialist' END;
     ALTER TABLE feed ADD COLUMN company TEXT;",
    // 4: accidents, WGS-84 degrees; those that the feed has told of and that nobody ended are open
    "CREATE TABLE accidents (id TEXT PRIMARY KEY, lat REAL NOT NULL, lon REAL NOT NULL, body TEXT NOT NULL,
         device TEXT NOT NULL, open INTEGER NOT NULL) STRICT;
     CREATE INDEX open_accidents ON accidents (lat) WHERE open;
     INSERT INTO accidents
         SELECT json_extract(body, '$.id'), json_extract(body, '$.place.lat'), json_extract(body, '$.place.lon'), body, '',
             NOT EXISTS (SELECT 1 FROM feed AS ended WHERE ended.kind = 'accident_closed'
                 AND json_extract(ended.body, '$.id') = json_extract(feed.body, '$.id'))
         FROM feed WHERE kind = 'accident' AND json_extract(body, '$.place.datum') = 'WGS-84' ORDER BY cursor
         ON CONFLICT (id) DO UPDATE SET body = excluded.body;",
    // 5: reports, of which several may be of one accident
    "CREATE TABLE reports (id TEXT PRIMARY KEY, accident TEXT NOT NULL, device TEXT NOT NULL,
         body TEXT NOT NULL, stopped INTEGER NOT NULL, over INTEGER NOT NULL DEFAULT 0) STRICT;
     CREATE INDEX reports_of ON reports (accident);
     INSERT INTO reports SELECT id, id, device, body, json_extract(body, '$.served'), NOT open FROM accidents;",
    // 6: claim notices, and what their insurers say of them, told from 0: that it arrived
    "CREATE TABLE claims (place INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, number INTEGER NOT NULL,
         device TEXT NOT NULL REFERENCES devices, party TEXT NOT NULL, insurer TEXT NOT NULL, revision INTEGER NOT NULL,
         body BLOB NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         UNIQUE (case_id, number), FOREIGN KEY (case_id, revision) REFERENCES revisions (case_id, number)) STRICT;
     CREATE INDEX claims_of ON claims (insurer, place);
     CREATE TABLE claim_states (case_id TEXT NOT NULL, number INTEGER NOT NULL, seq INTEGER NOT NULL, told TEXT NOT NULL,
         PRIMARY KEY (case_id, number, seq),
         FOREIGN KEY (case_id, number) REFERENCES claims (case_id, number)) STRICT;",
    // 7: uploads whose bytes lie with another tus server: path and query there
    "ALTER TABLE uploads ADD COLUMN elsewhere TEXT;",
];

/// Brings a database to the newest schema.
pub(super) fn migrate(db: &mut Connection) -> Result<(), Broken> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(Broken::Newer(version));
    }
    for step in &STEPS[done..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", STEPS.len() as i64)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_database_is_brought_over_with_its_devices_and_open_accidents() {
        let mut db = Connection::open_in_memory().expect("opens");
        STEPS[..2].iter().for_each(|step| db.execute_batch(step).expect("a step"));
        db.pragma_update(None, "user_version", 2).expect("set");
        let place = r#"{"lat": 37.5, "lon": 121.4, "datum": "WGS-84"}"#;
        db.execute_batch(&format!(
            r#"INSERT INTO devices VALUES ('a', 'k', 'picc', 'phone'), ('b', 'k', 'yantai', 'desk');
               INSERT INTO feed (kind, body) VALUES ('accident', '{{"id": "open", "place": {place}, "served": false}}'),
                   ('accident', '{{"id": "over", "place": {place}, "served": false}}'),
                   ('accident', '{{"id": "open", "place": {place}, "served": true}}'),
                   ('accident_closed', '{{"id": "over"}}');"#
        ))
        .expect("rows");
        migrate(&mut db).expect("migrated");
        let all = |query: &str| -> Vec<String> {
            let mut select = db.prepare(query).expect("a query");
            let rows = select.query_map([], |row| row.get(0)).expect("rows");
            rows.collect::<Result<_, _>>().expect("texts")
        };
        assert_eq!(all("SELECT role FROM devices ORDER BY device"), ["specialist", "association"]);
        assert_eq!(all("SELECT id || ' ' || open FROM accidents ORDER BY id"), ["open 1", "over 0"]);
        assert_eq!(all("SELECT json_extract(body, '$.served') || '' FROM accidents WHERE open"), ["1"]);
        migrate(&mut db).expect("again");
    }
}
