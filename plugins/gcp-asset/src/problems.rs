//! What could not be read of an export, told as gaps: what is missing is never silent.

use guest_sdk::{Error, FetchRequest, Input, Tables};
use std::collections::BTreeMap;

/// How many of one sort are named; of the rest the number is told.
const NAMED: usize = 5;

#[derive(Debug, Default)]
pub(crate) struct Problems {
    /// By file: how many lines are no assets, and which the first are.
    lines: BTreeMap<String, Noted>,
    /// What reading a file ended in, by file.
    ends: Vec<(String, Error)>,
    without_data: usize,
    /// By table and column: how many values are not what the reference says, and which assets the first are of.
    odd: BTreeMap<(&'static str, &'static str), Noted>,
}

/// How many there are, and the first of them.
#[derive(Debug, Default)]
struct Noted {
    count: usize,
    first: Vec<String>,
}

impl Noted {
    fn add(&mut self, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(what());
        }
    }

    fn shown(&self) -> String {
        let more = self.count - self.first.len();
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}{more}", self.first.join(", "))
    }
}

impl Problems {
    pub(crate) fn no_asset(&mut self, export: &Input, line: u64, why: &str) {
        self.lines.entry(export.file_name().to_owned()).or_default().add(|| format!("line {line} ({why})"));
    }

    /// The error names the line.
    pub(crate) fn no_line(&mut self, export: &Input, why: &Error) {
        self.lines.entry(export.file_name().to_owned()).or_default().add(|| why.to_string());
    }

    /// What reading a file ended in; both readings may meet it.
    pub(crate) fn ends(&mut self, export: &Input, why: Error) {
        let told = (export.file_name().to_owned(), why);
        if !self.ends.contains(&told) {
            self.ends.push(told);
        }
    }

    pub(crate) fn without_data(&mut self, count: usize) {
        self.without_data = count;
    }

    pub(crate) fn odd(&mut self, table: &'static str, asset: &str, columns: &[&'static str]) {
        for column in columns {
            self.odd.entry((table, column)).or_default().add(|| format!("`{asset}`"));
        }
    }

    /// A line that cannot be read could be of any table.
    pub(crate) fn tell(&self, request: &FetchRequest, tables: &Tables) {
        for wanted in &request.tables {
            self.whole().iter().for_each(|error| tables.gap(&wanted.table, None, error));
        }
        for ((table, column), noted) in &self.odd {
            let message = format!("the export has no value that can be read for {}", noted.shown());
            tables.gap_in_columns(table, None, &[column], &Error::Failed(message));
        }
    }

    fn whole(&self) -> Vec<Error> {
        let of_file = |(file, noted): (&String, &Noted)| {
            let count = noted.count;
            Error::Failed(format!("{count} lines of `{file}` could not be read: {}", noted.shown()))
        };
        let mut errors: Vec<_> = self.lines.iter().map(of_file).collect();
        errors.extend(self.ends.iter().map(|(_, why)| why.clone()));
        if self.without_data > 0 {
            let hint = "export with `--content-type=resource`";
            let count = self.without_data;
            errors.push(Error::Failed(format!("of {count} assets the export has no resource: {hint}")));
        }
        errors
    }
}
