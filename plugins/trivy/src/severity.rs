//! Trivy's words for how severe something is.

use guest_sdk::{Error, Json, Severity};

/// Trivy has these; what it does not say, or says in another word, cannot be said.
pub(crate) fn of(entry: &Json) -> Severity {
    let word = entry.get("Severity").and_then(|word| word.as_str()).unwrap_or_default();
    known(&word.to_ascii_lowercase()).unwrap_or(Severity::Unknown)
}

/// The parameter.
pub(crate) fn least(word: &str) -> Result<Severity, Error> {
    let wrong = || {
        let words = "unknown, low, medium, high or critical";
        Error::Failed(format!("`{word}` in the parameter `min_severity` is no severity: {words}"))
    };
    known(&word.trim().to_ascii_lowercase()).ok_or_else(wrong)
}

fn known(word: &str) -> Option<Severity> {
    match word {
        "unknown" => Some(Severity::Unknown),
        "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}
