//! `csv`: as RFC 4180 has it. Values are the answer's; null is an empty field, an empty text is `""`. What could drive a terminal
//! is written out (`\u{1b}`, and `\r` but in a line break), for it is in no value that anybody means: `json` and `parquet` have it
//! as it is. Line breaks within a value stay, quoted.
//!
//! Cells are else left as they are, also those that a spreadsheet would take for a formula (`=…`, `@…`): a file that
//! other programs read must not differ from the answer. `docs` says so beside the format.

use crate::reply::{Reply, rows};
use crate::text::visible_with_lines;
use std::io::{self, Write};

/// Writes a reply.
pub fn write(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    let Some(answer) = reply.answer() else { return Ok(()) };
    line(out, answer.columns.iter().map(|column| Some(column.name.clone())))?;
    for row in rows(answer) {
        line(out, (0..answer.columns.len()).map(|at| row.text(at)))?;
    }
    Ok(())
}

/// One line.
pub(super) fn line(out: &mut dyn Write, fields: impl Iterator<Item = Option<String>>) -> io::Result<()> {
    let mut text = String::new();
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if let Some(field) = field {
            quote(&mut text, &visible_with_lines(&field));
        }
    }
    text.push_str("\r\n");
    out.write_all(text.as_bytes())
}

fn quote(text: &mut String, field: &str) {
    // Leading and trailing blanks are dropped by some readers if they are bare.
    let is_bare = !field.is_empty() && field.trim() == field && !field.contains([',', '"', '\r', '\n']);
    if is_bare {
        text.push_str(field);
        return;
    }
    text.push('"');
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::line;

    fn check(fields: &[Option<&str>], expected: &str) {
        let mut out = Vec::new();
        line(&mut out, fields.iter().map(|f| f.map(str::to_owned))).expect("written");
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }

    #[test]
    fn what_would_break_a_line_is_quoted_and_null_is_not_the_empty_text() {
        check(&[Some("a"), None, Some("")], "a,,\"\"\r\n");
        check(
            &[Some("a,b"), Some("say \"hi\""), Some("two\nlines"), Some(" x")],
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\" x\"\r\n",
        );
    }

    #[test]
    fn what_could_drive_a_terminal_is_written_out() {
        check(&[Some("a\x1b[2J"), Some("b\u{7}\nc")], "a\\u{1b}[2J,\"b\\u{7}\nc\"\r\n");
        check(&[Some("a\rb"), Some("c\r\nd")], "a\\rb,\"c\r\nd\"\r\n");
    }
}
