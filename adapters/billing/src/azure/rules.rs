//! The rules by which columns are made from several of Azure's, or from one in other words.

use super::words;
use crate::cast::BadCell;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, TimestampMicrosecondType, i256};
use datafusion::common::{DataFusionError, Result as DfResult};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use engine::arrow::{DECIMAL_PRECISION, DECIMAL_SCALE, data_type};
use schema::ColumnType;
use std::borrow::Cow;
use std::sync::Arc;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rule {
    /// The first text that is there.
    First,
    /// The first text that is there, in lower case.
    Lower,
    /// An ARM id in lower case, any other as it is.
    ArmId,
    /// A subscription's id, from the id alone or its path.
    Account,
    /// A region's code, from its code or one of its names.
    Region,
    /// FOCUS's word for a charge type.
    Category,
    /// FOCUS's word for a frequency.
    Frequency,
    /// FOCUS's word for a pricing model.
    Pricing,
    /// FOCUS's word for a service family.
    Service,
    /// A resource's name: as it stands, or the last part of its id.
    ResourceName,
    /// A resource's type: as it stands, or from its id.
    ResourceType,
    /// What a commitment has to do with the row: `bought`, `covered`, `unused`; null if nothing. Takes the charge type,
    /// the pricing model and the ids of benefit and reservation, as do the next three.
    Commitment,
    /// Whether a commitment was used or went to waste.
    CommitmentStatus,
    /// The kind of commitment, in Azure's words.
    CommitmentType,
    /// Whether it is one of use or of money.
    CommitmentCategory,
    /// The same time a day later: Azure's days and periods are named by their first and their last day.
    NextDay,
    /// A price times what follows, where the charge is for use. Takes the charge type first. Null where the price is null
    /// or zero: an unknown one is written as 0.
    Product,
    /// An amount, where the charge is for use. Takes the charge type second.
    Used,
}

impl Rule {
    fn returns(self) -> DataType {
        data_type(match self {
            Self::NextDay => ColumnType::Time,
            Self::Product | Self::Used => ColumnType::Decimal,
            _ => ColumnType::Text,
        })
    }

    /// Runs the rule over its inputs.
    pub(crate) fn run(self, inputs: &[ArrayRef]) -> Result<ArrayRef, BadCell> {
        match self {
            Self::NextDay => Ok(next_day(&inputs[0])),
            Self::Product => product(inputs[0].as_string::<i32>(), &inputs[1..]),
            Self::Used => Ok(used(&inputs[0], inputs[1].as_string::<i32>())),
            _ => Ok(self.texts(inputs)),
        }
    }

    fn texts(self, inputs: &[ArrayRef]) -> ArrayRef {
        let inputs: Vec<&StringArray> = inputs.iter().map(|array| array.as_string::<i32>()).collect();
        let rows = inputs.first().map_or(0, |array| array.len());
        let mut out = StringBuilder::new();
        let mut cells = vec![None; inputs.len()];
        for row in 0..rows {
            for (cell, array) in cells.iter_mut().zip(&inputs) {
                *cell = array.is_valid(row).then(|| array.value(row).trim()).filter(|text| !text.is_empty());
            }
            out.append_option(self.text(&cells));
        }
        Arc::new(out.finish())
    }

