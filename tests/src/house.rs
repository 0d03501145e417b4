//! A gateway in this process, on loopback, over a folder that may already hold one. Ends when it is dropped.

use std::{net::SocketAddr, path::Path, thread::JoinHandle};

use jingbao_core::canon::PublicKey;
use jingbao_gateway::{
    desk,
    serve::{NotServing, Server},
    store::{Device, Role},
};
use tokio::sync::oneshot;

use crate::roadside::Installation;

/// Whatever keeps it from running.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A running gateway.
pub struct House {
    /// Where it listens.
    pub address: SocketAddr,
    /// The key that signs its receipts.
    pub key: PublicKey,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl House {
    /// Serves over `data`, on a free port.
    pub fn open(data: &Path) -> Result<House, Failed> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let server: Result<Server, NotServing> = runtime.block_on(Server::bind(any, data));
        let server = server?;
        let (address, key) = (server.address(), server.key().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = server.run(std::future::pending()) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Ok(House { address, key, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Enrols the phone as a specialist's at the gateway over `data`, and gives it a token and the address it is to use.
pub fn enrol(phone: &mut Installation, data: &Path, key: &PublicKey, at: SocketAddr) -> Result<(), Failed> {
    let field = phone.open()?;
    let own = PublicKey::try_from(field.public_key())?;
    let device =
        Device { id: field.device()?.parse()?, key: Some(own), company: "PICC".into(), role: Role::Specialist };
    field.shutdown();
    phone.token = Some(desk::device::add(data, &device)?);
    phone.gateway = Some((format!("http://{at}"), key.clone().into()));
    Ok(())
}
