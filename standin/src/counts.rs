//! How often a stand-in was called.

use std::collections::BTreeMap;

/// The account, the region and the action of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallKey {
    /// The account that signed; `unknown` where the key belongs to none. Of Azure: the subscription that was asked
    /// about, and `*` where a call is about none.
    pub account_id: String,
    /// The region of the signature. Of Azure: always `*`.
    pub region: String,
    /// Service and action, such as `ec2:DescribeInstances`; of classic load balancers
    /// `elasticloadbalancing-2012:DescribeLoadBalancers`. Of Azure: the action that a role must allow, such as
    /// `Microsoft.Compute/virtualMachines/read`.
    pub action: String,
}

/// How often a stand-in was called, refused calls included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls by account, region and action.
    pub calls: BTreeMap<CallKey, u64>,
    /// All calls.
    pub total: u64,
    /// Calls that were answered with what they asked for, by account.
    pub answered: BTreeMap<String, u64>,
    /// Refused calls by error code.
    pub errors: BTreeMap<String, u64>,
    /// Bytes of request bodies.
    pub bytes_in: u64,
    /// Bytes of reply bodies.
    pub bytes_out: u64,
}

impl Counts {
    /// Calls of one action (`ec2:DescribeInstances`), in all accounts and regions.
    pub fn of(&self, action: &str) -> u64 {
        self.calls.iter().filter(|(key, _)| key.action == action).map(|(_, n)| n).sum()
    }

    /// Calls of one action in one account and region.
    pub fn at(&self, account_id: &str, region: &str, action: &str) -> u64 {
        let key = CallKey { account_id: account_id.to_owned(), region: region.to_owned(), action: action.to_owned() };
        self.calls.get(&key).copied().unwrap_or(0)
    }

    /// Calls by action alone.
    pub fn by_action(&self) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for (key, n) in &self.calls {
            *sums.entry(key.action.clone()).or_insert(0) += n;
        }
        sums
    }
}
