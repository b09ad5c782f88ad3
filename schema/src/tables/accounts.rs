//! `accounts`: AWS accounts and Azure subscriptions, readable or not.

use super::common::{RESOURCE, RESOURCE_SCOPE};
use crate::{Column, Locality, Table, TableKind};

/// `accounts`: AWS accounts and Azure subscriptions, readable or not.
pub static ACCOUNTS: Table = Table {
    name: "accounts",
    kind: TableKind::Account,
    doc: "one AWS account or Azure subscription that is configured or was discovered",
    row_kind: Some("organization.account"),
    aws_type: Some("AWS::Organizations::Account"),
    azure_type: Some("microsoft.resources/subscriptions"),
    locality: Locality::Global,
    common: RESOURCE,
    own: &[
        Column::bool("readable", "whether this program's credentials could read the account when it was last tried")
            .also(&["could be read", "accessible", "reachable"]),
        Column::text("unreadable_reason", "why it could not be read, in one sentence; null where it could"),
        Column::text("email", "the address that the provider has for the account")
            .aws("organizations:ListAccounts: Accounts.Email"),
        Column::text("parent_id", "the id of the organisational unit or management group that holds it"),
        Column::time("joined_at", "when it joined the organisation")
            .aws("organizations:ListAccounts: Accounts.JoinedTimestamp"),
    ],
    shown: &["account_id", "name", "provider", "state", "readable", "unreadable_reason"],
    time_column: None,
    scope_columns: RESOURCE_SCOPE,
    synonyms: &["account", "subscription", "subscriptions", "aws account", "azure subscription"],
};
