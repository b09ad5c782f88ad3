//! `[recommendations]`: thresholds of the rules that say what could be saved.

use crate::failure::{Code, Failure};
use rust_decimal::Decimal;
use schema::rules::{self, Thresholds};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Thresholds of the rules that say what could be saved.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recommendations {
    /// By rule, then by parameter: what takes the place of the defaults.
    pub thresholds: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Recommendations {
    /// The thresholds, if each is one that a rule has.
    pub fn checked(&self) -> Result<Thresholds, Failure> {
        let bad = |what: String| Failure::new(Code::BadConfig, format!("`recommendations.thresholds`: {what}"));
        let mut all = Thresholds::new();
        for (rule, chosen) in &self.thresholds {
            for (name, value) in chosen {
                // The digits that were written: 0.1 is a tenth here, not the nearest double.
                let value: Decimal = value
                    .to_string()
                    .parse()
                    .map_err(|_| bad(format!("`{rule}.{name}` is {value}, which is no threshold")))?;
                all.entry(rule.clone()).or_default().insert(name.clone(), value);
            }
        }
        rules::check(&all).map_err(|error| bad(error.to_string()))?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let read: Recommendations = toml::from_str(text).expect("it is TOML");
        let said = read.checked().map(|all| format!("{all:?}")).map_err(|failure| failure.message);
        assert_eq!(said.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn thresholds_are_numbers_of_parameters_that_rules_have() {
        check("[thresholds.idle_instance]\ncpu_percent = 2.5", Ok(r#"{"idle_instance": {"cpu_percent": 2.5}}"#));
        check("[thresholds.idle_vm]\ncpu_percent = 2", Err("`recommendations.thresholds`: there is no rule `idle_vm`"));
        check(
            "[thresholds.unattached_volume]\nold_days = nan",
            Err("`recommendations.thresholds`: `unattached_volume.old_days` is NaN, which is no threshold"),
        );
    }
}
