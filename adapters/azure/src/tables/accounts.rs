//! `accounts`: the subscription itself.

use crate::discovery::{SUBSCRIPTIONS, VERSION};
use crate::fetch::Fetch;
use crate::states;
use crate::words::{id, properties, tags, text};
use engine::source::TableSupport;
use engine::{FetchError, FetchErrorKind};
use schema::scope::GLOBAL;
use schema::tables::ACCOUNTS;
use schema::{Row, Value};
use serde_json::Value as Json;

pub(super) static SUPPORT: TableSupport = TableSupport { table: &ACCOUNTS, costly: &[], pushes: &[] };

/// One that may not be read is a row that says so. Whatever else goes wrong says nothing of the subscription.
pub(super) async fn rows(f: &Fetch<'_>) -> Result<Vec<Row>, FetchError> {
    let path = format!("/subscriptions/{}", f.place.account_id);
    let found = f.arm.call(f.cx, &f.arm.get(SUBSCRIPTIONS, &path, VERSION, &[])?).await;
    match found {
        Ok(item) if id(&item, "/subscriptionId").as_ref() == Some(&f.place.account_id) => Ok(vec![read(f, &item)]),
        Ok(_) => {
            let text = format!("`{SUBSCRIPTIONS}` was answered without the subscription `{}`", f.place.account_id);
            Err(FetchError::new(FetchErrorKind::Failed, text))
        }
        Err(error) if error.kind == FetchErrorKind::Denied => Ok(vec![unreadable(f, error)]),
        Err(error) => Err(error),
    }
}

fn read(f: &Fetch<'_>, item: &Json) -> Row {
    row(f, item)
        .with("state", states::subscription(text(item, "/state")))
        .with("tags", tags(item))
        .with("readable", true)
        .with("properties", properties(item, &["/state", "/tenantId", "/authorizationSource", "/subscriptionPolicies"]))
}

fn unreadable(f: &Fetch<'_>, error: FetchError) -> Row {
    row(f, &Json::Null)
        .with("state", Value::Null)
        .with("tags", Value::Null)
        .with("readable", false)
        .with("unreadable_reason", error.message)
}

fn row(f: &Fetch<'_>, item: &Json) -> Row {
    let account = &f.place.account_id;
    let resource_id = id(item, "/id").unwrap_or_else(|| format!("/subscriptions/{account}"));
    f.place
        .row_in(&ACCOUNTS, item, GLOBAL)
        .with("resource_id", resource_id)
        .with("native_id", account.as_str())
        .with("name", f.place.account_name.as_str())
}
