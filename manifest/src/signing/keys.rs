//! Keys, and the one-line files that they are kept in.

use crate::limits::{MAX_KEY_BYTES, MAX_NAME};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The first words of key files. They differ in the first letters that a person reads, and neither is a beginning of the other.
const PUBLIC: &str = "neph-plugin-key";
const SECRET: &str = "neph-secret-plugin-key";
/// The only kind of key.
const KIND: &str = "ed25519";

/// Why a text is no key. The text itself is not in it: it may be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It has not the shape of a key file.
    #[error("this is no key of a plugin's author: {0}; a public key is one line, `{PUBLIC} {KIND} KEY NAME`")]
    Malformed(&'static str),
    /// A secret key where a public one belongs.
    #[error(
        "this is a secret key, and a public one is needed here; hand out the file that begins with `{PUBLIC}`, and keep this one"
    )]
    Secret,
    /// A public key where a secret one belongs.
    #[error("this is a public key, and a secret one is needed to sign; use the file that begins with `{SECRET}`")]
    Public,
    /// A point that anybody can sign for.
    #[error("this public key is one that anybody can make signatures for; do not trust it")]
    Weak,
    /// A name that is none.
    #[error("a key's name has 1 to {MAX_NAME} letters, digits, `-`, `_`, `.` and `@`, without spaces")]
    Name,
}

/// Whose key it is, in a word: as its owner says, so it proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

/// A short hash of a public key, by which a signature says which one it is to be checked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

/// A key that others check signatures with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    key: VerifyingKey,
    name: KeyName,
}

/// A key to sign with. Wiped from memory when it is dropped, and not shown by `Debug`.
pub struct SecretKey {
    key: SigningKey,
    name: KeyName,
}

/// Both keys of an author.
#[derive(Debug)]
pub struct KeyPair {
    /// To be kept.
    pub secret: SecretKey,
    /// To be handed out.
    pub public: PublicKey,
}

impl KeyPair {
    /// Keys from a seed, which must come from the machine's source of randomness and be used for nothing else.
    pub fn generate(seed: &[u8; 32], name: KeyName) -> Self {
        let secret = SecretKey { key: SigningKey::from_bytes(seed), name };
        Self { public: secret.public(), secret }
    }
}

impl PublicKey {
    /// As its owner says.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The short hash.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&Sha256::digest(self.key.as_bytes())[..8]);
        KeyId(id)
    }

    pub(super) fn verifying(&self) -> &VerifyingKey {
        &self.key
    }
}

impl SecretKey {
    /// What others check its signatures with.
    pub fn public(&self) -> PublicKey {
        PublicKey { key: self.key.verifying_key(), name: self.name.clone() }
    }

    /// The text of its file, which only its owner may read. The text is the caller's to keep from others; it is not wiped.
    pub fn to_secret_text(&self) -> String {
        format!("{SECRET} {KIND} {} {}\n", STANDARD.encode(self.key.as_bytes()), self.name)
    }

    pub(super) fn signing(&self) -> &SigningKey {
        &self.key
    }
}

/// Name and bytes of a key file that begins with `wanted`.
fn read(text: &str, wanted: &str) -> Result<([u8; 32], KeyName), KeyError> {
    if text.len() > MAX_KEY_BYTES {
        return Err(KeyError::Malformed("it is too long"));
    }
    let line = text.trim();
    if line.lines().count() > 1 {
        return Err(KeyError::Malformed("it has more than one line"));
    }
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        [PUBLIC, ..] if wanted == SECRET => Err(KeyError::Public),
        [SECRET, ..] if wanted == PUBLIC => Err(KeyError::Secret),
        [first, KIND, key, name] if *first == wanted => {
            let bytes = decode(key).ok_or(KeyError::Malformed("the key is not 32 bytes in base64"))?;
            Ok((bytes, name.parse()?))
        }
        [first, kind, ..] if *first == wanted && *kind != KIND => {
            Err(KeyError::Malformed("it is not of the kind `ed25519`"))
        }
        _ => Err(KeyError::Malformed("it does not have the four words")),
    }
}

/// So many bytes from base64, and no other number.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (bytes, name) = read(text, PUBLIC)?;
        let key =
            VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed("the bytes are no point of the curve"))?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self { key, name }) }
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (bytes, name) = read(text, SECRET)?;
        Ok(Self { key: SigningKey::from_bytes(&bytes), name })
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let is_right = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
        let is_name = (1..=MAX_NAME).contains(&text.len()) && text.chars().all(is_right);
        if is_name { Ok(Self(text.to_owned())) } else { Err(KeyError::Name) }
    }
}

impl FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let id = if is_hex && text.len() == 16 { u64::from_str_radix(text, 16).ok() } else { None };
        id.map(|id| Self(id.to_be_bytes())).ok_or(())
    }
}

impl TryFrom<String> for KeyName {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The line of its file, without the end of the line.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC} {KIND} {} {}", STANDARD.encode(self.key.as_bytes()), self.name)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("name", &self.name).finish_non_exhaustive()
    }
}
