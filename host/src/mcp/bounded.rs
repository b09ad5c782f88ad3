//! Cuts texts, lists and cells to what a result has room for. What is cut is said.

pub(super) use crate::text::beginning as text;
use serde::Serialize;
use serde_json::Value;

/// How long something is as JSON, in characters.
pub(super) fn chars_of(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.chars().count())
}

/// The first of some lines, and how many more there are.
pub(super) fn lines(lines: &[String], most: usize) -> Vec<String> {
    let mut room = most;
    let mut kept = Vec::new();
    for line in lines {
        let line = text(line, most / 2);
        let length = line.chars().count() + 1;
        if length > room {
            kept.push(format!("… and {} more lines", lines.len() - kept.len()));
            break;
        }
        room -= length;
        kept.push(line);
    }
    kept
}

/// The first of some values that fit as JSON.
pub(super) fn values(values: impl IntoIterator<Item = Value>, most: usize) -> Vec<Value> {
    let mut room = most;
    values
        .into_iter()
        .map_while(|value| {
            room = room.checked_sub(chars_of(&value) + 1)?;
            Some(value)
        })
        .collect()
}

/// A cell, and whether it had to be cut. Maps and lists that are too long become the beginning of their text.
pub(super) fn cell(value: Value, most: usize) -> (Value, bool) {
    match value {
        Value::String(long) if long.chars().nth(most).is_some() => (Value::String(text(&long, most)), true),
        Value::Array(_) | Value::Object(_) if chars_of(&value) > most => {
            (Value::String(text(&value.to_string(), most)), true)
        }
        value => (value, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_stays_and_what_does_not_says_how_long_it_was() {
        assert_eq!(text("ümläut", 6), "ümläut");
        assert_eq!(text("ümläut", 3), "üml… (cut; 6 characters in all)");
        assert_eq!(cell(json!("abc"), 3), (json!("abc"), false));
        assert_eq!(cell(json!(1_234_567), 3), (json!(1_234_567), false));
        assert_eq!(cell(json!({ "a": 1 }), 4), (json!("{\"a\"… (cut; 7 characters in all)"), true));
    }

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        let all: Vec<_> = (0..5).map(|n| format!("line {n}")).collect();
        assert_eq!(lines(&all, 100), all);
        assert_eq!(lines(&all, 15), ["line 0", "line 1", "… and 3 more lines"]);
    }
}
