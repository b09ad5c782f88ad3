//! What goes wrong, and at which calls.

use crate::counts::CallKey;
use crate::seeded;

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// 403: the caller may not (`UnauthorizedOperation`, `AccessDenied`, `AccessDeniedException`,
    /// `AuthorizationFailed`).
    Denied,
    /// The service's own throttling error.
    Throttle,
    /// 500 with the service's own internal error.
    ServerError,
    /// The call is read and never answered.
    Hang,
    /// The connection is closed in the middle of a good reply.
    Cut,
    /// The credentials are expired.
    ExpiredToken,
    /// 200 with a body that is no reply of any protocol.
    Garbage,
    /// 200 with JSON that is an error, and has nothing of what was asked for. Only Azure has replies that it can be told
    /// from: elsewhere it is as garbage is.
    OtherShape,
}

impl FaultKind {
    /// Every kind that each cloud has.
    pub const ALL: [Self; 7] =
        [Self::Denied, Self::Throttle, Self::ServerError, Self::Hang, Self::Cut, Self::ExpiredToken, Self::Garbage];
}

/// At which of the calls that it is about a fault strikes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum When {
    /// At every call.
    #[default]
    Always,
    /// At these calls of each account, region and action, counted from 1 (retries count): from `first`, `times` calls.
    Calls {
        /// The first call that it strikes.
        first: u64,
        /// How many calls it strikes.
        times: u64,
    },
    /// At every request for this page, counted from 1. Follow-up pages are known by their token.
    Page(u64),
}

/// One fault: where, when and what.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Only calls of this account.
    pub account_id: Option<String>,
    /// Only calls in this region.
    pub region: Option<String>,
    /// Only this action, such as `ec2:DescribeInstances`.
    pub action: Option<String>,
    /// Which of those calls.
    pub when: When,
    /// What happens.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault of every call, to be narrowed.
    pub fn new(kind: FaultKind) -> Self {
        Self { account_id: None, region: None, action: None, when: When::Always, kind }
    }

    /// Only in this account.
    pub fn account(mut self, id: &str) -> Self {
        self.account_id = Some(id.to_owned());
        self
    }

    /// Only in this region.
    pub fn region(mut self, name: &str) -> Self {
        self.region = Some(name.to_owned());
        self
    }

    /// Only of this action, such as `ec2:DescribeInstances`.
    pub fn action(mut self, action: &str) -> Self {
        self.action = Some(action.to_owned());
        self
    }

    /// Only at the `nth` call, counted from 1.
    pub fn call(self, nth: u64) -> Self {
        self.calls(nth, 1)
    }

    /// Only at `times` calls from the `first`, counted from 1.
    pub fn calls(mut self, first: u64, times: u64) -> Self {
        self.when = When::Calls { first, times };
        self
    }

    /// From the `first` call on, for ever.
    pub fn from_call(self, first: u64) -> Self {
        self.calls(first, u64::MAX)
    }

    /// Only at requests for this page, counted from 1.
    pub fn page(mut self, page: u64) -> Self {
        self.when = When::Page(page);
        self
    }

    fn strikes(&self, call: &NthCall<'_>) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        fits(&self.account_id, &call.key.account_id)
            && fits(&self.region, &call.key.region)
            && fits(&self.action, &call.key.action)
            && match self.when {
                When::Always => true,
                When::Calls { first, times } => call.nth >= first && call.nth - first < times,
                When::Page(page) => call.page == page,
            }
    }
}

/// Faults drawn from a seed: which calls they strike depends on the seed, the account, the region, the action and the
/// number of the call, and not on how calls interleave.
#[derive(Debug, Clone)]
pub struct RandomFaults {
    /// What they are drawn from.
    pub seed: u64,
    /// The share of calls that they strike, 0 to 1.
    pub rate: f64,
    /// What happens; each is as likely.
    pub kinds: Vec<FaultKind>,
    /// Only these actions; empty: all.
    pub actions: Vec<String>,
}

impl RandomFaults {
    fn strike(&self, call: &NthCall<'_>) -> Option<FaultKind> {
        let key = call.key;
        if self.kinds.is_empty() || !(self.actions.is_empty() || self.actions.contains(&key.action)) {
            return None;
        }
        let drawn = seeded::hash(self.seed ^ seeded::mix(call.nth), &[&key.account_id, &key.region, &key.action]);
        let mut dice = seeded::Dice::new(drawn);
        dice.chance(self.rate).then(|| *dice.pick(&self.kinds))
    }
}

/// A fault that struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// Whom.
    pub key: CallKey,
    /// Which call of that account, region and action, counted from 1.
    pub nth: u64,
    /// Which page it asked for, counted from 1.
    pub page: u64,
    /// What happened.
    pub kind: FaultKind,
}

/// One call, as faults see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NthCall<'a> {
    pub(crate) key: &'a CallKey,
    pub(crate) nth: u64,
    pub(crate) page: u64,
}

/// The fault that strikes a call, if any.
pub(crate) fn strike(chosen: &[Fault], random: Option<&RandomFaults>, call: &NthCall<'_>) -> Option<FaultKind> {
    let chosen = chosen.iter().find(|fault| fault.strikes(call)).map(|fault| fault.kind);
    chosen.or_else(|| random.and_then(|random| random.strike(call)))
}
