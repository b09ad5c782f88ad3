//! A program cut into code, comments and texts: as far as that can be done without reading it.

/// What a part of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Names, numbers, signs.
    Code,
    /// What is for people.
    Comment,
    /// Between quotes or backticks, the expressions in a template among it.
    Text,
}

/// The parts in order, with nothing left out.
pub(super) fn parts(program: &str) -> Vec<(Part, &str)> {
    let mut parts = Vec::new();
    let mut rest = program;
    while !rest.is_empty() {
        let (part, length) = first(rest);
        let (text, more) = rest.split_at(length);
        parts.push((part, text));
        rest = more;
    }
    parts
}

fn first(rest: &str) -> (Part, usize) {
    match rest.chars().next() {
        Some('/') if rest.starts_with("//") => (Part::Comment, rest.find('\n').unwrap_or(rest.len())),
        Some('/') if rest.starts_with("/*") => (Part::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2)),
        Some(quote @ ('\'' | '"' | '`')) => (Part::Text, quoted(rest, quote)),
        _ => {
            let more = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '/' | '\'' | '"' | '`'));
            (Part::Code, more.map_or(rest.len(), |(at, _)| at))
        }
    }
}

/// How long the text is that begins here, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_falls_into_code_comments_and_texts() {
        let program = "/* it's */ a / 2; // b\nf('c\\'d', \"/*\", `é${g}`)";
        let of = |wanted: Part| -> Vec<&str> {
            parts(program).into_iter().filter(|(part, _)| *part == wanted).map(|(_, text)| text).collect()
        };
        assert_eq!(of(Part::Comment), ["/* it's */", "// b"]);
        assert_eq!(of(Part::Text), ["'c\\'d'", "\"/*\"", "`é${g}`"]);
        assert_eq!(of(Part::Code).concat(), " a / 2; \nf(, , )");
        assert_eq!(parts(program).into_iter().map(|(_, text)| text).collect::<String>(), program);
        assert_eq!(parts("'open"), [(Part::Text, "'open")]);
    }
}
