//! A source that breaks down again and again is left alone for a while: asking it once more would take its whole time from
//! every query, for nothing.

use crate::stopwatch::Stopwatch;
use ::engine::FetchContext;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often in a row it may break down.
const BREAKDOWNS: u32 = 3;
/// How long it is left alone then, before it is tried once more.
const REST: TimeDelta = TimeDelta::minutes(5);

/// How a source has behaved of late. Only what it did itself counts: a provider that fails is no fault of its.
#[derive(Debug, Default)]
pub(crate) struct Circuit(Mutex<Behaved>);

#[derive(Debug, Default)]
struct Behaved {
    /// How often in a row it broke down.
    broke: u32,
    /// The last time so.
    why: String,
    /// Until when it is left alone.
    until: Option<DateTime<Utc>>,
}

impl Circuit {
    /// Why it is left alone now, where it is.
    pub(crate) fn rests(&self, now: DateTime<Utc>) -> Option<String> {
        let behaved = self.behaved();
        let until = behaved.until.filter(|until| now < *until)?;
        Some(format!(
            "it broke down {} times in a row, the last time so: {}; it is not asked again before {}",
            behaved.broke,
            behaved.why,
            until.format("%H:%M UTC")
        ))
    }

    /// It did what it was asked, or said itself why it could not.
    pub(crate) fn went_well(&self) {
        *self.behaved() = Behaved::default();
    }

    /// It broke down. After its rest, once more is enough.
    pub(crate) fn broke_down(&self, now: DateTime<Utc>, why: &str) {
        let mut behaved = self.behaved();
        behaved.broke = behaved.broke.saturating_add(1);
        why.clone_into(&mut behaved.why);
        if behaved.broke >= BREAKDOWNS {
            behaved.until = Some(now + REST);
        }
    }

    /// For a run that begins, which `watch` times.
    pub(crate) fn unended(&self, cx: &FetchContext, watch: &Stopwatch) -> Unended<'_> {
        Unended { circuit: self, watch: watch.clone(), now: cx.now(), patience: cx.patience(), has_ended: false }
    }

    fn behaved(&self) -> MutexGuard<'_, Behaved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run that has not ended yet. The engine drops one that takes too long, and nobody else learns of it: so a drop is a
/// breakdown, unless it came soon, as when whoever asked went away, or the run had to wait for its turn.
pub(crate) struct Unended<'a> {
    circuit: &'a Circuit,
    watch: Stopwatch,
    now: DateTime<Utc>,
    patience: Duration,
    has_ended: bool,
}

impl Unended<'_> {
    /// It has ended, well or not.
    pub(crate) fn end(mut self) {
        self.has_ended = true;
    }
}

impl Drop for Unended<'_> {
    fn drop(&mut self) {
        if !self.has_ended && self.watch.since_first() > self.patience / 2 {
            self.circuit.broke_down(self.now, &format!("it had not ended after {} s", self.patience.as_secs_f64()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn three_breakdowns_in_a_row_are_a_rest_and_one_more_after_it_is_another() {
        let circuit = Circuit::default();
        for minute in 0..2 {
            circuit.broke_down(at(minute), "a trap");
            assert_eq!(circuit.rests(at(minute)), None);
        }
        circuit.broke_down(at(2), "a trap");
        let why = "it broke down 3 times in a row, the last time so: a trap; it is not asked again before 00:07 UTC";
        assert_eq!(circuit.rests(at(6)).as_deref(), Some(why));
        assert_eq!(circuit.rests(at(7)), None);
        circuit.broke_down(at(7), "another");
        assert!(circuit.rests(at(8)).unwrap().starts_with("it broke down 4 times in a row, the last time so: another"));
    }

    #[test]
    fn what_goes_well_in_between_ends_the_row() {
        let circuit = Circuit::default();
        for minute in 0..10 {
            circuit.broke_down(at(minute), "a trap");
            circuit.broke_down(at(minute), "a trap");
            circuit.went_well();
            assert_eq!(circuit.rests(at(minute)), None);
        }
    }
}
