//! A finding as it is reported: with who found it, since when, and what has become of it.

use super::{Finding, Severity, text};
use crate::Scope;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

/// What has become of a finding since it was first seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The last scan saw it for the first time, or again after it was resolved.
    New,
    /// Seen before, and still there.
    Open,
    /// Still there, and somebody said not to speak of it.
    Muted {
        /// Why.
        reason: Option<String>,
        /// Until when; none for good.
        until: Option<DateTime<Utc>>,
    },
    /// The last scan that could have seen it did not, or its scanner says so.
    Resolved,
}

impl Standing {
    /// By the scanner's own word: what it says is settled is not open, whether it was seen before or not.
    pub fn by_scanner(status: &str, is_first: bool) -> Self {
        match status {
            "resolved" | "archived" => Self::Resolved,
            "suppressed" => Self::Muted { reason: None, until: None },
            _ if is_first => Self::New,
            _ => Self::Open,
        }
    }

    /// The word in JSON and in SQL.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Muted { .. } => "muted",
            Self::Resolved => "resolved",
        }
    }
}

/// A finding with what the host knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What the scanner said.
    pub finding: Finding,
    /// The plugin that said it.
    pub plugin: String,
    /// The plugin's version.
    pub plugin_version: String,
    /// Since when it has been there without a break: when a scan saw it for the first time, or again after it was resolved.
    pub first_seen: DateTime<Utc>,
    /// When a scan saw it last.
    pub last_seen: DateTime<Utc>,
    /// What has become of it.
    pub standing: Standing,
    /// The resource's tags.
    pub tags: BTreeMap<String, String>,
    /// What people call the account.
    pub account_name: Option<String>,
}

/// A rule that a scanner holds resources to, as reports show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What findings refer to.
    pub id: String,
    /// What its findings are called.
    pub title: String,
    /// How bad its findings are, as a rule.
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// Where the rule is from, where it is not the author's own.
    pub origin: Option<String>,
}

/// Why a scan does not say all that there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Whether the plugin itself failed or could not look somewhere.
    pub kind: GapKind,
    /// `denied`, `throttled`, `limit`, …
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// The rule that could not be decided; none for any of them.
    pub rule: Option<String>,
    /// Where; none for everywhere.
    pub scope: Option<Scope>,
}

/// What sort of gap it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// The plugin ended before it was done.
    Failure,
    /// Something could not be read or decided.
    Unread,
}

/// What one plugin has to report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The plugin.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The rules that it has.
    pub rules: Vec<Rule>,
    /// What it found.
    pub findings: Vec<Seen>,
    /// What it could not look at. Empty for a scan that is complete.
    pub gaps: Vec<Gap>,
}

impl Seen {
    /// The order in which findings are shown, and by which a few of them are chosen: the worst first, of those what saves most,
    /// and what is alike by its uid, so that it is the same in every scan and in every format.
    pub fn worst_first(&self, other: &Self) -> Ordering {
        let rank = |seen: &Self| (Reverse(seen.finding.severity), Reverse(seen.finding.monthly_saving));
        rank(self)
            .cmp(&rank(other))
            .then_with(|| self.finding.uid.cmp(&other.finding.uid))
            .then_with(|| self.plugin.cmp(&other.plugin))
    }

    /// The title in one line; the rule where there is none.
    pub(super) fn title(&self, most: usize) -> String {
        text::short(&self.finding.title, most, &self.finding.rule)
    }

    /// The title, what it is about, where that is, and what mending it would save.
    pub(super) fn sentence(&self) -> String {
        let resource = &self.finding.resource;
        let name = resource.name.as_deref().filter(|name| *name != resource.resource_id);
        let about = match name {
            Some(name) => format!("{name} ({})", resource.resource_id),
            None => resource.resource_id.clone(),
        };
        let cents = self.finding.monthly_saving.map(|amount| format!("{:.2}", amount.round_dp(2)));
        let saving = cents.map(|amount| self.in_currency(&amount));
        let saving = saving.map_or_else(String::new, |saving| format!("; mending it saves {saving} a month"));
        text::line(&format!("{}: {about}{}{saving}", self.title(usize::MAX), self.place()))
    }

    /// `, account prod (111122223333), eu-west-1`, or as much of it as is known.
    fn place(&self) -> String {
        let resource = &self.finding.resource;
        // A plugin may write nothing where it knows nothing.
        let account_id = resource.account_id.as_ref().filter(|id| !id.is_empty());
        let region = resource.region.clone().filter(|region| !region.is_empty());
        let account = match (&self.account_name, account_id) {
            (Some(name), Some(id)) if name != id => Some(format!("account {name} ({id})")),
            (_, Some(id)) => Some(format!("account {id}")),
            (Some(name), None) => Some(format!("account {name}")),
            (None, None) => None,
        };
        [account, region].into_iter().flatten().map(|part| format!(", {part}")).collect()
    }

    /// `12.3045 USD`, exactly: none where the saving is not known.
    pub(super) fn saving(&self) -> Option<String> {
        self.finding.monthly_saving.map(|amount| self.in_currency(&amount.to_string()))
    }