    fn text<'a>(self, cells: &[Option<&'a str>]) -> Option<Cow<'a, str>> {
        let first = || cells.iter().copied().flatten().next();
        let word = |word: Option<&'static str>| word.map(Cow::Borrowed);
        match self {
            Self::First => first().map(Cow::Borrowed),
            Self::Lower => first().map(|text| text.to_lowercase().into()),
            Self::ArmId => first().map(|id| if id.starts_with('/') { id.to_lowercase().into() } else { id.into() }),
            Self::Account => first().map(|text| words::account(text).into()),
            Self::Region => first().and_then(words::region).map(Cow::Owned),
            Self::Category => word(words::category(first()?)),
            Self::Frequency => word(words::frequency(first()?)),
            Self::Pricing => word(words::pricing(first()?)),
            Self::Service => word(words::service(first()?)),
            Self::ResourceName => cells[0].or_else(|| words::last_of_id(cells[1]?)).map(Cow::Borrowed),
            Self::ResourceType => match cells[0] {
                Some(word) => Some(word.to_lowercase().into()),
                None => words::type_of_id(cells[1]?).map(Cow::Owned),
            },
            Self::Commitment => word(commitment(cells)),
            Self::CommitmentStatus => word(match commitment(cells)? {
                "covered" => Some("Used"),
                "unused" => Some("Unused"),
                _ => None,
            }),
            Self::CommitmentType => word(commitment_type(cells)),
            Self::CommitmentCategory => word(commitment_type(cells).map(|word| match word {
                "Savings Plan" => "Spend",
                _ => "Usage",
            })),
            Self::NextDay | Self::Product | Self::Used => None,
        }
    }

    /// The rule as an expression. `column` is for messages.
    pub(crate) fn expr(self, column: &str, inputs: Vec<Expr>) -> Expr {
        let signature = Signature::variadic_any(Volatility::Immutable);
        ScalarUDF::from(RuleFunction { rule: self, column: column.into(), signature }).call(inputs)
    }
}

fn commitment(cells: &[Option<&str>]) -> Option<&'static str> {
    let [charge, pricing, benefit, reservation] = cells else { return None };
    let charge = charge.unwrap_or_default().to_lowercase();
    if charge.starts_with("unused") {
        return Some("unused");
    }
    let is_committed = pricing.is_some_and(|model| words::pricing(model) == Some("Committed"));
    if !is_committed && benefit.is_none() && reservation.is_none() {
        return None;
    }
    Some(if matches!(charge.as_str(), "purchase" | "refund") { "bought" } else { "covered" })
}

fn commitment_type(cells: &[Option<&str>]) -> Option<&'static str> {
    commitment(cells)?;
    let says_plan = |text: &&str| {
        let text = text.to_lowercase();
        ["savingsplan", "savings plan"].iter().any(|word| text.contains(word))
    };
    Some(if cells.iter().flatten().any(says_plan) { "Savings Plan" } else { "Reservation" })
}

fn next_day(times: &ArrayRef) -> ArrayRef {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    let times = times.as_primitive::<TimestampMicrosecondType>();
    let later: TimestampMicrosecondArray = times.unary_opt(|time| time.checked_add(DAY));
    Arc::new(later.with_timezone_opt(times.timezone().map(Arc::<str>::from)))
}

fn product(charges: &StringArray, factors: &[ArrayRef]) -> Result<ArrayRef, BadCell> {
    let factors: Vec<&Decimal128Array> = factors.iter().map(|array| array.as_primitive::<Decimal128Type>()).collect();
    let rows = factors.first().map_or(0, |array| array.len());
    let mut values = Vec::with_capacity(rows);
    for row in 0..rows {
        let is_known =
            is_use(charges, row) && factors.iter().all(|array| array.is_valid(row)) && factors[0].value(row) != 0;
        values.push(match is_known {
            false => None,
            true => Some(times(factors.iter().map(|array| array.value(row))).ok_or_else(|| BadCell {
                row,
                what: "price times quantity has more than 20 digits before the point".to_owned(),
            })?),
        });
    }
    Ok(decimals(Decimal128Array::from(values)))
}

/// A product of decimals of 18 digits after the point, digits beyond them rounded, halves to even.
fn times(mut factors: impl Iterator<Item = i128>) -> Option<i128> {
    let one = i256::from_i128(10_i128.pow(DECIMAL_SCALE.unsigned_abs().into()));
    let two = i256::from_i128(2);
    let first = factors.next()?;
    factors.try_fold(first, |a, b| {
        let whole = i256::from_i128(a).checked_mul(i256::from_i128(b))?;
        let (value, rest) = (whole.checked_div(one)?, whole.checked_rem(one)?);
        let is_negative = rest < i256::ZERO;
        let twice = if is_negative { rest.wrapping_neg() } else { rest }.checked_mul(two)?;
        let is_up = twice > one || (twice == one && value.checked_rem(two)? != i256::ZERO);
        let step = i256::from_i128(if is_negative { -1 } else { 1 });
        let value = if is_up { value.checked_add(step)? } else { value }.to_i128()?;
        (value.unsigned_abs() < 10_u128.pow(DECIMAL_PRECISION.into())).then_some(value)
    })
}

