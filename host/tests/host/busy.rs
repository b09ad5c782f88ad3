//! A server whose working threads are all kept busy: it still says that it lives, and still keeps its time-outs.

use async_trait::async_trait;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchRequest, Source};
use host::app::App;
use host::config::Config;
use host::config::server::Server;
use host::http::server;
use schema::Scope;
use schema::tables::INSTANCES;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A source that holds its thread, as a query that never gives way does, until it is let go.
struct Stuck {
    held: SyncSender<()>,
    let_go: Mutex<Receiver<()>>,
}

#[async_trait]
impl Source for Stuck {
    fn id(&self) -> &str {
        "stuck"
    }

    fn provider(&self) -> &str {
        "aws"
    }

    fn tables(&self) -> &[TableSupport] {
        const { &[TableSupport { table: &INSTANCES, costly: &[], pushes: &[] }] }
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        Ok(Discovery { scopes: vec![Scope::new("aws", "111", "prod", "eu-west-1")], ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, _: &FetchRequest, _: &FetchContext) -> Result<(), FetchError> {
        self.held.send(()).unwrap();
        self.let_go.lock().unwrap().recv().unwrap();
        Ok(())
    }
}

/// A server with one thread to work on, which is stuck; what its tests are told, and how the thread is let go.
struct Busy {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    let_go: SyncSender<()>,
    held: Receiver<()>,
    serving: Option<std::thread::JoinHandle<()>>,
}

fn serve(request_timeout: Duration) -> Busy {
    let (hold, held) = sync_channel(1);
    let (let_go, going) = sync_channel(1);
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = sync_channel(1);
    let serving = std::thread::spawn(move || {
        let work = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        work.block_on(async {
            let stuck = Stuck { held: hold, let_go: Mutex::new(going) };
            let builder = Engine::builder(EngineSettings::default()).source(Arc::new(stuck));
            let config = Config { server: Server { request_timeout, ..Server::default() }, ..Config::default() };
            let app = App::assemble(config, builder, None, true, crate::support::now).await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            let stop = async move { drop(stopped.await) };
            server::run_until(Arc::new(app), listener, stop).await.unwrap();
        });
        work.shutdown_background();
    });
    Busy { address: told.recv().unwrap(), stop: Some(stop), let_go, held, serving: Some(serving) }
}

impl Busy {
    fn end(mut self) {
        let _ = self.let_go.try_send(());
        let _ = self.stop.take().unwrap().send(());
        self.serving.take().unwrap().join().unwrap();
    }
}

#[tokio::test]
async fn a_server_whose_only_working_thread_is_stuck_says_that_it_lives_and_gives_up_in_time() {
    let busy = serve(Duration::from_secs(1));
    let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
    let query = json!({ "sql": "SELECT count(*) FROM instances" });
    let asked = client.post(format!("http://{}/v1/query", busy.address)).json(&query);
    let asked = tokio::spawn(async move { asked.send().await.unwrap() });
    let busy = tokio::task::spawn_blocking(move || {
        busy.held.recv().unwrap();
        busy
    });
    let busy = busy.await.unwrap();
    let health = client.get(format!("http://{}/healthz", busy.address)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let given_up = asked.await.unwrap();
    let problem: Value = given_up.json().await.unwrap();
    assert_eq!(problem["code"], "timed_out", "{problem}");
    tokio::task::spawn_blocking(move || busy.end()).await.unwrap();
}
