//! What the server and the handle share: the estate, the behaviour, sessions, buckets of tokens and counts.

use crate::actions::cost_explorer::Summed;
use crate::arm::Machines;
use crate::auth::{Principal, Sessions};
use crate::behaviour::{Behaviour, Quota};
use crate::counts::{CallKey, Counts};
use crate::estate::{Account, Estate};
use crate::faults::Struck;
use crate::seeded;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

/// What the server and the handle share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: RwLock<Arc<World>>,
    behaviour: RwLock<Arc<Behaviour>>,
    tally: Mutex<Tally>,
    quotas: Mutex<HashMap<CallKey, TokenBucket>>,
    pub(crate) sessions: Mutex<Sessions>,
}

#[derive(Debug, Default)]
struct Tally {
    counts: Counts,
    struck: Vec<Struck>,
}

#[derive(Debug)]
struct TokenBucket {
    tokens: f64,
    filled: Instant,
}

impl Shared {
    pub(crate) fn new(estate: Estate, behaviour: Behaviour) -> Self {
        Self {
            world: RwLock::new(Arc::new(World::new(estate))),
            behaviour: RwLock::new(Arc::new(behaviour)),
            tally: Mutex::default(),
            quotas: Mutex::default(),
            sessions: Mutex::default(),
        }
    }

    pub(crate) fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_estate(&self, estate: Estate) {
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(World::new(estate));
    }

    pub(crate) fn behaviour(&self) -> Arc<Behaviour> {
        Arc::clone(&self.behaviour.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(behaviour);
        lock(&self.quotas).clear();
    }

    /// Counts a call; says the how manieth of its key it is, from 1.
    pub(crate) fn count_call(&self, key: &CallKey, bytes_in: usize) -> u64 {
        let counts = &mut lock(&self.tally).counts;
        counts.total += 1;
        counts.bytes_in += bytes_in as u64;
        let nth = counts.calls.entry(key.clone()).or_insert(0);
        *nth += 1;
        *nth
    }

    pub(crate) fn count_reply(&self, key: &CallKey, error: Option<&str>, bytes_out: usize) {
        let counts = &mut lock(&self.tally).counts;
        counts.bytes_out += bytes_out as u64;
        match error {
            Some(code) => *counts.errors.entry(code.to_owned()).or_insert(0) += 1,
            None => *counts.answered.entry(key.account_id.clone()).or_insert(0) += 1,
        }
    }

    pub(crate) fn count_struck(&self, struck: Struck) {
        lock(&self.tally).struck.push(struck);
    }

    pub(crate) fn counts(&self) -> Counts {
        lock(&self.tally).counts.clone()
    }

    pub(crate) fn struck(&self) -> Vec<Struck> {
        lock(&self.tally).struck.clone()
    }

    pub(crate) fn reset_counts(&self) {
        *lock(&self.tally) = Tally::default();
    }

    /// The quota that a call is beyond, if any.
    pub(crate) fn exceeded(&self, key: &CallKey, behaviour: &Behaviour) -> Option<Quota> {
        let account = CallKey { region: "*".to_owned(), action: "*".to_owned(), ..key.clone() };
        let quotas = [(&account, behaviour.account_quota), (key, behaviour.quota_of(&key.action))];
        let mut set = quotas.into_iter().filter_map(|(key, quota)| Some((key, quota?)));
        set.find(|(key, quota)| !self.allowed(key, *quota)).map(|(_, quota)| quota)
    }

    /// Takes a token of the key's bucket; false where there is none.
    fn allowed(&self, key: &CallKey, quota: Quota) -> bool {
        let now = Instant::now();
        let mut quotas = lock(&self.quotas);
        let bucket =
            quotas.entry(key.clone()).or_insert_with(|| TokenBucket { tokens: quota.burst.max(1.0), filled: now });
        let filled = now.duration_since(bucket.filled).as_secs_f64() * quota.per_second;
        bucket.tokens = (bucket.tokens + filled).min(quota.burst.max(1.0));
        bucket.filled = now;
        let allowed = bucket.tokens >= 1.0;
        if allowed {
            bucket.tokens -= 1.0;
        }
        allowed
    }
}

/// An estate, and who has which key in it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) estate: Arc<Estate>,
    /// Where accounts stand, by access key id and by account id.
    places: HashMap<String, usize>,
    pub(crate) written: Written,
    pub(crate) summed: Summed,
    pub(crate) machines: Machines,
}

/// XML (or JSON) of things that were asked for before, so that a page of 1,000 instances is joined and not written
/// again.
///
/// The key is a thing's address, which no other thing of the same world has: a world never changes.
#[derive(Debug, Default)]
pub(crate) struct Written {
    by_address: Mutex<HashMap<usize, Arc<str>>>,
    bytes: AtomicUsize,
}

impl Written {
    /// What is kept at most: 40,000 instances. Beyond it things are written each time.
    const MOST_BYTES: usize = 64 << 20;

    /// The text of a thing of this world.
    pub(crate) fn of<T>(&self, thing: &T, write: impl FnOnce() -> String) -> Arc<str> {
        let address = std::ptr::from_ref(thing).addr();
        if let Some(xml) = lock(&self.by_address).get(&address) {
            return Arc::clone(xml);
        }
        let xml: Arc<str> = write().into();
        if self.bytes.fetch_add(xml.len(), Ordering::Relaxed) < Self::MOST_BYTES {
            lock(&self.by_address).insert(address, Arc::clone(&xml));
        }
        xml
    }
}

impl World {
    fn new(estate: Estate) -> Self {
        let mut places = HashMap::new();
        for (place, account) in estate.accounts.iter().enumerate() {
            places.insert(account.access_key_id.clone(), place);
            places.insert(account.id.clone(), place);
        }
        let machines = Machines::of(&estate);
        Self { estate: Arc::new(estate), places, written: Written::default(), summed: Summed::default(), machines }
    }

    /// The account of an access key id or of an account id.
    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.places.get(name).map(|&place| &self.estate.accounts[place])
    }

    /// Whom a long-lived key belongs to.
    pub(crate) fn user(&self, access_key_id: &str) -> Option<Principal> {
        let account = self.account(access_key_id).filter(|account| account.access_key_id == access_key_id)?;
        Some(Principal {
            account_id: account.id.clone(),
            arn: format!("arn:aws:iam::{}:user/standin", account.id),
            user_id: format!("AIDA{:016X}", seeded::hash(0, &[&account.id])),
        })
    }
}

/// The lock, also after a panic elsewhere: a stand-in goes on serving.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
