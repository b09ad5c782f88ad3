//! A program's text on its way to the engine.

use std::borrow::Cow;

/// What the engine calls the text in the places that it names.
pub(crate) const NAME: &str = "program";

/// What a text is put into where it returns at its top level, as a function would.
const OPENING: &str = "(async () => {";
const CLOSING: &str = "\n})()";

/// How a program is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As a script, whose value is that of its last expression.
    Script,
    /// As the body of a function, whose value is what it returns.
    Body,
}

impl Form {
    pub(crate) fn text(self, source: &str) -> Cow<'_, str> {
        match self {
            Self::Script => Cow::Borrowed(source),
            Self::Body => Cow::Owned(format!("{OPENING}{source}{CLOSING}")),
        }
    }

    /// A place in the engine's text as one in the program's.
    pub(crate) fn place(self, line: u32, column: u32) -> (u32, u32) {
        let shift = if self == Self::Body && line == 1 { OPENING.len() as u32 } else { 0 };
        (line, column.saturating_sub(shift).max(1))
    }
}

/// The first place in the program that a stack names: `at f (program:3:12)`.
pub(crate) fn place(stack: &str) -> Option<(u32, u32)> {
    stack.lines().find_map(|line| {
        let (_, place) = line.rsplit_once("program:")?;
        let (line, column) = place.trim_end_matches(')').split_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_first_in_the_program() {
        let stack = "    at query (native)\n    at f (program:3:12)\n    at <eval> (program:9:1)\n";
        assert_eq!(place(stack), Some((3, 12)));
        assert_eq!(place("    at program:2:5\n"), Some((2, 5)));
        assert_eq!(place("    at query (native)\n"), None);
    }

    #[test]
    fn a_body_begins_where_the_program_does() {
        assert_eq!(Form::Body.place(1, 15), (1, 1));
        assert_eq!(Form::Body.place(2, 15), (2, 15));
        assert_eq!(Form::Script.place(1, 15), (1, 15));
    }
}