    /// The bill's own currency has no name here.
    fn in_currency(&self, amount: &str) -> String {
        match &self.finding.currency {
            Some(currency) => format!("{amount} {currency}"),
            None => amount.to_owned(),
        }
    }
}

/// The members of a JSON object that are not null. Only of the object itself: a null within evidence is evidence.
pub(super) fn known(object: Value) -> Value {
    match object {
        Value::Object(members) => members.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

#[cfg(test)]
pub(super) mod example {
    //! Findings that the formats are tried on.

    use super::*;
    use crate::finding::{Class, Resource};
    use serde_json::json;

    pub(in crate::finding) fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub(in crate::finding) fn now() -> DateTime<Utc> {
        at("2026-11-27T08:00:00Z")
    }

    /// An AWS volume that costs money and does nothing.
    pub(in crate::finding) fn volume() -> Seen {
        let resource = Resource {
            resource_id: "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1".into(),
            kind: Some("storage.volume".into()),
            name: Some("data-1".into()),
            provider: Some("aws".into()),
            account_id: Some("111122223333".into()),
            region: Some("eu-west-1".into()),
        };
        let finding = Finding {
            uid: "unattached-volume:vol-1".into(),
            class: Class::Compliance,
            title: "Volume is attached to nothing".into(),
            severity: Severity::Medium,
            status: "new".into(),
            rule: "unattached-volume".into(),
            resource,
            evidence: json!({"attached": false, "size_gib": 100, "last_used": null}).as_object().unwrap().clone(),
            remediation: Some("Take a snapshot and delete it.".into()),
            monthly_saving: Some("12.30".parse().unwrap()),
            currency: Some("USD".into()),
        };
        Seen {
            finding,
            plugin: "waste".into(),
            plugin_version: "0.3.0".into(),
            first_seen: at("2026-11-01T06:00:00Z"),
            last_seen: at("2026-11-27T06:00:00Z"),
            standing: Standing::Open,
            tags: BTreeMap::from([("env".into(), "prod".into()), ("owner".into(), String::new())]),
            account_name: Some("production".into()),
        }
    }

    /// An Azure machine, of which less is known.
    pub(in crate::finding) fn machine(class: Class) -> Seen {
        let mut seen = volume();
        seen.finding.class = class;
        seen.finding.resource = Resource {
            resource_id: "/subscriptions/0b1f6471/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1"
                .into(),
            provider: Some("azure".into()),
            account_id: Some("0b1f6471".into()),
            region: Some("australiacentral2".into()),
            ..Resource::default()
        };
        seen.finding.monthly_saving = None;
        seen.finding.currency = None;
        seen.tags.clear();
        seen.account_name = None;
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::example::{machine, volume};
    use super::*;
    use crate::finding::Class;
    use serde_json::json;

    #[test]
    fn the_sentence_says_what_is_known_and_no_more() {
        assert_eq!(
            volume().sentence(),
            "Volume is attached to nothing: data-1 (arn:aws:ec2:eu-west-1:111122223333:volume/vol-1), \
             account production (111122223333), eu-west-1; mending it saves 12.30 USD a month"
        );
        // To cents for people, and exactly in a field.
        let mut exact = volume();
        exact.finding.monthly_saving = Some("186.2399981376".parse().unwrap());
        assert!(exact.sentence().ends_with("; mending it saves 186.24 USD a month"), "{}", exact.sentence());
        assert_eq!(exact.saving().as_deref(), Some("186.2399981376 USD"));
        let mut bare = machine(Class::Posture);
        bare.finding.resource.account_id = None;
        bare.finding.resource.region = None;
        bare.finding.resource.name = Some(bare.finding.resource.resource_id.clone());
        bare.finding.title = "\n".into();
        let said = "unattached-volume: /subscriptions/0b1f6471/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1";
        assert_eq!(bare.sentence(), said);
        // Nothing that is written is nothing that is known.
        bare.finding.resource.account_id = Some(String::new());
        bare.finding.resource.region = Some(String::new());
        assert_eq!(bare.sentence(), said);
    }

    #[test]
    fn the_worst_comes_first_then_what_saves_most_and_what_is_alike_by_its_uid() {
        let seen = |severity: Severity, saving: Option<&str>, uid: &str| {
            let mut seen = volume();
            seen.finding.severity = severity;
            seen.finding.monthly_saving = saving.map(|amount| amount.parse().unwrap());
            seen.finding.uid = uid.into();
            seen
        };
        let sorted = vec![
            seen(Severity::Critical, None, "z"),
            seen(Severity::Medium, Some("100"), "y"),
            seen(Severity::Medium, Some("9.50"), "b"),
            seen(Severity::Medium, Some("9.5"), "x"),
            seen(Severity::Medium, Some("0"), "c"),
            seen(Severity::Medium, None, "a"),
            seen(Severity::Medium, None, "d"),
            seen(Severity::Low, Some("5000"), "a"),
        ];
        let mut mixed: Vec<Seen> = sorted.iter().rev().cloned().collect();
        mixed.sort_by(Seen::worst_first);
        assert_eq!(mixed, sorted);
    }

    #[test]
    fn only_the_objects_own_nulls_are_left_out() {
        assert_eq!(known(json!({"a": null, "b": {"c": null}})), json!({"b": {"c": null}}));
    }
}
