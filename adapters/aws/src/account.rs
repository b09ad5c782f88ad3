//! One account that is configured or was discovered, and the book of all of them.

use crate::clients::Base;
use crate::credentials::Credentials;
use chrono::{DateTime, Utc};
use engine::FetchError;
use schema::Scope;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// One account, readable or not.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// `*` where it could not be found out.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) base: Arc<Base>,
    pub(crate) credentials: Arc<Credentials>,
    /// What the organisation knows of it.
    pub(crate) entry: Option<Entry>,
    /// Why it cannot be read at all.
    pub(crate) unreadable: Option<FetchError>,
    /// What readers of its rows must know.
    pub(crate) warning: Option<String>,
}

/// What an organisation knows of an account.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) arn: String,
    pub(crate) email: Option<String>,
    pub(crate) joined_at: Option<DateTime<Utc>>,
    /// AWS's word.
    pub(crate) state: String,
}

impl Account {
    /// Its scope in a region.
    pub(crate) fn scope(&self, region: &str) -> Scope {
        Scope::new(crate::PROVIDER, &self.id, &self.name, region)
    }
}

/// All accounts, by id and name: those whose id could not be found out differ by name only.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    of: RwLock<HashMap<(String, String), Arc<Account>>>,
    /// How often they were discovered.
    rounds: AtomicU64,
    /// Held while fetches discover them anew: one discovery for all.
    pub(crate) discovering: Mutex<()>,
}

impl Accounts {
    pub(crate) fn replace(&self, accounts: &[Arc<Account>]) {
        let of = accounts.iter().map(|account| ((account.id.clone(), account.name.clone()), account.clone()));
        *self.of.write().unwrap_or_else(PoisonError::into_inner) = of.collect();
        self.rounds.fetch_add(1, Ordering::SeqCst);
    }

    /// A number that differs after they were discovered once more.
    pub(crate) fn round(&self) -> u64 {
        self.rounds.load(Ordering::SeqCst)
    }

    pub(crate) fn find(&self, scope: &Scope) -> Option<Arc<Account>> {
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        of.get(&(scope.account_id.clone(), scope.account_name.clone())).cloned()
    }
}
