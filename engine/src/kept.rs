//! Answers that were given before, for the same request over the same rows.
//!
//! An answer is given again as long as every row behind it is young enough for the request, no row has been fetched
//! anew anywhere since, and the files that are read in place are the same. Its age is then part of its coverage.

use crate::answer::{Answer, Timing};
use crate::cache::age;
use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::RecordBatch;
use schema::Status;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many answers are kept. One for each tile of some dashboards.
const MOST_ANSWERS: usize = 512;
/// The largest answer that is kept, in rows: large ones cost more to keep than to make.
const MOST_ROWS: usize = 10_000;
/// The most memory that all kept answers take.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// Which state of all data an answer was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataState {
    /// Grows with every fetch that ends.
    pub(crate) fetches: u64,
    /// The sources that the answer read in place, and the state of their files.
    pub(crate) in_place: Vec<(usize, u64)>,
}

#[derive(Default)]
pub(crate) struct KeptAnswers(Mutex<State>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Kept>,
    bytes: usize,
    clock: u64,
}

struct Kept {
    answer: Answer,
    data: DataState,
    made: DateTime<Utc>,
    oldest_row: DateTime<Utc>,
    bytes: usize,
    used: u64,
}

impl KeptAnswers {
    /// An answer whose rows are young enough, and the state of the files that it holds for.
    pub(crate) fn get(
        &self,
        key: &str,
        fetches: u64,
        now: DateTime<Utc>,
        max_age: Duration,
    ) -> Option<(Answer, Vec<(usize, u64)>)> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.clock += 1;
        let clock = state.clock;
        let kept = state.answers.get_mut(key)?;
        if kept.data.fetches != fetches || max_age.is_zero() || age(kept.oldest_row, now) > max_age {
            return None;
        }
        kept.used = clock;
        let older = age(kept.made, now).as_secs();
        let mut answer = kept.answer.clone();
        for line in &mut answer.coverage.scopes {
            line.status = Status::Cached;
            line.age_seconds += older;
            line.calls = 0;
        }
        answer.timing = Timing::default();
        Some((answer, kept.data.in_place.clone()))
    }

    pub(crate) fn put(&self, key: String, data: DataState, now: DateTime<Utc>, answer: &Answer) {
        if !answer.coverage.complete || answer.row_count > MOST_ROWS {
            return;
        }
        let oldest = answer.coverage.scopes.iter().map(|line| line.age_seconds).max().unwrap_or(0);
        let oldest_row = now - TimeDelta::seconds(i64::try_from(oldest).unwrap_or(i64::MAX / 1000));
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.clock += 1;
        let used = state.clock;
        let bytes = answer.batches.iter().map(RecordBatch::get_array_memory_size).sum();
        let kept = Kept { answer: answer.clone(), data, made: now, oldest_row, bytes, used };
        state.bytes += bytes;
        if let Some(before) = state.answers.insert(key, kept) {
            state.bytes -= before.bytes;
        }
        while state.answers.len() > MOST_ANSWERS || state.bytes > MOST_BYTES {
            let least = state.answers.iter().min_by_key(|(_, kept)| kept.used).map(|(key, _)| key.clone());
            let Some(dropped) = least.and_then(|key| state.answers.remove(&key)) else {
                break;
            };
            state.bytes -= dropped.bytes;
        }
    }
}
