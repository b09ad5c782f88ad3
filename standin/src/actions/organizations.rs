//! Organizations: for the management account alone.

use crate::call::{Call, Refusal};
use crate::estate::{Account, Organization};
use crate::protocol::errors;
use serde_json::{Value, json};

/// The largest page, and the default.
const LARGEST: usize = 20;

pub(crate) fn list_accounts(call: &Call<'_>, input: &Value) -> Result<Value, Refusal> {
    let organization = organization(call)?;
    if organization.management_account_id != call.account.id {
        return Err(errors::denied(call.service, "organizations:ListAccounts", &call.principal.arn));
    }
    let members: Vec<&Account> = call.estate.accounts.iter().filter(|account| account.in_organization).collect();
    let size = match input["MaxResults"].as_u64() {
        Some(size @ 1..=20) => size as usize,
        None => LARGEST,
        Some(_) => return Err(Refusal::new(400, "InvalidInputException", "MaxResults must be between 1 and 20")),
    };
    let (range, next) = call
        .page(input["NextToken"].as_str(), size, members.len())
        .map_err(|bad| bad.refused("InvalidInputException"))?;
    let page: Vec<Value> = members[range].iter().map(|account| describe(account, organization)).collect();
    let mut output = json!({ "Accounts": page });
    if let Some(next) = next {
        output["NextToken"] = json!(next);
    }
    Ok(output)
}

fn describe(account: &Account, organization: &Organization) -> Value {
    json!({
        "Id": account.id,
        "Arn": arn("account", organization, &account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status,
        "State": account.status,
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": account.joined_at.timestamp_millis() as f64 / 1000.0,
    })
}

pub(crate) fn describe_organization(call: &Call<'_>, _input: &Value) -> Result<Value, Refusal> {
    let organization = organization(call)?;
    let management = call.estate.account(&organization.management_account_id);
    Ok(json!({ "Organization": {
        "Id": organization.id,
        "Arn": format!("arn:aws:organizations::{}:organization/{}", organization.management_account_id, organization.id),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn("account", organization, &organization.management_account_id),
        "MasterAccountId": organization.management_account_id,
        "MasterAccountEmail": management.map(|account| account.email.as_str()),
        "AvailablePolicyTypes": [],
    }}))
}

fn organization<'a>(call: &Call<'a>) -> Result<&'a Organization, Refusal> {
    let organization = call.estate.organization.as_ref().filter(|_| call.account.in_organization);
    organization.ok_or_else(|| {
        Refusal::new(400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    })
}

fn arn(what: &str, organization: &Organization, id: &str) -> String {
    format!("arn:aws:organizations::{}:{what}/{}/{id}", organization.management_account_id, organization.id)
}
