//! The neutral word for a provider, from the name that a bill gives it.

use datafusion::arrow::array::{ArrayRef, AsArray, StringBuilder};
use std::sync::Arc;

/// Words in a provider's name, and the neutral word.
const KNOWN: [(&str, &str); 10] = [
    ("aws", "aws"),
    ("amazon", "aws"),
    ("microsoft", "azure"),
    ("azure", "azure"),
    ("google", "gcp"),
    ("gcp", "gcp"),
    ("oracle", "oracle"),
    ("oci", "oracle"),
    ("kubernetes", "kubernetes"),
    ("alibaba", "alibaba"),
];

/// Names as neutral words.
pub(super) fn read(array: &ArrayRef) -> ArrayRef {
    let names = array.as_string::<i32>();
    let mut out = StringBuilder::new();
    // Rows of one provider stand together, so the last word is nearly always the next one too.
    let mut last: Option<(&str, String)> = None;
    for name in names.iter() {
        let Some(name) = name else {
            out.append_null();
            continue;
        };
        let word = match last.take() {
            Some((same, word)) if same == name => word,
            _ => neutral(name),
        };
        out.append_value(&word);
        last = Some((name, word));
    }
    Arc::new(out.finish())
}

/// `Amazon Web Services, Inc.` is `aws`; a name that is not known is its first word in lower case.
fn neutral(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let known =
        words.clone().find_map(|word| KNOWN.iter().find(|(known, _)| *known == word).map(|(_, neutral)| *neutral));
    known.or_else(|| words.next()).unwrap_or(lower.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn names_on_bills_become_neutral_words() {
        for (name, word) in [
            ("AWS", "aws"),
            ("Amazon Web Services, Inc.", "aws"),
            ("Microsoft", "azure"),
            ("Azure", "azure"),
            ("Google Cloud", "gcp"),
            ("Oracle", "oracle"),
            ("Acme Co", "acme"),
            ("Databricks", "databricks"),
        ] {
            assert_eq!(neutral(name), word);
        }
    }
}
