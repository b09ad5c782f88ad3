//! An answer cut to a size, a page at a time: as text for a model, and as the answer's JSON.
//!
//! In the text a row is a JSON array on a line of its own, half as long as an object with the names of its columns.
//! Comma-separated values would be up to a fifth shorter still, or longer where there are maps; but
//! there a null looks like an empty text, and a name with a line break in it like a row, or like a remark of ours.

use super::tool::Slip;
use super::{Mcp, bounded};
use crate::app::Asked;
use crate::failure::{Code, Failure};
use crate::http::metrics;
use crate::http::options::RequestOptions;
use crate::remarks;
use crate::reply::{Outcome, Reply, Route, RowRef, rows};
use crate::runner::ProgramNote;
use crate::text::{count, took, visible};
use engine::{Answer, Options};
use rmcp::model::{CallToolResult, ContentBlock};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The longest cell. One that is longer (a policy, a document of properties) is seldom what was asked for.
const CELL: usize = 1_000;
/// The same where a single row does not fit.
const SHORT_CELL: usize = 80;
/// What is added after the rows, and the JSON around them.
const RESERVE: usize = 1_200;

/// Where the next rows are.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
pub(super) struct Page {
    /// The `answer` of `next_page` in the result before.
    pub(super) answer: String,
    /// The `offset` of `next_page` in the result before.
    pub(super) offset: usize,
}

/// What a tool that answers is called with.
pub(super) struct Wanted {
    /// What is asked. May be left out where a page is.
    pub(super) asked: Option<Asked>,
    /// How.
    pub(super) options: RequestOptions,
    /// Which page, if it is not the first.
    pub(super) page: Option<Page>,
}

impl Wanted {
    /// Answers, or shows the next rows of an answer that is kept.
    pub(super) async fn answer(self, call: &super::tool::Call<'_>) -> Result<CallToolResult, Slip> {
        let mcp = call.mcp;
        let Some(page) = self.page else {
            let asked = self.asked.ok_or_else(nothing_asked)?;
            let reply = ask(call, asked, self.options.for_engine(false)?).await?;
            return Ok(shown(mcp, &reply, 0, None, None)?);
        };
        if let Some(reply) = mcp.kept.get(&page.answer) {
            return Ok(shown(mcp, &reply, page.offset, Some(page.answer), None)?);
        }
        let asked = self.asked.ok_or_else(|| gone(&page.answer))?;
        let reply = ask(call, asked, self.options.for_engine(false)?).await?;
        let warning = "the answer was no longer kept and was made again; if rows changed since, the pages do not join";
        Ok(shown(mcp, &reply, page.offset, None, Some(warning))?)
    }
}

async fn ask(call: &super::tool::Call<'_>, asked: Asked, options: Options) -> Result<Arc<Reply>, Failure> {
    let mcp = call.mcp;
    let reply =
        super::progress::told(call, |progress| mcp.app.answer(asked, Options { progress, ..options }, &mcp.caller))
            .await?;
    metrics::answered(&reply);
    Ok(Arc::new(reply))
}

fn nothing_asked() -> Failure {
    Failure::new(Code::BadRequest, "nothing is asked")
        .hint("say what to answer, or pass `page` with what `next_page` of an earlier result says")
}

fn gone(id: &str) -> Failure {
    Failure::new(Code::BadRequest, format!("the answer `{id}` is not kept any more"))
        .hint("ask again; with the same arguments and this `page` the rows go on from its `offset`")
}

/// The rows from an offset on that fit, and how to get the next ones.
fn shown(
    mcp: &Mcp,
    reply: &Arc<Reply>,
    offset: usize,
    id: Option<String>,
    warning: Option<&str>,
) -> Result<CallToolResult, Failure> {
    let bound = mcp.bound();
    let Outcome::Answer(answer) = &reply.outcome else { return Ok(refused(reply, bound)) };
    if offset > answer.row_count {
        let rows = count(answer.row_count as u64, "row");
        return Err(Failure::new(Code::BadRequest, format!("`offset` is {offset}, and there are {rows}")));
    }
    let said = Said::of(reply, answer, offset, warning, bound);
    let cut = Cut::of(answer, offset, &said, bound)?;
    let next = offset + cut.lines.len();
    let next_page = (next < answer.row_count).then(|| {
        let id = id.unwrap_or_else(|| mcp.kept.keep(reply.clone()));
        json!({ "answer": id, "offset": next })
    });
    Ok(write(answer, offset, said, cut, next_page))
}

/// All but the rows, which must fit beside it.
struct Said {
    /// Before the rows.
    text: Vec<String>,
    /// The answer's JSON without rows.
    content: Map<String, Value>,
}