/// Whether a charge is for use. Files without charge types have no other charges.
fn is_use(charges: &StringArray, row: usize) -> bool {
    let word = if charges.is_valid(row) { charges.value(row).trim() } else { "" };
    word.is_empty() || word.eq_ignore_ascii_case("usage")
}

fn used(quantities: &ArrayRef, charges: &StringArray) -> ArrayRef {
    let quantities = quantities.as_primitive::<Decimal128Type>();
    let is_use = |row: usize| !charges.is_valid(row) || charges.value(row).trim().eq_ignore_ascii_case("usage");
    let values =
        (0..quantities.len()).map(|row| (quantities.is_valid(row) && is_use(row)).then(|| quantities.value(row)));
    decimals(values.collect())
}

fn decimals(values: Decimal128Array) -> ArrayRef {
    let DataType::Decimal128(precision, scale) = data_type(ColumnType::Decimal) else { return Arc::new(values) };
    // Precision and scale are the table's, so this cannot fail.
    Arc::new(values.clone().with_precision_and_scale(precision, scale).unwrap_or(values))
}

/// A rule as a function that plans can hold. Not registered anywhere: SQL cannot name it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct RuleFunction {
    rule: Rule,
    column: Arc<str>,
    signature: Signature,
}

impl ScalarUDFImpl for RuleFunction {
    fn name(&self) -> &str {
        "billing_rule"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(self.rule.returns())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let arrays: Vec<ArrayRef> =
            args.args.iter().map(|value| value.to_array(args.number_rows)).collect::<DfResult<_>>()?;
        let made = self.rule.run(&arrays);
        made.map(ColumnarValue::Array)
            .map_err(|bad| DataFusionError::Execution(format!("column `{}`: {}", self.column, bad.what)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn products_are_exact_and_round_halves_to_even() {
        const ONE: i128 = 10_i128.pow(18);
        let check = |factors: &[i128], expected: Option<i128>| assert_eq!(times(factors.iter().copied()), expected);
        check(&[ONE / 10, ONE / 10], Some(ONE / 100));
        check(&[-3 * ONE, ONE / 2, 2 * ONE], Some(-3 * ONE));
        check(&[1, ONE / 2], Some(0));
        check(&[3, ONE / 2], Some(2));
        check(&[-3, ONE / 2], Some(-2));
        check(&[-5, ONE / 2 + 1], Some(-3));
        check(&[10_i128.pow(37), 100 * ONE], None);
    }

    #[test]
    fn commitments_are_told_from_charge_type_model_and_ids() {
        let check = |cells: [Option<&str>; 4], expected: [Option<&str>; 4]| {
            let rules = [Rule::Commitment, Rule::CommitmentStatus, Rule::CommitmentType, Rule::CommitmentCategory];
            let got = rules.map(|rule| rule.text(&cells));
            assert_eq!(got.each_ref().map(|word| word.as_deref()), expected, "{cells:?}");
        };
        let reserved = |word, status| [Some(word), status, Some("Reservation"), Some("Usage")];
        check([Some("Usage"), Some("OnDemand"), None, None], [None; 4]);
        check([None; 4], [None; 4]);
        check([Some("Usage"), None, None, Some("r-1")], reserved("covered", Some("Used")));
        check([Some("Purchase"), Some("Reservation"), None, None], reserved("bought", None));
        check([Some("Refund"), None, None, Some("r-1")], reserved("bought", None));
        check([Some("UnusedReservation"), None, None, None], reserved("unused", Some("Unused")));
        check(
            [Some("UnusedSavingsPlan"), None, Some("/x"), None],
            [Some("unused"), Some("Unused"), Some("Savings Plan"), Some("Spend")],
        );
        check([Some("Purchase"), Some("OnDemand"), None, None], [None; 4]);
    }
}
