//! Which subscriptions there are, which of them are wanted, and which regions they have.

use crate::arm::Listing;
use crate::words::{id, text};
use crate::{Azure, PROVIDER};
use engine::source::{Discovery, Gap};
use engine::{FetchContext, FetchError, FetchErrorKind};
use schema::Scope;
use schema::scope::ALL_REGIONS;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(crate) const SUBSCRIPTIONS: &str = "Microsoft.Resources/subscriptions/read";
pub(crate) const LOCATIONS: &str = "Microsoft.Resources/subscriptions/locations/read";
pub(crate) const VERSION: &str = "2022-12-01";

/// Every wanted subscription is a scope. One that is wanted and not there is a gap.
pub(crate) async fn discover(azure: &Azure, cx: &FetchContext) -> Result<Discovery, FetchError> {
    let all = subscriptions(azure, cx).await?;
    let wanted = &azure.settings.subscriptions;
    let is_wanted = |one: &&Json| wanted.is_empty() || wanted.iter().any(|name| is_called(one, name));
    let scopes: Vec<Scope> = all.iter().filter(is_wanted).filter_map(scope).collect();
    let unseen = wanted.iter().filter(|name| !all.iter().any(|one| is_called(one, name)));
    let mut gaps: Vec<Gap> = unseen.map(|name| missing(name)).collect();
    if all.is_empty() && wanted.is_empty() {
        gaps.push(missing("*"));
    }
    let regions = regions(azure, cx, &scopes).await;
    Ok(Discovery { scopes, gaps, regions })
}

/// The subscriptions that the credential can see, as Azure writes them.
async fn subscriptions(azure: &Azure, cx: &FetchContext) -> Result<Vec<Json>, FetchError> {
    let arm = azure.arm()?;
    let mut listing = Listing::of(arm.get(SUBSCRIPTIONS, "/subscriptions", VERSION, &[])?);
    let mut all = Vec::new();
    while let Some(page) = listing.values(arm, cx).await? {
        all.extend(page);
    }
    Ok(all)
}

/// The names of regions, to check what somebody types against. They differ hardly between subscriptions, so the first
/// one that says them is enough; none known means that no name can be checked, and nothing else is lost.
async fn regions(azure: &Azure, cx: &FetchContext, scopes: &[Scope]) -> Vec<String> {
    for scope in scopes.iter().take(3) {
        match locations(azure, cx, &scope.account_id).await {
            Ok(names) => return names.into_iter().collect(),
            Err(error) if error.kind == FetchErrorKind::Denied => {}
            Err(_) => break,
        }
    }
    Vec::new()
}

async fn locations(azure: &Azure, cx: &FetchContext, subscription: &str) -> Result<BTreeSet<String>, FetchError> {
    let arm = azure.arm()?;
    let path = format!("/subscriptions/{subscription}/locations");
    let mut listing = Listing::of(arm.get(LOCATIONS, &path, VERSION, &[])?);
    let mut names = BTreeSet::new();
    while let Some(page) = listing.values(arm, cx).await? {
        names.extend(page.iter().filter_map(|location| id(location, "/name")));
    }
    Ok(names)
}

fn scope(subscription: &Json) -> Option<Scope> {
    let account = id(subscription, "/subscriptionId")?;
    let name = text(subscription, "/displayName").map_or_else(|| account.clone(), str::to_owned);
    Some(Scope::new(PROVIDER, account, name, ALL_REGIONS))
}

/// Whether a subscription has this id or name.
fn is_called(subscription: &Json, name: &str) -> bool {
    let has_id = text(subscription, "/subscriptionId").is_some_and(|id| id.eq_ignore_ascii_case(name));
    has_id || text(subscription, "/displayName") == Some(name)
}

fn missing(name: &str) -> Gap {
    let which = if name == "*" { "no subscription".to_owned() } else { format!("no subscription `{name}`") };
    let message = format!(
        "the credential of Azure can see {which}; give it the role Reader there, or correct the setting `subscriptions`"
    );
    let error = FetchError::new(FetchErrorKind::Denied, message).with_code("SubscriptionNotFound");
    Gap { scope: Scope::new(PROVIDER, name, name, ALL_REGIONS), error }
}
