//! The sorts of issues that SonarQube has, as rules. How severe a finding is SonarQube says, each time.

use crate::lists::{HOTSPOTS, ISSUES, List};
use guest_sdk::{Class, Error, Rule, Severity};

/// A sort of issue.
pub(crate) struct Sort {
    /// SonarQube's type.
    pub(crate) kind: &'static str,
    /// The quality of software that such an issue is bad for, in SonarQube's newer words; empty where it
    /// has none.
    pub(crate) quality: &'static str,
    /// The list that it is in.
    pub(crate) list: &'static List,
    pub(crate) rule: Rule,
}

const RULE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    class: Class::Posture,
    why: "",
    remediation: "Follow the issue's address: the rule says there what is wrong, and what right code looks like.",
    missing: None,
    origin: Some("SonarQube"),
};

pub(crate) static ALL: &[Sort] = &[
    Sort {
        kind: "VULNERABILITY",
        quality: "SECURITY",
        list: &ISSUES,
        rule: Rule {
            id: "vulnerability",
            title: "Code can be attacked",
            severity: Severity::High,
            why: "Who can reach what runs from this code may make it do what it should not.",
            ..RULE
        },
    },
    Sort {
        kind: "BUG",
        quality: "RELIABILITY",
        list: &ISSUES,
        rule: Rule {
            id: "bug",
            title: "Code does what it should not",
            why: "It will be wrong, or break, when the case comes up.",
            ..RULE
        },
    },
    Sort {
        kind: "CODE_SMELL",
        quality: "MAINTAINABILITY",
        list: &ISSUES,
        rule: Rule {
            id: "code-smell",
            title: "Code is hard to change",
            severity: Severity::Low,
            why: "What is hard to read is mended late, and wrongly.",
            ..RULE
        },
    },
    Sort {
        kind: "SECURITY_HOTSPOT",
        quality: "",
        list: &HOTSPOTS,
        rule: Rule {
            id: "security-hotspot",
            title: "Code touches what security depends on",
            why: "Whether it can be attacked there no rule can tell: someone who knows the code has to look.",
            remediation: "Review it at the hotspot's address, and say there whether it is safe.",
            ..RULE
        },
    },
];

/// The parameter.
pub(crate) fn asked(types: &[&str]) -> Result<Vec<&'static Sort>, Error> {
    let named = |word: &&str| {
        let sort = ALL.iter().find(|sort| sort.kind.eq_ignore_ascii_case(word));
        let words = "vulnerability, bug, code_smell and security_hotspot";
        sort.ok_or_else(|| Error::Failed(format!("`{word}` in the parameter `types` is no type; there are {words}")))
    };
    match types {
        [] => Err(Error::Failed("the parameter `types` is empty: name a type of issue".to_owned())),
        types => types.iter().map(named).collect(),
    }
}
