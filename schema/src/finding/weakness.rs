//! The names of known weaknesses that a finding's rule and evidence hold.

use super::Finding;
use serde_json::Value;
use std::collections::BTreeSet;

/// So many of a sort are named in a report; a scanner's evidence may hold any number.
const MOST: usize = 100;

/// How deep evidence is looked into, so that nesting without end cannot use up the stack.
const MAX_DEPTH: usize = 16;

/// `CVE-2024-3094` and its like, in capitals.
pub(super) fn cves(finding: &Finding) -> Vec<String> {
    named(finding, is_cve)
}

/// `CWE-79` and its like, in capitals.
pub(super) fn cwes(finding: &Finding) -> Vec<String> {
    named(finding, |word| word.strip_prefix("CWE-").is_some_and(is_number))
}

fn named(finding: &Finding, wanted: fn(&str) -> bool) -> Vec<String> {
    let mut found = BTreeSet::new();
    in_text(&finding.rule, wanted, &mut found);
    for value in finding.evidence.values() {
        in_value(value, MAX_DEPTH, wanted, &mut found);
    }
    found.into_iter().collect()
}

fn in_value(value: &Value, depth: usize, wanted: fn(&str) -> bool, found: &mut BTreeSet<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::String(text) => in_text(text, wanted, found),
        Value::Array(values) => values.iter().for_each(|value| in_value(value, depth, wanted, found)),
        Value::Object(members) => members.values().for_each(|value| in_value(value, depth, wanted, found)),
        _ => {}
    }
}

fn in_text(text: &str, wanted: fn(&str) -> bool, found: &mut BTreeSet<String>) {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').map(str::to_ascii_uppercase);
    for word in words.filter(|word| wanted(word)) {
        if found.len() < MOST {
            found.insert(word);
        }
    }
}

fn is_cve(word: &str) -> bool {
    let numbers = word.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    numbers.is_some_and(|(year, number)| year.len() == 4 && is_number(year) && number.len() >= 4 && is_number(number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::seen::example::volume;
    use serde_json::json;

    #[test]
    fn names_are_found_wherever_they_are_and_nothing_else_is() {
        let mut finding = volume().finding;
        finding.rule = "trivy:cve-2024-3094".into();
        finding.evidence = json!({
            "ids": ["CVE-2021-44228", {"also": "see (CVE-2021-44228, CWE-502)."}],
            "no": ["CVE-21-44228", "CVE-2021-1", "CWE-", "MY-CVE-2021-44228", 2021],
        })
        .as_object()
        .unwrap()
        .clone();
        assert_eq!(cves(&finding), ["CVE-2021-44228", "CVE-2024-3094"]);
        assert_eq!(cwes(&finding), ["CWE-502"]);
    }

    #[test]
    fn evidence_without_end_has_an_end() {
        let mut finding = volume().finding;
        let many: Vec<String> = (0..500).map(|number| format!("CVE-2024-{number:04}")).collect();
        let deep = (0..100).fold(json!("CVE-2023-0001"), |value, _| json!([value]));
        finding.evidence = json!({"deep": deep, "many": many}).as_object().unwrap().clone();
        assert_eq!(cves(&finding).len(), MOST);
        assert!(!cves(&finding).contains(&"CVE-2023-0001".to_owned()));
    }
}
