//! How a column of `costs` is made from a file's columns: one of them as it is, or several by a rule.

use crate::azure::Rule;
use crate::cast::{BadCell, Steps};
use datafusion::arrow::array::{ArrayRef, StringArray, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use std::sync::Arc;

/// How a column is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    /// The file's columns, and how their cells are read. None for one that the rule can do without.
    inputs: Vec<Option<(usize, Steps)>>,
    made: Made,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Made {
    /// The only input.
    AsIs,
    /// The same word in every row, which the file has no column for.
    Word(&'static str),
    /// By a rule.
    By(Rule),
}

impl Recipe {
    /// A column of the file.
    pub(crate) fn as_is(at: usize, steps: Steps) -> Self {
        Self { inputs: vec![Some((at, steps))], made: Made::AsIs }
    }

    /// A word that stands in every row.
    pub(crate) fn word(word: &'static str) -> Self {
        Self { inputs: Vec::new(), made: Made::Word(word) }
    }

    /// By a rule, if at least one of its inputs is there.
    pub(crate) fn by(rule: Rule, inputs: Vec<Option<(usize, Steps)>>) -> Option<Self> {
        inputs.iter().any(Option::is_some).then_some(Self { inputs, made: Made::By(rule) })
    }

    /// The places of the file's columns that it takes.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.inputs.iter().flatten().map(|(at, _)| *at)
    }

    /// The recipe as an expression over a file's columns. `column` is for messages.
    pub(crate) fn expr(&self, column: &str, own: impl Fn(usize) -> Expr) -> Expr {
        let read = |input: &Option<(usize, Steps)>| match input {
            Some((at, steps)) => steps.expr(column, own(*at)),
            None => lit(ScalarValue::Utf8(None)),
        };
        match &self.made {
            Made::Word(word) => lit(*word),
            Made::AsIs => read(self.inputs.first().unwrap_or(&None)),
            Made::By(rule) => rule.expr(column, self.inputs.iter().map(read).collect()),
        }
    }

    /// Makes the column of so many rows. An error says in which of the file's columns the bad cell is.
    pub(crate) fn run(&self, rows: usize, own: impl Fn(usize) -> ArrayRef) -> Result<ArrayRef, (usize, BadCell)> {
        let read = |input: &Option<(usize, Steps)>| match input {
            Some((at, steps)) => steps.run(&own(*at)).map_err(|bad| (*at, bad)),
            None => Ok(new_null_array(&DataType::Utf8, rows)),
        };
        match &self.made {
            Made::Word(word) => Ok(Arc::new(StringArray::from(vec![*word; rows]))),
            Made::AsIs => read(self.inputs.first().unwrap_or(&None)),
            Made::By(rule) => {
                let arrays = self.inputs.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                rule.run(&arrays).map_err(|bad| (self.places().next().unwrap_or(0), bad))
            }
        }
    }
}
