//! `accounts`: the estate's accounts, those that refuse to be read among them.

use super::{Ask, DemoTable, Rows};
use chrono::TimeDelta;
use schema::scope::GLOBAL;
use schema::tables::ACCOUNTS;
use schema::{Row, State};
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) static TABLE: DemoTable =
    DemoTable { readable_when_denied: true, ..DemoTable::listing(&ACCOUNTS, "demo:ListAccounts", rows) };

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let account = ask.spot.account();
    let plan = account.plan;
    let is_aws = ask.spot.place.is_aws();
    let payer = crate::estate::accounts::AWS_PAYER.0;
    let id = if is_aws {
        format!("arn:aws:organizations::{payer}:account/o-altocumulus/{}", plan.id)
    } else {
        format!("/subscriptions/{}", plan.id)
    };
    let joined = ask.spot.estate.today() - TimeDelta::days(plan.age_days);
    let reason = || format!("account `{}` refuses this program's credentials (AccessDenied)", plan.name);
    let row = Row::new(&ACCOUNTS)
        .with("provider", plan.provider)
        .with("account_id", plan.id)
        .with("account_name", plan.name)
        .with("region", GLOBAL)
        .with("resource_id", id)
        .with("native_id", plan.id)
        .with("name", plan.name)
        .with("kind", ACCOUNTS.row_kind)
        .with("native_type", if is_aws { ACCOUNTS.aws_type } else { ACCOUNTS.azure_type })
        .with("state", State::Available)
        .with("created_at", is_aws.then_some(joined))
        .with("tags", BTreeMap::new())
        .with("properties", if is_aws { json!({ "Status": "ACTIVE" }) } else { json!({ "state": "Enabled" }) })
        .with("fetched_at", ask.now)
        .with("readable", !account.denied)
        .with("unreadable_reason", account.denied.then(reason))
        .with("email", is_aws.then(|| format!("aws-{}@altocumulus.example", plan.name)))
        .with("parent_id", plan.parent)
        .with("joined_at", is_aws.then_some(joined));
    Box::new(std::iter::once(row))
}
