//! `neph mcp`: answers an assistant over standard input and output.

use super::Context;
use crate::exit::Exit;
use crate::http::server::{Signal, signal};
use crate::mcp::Mcp;
use crate::mcp::lines::Lines;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::io::stdio_pipes;
use std::sync::Arc;

/// Answers an assistant over standard input and output (MCP).
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Serves until the input ends or a signal to stop.
pub async fn run(_args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let app = Arc::new(cx.lasting_app().await?);
    let mcp = Mcp::new(app.clone(), &cx.caller().who);
    // Dropping what serves cancels the calls under way.
    let result = tokio::select! {
        result = serve(mcp, app.config.server.max_body_bytes) => result.map(|()| Exit::Complete),
        signal = signal() => Ok(match signal {
            Signal::Interrupt => Exit::Interrupted,
            Signal::Terminate => Exit::Complete,
        }),
    };
    app.close().await;
    result
}

/// Its messages are no longer than a body that a server takes, for they say the same.
async fn serve(mcp: Mcp, longest: usize) -> anyhow::Result<()> {
    let (input, output) = stdio_pipes();
    match mcp.serve(Lines::new(input, output, longest)).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        // The client left before it said anything: nothing is wrong here.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(anyhow::Error::from(error).context("the client did not begin as MCP says")),
    }
}
