//! Where a plugin may read: provider, account and region, each a name or `*` for all.

mod blocks;

pub use blocks::blocks;

use crate::limits::MAX_SCOPE_PART;
use crate::text::{is_unseen, shown};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a plugin may read. Written `provider/account/region`; the account may itself have slashes, as an ARN has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopePattern {
    parts: [Option<String>; 3],
}

/// A text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// It has not three parts.
    #[error("{} is no scope; write `provider/account/region`, with `*` for all, as in `aws/111122223333/*`", shown(.0))]
    Shape(String),
    /// One of them is wrong.
    #[error(
        "`{part}` is {}; write a name without spaces, of at most {MAX_SCOPE_PART} characters, or `*` alone for all",
        shown(.text)
    )]
    Part {
        /// `provider`, `account_id` or `region`.
        part: &'static str,
        /// As it was written.
        text: String,
    },
}

impl ScopePattern {
    /// Provider, account and region, each `*` for all.
    pub fn new(provider: &str, account_id: &str, region: &str) -> Result<Self, ScopeError> {
        let parts = [("provider", provider), ("account_id", account_id), ("region", region)];
        let [provider, account_id, region] = parts.map(|(part, text)| read_part(part, text));
        Ok(Self { parts: [provider?, account_id?, region?] })
    }

    /// What both mean, if anything.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut parts = self.parts.clone();
        for (own, other) in parts.iter_mut().zip(&other.parts) {
            match (&own, other) {
                (Some(a), Some(b)) if a != b => return None,
                (None, Some(name)) => *own = Some(name.clone()),
                _ => {}
            }
        }
        Some(Self { parts })
    }

    /// Whether it means all that the other means.
    pub fn covers(&self, other: &Self) -> bool {
        self.parts.iter().zip(&other.parts).all(|(own, other)| own.is_none() || own == other)
    }
}

fn read_part(part: &'static str, text: &str) -> Result<Option<String>, ScopeError> {
    let is_right = |c: char| !is_unseen(c) && !c.is_whitespace() && c != '*';
    let is_flat = part == "account_id" || !text.contains('/');
    match text {
        "*" => Ok(None),
        name if !name.is_empty() && name.len() <= MAX_SCOPE_PART && is_flat && name.chars().all(is_right) => {
            Ok(Some(name.to_owned()))
        }
        _ => Err(ScopeError::Part { part, text: text.to_owned() }),
    }
}

impl FromStr for ScopePattern {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let parts = text.split_once('/').and_then(|(first, rest)| Some((first, rest.rsplit_once('/')?)));
        let (provider, (account_id, region)) = parts.ok_or_else(|| ScopeError::Shape(text.to_owned()))?;
        Self::new(provider, account_id, region)
    }
}

impl TryFrom<String> for ScopePattern {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<ScopePattern> for String {
    fn from(scope: ScopePattern) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for ScopePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [provider, account_id, region] = self.parts.each_ref().map(|part| part.as_deref().unwrap_or("*"));
        write!(f, "{provider}/{account_id}/{region}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> ScopePattern {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_scope_is_shown_as_it_is_written() {
        for text in ["*/*/*", "aws/111122223333/eu-west-1", "kubernetes/arn:aws:eks:eu-west-1:1:cluster/prod/*"] {
            assert_eq!(scope(text).to_string(), text);
        }
        for text in ["", "aws", "aws/1", "aws//x", "/1/x", "aws/1/", "a*/1/x", "aws/1 2/x", "aws/\u{1b}/x"] {
            assert!(text.parse::<ScopePattern>().is_err(), "{text}");
        }
        assert!(ScopePattern::new("aws", "1", "eu/west").is_err());
    }

    #[test]
    fn what_two_mean_is_the_narrower_in_each_part() {
        let and = |a: &str, b: &str| scope(a).and(&scope(b)).map(|both| both.to_string());
        assert_eq!(and("aws/*/eu-west-1", "*/1/*").as_deref(), Some("aws/1/eu-west-1"));
        assert_eq!(and("aws/*/*", "azure/*/*"), None);
        assert!(scope("*/*/*").covers(&scope("aws/1/*")) && !scope("aws/1/*").covers(&scope("aws/*/*")));
    }
}
