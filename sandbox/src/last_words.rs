//! What a guest writes to its standard error, the end of it: where it breaks down, that says why and at which line, in
//! whatever language it was written.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::AsyncWrite;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// The most bytes that are kept: what a panic says, or the last lines of a traceback.
const KEPT: usize = 4 * 1024;
/// The most bytes that are taken at once.
const AT_ONCE: usize = 64 * 1024;
/// The most characters that are shown.
const SHOWN: usize = 500;

/// Kept of one run. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<Vec<u8>>>);

impl LastWords {
    fn hear(&self, bytes: &[u8]) {
        let mut kept = self.kept();
        kept.extend_from_slice(&bytes[bytes.len().saturating_sub(KEPT)..]);
        let too_many = kept.len().saturating_sub(KEPT);
        kept.drain(..too_many);
    }

    /// The end of it on one line, without what a terminal could be fooled with; none where nothing was said.
    pub(crate) fn said(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.kept()).into_owned();
        // What Rust adds for whoever could set a variable, which nobody can here.
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("note: run with"));
        let line = lines.collect::<Vec<_>>().join(" ");
        // The thread's name and number are noise: there is only one.
        let line = line.rfind("panicked at ").map_or(line.as_str(), |at| &line[at..]);
        let is_shown = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric();
        let shown: Vec<char> = line.chars().map(|c| if is_shown(c) { c } else { '?' }).collect();
        let from = shown.len().saturating_sub(SHOWN);
        let mark = if from > 0 { "… " } else { "" };
        (!shown.is_empty()).then(|| format!("{mark}{}", shown[from..].iter().collect::<String>()))
    }

    fn kept(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for LastWords {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LastWords {
    /// For a later version of WASI, which is not linked.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for LastWords {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.hear(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(AT_ONCE)
    }
}

#[async_trait]
impl Pollable for LastWords {
    async fn ready(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(heard: &[&str]) -> Option<String> {
        let words = LastWords::default();
        heard.iter().for_each(|text| words.hear(text.as_bytes()));
        words.said()
    }

    #[test]
    fn a_panic_is_said_with_its_line_and_the_end_of_much_with_a_mark() {
        let panic =
            ["\nthread '<unnamed>' (1) panicked at src/lib.rs:4:9:\nat ", "once\nnote: run with `RUST_BACKTRACE=1`\n"];
        assert_eq!(said(&panic).as_deref(), Some("panicked at src/lib.rs:4:9: at once"));
        assert_eq!(said(&["\n"]), None);
        assert_eq!(said(&["a\u{1b}[31mb\u{202e}c"]).as_deref(), Some("a?[31mb?c"));
        let much = said(&["x".repeat(9_000).as_str(), " the end"]).unwrap();
        assert!(much.starts_with("… x") && much.ends_with("x the end") && much.chars().count() == 502, "{much}");
    }
}
