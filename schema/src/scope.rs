//! A scope: provider × account × region, what one fetch covers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The region of scopes that have none: tables that a provider keeps once an account (buckets, accounts).
pub const GLOBAL: &str = "global";

/// The region of scopes that cover all of an account: a provider that lists its regions together (Azure), or an account
/// that cannot be read at all.
pub const ALL_REGIONS: &str = "*";

/// What one fetch covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// `aws`, `azure`, `demo`, …
    pub provider: String,
    /// AWS account, Azure subscription. `*` where the account itself could not be found out.
    pub account_id: String,
    /// The account's name where one is known, else its id.
    pub account_name: String,
    /// A region, [`GLOBAL`], or [`ALL_REGIONS`].
    pub region: String,
}

impl Scope {
    /// A scope.
    pub fn new(
        provider: impl Into<String>,
        account_id: impl Into<String>,
        account_name: impl Into<String>,
        region: impl Into<String>,
    ) -> Self {
        Self {
            provider: provider.into(),
            account_id: account_id.into(),
            account_name: account_name.into(),
            region: region.into(),
        }
    }

    /// The same account's region-less scope.
    pub fn global(&self) -> Self {
        Self { region: GLOBAL.to_owned(), ..self.clone() }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.provider, self.account_id, self.region)
    }
}
