//! The least-privilege custom role for a list of actions, for `explain` to print.

use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A custom role that allows these actions and nothing else, as `az role definition create` takes it: sorted, each once.
pub fn custom_role<'a>(
    actions: impl IntoIterator<Item = &'a str>,
    subscriptions: impl IntoIterator<Item = &'a str>,
) -> Value {
    let actions: BTreeSet<&str> = actions.into_iter().collect();
    let scopes: BTreeSet<String> = subscriptions.into_iter().map(|id| format!("/subscriptions/{id}")).collect();
    json!({
        "Name": "Nephoscope reads",
        "IsCustom": true,
        "Description": "What Nephoscope needs to answer from, and nothing that could change anything.",
        "Actions": actions,
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": scopes,
    })
}

#[cfg(test)]
mod tests {
    use super::custom_role;
    use serde_json::json;

    #[test]
    fn actions_are_sorted_and_named_once() {
        let role = custom_role(["B/read", "A/read", "B/read"], ["s-1"]);
        assert_eq!(role["Actions"], json!(["A/read", "B/read"]));
        assert_eq!(role["AssignableScopes"], json!(["/subscriptions/s-1"]));
    }
}
