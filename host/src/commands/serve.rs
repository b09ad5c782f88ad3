//! `neph serve`: answers over HTTP.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::http::server;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::sync::Arc;

/// Answers over HTTP.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address and port; 127.0.0.1:8010 if neither this nor the configuration says so
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Serves until a signal to stop.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let configured = cx.config()?.config.server.listen;
    let address = args.listen.unwrap_or(configured);
    if !address.ip().is_loopback() {
        if args.listen.is_none() {
            let message = format!(
                "`listen` in `[server]` is {address}, which other machines can reach, and nothing asks callers who they are"
            );
            return Err(Failure::new(Code::BadConfig, message)
                .hint(format!("if that is meant, say it: `neph serve --listen {address}`"))
                .into());
        }
        cx.say(&format!("warning: {address} can be reached by other machines, and nothing asks callers who they are"));
    }
    let app = Arc::new(cx.lasting_app().await?);
    let listener = bind(address).await?;
    cx.say(&format!("listening on http://{} (Ctrl-C ends)", listener.local_addr()?));
    server::run(app, listener).await?;
    cx.say("stopped");
    Ok(Exit::Complete)
}

/// Listens, or says who is in the way.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<tokio::net::TcpListener> {
    let bound = tokio::net::TcpListener::bind(address).await;
    bound
        .map_err(|error| {
            let failure = Failure::new(Code::RunFailed, format!("{address} could not be listened on: {error}"));
            failure.hint("name another with `--listen 127.0.0.1:PORT`; port 0 takes any that is free")
        })
        .context("the server did not start")
}
