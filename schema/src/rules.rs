//! The rules behind `recommendations`, as data: what each looks at, its thresholds, its evidence and its saving.
//!
//! They are in `rules.json`, one entry each. Conditions and values are SQL over the tables, in which the resource
//! is `r`, `{name}` is a parameter, `{rule.name}` that of another rule, and `{now}` the time of the request. How they become
//! a query is the engine's.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

/// The names of the rules, in the order of the file. A test holds it to the file.
pub const NAMES: &[&str] = &[
    "idle_instance",
    "under_used_instance",
    "old_generation_instance",
    "unattached_volume",
    "stopped_instance_volume",
    "gp2_volume",
    "unassociated_public_ip",
    "orphaned_snapshot",
    "old_snapshot",
];

/// One rule.
///
/// What could not be read makes no recommendation: a condition is written so that a missing value fails it, and a row
/// that must not be there is named in [`Rule::gone`], where the engine sees to it. So recommendations over incomplete
/// coverage are some of those that there are, and their savings are too low rather than wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name: `idle_instance`.
    pub name: String,
    /// What to do, in a few words.
    pub title: String,
    /// What kind of waste it finds.
    pub category: String,
    /// How sure it is: `high` or `medium`.
    pub confidence: String,
    /// The table of the resources that it is about; `r` in its SQL.
    pub from: String,
    /// Other tables that it needs, as SQL joins them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// What holds for a resource that it recommends something about.
    #[serde(rename = "where")]
    pub condition: String,
    /// What must not exist beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Gone>,
    /// Its thresholds.
    pub parameters: Vec<Parameter>,
    /// The values that led to it, by name.
    #[serde(deserialize_with = "in_order")]
    pub evidence: Vec<(String, String)>,
    /// The saving of 30 days, from actual cost; null where it is not known.
    pub saving: String,
    /// How the saving is reckoned, in words.
    pub saving_basis: String,
    /// Why it is waste, and what to look at before acting.
    pub why: String,
}

/// Rows of another table of which none may match, in the resource's account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// The table; `g` in the condition.
    pub table: String,
    /// When a row of it matches the resource.
    #[serde(rename = "match")]
    pub condition: String,
}

/// A threshold of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in the rule's SQL.
    pub name: String,
    /// Its value where nobody chose another.
    #[serde(deserialize_with = "number")]
    pub default: Decimal,
    /// What it is, with its unit.
    pub meaning: String,
}

/// Values that somebody chose for parameters: by rule, then by parameter.
pub type Thresholds = BTreeMap<String, BTreeMap<String, Decimal>>;

/// What is wrong with chosen thresholds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// No rule of that name.
    #[error("there is no rule `{name}`{}", hint(.nearest))]
    Rule {
        /// The name.
        name: String,
        /// The nearest right one.
        nearest: Option<&'static str>,
    },
    /// No parameter of that name.
    #[error("the rule `{rule}` has no parameter `{name}`; it has {}", listed(.known))]
    Parameter {
        /// The rule.
        rule: String,
        /// The name.
        name: String,
        /// The right ones.
        known: Vec<String>,
    },
    /// A value below zero.
    #[error("`{rule}.{name}` is {value}; a threshold is zero or more")]
    Negative {
        /// The rule.
        rule: String,
        /// The parameter.
        name: String,
        /// The value.
        value: Decimal,
    },
}

fn hint(nearest: &Option<&'static str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// Every rule, in the order of the file.
pub fn all() -> &'static [Rule] {
    static ALL: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let read = serde_json::from_str(include_str!("rules.json"));
        debug_assert!(read.is_ok(), "rules.json: {read:?}");
        read.unwrap_or_default()
    });
    &ALL
}

/// Whether every chosen threshold is one that a rule has.
pub fn check(thresholds: &Thresholds) -> Result<(), ThresholdError> {
    for (name, chosen) in thresholds {
        let rule = all().iter().find(|rule| rule.name == *name).ok_or_else(|| ThresholdError::Rule {
            name: name.clone(),
            nearest: crate::names::nearest(name, NAMES.iter().copied()),
        })?;
        for (name, value) in chosen {
            let (rule_name, name) = (rule.name.clone(), name.clone());
            if !rule.parameters.iter().any(|parameter| parameter.name == name) {
                let known = rule.parameters.iter().map(|parameter| parameter.name.clone()).collect();
                return Err(ThresholdError::Parameter { rule: rule_name, name, known });
            }
            if value.is_sign_negative() && !value.is_zero() {
                return Err(ThresholdError::Negative { rule: rule_name, name, value: *value });
            }
        }
    }
    Ok(())
}

impl Rule {
    /// A text of the rule with the values of its parameters in it, and of those of other rules that it names: what one rule
    /// leaves to another is never counted by both, whatever somebody chose.
    pub fn filled(&self, text: &str, thresholds: &Thresholds) -> String {
        let own = self.replaced(text.to_owned(), "", thresholds);
        all().iter().fold(own, |text, other| other.replaced(text, &format!("{}.", other.name), thresholds))
    }

