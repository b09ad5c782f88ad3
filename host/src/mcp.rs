//! MCP: what assistants see of the product. One file for each tool, one list of them here.
//!
//! The same server speaks over standard input and output (`neph mcp`) and over HTTP (`/mcp` in `neph serve`). A tool
//! checks its arguments, makes one call into [`App`], and cuts what comes back to a size that a conversation bears.

mod answer;
mod ask;
mod bounded;
mod describe_tables;
mod explain;
mod failure;
pub mod http;
mod instructions;
mod kept;
pub(crate) mod lines;
mod list_programs;
mod progress;
mod query;
mod run_program;
mod tool;

use crate::app::{App, Caller};
use crate::failure::{Code, Failure};
use futures::FutureExt;
use kept::Kept;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation, JsonObject, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tool::{Call, Slip, Tool};

/// Every tool, in the order in which an assistant meets them.
const TOOLS: &[&dyn Tool] = &[
    &describe_tables::DescribeTables,
    &ask::Ask,
    &query::Query,
    &explain::Explain,
    &run_program::RunProgram,
    &list_programs::ListPrograms,
];

/// The smallest result that has room for the remarks and some rows.
const SMALLEST: usize = 4_000;

/// How long a call waits for its turn before it is turned away.
const TURN: Duration = Duration::from_secs(1);

/// The server. Clones share the app and the answers that are kept for their next pages.
#[derive(Clone, Debug)]
pub struct Mcp {
    app: Arc<App>,
    caller: Caller,
    kept: Arc<Kept>,
    places: Arc<Semaphore>,
}

impl Mcp {
    /// A server over an app, on whose behalf `who` asks.
    pub fn new(app: Arc<App>, who: &str) -> Self {
        let bounds = &app.config.mcp;
        let kept = Arc::new(Kept::new(bounds.kept_answers, bounds.kept_bytes));
        let places = Arc::new(Semaphore::new(bounds.concurrent_calls));
        Self { app, caller: Caller { who: who.to_owned(), via: "mcp" }, kept, places }
    }

    /// The tools as an assistant is told of them.
    pub fn tools() -> Vec<rmcp::model::Tool> {
        TOOLS.iter().map(|tool| tool.definition()).collect()
    }

    /// The longest result, in characters.
    fn bound(&self) -> usize {
        self.app.config.mcp.max_result_chars.max(SMALLEST)
    }

    /// Calls a tool within the bounds. A defect in it is this call's alone.
    async fn run(&self, tool: &dyn Tool, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let bounds = &self.app.config.mcp;
        let _place = match tokio::time::timeout(TURN, self.places.acquire()).await {
            Ok(Ok(place)) => place,
            _ => {
                let message = format!("{} calls are being answered already", bounds.concurrent_calls);
                return Err(Failure::new(Code::Busy, message).hint("try again in a second").into());
            }
        };
        let work = AssertUnwindSafe(tool.call(call, arguments)).catch_unwind();
        match tokio::time::timeout(bounds.call_timeout, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                tracing::error!(tool = %tool.definition().name, "a tool ran into a defect");
                Err(Failure::new(Code::Internal, "this call ran into a defect of the server; others go on").into())
            }
            Err(_) => {
                let message = format!("the call took longer than {} s", bounds.call_timeout.as_secs_f64());
                Err(Failure::new(Code::TimedOut, message)
                    .hint("ask for less, such as one provider, account or region; or raise `call_timeout` in `[mcp]`")
                    .into())
            }
        }
    }
}

impl ServerHandler for Mcp {
    fn get_info(&self) -> ServerConfig {
        let about = Implementation::new("nephoscope", env!("CARGO_PKG_VERSION"))
            .with_title("Nephoscope")
            .with_description("Answers questions about the user's clouds: resources, utilisation and costs, read only");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(about)
            .with_instructions(instructions::text(self.app.is_demo))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(Self::tools()))
    }

    fn get_tool(&self, name: &str) -> Option<rmcp::model::Tool> {
        find(name).map(Tool::definition)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = find(&request.name) else {
            let names: Vec<_> = Self::tools().iter().map(|tool| tool.name.to_string()).collect();
            let message = format!("there is no tool `{}`; the tools are {}", request.name, names.join(", "));
            return Err(ErrorData::invalid_params(message, None));
        };
        let call = Call { mcp: self, token: context.meta.get_progress_token(), peer: &context.peer };
        let work = self.run(tool, &call, request.arguments.unwrap_or_default());
        // Dropping the work cancels the calls to the clouds that it makes.
        let result = tokio::select! {
            result = work => result,
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("the call was cancelled", None)),
        };
        match result {
            Ok(result) => Ok(result.into()),
            Err(Slip::Failure(failure)) => Ok(failure::result(&failure, self.bound()).into()),
            Err(Slip::Arguments(message)) => Err(ErrorData::invalid_params(message, None)),
        }
    }
}

fn find(name: &str) -> Option<&'static dyn Tool> {
    TOOLS.iter().copied().find(|tool| tool.definition().name == name)
}
