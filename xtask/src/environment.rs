//! The one place that reads environment variables.

use std::ffi::OsString;

/// The value of a variable; none where it is unset or empty.
#[expect(clippy::disallowed_methods, reason = "the one place for it in this crate")]
pub(crate) fn get(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The names of all variables.
#[expect(clippy::disallowed_methods, reason = "the one place for it in this crate")]
pub(crate) fn names() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name)
}
