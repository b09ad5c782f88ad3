//! `neph tables [NAME]`: lists the tables, or the columns of one.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::text::visible;
use engine::EngineError;
use schema::{Column, Table, query, tables};
use serde_json::json;

/// Lists the tables, or the columns of one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A table
    name: Option<String>,
}

/// Lists them.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    // What plugins have is told by them; where there are none, nothing need be opened.
    let config = if cx.global.demo { None } else { Some(cx.config()?.config) };
    if config.is_none_or(|config| config.plugins.sources.is_empty()) {
        let table = args.name.as_deref().map(query::check::table).transpose().map_err(EngineError::from);
        return show(tables::ALL, table.map_err(Failure::from)?, cx);
    }
    let app = cx.app().await?;
    let all: Vec<_> = app.engine.tables().collect();
    let table = args.name.as_deref().map(|name| app.engine.table(name)).transpose().map_err(Failure::from);
    app.close().await;
    show(&all, table?, cx)
}

fn show(all: &[&Table], table: Option<&Table>, cx: &Context) -> anyhow::Result<Exit> {
    match (cx.global.format, table) {
        (Format::Table, None) => list(all, cx)?,
        (Format::Table, Some(table)) => columns(table, cx)?,
        (Format::Json, None) => {
            json(&json!({ "tables": all.iter().map(|table| summary(table)).collect::<Vec<_>>() }), cx)?;
        }
        (Format::Json, Some(table)) => json(&serde_json::to_value(table)?, cx)?,
        _ => return Err(Failure::new(Code::BadRequest, "`neph tables` writes `table` or `json`").into()),
    }
    Ok(Exit::Complete)
}

/// A table in one line of JSON, here and in `GET /v1/tables`.
pub(crate) fn summary(table: &Table) -> serde_json::Value {
    json!({ "name": table.name, "kind": table.kind, "doc": table.doc, "columns": table.width() })
}

fn json(value: &serde_json::Value, cx: &Context) -> anyhow::Result<()> {
    cx.write_output(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

fn list(all: &[&Table], cx: &Context) -> anyhow::Result<()> {
    let line = |t: &&Table| vec![t.name.to_owned(), t.width().to_string(), visible(t.doc).into_owned()];
    let lines: Vec<_> = all.iter().map(line).collect();
    cx.write_output(|out| {
        write_texts(&["table", "columns", "one row is"], &lines, cx.view(), out)?;
        writeln!(out, "\n`neph tables NAME` shows the columns of one")
    })
}

fn columns(table: &Table, cx: &Context) -> anyhow::Result<()> {
    let lines: Vec<_> = table
        .columns()
        .map(|c| {
            vec![c.name.to_owned(), c.ty.name().to_owned(), c.unit.map_or("", |u| u.name()).to_owned(), meaning(c)]
        })
        .collect();
    cx.write_output(|out| {
        writeln!(out, "{}: {}\n", table.name, visible(table.doc))?;
        write_texts(&["column", "type", "unit", "meaning"], &lines, cx.view(), out)
    })
}

/// What a column means, with its values and whether it costs calls.
pub(crate) fn meaning(column: &Column) -> String {
    // A plugin's own words, where the table is its own.
    let mut meaning = visible(column.doc).into_owned();
    if !column.values.is_empty() {
        meaning.push_str(&format!("; one of {}", column.values.join(", ")));
    }
    if column.costly {
        meaning.push_str(" (fetched only when named)");
    }
    meaning
}
