//! Says of pairs of queries whether they give the same rows on the demo estate: `same_rows PAIRS VERDICTS`. `cargo xtask eval`
//! runs it, for a question that is read as another query than the labelled one may be answered rightly all the same.
//!
//! A pair is a line of JSON with a `gold` and a `read` query, a verdict the same line with `same`.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod compare;

use chrono::{DateTime, Utc};
use compare::{Rows, alike, same};
use demo::{Demo, Settings};
use engine::{Engine, EngineSettings, Options, Request, What};
use schema::Query;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// When the labelled questions were asked, so that their "last month" is one that the estate has bills of.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_253_400, 0).unwrap_or_default()
}

#[tokio::main]
async fn main() -> ExitCode {
    let [pairs, verdicts] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        eprintln!("usage: same_rows PAIRS VERDICTS");
        return ExitCode::from(2);
    };
    match run(pairs, verdicts).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(pairs: &str, verdicts: &str) -> Result<(), Box<dyn Error>> {
    let estate = Demo::new(Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() });
    let engine = Engine::builder(EngineSettings::default()).source(Arc::new(estate)).clock(now).build()?;
    let text = std::fs::read_to_string(pairs).map_err(|error| format!("`{pairs}` could not be read: {error}"))?;
    let mut told = String::new();
    for line in text.lines() {
        let mut pair: Value = serde_json::from_str(line)?;
        let query = |name: &str| serde_json::from_value::<Query>(pair[name].clone());
        let (gold, read) = alike(query("gold")?, query("read")?);
        let (gold_rows, read_rows) = (rows(&engine, gold.clone()).await, rows(&engine, read).await);
        // A query that this estate cannot answer, for it has no such account, shows nothing.
        let is_same =
            matches!((gold_rows, read_rows), (Ok(gold_rows), Ok(read_rows)) if same(&gold, &gold_rows, &read_rows));
        pair["same"] = json!(is_same);
        let _ = writeln!(told, "{pair}");
    }
    std::fs::write(verdicts, told).map_err(|error| format!("`{verdicts}` could not be written: {error}"))?;
    Ok(())
}

async fn rows(engine: &Engine, query: Query) -> Result<Rows, engine::EngineError> {
    let request = Request { what: What::Query(query), options: Options::default() };
    Ok(Rows::of(&engine.run(request).await?))
}
