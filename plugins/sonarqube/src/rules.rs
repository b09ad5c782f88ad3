//! The sorts of issues that SonarQube has, as rules. How severe a finding is SonarQube says, each time.

use guest_sdk::{Class, Error, Rule, Severity};

/// A sort of issue.
pub(crate) struct Sort {
    /// SonarQube's type.
    pub(crate) kind: &'static str,
    /// The quality of software that such an issue is bad for, in SonarQube's newer words.
    pub(crate) quality: &'static str,
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

pub(crate) const ALL: &[Sort] = &[
    Sort {
        kind: "VULNERABILITY",
        quality: "SECURITY",
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
        rule: Rule {
            id: "code-smell",
            title: "Code is hard to change",
            severity: Severity::Low,
            why: "What is hard to read is mended late, and wrongly.",
            ..RULE
        },
    },
];

/// The parameter.
pub(crate) fn asked(types: &[&str]) -> Result<Vec<&'static Sort>, Error> {
    let named = |word: &&str| {
        let sort = ALL.iter().find(|sort| sort.kind.eq_ignore_ascii_case(word));
        let words = "vulnerability, bug and code_smell";
        sort.ok_or_else(|| Error::Failed(format!("`{word}` in the parameter `types` is no type; there are {words}")))
    };
    match types {
        [] => Err(Error::Failed("the parameter `types` is empty: name a type of issue".to_owned())),
        types => types.iter().map(named).collect(),
    }
}
