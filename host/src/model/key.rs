//! The key of a model's provider: it shows itself to nobody but the provider.

use std::fmt;

/// The key of a model's provider. `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key itself, for the request that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A text in which the key does not stand, whoever wrote it there.
    pub(crate) fn out_of(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, "[key]") }
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
        let key = ApiKey::new("sk-1");
        assert_eq!(format!("{key:?}"), "[key]");
        assert_eq!(key.out_of("`sk-1` is wrong"), "`[key]` is wrong");
        assert_eq!(ApiKey::new("").out_of("as it is"), "as it is");
    }
}
