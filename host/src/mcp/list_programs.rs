//! `list_programs`: the kept programs, or one with its text.

use super::tool::{Call, Slip, Tool, World, define, read};
use super::{answer, bounded};
use crate::text::visible;
use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use serde_json::json;

pub(super) struct ListPrograms;

const DESCRIPTION: &str = "\
Lists the programs that are kept: JavaScript that answers questions which no single query can, each with the question that \
it answers, its id and its parameters. Look here before writing a program: `run_program` runs a kept one by its `id`, with \
other values for its parameters if wanted. With `id`: that program's whole text, as an example of how one is written. It \
reads nothing from the clouds.";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// The id or name of one program whose text is wanted.
    id: Option<String>,
}

#[async_trait]
impl Tool for ListPrograms {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("list_programs", "List kept programs", DESCRIPTION, World::Here)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { id } = read(arguments)?;
        let (app, bound) = (&call.mcp.app, call.mcp.bound());
        if let Some(id) = id {
            let kept = app.kept(&id).await?;
            let text = bounded::text(&kept.text, bound - bound / 8);
            return Ok(answer::result(std::slice::from_ref(&text), json!({ "id": id, "text": text })));
        }
        let kept = app.library.list().await;
        let lines: Vec<_> = kept.iter().map(|kept| visible(&kept.line().join(" | ")).into_owned()).collect();
        let mut text = vec![format!("{} kept programs (program | from | runs | thumbs | question):", kept.len())];
        text.extend(bounded::lines(&lines, bound / 2));
        let programs = bounded::values(kept.iter().filter_map(|kept| serde_json::to_value(kept).ok()), bound / 2);
        let shown = programs.len();
        Ok(answer::result(
            &text,
            json!({ "programs": programs, "programs_shown": shown, "programs_total": kept.len() }),
        ))
    }
}
