//! The one place that asks what time it is.

use chrono::{DateTime, Utc};

/// The time.
#[expect(clippy::disallowed_methods, reason = "the one place; everything else is handed the time")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
