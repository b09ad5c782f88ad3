//! From a file's cells to the table's: which steps lead from one type to the other, and the steps themselves.
//!
//! The same steps run in queries (as expressions, over the columns that a query names) and when a file is
//! verified (over all columns, where a bad cell is named by its row).

mod decimal;
mod map;
mod provider;
mod text;
mod time;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DataFusionError, Result as DfResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, cast,
};
use engine::arrow::{DECIMAL_SCALE, data_type};
use schema::ColumnType;
use std::sync::Arc;

/// A cell that is not what its column holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadCell {
    /// Its row in the array, from 0.
    pub(crate) row: usize,
    /// What is wrong with it: `` `abc` is not a number ``.
    pub(crate) what: String,
}

impl BadCell {
    fn new(row: usize, text: &str, what: &str) -> Self {
        /// As much of a cell as a message repeats.
        const SHOWN: usize = 60;
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self { row, what: format!("`{shown}` is not {what}") }
    }
}

/// The values of text cells. Blank cells and the word `NULL`, however written, are null.
fn cells<T>(array: &ArrayRef, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<Option<T>>, BadCell> {
    let read = |(row, text): (usize, Option<&str>)| {
        let text = text.map_or("", str::trim_ascii);
        if text.is_empty() || text.eq_ignore_ascii_case("null") {
            return Ok(None);
        }
        parse(text).map(Some).ok_or_else(|| BadCell::new(row, text, what))
    };
    array.as_string::<i32>().iter().enumerate().map(read).collect()
}

/// What a cell is read as, where Arrow's own casts do not know the dirt of billing files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cell {
    /// Text of a CSV file, where the word `NULL` is null.
    Text,
    /// A structure, as JSON text.
    Json,
    /// Text or a binary fraction, as an exact decimal.
    Decimal,
    /// Text, as an instant.
    Time,
    /// Text, as an instant, where dates may also be written as Azure does, the month first.
    AzureTime,
    /// JSON text or a structure, as a map.
    Map,
    /// A provider's name, as the neutral word.
    Provider,
}

impl Cell {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "billing_text",
            Self::Json => "billing_json",
            Self::Decimal => "billing_decimal",
            Self::Time => "billing_time",
            Self::AzureTime => "billing_azure_time",
            Self::Map => "billing_map",
            Self::Provider => "billing_provider",
        }
    }

    fn returns(self) -> DataType {
        data_type(match self {
            Self::Text | Self::Json | Self::Provider => ColumnType::Text,
            Self::Decimal => ColumnType::Decimal,
            Self::Time | Self::AzureTime => ColumnType::Time,
            Self::Map => ColumnType::Map,
        })
    }

    fn run(self, array: &ArrayRef) -> Result<ArrayRef, BadCell> {
        match self {
            Self::Text => Ok(text::read(array)),
            Self::Json => text::json(array),
            Self::Decimal => decimal::read(array),
            Self::Time => time::read(array),
            Self::AzureTime => time::read_azure(array),
            Self::Map => map::read(array),
            Self::Provider => Ok(provider::read(array)),
        }
    }

    /// The cell's reading as an expression. `column` is for messages.
    pub(crate) fn expr(self, column: &str, input: Expr) -> Expr {
        let function =
            CellFunction { cell: self, column: column.into(), signature: Signature::any(1, Volatility::Immutable) };
        ScalarUDF::from(function).call(vec![input])
    }
}

/// One step from a file's type to the table's.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Arrow's own cast.
    Arrow(DataType),
    /// One of ours.
    Cell(Cell),
}

/// The steps from a file's type to a column's. None at all where they are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Steps(Vec<Step>);

