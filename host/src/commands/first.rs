//! `neph first`: the questions that are worth asking of this estate, from what its rows hold.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::first::{First, Reach};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::progress;
use engine::Options;
use serde_json::json;

/// Says what is worth asking of this estate.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Says it.
pub async fn run(_: &Args, cx: &Context) -> anyhow::Result<Exit> {
    first(cx).await
}

/// What is worth asking; `neph ask` without a question says so too.
pub(super) async fn first(cx: &Context) -> anyhow::Result<Exit> {
    if !matches!(cx.global.format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "`neph first` writes `table` or `json`").into());
    }
    let app = cx.app().await?;
    let found = progress::shown(cx.stderr_is_terminal, |progress| {
        let (app, options) = (&app, Options { progress, ..cx.options() });
        async move { app.first(Reach::Fetch, &options).await }
    })
    .await;
    app.close().await;
    cx.write_output(|out| match (cx.global.format, found.is_empty()) {
        (Format::Json, _) => {
            serde_json::to_writer_pretty(&mut *out, &json!({ "questions": found }))?;
            writeln!(out)
        }
        (_, true) => writeln!(out, "nothing stands out, or nothing could be read: `neph doctor` says which"),
        (_, false) => write_texts(&["there is", "ask"], &found.iter().map(line).collect::<Vec<_>>(), cx.view(), out),
    })?;
    Ok(Exit::Complete)
}

fn line(first: &First) -> Vec<String> {
    vec![first.says.clone(), format!("neph ask \"{}\"", first.question)]
}
