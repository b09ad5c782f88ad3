//! The hash of a component, which is pinned when it is installed.

use crate::text::shown;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The SHA-256 of a component's bytes, as `sha256sum` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ComponentHash([u8; 32]);

/// A text that is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no SHA-256; one has 64 lower-case hexadecimal digits", shown(.0))]
pub struct HashError(String);

impl ComponentHash {
    /// The hash of these bytes.
    pub fn of(component: &[u8]) -> Self {
        Self(Sha256::digest(component).into())
    }
}

impl FromStr for ComponentHash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let bytes: Option<Vec<u8>> =
            text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| HashError(text.to_owned()))
    }
}

impl TryFrom<String> for ComponentHash {
    type Error = HashError;

    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl From<ComponentHash> for String {
    fn from(hash: ComponentHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for ComponentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::ComponentHash;

    #[test]
    fn a_hash_is_what_sha256sum_prints() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ComponentHash::of(b"abc").to_string(), abc);
        assert_eq!(abc.parse(), Ok(ComponentHash::of(b"abc")));
        for text in ["", "ba", &abc[1..], &abc.to_uppercase(), &format!("{abc}00"), "ä"] {
            assert!(text.parse::<ComponentHash>().is_err(), "{text}");
        }
    }
}
