//! A failure as an assistant is told it: the code, the sentence, and what to do about it.

use super::bounded;
use crate::failure::Failure;
use crate::text::visible;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::json;

/// The result of a call that failed.
pub(super) fn result(failure: &Failure, bound: usize) -> CallToolResult {
    let code = failure.code.as_str();
    if failure.code.status() >= 500 {
        tracing::warn!(error.code = code, "{failure}");
    }
    let message = bounded::text(&visible(&failure.message), bound / 4);
    let mut text = format!("error ({code}): {message}");
    let mut content = json!({ "code": code, "title": failure.code.title(), "detail": message });
    if let Some(hint) = &failure.hint {
        text.push_str(&format!("\nhint: {}", visible(hint)));
        content["hint"] = hint.clone().into();
    }
    if let Some(details) = &failure.details {
        let (details, _) = bounded::cell((**details).clone(), bound / 4);
        text.push_str(&format!("\ndetails: {details}"));
        content["details"] = details;
    }
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    result.structured_content = Some(json!({ "error": content }));
    result
}
