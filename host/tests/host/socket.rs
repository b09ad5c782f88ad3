//! The server over a socket: keeps going, and stops as it should.

use crate::support::app;
use host::config::Config;
use host::config::server::Server;
use host::http::server;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_server_answers_over_a_socket_and_finishes_what_is_under_way() {
    let server = Server { shutdown_grace: Duration::from_secs(60), ..Server::default() };
    let app = app(&[], Config { server, ..Config::default() }).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::run_until(app, listener, async move {
        let _ = stopped.await;
    }));

    let client = reqwest::Client::new();
    let ready = client.get(format!("http://{address}/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 200);

    let question = json!({ "question": "cost by service last month" });
    let under_way = client.post(format!("http://{address}/v1/ask")).json(&question);
    let under_way = tokio::spawn(async move { under_way.send().await.unwrap().json::<Value>().await.unwrap() });
    // Long enough to have arrived, shorter than a debug build takes to add up a month.
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    let answer = under_way.await.unwrap();
    assert_eq!(answer["coverage"]["complete"], true);
    tokio::time::timeout(Duration::from_secs(30), serving).await.unwrap().unwrap().unwrap();
    client.get(format!("http://{address}/healthz")).send().await.unwrap_err();
}
