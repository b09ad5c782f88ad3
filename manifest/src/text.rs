//! What texts from strangers may hold, since an operator reads them in a terminal.

use crate::limits::{MAX_NAME, MAX_SENTENCE};

/// What is wrong with a text, as the end of a sentence that names it.
pub(crate) type Wrong = String;

/// Whether a character could change what a terminal shows of others: it moves the cursor, turns the direction of the
/// writing, breaks the line, or is not seen.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A sentence on one line.
pub(crate) fn sentence(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty; say it in a sentence that an operator understands".to_owned());
    }
    let length = text.chars().count();
    if length > MAX_SENTENCE {
        return Err(format!("has {length} characters; {MAX_SENTENCE} is the most"));
    }
    seen(text)?;
    Ok(text.to_owned())
}

/// A text without characters that are not seen.
pub(crate) fn seen(text: &str) -> Result<(), Wrong> {
    match text.chars().find(|&c| is_unseen(c)) {
        Some('\n' | '\r') => Err("has a line break; write it on one line".to_owned()),
        Some(c) => Err(format!("has the character U+{:04X}, which a terminal does not show; leave it out", c as u32)),
        None => Ok(()),
    }
}

/// The name of a table, a column, a secret or an input.
pub(crate) fn identifier(text: &str) -> Result<String, Wrong> {
    let is_right = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if text.is_empty() || text.len() > MAX_NAME || !text.chars().all(is_right) {
        return Err(format!(
            "is {}; a name has 1 to {MAX_NAME} letters, digits, `_`, `-` and `.`, without spaces",
            shown(text)
        ));
    }
    Ok(text.to_owned())
}

/// A text from outside as an error may repeat it: short, on one line, with nothing in it that is not seen.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(80).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    let clean: String =
        start.chars().map(|c| if is_unseen(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect();
    format!("`{clean}{more}`")
}

/// A parser's sentence, which may repeat what a stranger wrote: its first line, with nothing in it that is not seen.
pub(crate) fn first_line(sentence: &str) -> String {
    let line = sentence.lines().next().unwrap_or_default();
    line.chars().take(MAX_SENTENCE).map(|c| if is_unseen(c) { '\u{fffd}' } else { c }).collect()
}

/// `a`, `b`, `c`: each in backticks.
pub(crate) fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_not_show_is_refused() {
        for text in ["a\u{1b}[2Jb", "a\nb", "a\tb", "a\u{202e}b", "a\u{200b}b", "a\u{9b}b", "a\u{e0041}b"] {
            let error = sentence(text).unwrap_err();
            assert!(error.contains("U+") || error.contains("line break"), "{error}");
            assert!(!shown(text).chars().any(is_unseen));
        }
        assert_eq!(sentence("  für `cpu_avg` – 20 % ").unwrap(), "für `cpu_avg` – 20 %");
    }

    #[test]
    fn a_sentence_has_a_length() {
        assert!(sentence(" ").unwrap_err().contains("is empty"));
        assert!(sentence(&"ä".repeat(MAX_SENTENCE)).is_ok());
        assert_eq!(sentence(&"ä".repeat(MAX_SENTENCE + 1)).unwrap_err(), "has 301 characters; 300 is the most");
    }

    #[test]
    fn a_name_is_one_word() {
        assert!(identifier("API_TOKEN").is_ok() && identifier("x-lake.Charge").is_ok());
        for text in ["", "a b", "a;b", "ä", &"a".repeat(65)] {
            assert!(identifier(text).is_err(), "{text}");
        }
    }
}
