//! `run_program`: runs JavaScript that the assistant wrote, in the sandbox.

use super::answer::{Page, Wanted};
use super::tool::{Call, Slip, Tool, World, define, read};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::http::options::RequestOptions;
use crate::runner::{Runnable, needs_of};
use async_trait::async_trait;
use engine::EngineError;
use engine::params::Param;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use schema::{Grant, query};
use serde::Deserialize;
use serde_json::Value;

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
    /// The JavaScript text. Required unless `page` is given.
    program: Option<String>,
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
        let Arguments { program, params, tables, options, page } = read(arguments)?;
        let asked = program.map(|source| runnable(source, params, &tables)).transpose()?;
        Wanted { asked: asked.map(|program| Asked::Program(Box::new(program))), options, page }.answer(call).await
    }
}

fn runnable(source: String, params: JsonObject, tables: &[String]) -> Result<Runnable, Failure> {
    if source.trim().is_empty() {
        return Err(Failure::new(Code::BadRequest, "`program` is empty"));
    }
    let needs = if tables.is_empty() { needs_of(&source) } else { named(tables)? };
    let params = params.into_iter().map(|(name, value)| {
        let value = param(&name, value)?;
        Ok((name, value))
    });
    let params = params.collect::<Result<_, Failure>>()?;
    Ok(Runnable { source, params, needs })
}

fn named(tables: &[String]) -> Result<Grant, Failure> {
    let found: Result<Vec<_>, _> = tables.iter().map(|name| query::check::table(name)).collect();
    Ok(Grant::of_tables(found.map_err(EngineError::from)?.iter().map(|table| table.name)))
}

fn param(name: &str, value: Value) -> Result<Param, Failure> {
    let number = |number: &serde_json::Number| match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Some(Param::Int(whole)),
        (None, float) => float.map(Param::Float),
    };
    let param = match value {
        Value::Null => Some(Param::Null),
        Value::Bool(value) => Some(Param::Bool(value)),
        Value::Number(value) => number(&value),
        Value::String(value) => Some(Param::Text(value)),
        Value::Array(_) | Value::Object(_) => None,
    };
    param.ok_or_else(|| {
        Failure::new(Code::BadRequest, format!("the parameter `{name}` is neither a text, a number, true nor false"))
            .hint("pass several parameters, or write a list into the program")
    })
}
