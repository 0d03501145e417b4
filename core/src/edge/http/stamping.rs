//! One question to a time-stamping authority (RFC 3161 §3.4). Its answer is signed and checked by who asked, so that plain
//! `http://` is good enough, which many authorities alone speak; what they are shown is a hash. Ends in the answer's bytes
//! or in none.

use std::time::Duration;

use reqwest::{Client, Url};

use super::{client::client, reply::Reply};
use crate::{custody::stamp::MAX_STAMP, edge::trouble::Trouble};

/// It is a courtesy, so it may not hold a round up for long.
const PATIENCE: Duration = Duration::from_secs(5);

/// An authority that is asked.
pub(in crate::edge) struct Stamping {
    client: Client,
    url: Url,
}

impl Stamping {
    pub(in crate::edge) fn new(url: &str) -> Result<Stamping, Trouble> {
        let unusable = || Trouble::Configuration("error-stamp-address");
        let url = Url::parse(url).ok().filter(|url| ["https", "http"].contains(&url.scheme())).ok_or_else(unusable)?;
        Ok(Stamping { client: client(None)?, url })
    }

    pub(in crate::edge) async fn ask(&self, request: Vec<u8>) -> Option<Vec<u8>> {
        let request = self.client.post(self.url.clone()).timeout(PATIENCE).body(request);
        let reply = Reply::of(request.header("content-type", "application/timestamp-query")).await.ok()?;
        let fits = reply.status.is_success() && reply.body.len() <= MAX_STAMP;
        (fits && reply.header("content-type") == Some("application/timestamp-reply")).then_some(reply.body)
    }
}
