//! Which tables a question is probably about, and how they are written down for a model.

use schema::tables::{ALL, common::RESOURCE};
use schema::{Column, Table};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A question that names a table is about it.
const NAMED: u32 = 10;
/// A question that names a column is perhaps about its table.
const COLUMN: u32 = 3;
/// As perhaps with a value (`gp2`, `spot`).
const VALUE: u32 = 3;
/// A table that a named one refers to is joined to it more often than others.
const PARTNER: u32 = 2;
/// Two columns or values are taken for a name of the table.
const ENOUGH: u32 = 6;
/// Columns that count: a table with many would win every question.
const MOST_HITS: usize = 3;
/// A table with more columns of its own than this shows the meaning of the usual ones only.
const WIDE: usize = 40;

/// The tables' part of the prompt.
pub(super) struct Chosen {
    pub(super) text: String,
    /// The tables whose columns are in it, the likeliest first.
    pub(super) names: Vec<&'static str>,
}

/// The tables that matter, as many as fit; of the others the names.
pub(super) fn text(question: &str, most_chars: usize) -> Chosen {
    let words = words(question);
    let wanted = choose(&words);
    let is_unsure = wanted.is_empty();
    let mut parts = vec![INTRODUCTION.to_owned()];
    if is_unsure || wanted.iter().any(|table| begins_as_resource(table)) {
        parts.push(common());
    }
    let all_names: usize = ALL.iter().map(|table| line(table).chars().count()).sum();
    let mut left = most_chars.saturating_sub(all_names + chars(&parts));
    let mut names = Vec::new();
    let candidates = if is_unsure { ALL.to_vec() } else { wanted };
    for table in candidates {
        let part = if is_unsure { brief(table) } else { full(table, &words) };
        if let Some(rest) = left.checked_sub(part.chars().count() + 2) {
            left = rest;
            names.push(table.name);
            parts.push(part);
        }
    }
    let others: Vec<_> = ALL.iter().filter(|table| !names.contains(&table.name)).map(|table| line(table)).collect();
    if !others.is_empty() {
        parts.push(format!("## Other tables, whose own columns are not shown\n\n{}", others.concat().trim_end()));
    }
    Chosen { text: parts.join("\n\n"), names }
}

static INTRODUCTION: &str = "# Tables

A column is null where the provider does not say, never zero or empty for unknown. Columns marked costly take calls to
the provider beyond listing, and some of those cost money: name them only where the question needs them, and never write
SELECT *. Only these names exist; do not guess others.";

fn chars(parts: &[String]) -> usize {
    parts.iter().map(|part| part.chars().count() + 2).sum()
}

/// The tables that a question is about, the likeliest first; none where it names nothing.
fn choose(words: &[String]) -> Vec<&'static Table> {
    let mut scores: Vec<(u32, &'static Table)> = ALL.iter().map(|table| (score(table, words), *table)).collect();
    let has_sure = scores.iter().any(|(score, _)| *score >= NAMED);
    let enough = if has_sure { ENOUGH } else { COLUMN };
    let partners: BTreeSet<_> =
        scores.iter().filter(|(score, _)| *score >= NAMED).flat_map(|(_, table)| refers_to(table)).collect();
    for (score, table) in &mut scores {
        if *score < enough && has_sure {
            *score = if partners.contains(table.name) { PARTNER } else { 0 };
        }
    }
    let least = if has_sure { PARTNER } else { COLUMN };
    scores.retain(|(score, _)| *score >= least);
    // Stable: of equals, the one that people meet first.
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scores.into_iter().map(|(_, table)| table).collect()
}

fn score(table: &Table, question: &[String]) -> u32 {
    let is_named = std::iter::once(&table.name).chain(table.synonyms).any(|name| has(question, name));
    let names = |column: &Column| std::iter::once(&column.name).chain(column.synonyms).any(|name| has(question, name));
    let columns = table.own.iter().filter(|column| names(column)).count().min(MOST_HITS);
    let values = table.own.iter().flat_map(|column| column.values).filter(|value| has(question, value)).count();
    let hits = |count: usize| u32::try_from(count.min(MOST_HITS)).unwrap_or_default();
    (if is_named { NAMED } else { 0 }) + COLUMN * hits(columns) + VALUE * hits(values)
}

/// The words of a text, lower case, singular.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(singular).collect()
}

fn singular(word: &str) -> String {
    match word {
        _ if word.len() <= 3 || word.ends_with("ss") || word.ends_with("us") => word.to_owned(),
        _ => match word.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => word.strip_suffix('s').unwrap_or(word).to_owned(),
        },
    }
}

/// Whether a name's words stand next to each other in a question.
fn has(question: &[String], name: &str) -> bool {
    let name = words(name);
    !name.is_empty() && question.windows(name.len()).any(|window| window == name)
}

