//! `GET /v1/scorecards`: the scorecards of a period, computed from the log at the moment of asking, as the desk's `score`
//! computes them; each reader gets its own share. Not its business: how they are computed.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Extension,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use jingbao_core::{
    assess::{Log, Period, Reader, Scorecards},
    canon,
    pack::Pack,
    time::Timestamp,
};

use super::{App, problem::Problem, request};
use crate::{
    desk::score,
    store::{Broken, Device, Role},
};

/// Scorecards of a period.
///
/// The association sees all, an insurer itself and its own phones, a specialist his own phone. The association's bytes
/// are those of `jingbao-gateway score --json`.
#[utoipa::path(get, path = "/v1/scorecards",
    params(
        ("from" = Option<String>, Query, description = "Cases from this time on, RFC 3339"),
        ("to" = Option<String>, Query, description = "Cases before this time, RFC 3339"),
    ),
    responses(
        (status = 200, description = "The scorecards, canonical JSON and a line end"),
        (status = 400, description = "`bad-query`, with `parameter`"),
    ))]
pub(super) async fn scorecards(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let time = |name: &str| -> Result<Option<Timestamp>, Problem> {
        let read = |text: &String| Timestamp::parse_rfc3339(text).ok_or_else(|| request::bad_query(name));
        query.get(name).map(read).transpose()
    };
    let period = Period { from: time("from")?, to: time("to")? };
    let bytes = request::with_store(&app, move |store| -> Result<_, Broken> {
        let mut log = Log::default();
        for line in store.log()? {
            log.add(line).map_err(|_| Broken::Unreadable("event"))?;
        }
        let reader = match device.role {
            Role::Association => Reader::Association,
            Role::Insurer => Reader::Company(&device.company),
            Role::Specialist | Role::Driver => Reader::Specialist(device.id),
        };
        let cards = Scorecards::of(&log, period, Pack::builtin()).seen_by(reader, &log);
        score::bytes(&cards).map_err(|_: canon::NotCanonical| Broken::Unreadable("scorecards"))
    });
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes.await?).into_response())
}
