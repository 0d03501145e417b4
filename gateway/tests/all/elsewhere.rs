//! Another tus server behind the gateway: not tusd, with other paths, other names and other manners. Phones notice nothing.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use jingbao_core::{canon::Sha256, wire::Manifest};
use jingbao_gateway::store::Role;

use crate::{
    fixture::{Gateway, Phone, case, photo, tus},
    uploads::{bytes, commit, create, offset, patch, patch_headers, stored_files},
};

/// How it says where an upload lies.
#[derive(Clone, Copy)]
enum Says {
    /// A path of its own.
    Path,
    /// Relative to the base.
    Relative,
    /// Under the name that the world knows it by, which nobody here can reach.
    ElsewhereNamed,
}

struct Other {
    says: Says,
    uploads: Mutex<BTreeMap<String, (usize, Vec<u8>)>>,
    asked: Mutex<Vec<(Method, bool)>>,
}

/// Names with every plain character, a query that belongs to the address, 200 where others say 204.
async fn serve(State(other): State<Arc<Other>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let number = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let token = head.headers.contains_key(header::AUTHORIZATION);
    other.asked.lock().expect("lock").push((head.method.clone(), token));
    if head.method != Method::GET && head.headers.get("tus-resumable").is_none_or(|version| version != "1.0.0") {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    let path = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let body = to_bytes(body, usize::MAX).await;
    let mut uploads = other.uploads.lock().expect("lock");
    let answer = |status: StatusCode, offset: usize, length: usize| {
        (status, [("upload-offset", offset.to_string()), ("upload-length", length.to_string())]).into_response()
    };
    if head.method == Method::POST {
        assert_eq!(path, "/store/v2/files");
        let name = format!("a+b=c~{}!", uploads.len());
        uploads
            .insert(format!("/store/v2/data/{name}?part=7"), (number("upload-length").expect("a length"), Vec::new()));
        let location = match other.says {
            Says::Path => format!("/store/v2/data/{name}?part=7"),
            Says::Relative => format!("data/{name}?part=7"),
            Says::ElsewhereNamed => format!("https://files.example:9999/store/v2/data/{name}?part=7"),
        };
        return (StatusCode::CREATED, [(header::LOCATION, location)]).into_response();
    }
    let Some((length, held)) = uploads.get_mut(&path) else { return StatusCode::GONE.into_response() };
    let length = *length;
    match head.method {
        Method::HEAD => answer(StatusCode::NO_CONTENT, held.len(), length),
        Method::PATCH if number("upload-offset") != Some(held.len()) => StatusCode::CONFLICT.into_response(),
        Method::PATCH => {
            held.extend_from_slice(&body.unwrap_or_default());
            answer(StatusCode::OK, held.len(), length)
        }
        Method::GET => Bytes::from(held.clone()).into_response(),
        Method::DELETE => {
            uploads.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

struct Running {
    other: Arc<Other>,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

fn another(says: Says) -> Running {
    let other = Arc::new(Other { says, uploads: Mutex::default(), asked: Mutex::default() });
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("bound");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(serve).with_state(Arc::clone(&other));
    runtime.spawn(async move { axum::serve(listener, router).await });
    Running { other, address, runtime }
}

fn base(running: &Running) -> Option<String> {
    Some(format!("http://{}/store/v2/files", running.address))
}

#[test]
fn whatever_another_server_calls_an_upload_the_phone_goes_by_the_gateways_names_and_gets_one_receipt() {
    for says in [Says::Path, Says::Relative, Says::ElsewhereNamed] {
        let data = tempfile::tempdir().expect("folder");
        let phone = Phone::enrol(data.path(), 1, Role::Specialist);
        let stranger = Phone::enrol(data.path(), 2, Role::Specialist);
        let running = another(says);
        let gateway = Gateway::start_before(data.path(), base(&running));
        let original = bytes(900_000);
        let sha256 = Sha256::of(&original);

        let location = create(&gateway, &phone, sha256, original.len());
        assert!(location.starts_with("/v1/uploads/") && !location.contains('+'), "{location}");
        let first = patch(&gateway, &phone, &location, 0, &original[..400_000]);
        assert_eq!((first.status, first.header("upload-offset")), (204, Some("400000")));
        assert_eq!(offset(&gateway, &phone, &location), 400_000);
        assert_eq!(patch(&gateway, &phone, &location, 7, b"x").status, 409, "s17: the wrong offset");
        let early = commit(&gateway, &phone, sha256, &location);
        assert_eq!((early.status, early.json()["offset"].as_u64()), (409, Some(400_000)));

        // Who has no right does not even reach the other server.
        let asked = running.other.asked.lock().expect("lock").len();
        assert_eq!(gateway.send("HEAD", &location, &[stranger.auth(), tus()], b"").status, 404);
        assert_eq!(gateway.send("PATCH", &location, &patch_headers(&stranger, 400_000), b"x").status, 404);
        assert_eq!(gateway.send("HEAD", &location, &[tus()], b"").status, 401);
        assert_eq!(running.other.asked.lock().expect("lock").len(), asked);

        // The gateway's restart forgets nothing.
        drop(gateway);
        let gateway = Gateway::start_before(data.path(), base(&running));
        assert_eq!(patch(&gateway, &phone, &location, 400_000, &original[400_000..]).status, 204);
        let done = commit(&gateway, &phone, sha256, &location);
        assert_eq!(done.status, 201);
        let manifest = Manifest::Photo { case: case(1), photo: photo(1), sha256, bytes: original.len() as u64 };
        assert_eq!(done.receipt().check(&manifest, &gateway.key), Ok(()));
        assert_eq!(stored_files(data.path()), 1);
        assert!(running.other.uploads.lock().expect("lock").is_empty(), "nobody needs the bytes there any more");
        // The answer was lost: asked again, the same for ever.
        assert_eq!(offset(&gateway, &phone, &location), original.len());
        assert_eq!(commit(&gateway, &phone, sha256, &location).body, done.body);
        let path = format!("/v1/cases/{}/photos/{sha256}", case(1));
        assert_eq!(gateway.send("GET", &path, &[phone.auth()], b"").body, original);
        assert!(running.other.asked.lock().expect("lock").iter().all(|(_, token)| !token), "no token ever leaves");
    }
}

#[test]
fn an_upload_that_the_other_server_lost_changed_or_cannot_give_now_is_never_a_photo() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let running = another(Says::Path);
    let gateway = Gateway::start_before(data.path(), base(&running));
    let original = bytes(10_000);
    let sha256 = Sha256::of(&original);
    let whole = || {
        let location = create(&gateway, &phone, sha256, original.len());
        patch(&gateway, &phone, &location, 0, &original);
        location
    };

    let lost = whole();
    running.other.uploads.lock().expect("lock").clear();
    assert_eq!(
        gateway.send("HEAD", &lost, &[phone.auth(), tus()], b"").status,
        404,
        "410 there: the phone begins anew"
    );
    assert_eq!(commit(&gateway, &phone, sha256, &lost).status, 404);

    let changed = whole();
    running.other.uploads.lock().expect("lock").values_mut().for_each(|(_, held)| held[77] ^= 1);
    let refused = commit(&gateway, &phone, sha256, &changed);
    assert_eq!((refused.status, refused.problem().as_str()), (422, "hash-mismatch"));
    assert_eq!(gateway.send("HEAD", &changed, &[phone.auth(), tus()], b"").status, 404, "dropped");

    let location = whole();
    let address = running.address;
    running.runtime.shutdown_background();
    let asks = |method: &str| gateway.send(method, &location, &patch_headers(&phone, 0), b"").status;
    assert_eq!([asks("HEAD"), asks("PATCH")], [502, 502], "passing, to a phone; nothing listens at {address}");
    assert_eq!(commit(&gateway, &phone, sha256, &location).status, 502);
    assert_eq!(stored_files(data.path()), 0);

    // Without the other server what lies there is gone for the phone, and it begins anew here.
    drop(gateway);
    let gateway = Gateway::start(data.path());
    assert_eq!(gateway.send("HEAD", &location, &[phone.auth(), tus()], b"").status, 404);
    let anew = create(&gateway, &phone, sha256, original.len());
    assert_eq!(patch(&gateway, &phone, &anew, 0, &original).status, 204);
    assert_eq!(commit(&gateway, &phone, sha256, &anew).status, 201);
}

#[test]
fn an_address_that_is_none_is_said_before_anything_listens() {
    let data = tempfile::tempdir().expect("folder");
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    for odd in ["", "files", "ftp://127.0.0.1/files", "http://"] {
        let any = "127.0.0.1:0".parse().expect("address");
        let bound = runtime.block_on(jingbao_gateway::serve::Server::bind_before(any, data.path(), Some(odd)));
        assert!(bound.is_err(), "{odd}");
    }
}
