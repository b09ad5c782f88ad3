//! `accounts`: every account that is configured or was discovered, readable or not.
//!
//! An account that cannot be read has its row all the same, with the reason. One that could be entered when it was
//! discovered is asked once more who it is, which needs no permission.

use super::calls;
use crate::account::Account;
use crate::fetch::Fetch;
use crate::place::{Place, properties};
use crate::{arn, discovery, states};
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::scope::GLOBAL;
use schema::tables::ACCOUNTS;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &ACCOUNTS, costly: &[], pushes: &[] };

const ACTION: &str = "sts:GetCallerIdentity";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    // Whoever has keys may ask whose they are: there is no permission to name.
    vec![CallEstimate { permissions: Vec::new(), ..calls(ACTION, 1) }]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let unreadable = match &f.account.unreadable {
        Some(error) => Some(error.clone()),
        None => discovery::whoami(f.aws, f.cx, f.account).await.err(),
    };
    f.emit(vec![row(&f.place.in_region(GLOBAL), f.account, unreadable.as_ref())]).await
}

fn row(place: &Place, account: &Account, unreadable: Option<&FetchError>) -> Row {
    let entry = account.entry.as_ref();
    let arn = entry.map(|entry| entry.arn.clone()).filter(|arn| !arn.is_empty());
    let partition = arn::partition(&account.base.region());
    // An account outside an organisation has no state; that it answers is all there is to know.
    let state = match (entry, unreadable) {
        (Some(entry), _) => states::account(&entry.state),
        (None, None) => State::Available,
        (None, Some(_)) => State::Unknown,
    };
    place
        .row(&ACCOUNTS, &account.id, arn.unwrap_or_else(|| arn::account(partition, &account.id)))
        .with("name", account.name.as_str())
        .with("state", state)
        .with("readable", unreadable.is_none())
        .with("unreadable_reason", unreadable.map(|error| error.message.clone()))
        .with("email", entry.and_then(|entry| entry.email.clone()))
        .with("joined_at", entry.and_then(|entry| entry.joined_at))
        .with("properties", properties(json!({ "State": entry.map(|entry| &entry.state) })))
}
