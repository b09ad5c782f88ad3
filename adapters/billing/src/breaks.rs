//! Whether a CSV file has line breaks inside quotes. One that has none can be cut at any line break and read in parts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// Reads a file once, much faster than its rows can be read.
pub(crate) fn are_in_quotes(path: &Path) -> io::Result<bool> {
    scan(File::open(path)?)
}

/// A line break is inside quotes where the quotes before it are odd in number: a quote inside quotes is written twice.
/// A lone carriage return ends a line for the CSV reader, and is nowhere a place to cut.
fn scan(mut input: impl Read) -> io::Result<bool> {
    let mut chunk = vec![0; CHUNK];
    let mut is_quoted = false;
    loop {
        let read = input.read(&mut chunk)?;
        if read == 0 {
            return Ok(is_quoted);
        }
        let mut lines = chunk[..read].split(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            // A plain count over bytes, which the compiler makes wide instructions of.
            let quotes = line.iter().filter(|byte| **byte == b'"').count();
            is_quoted ^= quotes % 2 == 1;
            if is_quoted && lines.peek().is_some() {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::scan;

    fn check(text: &str, expected: bool) {
        assert_eq!(scan(text.as_bytes()).unwrap(), expected, "{text:?}");
    }

    #[test]
    fn line_breaks_inside_quotes_are_found() {
        check("a,b\n1,2\n", false);
        check("a,b\n\"1\",\"x \"\"y\"\" z\"\n", false);
        check("a,b\n\"1\n\",2\n", true);
        check("a,b\n\"x \"\"y\n\"\"\",2\n", true);
        check("a,\"b", true);
        check("", false);
    }
}
