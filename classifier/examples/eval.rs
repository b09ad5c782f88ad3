//! How the classifier does on labelled questions: `eval FILE…` prints figures as JSON, and with `--wrong` what it got
//! wrong, a line each. A question counts as right where its route is, and, on the common route, where the `Query` is the
//! labelled one: the order of conditions and the names of aggregates are no difference, nor are the columns shown where
//! the label names none.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use chrono::{TimeZone, Utc};
use classifier::{Classifier, Context, Route, Vocabulary};
use schema::Query;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    let mut wrong = false;
    let mut figures = serde_json::Map::new();
    for argument in std::env::args().skip(1) {
        if argument == "--wrong" {
            wrong = true;
            continue;
        }
        let text = std::fs::read_to_string(&argument).unwrap();
        figures.insert(argument, evaluate(&text, wrong));
    }
    println!("{}", serde_json::to_string_pretty(&figures).unwrap());
}

/// The estate that the questions are about.
fn estate() -> Vocabulary {
    let account = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Vocabulary {
        providers: texts(&["aws", "azure"]),
        accounts: vec![
            account("111122223333", "prod"),
            account("444455556666", "staging"),
            account("5f1e2d3c-0000-4000-8000-00000000abcd", "azure-dev"),
        ],
        regions: texts(&["eu-west-1", "us-west-2", "us-east-1", "westeurope", "eastus"]),
        tag_keys: texts(&["team", "env", "cost-center", "owner", "app", "backup"]),
    }
}

fn evaluate(text: &str, tell: bool) -> Value {
    let classifier = Classifier::new();
    let vocabulary = estate();
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).unwrap();
    let cx = Context { now, vocabulary: &vocabulary };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap();
        let question = line["question"].as_str().unwrap();
        let wanted = line["route"].as_str().unwrap();
        let began = Instant::now();
        let reading = classifier.classify(question, &cx);
        times.push(began.elapsed().as_secs_f64() * 1e6);
        let got = match &reading.route {
            Route::Common(_) => "common",
            Route::Refused { .. } => "refused",
            _ => "unusual",
        };
        let outcome = match (&reading.route, wanted) {
            (Route::Common(query), "common") => {
                if same(query, &line["query"]) {
                    "common: right".to_owned()
                } else {
                    "common: another query".to_owned()
                }
            }
            _ => format!("{wanted}: {got}"),
        };
        if tell && !matches!(outcome.as_str(), "common: right" | "unusual: unusual" | "refused: refused") {
            let detail = match &reading.route {
                Route::Common(query) => format!("\n    want {}\n    got  {}", line["query"], json!(query)),
                Route::Unusual { .. } => format!(" unread {:?} {:?}", reading.unread, reading.reasons),
                _ => String::new(),
            };
            println!("{outcome}: {question}{detail}");
        }
        *counts.entry(outcome).or_default() += 1;
    }
    times.sort_by(f64::total_cmp);
    json!({ "counts": counts, "p50_us": times[times.len() / 2], "p99_us": times[times.len() * 99 / 100] })
}

fn same(got: &Query, wanted: &Value) -> bool {
    let wanted: Query = serde_json::from_value(wanted.clone()).unwrap();
    let shows = !wanted.select.is_empty();
    plain(got.clone(), shows) == plain(wanted, shows)
}

/// A query without what makes no difference.
fn plain(mut query: Query, shows: bool) -> Value {
    if !shows {
        query.select.clear();
    }
    if query.scope.providers.len() == estate().providers.len() {
        query.scope.providers.clear();
    }
    query.scope.regions.sort();
    query.scope.accounts.sort();
    let mut value = json!(query);
    for (place, aggregate) in query.aggregate.iter().enumerate() {
        let name = json!(aggregate)["as"].clone();
        value["aggregate"][place]["as"] = json!(place);
        for order in value["order_by"].as_array_mut().into_iter().flatten().filter(|order| order["field"] == name) {
            order["field"] = json!(place);
        }
    }
    for key in ["where", "select", "group_by"] {
        if let Some(list) = value[key].as_array_mut() {
            list.sort_by_key(ToString::to_string);
        }
    }
    value
}
