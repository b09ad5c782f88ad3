//! Questions through the front door: what each is read as.
#![allow(clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, Utc};
use classifier::{Classifier, Context, Route, Vocabulary};

fn now() -> DateTime<Utc> {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

#[test]
fn dump() {
    let Ok(path) = std::env::var("QUESTIONS") else { return };
    let vocabulary = Vocabulary::default();
    let classifier = Classifier::new();
    for q in std::fs::read_to_string(path).unwrap().lines() {
        let r = classifier.classify(q, &Context { now: now(), vocabulary: &vocabulary });
        match r.route {
            Route::Common(query) => println!("C {q}\n    {}", serde_json::to_string(&query).unwrap()),
            Route::Unusual { why, nearest } => println!("U {q}\n    {why} {:?} {nearest:?}", r.unread),
            Route::Refused { why } => println!("R {q}\n    {why}"),
        }
    }
}
