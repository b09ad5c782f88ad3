//! `neph query`: answers SQL, or a query in JSON.

use super::Context;
use crate::app::Asked;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::query_json;
use anyhow::Context as _;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// Answers SQL, or a query in JSON.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The SQL; `-` reads it from standard input
    #[arg(required_unless_present = "json")]
    sql: Option<String>,
    /// A file with a query in JSON; `-` reads it from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    json: Option<PathBuf>,
}

/// Answers the query.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let asked = match (&args.json, &args.sql) {
        (Some(file), _) => Asked::Query(Box::new(read_query(file)?)),
        (None, Some(sql)) if sql == "-" => Asked::Sql(read_text(Path::new("-"))?),
        (None, sql) => Asked::Sql(sql.clone().unwrap_or_default()),
    };
    if let Asked::Sql(sql) = &asked
        && sql.trim().is_empty()
    {
        return Err(Failure::new(Code::BadSql, "the SQL is empty")
            .hint("try `neph query 'SELECT * FROM instances'`")
            .into());
    }
    cx.answer(asked).await
}

/// The query in a file.
pub(crate) fn read_query(file: &Path) -> anyhow::Result<schema::Query> {
    let text = read_text(file)?;
    query_json::parse(&text).with_context(|| format!("`{}`", file.display()))
}

fn read_text(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        stdin().read_to_string(&mut text).context("standard input could not be read")?;
        return Ok(text);
    }
    let read = std::fs::read_to_string(file);
    Ok(read
        .map_err(|error| Failure::new(Code::BadRequest, format!("`{}` could not be read: {error}", file.display())))?)
}
