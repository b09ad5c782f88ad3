//! A program cut into code, comments and texts: as far as that can be done without parsing it.

use std::ops::Range;

/// A part of a program's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Names, numbers, signs; the expressions in a template among them.
    Code,
    /// What is for people.
    Comment,
    /// Between two of these quotes.
    Text(u8),
    /// The text of a template, and whether a function reads it.
    Template {
        /// Whether a function's name stands before it.
        is_tagged: bool,
    },
}

/// The parts of a program: code, comments, texts. None where that cannot be told for certain.
pub(crate) fn parts(source: &str) -> Option<Vec<(Place, Range<usize>)>> {
    let bytes = source.as_bytes();
    let mut parts = Vec::new();
    // How many braces are open in each template's `${…}`.
    let mut open: Vec<usize> = Vec::new();
    let (mut at, mut code) = (0, 0);
    while at < bytes.len() {
        let end_code = |parts: &mut Vec<_>, code: usize| parts.push((Place::Code, code..at));
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                end_code(&mut parts, code);
                let end = source[at..].find('\n').map_or(bytes.len(), |len| at + len);
                parts.push((Place::Comment, at..end));
                (at, code) = (end, end);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                end_code(&mut parts, code);
                let end = at + source[at..].find("*/")? + 2;
                parts.push((Place::Comment, at..end));
                (at, code) = (end, end);
            }
            // Where a value has just ended it divides; anywhere else it begins a pattern.
            b'/' if !source[..at]
                .trim_end()
                .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ')' | ']')) =>
            {
                at = end_of_pattern(bytes, at + 1)?;
            }
            quote @ (b'"' | b'\'') => {
                end_code(&mut parts, code);
                let end = end_of(bytes, at + 1, quote)?;
                parts.push((Place::Text(quote), at + 1..end));
                (at, code) = (end + 1, end + 1);
            }
            b'`' => {
                end_code(&mut parts, code);
                let before = source[..at].trim_end();
                let is_tagged = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ')' | ']'))
                    && !["return", "case", "of", "in"].iter().any(|word| before.ends_with(word));
                (at, code) = template(bytes, at + 1, is_tagged, &mut parts, &mut open)?;
            }
            b'{' => {
                if let Some(depth) = open.last_mut() {
                    *depth += 1;
                }
                at += 1;
            }
            b'}' if open.last() == Some(&0) => {
                end_code(&mut parts, code);
                open.pop();
                (at, code) = template(bytes, at + 1, false, &mut parts, &mut open)?;
            }
            b'}' => {
                if let Some(depth) = open.last_mut() {
                    *depth -= 1;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    parts.push((Place::Code, code..bytes.len()));
    open.is_empty().then_some(parts)
}

/// The text of a template from `from` on, to its end or to the next `${`; where to read on.
fn template(
    bytes: &[u8],
    from: usize,
    is_tagged: bool,
    parts: &mut Vec<(Place, Range<usize>)>,
    open: &mut Vec<usize>,
) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        match (*bytes.get(at)?, bytes.get(at + 1)) {
            (b'\\', _) => at += 2,
            (b'`', _) => {
                parts.push((Place::Template { is_tagged }, from..at));
                return Some((at + 1, at + 1));
            }
            (b'$', Some(b'{')) => {
                parts.push((Place::Template { is_tagged }, from..at));
                open.push(0);
                return Some((at + 2, at + 2));
            }
            _ => at += 1,
        }
    }
}

fn end_of(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            b'\n' => return None,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

fn end_of_pattern(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut in_class) = (from, false);
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_falls_into_code_comments_and_texts() {
        let program = "/* it's */ a / 2; // b\nf('c\\'d', \"/*\", `é${g}`, /\\/\\/[/']/)";
        let parts = parts(program).expect("read");
        let of = |wanted: fn(Place) -> bool| -> Vec<&str> {
            parts.iter().filter(|(place, _)| wanted(*place)).map(|(_, at)| &program[at.clone()]).collect()
        };
        assert_eq!(of(|place| place == Place::Comment), ["/* it's */", "// b"]);
        assert_eq!(of(|place| matches!(place, Place::Text(_))), ["c\\'d", "/*"]);
        assert_eq!(of(|place| matches!(place, Place::Template { .. })), ["é", ""]);
        assert_eq!(of(|place| place == Place::Code).concat(), " a / 2; \nf(, , g, /\\/\\/[/']/)");
    }

    #[test]
    fn what_has_no_end_is_not_cut() {
        for program in ["'open", "`open", "`${open`", "/* open", "f(/open"] {
            assert_eq!(parts(program), None, "{program}");
        }
    }
}
