//! Numbers with their units, and what they are in a column's own unit.

use crate::draft::Draft;
use crate::phrases::Marks;
use crate::tokens::{Kind, in_words};
use schema::query::Literal;
use schema::time::Span;
use schema::{Column, ColumnType, Unit};

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) value: f64,
    pub(crate) unit: Measured,
}

/// What a number was said to count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Measured {
    /// Nothing was said.
    Bare,
    Percent,
    Money,
    /// Bytes, times this.
    Bytes(f64),
    /// Bytes a second, times this.
    Rate(f64),
    Seconds,
    /// A span of days, weeks, …: the letters that `Span` reads.
    Span(&'static str),
}

const KIB: f64 = 1024.0;

/// The number there, with the sign before it and the unit behind it.
pub(crate) fn quantity(draft: &Draft<'_>, at: usize) -> Option<(usize, Quantity)> {
    let money = currency(draft.words.lower(at));
    let from = if money { at + 1 } else { at };
    // "half a terabyte".
    if draft.words.lower(at) == "half"
        && let Some(Quantity { unit: unit @ Measured::Bytes(_), .. }) = one_of(draft, at + 1)
    {
        return Some((3, Quantity { value: 0.5, unit }));
    }
    let value = number(draft, from)?;
    let unit = if money { None } else { unit(draft.words.lower(from + 1)) };
    let len = from + 1 - at + usize::from(unit.is_some());
    let unit = if money { Measured::Money } else { unit.unwrap_or(Measured::Bare) };
    Some((len, Quantity { value, unit }))
}

/// "a year", "a terabyte", where a comparison stands before it.
pub(crate) fn one_of(draft: &Draft<'_>, at: usize) -> Option<Quantity> {
    if !matches!(draft.words.lower(at), "a" | "an") {
        return None;
    }
    let unit = unit(draft.words.lower(at + 1)).filter(|u| matches!(u, Measured::Bytes(_) | Measured::Span(_)))?;
    Some(Quantity { value: 1.0, unit })
}

/// Numbers in words.
pub(super) const NUMBERS: Marks =
    Marks::of(in_words::SMALL).and(Marks::of(in_words::TENS)).and(Marks::of(&["zero", "hundred", "thousand"]));

/// A number in digits or in a word.
pub(crate) fn number(draft: &Draft<'_>, at: usize) -> Option<f64> {
    if let Some(Kind::Number(value)) = draft.words.kind(at) {
        return Some(value);
    }
    let word = draft.words.lower(at);
    let in_words = || in_words::single(word).or_else(|| in_words::scale(word)).map(f64::from);
    if !NUMBERS.has(draft.words.mark(at)) {
        debug_assert!(in_words().is_none(), "`{word}` is missing in `NUMBERS`");
        return None;
    }
    in_words()
}

/// Whether a word is a currency.
pub(crate) fn currency(word: &str) -> bool {
    matches!(word, "$" | "€" | "£" | "usd" | "eur" | "gbp")
}

fn unit(word: &str) -> Option<Measured> {
    Some(match word {
        "%" | "percent" | "pct" | "per-cent" => Measured::Percent,
        "$" | "€" | "£" | "usd" | "eur" | "gbp" | "dollars" | "dollar" | "euros" | "euro" | "bucks" | "pounds"
        | "quid" | "usds" => Measured::Money,
        "b" | "bytes" | "byte" => Measured::Bytes(1.0),
        "kb" | "kib" | "kilobytes" => Measured::Bytes(KIB),
        "mb" | "mib" | "megabytes" | "megabyte" | "megs" | "meg" | "mebibytes" => Measured::Bytes(KIB * KIB),
        "gb" | "gib" | "gigabytes" | "gigabyte" | "gigs" | "gig" | "g" | "gibibytes" | "gbs" => {
            Measured::Bytes(KIB * KIB * KIB)
        }
        "tb" | "tib" | "terabytes" | "terabyte" | "tebibytes" | "tbs" | "teras" => {
            Measured::Bytes(KIB * KIB * KIB * KIB)
        }
        "pb" | "pib" | "petabytes" | "petabyte" => Measured::Bytes(KIB * KIB * KIB * KIB * KIB),
        "b/s" | "bytes/s" => Measured::Rate(1.0),
        "kb/s" | "kib/s" | "kbytes/s" => Measured::Rate(KIB),
        "mb/s" | "mib/s" | "mbytes/s" | "mibps" => Measured::Rate(KIB * KIB),
        "gb/s" | "gib/s" => Measured::Rate(KIB * KIB * KIB),
        // Bits, and by the thousand.
        "kbps" | "kbit/s" => Measured::Rate(1e3 / 8.0),
        "mbps" | "mbit/s" => Measured::Rate(1e6 / 8.0),
        "gbps" | "gbit/s" => Measured::Rate(1e9 / 8.0),
        "seconds" | "second" | "secs" | "sec" | "s" => Measured::Seconds,
        word => Measured::Span(span_unit(word)?),
    })
}

/// The letters that `Span` reads for a unit of time.
pub(crate) fn span_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => "m",
        "hour" | "hours" | "h" | "hr" | "hrs" => "h",
        "day" | "days" | "d" => "d",
        "week" | "weeks" | "w" | "wk" | "wks" => "w",
        "month" | "months" | "mo" | "mos" => "mo",
        "year" | "years" | "y" | "yr" | "yrs" => "y",
        _ => return None,
    })
}

/// A span of so many units.
pub(crate) fn span(value: f64, unit: &str) -> Option<Span> {
    if value.fract() != 0.0 || !(0.0..1e9).contains(&value) {
        return None;
    }
    format!("{value:.0}{unit}").parse().ok()
}

/// The quantity in the column's own unit, if it is one that the column can have.
pub(crate) fn fit(column: &Column, quantity: Quantity) -> Option<Literal> {
    use Measured::{Bare, Bytes, Money, Percent, Rate, Seconds};
    let Quantity { value, unit } = quantity;
    if column.ty == ColumnType::Time {
        let Measured::Span(letters) = unit else { return None };
        return Some(Literal::from(span(value, letters)?));
    }
    if !column.ty.is_number() {
        return None;
    }
    let value = match (column.unit, unit) {
        (_, Bare) => value,
        (Some(Unit::Percent), Percent) | (Some(Unit::Currency), Money) | (Some(Unit::Seconds), Seconds) => value,
        (Some(Unit::Seconds), Measured::Span("m")) => value * 60.0,
        (Some(Unit::GiB), Bytes(times)) => value * times / KIB.powi(3),
        (Some(Unit::MiB), Bytes(times)) => value * times / KIB.powi(2),
        (Some(Unit::Bytes), Bytes(times)) => value * times,
        (Some(Unit::BytesPerSecond), Rate(times)) => value * times,
        (Some(Unit::MiBPerSecond), Rate(times)) => value * times / KIB.powi(2),
        _ => return None,
    };
    Some(literal(value))
}

/// A number as JSON writes it: whole where it is whole.
pub(crate) fn literal(value: f64) -> Literal {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far inside the range")]
    if value.fract() == 0.0 && value.abs() < 9e15 { Literal::from(value as i64) } else { Literal::from(value) }
}
