//! `neph query`: answers SQL, or a query in JSON.

use super::Context;
use crate::app::Asked;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::query_json;
use anyhow::Context as _;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// The most bytes of a query, as SQL or as JSON: more than either may have where it is read, so that the reason is told there.
const MOST: usize = 1024 * 1024;

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

fn read_text(file: &Path) -> Result<String, Failure> {
    if file == Path::new("-") {
        return bounded(stdin().lock(), "standard input", MOST, "a query");
    }
    read_file(file, MOST, "a query")
}

/// All of a file that is no longer than `what` may be.
pub(super) fn read_file(file: &Path, most: usize, what: &str) -> Result<String, Failure> {
    let shown = format!("`{}`", file.display());
    let opened = File::open(file)
        .map_err(|error| Failure::new(Code::BadRequest, format!("{shown} could not be read: {error}")))?;
    bounded(opened, &shown, most, what)
}

/// All of a text that is no longer than `what` may be: what is longer is not read to an end that it may not have.
pub(super) fn bounded(from: impl Read, shown: &str, most: usize, what: &str) -> Result<String, Failure> {
    let wrong = |why: String| Failure::new(Code::BadRequest, format!("{shown} {why}"));
    let mut bytes = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| wrong(format!("could not be read: {error}")))?;
    if bytes.len() > most {
        return Err(wrong(format!("has more than the {most} bytes that {what} may have")));
    }
    String::from_utf8(bytes).map_err(|_| wrong("is no text in UTF-8".to_owned()))
}
