//! A stand-in for AWS and Azure, for tests and benchmarks: serves an estate over the clouds' own wire protocols on
//! loopback.
//!
//! It answers exactly the calls that the adapters make (the lists are in `server` and `arm::routes`), pages as the
//! clouds do, and can be slow, strict or faulty on request. Accounts of AWS are isolated by the access key that signs:
//! it checks who signs, never whether the signature is right. Subscriptions of Azure are isolated by the bearer token.
//! Clients reach AWS by `endpoint_url` (S3 needs path-style addresses) and Azure Resource Manager by its endpoint, both
//! at the same address.
//!
//! ```text
//! let estate = Estate::generate(&GenerateSettings::new(now));
//! let standin = Standin::start(estate, Behaviour::default())?;
//! // … point an SDK at standin.url(), signing with standin.estate().accounts[0].access_key_id …
//! assert_eq!(standin.counts().of("ec2:DescribeInstances"), 3);
//! ```

mod actions;
mod arm;
mod auth;
mod behaviour;
mod call;
mod counts;
pub mod estate;
mod faults;
pub mod metrics;
mod protocol;
mod seeded;
mod server;
mod state;
mod turn;

pub use behaviour::{Behaviour, Latency, Quota, Sessions};
pub use counts::{CallKey, Counts};
pub use estate::{Estate, GenerateSettings, Subscription};
pub use faults::{Fault, FaultKind, RandomFaults, Struck, When};
pub use seeded::Dice;

use state::Shared;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A running stand-in. Stops, and closes every connection, when it is dropped.
///
/// It runs on a thread and a runtime of its own, so that it neither slows nor stops with the runtime of a test.
#[derive(Debug)]
pub struct Standin {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Standin {
    /// Serves an estate on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where no port can be opened.
    pub fn start(estate: Estate, behaviour: Behaviour) -> std::io::Result<Self> {
        Self::start_on(0, estate, behaviour)
    }

    /// Serves an estate on a given port of 127.0.0.1.
    ///
    /// # Errors
    /// Where the port cannot be opened.
    pub fn start_on(port: u16, estate: Estate, behaviour: Behaviour) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("standin")
            .enable_all()
            .build()?;
        let shared = Arc::new(Shared::new(estate, behaviour));
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(listener, Arc::clone(&shared), stopped);
        let thread = std::thread::Builder::new().name("standin".to_owned()).spawn(move || {
            // A listener that fails later leaves clients with refused connections, which is what a test can see.
            let _ = runtime.block_on(serving);
            runtime.shutdown_background();
        })?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens, such as `http://127.0.0.1:40123`: the `endpoint_url` of every service.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it serves.
    pub fn estate(&self) -> Arc<Estate> {
        Arc::clone(&self.shared.world().estate)
    }

    /// Serves another estate from now on, as when something changed in the cloud.
    pub fn set_estate(&self, estate: Estate) {
        self.shared.set_estate(estate);
    }

    /// How it behaves.
    pub fn behaviour(&self) -> Arc<Behaviour> {
        self.shared.behaviour()
    }

    /// Behaves otherwise from now on; token buckets start full again.
    pub fn set_behaviour(&self, behaviour: Behaviour) {
        self.shared.set_behaviour(behaviour);
    }

    /// Other chosen faults from now on, and no random ones. The numbers of calls go on; see
    /// [`Standin::reset_counts`].
    pub fn set_faults(&self, faults: Vec<Fault>) {
        let behaviour = Behaviour { faults, random_faults: None, ..(*self.behaviour()).clone() };
        self.shared.set_behaviour(behaviour);
    }

    /// Other random faults from now on.
    pub fn set_random_faults(&self, random_faults: Option<RandomFaults>) {
        let behaviour = Behaviour { random_faults, ..(*self.behaviour()).clone() };
        self.shared.set_behaviour(behaviour);
    }

    /// How often it was called since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }

    /// Counts from nothing again, the numbers of calls that faults go by included.
    pub fn reset_counts(&self) {
        self.shared.reset_counts();
    }

    /// The faults that struck since the start or the last reset, in order.
    pub fn struck(&self) -> Vec<Struck> {
        self.shared.struck()
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only where the server has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
