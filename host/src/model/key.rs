//! The key of a model's provider: it shows itself to nobody but the provider.

use std::fmt;

/// The key of a model's provider. `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key, without the blanks around it that a file it was read from may have had. None if it is empty, or has
    /// characters that no header of a request can hold.
    pub fn new(key: &str) -> Option<Self> {
        let key = key.trim();
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_graphic());
        is_key.then(|| Self(key.to_owned()))
    }

    /// The key itself, for the request that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A text in which the key does not stand, whoever wrote it there.
    pub(crate) fn out_of(&self, text: &str) -> String {
        text.replace(&self.0, "[key]")
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hidden_and_taken_out_of_what_others_say() {
        let key = ApiKey::new(" sk-1\n").expect("a key");
        assert_eq!(format!("{key:?}"), "[key]");
        assert_eq!(key.out_of("`sk-1` is wrong"), "`[key]` is wrong");
    }

    #[test]
    fn what_no_request_can_carry_is_no_key() {
        for text in ["", "  ", "two words", "ключ", "sk-1\nsk-2"] {
            assert_eq!(ApiKey::new(text), None, "{text}");
        }
    }
}
