//! What one would do without a classifier: ask a model about everything, or look for keywords.

use classifier::{Reading, Route};
use schema::query::Aggregate;
use schema::{Query, Table, tables};

/// A name, and how it reads a question.
pub(crate) static ALL: &[(&str, fn(&str) -> Reading)] = &[("always abstains", abstain), ("keywords only", keywords)];

/// Verbs that a list of keywords would have for what is to be refused.
const VERBS: &[&str] = &["delete", "remove", "terminate", "stop", "start", "create", "resize", "drop", "shut"];

fn abstain(_: &str) -> Reading {
    reading(Route::Unusual { why: String::new(), nearest: Vec::new() })
}

/// The first table that is named, whole or counted; refused where it begins with a verb of change.
fn keywords(question: &str) -> Reading {
    let text = question.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    if words.iter().take(2).any(|word| VERBS.contains(word)) {
        return reading(Route::Refused { why: String::new() });
    }
    let Some(table) = words.iter().find_map(|word| named(word)) else { return abstain(question) };
    let mut query = Query { from: table.name.to_owned(), ..Query::default() };
    if text.contains("how many") || words.contains(&"count") {
        query.aggregate = vec![Aggregate::count("count")];
    }
    reading(Route::Common(query))
}

fn named(word: &str) -> Option<&'static Table> {
    let one = word.strip_suffix('s').unwrap_or(word);
    let is = |name: &str| name == word || name == one || name.strip_suffix('s') == Some(one);
    tables::ALL.iter().copied().find(|table| is(table.name) || table.synonyms.iter().any(|name| is(name)))
}

fn reading(route: Route) -> Reading {
    Reading { route, confidence: 1.0, reasons: Vec::new(), reading: String::new(), unread: Vec::new() }
}
