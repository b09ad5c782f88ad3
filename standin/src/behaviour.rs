//! How a stand-in behaves beyond answering: latency, pages, quotas, sessions and faults.

use crate::faults::{Fault, RandomFaults};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How a stand-in behaves. The default answers at once, pages as AWS does, and refuses nothing.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// How long each call takes.
    pub latency: Latency,
    /// The largest page of any call that the cloud pages, where it is smaller than its own. Pages count what they
    /// list; those of `GetMetricData` count datapoints, those of Cost Explorer groups, those of Cost Management rows.
    pub page_cap: Option<usize>,
    /// The largest page of one action (`ec2:DescribeInstances`); goes before `page_cap`.
    pub page_caps: BTreeMap<String, usize>,
    /// Whether a list of Azure's begins with an empty page that links to the next, as Azure's may.
    pub empty_first_pages: bool,
    /// Where the `nextLink`s of Azure point instead of at the stand-in, such as `http://elsewhere.example`: a client
    /// must not follow them with its token.
    pub next_links_at: Option<String>,
    /// Providers of Azure (`Microsoft.Compute`) that no subscription has turned on: each of their calls is refused.
    pub unregistered: BTreeSet<String>,
    /// What Azure Monitor says of every metric instead of `Success`, with no values, in a reply that is one as a whole.
    pub metrics_error: Option<String>,
    /// Machines, by id in lower case, and the one metric of each that Azure Monitor has no values of, though its reply is a
    /// success and has the rest.
    pub metrics_refused: BTreeMap<String, String>,
    /// Machines, by id in lower case, and the one metric of each that Azure Monitor's answers have no word of, though it was
    /// asked for.
    pub metrics_not_named: BTreeMap<String, String>,
    /// Machines, by id in lower case, that Azure Monitor's answers leave out, though they were asked for.
    pub metrics_left_out: BTreeSet<String>,
    /// How often each action of each account and region (of Azure: each subscription) may be called.
    pub quota: Option<Quota>,
    /// The quota of one action (`ec2:DescribeInstances`); goes before `quota`.
    pub quotas: BTreeMap<String, Quota>,
    /// How often each account (of Azure: each subscription) may be called in all, whatever the region and the action;
    /// beside the other quotas.
    pub account_quota: Option<Quota>,
    /// The only actions that anyone may do, as policies name them: IAM's (`ec2:DescribeInstances`,
    /// `s3:ListAllMyBuckets`) and Azure's (`Microsoft.Compute/virtualMachines/read`), whole and in that case. Others
    /// are denied as by the cloud itself. Absent: all. `sts:GetCallerIdentity` needs no permission.
    pub allowed_actions: Option<BTreeSet<String>>,
    /// How long assumed roles last.
    pub sessions: Sessions,
    /// What goes wrong, at chosen calls. The first that fits strikes.
    pub faults: Vec<Fault>,
    /// What goes wrong at random, where no chosen fault strikes.
    pub random_faults: Option<RandomFaults>,
}

/// How long a call takes before it is answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Latency {
    /// Always.
    pub fixed: Duration,
    /// At most this much more, drawn from the seed.
    pub jitter: Duration,
    /// What the jitter is drawn from.
    pub seed: u64,
}

impl Latency {
    /// The same for every call.
    pub fn fixed(fixed: Duration) -> Self {
        Self { fixed, ..Self::default() }
    }
}

/// A token bucket for each account, region and action, as AWS's API throttling works.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// How fast the bucket fills, in calls a second.
    pub per_second: f64,
    /// How many calls a full bucket allows at once; it starts full.
    pub burst: f64,
}

/// How long the credentials of an assumed role last.
#[derive(Debug, Clone, Copy)]
pub struct Sessions {
    /// After so long they are expired; `AssumeRole` says so in `Expiration`, counted from the request's `X-Amz-Date`.
    pub last: Duration,
    /// After so many calls they are expired, whatever `Expiration` said: shows an expiry in the middle of a query.
    pub calls: Option<u64>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { last: Duration::from_secs(3600), calls: None }
    }
}

impl Behaviour {
    pub(crate) fn quota_of(&self, action: &str) -> Option<Quota> {
        self.quotas.get(action).copied().or(self.quota)
    }

    pub(crate) fn allows(&self, permission: &str) -> bool {
        permission == "sts:GetCallerIdentity"
            || self.allowed_actions.as_ref().is_none_or(|allowed| allowed.contains(permission))
    }

    pub(crate) fn page_cap_of(&self, action: &str) -> usize {
        let cap = self.page_caps.get(action).copied().or(self.page_cap);
        cap.unwrap_or(usize::MAX).max(1)
    }
}