impl Steps {
    /// Finds the steps. None if there is no way: a cost that is a boolean.
    pub(crate) fn find(target: ColumnType, source: &DataType, is_csv: bool) -> Option<Self> {
        let steps = match target {
            ColumnType::Decimal => to_decimal(source)?,
            ColumnType::Time => to_time(source)?,
            ColumnType::Map => match source {
                DataType::Utf8
                | DataType::Map(..)
                | DataType::Struct(_)
                | DataType::List(_)
                | DataType::LargeList(_) => {
                    vec![Step::Cell(Cell::Map)]
                }
                DataType::Null => vec![Step::Arrow(data_type(target))],
                _ => return None,
            },
            _ if *source == DataType::Utf8 && is_csv => vec![Step::Cell(Cell::Text)],
            _ if *source == DataType::Utf8 => vec![],
            _ if source.is_nested() => vec![Step::Cell(Cell::Json)],
            _ => vec![Step::Arrow(DataType::Utf8)],
        };
        Some(Self(steps))
    }

    /// The steps to a time from a column of Azure's own cost files.
    pub(crate) fn azure_time(source: &DataType) -> Option<Self> {
        match source {
            DataType::Utf8 => Some(Self(vec![Step::Cell(Cell::AzureTime)])),
            _ => to_time(source).map(Self),
        }
    }

    /// The steps as an expression over a file's column.
    pub(crate) fn expr(&self, column: &str, input: Expr) -> Expr {
        self.0.iter().fold(input, |input, step| match step {
            Step::Arrow(to) => cast(input, to.clone()),
            Step::Cell(cell) => cell.expr(column, input),
        })
    }

    /// Runs the steps over a file's values.
    pub(crate) fn run(&self, array: &ArrayRef) -> Result<ArrayRef, BadCell> {
        self.0.iter().try_fold(Arc::clone(array), |array, step| match step {
            Step::Arrow(to) => arrow_cast(&array, to),
            Step::Cell(cell) => cell.run(&array),
        })
    }
}

fn to_decimal(source: &DataType) -> Option<Vec<Step>> {
    let target = data_type(ColumnType::Decimal);
    Some(match source {
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale)
            if *scale <= DECIMAL_SCALE =>
        {
            if *source == target {
                vec![]
            } else {
                vec![Step::Arrow(target)]
            }
        }
        // More digits than ours: through text, because Arrow's cast rounds halves up.
        _ if source.is_decimal() => vec![Step::Arrow(DataType::Utf8), Step::Cell(Cell::Decimal)],
        DataType::Utf8 | DataType::Float32 | DataType::Float64 => vec![Step::Cell(Cell::Decimal)],
        _ if source.is_integer() || *source == DataType::Null => vec![Step::Arrow(target)],
        _ => return None,
    })
}

fn to_time(source: &DataType) -> Option<Vec<Step>> {
    let target = data_type(ColumnType::Time);
    let naive = DataType::Timestamp(TimeUnit::Microsecond, None);
    Some(match source {
        _ if *source == target => vec![],
        DataType::Utf8 => vec![Step::Cell(Cell::Time)],
        DataType::Timestamp(..) | DataType::Null => vec![Step::Arrow(target)],
        DataType::Date32 | DataType::Date64 => vec![Step::Arrow(naive), Step::Arrow(target)],
        _ => return None,
    })
}

fn arrow_cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, BadCell> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &strict).map_err(|error| {
        // Arrow's error names no row, so the rows are tried one by one.
        let row =
            (0..array.len()).find(|row| cast_with_options(&array.slice(*row, 1), to, &strict).is_err()).unwrap_or(0);
        BadCell { row, what: error.to_string() }
    })
}

/// One of our readings as a function that plans can hold. Not registered anywhere: SQL cannot name it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CellFunction {
    cell: Cell,
    column: Arc<str>,
    signature: Signature,
}

impl ScalarUDFImpl for CellFunction {
    fn name(&self) -> &str {
        self.cell.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(self.cell.returns())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let array = ColumnarValue::values_to_arrays(&args.args)?.swap_remove(0);
        let read = self
            .cell
            .run(&array)
            .map_err(|bad| DataFusionError::Execution(format!("column `{}`: {}", self.column, bad.what)))?;
        match &args.args[0] {
            ColumnarValue::Scalar(_) => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&read, 0)?)),
            ColumnarValue::Array(_) => Ok(ColumnarValue::Array(read)),
        }
    }
}
