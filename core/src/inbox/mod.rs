//! The inbox: a page of the feed, entry by entry. Triggered by an answer to `GET /v1/feed`; ends in the entries that can be
//! read, those that have to be set aside, and the cursor to go on from, which is the gateway's own and opaque (S19). One
//! poisoned entry is one entry: it stops nothing. Not its business: what an entry changes, and making it durable together
//! with the cursor (the edge).

use serde_json::Value;

use crate::wire::FeedEntry;

/// What the feed may tell. What else it tells is set aside for an app that knows it.
pub const KINDS: [&str; 9] =
    ["accident", "accident_closed", "claim", "credential", "pack", "refusal", "returned", "revocations", "roster"];

/// A page of the feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What can be read, in order.
    pub entries: Vec<FeedEntry>,
    /// What cannot.
    pub aside: Vec<Aside>,
    /// Opaque; where the next page begins.
    pub next: String,
}

/// An entry that is set aside, as it came.
#[derive(Clone, PartialEq)]
pub struct Aside {
    /// Its own cursor, or where in its page it stood.
    pub cursor: String,
    /// The entry.
    pub entry: Value,
}

impl std::fmt::Debug for Aside {
    // Nobody knows what is in it (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Aside({})", self.cursor)
    }
}

impl Aside {
    /// What it says it is.
    pub fn kind(&self) -> &str {
        self.entry["kind"].as_str().unwrap_or_default()
    }
}

impl From<&FeedEntry> for Aside {
    fn from(entry: &FeedEntry) -> Aside {
        let FeedEntry { cursor, kind, body } = entry;
        let entry = serde_json::json!({ "cursor": cursor, "kind": kind, "body": body });
        Aside { cursor: cursor.clone(), entry }
    }
}

/// The page in these bytes; none where they are no page at all.
pub fn page(bytes: &[u8]) -> Option<Page> {
    let answer: Value = serde_json::from_slice(bytes).ok()?;
    let (all, next) = (answer["entries"].as_array()?, answer["next"].as_str()?);
    let mut page = Page { next: next.to_owned(), ..Page::default() };
    for (nth, entry) in all.iter().enumerate() {
        match serde_json::from_value::<FeedEntry>(entry.clone()) {
            Ok(read) if KINDS.contains(&read.kind.as_str()) => page.entries.push(read),
            _ => {
                let own = entry["cursor"].as_str().map(str::to_owned);
                let cursor = own.unwrap_or_else(|| format!("{next}/{nth}"));
                page.aside.push(Aside { cursor, entry: entry.clone() });
            }
        }
    }
    Some(page)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn good(cursor: u32) -> Value {
        json!({ "cursor": cursor.to_string(), "kind": "accident_closed", "body": { "id": "a" } })
    }

    #[test]
    fn a_poisoned_entry_is_set_aside_and_the_rest_is_read() {
        let odd =
            [json!(7), json!({ "kind": 5 }), json!(null), json!({ "cursor": "9", "kind": "horoscope", "body": 1 })];
        for poison in odd {
            let bytes =
                serde_json::to_vec(&json!({ "entries": [good(1), poison, good(2)], "next": "2" })).expect("JSON");
            let page = page(&bytes).expect("a page");
            let read: Vec<&str> = page.entries.iter().map(|entry| entry.cursor.as_str()).collect();
            assert_eq!((read, page.aside.len(), page.next.as_str()), (vec!["1", "2"], 1, "2"));
            assert_eq!(page.aside[0].entry, poison, "kept as it came");
        }
    }

    #[test]
    fn what_is_no_page_moves_no_cursor() {
        for bytes in [&b"<html>"[..], b"", b"{}", br#"{"entries": []}"#, br#"{"entries": 1, "next": "3"}"#, b"[]"] {
            assert_eq!(page(bytes), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_page_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = page(&bytes);
        }
    }
}