impl Said {
    fn of(reply: &Reply, answer: &Answer, offset: usize, warning: Option<&str>, bound: usize) -> Self {
        let mut warnings: Vec<_> = warning.into_iter().map(str::to_owned).collect();
        warnings.extend(answer.warnings.iter().map(|warning| visible(warning).into_owned()));
        if answer.truncated {
            let rows = count(answer.row_count as u64, "row");
            warnings.push(format!(
                "there were more than these {rows}: narrow or aggregate the request, or raise `max_rows` in `options`"
            ));
        }
        let warnings = bounded::lines(&warnings, bound / 8);
        let coverage = bounded::lines(&remarks::coverage(answer), bound / 8);
        let reading = bounded::text(&visible(&reply.explanation), bound / 16);
        let program = reply.program.as_deref();
        let content = content(reply, answer, &coverage, &warnings, bound);
        let mut text = vec![summary(reply, answer)];
        if offset > 0 {
            text.push("a next page of an earlier answer; its rows are as they were then".to_owned());
        }
        text.extend(program.iter().flat_map(|program| log(program, bound / 8)));
        text.extend(coverage);
        text.extend(warnings.iter().map(|warning| format!("warning: {warning}")));
        if reply.question.is_some() {
            text.push(format!("read as: {reading}"));
        }
        Self { text, content }
    }
}

/// What a program logged.
fn log(program: &ProgramNote, most: usize) -> Vec<String> {
    let log: Vec<_> = program.log.iter().map(|line| format!("log: {}", visible(line))).collect();
    bounded::lines(&log, most)
}

/// What is told of a program. An assistant that wrote it has its text.
fn note(reply: &Reply, most: usize) -> Option<Value> {
    let program = reply.program.as_deref()?;
    let mut note = serde_json::to_value(program).ok()?;
    if let Some(note) = note.as_object_mut() {
        if reply.route == Route::Direct {
            note.remove("source");
        }
        // The same for every program; one that is hit is named in the error.
        if let Some(grant) = note.get_mut("grant").and_then(Value::as_object_mut) {
            grant.remove("limits");
        }
    }
    if bounded::chars_of(&note) > most {
        note = json!({ "id": program.id, "grant": program.grant.reads, "used": program.used, "queries_made": program.queries.len() });
    }
    Some(note)
}

fn summary(reply: &Reply, answer: &Answer) -> String {
    let calls: u64 = answer.coverage.scopes.iter().map(|line| line.calls).sum();
    let (rows, calls) = (count(answer.row_count as u64, "row"), count(calls, "call"));
    format!("{rows} in {}, {calls} to clouds", took(answer.timing.total + reply.classify_ms))
}

