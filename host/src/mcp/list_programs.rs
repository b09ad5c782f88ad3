//! `list_programs`: the kept programs, or one with its text.

use super::tool::{Call, Slip, Tool, World, define, read};
use super::{answer, bounded};
use crate::failure::{Code, Failure};
use crate::programs::Kept;
use crate::text::{count, visible};
use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) struct ListPrograms;

const DESCRIPTION: &str = "\
Lists the programs that are kept: JavaScript that answers questions which no single query can, each with the question that \
it answers, its id and its parameters. Look here before writing a program: `run_program` runs a kept one by its `id`, with \
other values for its parameters if wanted. With `id`: that program's whole text, as an example of how one is written. What \
does not fit is on the next page: call again with the `offset` of `next_page`. It reads nothing from the clouds.";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// The id or name of one program whose text is wanted.
    id: Option<String>,
    /// Where to go on: the `offset` of `next_page` in the result before, with the same `id`.
    #[serde(default)]
    offset: usize,
}

#[async_trait]
impl Tool for ListPrograms {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("list_programs", "List kept programs", DESCRIPTION, World::Here)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { id, offset } = read(arguments)?;
        let (app, bound) = (&call.mcp.app, call.mcp.bound());
        Ok(match id {
            Some(id) => {
                let kept = app.kept(&id).await?;
                text_of(&kept, offset, bound)?
            }
            None => list(&app.library.list().await, offset, bound)?,
        })
    }
}

/// What may be shown beside the heading, the next page and the JSON around it.
const fn room(bound: usize) -> usize {
    bound - bound / 8
}

/// The programs from an offset on that fit.
fn list(all: &[Arc<Kept>], offset: usize, bound: usize) -> Result<CallToolResult, Failure> {
    check(offset, all.len(), "program")?;
    let mut text = vec![format!(
        "{} (program | from | runs | thumbs | question | parameters):",
        count(all.len() as u64, "kept program")
    )];
    let mut programs = Vec::new();
    let (mut text_room, mut content_room) = (room(bound), room(bound));
    for kept in &all[offset..] {
        let (line, summary) = shown(kept, room(bound));
        let text_left = text_room.checked_sub(line.chars().count() + 1);
        let content_left = content_room.checked_sub(bounded::chars_of(&summary) + 1);
        let (Some(text_left), Some(content_left)) = (text_left, content_left) else { break };
        (text_room, content_room) = (text_left, content_left);
        text.push(line);
        programs.push(summary);
    }
    let shown = programs.len();
    let next_page = next_page(offset + shown, all.len(), &mut text);
    let content = json!({
        "programs": programs, "offset": offset, "programs_shown": shown, "programs_total": all.len(), "next_page": next_page,
    });
    Ok(answer::result(&text, content))
}

/// A program in a line and as JSON, each short enough to be shown.
fn shown(kept: &Kept, room: usize) -> (String, Value) {
    let params: Vec<_> = kept
        .header
        .params
        .iter()
        .map(|(name, param)| format!("{name} ({}, {})", param.in_words(), param.default))
        .collect();
    let mut parts = kept.line();
    if !params.is_empty() {
        parts.push(visible(&params.join(", ")).into_owned());
    }
    let summary = kept.summary();
    let is_short = bounded::chars_of(&summary) < room;
    let summary = if is_short { summary } else { json!({ "id": kept.id, "name": kept.name() }) };
    (bounded::text(&parts.join(" | "), room / 2), summary)
}

/// The characters of a program's text from an offset on that fit.
fn text_of(kept: &Kept, offset: usize, bound: usize) -> Result<CallToolResult, Failure> {
    let all = kept.text.chars().count();
    check(offset, all, "character")?;
    let mut left = room(bound);
    let fits = |c: &char| {
        // As they are written in JSON.
        let length = match c {
            '\n' | '\t' | '\r' | '"' | '\\' => 2,
            c if c.is_control() => 6,
            _ => 1,
        };
        left = left.saturating_sub(length);
        left > 0
    };
    let part: String = kept.text.chars().skip(offset).take_while(fits).collect();
    let mut text = vec![part.clone()];
    let next_page = next_page(offset + part.chars().count(), all, &mut text);
    Ok(answer::result(&text, json!({ "id": kept.id, "text": part, "offset": offset, "next_page": next_page })))
}

fn check(offset: usize, all: usize, what: &str) -> Result<(), Failure> {
    if offset <= all {
        return Ok(());
    }
    Err(Failure::new(Code::BadRequest, format!("`offset` is {offset}, and there are {}", count(all as u64, what))))
}

/// Where it goes on, which is said too; null at the end.
fn next_page(next: usize, all: usize, text: &mut Vec<String>) -> Value {
    if next >= all {
        return Value::Null;
    }
    text.push(format!("… {} more: call this tool again with the same arguments and `offset` {next}", all - next));
    json!({ "offset": next })
}
