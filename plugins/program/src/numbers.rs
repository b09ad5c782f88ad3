//! Numbers as JSON writes them and as a program sees them.

/// The largest integer up to which every integer is a JavaScript number: 2^53 − 1.
pub(crate) const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// A number as JSON. What is no number (`NaN`, an infinity) is null. What is no integer keeps 15 significant digits,
/// as many as every double can hold: `0.1 + 0.2` is `0.3` to whoever reads the answer.
pub(crate) fn json(number: f64) -> String {
    match number {
        n if !n.is_finite() => "null".to_owned(),
        n if n.fract() == 0.0 && n.abs() <= MAX_SAFE => format!("{}", n as i64),
        n if n.fract() == 0.0 => shortest(n),
        n => shortest(rounded(n)),
    }
}

fn rounded(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// With an exponent where the digits would be many. Rounding may have made an integer of it.
fn shortest(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE { format!("{}", number as i64) } else { format!("{number:?}") }
}

/// The integer that a number is, where it is one that is not rounded.
pub(crate) fn integer(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= MAX_SAFE).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: f64, expected: &str) {
        assert_eq!(json(number), expected);
    }

    #[test]
    fn integers_have_no_point() {
        check(3.0, "3");
        check(-0.0, "0");
        check(9_007_199_254_740_991.0, "9007199254740991");
    }

    #[test]
    fn noise_beyond_fifteen_digits_is_left_out() {
        check(0.1 + 0.2, "0.3");
        check(1.005 * 1000.0, "1005");
        check(1.0 / 3.0, "0.333333333333333");
        check(132.5, "132.5");
    }

    #[test]
    fn what_is_large_or_small_has_an_exponent() {
        check(1e300, "1e300");
        check(1e-9, "1e-9");
    }

    #[test]
    fn what_is_no_number_is_null() {
        check(f64::NAN, "null");
        check(f64::INFINITY, "null");
    }

    #[test]
    fn only_an_exact_integer_is_one() {
        assert_eq!(integer(42.0), Some(42));
        assert_eq!(integer(4.2), None);
        assert_eq!(integer(1e17), None);
        assert_eq!(integer(f64::NAN), None);
    }
}
