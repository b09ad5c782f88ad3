//! Signatures of components, in a file beside each: whose it is, and that it was not changed since.

mod keys;

pub use keys::{KeyError, KeyId, KeyName, KeyPair, PublicKey, SecretKey};

use crate::limits::MAX_KEY_BYTES;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _};
use sha2::{Digest, Sha256};

/// The first word of a signature file. Another way of signing has another word.
const VERSION: &str = "neph-plugin-sig-1";

/// Comes before the component in what is hashed and signed, so that a signature of this kind is none of anything else that the
/// same key may have signed, and none of that is one of this kind.
const DOMAIN: &[u8] = b"nephoscope:plugin-signature:1\0";

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It is no signature file.
    #[error("the signature file is wrong: {0}; it has one line, `{VERSION} KEY-ID SIGNATURE`")]
    Malformed(&'static str),
    /// It is of a later version.
    #[error(
        "the signature file is not of the kind `{VERSION}`, which is the only one that this version knows; sign again, or update `neph`"
    )]
    Version,
    /// Nobody whom the operator trusts has signed.
    #[error(
        "the component is signed with the key `{0}`, which is not among the trusted ones; trust its public key first, if you do"
    )]
    UnknownKey(KeyId),
    /// It is no signature of these bytes.
    #[error(
        "the signature is not one of `{0}` for these bytes: the component was changed after it was signed, or the signature belongs to another file"
    )]
    Bad(KeyName),
}

/// The text of the signature file for a packed component.
pub fn sign(secret: &SecretKey, component: &[u8]) -> String {
    let signature = secret.signing().sign(&signed(component));
    format!("{VERSION} {} {}\n", secret.public().id(), STANDARD.encode(signature.to_bytes()))
}

/// Whose signature it is, of those whom the operator trusts.
pub fn verify<'k>(
    component: &[u8],
    signature_text: &str,
    trusted: &'k [PublicKey],
) -> Result<&'k PublicKey, SignError> {
    let (id, signature) = read(signature_text)?;
    // An id is a short hash: of two keys that share one, each may be meant.
    let candidates: Vec<&PublicKey> = trusted.iter().filter(|key| key.id() == id).collect();
    let message = signed(component);
    let signer = candidates.iter().find(|key| key.verifying().verify_strict(&message, &signature).is_ok());
    match (signer, candidates.first()) {
        (Some(key), _) => Ok(key),
        (None, Some(key)) => Err(SignError::Bad(key.name().clone())),
        (None, None) => Err(SignError::UnknownKey(id)),
    }
}

/// What is signed.
fn signed(component: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(DOMAIN).chain_update(component).finalize().into()
}

fn read(text: &str) -> Result<(KeyId, Signature), SignError> {
    if text.len() > MAX_KEY_BYTES {
        return Err(SignError::Malformed("it is too long"));
    }
    let mut lines = text.trim().lines();
    let (line, more) = (lines.next().unwrap_or_default(), lines.next());
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match (words.as_slice(), more) {
        ([], _) => Err(SignError::Malformed("it is empty")),
        ([first, ..], _) if *first != VERSION && first.starts_with("neph-plugin-sig-") => Err(SignError::Version),
        ([VERSION, id, signature], None) => {
            let id = id.parse().map_err(|_| SignError::Malformed("the key's id is not 16 hexadecimal digits"))?;
            let bytes =
                keys::decode(signature).ok_or(SignError::Malformed("the signature is not 64 bytes in base64"))?;
            Ok((id, Signature::from_bytes(&bytes)))
        }
        _ => Err(SignError::Malformed("it does not have the three words in one line")),
    }
}

#[cfg(test)]
mod tests;
