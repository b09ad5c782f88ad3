//! Decimals as billing files write them, read exactly.

use super::{BadCell, cells};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Float32Type, Float64Type};
use engine::arrow::{DECIMAL_PRECISION, DECIMAL_SCALE};
use std::fmt::{Display, Write};
use std::sync::Arc;

const WHAT: &str = "a number with at most 20 digits before the point";

/// Text or binary fractions as decimals.
///
/// A binary fraction becomes the shortest decimal that stands for it (0.1, not 0.1000000000000000055), which is
/// what whoever wrote the file meant.
pub(super) fn read(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let values = match array.data_type() {
        DataType::Float32 => floats::<Float32Type>(array)?,
        DataType::Float64 => doubles(array)?,
        _ => Decimal128Array::from(cells(array, WHAT, parse)?),
    };
    let typed = values.with_precision_and_scale(DECIMAL_PRECISION, DECIMAL_SCALE);
    typed.map(|array| Arc::new(array) as ArrayRef).map_err(|error| BadCell { row: 0, what: error.to_string() })
}

fn doubles(array: &ArrayRef) -> Result<Decimal128Array, BadCell> {
    let array = array.as_primitive::<Float64Type>();
    let mut values = Vec::with_capacity(array.len());
    for (row, value) in array.iter().enumerate() {
        let read = |value: f64| short(value).or_else(|| parse(&value.to_string()));
        values.push(match value {
            None => None,
            Some(value) => Some(read(value).ok_or_else(|| BadCell::new(row, &value.to_string(), WHAT))?),
        });
    }
    Ok(Decimal128Array::from(values))
}

/// The decimal of up to 15 digits that a binary fraction stands for, if it stands for one: many times faster than
/// writing it down. Two decimals of 15 digits never have the same binary fraction, so this one is the shortest.
fn short(value: f64) -> Option<i128> {
    /// Digits after the point that are tried, with the power of ten for them and the one that is left to 18.
    const TRIED: [(f64, i128); 3] = [(1e6, 10_i128.pow(12)), (1e11, 10_i128.pow(7)), (1e16, 100)];
    TRIED.iter().find_map(|(power, rest)| {
        let whole = (value * power).round();
        // Whole and below 10^15, so the integer is the same number.
        (whole.abs() < 1e15 && whole / power == value).then(|| i128::from(whole as i64) * rest)
    })
}

fn floats<T: ArrowPrimitiveType>(array: &ArrayRef) -> Result<Decimal128Array, BadCell>
where
    T::Native: Display,
{
    let array = array.as_primitive::<T>();
    let mut values = Vec::with_capacity(array.len());
    let mut text = String::new();
    for (row, value) in array.iter().enumerate() {
        values.push(match value {
            None => None,
            Some(value) => {
                text.clear();
                // Writing to a string cannot fail.
                let _ = write!(text, "{value}");
                Some(parse(&text).ok_or_else(|| BadCell::new(row, &text, WHAT))?)
            }
        });
    }
    Ok(Decimal128Array::from(values))
}

/// The decimal as an integer of `10^-18`. None if it is no decimal, or has more than 20 digits before the point.
///
/// Digits beyond the 18th after the point are rounded, halves to even: what real files have there is the noise
/// of someone's binary arithmetic.
fn parse(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    let (is_negative, mut at) = match bytes.first()? {
        b'-' => (true, 1),
        b'+' => (false, 1),
        _ => (false, 0),
    };
    let mut digits = Digits::default();
    let mut after_point = false;
    let mut any = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                any = true;
                digits.push(byte - b'0', after_point)?;
            }
            b'.' if !after_point => after_point = true,
            _ => break,
        }
        at += 1;
    }
    if !any {
        return None;
    }
    let exponent = match bytes.get(at) {
        None => 0,
        Some(b'e' | b'E') => exponent(text.get(at + 1..)?)?,
        Some(_) => return None,
    };
    let value = digits.scaled(exponent.checked_add(i32::from(DECIMAL_SCALE))?)?;
    if value >= 10_i128.pow(u32::from(DECIMAL_PRECISION)) {
        return None;
    }
    Some(if is_negative { -value } else { value })
}

