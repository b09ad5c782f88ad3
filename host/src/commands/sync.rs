//! `neph sync`: reads tables of all sources anew, and keeps what they hold as snapshots.

use super::Context;
use crate::app::{App, Asked};
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::progress;
use crate::reply::Reply;
use crate::snapshots::Snapshots;
use chrono::{DateTime, Utc};
use engine::{Answer, Options};
use schema::query::sql::identifier;
use schema::{ScopeCoverage, Table, TableKind, query, tables};
use serde::Serialize;
use std::time::Duration;

/// Reads tables of all sources anew, and keeps what they hold as snapshots.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these tables, instead of every table of resources and `accounts`
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
}

/// What became of one table.
#[derive(Debug, Serialize)]
struct Line {
    table: &'static str,
    /// Whether there is a snapshot of it now.
    stored: bool,
    rows: usize,
    /// How many scopes were read to their end.
    scopes_read: usize,
    /// How many were not.
    scopes_missing: usize,
    /// What is missing, or why there is no snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Reads and keeps them, one table after the other.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    check_flags(cx)?;
    let wanted = wanted(&args.tables)?;
    let app = cx.app_for_snapshots().await?;
    let Some(data_dir) = app.data_dir.clone() else {
        return Err(Failure::new(
            Code::BadConfig,
            "there is no folder to keep snapshots in: the demo estate keeps nothing",
        )
        .hint("name one: `data_dir` in `[cache]`, or `NEPH_CACHE__DATA_DIR=FOLDER`")
        .into());
    };
    let snapshots = Snapshots::within(&data_dir);
    // One time for all tables of a sync, so that its snapshots belong together.
    let at = clock::now();
    let mut lines = Vec::new();
    for table in wanted {
        match sync_one(&app, cx, &snapshots, table, at).await {
            Ok(line) => lines.push(line),
            Err(failure) => {
                app.close().await;
                // What was kept so far is kept, and worth knowing of.
                show(&lines, cx)?;
                return Err(failure.into());
            }
        }
    }
    app.close().await;
    show(&lines, cx)?;
    Ok(exit_of(&lines))
}

async fn sync_one(
    app: &App,
    cx: &Context,
    snapshots: &Snapshots,
    table: &'static Table,
    at: DateTime<Utc>,
) -> Result<Line, Failure> {
    let asked = Asked::Sql(sql(table, app.config.history.costly));
    let caller = cx.caller();
    let read = progress::shown(cx.stderr_is_terminal, |progress| {
        let max_age = Some(cx.global.max_age.unwrap_or(Duration::ZERO));
        app.answer(asked, Options { max_age, progress, ..Options::default() }, &caller)
    })
    .await;
    let reply = match read {
        Ok(reply) => reply,
        Err(failure) => return Ok(Line::without(table, failure.message)),
    };
    let Some(answer) = reply.answer() else {
        return Ok(Line::without(table, "there was no answer".to_owned()));
    };
    // Whatever lies beyond the bound would look as if it had been removed.
    if answer.truncated {
        let rows = answer.row_count;
        return Ok(Line::without(table, format!("it has more than {rows} rows: raise `max_rows` in `[history]`")));
    }
    let line = Line::new(table, answer);
    // A snapshot of nothing that could be read says nothing.
    if line.scopes_read == 0 && line.scopes_missing > 0 && line.rows == 0 {
        return Ok(Line { stored: false, ..line });
    }
    store(snapshots, table, at, &reply, app)?;
    Ok(line)
}

fn store(snapshots: &Snapshots, table: &Table, at: DateTime<Utc>, reply: &Reply, app: &App) -> Result<(), Failure> {
    snapshots.store(table.name, at, reply)?;
    // The snapshot is there; what should have gone and did not is tried again by the next sync.
    if let Err(error) = snapshots.prune(table.name, &app.config.history, at) {
        tracing::warn!(table = table.name, error = %error, "old snapshots could not be removed");
    }
    Ok(())
}

