//! Files that the operator handed over: read as bytes, line by line, or as JSON.

use crate::error::Error;
use crate::inner;

/// How many bytes are asked for at once. Fewer may come.
const AT_ONCE: u32 = 256 * 1024;

/// A byte order mark, which some tools write before UTF-8 and which is no part of the text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file that the operator handed over. Its name is the one that the manifest has under `needs.inputs`; of its path the
/// plugin sees the last part only.
#[derive(Debug, Clone)]
pub struct Input {
    host: inner::Host,
    at: u32,
    name: String,
    file_name: String,
    size: u64,
}

impl Input {
    /// The most that [`bytes`](Self::bytes) and [`json`](Self::json) read: parsed, JSON takes several times its size of a
    /// memory that is bounded too. What may be larger is read with [`lines`](Self::lines).
    pub const MOST_BYTES: usize = 32 * 1024 * 1024;

    /// The longest line that [`lines`](Self::lines) gives.
    pub const MOST_LINE_BYTES: usize = 4 * 1024 * 1024;

    pub(crate) fn new(host: inner::Host, at: u32, name: String, file_name: String, size: u64) -> Self {
        Self { host, at, name, file_name, size }
    }

    /// Which of the manifest's inputs it was handed over for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of its path. For people: what it says is not to be trusted.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Its size in bytes when it was handed over.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// All of it. More than [`MOST_BYTES`](Self::MOST_BYTES) is an error with the code `input_too_large`.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let too_large = || {
            let (name, most) = (&self.file_name, Self::MOST_BYTES);
            Error::invalid("input_too_large", format!("`{name}` is larger than the {most} bytes that are read at once"))
        };
        if self.size > Self::MOST_BYTES as u64 {
            return Err(too_large());
        }
        let mut reader = self.host.open_input(self.at)?;
        let mut bytes = Vec::new();
        while let Some(more) = reader.next(AT_ONCE)? {
            // The file may have grown since.
            if bytes.len() + more.len() > Self::MOST_BYTES {
                return Err(too_large());
            }
            bytes.extend(more);
        }
        Ok(bytes)
    }

    /// All of it, as JSON. What is none is an error with the code `json`, which says where it is wrong.
    pub fn json(&self) -> Result<serde_json::Value, Error> {
        let bytes = self.bytes()?;
        let text = bytes.strip_prefix(MARK).unwrap_or(&bytes);
        serde_json::from_slice(text)
            .map_err(|error| Error::invalid("json", format!("`{}` is no JSON: {error}", self.file_name)))
    }

    /// Its lines, one after the other, each read when it is asked for.
    pub fn lines(&self) -> Result<Lines, Error> {
        let reader = self.host.open_input(self.at)?;
        let file_name = self.file_name.clone();
        Ok(Lines { reader: Some(reader), file_name, read: Vec::new(), at: 0, number: 0 })
    }
}

/// A line of a file, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which it is, counted from 1.
    pub number: u64,
    /// What is in it.
    pub text: String,
}

/// The lines of a file. A line that is too long or that is no UTF-8 is an error of the kind [`Error::Invalid`] (with the
/// code `line_too_long` or `not_utf8`, and the line's number in its message), and the next line comes after it; after any
/// other error none does, and the lines before it are not all.
#[derive(Debug)]
pub struct Lines {
    /// None when nothing more is to be read from it.
    reader: Option<inner::Reader>,
    file_name: String,
    read: Vec<u8>,
    /// Where in `read` the next line begins.
    at: usize,
    number: u64,
}

/// What comes next: a line of so many bytes, or the last of one that is too long.
enum Next {
    Is(usize),
    IsTooLong(usize),
    Nothing,
}

impl Lines {
    fn read(&mut self) -> Result<Option<Line>, Error> {
        let next = self.find()?;
        let (Next::Is(length) | Next::IsTooLong(length)) = next else { return Ok(None) };
        self.number += 1;
        let line = match next {
            Next::Is(_) => self.line(&self.read[self.at..self.at + length]),
            _ => Err(self.wrong("line_too_long", &format!("is longer than {} bytes", Input::MOST_LINE_BYTES))),
        };
        self.at = (self.at + length + 1).min(self.read.len());
        line.map(Some)
    }

    /// Reads until the next line is there with its end.
    fn find(&mut self) -> Result<Next, Error> {
        let (mut searched, mut is_too_long) = (0, false);
        loop {
            let rest = &self.read[self.at..];
            let end = rest[searched..].iter().position(|byte| *byte == b'\n');
            let length = end.map_or(rest.len(), |end| searched + end);
            is_too_long |= length > Input::MOST_LINE_BYTES;
            if end.is_some() || self.reader.is_none() {
                return Ok(match (is_too_long, end.is_none() && length == 0) {
                    (true, _) => Next::IsTooLong(length),
                    (false, true) => Next::Nothing,
                    (false, false) => Next::Is(length),
                });
            }
            // Of a line that is too long the rest is read, and not kept.
            self.at += if is_too_long { length } else { 0 };
            searched = if is_too_long { 0 } else { length };
            self.more()?;
        }
    }

    /// Reads more, behind what was not given yet.
    fn more(&mut self) -> Result<(), Error> {
        self.read.drain(..self.at);
        self.at = 0;
        let Some(reader) = &mut self.reader else { return Ok(()) };
        match reader.next(AT_ONCE) {
            Ok(Some(more)) => self.read.extend(more),
            Ok(None) => self.reader = None,
            Err(error) => {
                self.reader = None;
                self.read.clear();
                return Err(error);
            }
        }
        Ok(())
    }

    fn line(&self, bytes: &[u8]) -> Result<Line, Error> {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bytes = if self.number == 1 { bytes.strip_prefix(MARK).unwrap_or(bytes) } else { bytes };
        let text = std::str::from_utf8(bytes).map_err(|_| self.wrong("not_utf8", "is no UTF-8"))?;
        Ok(Line { number: self.number, text: text.to_owned() })
    }

    fn wrong(&self, code: &str, what: &str) -> Error {
        Error::invalid(code, format!("line {} of `{}` {what}", self.number, self.file_name))
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
