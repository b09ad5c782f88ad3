//! A finding: what a scanner says about a resource, in the terms of OCSF 1.x.

pub mod asff;
pub mod ocsf;
pub mod sarif;
pub mod seen;
mod text;
mod weakness;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What sort of finding it is, by OCSF's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A weakness that can be exploited, such as a CVE.
    Vulnerability,
    /// What a resource was held to and does not meet.
    Compliance,
    /// Something that happened, or is happening.
    Detection,
    /// A weakness in an application and its software.
    Posture,
    /// Who can do what, and should not.
    Iam,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Vulnerability, Self::Compliance, Self::Detection, Self::Posture, Self::Iam];

    /// The word in JSON, in SQL and in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::Compliance => "compliance",
            Self::Detection => "detection",
            Self::Posture => "posture",
            Self::Iam => "iam",
        }
    }

    /// The class of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// OCSF's `class_uid`.
    pub fn uid(self) -> u32 {
        match self {
            Self::Vulnerability => 2002,
            Self::Compliance => 2003,
            Self::Detection => 2004,
            Self::Posture => 2007,
            Self::Iam => 2008,
        }
    }
}

/// How bad it is, in OCSF's words; the order is from the least to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be said.
    Unknown,
    /// Worth knowing.
    Informational,
    /// Little, or seldom.
    Low,
    /// Should be mended.
    Medium,
    /// Should be mended soon.
    High,
    /// Should be mended now.
    Critical,
    /// It is too late for that.
    Fatal,
}

impl Severity {
    /// All of them, from the least to the worst.
    pub const ALL: [Self; 7] =
        [Self::Unknown, Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical, Self::Fatal];

    /// The word in JSON, in SQL and in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Fatal => "fatal",
        }
    }

    /// The severity of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }

    /// OCSF's `severity_id`: 0 for unknown, 1 to 6.
    pub fn id(self) -> u32 {
        self as u32
    }
}

/// The thing that a finding is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The ARN, or the ARM id in lower case: `resources.resource_id`.
    pub resource_id: String,
    /// The neutral kind: `compute.instance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name people gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `aws`, `azure`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// AWS account, Azure subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The provider's own name of the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What a scanner says about a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The same in every scan for the same thing, and for no other.
    pub uid: String,
    /// OCSF's class.
    pub class: Class,
    /// What is the matter, in a line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// What the scanner says of its state: `new`, as a rule.
    pub status: String,
    /// The id of the rule.
    pub rule: String,
    /// What it is about.
    pub resource: Resource,
    /// What it was concluded from: names, mostly of columns, and their values.
    pub evidence: Map<String, Value>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<String>,
    /// What would no longer be spent in a month. None where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_saving: Option<Decimal>,
    /// The saving's currency, ISO 4217; none for the one that the bill is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_ocsfs() {
        assert_eq!(Class::ALL.map(Class::uid), [2002, 2003, 2004, 2007, 2008]);
        assert!(Class::ALL.iter().all(|class| Class::named(class.as_str()) == Some(*class)));
        assert_eq!(Severity::ALL.map(Severity::id), [0, 1, 2, 3, 4, 5, 6]);
        assert!(Severity::ALL.iter().all(|severity| Severity::named(severity.as_str()) == Some(*severity)));
        assert_eq!((Class::named("malware"), Severity::named("HIGH")), (None, None));
    }
}
