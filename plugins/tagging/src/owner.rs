//! Which tags name an owner, and which resources can have one.

use guest_sdk::Resource;
use std::collections::BTreeMap;

/// What people call it, in the spellings that are told apart.
pub(crate) const TAGS: &str = "team,squad,owner,owners,owned-by,team-name,owner-name,owner-email,service-owner,\
    product-owner,business-owner,technical-owner";

/// What takes no tags, by provider and kind. Azure's subnets are a part of their network, and Google Cloud labels none of
/// these.
const UNTAGGABLE: &[(&str, &[&str])] = &[
    ("azure", &["network.subnet"]),
    ("gcp", &["network.network", "network.subnet", "network.security_group", "network.nat_gateway"]),
];

/// Accounts own, and are not owned.
pub(crate) fn is_taggable(resource: &Resource) -> bool {
    let Some(kind) = resource.kind.as_deref() else { return true };
    let is_without =
        |(provider, kinds): &(&str, &[&str])| resource.provider.as_deref() == Some(*provider) && kinds.contains(&kind);
    kind != "organization.account" && !UNTAGGABLE.iter().any(is_without)
}

/// What the owner's tags of all resources say.
pub(crate) struct OwnerTags {
    tags: Vec<String>,
    /// Of each resource what each of the tags says.
    said: Vec<Vec<Option<String>>>,
}

impl OwnerTags {
    pub(crate) fn new(tags: &[&str]) -> Self {
        Self { tags: tags.iter().map(|tag| plain(tag)).collect(), said: Vec::new() }
    }

    /// Takes the tags of the next resource, and says whether one of them names an owner.
    pub(crate) fn take(&mut self, all: &BTreeMap<String, String>) -> bool {
        let mut said = vec![None; self.tags.len()];
        for (key, value) in all.iter().filter(|(_, value)| !value.trim().is_empty()) {
            let key = plain(key);
            if let Some(at) = self.tags.iter().position(|tag| *tag == key) {
                said[at].get_or_insert_with(|| value.trim().to_lowercase());
            }
        }
        let is_owned = said.iter().any(Option::is_some);
        self.said.push(said);
        is_owned
    }

    /// The owner of each resource, in order, by the tag that most of them have; of several the first.
    pub(crate) fn named(self) -> impl Iterator<Item = Option<String>> {
        let count = |at: &usize| self.said.iter().filter(|said| said[*at].is_some()).count();
        let most = (0..self.tags.len()).rev().max_by_key(count);
        self.said.into_iter().map(move |mut said| most.and_then(|at| said[at].take()))
    }
}

/// `Owner-Email`, `owner_email` and `OwnerEmail` are one tag. What stands before a colon says whose word it is
/// (`acme:owner`); the provider's own are no owner's.
fn plain(tag: &str) -> String {
    let own = match tag.rsplit_once(':') {
        Some((before, _)) if before.starts_with("aws") => tag,
        Some((_, own)) => own,
        None => tag,
    };
    own.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}
