//! How an answer is written. One file for each format, all with one `write`.

pub mod csv;
pub mod findings;
pub mod grid;
pub mod json;
pub mod markdown;
pub mod ndjson;
pub mod parquet;
pub mod table;
mod widths;

use crate::reply::Reply;
use clap::ValueEnum;
use std::io::{self, Write};

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading in a terminal.
    #[default]
    Table,
    /// The whole answer with coverage, as REST gives it.
    Json,
    /// One row a line; coverage on standard error.
    Ndjson,
    /// Comma-separated values with a header.
    Csv,
    /// A table for an issue or a wiki.
    Markdown,
    /// Apache Parquet, with exact types.
    Parquet,
    // Hidden, for the help of every command has the list; that of `neph scan` has these as well.
    /// Findings as events of the Open Cybersecurity Schema Framework, one a line. For `neph scan`.
    #[value(hide = true)]
    Ocsf,
    /// Findings as AWS Security Hub imports them. For `neph scan`.
    #[value(hide = true)]
    Asff,
    /// Findings as SARIF, which code hosts read. For `neph scan`.
    #[value(hide = true)]
    Sarif,
}

/// What the place that an answer is written to can show.
#[derive(Debug, Clone, Copy, Default)]
pub struct View {
    /// Whether colours are shown.
    pub color: bool,
    /// How wide a line may be; none where nobody counts.
    pub width: Option<u16>,
    /// Show no more rows than this, and say how many more there are.
    pub first_rows: Option<usize>,
}

impl Format {
    /// Writes a reply.
    pub fn write(self, reply: &Reply, view: View, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table => table::write(reply, view, out),
            Self::Json => json::write(reply, out),
            Self::Ndjson => ndjson::write(reply, out),
            Self::Csv => csv::write(reply, out),
            Self::Markdown => markdown::write(reply, out),
            Self::Parquet => parquet::write(reply, out),
            Self::Ocsf | Self::Asff | Self::Sarif => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{}` is for findings", self.name())))
            }
        }
    }

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Parquet => "parquet",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Sarif => "sarif",
        }
    }

    /// Whether answers are written so.
    pub fn is_for_answers(self) -> bool {
        !matches!(self, Self::Ocsf | Self::Asff | Self::Sarif)
    }

    /// Whether findings are written so.
    pub fn is_for_findings(self) -> bool {
        !matches!(self, Self::Markdown | Self::Parquet)
    }

    /// Whether what it writes says by itself what the answer covers.
    pub fn has_coverage(self) -> bool {
        matches!(self, Self::Json | Self::Markdown)
    }
}
