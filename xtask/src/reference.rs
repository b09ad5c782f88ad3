//! `cargo xtask docs`: the pages that are made from the schema; here the reference page of all tables.

use crate::rules_page;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use schema::tables::{ALL, common};
use schema::{Column, Locality, Table};
use std::fmt::Write;
use std::process::ExitCode;

/// Where the page lies, from the root.
const PAGE: &str = "docs/tables.md";

const HEAD: &str = "\
<!-- Made from the schema by `cargo xtask docs`; a change made here would be lost. -->

# Tables

Every table and column that SQL, `Query`, REST and `neph tables` know. A column is null where the provider does not
say, never zero or empty for \"unknown\".

*Costly* columns take calls beyond listing the table, and some of those calls cost money. They are fetched only when
a query names them; `neph explain` says what that takes.

Types: `bool`; `int` (64 bits); `float` (measured, never money); `decimal` (exact, a string in JSON); `text`;
`time` (UTC, ISO 8601 with `Z` in JSON); `map` (text to text; `tags['env']` in SQL, `tags.env` in `Query`);
`list` (of texts); `json` (the provider's own structure, as text).

The last two columns say where a value comes from on each provider, without a bill; – where this program sets it itself, or
the provider has nothing of the kind.
";

/// The pages that are made, and what they should say.
pub(crate) fn pages() -> [(&'static str, String); 2] {
    [(PAGE, page()), (rules_page::PAGE, rules_page::page())]
}

/// Writes the pages.
pub(crate) fn run() -> Result<ExitCode> {
    let root = Workspace::load()?.root;
    for (name, text) in pages() {
        let path = root.join(name);
        std::fs::write(&path, text).with_context(|| format!("`{}` could not be written", path.display()))?;
        println!("wrote {name}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The page as it should be.
fn page() -> String {
    let mut page = HEAD.to_owned();
    page += "\n| table | rows |\n|---|---|\n";
    for table in ALL {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} |", table.name, cell(table.doc));
    }
    page += "\n## The common columns\n\nEvery table of resources begins with these.\n\n";
    page += &columns(common::RESOURCE);
    for table in ALL {
        page += &section(table);
    }
    page
}

fn section(table: &Table) -> String {
    let mut text = format!("\n## {}\n\n{}.", table.name, capitalised(table.doc));
    let words = [("Kind", table.row_kind), ("AWS", table.aws_type), ("Azure", table.azure_type)];
    for (heading, word) in words {
        if let Some(word) = word {
            let _ = write!(text, " {heading}: `{word}`.");
        }
    }
    if table.locality == Locality::Global {
        text += " Read once an account, not once a region.";
    }
    if let Some(column) = table.time_column {
        let _ = write!(text, " `Query.time` is about `{column}`.");
    }
    text += match (table.kind, table.own.is_empty()) {
        (_, true) => "\n\nThe common columns and no others.\n",
        (_, false) if table.common.is_empty() => "\n\n",
        (_, false) => "\n\nThe common columns, then:\n\n",
    };
    if !table.own.is_empty() {
        text += &columns(table.own);
    }
    text
}

fn columns(columns: &[Column]) -> String {
    let mut text = "| column | type | meaning | AWS | Azure |\n|---|---|---|---|---|\n".to_owned();
    for column in columns {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            column.name,
            column.ty.name(),
            meaning(column),
            cell(column.aws.unwrap_or("–")),
            cell(column.azure.unwrap_or("–")),
        );
    }
    text
}

fn meaning(column: &Column) -> String {
    let mut text = cell(column.doc);
    if let Some(unit) = column.unit {
        let _ = write!(text, " ({})", unit.name());
    }
    if !column.values.is_empty() {
        let values: Vec<_> = column.values.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(text, "; one of {}", values.join(", "));
    }
    if column.costly {
        text += "; *costly*";
    }
    text
}

/// Text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