fn exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Digits read so far: `value × 10^-places`, and whether anything but zeros came after what fits.
#[derive(Default)]
struct Digits {
    value: i128,
    places: i32,
    is_more: bool,
}

impl Digits {
    /// One more digit. None if the number is too large.
    fn push(&mut self, digit: u8, after_point: bool) -> Option<()> {
        /// Below this, one more digit fits.
        const ROOM: i128 = i128::MAX / 10 - 1;
        if self.value < ROOM {
            self.value = self.value * 10 + i128::from(digit);
            self.places += i32::from(after_point);
        } else if after_point {
            self.is_more |= digit != 0;
        } else {
            return None;
        }
        Some(())
    }

    /// The number times `10^power`, as an integer, halves to even.
    fn scaled(&self, power: i32) -> Option<i128> {
        if self.value == 0 {
            return Some(0);
        }
        let shift = power - self.places;
        if shift >= 0 {
            return self.value.checked_mul(10_i128.checked_pow(shift.unsigned_abs())?);
        }
        let Some(divisor) = 10_i128.checked_pow(shift.unsigned_abs()) else { return Some(0) };
        let (whole, rest) = (self.value / divisor, self.value % divisor);
        let is_up = match (rest * 2).cmp(&divisor) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => self.is_more || whole % 2 == 1,
        };
        Some(whole + i128::from(is_up))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::{Float64Array, StringArray};

    fn check(text: &str, expected: Option<&str>) {
        let array: ArrayRef = Arc::new(StringArray::from(vec![text]));
        let read = read(&array)
            .ok()
            .map(|array| array.as_primitive::<datafusion::arrow::datatypes::Decimal128Type>().value_as_string(0));
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn what_real_files_write_is_read_to_the_last_digit() {
        check("0.00000080000", Some("0.000000800000000000"));
        check("2.000000000000000", Some("2.000000000000000000"));
        check("-12.5", Some("-12.500000000000000000"));
        check("8E-7", Some("0.000000800000000000"));
        check("1.5e+3", Some("1500.000000000000000000"));
        check(" 0.00 ", Some("0.000000000000000000"));
        check(".5", Some("0.500000000000000000"));
        check("12345678901234567890.123456789012345678", Some("12345678901234567890.123456789012345678"));
        check("0e999", Some("0.000000000000000000"));
        check("1e-999", Some("0.000000000000000000"));
    }

    #[test]
    fn digits_beyond_the_eighteenth_are_rounded_halves_to_even() {
        check("0.0000000000000000005", Some("0.000000000000000000"));
        check("0.0000000000000000015", Some("0.000000000000000002"));
        check("0.00000000000000000050000000000000000000000000000001", Some("0.000000000000000001"));
        check("1.10000000000000000000000000000000000000000000000000", Some("1.100000000000000000"));
    }

    #[test]
    fn the_fast_way_from_binary_fractions_says_what_the_slow_way_says() {
        let mut fast = 0;
        for n in 0..200_000_u32 {
            // Spread over sizes and digits by a multiplicative walk; no value matters by itself.
            let digits = f64::from(n.wrapping_mul(2_654_435_761) % 10_000_019);
            for power in [1e-3, 1e-7, 1e-11, 1e-15, 3.7] {
                let value = if n % 2 == 0 { digits * power } else { -digits * power };
                if let Some(short) = short(value) {
                    fast += 1;
                    assert_eq!(Some(short), parse(&value.to_string()), "{value}");
                }
            }
        }
        assert!(fast > 500_000, "{fast}");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["abc", "$50,000.00", "1,5", "1.2.3", "-", ".", "1e", "1e5x", "NaN", "inf", "123456789012345678901"]
        {
            check(text, None);
        }
    }

    #[test]
    fn a_binary_fraction_is_the_shortest_decimal_that_stands_for_it() {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![0.1, 8e-7, 0.1 + 0.2]));
        let read = read(&array).unwrap();
        let read = read.as_primitive::<datafusion::arrow::datatypes::Decimal128Type>();
        assert_eq!(read.value_as_string(0), "0.100000000000000000");
        assert_eq!(read.value_as_string(1), "0.000000800000000000");
        assert_eq!(read.value_as_string(2), "0.300000000000000040");
        let nan: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NAN]));
        assert_eq!(super::read(&nan).unwrap_err().row, 1);
    }
}
