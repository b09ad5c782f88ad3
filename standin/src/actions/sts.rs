//! STS: who signs, and roles of other accounts.

use crate::call::{Call, Refusal};
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;
use crate::state::lock;
use chrono::{SecondsFormat, TimeDelta};

pub(crate) fn get_caller_identity(call: &Call<'_>, _form: &Form) -> Result<String, Refusal> {
    let mut xml = Xml::default();
    xml.text("Arn", &call.principal.arn);
    xml.text("UserId", &call.principal.user_id);
    xml.text("Account", &call.principal.account_id);
    Ok(xml.done())
}

pub(crate) fn assume_role(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let required = |name: &str| {
        form.get(name).ok_or_else(|| Refusal::new(400, "ValidationError", format!("{name} must be given")))
    };
    let (role_arn, session_name) = (required("RoleArn")?, required("RoleSessionName")?);
    let (account_id, role) = allowed_role(call, role_arn, form.get("ExternalId")).ok_or_else(|| {
        let who = &call.principal.arn;
        let message = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {role_arn}");
        Refusal::new(403, "AccessDenied", message)
    })?;
    let session = lock(&call.shared.sessions).issue(account_id, role, session_name);
    let last = call.shared.behaviour().sessions.last;
    let expires = call.signed_at + TimeDelta::from_std(last).unwrap_or(TimeDelta::MAX);
    let mut xml = Xml::default();
    xml.nest("Credentials", |xml| {
        xml.text("AccessKeyId", &session.access_key_id);
        xml.text("SecretAccessKey", &session.secret_access_key);
        xml.text("SessionToken", &session.token);
        xml.text("Expiration", &expires.to_rfc3339_opts(SecondsFormat::Secs, true));
    });
    xml.nest("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &session.principal.user_id);
        xml.text("Arn", &session.principal.arn);
    });
    Ok(xml.done())
}

/// The account and the name of a role, where the caller may assume it.
fn allowed_role<'a>(call: &Call<'a>, arn: &'a str, external_id: Option<&str>) -> Option<(&'a str, &'a str)> {
    let (account_id, name) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let role = call.estate.account(account_id)?.roles.iter().find(|role| role.name == name)?;
    let trusted = role.trusted_account_ids.as_ref().is_none_or(|ids| ids.contains(&call.account.id));
    let identified = role.external_id.is_none() || role.external_id.as_deref() == external_id;
    (trusted && identified).then_some((account_id, name))
}
