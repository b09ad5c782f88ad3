//! Which questions gave the rows that were wanted, though they were read as another query than the labelled one.

use crate::part::Part;
use classifier::Route;
use schema::Query;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// Marks the classifier's outcomes whose query gave the same rows on an estate. Nobody looked at those of the baselines.
pub(crate) fn apply(file: &Path, parts: &mut [Part]) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| format!("`{}`: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| said(&error))?;
    let mut verdicts = HashMap::new();
    for line in text.lines() {
        let verdict: Value = serde_json::from_str(line).map_err(|error| said(&error))?;
        let (Some(key), Some(is_same)) = (verdict["key"].as_str(), verdict["same"].as_bool()) else {
            return Err(said(&"a verdict has a `key` and `same`"));
        };
        verdicts.insert(key.to_owned(), is_same);
    }
    for outcome in parts.iter_mut().flat_map(|part| &mut part.outcomes) {
        let is_same = match (&outcome.labelled.query, &outcome.reading.route) {
            (Some(_), _) if outcome.is_same => true,
            (Some(gold), Route::Common(read)) => *verdicts
                .get(&key(gold, read))
                .ok_or_else(|| said(&"it has no verdict on a pair; make the pairs and the verdicts anew"))?,
            _ => false,
        };
        outcome.has_same_rows = Some(is_same);
    }
    Ok(())
}

/// What a pair is found by. A text, for a number that is written and read again may be another one.
pub(crate) fn key(gold: &Query, read: &Query) -> String {
    json!([gold, read]).to_string()
}
