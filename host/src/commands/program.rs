//! `neph program`: kept programs, and running one by hand.

use super::query::{bounded, read_file};
use super::{Context, explain};
use crate::app::Asked;
use crate::exit::Exit;
use crate::format::Format;
use crate::format::table::write_texts;
use crate::programs::header::MAX_BYTES;
use crate::runner::{Runnable, grant_of};
use crate::text::visible;
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::Path;

/// Kept programs, and running one by hand.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

/// What to do with programs.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the kept programs: what each answers, and how often it did
    List,
    /// Show one: its text, with what it needs
    Show {
        /// Its id or name
        id: String,
    },
    /// Run one in the sandbox: a file, `-` for standard input, or a kept one
    Run(Given),
    /// Say what running one would take, as far as that is known without rows. Nothing runs
    Explain(Given),
    /// Keep a program, so that its question is answered by it: a file, or one that a model wrote, for good
    Keep {
        /// The file, or the id
        #[arg(value_name = "FILE")]
        program: String,
        /// The question that it answers, where the file has none
        #[arg(long)]
        question: Option<String>,
    },
    /// Delete a program that was kept here, by hand or from a model
    Forget {
        /// Its id
        id: String,
    },
}

/// A program with values for its parameters.
#[derive(Debug, clap::Args)]
struct Given {
    /// The file, `-` for standard input, or the id of a kept one
    #[arg(value_name = "FILE")]
    program: String,
    /// A parameter's value (may be repeated)
    #[arg(long, short = 'p', value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, Value)>,
    /// Grant these tables alone
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    tables: Vec<String>,
}

/// A value that is written as a number or as a truth value is one.
fn pair(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, such as `days=30`")?;
    let scalar = serde_json::from_str::<Value>(value).ok().filter(|value| value.is_number() || value.is_boolean());
    Ok((name.to_owned(), scalar.unwrap_or_else(|| value.into())))
}

/// Does it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    match &args.action {
        Action::List => list(cx).await,
        Action::Show { id } => show(id, cx).await,
        Action::Run(given) => cx.answer(asked(given, cx).await?).await,
        Action::Explain(given) => explain::explain(asked(given, cx).await?, cx).await,
        Action::Forget { id } => forget(id, cx).await,
        Action::Keep { program, question } => keep(program, question.as_deref(), cx).await,
    }
}

/// What is asked with a program.
async fn asked(given: &Given, cx: &Context) -> anyhow::Result<Asked> {
    let Given { program, param, tables } = given;
    let needs = if tables.is_empty() { None } else { Some(grant_of(tables)?) };
    let params = param.iter().cloned().collect();
    if let Some(text) = read(program)? {
        return Ok(Asked::Program(Box::new(Runnable::of_text(text, needs, &params)?)));
    }
    let app = cx.app().await?;
    let asked = app.kept_program(program, needs.as_ref(), &params).await;
    app.close().await;
    Ok(asked?)
}

/// A program's text: of a file, or of standard input; none where the name is neither, so that it may be an id.
fn read(name: &str) -> anyhow::Result<Option<String>> {
    if name == "-" {
        return Ok(Some(bounded(std::io::stdin().lock(), "standard input", MAX_BYTES, "a program")?));
    }
    let path = Path::new(name);
    let looks_like_file = path.exists() || path.extension().is_some() || name.contains(std::path::MAIN_SEPARATOR);
    if !looks_like_file {
        return Ok(None);
    }
    Ok(Some(read_file(path, MAX_BYTES, "a program")?))
}

async fn list(cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let programs = app.library.list().await;
    app.close().await;
    cx.write_output(|out| match cx.global.format {
        Format::Json => {
            let programs: Vec<_> = programs.iter().map(|kept| kept.summary()).collect();
            serde_json::to_writer_pretty(&mut *out, &json!({ "programs": programs }))?;
            writeln!(out)
        }
        _ => {
            let lines: Vec<Vec<String>> = programs.iter().map(|kept| kept.line()).collect();
            write_texts(&["program", "by", "runs", "thumbs", "answers"], &lines, cx.view(), out)?;
            writeln!(out, "\n`neph program show ID` shows one; `neph ask` with its question runs it")
        }
    })?;
    Ok(Exit::Complete)
}

async fn show(id: &str, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let kept = app.kept(id).await;
    app.close().await;
    let kept = kept?;
    cx.write_output(|out| match cx.global.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &*kept)?;
            writeln!(out)
        }
        _ => writeln!(out, "{}", kept.text.trim_end()),
    })?;
    Ok(Exit::Complete)
}

async fn keep(program: &str, question: Option<&str>, cx: &Context) -> anyhow::Result<Exit> {
    let text = read(program)?;
    let app = cx.app().await?;
    let kept = match text {
        Some(text) => app.keep(&text, question, &cx.caller()).await,
        None => app.keep_for_good(program).await,
    };
    let passed_by = match &kept {
        Ok(kept) => app.passes_programs_by(&kept.question()).await,
        Err(_) => None,
    };
    app.close().await;
    let kept = kept?;
    let (name, question) = (kept.name(), kept.question());
    let ask = format!("`neph ask \"{}\"`", visible(&question));
    cx.say(&match passed_by {
        None => format!("kept as `{name}`: {ask} runs it"),
        Some(why) => {
            format!("kept as `{name}`: `neph program run {name}` runs it, and {ask} does not: {}", visible(&why))
        }
    });
    Ok(Exit::Complete)
}

async fn forget(id: &str, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let forgotten = app.forget(id).await;
    app.close().await;
    let kept = forgotten?;
    cx.say(&format!("deleted `{}`: \"{}\" is not answered by it any more", kept.name(), visible(&kept.question())));
    Ok(Exit::Complete)
}
