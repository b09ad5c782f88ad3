//! The longest functions, for whoever looks for something to make shorter. Never a reason to fail.

use super::tree::{TextFile, Tree};
use std::fmt;

/// A function and how long it is.
pub(super) struct Function<'a> {
    lines: usize,
    file: &'a str,
    line: usize,
    name: &'a str,
}

impl fmt::Display for Function<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:4}  {}:{} {}", self.lines, self.file, self.line, self.name)
    }
}

/// All functions, the longest first.
pub(super) fn functions(tree: &Tree) -> Vec<Function<'_>> {
    let mut all: Vec<_> = tree.rust().flat_map(in_file).collect();
    all.sort_by_key(|function| std::cmp::Reverse(function.lines));
    all
}

/// Reads what rustfmt has laid out: a function ends with the first brace that stands as far in as it began.
fn in_file(file: &TextFile) -> Vec<Function<'_>> {
    let lines: Vec<_> = file.text.lines().collect();
    let begun = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line, name(line)?)));
    begun
        .filter_map(|(at, line, name)| {
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = format!("{indent}}}");
            let length = lines[at..].iter().position(|line| *line == end)? + 1;
            Some(Function { lines: length, file: &file.path, line: at + 1, name })
        })
        .collect()
}

/// The name of the function whose body begins at a line, if one does.
fn name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after.trim_start_matches("(crate)").trim_start_matches("(super)").trim_start();
    }
    for word in ["default ", "const ", "async ", "unsafe "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?;
    // A declaration or a body on one line has no end of its own.
    let has_body = !line.ends_with(';') && !line.ends_with('}');
    rest.find(['(', '<']).filter(|_| has_body).map(|end| &rest[..end])
}
