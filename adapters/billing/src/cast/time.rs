//! Times as billing files write them: ISO 8601 with `T` or a space, with a zone or in UTC, or a date alone; in Azure's
//! own cost files also `9/18/2024`, the month first.

use super::{BadCell, cells};
use chrono::{NaiveDate, NaiveTime, Utc};
use datafusion::arrow::array::{ArrayRef, TimestampMicrosecondArray};
use datafusion::arrow::compute::kernels::cast_utils::string_to_datetime;
use std::borrow::Cow;
use std::sync::Arc;

/// Text as instants. `1/2/25` is refused: nobody can tell which of the two is the month.
pub(super) fn read(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let values = cells(array, "an ISO 8601 time such as `2024-09-18T23:00:00Z`", parse)?;
    Ok(Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC")))
}

/// Text of Azure's own cost files as instants: dates with slashes have the month first, as Azure documents them.
pub(super) fn read_azure(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let parse = |text: &str| month_first(text).or_else(|| parse(text));
    let values = cells(array, "a date such as `09/18/2024` (the month first) or `2024-09-18`", parse)?;
    Ok(Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC")))
}

fn month_first(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "00:00"));
    let mut parts = date.split('/');
    let mut number = |most: usize| {
        let part = parts.next()?;
        let is_number = !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok() } else { None }
    };
    let (month, day, year) = (number(2)?, number(2)?, number(4)?);
    // Of a year of two digits nobody can tell whether it is one.
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| year >= 1000)?;
    let formats = ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    let time = formats.iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
    parts.next().is_none().then(|| date.and_time(time).and_utc().timestamp_micros())
}

fn parse(text: &str) -> Option<i64> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    string_to_datetime(&Utc, &with_seconds(text)).ok().map(|time| time.timestamp_micros())
}

/// Azure's exports leave the seconds out (`2024-09-01T00:00Z`); the parser wants them.
fn with_seconds(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    match (bytes.get(13), bytes.get(16)) {
        (Some(b':'), next) if next != Some(&b':') && bytes.len() >= 16 && text.is_char_boundary(16) => {
            let (minutes, zone) = text.split_at(16);
            Cow::Owned(format!("{minutes}:00{zone}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let read = parse(text).and_then(chrono::DateTime::from_timestamp_micros).map(|time| time.to_rfc3339());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn times_of_real_files_are_read() {
        check("2024-09-18 23:00:00", Some("2024-09-18T23:00:00+00:00"));
        check("2024-09-18T23:00:00Z", Some("2024-09-18T23:00:00+00:00"));
        check("2024-09-18T23:00:00.123456Z", Some("2024-09-18T23:00:00.123456+00:00"));
        check("2024-09-18T23:00:00+02:00", Some("2024-09-18T21:00:00+00:00"));
        check("2024-09-18", Some("2024-09-18T00:00:00+00:00"));
        check("2024-09-01T00:00Z", Some("2024-09-01T00:00:00+00:00"));
        check("2024-09-01 10:30", Some("2024-09-01T10:30:00+00:00"));
        check("2024-09-18 23:00:00 UTC", Some("2024-09-18T23:00:00+00:00"));
    }

    #[test]
    fn azures_dates_have_the_month_first() {
        let check = |text: &str, expected: Option<&str>| {
            let read = month_first(text).and_then(chrono::DateTime::from_timestamp_micros);
            assert_eq!(read.map(|time| time.to_rfc3339()).as_deref(), expected, "{text}");
        };
        check("9/2/2023", Some("2023-09-02T00:00:00+00:00"));
        check("02/29/2024", Some("2024-02-29T00:00:00+00:00"));
        check("09/01/2024 00:00:00", Some("2024-09-01T00:00:00+00:00"));
        check("9/1/2024 1:30:00 PM", Some("2024-09-01T13:30:00+00:00"));
        for text in ["13/09/2024", "9/1/24", "9/2024", "9/1/2024/1", "/9/1/2024", "2024-09-01", "9/1/2024 25:00", ""] {
            check(text, None);
        }
    }

    #[test]
    fn a_date_that_could_be_two_days_is_refused() {
        for text in ["5/1/25", "09/10/2024", "yesterday", "2024-13-01", "2024-09-18T25:00:00Z", "2024-09-18T23:0"] {
            check(text, None);
        }
    }
}
