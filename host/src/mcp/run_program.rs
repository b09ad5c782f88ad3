//! `run_program`: runs JavaScript that the assistant wrote, in the sandbox.

use super::answer::{Page, Wanted};
use super::tool::{Call, Slip, Tool, World, define, read};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::http::options::RequestOptions;
use crate::runner::{Runnable, grant_of};
use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;

pub(super) struct RunProgram;

const DESCRIPTION: &str = "\
Runs a short JavaScript program that you write, for questions that one SQL query cannot answer (step by step logic, \
comparing each row with its neighbours, following references). It runs in a sandbox and can only read the tables. Prefer \
`query` where SQL will do.\n\
What the program sees: `query(sql, params)` returns an array of row objects and is synchronous (`params`: an array for $1, \
$2, … or an object for $name; SQL as in the tool `query`; numbers and decimals are numbers, times are ISO texts with Z, \
maps are objects, lists are arrays, nulls are null); `today()` returns \"YYYY-MM-DD\"; `params` holds this call's \
parameters; `console.log` writes to the run's log. It ends in an expression, which is the result: an array of objects \
(rows), an object or a scalar; there is no `return` at the top level.\n\
What it has not: modules, `require`, network, files, timers, `process`, `Intl`, locale formatting. Add up money in SQL, \
where it is exact, not in JavaScript. Filter and aggregate in SQL before handing rows over: the number of queries, rows, \
memory and time are limited, and a limit that is hit is named in the error with its line. Example:\n\
const big = query(\"SELECT name, size_gib FROM volumes WHERE size_gib > $1\", [params.gib]);\n\
big.map(v => ({ name: v.name, tib: v.size_gib / 1024 }))";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// The JavaScript text. Required unless `id` or `page` is given.
    program: Option<String>,
    /// Instead of `program`: the id of a kept one, from `list_programs`.
    id: Option<String>,
    /// Values that the program reads as `params.NAME`: texts, numbers, true or false.
    #[serde(default)]
    params: JsonObject,
    /// The tables that it may read. Left out: those that its text names.
    #[serde(default)]
    tables: Vec<String>,
    /// How it wants to be answered. The scope limits what its queries may read.
    #[serde(default)]
    options: RequestOptions,
    /// The next rows of an earlier result: what its `next_page` says.
    page: Option<Page>,
}

#[async_trait]
impl Tool for RunProgram {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("run_program", "Run a program", DESCRIPTION, World::Clouds)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { program, id, params, tables, options, page } = read(arguments)?;
        let needs = if tables.is_empty() { None } else { Some(grant_of(&tables)?) };
        let asked = match (program, id) {
            (Some(source), None) => {
                let program = Runnable::of_text(source, needs, &params)?.by_model();
                Some(Asked::Program(Box::new(program)))
            }
            (None, Some(id)) => Some(call.mcp.app.kept_program(&id, needs.as_ref(), &params).await?),
            (None, None) => None,
            _ => return Err(Failure::new(Code::BadRequest, "`run_program` needs either `program` or `id`").into()),
        };
        Wanted { asked, options, page }.answer(call).await
    }
}
