//! Politeness: how fast each account, region, service and action may be called, learnt from the provider's replies.
//!
//! Each key has its own pace. It starts unlimited but for a bound on calls in flight, halves when the provider
//! throttles, and grows again with success (additive increase, multiplicative decrease, as TCP does). A throttle
//! in one account never slows another.

use schema::Scope;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// One budget: account, region, service and action.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallKey(Arc<str>);

impl CallKey {
    /// The budget of an action in a scope.
    pub fn new(source: &str, scope: &Scope, action: &str) -> Self {
        Self(format!("{source}/{}/{}/{action}", scope.account_id, scope.region).into())
    }
}

/// The bounds of the limiter.
#[derive(Debug, Clone)]
pub struct LimiterSettings {
    /// The slowest pace that throttling can force, in calls a second. Below it a scope had better fail and say so.
    pub slowest: f64,
    /// The pace that the first throttle of a key sets, in calls a second. AWS refills most describe calls at 5 to 20.
    pub after_first_throttle: f64,
    /// What each success adds to a slowed pace, in calls a second.
    pub growth: f64,
    /// A pace above this is as good as none, and forgotten.
    pub free_above: f64,
}

impl Default for LimiterSettings {
    fn default() -> Self {
        Self { slowest: 0.5, after_first_throttle: 10.0, growth: 0.5, free_above: 100.0 }
    }
}

/// The pace of every key. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Limiter {
    settings: Arc<LimiterSettings>,
    paces: Arc<Mutex<HashMap<CallKey, Pace>>>,
}

#[derive(Debug)]
struct Pace {
    per_second: f64,
    next: Instant,
    last_slowed: Instant,
}

impl Limiter {
    /// A limiter with its own bounds.
    pub fn new(settings: LimiterSettings) -> Self {
        Self { settings: Arc::new(settings), paces: Arc::default() }
    }

    /// Waits until the key may be called; says how long that was.
    pub async fn acquire(&self, key: &CallKey) -> Duration {
        let Some((at, turn)) = self.reserve(key) else {
            return Duration::ZERO;
        };
        let wait = at.saturating_duration_since(Instant::now());
        let mut turn = Turn { limiter: self, key, length: turn, taken: false };
        tokio::time::sleep(wait).await;
        turn.taken = true;
        wait
    }

    /// When the next call may be made, and how long the one after it waits for that.
    fn reserve(&self, key: &CallKey) -> Option<(Instant, Duration)> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.get_mut(key)?;
        let at = pace.next.max(Instant::now());
        let length = Duration::from_secs_f64(1.0 / pace.per_second);
        pace.next = at + length;
        Some((at, length))
    }

    /// The provider throttled a call of this key.
    pub fn throttled(&self, key: &CallKey) {
        let now = Instant::now();
        let settings = &self.settings;
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        match paces.get_mut(key) {
            // Replies to calls that were already under way say nothing new: slow down once a period.
            Some(pace) if now - pace.last_slowed < Duration::from_secs_f64(1.0 / pace.per_second) => {}
            Some(pace) => {
                pace.per_second = (pace.per_second / 2.0).max(settings.slowest);
                pace.last_slowed = now;
            }
            None => {
                let per_second = settings.after_first_throttle;
                let next = now + Duration::from_secs_f64(1.0 / per_second);
                paces.insert(key.clone(), Pace { per_second, next, last_slowed: now });
            }
        }
    }

    /// The provider said how long to wait: no other call of the key is made meanwhile, where it has been slowed.
    pub fn hold(&self, key: &CallKey, wait: Duration) {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = paces.get_mut(key) {
            pace.next = pace.next.max(Instant::now() + wait);
        }
    }

    /// The provider answered a call of this key.
    pub fn succeeded(&self, key: &CallKey) {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = paces.get_mut(key) {
            pace.per_second += self.settings.growth;
            if pace.per_second > self.settings.free_above {
                paces.remove(key);
            }
        }
    }

    /// The pace of a key in calls a second, where it has been slowed.
    pub fn pace(&self, key: &CallKey) -> Option<f64> {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(|p| p.per_second)
    }
}

/// A turn that is given back when its call is cancelled before it is made, so that requests that nobody waits for
/// any more do not slow the next one.
struct Turn<'a> {
    limiter: &'a Limiter,
    key: &'a CallKey,
    length: Duration,
    taken: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.taken {
            return;
        }
        let mut paces = self.limiter.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = paces.get_mut(self.key) {
            pace.next = pace.next.checked_sub(self.length).unwrap_or(pace.next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(region: &str) -> CallKey {
        CallKey::new("aws", &Scope::new("aws", "1", "one", region), "ec2:DescribeInstances")
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_key_slows_down_and_recovers_and_no_other_is_slowed() {
        let limiter = Limiter::default();
        let (slow, free) = (key("r1"), key("r2"));
        assert_eq!(limiter.acquire(&slow).await, Duration::ZERO);
        limiter.throttled(&slow);
        assert_eq!(limiter.pace(&slow), Some(10.0));
        let began = Instant::now();
        for _ in 0..5 {
            limiter.acquire(&slow).await;
        }
        assert_eq!(began.elapsed().as_millis(), 500);
        // A second throttle right away tells of the same burst; one after a while halves the pace.
        limiter.throttled(&slow);
        assert_eq!(limiter.pace(&slow), Some(5.0));
        limiter.throttled(&slow);
        assert_eq!(limiter.pace(&slow), Some(5.0));
        for _ in 0..20 {
            tokio::time::advance(Duration::from_secs(2)).await;
            limiter.throttled(&slow);
        }
        assert_eq!(limiter.pace(&slow), Some(0.5));
        for _ in 0..200 {
            limiter.succeeded(&slow);
        }
        assert_eq!(limiter.pace(&slow), None);
        assert_eq!(limiter.pace(&free), None);
        assert_eq!(limiter.acquire(&free).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn while_a_provider_asks_to_wait_no_other_call_of_the_key_is_made() {
        let limiter = Limiter::default();
        let (slow, free) = (key("r1"), key("r2"));
        limiter.throttled(&slow);
        limiter.hold(&slow, Duration::from_secs(30));
        assert_eq!(limiter.acquire(&free).await, Duration::ZERO);
        assert_eq!(limiter.acquire(&slow).await.as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_nobody_waits_for_any_more_is_given_back() {
        let limiter = Limiter::default();
        let slow = key("r1");
        limiter.throttled(&slow);
        for _ in 0..50 {
            let cancelled = tokio::time::timeout(Duration::from_millis(1), limiter.acquire(&slow));
            assert!(cancelled.await.is_err());
        }
        assert!(limiter.acquire(&slow).await < Duration::from_millis(200));
    }
}
