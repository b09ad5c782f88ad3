//! The files that the committed model is made from, and a hash of them, so that a test can tell when they have changed.

use super::train::{Example, Trained, train};
use crate::labelled::{BadLine, Labelled, Way, questions};

/// A file of labelled questions, or of plain ones that all go the same way.
#[derive(Debug)]
pub struct Source {
    /// Where it lies, from the crate's folder.
    pub path: &'static str,
    /// Who wrote it, where it can be left out to measure by.
    author: Option<usize>,
    /// The label of a file of plain questions.
    way: Option<Way>,
}

/// Where the model lies, from the crate's folder.
pub const FILE: &str = "data/model.bin";

/// All of them. The questions of `author-c`, `author-e` and `author-m` are not among them: they show how the classifier does on
/// questions that nothing was made from.
pub static SOURCES: &[Source] = &[
    Source { path: "data/questions/author-a.jsonl", author: Some(0), way: None },
    Source { path: "data/questions/author-b.jsonl", author: Some(1), way: None },
    Source { path: "data/questions/author-d.jsonl", author: Some(2), way: None },
    Source { path: "data/questions/author-f.jsonl", author: Some(3), way: None },
    Source { path: "data/questions/author-g.jsonl", author: Some(4), way: None },
    Source { path: "data/questions/author-h.jsonl", author: Some(5), way: None },
    Source { path: "data/questions/author-i.jsonl", author: Some(6), way: None },
    Source { path: "data/questions/author-j.jsonl", author: Some(7), way: None },
    Source { path: "data/questions/author-k.jsonl", author: Some(8), way: None },
    Source { path: "data/questions/author-l.jsonl", author: Some(9), way: None },
    Source { path: "data/questions/author-n.jsonl", author: Some(10), way: None },
    Source { path: "data/questions/author-o.jsonl", author: Some(11), way: None },
    Source { path: "tests/questions.jsonl", author: None, way: Some(Way::Common) },
    Source { path: "tests/unusual.txt", author: None, way: Some(Way::Unusual) },
    Source { path: "tests/refused.txt", author: None, way: Some(Way::Refused) },
];

/// Where questions of one's own are from: they are only ever learned from.
pub static OWN: Source = Source { path: "questions of one's own", author: None, way: None };

/// Trains a model from the texts of the sources.
pub fn train_from(sources: &[(&Source, String)]) -> Result<Trained, BadLine> {
    let mut examples = Vec::new();
    for (source, text) in sources {
        let labelled = source.questions(text)?;
        examples.extend(labelled.into_iter().map(|labelled| Example { labelled, author: source.author }));
    }
    Ok(train(&examples, inputs(sources.iter().map(|(_, text)| text.as_str()))))
}

/// A hash of the texts of the sources.
pub(crate) fn inputs<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    // FNV-1a; nobody is to be kept from making two files alike, so that its weakness does not matter.
    let bytes = texts.flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Source {
    fn questions(&self, text: &str) -> Result<Vec<Labelled>, BadLine> {
        let plain = self.way.filter(|_| self.path.ends_with(".txt"));
        match plain {
            Some(way) => Ok(lines(text).map(|line| Labelled::plain(line, way)).collect()),
            None => questions(text, self.way),
        }
    }
}

/// The lines of a data file, without its comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}
