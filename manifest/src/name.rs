//! The name of a plugin.

use crate::text::shown;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The name of a plugin: it is also the name of its folder, and of its findings' origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginName(String);

/// A text that is no name of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is no name for a plugin; a name has 2 to 40 lower-case letters, digits and `-`, and begins and ends with a letter or a digit",
    shown(.0)
)]
pub struct NameError(String);

impl PluginName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PluginName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let is_right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = (2..=40).contains(&text.len()) && text.chars().all(is_right);
        if !is_name || text.starts_with('-') || text.ends_with('-') {
            return Err(NameError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PluginName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<PluginName> for String {
    fn from(name: PluginName) -> Self {
        name.0
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::PluginName;

    #[test]
    fn a_name_can_be_a_folder_and_nothing_else() {
        for text in ["waste", "gcp-asset", "a1", &"x".repeat(40)] {
            assert_eq!(text.parse::<PluginName>().unwrap().as_str(), text);
        }
        for text in ["", "x", "Waste", "..", "a/b", "a b", "-a", "a-", "a_b", "ä-b", "a\u{1b}", &"x".repeat(41)] {
            let error = text.parse::<PluginName>().unwrap_err().to_string();
            assert!(error.contains("is no name for a plugin"), "{error}");
            assert!(!error.contains('\u{1b}'), "{error:?}");
        }
    }
}