/// Rows of a part of a scope would be taken for all of them by whoever compares snapshots.
fn check_flags(cx: &Context) -> Result<(), Failure> {
    let global = &cx.global;
    if !(global.provider.is_empty() && global.account.is_empty() && global.region.is_empty() && global.limit.is_none())
    {
        return Err(Failure::new(
            Code::BadRequest,
            "a sync reads all that is configured, so no scope and no limit can be set",
        )
        .hint("name tables instead: `neph sync instances volumes`"));
    }
    if !matches!(global.format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "`neph sync` writes `table` or `json`"));
    }
    Ok(())
}

/// The tables that are asked for; all that have snapshots where none is.
fn wanted(names: &[String]) -> Result<Vec<&'static Table>, Failure> {
    let has_snapshots = |table: &Table| matches!(table.kind, TableKind::Resource | TableKind::Account);
    if names.is_empty() {
        return Ok(tables::ALL.iter().copied().filter(|table| has_snapshots(table)).collect());
    }
    let mut wanted = Vec::new();
    for name in names {
        let table = query::check::table(name).map_err(engine::EngineError::from)?;
        if !has_snapshots(table) {
            return Err(Failure::new(Code::BadRequest, format!("there are no snapshots of `{}`", table.name))
                .hint("snapshots are of tables of resources and of `accounts`; bills keep their own history"));
        }
        if !wanted.contains(&table) {
            wanted.push(table);
        }
    }
    Ok(wanted)
}

fn sql(table: &Table, costly: bool) -> String {
    let columns = table.columns().filter(|column| costly || !column.costly);
    let columns: Vec<_> = columns.map(|column| identifier(column.name)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), table.name)
}

impl Line {
    fn new(table: &'static Table, answer: &Answer) -> Self {
        let of_rows = |line: &&ScopeCoverage| line.columns.is_empty() && line.table == table.name;
        let lines = || answer.coverage.scopes.iter().filter(of_rows);
        let missing = lines().filter(|line| !line.status.is_complete()).count();
        let first = answer.coverage.scopes.iter().find(|line| !line.status.is_complete());
        let problem = first.map(|line| {
            let why = line.error.as_ref().map_or(line.status.as_str(), |error| error.message.as_str());
            format!("{}: {why}", line.scope)
        });
        Self {
            table: table.name,
            stored: true,
            rows: answer.row_count,
            scopes_read: lines().count() - missing,
            scopes_missing: missing,
            problem,
        }
    }

    fn without(table: &'static Table, problem: String) -> Self {
        Self { table: table.name, stored: false, rows: 0, scopes_read: 0, scopes_missing: 0, problem: Some(problem) }
    }
}

fn exit_of(lines: &[Line]) -> Exit {
    match lines {
        lines if lines.iter().all(|line| line.problem.is_none()) => Exit::Complete,
        lines if lines.iter().any(|line| line.stored) => Exit::Partial,
        _ => Exit::Failed,
    }
}

fn show(lines: &[Line], cx: &Context) -> anyhow::Result<()> {
    cx.write_output(|out| {
        if cx.global.format == Format::Json {
            serde_json::to_writer_pretty(&mut *out, &serde_json::json!({ "tables": lines }))?;
            return writeln!(out);
        }
        let cells: Vec<_> = lines.iter().map(Line::cells).collect();
        write_texts(&["table", "stored", "rows", "scopes read", "not read", "what is missing"], &cells, cx.view(), out)
    })
}

impl Line {
    fn cells(&self) -> Vec<String> {
        let problem = self.problem.as_deref().map(crate::text::visible).unwrap_or_default();
        vec![
            self.table.to_owned(),
            if self.stored { "yes" } else { "no" }.to_owned(),
            self.rows.to_string(),
            self.scopes_read.to_string(),
            self.scopes_missing.to_string(),
            problem.to_string(),
        ]
    }
}
