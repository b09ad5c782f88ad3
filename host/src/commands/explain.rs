//! `neph explain`: says what an answer would take, and runs nothing.

use super::{Context, query};
use crate::app::{Asked, Explained};
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::table::write_texts;
use crate::format::{Format, View};
use crate::text::{count, visible};
use crate::whole_file;
use anyhow::Context as _;
use engine::{ActionPlan, Explanation};
use std::io::{self, Write};
use std::path::PathBuf;

/// Says what an answer would take, and runs nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A question, SQL, or a query in JSON
    #[arg(required_unless_present = "json")]
    text: Vec<String>,
    /// A file with a query in JSON; `-` reads it from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    json: Option<PathBuf>,
    /// Write the least IAM policy that the answer needs to this file
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Write the least Azure custom role that the answer needs to this file
    #[arg(long, value_name = "FILE")]
    role: Option<PathBuf>,
}

/// Explains.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let asked = match &args.json {
        Some(file) => Asked::Query(Box::new(query::read_query(file)?)),
        None => Asked::Question(args.text.join(" ")),
    };
    let explained = explained(asked, cx).await?;
    if explained.is_refused() {
        return show(&explained, cx);
    }
    let permissions = [
        (&args.policy, &explained.policy, "AWS", "IAM policy"),
        (&args.role, &explained.role, "Azure", "Azure custom role"),
    ];
    for (file, permissions, cloud, what) in permissions {
        let Some(file) = file else { continue };
        let Some(permissions) = permissions else {
            let why = match &explained.plan {
                Some(_) => format!("the answer takes no calls to {cloud}"),
                None => format!("what it takes is not known: {}", explained.explanation),
            };
            let sentence = format!("there is no {what} to write: {why}");
            return Err(Failure::new(Code::BadRequest, sentence).into());
        };
        whole_file::write(file, |out| {
            serde_json::to_writer_pretty(&mut *out, permissions)?;
            writeln!(out)
        })
        .with_context(|| format!("`{}` could not be written", file.display()))?;
    }
    show(&explained, cx)
}

/// Says what some answer would take.
pub(super) async fn explain(asked: Asked, cx: &Context) -> anyhow::Result<Exit> {
    show(&explained(asked, cx).await?, cx)
}

async fn explained(asked: Asked, cx: &Context) -> anyhow::Result<Explained> {
    if !matches!(cx.global.format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "what would be taken is written as `table` or `json`").into());
    }
    let app = cx.app().await?;
    let explained = app.explain(asked, cx.options()).await;
    app.close().await;
    Ok(explained?)
}

fn show(explained: &Explained, cx: &Context) -> anyhow::Result<Exit> {
    cx.write_output(|out| match cx.global.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, explained)?;
            writeln!(out)
        }
        _ => write(explained, cx.view(), out),
    })?;
    Ok(if explained.is_refused() { Exit::Refused } else { Exit::Complete })
}

fn write(explained: &Explained, view: View, out: &mut dyn Write) -> io::Result<()> {
    let Some(plan) = &explained.plan else {
        let how = if explained.is_refused() { "not answered" } else { "read as" };
        writeln!(out, "{how}: {}", visible(&explained.explanation))?;
        return explained.nearest.iter().try_for_each(|nearest| writeln!(out, "hint: ask `{}`", visible(nearest)));
    };
    if explained.question.is_some() && !explained.explanation.is_empty() {
        writeln!(out, "read as: {}", visible(&explained.explanation))?;
    }
    if let Some(query) = &plan.query {
        writeln!(out, "query: {}", serde_json::to_string(query)?)?;
    }
    for sql in plan.sql.split(";\n") {
        let one_line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "sql: {}", visible(&one_line))?;
    }
    writeln!(out)?;
    scopes(plan, view, out)?;
    calls(plan, view, out)?;
    if !plan.permissions.is_empty() {
        writeln!(out, "\npermissions: {}", plan.permissions.join(", "))?;
    }
    if let Some(policy) = &explained.policy {
        writeln!(out, "\nIAM policy:\n{}", serde_json::to_string_pretty(policy)?)?;
    }
    if let Some(role) = &explained.role {
        writeln!(out, "\nAzure custom role:\n{}", serde_json::to_string_pretty(role)?)?;
    }
    plan.warnings.iter().try_for_each(|warning| writeln!(out, "warning: {}", visible(warning)))
}

fn scopes(plan: &Explanation, view: View, out: &mut dyn Write) -> io::Result<()> {
    if plan.file_bytes > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a rough size")]
        let megabytes = plan.file_bytes as f64 / 1e6;
        writeln!(out, "files: {megabytes:.1} MB, read where they lie")?;
    }
    if plan.scopes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} to read:", count(plan.scopes.len() as u64, "scope"))?;
    let lines: Vec<_> = plan
        .scopes
        .iter()
        .map(|s| {
            let how = match (&s.error, s.cached) {
                (Some(error), _) => format!("cannot be read: {error}"),
                (None, true) => "kept rows".to_owned(),
                (None, false) if s.calls == 0 => "calls".to_owned(),
                (None, false) => format!("{} or more", count(s.calls, "call")),
            };
            let costly = s.costly.join(", ");
            [&s.table, &s.scope.provider, &s.scope.account_name, &s.scope.region, &how, &costly]
                .map(|text| visible(text).into_owned())
                .to_vec()
        })
        .collect();
    write_texts(
        &["table", "provider", "account", "region", "from", "columns with calls of their own"],
        &lines,
        view,
        out,
    )
}

fn number_of_calls(plan: &ActionPlan) -> String {
    match (plan.calls, plan.for_each) {
        (calls, None) => calls.to_string(),
        (0, Some(thing)) => format!("one for each {thing}"),
        (calls, Some(thing)) => format!("{calls} or more: one for each {thing}"),
    }
}

fn calls(plan: &Explanation, view: View, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\nat least {}, about {} s, ${} or more",
        count(plan.call_count, "call"),
        plan.seconds,
        plan.dollars.normalize()
    )?;
    if plan.calls.is_empty() {
        return Ok(());
    }
    let lines: Vec<_> = plan
        .calls
        .iter()
        .map(|c| {
            vec![
                c.action.clone(),
                number_of_calls(c),
                format!("{:.2}", c.seconds),
                format!("{}", c.dollars.normalize()),
            ]
        })
        .collect();
    write_texts(&["action", "calls", "seconds", "dollars"], &lines, view, out)
}
