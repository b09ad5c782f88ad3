//! What the command line asks for.

use std::path::{Path, PathBuf};

pub(crate) const USAGE: &str = "\
usage: eval [OPTIONS] [FILE…]

  --wrong         prints what was read otherwise than labelled; of the unseen questions it does not
  --json FILE     writes every figure, and what was wrong among the seen questions
  --pairs FILE    writes the labelled and the read query of those that differ, a line of JSON each, to be run on an estate
  --verdicts FILE reads which of those pairs gave the same rows, as the demo's example `same_rows` writes it
  --page FILE     writes docs/classifier.md
  --tell-unseen   the unseen questions are told as well; from then on they are none";

/// The questions in the repository.
const FILES: &[&str] = &[
    "author-a.jsonl",
    "author-b.jsonl",
    "author-c.jsonl",
    "author-d.jsonl",
    "author-e.jsonl",
    "author-f.jsonl",
    "author-g.jsonl",
    "author-h.jsonl",
    "author-i.jsonl",
    "author-j.jsonl",
    "author-k.jsonl",
    "author-l.jsonl",
    "author-m.jsonl",
    "author-n.jsonl",
    "author-o.jsonl",
];

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) wrong: bool,
    pub(crate) tell_unseen: bool,
    pub(crate) json: Option<PathBuf>,
    pub(crate) pairs: Option<PathBuf>,
    pub(crate) verdicts: Option<PathBuf>,
    pub(crate) page: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        while let Some(argument) = given.next() {
            let mut path = || given.next().map(PathBuf::from).ok_or_else(|| format!("`{argument}` needs a file"));
            match argument.as_str() {
                "--wrong" => arguments.wrong = true,
                "--tell-unseen" => arguments.tell_unseen = true,
                "--json" => arguments.json = Some(path()?),
                "--pairs" => arguments.pairs = Some(path()?),
                "--verdicts" => arguments.verdicts = Some(path()?),
                "--page" => arguments.page = Some(path()?),
                flag if flag.starts_with('-') => return Err(format!("there is no option `{flag}`")),
                file => arguments.files.push(PathBuf::from(file)),
            }
        }
        if arguments.files.is_empty() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/questions");
            arguments.files = FILES.iter().map(|file| folder.join(file)).collect();
        }
        Ok(arguments)
    }
}