    /// The text with the values of this rule's parameters, where they are called by their names with this before them.
    fn replaced(&self, text: String, before: &str, thresholds: &Thresholds) -> String {
        let chosen = thresholds.get(&self.name);
        self.parameters.iter().fold(text, |text, parameter| {
            let value = chosen.and_then(|chosen| chosen.get(&parameter.name)).unwrap_or(&parameter.default);
            text.replace(&format!("{{{before}{}}}", parameter.name), &value.normalize().to_string())
        })
    }
}

/// A number as it is written.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    number.to_string().parse().map_err(serde::de::Error::custom)
}

/// The entries of a JSON object as they stand there: evidence reads best in the order in which it was written.
fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Entries;
    impl<'de> serde::de::Visitor<'de> for Entries {
        type Value = Vec<(String, String)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of texts")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            let mut seen = HashSet::new();
            while let Some((key, value)) = map.next_entry::<String, String>()? {
                if !seen.insert(key.clone()) {
                    return Err(serde::de::Error::custom(format!("`{key}` stands there twice")));
                }
                entries.push((key, value));
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_map(Entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn the_file_reads_and_its_names_are_the_list() {
        let names: Vec<&str> = all().iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn rules_speak_of_tables_and_parameters_that_there_are() {
        for rule in all() {
            let table = tables::find(&rule.from).unwrap_or_else(|| panic!("{}: `{}`", rule.name, rule.from));
            assert!(table.kind == crate::TableKind::Resource, "{}", rule.name);
            for gone in &rule.gone {
                assert!(tables::find(&gone.table).is_some(), "{}: `{}`", rule.name, gone.table);
            }
            let words = tables::RECOMMENDATIONS.column("category").map(|column| column.values).unwrap_or_default();
            assert!(words.contains(&rule.category.as_str()), "{}: `{}`", rule.name, rule.category);
            let used = [&rule.condition, &rule.saving, &rule.saving_basis].map(String::as_str).join(" ");
            for parameter in &rule.parameters {
                assert!(used.contains(&format!("{{{}}}", parameter.name)), "{}.{}", rule.name, parameter.name);
            }
            let filled = rule.filled(&used, &Thresholds::new()).replace("{now}", "");
            assert!(!filled.contains(['{', '}']), "{}: {filled}", rule.name);
        }
    }

    #[test]
    fn what_a_rule_leaves_to_another_follows_the_other_s_threshold() {
        let of = |name: &str| all().iter().find(|rule| rule.name == name).expect("there is such a rule");
        let chosen = |rule: &str, value: i64| {
            Thresholds::from([(rule.to_owned(), BTreeMap::from([("cpu_percent".to_owned(), Decimal::from(value))]))])
        };
        let (idle, used) = (chosen("idle_instance", 5), chosen("under_used_instance", 30));
        let condition = |thresholds: &Thresholds| {
            of("under_used_instance").filled(&of("under_used_instance").condition, thresholds)
        };
        assert!(condition(&idle).contains("NOT (r.cpu_avg < 5 AND r.cpu_max < 20)"), "{}", condition(&idle));
        assert!(condition(&used).contains("r.cpu_avg < 30 AND"), "{}", condition(&used));
        let old = of("old_generation_instance");
        let saving = |thresholds: &Thresholds| old.filled(&old.saving, thresholds);
        assert!(saving(&used).contains("r.cpu_avg >= 30 AND r.cpu_avg >= 3 AND"), "{}", saving(&used));
        assert!(saving(&idle).contains("r.cpu_avg >= 20 AND r.cpu_avg >= 5 AND"), "{}", saving(&idle));
        // What was once chosen apart is refused: it would count one cost twice.
        let apart = Thresholds::from([(
            "under_used_instance".to_owned(),
            BTreeMap::from([("idle_cpu_percent".to_owned(), Decimal::from(5))]),
        )]);
        let said = check(&apart).expect_err("it is another rule's").to_string();
        assert!(
            said.starts_with("the rule `under_used_instance` has no parameter `idle_cpu_percent`; it has"),
            "{said}"
        );
    }

    #[test]
    fn a_chosen_threshold_takes_the_place_of_the_default() {
        let chosen = |rule: &str, name: &str, value: i64| {
            Thresholds::from([(rule.to_owned(), BTreeMap::from([(name.to_owned(), Decimal::from(value))]))])
        };
        let rule = &all()[0];
        assert_eq!(rule.filled("< {cpu_percent}", &Thresholds::new()), "< 3");
        let five = chosen("idle_instance", "cpu_percent", 5);
        assert_eq!((rule.filled("< {cpu_percent}", &five), check(&five)), ("< 5".to_owned(), Ok(())));
        for (thresholds, said) in [
            (
                chosen("idle_instanse", "cpu_percent", 5),
                "there is no rule `idle_instanse`; did you mean `idle_instance`?",
            ),
            (
                chosen("unattached_volume", "days", 5),
                "the rule `unattached_volume` has no parameter `days`; it has `old_days`",
            ),
            (
                chosen("unattached_volume", "old_days", -5),
                "`unattached_volume.old_days` is -5; a threshold is zero or more",
            ),
        ] {
            assert_eq!(check(&thresholds).map_err(|error| error.to_string()), Err(said.to_owned()));
        }
    }
}
