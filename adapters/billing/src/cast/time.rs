//! Times as billing files write them: ISO 8601 with `T` or a space, with a zone or in UTC, or a date alone.

use super::{BadCell, cells};
use chrono::Utc;
use datafusion::arrow::array::{ArrayRef, TimestampMicrosecondArray};
use datafusion::arrow::compute::kernels::cast_utils::string_to_datetime;
use std::borrow::Cow;
use std::sync::Arc;

/// Text as instants. `1/2/25` is refused: nobody can tell which of the two is the month.
pub(super) fn read(array: &ArrayRef) -> Result<ArrayRef, BadCell> {
    let values = cells(array, "an ISO 8601 time such as `2024-09-18T23:00:00Z`", parse)?;
    Ok(Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC")))
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
    fn a_date_that_could_be_two_days_is_refused() {
        for text in ["5/1/25", "09/10/2024", "yesterday", "2024-13-01", "2024-09-18T25:00:00Z", "2024-09-18T23:0"] {
            check(text, None);
        }
    }
}
