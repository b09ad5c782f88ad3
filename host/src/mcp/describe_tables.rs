//! `describe_tables`: the tables, their columns, or those that some words fit.

use super::tool::{Call, Slip, Tool, World, define, read};
use super::{answer, bounded};
use crate::commands::tables::{meaning, summary};
use crate::failure::{Code, Failure};
use async_trait::async_trait;
use engine::Engine;
use rmcp::model::{CallToolResult, JsonObject};
use rmcp::schemars::{self, JsonSchema};
use schema::{Column, Table, TableKind};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) struct DescribeTables;

const DESCRIPTION: &str = "\
Tells the tables and columns that `query` (and JavaScript programs) can read: names, types, units and meanings. Without \
arguments: every table in one line. With `tables`: all columns of those tables. With `search`: the tables and columns \
whose names, meanings or synonyms fit the words, such as \"public address\" or \"idle cpu\". Call it before writing SQL. It \
reads nothing from the clouds and takes no time.";

/// The most that a search finds. What fits worse than forty others was not meant.
const FOUND: usize = 40;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "schemars")]
struct Arguments {
    /// Names of tables whose columns are wanted, such as ["instances", "volumes"].
    #[serde(default)]
    tables: Vec<String>,
    /// Words to look for among tables and columns.
    search: Option<String>,
}

#[async_trait]
impl Tool for DescribeTables {
    fn definition(&self) -> rmcp::model::Tool {
        define::<Arguments>("describe_tables", "Describe tables", DESCRIPTION, World::Here)
    }

    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip> {
        let Arguments { tables: names, search } = read(arguments)?;
        let (engine, bound) = (&call.mcp.app.engine, call.mcp.bound());
        match search {
            Some(_) if !names.is_empty() => {
                Err(Failure::new(Code::BadRequest, "`tables` and `search` are two ways to ask")
                    .hint("pass one of them")
                    .into())
            }
            Some(words) => Ok(search_for(engine, &words, bound)),
            None if names.is_empty() => Ok(list(engine)),
            None => Ok(columns_of(&find(engine, &names)?, bound)),
        }
    }
}

fn find(engine: &Engine, names: &[String]) -> Result<Vec<&'static Table>, Failure> {
    let mut found: Vec<&Table> = Vec::new();
    for name in names {
        let table = engine.table(name)?;
        if !found.contains(&table) {
            found.push(table);
        }
    }
    Ok(found)
}

fn list(engine: &Engine) -> CallToolResult {
    let mut text = vec!["tables (columns; one row is):".to_owned()];
    text.extend(engine.tables().map(line));
    text.push("`resources` is all resource tables together, with the columns that they share".to_owned());
    answer::result(&text, json!({ "tables": engine.tables().map(summary).collect::<Vec<_>>() }))
}

fn line(table: &Table) -> String {
    format!("{} ({}): {}", table.name, table.width(), table.doc)
}

