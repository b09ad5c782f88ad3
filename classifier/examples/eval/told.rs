//! What is told of single questions, and of all figures: the unseen ones stay unseen unless somebody says otherwise.

use crate::figures::{Figures, by_kind, crossed, percentile, reliability};
use crate::part::{Outcome, Part};
use crate::verdicts::key;
use classifier::Route;
use classifier::labelled::Way;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write;

/// Prints what became otherwise than labelled.
pub(crate) fn wrong(part: &Part, tell_unseen: bool) {
    if part.is_unseen && !tell_unseen {
        println!("what was wrong in {} is not told: see `--tell-unseen`\n", part.name);
        return;
    }
    for outcome in part.outcomes.iter().filter(|outcome| !outcome.is_right()) {
        println!("{}", line(outcome));
    }
}

fn line(outcome: &Outcome) -> String {
    let labelled = &outcome.labelled;
    match &outcome.reading.route {
        Route::Common(got) if labelled.way == Way::Common => format!(
            "common: another query: {} {:?}\n    want {}\n    got  {}",
            labelled.question,
            outcome.reading.reasons,
            json!(labelled.query),
            json!(got)
        ),
        Route::Common(got) => {
            format!("{}: common: {}\n    got  {}", labelled.way.name(), labelled.question, json!(got))
        }
        _ => format!(
            "{}: {}: {} unread {:?} {:?}",
            labelled.way.name(),
            outcome.way().name(),
            labelled.question,
            outcome.reading.unread,
            outcome.reading.reasons
        ),
    }
}

/// All figures, and what was wrong.
pub(crate) fn json(parts: &[Part], tell_unseen: bool) -> Value {
    let parts = parts.iter().map(|part| (part.name.clone(), part_json(part, tell_unseen)));
    Value::Object(parts.collect())
}

fn part_json(part: &Part, tell_unseen: bool) -> Value {
    let kinds = by_kind(&part.outcomes).into_iter().map(|(kind, figures)| (kind.to_owned(), figures.json()));
    let baselines = part.baselines.iter().map(|(name, all)| ((*name).to_owned(), Figures::of(all.iter()).json()));
    let (steps, error) = reliability(&part.outcomes);
    let steps = steps.iter().map(|step| json!([step.readings, step.confidence, step.right])).collect::<Vec<_>>();
    let mut told = json!({
        "unseen": part.is_unseen,
        "all": Figures::of(part.outcomes.iter()).json(),
        "by_kind": kinds.collect::<serde_json::Map<_, _>>(),
        "baselines": baselines.collect::<serde_json::Map<_, _>>(),
        "wanted_by_got": crossed(&part.outcomes),
        "reliability": { "columns": ["readings", "confidence", "right"], "steps": steps },
        "expected_calibration_error": error,
        "p50_us": percentile(&part.times, 50),
        "p99_us": percentile(&part.times, 99),
    });
    if !part.is_unseen || tell_unseen {
        told["wrong"] = part.outcomes.iter().filter(|outcome| !outcome.is_right()).map(wrong_json).collect();
    }
    told
}

fn wrong_json(outcome: &Outcome) -> Value {
    let query = match &outcome.reading.route {
        Route::Common(query) => json!(query),
        _ => Value::Null,
    };
    json!({
        "question": outcome.labelled.question,
        "wanted": outcome.labelled.way, "got": outcome.way(),
        "wanted_query": outcome.labelled.query, "got_query": query,
        "unread": outcome.reading.unread,
    })
}

/// A line for each question that was read as another query than the labelled one: whoever has an engine can say whether they give
/// the same rows on an estate. Of an unseen question the text is left out, and the baselines are: they are wrong two thousand times.
pub(crate) fn pairs(parts: &[Part], tell_unseen: bool) -> String {
    let (mut lines, mut seen) = (String::new(), HashSet::new());
    for part in parts {
        for outcome in part.outcomes.iter().filter(|outcome| !outcome.is_same) {
            let (Route::Common(read), Some(gold)) = (&outcome.reading.route, &outcome.labelled.query) else { continue };
            let key = key(gold, read);
            if seen.insert(key.clone()) {
                let question = (!part.is_unseen || tell_unseen).then_some(&outcome.labelled.question);
                let pair = json!({ "part": part.name, "question": question, "gold": gold, "read": read, "key": key });
                let _ = writeln!(lines, "{pair}");
            }
        }
    }
    lines
}
