//! `accounts`: the subscription itself.

use crate::discovery;
use crate::fetch::Fetch;
use crate::states;
use crate::words::{id, properties, tags, text};
use engine::source::TableSupport;
use engine::{FetchError, FetchErrorKind};
use schema::scope::GLOBAL;
use schema::tables::ACCOUNTS;
use schema::{Row, State};
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &ACCOUNTS, costly: &[], pushes: &[] };

pub(super) async fn rows(f: &Fetch<'_>) -> Result<Vec<Row>, FetchError> {
    let all = discovery::subscriptions(f.azure, f.cx).await;
    let found = all.and_then(|all| {
        let here = all.into_iter().find(|one| discovery::is_called(one, &f.place.account_id));
        here.ok_or_else(|| {
            let text = format!("the credential of Azure can see no subscription `{}`", f.place.account_id);
            FetchError::new(FetchErrorKind::Denied, text).with_code("SubscriptionNotFound")
        })
    });
    Ok(vec![row(f, found.as_ref())])
}

fn row(f: &Fetch<'_>, found: Result<&Json, &FetchError>) -> Row {
    let none = Json::Null;
    let item = *found.as_ref().unwrap_or(&&none);
    let account = &f.place.account_id;
    let resource_id = id(item, "/id").unwrap_or_else(|| format!("/subscriptions/{account}"));
    let state = found.as_ref().map_or(State::Unknown, |item| states::subscription(text(item, "/state")));
    f.place
        .row_in(&ACCOUNTS, item, GLOBAL)
        .with("resource_id", resource_id)
        .with("native_id", account.as_str())
        .with("name", f.place.account_name.as_str())
        .with("state", state)
        .with("tags", tags(item))
        .with("readable", found.is_ok())
        .with("unreadable_reason", found.err().map(|error| error.message.clone()))
        .with("properties", properties(item, &["/state", "/tenantId", "/authorizationSource", "/subscriptionPolicies"]))
}