/// All columns of some tables. Those that several of them begin with are told once.
fn columns_of(found: &[&'static Table], bound: usize) -> CallToolResult {
    let mut writer = Writer::new(found, bound);
    let mut told: Vec<&str> = Vec::new();
    for table in found.iter().filter(|table| !table.common.is_empty()) {
        let sharing: Vec<_> = found.iter().filter(|other| share(table, other)).map(|other| other.name).collect();
        if sharing.len() < 2 || told.contains(&table.name) {
            continue;
        }
        writer.heading(&format!("columns that {} have in common:", sharing.join(", ")));
        table.common.iter().for_each(|column| writer.column(&sharing.join(", "), column));
        told.extend(sharing);
    }
    for table in found {
        writer.heading(&format!("{}: one row is {}", table.name, table.doc));
        let common = if told.contains(&table.name) { &[][..] } else { table.common };
        common.iter().chain(table.own).for_each(|column| writer.column(table.name, column));
    }
    writer.finish()
}

/// Whether two tables begin with the same columns.
fn share(one: &Table, other: &Table) -> bool {
    one.common.iter().map(|column| column.name).eq(other.common.iter().map(|column| column.name))
}

/// Columns, as long as there is room.
struct Writer {
    text: Vec<String>,
    tables: Vec<Value>,
    columns: Vec<Value>,
    text_room: usize,
    content_room: usize,
    left_out: usize,
}

impl Writer {
    fn new(found: &[&'static Table], bound: usize) -> Self {
        let tables: Vec<_> = found.iter().map(|table| json!({ "name": table.name, "doc": table.doc })).collect();
        // Beside the columns: the tables, the last line, and the JSON around them.
        let room = bound.saturating_sub(bounded::chars_of(&tables) + 300);
        Self { text: Vec::new(), tables, columns: Vec::new(), text_room: room, content_room: room, left_out: 0 }
    }

    fn heading(&mut self, heading: &str) {
        let length = heading.chars().count() + 1;
        if let Some(room) = self.text_room.checked_sub(length) {
            self.text_room = room;
            self.text.push(heading.to_owned());
        }
    }

    fn column(&mut self, tables: &str, column: &Column) {
        let line = column_line(column.name, column);
        let value = column_value(tables, column);
        let text = self.text_room.checked_sub(line.chars().count() + 1);
        let content = self.content_room.checked_sub(bounded::chars_of(&value) + 1);
        match (text, content) {
            (Some(text), Some(content)) if self.left_out == 0 => {
                (self.text_room, self.content_room) = (text, content);
                self.text.push(line);
                self.columns.push(value);
            }
            _ => self.left_out += 1,
        }
    }

    fn finish(mut self) -> CallToolResult {
        if self.left_out > 0 {
            self.text.push(format!("… and {} more columns: ask for fewer tables, or use `search`", self.left_out));
        }
        let content = json!({ "tables": self.tables, "columns": self.columns, "columns_left_out": self.left_out });
        answer::result(&self.text, content)
    }
}

fn column_line(name: &str, column: &Column) -> String {
    let unit = column.unit.map(|unit| format!(" {}", unit.name())).unwrap_or_default();
    format!("- {name} {}{unit}: {}", column.ty.name(), meaning(column))
}

fn column_value(tables: &str, column: &Column) -> Value {
    let mut value = json!({ "table": tables, "name": column.name, "type": column.ty.name(), "doc": column.doc });
    if let Some(unit) = column.unit {
        value["unit"] = unit.name().into();
    }
    if !column.values.is_empty() {
        value["values"] = column.values.into();
    }
    if column.costly {
        value["costly"] = true.into();
    }
    value
}

/// What the words fit, the best first.
fn search_for(engine: &Engine, words: &str, bound: usize) -> CallToolResult {
    let words = telling(folded(words));
    let mut found: Vec<(usize, String, Value)> = Vec::new();
    for table in engine.tables() {
        let score = score(&words, [table.name, table.doc].into_iter().chain(table.synonyms.iter().copied()));
        found.push((score, format!("table {}", line(table)), json!({ "table": table.name, "doc": table.doc })));
        // What all resource tables share is told once, of `resources`.
        let shared = if table.kind == TableKind::Resource { &[][..] } else { table.common };
        for column in shared.iter().chain(table.own) {
            let texts =
                [column.name, column.doc].into_iter().chain(column.synonyms.iter().chain(column.values).copied());
            let name = format!("{}.{}", table.name, column.name);
            found.push((self::score(&words, texts), column_line(&name, column), column_value(table.name, column)));
        }
    }
    found.retain(|(score, ..)| *score > 0);
    found.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    let all = found.len();
    let best: Vec<_> = found.into_iter().take(FOUND).collect();
    let lines: Vec<_> = best.iter().map(|(_, line, _)| line.clone()).collect();
    let mut text = bounded::lines(&lines, bound / 2);
    if text.is_empty() {
        text.push("nothing fits these words; `describe_tables` without arguments lists the tables".to_owned());
    }
    let values = bounded::values(best.into_iter().map(|(.., value)| value), bound / 2);
    answer::result(&text, json!({ "found": values, "found_total": all }))
}

/// The words that tell one table from another; all of them where none does.
fn telling(words: Vec<String>) -> Vec<String> {
    const EVERYWHERE: &[&str] = &[
        "what", "which", "who", "is", "are", "of", "in", "the", "an", "it", "has", "have", "that", "and", "or", "with",
    ];
    let telling: Vec<_> = words.iter().filter(|word| !EVERYWHERE.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

/// How many of the words are in some texts; a word of a name counts as much as a word of its meaning.
fn score<'a>(words: &[String], texts: impl Iterator<Item = &'a str>) -> usize {
    let known: Vec<_> = texts.flat_map(folded).collect();
    words
        .iter()
        .filter(|word| known.iter().any(|known| known == *word || (word.len() > 3 && known.starts_with(word.as_str()))))
        .count()
}

/// Words in lower case and without the plural's `s`.
fn folded(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| if word.len() > 3 { word.trim_end_matches('s') } else { word })
        .filter(|word| word.len() > 1)
        .map(str::to_owned)
        .collect()
}