/// The tables that a table's columns refer to: "the instance (`instances.native_id`)".
fn refers_to(table: &Table) -> Vec<&'static str> {
    let quoted = table.own.iter().flat_map(|column| column.doc.split('`').skip(1).step_by(2));
    quoted
        .filter_map(|text| text.split_once('.'))
        .filter_map(|(name, _)| schema::tables::find(name))
        .map(|t| t.name)
        .collect()
}

fn begins_as_resource(table: &Table) -> bool {
    table.common.first().map(|column| column.name) == RESOURCE.first().map(|column| column.name)
}

fn common() -> String {
    let lines: String = RESOURCE.iter().map(entry).collect();
    format!(
        "## The columns that every table of resources begins with, `resources` and `accounts` among them\n\n{}",
        lines.trim_end()
    )
}

fn full(table: &Table, question: &[String]) -> String {
    let mut text = heading(table);
    let is_wide = table.own.len() > WIDE;
    let is_usual = |column: &&Column| {
        let names = std::iter::once(&column.name).chain(column.synonyms);
        !column.synonyms.is_empty() || table.shown.contains(&column.name) || names.into_iter().any(|n| has(question, n))
    };
    let (usual, rare): (Vec<_>, Vec<_>) = table.own.iter().partition(|column| !is_wide || is_usual(column));
    usual.into_iter().for_each(|column| text.push_str(&entry(column)));
    if !rare.is_empty() {
        let rare: Vec<_> = rare.iter().map(|column| format!("{} {}", column.name, column.ty.name())).collect();
        let _ = writeln!(text, "- and: {}", rare.join(", "));
    }
    text.trim_end().to_owned()
}

/// A table's columns, without their meaning.
fn brief(table: &Table) -> String {
    let columns: Vec<_> = table.own.iter().map(|column| format!("{} {}", column.name, column.ty.name())).collect();
    let columns = if columns.is_empty() { "none of its own".to_owned() } else { columns.join(", ") };
    format!("{}{columns}", heading(table))
}

fn heading(table: &Table) -> String {
    let common = if begins_as_resource(table) { "; the common columns, and" } else { "" };
    let synonyms = match table.synonyms {
        [] => String::new(),
        words => format!(" (also called {})", words.iter().take(4).copied().collect::<Vec<_>>().join(", ")),
    };
    format!("## {}: {}{synonyms}{common}\n\n", table.name, table.doc)
}

fn line(table: &Table) -> String {
    format!("- {}: {}\n", table.name, table.doc)
}

fn entry(column: &Column) -> String {
    let mut text = format!("- {} {}", column.name, column.ty.name());
    if let Some(unit) = column.unit {
        let _ = write!(text, " in {}", unit.name());
    }
    if column.costly {
        text.push_str(", costly");
    }
    let _ = write!(text, ": {}", column.doc);
    if !column.values.is_empty() {
        let _ = write!(text, "; one of {}", column.values.join(", "));
    }
    if !column.synonyms.is_empty() {
        let _ = write!(text, "; people say {}", column.synonyms.iter().take(3).copied().collect::<Vec<_>>().join(", "));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, expected: &[&str]) {
        let names: Vec<_> = choose(&words(question)).iter().map(|table| table.name).collect();
        assert!(names.starts_with(expected), "{question}: {names:?}");
    }

    #[test]
    fn tables_are_found_by_their_names_and_other_words() {
        check("which volumes were created within an hour of another team's instances", &["instances", "volumes"]);
        check("which disks have no backup", &["volumes"]);
        check("which services' spend grew two months running", &["costs"]);
        check("NAT gateways with little traffic", &["nat_gateways"]);
        check("what is the weather in Paris", &[]);
    }

    #[test]
    fn what_a_table_refers_to_comes_with_it() {
        let names: Vec<_> = choose(&words("odd volumes")).iter().map(|table| table.name).collect();
        assert!(names.contains(&"instances") && names.contains(&"snapshots"), "{names:?}");
    }

    #[test]
    fn a_question_that_names_nothing_gets_every_table_in_brief() {
        let chosen = text("what is odd here", 20_000);
        assert_eq!(chosen.names.len(), ALL.len());
        assert!(chosen.text.contains("instance_type text, vcpus int"), "{}", chosen.text);
        assert!(chosen.text.chars().count() <= 20_000);
    }

    #[test]
    fn the_least_likely_tables_go_first_where_room_is_short() {
        let question = "volumes whose instances cost more than their database";
        let all = text(question, 40_000);
        let few = text(question, 12_000);
        assert!(few.names.len() < all.names.len(), "{:?} {:?}", few.names, all.names);
        assert!(few.text.chars().count() <= 12_000);
        let named = |names: &[&str]| names.contains(&"volumes");
        assert!(named(&all.names) && named(&few.names), "{:?}", few.names);
    }
}
