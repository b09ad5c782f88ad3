//! Which firewall rules are for an instance: a rule says for whom it is, and an instance does not say which are for it.

use crate::asset::Asset;
use crate::row::{at, int, list, native_id, text, texts};
use guest_sdk::Json;
use std::collections::BTreeMap;

/// The type of asset that a rule is.
pub(crate) const RULE: &str = "compute.googleapis.com/Firewall";

/// Where nothing is said.
const PRIORITY: i64 = 1000;

/// The rules of all networks.
#[derive(Debug, Default)]
pub(crate) struct Firewalls {
    by_network: BTreeMap<String, BTreeMap<String, Rule>>,
    /// Whether policies of folders, organisations or networks have a say too. Which of them are for whom is not read.
    has_policies: bool,
}

#[derive(Debug)]
struct Rule {
    updated: Option<guest_sdk::Time>,
    is_enabled: bool,
    is_inbound: bool,
    denies: bool,
    priority: i64,
    tags: Vec<String>,
    accounts: Vec<String>,
}

impl Firewalls {
    pub(crate) fn take(&mut self, asset: &Asset) {
        self.has_policies |= asset.kind.ends_with("FirewallPolicy");
        let Some(network) = text(asset.data(), "network").filter(|_| asset.kind == RULE) else { return };
        let rule = Rule::of(asset);
        let rules = self.by_network.entry(native_id(network).to_owned()).or_default();
        match rules.get(asset.native_id()) {
            Some(known) if known.updated > rule.updated => {}
            _ => drop(rules.insert(asset.native_id().to_owned(), rule)),
        }
    }

    /// The rules that are in force for an instance; none where that is not known: where the export has no rule of its
    /// network, where policies have a say, and where one rule may close what another opens.
    pub(crate) fn of_instance(&self, data: &Json) -> Option<Vec<&str>> {
        let interfaces: Vec<_> = list(data, "networkInterfaces").collect();
        if self.has_policies || interfaces.is_empty() {
            return None;
        }
        let mut all = vec![];
        for interface in interfaces {
            let rules = self.by_network.get(native_id(text(interface, "network")?))?;
            all.extend(rules.iter().filter(|(_, rule)| rule.is_enabled && rule.is_for(data)));
        }
        let inbound = |denies: bool| all.iter().filter(move |(_, rule)| rule.is_inbound && rule.denies == denies);
        let first_denial = inbound(true).map(|(_, rule)| rule.priority).min();
        // Of two of one priority the one that denies is stronger.
        let is_closed = inbound(false).any(|(_, rule)| first_denial.is_some_and(|first| first <= rule.priority));
        (!is_closed).then(|| all.into_iter().map(|(id, _)| id.as_str()).collect())
    }
}

impl Rule {
    fn of(asset: &Asset) -> Self {
        let data = asset.data();
        let all = |key| texts(data, key).map(str::to_owned).collect();
        Self {
            updated: asset.updated,
            is_enabled: at(data, "disabled").and_then(|is| is.as_bool()) != Some(true),
            is_inbound: text(data, "direction") != Some("EGRESS"),
            denies: list(data, "denied").next().is_some(),
            priority: at(data, "priority").and_then(int).unwrap_or(PRIORITY),
            tags: all("targetTags"),
            accounts: all("targetServiceAccounts"),
        }
    }

    /// A rule without targets is for all of its network.
    fn is_for(&self, instance: &Json) -> bool {
        let is_tagged = || texts(instance, "tags.items").any(|tag| self.tags.iter().any(|target| target == tag));
        let mut accounts = list(instance, "serviceAccounts").filter_map(|account| text(account, "email"));
        let is_for_all = self.tags.is_empty() && self.accounts.is_empty();
        is_for_all || is_tagged() || accounts.any(|account| self.accounts.iter().any(|target| target == account))
    }
}
