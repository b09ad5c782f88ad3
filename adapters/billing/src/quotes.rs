//! What the quotes of a CSV file say about it: whether it can be cut at line breaks, and whether one is never closed.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The byte order mark of UTF-8, which some programs begin a file with.
const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// What a quick look at a file's quotes tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// Whether a line break stands inside quotes. A file without any can be cut at each line break.
    pub(crate) has_breaks: bool,
    /// Whether the quotes are odd in number, so that one of them may never be closed.
    pub(crate) is_odd: bool,
}

/// Looks at every byte of a file, much faster than its rows can be read.
pub(crate) fn look(path: &Path) -> io::Result<Look> {
    scan(File::open(path)?)
}

/// A line break is inside quotes where the quotes before it are odd in number: a quote inside quotes is written twice.
///
/// That holds until a quote stands in the middle of a cell that is not quoted (`5" disk`), where it is text. A file with
/// one is taken for one that has breaks.
fn scan(mut input: impl Read) -> io::Result<Look> {
    /// Bytes read at once.
    const CHUNK: usize = 1 << 20;
    let mut chunk = vec![0; CHUNK];
    let mut look = Look { has_breaks: false, is_odd: false };
    // A file begins as a line does, with or without a byte order mark.
    let (mut before, mut is_begun) = (b'\n', false);
    loop {
        let read = input.read(&mut chunk)?;
        if read == 0 {
            return Ok(look);
        }
        let bytes = &chunk[..read];
        let bytes = if is_begun { bytes } else { bytes.strip_prefix(MARK).unwrap_or(bytes) };
        is_begun = true;
        for byte in bytes {
            match byte {
                b'"' => {
                    look.has_breaks |= !look.is_odd && !matches!(before, b',' | b'\n' | b'\r' | b'"');
                    look.is_odd = !look.is_odd;
                }
                b'\n' => look.has_breaks |= look.is_odd,
                _ => {}
            }
            before = *byte;
        }
    }
}

/// Follows a CSV file byte by byte as its reader does. The reader takes a quote that is never closed as one cell with
/// all the rows after it, and says nothing; this does.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    place: Place,
    is_begun: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    CellStart,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end of the cell, or the first half of a written quote.
    AfterQuote,
}

impl Follower {
    /// Whether what was followed ends inside quotes.
    pub(crate) fn is_in_quotes(&self) -> bool {
        self.place == Place::Quoted
    }
}

impl Write for Follower {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = match bytes.strip_prefix(MARK) {
            Some(text) if !self.is_begun => text,
            _ => bytes,
        };
        self.is_begun = true;
        for byte in text {
            self.place = match (self.place, byte) {
                (Place::CellStart | Place::AfterQuote, b'"') => Place::Quoted,
                (Place::Quoted, b'"') => Place::AfterQuote,
                (Place::Quoted, _) => Place::Quoted,
                (_, b',' | b'\n' | b'\r') => Place::CellStart,
                _ => Place::Plain,
            };
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(text: &str, has_breaks: bool, is_odd: bool, ends_in_quotes: bool) {
        assert_eq!(scan(text.as_bytes()).unwrap(), Look { has_breaks, is_odd }, "{text:?}");
        let mut follower = Follower::default();
        follower.write_all(text.as_bytes()).unwrap();
        assert_eq!(follower.is_in_quotes(), ends_in_quotes, "{text:?}");
    }

    #[test]
    fn line_breaks_inside_quotes_and_quotes_that_are_never_closed_are_found() {
        check("a,b\n1,2\n", false, false, false);
        check("a,b\n\"1\",\"x \"\"y\"\" z\"\n", false, false, false);
        check("a,b\n\"1\n\",2\n", true, false, false);
        check("a,b\n\"x \"\"y\n\"\"\",2\n", true, false, false);
        check("a,\"b", false, true, true);
        check("a,\"b\n1,2\n3,4\n", true, true, true);
        // Not inside quotes for the reader, because the cell does not begin with one.
        check("a,5\" disk\n", true, true, false);
        check("a,b,c\n5\" disk,\"x\ny\",6\" disk\n", true, false, false);
        check("\u{feff}\"a,b\",\"c\n", true, true, true);
        check("", false, false, false);
    }
}
