//! A bad link on loopback: a proxy with bandwidth, a round trip, stalls and cuts, which counts what goes over it. A proxy
//! of streams cannot lose packets; what a lossy link does is modelled as stalls and cuts. Ends when it is dropped.
//! Not its business: what goes over it.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

/// Bytes that enter the link at once.
const PIECE: usize = 2048;

/// What the link is like.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Bytes a second, in each direction.
    pub bandwidth: u64,
    /// There and back.
    pub round_trip: Duration,
    /// The connection is cut whenever so many more bytes have gone up.
    pub cut_every: Option<u64>,
    /// Nothing moves for so long whenever so many more bytes have gone up.
    pub stall: Option<(u64, Duration)>,
}

/// What has gone over the link.
#[derive(Debug, Default)]
pub struct Tally {
    /// Bytes that entered it towards the server.
    pub up: AtomicU64,
    /// Bytes that entered it towards the phone.
    pub down: AtomicU64,
    /// Requests, by their heads.
    pub requests: AtomicU64,
    /// Cuts.
    pub cuts: AtomicU64,
}

impl Tally {
    /// Bytes in both directions, requests, cuts.
    pub fn read(&self) -> (u64, u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.up) + of(&self.down), of(&self.requests), of(&self.cuts))
    }
}

/// A running link.
pub struct Link {
    /// Where the phone connects to.
    pub address: SocketAddr,
    /// What went over it.
    pub tally: Arc<Tally>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    /// A link to `server`.
    pub fn to(server: SocketAddr, weather: Weather) -> io::Result<Link> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let (address, tally) = (listener.local_addr()?, Arc::new(Tally::default()));
        let (stop, stopped) = oneshot::channel();
        let line = Arc::new(Line { weather, tally: Arc::clone(&tally), free: [(); 2].map(|()| Mutex::new(None)) });
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, server, line) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Link { address, tally, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What all connections share.
struct Line {
    weather: Weather,
    tally: Arc<Tally>,
    /// When the line is free again, up and down.
    free: [Mutex<Option<Instant>>; 2],
}

impl Line {
    /// The moments between which so many bytes enter the line, behind what is on it already.
    fn enters(&self, way: usize, bytes: usize, stall: Duration) -> (Instant, Instant) {
        let mut free = self.free[way].lock().unwrap_or_else(PoisonError::into_inner);
        let begins = free.map_or_else(Instant::now, |free| free.max(Instant::now()));
        let ends = begins + stall + Duration::from_secs_f64(bytes as f64 / self.weather.bandwidth as f64);
        *free = Some(ends);
        (begins, ends)
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, line: Arc<Line>) {
    while let Ok((phone, _)) = listener.accept().await {
        let line = Arc::clone(&line);
        tokio::spawn(async move {
            // The handshake.
            tokio::time::sleep(line.weather.round_trip).await;
            let Ok(server) = TcpStream::connect(server).await else { return };
            let _ = (phone.set_nodelay(true), server.set_nodelay(true));
            let ((phone_out, phone_in), (server_out, server_in)) = (phone.into_split(), server.into_split());
            let (cut, mut is_cut) = watch::channel(false);
            tokio::select! {
                _ = is_cut.wait_for(|cut| *cut) => {}
                () = async { tokio::join!(up(phone_out, server_in, &line, &cut), down(server_out, phone_in, &line)); } => {}
            }
        });
    }
}

async fn up(mut from: OwnedReadHalf, to: OwnedWriteHalf, line: &Line, cut: &watch::Sender<bool>) {
    const HEAD: &[u8] = b" HTTP/1.1\r\n";
    let (mut piece, mut tail) = (vec![0; PIECE], Vec::new());
    let (sender, receiver) = mpsc::unbounded_channel();
    let reading = async {
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            let before = line.tally.up.fetch_add(read as u64, Ordering::Relaxed);
            let after = before + read as u64;
            tail.extend_from_slice(&piece[..read]);
            let heads = tail.windows(HEAD.len()).filter(|window| *window == HEAD).count();
            line.tally.requests.fetch_add(heads as u64, Ordering::Relaxed);
            tail.drain(..tail.len().saturating_sub(HEAD.len() - 1));
            let crossed = |every: u64| before / every != after / every;
            let stall =
                line.weather.stall.filter(|(every, _)| crossed(*every)).map_or(Duration::ZERO, |(_, long)| long);
            // The next piece is taken while this one enters, so that the line is never idle between two.
            let (begins, entered) = line.enters(0, read, stall);
            tokio::time::sleep_until(begins).await;
            if line.weather.cut_every.is_some_and(crossed) {
                line.tally.cuts.fetch_add(1, Ordering::Relaxed);
                let _ = cut.send(true);
                return;
            }
            let _ = sender.send((entered + line.weather.round_trip / 2, piece[..read].to_vec()));
        }
        drop(sender);
    };
    tokio::join!(reading, arrive(receiver, to));
}

async fn down(mut from: OwnedReadHalf, to: OwnedWriteHalf, line: &Line) {
    let mut piece = vec![0; PIECE];
    let (sender, receiver) = mpsc::unbounded_channel();
    let reading = async {
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            line.tally.down.fetch_add(read as u64, Ordering::Relaxed);
            let (begins, entered) = line.enters(1, read, Duration::ZERO);
            tokio::time::sleep_until(begins).await;
            let _ = sender.send((entered + line.weather.round_trip / 2, piece[..read].to_vec()));
        }
        drop(sender);
    };
    tokio::join!(reading, arrive(receiver, to));
}

async fn arrive(mut pieces: mpsc::UnboundedReceiver<(Instant, Vec<u8>)>, mut to: OwnedWriteHalf) {
    while let Some((at, piece)) = pieces.recv().await {
        tokio::time::sleep_until(at).await;
        if to.write_all(&piece).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
