//! `markdown`: a table for an issue or a wiki, with what it covers below it.

use super::grid::{Style, heading};
use crate::remarks;
use crate::reply::{Reply, rows};
use std::io::{self, Write};

/// Writes a reply.
pub fn write(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    if let Some(answer) = reply.answer().filter(|answer| answer.row_count > 0) {
        let styles: Vec<_> =
            (0..answer.columns.len()).map(|at| Style::of(answer, at, rows(answer).map(|row| row.json(at)))).collect();
        line(out, answer.columns.iter().map(|column| escape(&heading(column))))?;
        line(out, styles.iter().map(|style| if style.is_right() { "---:" } else { "---" }.to_owned()))?;
        for row in rows(answer) {
            line(out, styles.iter().enumerate().map(|(at, style)| escape(&style.show(&row.json(at)))))?;
        }
        writeln!(out)?;
    }
    for remark in remarks::of(reply) {
        // Two blanks at the end keep the line break.
        writeln!(out, "{}  ", escape(&remark))?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// Names from a cloud must not become markup, let alone HTML, where the table is pasted.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '[' | ']' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(escape("a|b <img src=x> [x](y) `c`"), "a\\|b &lt;img src=x> \\[x\\](y) \\`c\\`");
    }
}
