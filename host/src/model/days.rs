//! Days that a program holds: it is right on the day on which it was written, and wrong on the next.

use super::lexical::{Part, parts};

/// The first day, as `2026-11-19`, that the program holds and its question does not.
pub fn fixed(program: &str, question: &str) -> Option<String> {
    let parts = parts(program).into_iter().filter(|(part, _)| *part != Part::Comment);
    parts.flat_map(|(_, text)| days(text)).find(|day| !question.contains(day)).map(str::to_owned)
}

/// How a day is written: digits, and what is between them.
const FORM: &[u8] = b"0000-00-00";

fn days(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    (0..bytes.len().saturating_sub(FORM.len() - 1)).filter_map(move |at| {
        let window = &bytes[at..at + FORM.len()];
        let fits = window.iter().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            sign => byte == sign,
        });
        let is_longer = is_digit(at.checked_sub(1)) || is_digit(Some(at + FORM.len()));
        (fits && !is_longer).then(|| &text[at..at + FORM.len()])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_the_question_does_not_name_is_found() {
        for (program, question, expected) in [
            (
                "query(\"… created_at >= TIMESTAMP '2026-11-19 00:00:00'\")",
                "volumes of the last 7 days",
                Some("2026-11-19"),
            ),
            ("Date.parse(`2026-11-19T00:00:00Z`)", "since 2026-11-18", Some("2026-11-19")),
            ("query(\"… > '2026-11-18'\")", "volumes since 2026-11-18", None),
            ("// today is 2026-11-26\ntoday() /* 2026-11-26 */", "x", None),
            ("'é 12026-11-190', '2026-11', '10.2026-1-1', 'i-2026-11-190'", "x", None),
            ("", "", None),
        ] {
            assert_eq!(fixed(program, question).as_deref(), expected, "{program}");
        }
    }
}
