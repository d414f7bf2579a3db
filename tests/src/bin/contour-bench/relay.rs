// SPDX-License-Identifier: Apache-2.0

//! A way between two programs that takes time, where the kernel has nothing that delays packets.
//!
//! What comes is passed on as it came, each piece after the delay. No piece waits until the one
//! before it has arrived, so that the delay costs no throughput.

use std::{
	io,
	net::{Ipv4Addr, SocketAddr},
	sync::{
		Arc,
		atomic::{AtomicU64, Ordering},
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt as _, AsyncWriteExt as _},
	net::{
		TcpListener, TcpStream,
		tcp::{OwnedReadHalf, OwnedWriteHalf},
	},
	sync::{mpsc, watch},
	task::{JoinHandle, JoinSet},
	time::{Instant, sleep_until},
};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A listener whose connections lead somewhere else. They all end with the value.
pub(crate) struct Relay {
	address: SocketAddr,
	target: watch::Sender<Option<SocketAddr>>,
	passed: Arc<AtomicU64>,
	serving: JoinHandle<()>,
}

impl Relay {
	/// Listens on a free port. Each direction takes `delay`. Whoever connects waits until the relay
	/// [leads somewhere](Self::lead_to).
	pub(crate) async fn new(delay: Duration) -> io::Result<Self> {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
		let address = listener.local_addr()?;
		let (target, known) = watch::channel(None);
		let passed = Arc::new(AtomicU64::new(0));
		let counter = passed.clone();
		let serving = tokio::spawn(async move {
			let mut connections = JoinSet::new();
			while let Ok((client, _)) = listener.accept().await {
				connections.spawn(carry(client, known.clone(), delay, counter.clone()));
			}
		});
		Ok(Self { address, target, passed, serving })
	}

	/// Where it listens.
	pub(crate) fn address(&self) -> SocketAddr {
		self.address
	}

	/// From now on it leads there.
	pub(crate) fn lead_to(&self, target: SocketAddr) {
		self.target.send_replace(Some(target));
	}

	/// Bytes that have passed, in both directions.
	pub(crate) fn passed(&self) -> u64 {
		self.passed.load(Ordering::Relaxed)
	}
}

impl Drop for Relay {
	fn drop(&mut self) {
		self.serving.abort();
	}
}

/// Carries one connection. When one direction fails, both end.
async fn carry(
	client: TcpStream,
	mut target: watch::Receiver<Option<SocketAddr>>,
	delay: Duration,
	passed: Arc<AtomicU64>,
) -> io::Result<()> {
	let target = *target.wait_for(Option::is_some).await.map_err(io::Error::other)?;
	let Some(target) = target else {
		return Ok(());
	};
	let server = TcpStream::connect(target).await?;
	client.set_nodelay(true)?;
	server.set_nodelay(true)?;
	let (from_client, to_client) = client.into_split();
	let (from_server, to_server) = server.into_split();
	tokio::try_join!(
		forward(from_client, to_server, delay, &passed),
		forward(from_server, to_client, delay, &passed),
	)?;
	Ok(())
}

/// Passes on what comes until it ends, and then the end.
async fn forward(
	mut from: OwnedReadHalf,
	mut to: OwnedWriteHalf,
	delay: Duration,
	passed: &AtomicU64,
) -> io::Result<()> {
	let (queue, mut due) = mpsc::unbounded_channel();
	let read = async move {
		let mut buffer = vec![0; PIECE];
		loop {
			let length = from.read(&mut buffer).await?;
			let piece = buffer[..length].to_vec();
			// Nobody takes it when writing has failed. The end travels as an empty piece.
			if queue.send((Instant::now() + delay, piece)).is_err() || length == 0 {
				return Ok::<_, io::Error>(());
			}
		}
	};
	let write = async move {
		while let Some((moment, piece)) = due.recv().await {
			sleep_until(moment).await;
			to.write_all(&piece).await?;
			passed.fetch_add(piece.len() as u64, Ordering::Relaxed);
		}
		to.shutdown().await
	};
	tokio::try_join!(read, write).map(|((), ())| ())
}

#[cfg(test)]
mod tests {
	use super::*;

	const DELAY: Duration = Duration::from_millis(50);

	/// Both ends of a connection through a relay.
	async fn connect() -> (Relay, TcpStream, TcpStream) {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
		let relay = Relay::new(DELAY).await.expect("a port is free");
		let client = TcpStream::connect(relay.address()).await.expect("the relay listens");
		relay.lead_to(listener.local_addr().expect("it is bound"));
		let (server, _) = listener.accept().await.expect("the relay connects");
		(relay, client, server)
	}

	#[tokio::test]
	async fn should_take_the_delay_in_each_direction_when_a_byte_goes_and_comes() {
		let (relay, mut client, mut server) = connect().await;
		let begun = Instant::now();
		client.write_all(b"?").await.expect("it is open");
		assert_eq!(server.read_u8().await.expect("it arrives"), b'?');
		assert!(begun.elapsed() >= DELAY);
		server.write_all(b"!").await.expect("it is open");
		assert_eq!(client.read_u8().await.expect("it arrives"), b'!');
		assert!(begun.elapsed() >= 2 * DELAY);
		assert_eq!(relay.passed(), 2);
	}

	#[tokio::test]
	async fn should_keep_every_byte_and_its_place_when_many_come() {
		let (relay, mut client, mut server) = connect().await;
		// At least 256 pieces, which would take 13 seconds if each waited for the one before it.
		let sent: Vec<_> = (0..16 * 1024 * 1024_u32).map(|index| (index % 251) as u8).collect();
		let expected = sent.clone();
		let sending = tokio::spawn(async move {
			client.write_all(&sent).await.expect("it is open");
			client.shutdown().await.expect("it is open");
			client
		});
		let begun = Instant::now();
		let mut received = Vec::new();
		server.read_to_end(&mut received).await.expect("it arrives");
		assert!(begun.elapsed() < Duration::from_secs(10));
		assert!(received == expected, "{} bytes of {}", received.len(), expected.len());
		assert_eq!(relay.passed(), expected.len() as u64);
		sending.await.expect("everything was sent");
	}

	#[tokio::test]
	async fn should_pass_on_the_end_of_one_direction_when_the_other_goes_on() {
		let (_relay, mut client, mut server) = connect().await;
		client.shutdown().await.expect("it is open");
		let mut nothing = Vec::new();
		server.read_to_end(&mut nothing).await.expect("it ends");
		assert!(nothing.is_empty());

		server.write_all(b"still here").await.expect("it is open");
		drop(server);
		let mut answer = String::new();
		client.read_to_string(&mut answer).await.expect("it arrives");
		assert_eq!(answer, "still here");
	}

	#[tokio::test]
	async fn should_end_its_connections_when_it_is_dropped() {
		let (relay, mut client, _server) = connect().await;
		drop(relay);
		let mut nothing = Vec::new();
		let read = client.read_to_end(&mut nothing).await;
		assert!(nothing.is_empty(), "{read:?}");
	}
}
