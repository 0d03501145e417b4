//! The one client: rustls with ring, public roots or the configured authority alone, no redirects, no total time-out.
//! Finding the address has its own limit, and connecting with TLS has one; silence after that is
//! [`reply`](super::reply)'s to limit (S26).

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, Method, RequestBuilder, Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::reply::later;
use crate::{
    canon::PublicKey,
    edge::{ports::Credentials, trouble::Trouble},
    outbox::{self, Outcome},
};

/// For the address of a name.
const FIND: Duration = Duration::from_secs(5);
/// For a connection with TLS, the address included.
const CONNECT: Duration = Duration::from_secs(10);

/// Where to send, whom to believe.
pub(in crate::edge) struct Gateway {
    client: Client,
    base: Url,
    /// The pinned key that receipts must be signed with.
    pub(in crate::edge) key: PublicKey,
    credentials: Arc<dyn Credentials>,
}

impl Gateway {
    /// `base` is `https://…`, or `http://` towards this very machine; `authority` replaces the public roots (PEM).
    pub(in crate::edge) fn new(
        base: &str,
        key: PublicKey,
        authority: Option<&str>,
        credentials: Arc<dyn Credentials>,
    ) -> Result<Gateway, Trouble> {
        let base = Url::parse(base).map_err(|_| Trouble::Configuration("error-gateway-address"))?;
        let loopback = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(Trouble::Configuration("error-gateway-address"));
        }
        let client = client(authority)?;
        Ok(Gateway { client, base, key, credentials })
    }

    /// A request with token; `path` is absolute on the gateway.
    pub(super) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Outcome> {
        let url = self.base.join(path).map_err(|_| later(outbox::NEVER_LEFT))?;
        let token = self.credentials.token().map_err(|_| later("later-no-token"))?;
        let request = self.client.request(method, url);
        Ok(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }
}

/// `authority` replaces the public roots (PEM).
pub(super) fn client(authority: Option<&str>) -> Result<Client, Trouble> {
    let mut roots = RootCertStore::empty();
    match authority {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|_| Trouble::Configuration("error-gateway-authority"))?;
                roots.add(certificate).map_err(|_| Trouble::Configuration("error-gateway-authority"))?;
            }
            // A file without any certificate would trust nobody and never say why.
            if roots.is_empty() {
                return Err(Trouble::Configuration("error-gateway-authority"));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Trouble::Configuration("error-gateway-authority"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .dns_resolver(Arc::new(Finder))
        .tcp_nodelay(true)
        .build()
        .map_err(|_| Trouble::Configuration("error-gateway-address"))
}

/// The system's resolver, which may take a minute where there is no network, with a limit.
struct Finder;

impl Resolve for Finder {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::time::timeout(FIND, tokio::net::lookup_host((name.as_str(), 0))).await??;
            let found: Vec<SocketAddr> = found.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
