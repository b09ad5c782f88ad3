//! What subscriptions cost, shared for a moment: an answer over all tables of a subscription would else ask Cost
//! Management the same for each of them, which takes few calls a minute.

use crate::costs::Costs;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use engine::FetchError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a reading is taken for what would be read now. Cost Management itself is hours behind.
const KEPT: TimeDelta = TimeDelta::seconds(60);

/// How long a failure is: whoever asks in the same moment would fail too, and who may not read any more tries soon.
const FAILURE_KEPT: TimeDelta = TimeDelta::seconds(5);

/// Of how many subscriptions. A large one takes some MiB.
const MOST: usize = 32;

/// A subscription, and the days.
type Key = (String, NaiveDate, NaiveDate);

/// The readings.
#[derive(Debug, Default)]
pub(crate) struct Billed(Mutex<HashMap<Key, Arc<Slot>>>);

/// The costs of one subscription.
#[derive(Debug, Default)]
struct Slot {
    reading: tokio::sync::Mutex<()>,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    at: DateTime<Utc>,
    read: Result<Arc<Costs>, FetchError>,
}

impl Billed {
    /// What a subscription cost in some days. Concurrent fetches wait for one reading, and share what comes of it.
    pub(crate) async fn of<R: Future<Output = Result<Costs, FetchError>>>(
        &self,
        key: Key,
        now: DateTime<Utc>,
        read: impl FnOnce() -> R,
    ) -> Result<Arc<Costs>, FetchError> {
        let slot = self.slot(key, now);
        let _reading = slot.reading.lock().await;
        if let Some(kept) = slot.young(now) {
            return kept;
        }
        let read = read().await.map(Arc::new);
        *slot.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { at: now, read: read.clone() });
        read
    }

    fn slot(&self, key: Key, now: DateTime<Utc>) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that somebody waits for stay.
        slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.young(now).is_some());
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        slots.entry(key).or_default().clone()
    }
}

impl Slot {
    fn young(&self, now: DateTime<Utc>) -> Option<Result<Arc<Costs>, FetchError>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |kept: &Kept| if kept.read.is_ok() { KEPT } else { FAILURE_KEPT };
        kept.as_ref().filter(|kept| now - kept.at < of(kept)).map(|kept| kept.read.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::FetchErrorKind;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn key(subscription: &str) -> Key {
        (subscription.to_owned(), NaiveDate::MIN, NaiveDate::MAX)
    }

    async fn asked(billed: &Billed, subscription: &str, after: i64, calls: &AtomicUsize, fails: bool) -> bool {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(after);
        let read = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            if fails { Err(FetchError::new(FetchErrorKind::Throttled, "later")) } else { Ok(Costs::default()) }
        };
        billed.of(key(subscription), now, read).await.is_ok()
    }

    #[tokio::test]
    async fn all_who_ask_in_one_moment_share_one_reading_also_where_it_fails() {
        for fails in [false, true] {
            let (billed, calls) = (Billed::default(), AtomicUsize::new(0));
            let all = (0..10).map(|_| asked(&billed, "a", 0, &calls, fails));
            let done = futures::future::join_all(all).await;
            assert!(done.iter().all(|is_ok| *is_ok != fails));
            assert_eq!(calls.load(Ordering::Relaxed), 1);
            asked(&billed, "b", 0, &calls, fails).await;
            assert_eq!(calls.load(Ordering::Relaxed), 2, "another subscription is another reading");
        }
    }

    #[tokio::test]
    async fn a_reading_is_kept_for_a_minute_and_a_failure_for_seconds() {
        let (billed, calls) = (Billed::default(), AtomicUsize::new(0));
        for (after, fails, is_ok, read) in
            [(0, true, false, 1), (4, false, false, 1), (5, false, true, 2), (64, true, true, 2), (65, true, false, 3)]
        {
            assert_eq!(asked(&billed, "a", after, &calls, fails).await, is_ok, "after {after} s");
            assert_eq!(calls.load(Ordering::Relaxed), read, "after {after} s");
        }
    }

    #[tokio::test]
    async fn readings_that_are_kept_are_bounded() {
        let (billed, calls) = (Billed::default(), AtomicUsize::new(0));
        for nth in 0..MOST * 3 {
            asked(&billed, &nth.to_string(), 0, &calls, false).await;
            assert!(billed.0.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
        }
        asked(&billed, "late", 100, &calls, false).await;
        assert_eq!(billed.0.lock().unwrap_or_else(PoisonError::into_inner).len(), 1, "old ones go");
    }
}
