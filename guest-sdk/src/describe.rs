//! What a plugin says of itself: parameters, rules, tables. Plain data, so that a plugin can keep it in constants.

use crate::value::Value;

/// A parameter that an operator may set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What holds where the operator says nothing, and of which type it is.
    pub default: Setting,
    /// `days`, `percent`, … where it has one.
    pub unit: Option<&'static str>,
    /// What it changes, in a sentence.
    pub meaning: &'static str,
}

/// The value of a parameter, as a constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A measured number.
    Float(f64),
    /// Money, in digits.
    Decimal(&'static str),
    /// A text; lists are texts with commas.
    Text(&'static str),
}

impl Setting {
    /// The contract's word for the type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
        }
    }
}

impl From<Setting> for Value {
    fn from(setting: Setting) -> Self {
        match setting {
            Setting::Bool(value) => Self::Boolean(value),
            Setting::Int(value) => Self::Integer(value),
            Setting::Float(value) => Self::Real(value),
            Setting::Decimal(value) | Setting::Text(value) => Self::Text(value.to_owned()),
        }
    }
}

/// How bad it is, in OCSF's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
}

impl Severity {
    /// The contract's word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What sort of finding it is, by OCSF's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// 2002: a weakness that can be exploited, such as a CVE.
    Vulnerability,
    /// 2003: what a resource was held to and does not meet: a rule, a standard.
    Compliance,
    /// 2004: something that happened, or is happening.
    Detection,
    /// 2007: a weakness in an application and its software.
    Posture,
    /// 2008: what an analysis of identities and access shows: who can do what, and should not.
    Iam,
}

impl Class {
    /// The contract's word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::Compliance => "compliance",
            Self::Detection => "detection",
            Self::Posture => "posture",
            Self::Iam => "iam",
        }
    }
}

/// A rule that a scanner holds resources to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable: findings, mutes and reports refer to it.
    pub id: &'static str,
    /// What its findings are called.
    pub title: &'static str,
    /// How bad its findings are, as a rule.
    pub severity: Severity,
    /// The class of its findings.
    pub class: Class,
    /// Why it matters, in a sentence or two.
    pub why: &'static str,
    /// What to do about its findings; empty where that is for the scanner to say, each time.
    pub remediation: &'static str,
    /// The table or column without which it cannot be decided yet: such a rule makes no finding.
    pub missing: Option<&'static str>,
    /// Where the rule is from, where it is not the author's own.
    pub origin: Option<&'static str>,
}

/// What a scanner is.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The plugin's name; `env!("CARGO_PKG_NAME")`, as a rule.
    pub name: &'static str,
    /// `env!("CARGO_PKG_VERSION")`, as a rule.
    pub version: &'static str,
    /// What it looks for, in a sentence.
    pub summary: &'static str,
    /// What an operator may set.
    pub parameters: Vec<Parameter>,
    /// What it holds resources to. A finding of any other rule is refused.
    pub rules: Vec<Rule>,
}

/// A column of a table that a source fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnDescription {
    /// Its name.
    pub name: &'static str,
    /// `bool`, `int`, `float`, `decimal`, `text`, `time`, `map`, `list` or `json`.
    pub kind: &'static str,
    /// `GiB`, `percent`, … where it has one.
    pub unit: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
}

/// A table that a source fills: one of the host's, or one of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What one row is, in a sentence.
    pub meaning: &'static str,
    /// All columns that it can fill; of a table of the host's it may be some.
    pub columns: Vec<ColumnDescription>,
}

/// What a source is.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceDescription {
    /// The plugin's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it reads, in a sentence.
    pub summary: &'static str,
    /// What an operator may set.
    pub parameters: Vec<Parameter>,
    /// What it fills.
    pub tables: Vec<Table>,
}
