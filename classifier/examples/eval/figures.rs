//! Figures of some outcomes.

use crate::part::Outcome;
use classifier::labelled::Way;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// In so many steps of confidence reliability is told.
const STEPS: usize = 10;

/// How some questions fared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    pub(crate) questions: usize,
    /// They went where they should.
    pub(crate) routed: usize,
    /// They should go the common route.
    pub(crate) common: usize,
    /// They did, as the labelled query.
    pub(crate) exact: usize,
    /// They did, and gave the rows of the labelled query on the demo estate; none where nobody looked.
    pub(crate) executed: Option<usize>,
    /// They were answered by a query.
    pub(crate) taken: usize,
    /// They were answered by a query that is not the labelled one.
    pub(crate) wrong: usize,
    /// They were not answered and not refused.
    pub(crate) abstained: usize,
}

impl Figures {
    pub(crate) fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut figures = Self::default();
        for outcome in outcomes {
            let is_taken = outcome.way() == Way::Common;
            figures.questions += 1;
            figures.routed += usize::from(outcome.is_routed());
            figures.common += usize::from(outcome.labelled.way == Way::Common);
            figures.exact += usize::from(outcome.is_same);
            figures.taken += usize::from(is_taken);
            if let Some(has_same_rows) = outcome.has_same_rows {
                *figures.executed.get_or_insert_default() += usize::from(has_same_rows);
            }
            figures.wrong += usize::from(is_taken && !outcome.is_same);
            figures.abstained += usize::from(outcome.way() == Way::Unusual);
        }
        figures
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "questions": self.questions,
            "routing_accuracy": share(self.routed, self.questions),
            "exact_query_accuracy": share(self.exact, self.common),
            "execution_accuracy": self.executed.map(|executed| share(executed, self.common)),
            "wrong_answer_rate": share(self.wrong, self.taken),
            "abstention_rate": share(self.abstained, self.questions),
            "common": self.common, "exact": self.exact, "executed": self.executed, "taken": self.taken, "wrong": self.wrong,
        })
    }
}

/// A share of a whole; 0 of nothing.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The kinds of question, each with its figures.
pub(crate) fn by_kind(outcomes: &[Outcome]) -> BTreeMap<&str, Figures> {
    let mut kinds: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        kinds.entry(outcome.labelled.kind()).or_default().push(outcome);
    }
    kinds.into_iter().map(|(kind, outcomes)| (kind, Figures::of(outcomes.into_iter()))).collect()
}

/// How many of each route went which way: wanted, then got.
pub(crate) fn crossed(outcomes: &[Outcome]) -> [[usize; 3]; 3] {
    let mut crossed = [[0; 3]; 3];
    for outcome in outcomes {
        crossed[outcome.labelled.way as usize][outcome.way() as usize] += 1;
    }
    crossed
}

/// Readings of about the same confidence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub(crate) readings: usize,
    pub(crate) confidence: f64,
    pub(crate) right: f64,
}

/// How often readings of each confidence are right, and the expected calibration error: how far the one is from the other.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn reliability(outcomes: &[Outcome]) -> (Vec<Step>, f64) {
    let mut steps = vec![Step::default(); STEPS];
    for outcome in outcomes {
        let confidence = f64::from(outcome.reading.confidence);
        let step = &mut steps[((confidence * STEPS as f64) as usize).min(STEPS - 1)];
        step.readings += 1;
        step.confidence += confidence;
        step.right += f64::from(u8::from(outcome.is_right()));
    }
    let error: f64 = steps.iter().map(|step| (step.confidence - step.right).abs()).sum();
    steps.retain(|step| step.readings > 0);
    for step in &mut steps {
        step.confidence /= step.readings as f64;
        step.right /= step.readings as f64;
    }
    (steps, error / outcomes.len().max(1) as f64)
}

/// The time that so many in a hundred stay below; times are in order.
pub(crate) fn percentile(times: &[f64], hundredth: usize) -> f64 {
    times.get(times.len() * hundredth / 100).copied().unwrap_or_default()
}