/// The answer's JSON without its rows. Of the coverage it has the gaps and counts the rest, which is one line like
/// the other.
fn content(
    reply: &Reply,
    answer: &Answer,
    coverage: &[String],
    warnings: &[String],
    bound: usize,
) -> Map<String, Value> {
    let all = &answer.coverage;
    let gaps = all.scopes.iter().filter(|line| !line.status.is_complete());
    let missing = gaps.clone().count();
    let shown = bounded::values(gaps.filter_map(|line| serde_json::to_value(line).ok()), bound / 16);
    let mut timing = answer.timing;
    timing.classify = reply.classify_ms;
    timing.total += reply.classify_ms;
    let fits = |value: &Value| bounded::chars_of(value) <= bound / 16;
    let query = reply.query().and_then(|query| serde_json::to_value(query).ok()).filter(fits);
    let value = json!({
        "id": reply.id,
        "question": reply.question.as_deref().map(|question| bounded::text(question, bound / 16)),
        "route": reply.route.as_str(),
        "explanation": bounded::text(&reply.explanation, bound / 16),
        "query": query,
        "sql": reply.program.is_none().then(|| bounded::text(&answer.sql, bound / 16)),
        "program": note(reply, bound / 8),
        "columns": answer.columns,
        "row_count": answer.row_count,
        "truncated": answer.truncated,
        "coverage": {
            "complete": all.complete,
            "lower_bound": all.lower_bound,
            "unknown": all.unknown,
            "summary": coverage,
            "scopes_total": all.scopes.len(),
            "scopes_incomplete": missing,
            "scopes": shown,
        },
        "warnings": warnings,
        "timing_ms": timing,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Rows that fit, in both forms.
#[derive(Default)]
struct Cut {
    lines: Vec<String>,
    objects: Vec<Value>,
    cells_cut: usize,
}

impl Cut {
    fn of(answer: &Answer, offset: usize, said: &Said, bound: usize) -> Result<Self, Failure> {
        let text: usize = said.text.iter().map(|line| line.chars().count() + 1).sum();
        let taken = text.saturating_add(header(answer).chars().count()).max(bounded::chars_of(&said.content));
        let room = bound.saturating_sub(taken + RESERVE);
        let cut = Self::with_cells(answer, offset, room, CELL);
        if !cut.lines.is_empty() || offset == answer.row_count {
            return Ok(cut);
        }
        let cut = Self::with_cells(answer, offset, room, SHORT_CELL);
        if cut.lines.is_empty() {
            let columns = answer.columns.len();
            let message = format!("one row of {columns} columns is longer than the {bound} characters of a result");
            return Err(Failure::new(Code::LimitReached, message).hint("select fewer columns"));
        }
        Ok(cut)
    }

    fn with_cells(answer: &Answer, offset: usize, room: usize, longest: usize) -> Self {
        let mut cut = Self::default();
        let (mut text, mut content) = (room, room);
        for row in rows(answer).skip(offset) {
            let (cells, cells_cut) = cells(answer, row, longest);
            let object: Map<_, _> =
                answer.columns.iter().zip(&cells).map(|(column, cell)| (column.name.clone(), cell.clone())).collect();
            let object = Value::Object(object);
            let line = Value::Array(cells).to_string();
            let fits =
                (text.checked_sub(line.chars().count() + 1), content.checked_sub(bounded::chars_of(&object) + 1));
            let (Some(text_left), Some(content_left)) = fits else { break };
            (text, content) = (text_left, content_left);
            cut.lines.push(line);
            cut.objects.push(object);
            cut.cells_cut += cells_cut;
        }
        cut
    }
}

fn cells(answer: &Answer, row: RowRef<'_>, longest: usize) -> (Vec<Value>, usize) {
    let mut cells_cut = 0;
    let cells = (0..answer.columns.len())
        .map(|column| {
            let (cell, is_cut) = bounded::cell(row.json(column), longest);
            cells_cut += usize::from(is_cut);
            cell
        })
        .collect();
    (cells, cells_cut)
}

/// The names of the columns, with units.
fn header(answer: &Answer) -> String {
    let names: Vec<_> = answer
        .columns
        .iter()
        .map(|column| match &column.unit {
            Some(unit) => format!("{} ({unit})", column.name),
            None => column.name.clone(),
        })
        .collect();
    json!(names).to_string()
}

fn write(answer: &Answer, offset: usize, said: Said, cut: Cut, next_page: Option<Value>) -> CallToolResult {
    let Said { mut text, mut content } = said;
    let shown = cut.lines.len();
    if cut.cells_cut > 0 {
        let values = count(cut.cells_cut as u64, "value");
        text.push(format!("{values} cut, marked with `…`; `substr(column, start, length)` reads the rest"));
    }
    if shown > 0 {
        text.push(format!("rows {} to {} of {}:", offset + 1, offset + shown, answer.row_count));
        text.push(header(answer));
        text.extend(cut.lines);
    }
    if let Some(page) = &next_page {
        text.push(format!("more rows: call this tool again with the same arguments and `page`: {page}"));
    }
    content.insert("rows".to_owned(), Value::Array(cut.objects));
    content.insert("offset".to_owned(), offset.into());
    content.insert("rows_shown".to_owned(), shown.into());
    content.insert("cells_cut".to_owned(), cut.cells_cut.into());
    content.insert("next_page".to_owned(), next_page.unwrap_or_default());
    result(&text, Value::Object(content))
}

/// Not answered, and what else an assistant may try.
fn refused(reply: &Reply, bound: usize) -> CallToolResult {
    let Outcome::Refused(refusal) = &reply.outcome else { return CallToolResult::default() };
    let mut text = vec![format!("not answered: {}", bounded::text(&visible(&refusal.why), bound / 4))];
    let nearest: Vec<_> = refusal.nearest.iter().map(|nearest| visible(nearest).into_owned()).collect();
    let nearest = bounded::lines(&nearest, bound / 4);
    text.extend(nearest.iter().map(|nearest| format!("could be answered: {nearest}")));
    text.push(
        "if what is asked only reads: write it as SQL and call `query`, or as a program and call `run_program`"
            .to_owned(),
    );
    let content = json!({
        "id": reply.id,
        "question": reply.question.as_deref().map(|question| bounded::text(question, bound / 16)),
        "route": reply.route.as_str(),
        "explanation": bounded::text(&refusal.why, bound / 4),
        "nearest": nearest,
        "columns": [],
        "rows": [],
        "row_count": 0,
    });
    let mut result = result(&text, content);
    result.is_error = Some(refusal.is_failure);
    result
}

/// A result in both forms.
pub(super) fn result(text: &[String], content: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text.join("\n"))]);
    result.structured_content = Some(content);
    result
}
