//! Which accounts and regions there are: those configured, those of an organisation, and those that cannot be read.
//!
//! Nothing is dropped: an account whose role is refused, or whose regions cannot be listed, is a gap with its reason.

use crate::account::{Account, Entry};
use crate::clients::Base;
use crate::credentials::Credentials;
use crate::fetch::call;
use crate::pages::{Pages, listed, without_list};
use crate::place::time;
use crate::settings::{AccountSettings, OrganizationSettings, Settings, fits, is_pattern};
use crate::{Aws, arn, credentials, tables};
use aws_config::{Region, SdkConfig};
use engine::source::{CallEstimate, Discovery, Gap};
use engine::{FetchContext, FetchError, FetchErrorKind};
use futures::stream::{self, StreamExt};
use schema::Scope;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How many accounts are entered at once. Each takes two or three short calls.
const ACCOUNTS_AT_ONCE: usize = 32;

/// How long one account may take to give credentials: a helper program or an STS that hangs must not cost the others
/// their turn, for the engine gives all of discovery two minutes.
const ENTERING_TIMEOUT: Duration = Duration::from_secs(40);

/// What identifying one account came to.
struct Found {
    account: Arc<Account>,
    regions: Vec<String>,
    /// Why some or all of its regions are not known.
    gap: Option<FetchError>,
}

/// An account that is to be entered. Its id is `*` while it is not known.
struct Candidate {
    account: Account,
    regions: Vec<String>,
}

/// Enters every account and lists its regions.
pub(crate) async fn discover(aws: &Aws, cx: &FetchContext) -> Discovery {
    let mut found = once_each(enter(aws, cx, configured(aws)).await);
    if let Some(organization) = &aws.settings.organization {
        let (members, lost) = members(aws, cx, organization).await;
        found.extend(lost);
        found.extend(enter(aws, cx, members).await);
    }
    // An account that is both configured and in the organisation is read once, the way it is configured.
    let mut seen = HashSet::new();
    found.retain(|found| found.account.id == "*" || seen.insert(found.account.id.clone()));

    let accounts: Vec<Arc<Account>> = found.iter().map(|found| found.account.clone()).collect();
    aws.accounts.replace(&accounts);
    let mut discovery = Discovery::default();
    for Found { account, regions, gap } in found {
        let scopes = regions.iter().map(|region| account.scope(region));
        discovery.scopes.extend(scopes);
        discovery.gaps.extend(gap.map(|error| Gap { scope: account.scope("*"), error }));
    }
    discovery
}

/// Each account once, so that nothing of it is counted twice, in the regions of all its entries.
fn once_each(found: Vec<Found>) -> Vec<Found> {
    let mut once: Vec<Found> = Vec::new();
    for another in found {
        let is_same = |one: &&mut Found| one.account.id != "*" && one.account.id == another.account.id;
        match once.iter_mut().find(is_same) {
            Some(one) => one.absorb(another),
            None => once.push(another),
        }
    }
    once
}

impl Found {
    /// Takes in another entry of the same account. The one that can be read is kept, else the first.
    fn absorb(&mut self, mut other: Self) {
        if self.account.unreadable.is_some() && other.account.unreadable.is_none() {
            std::mem::swap(self, &mut other);
        }
        let Account { id, name, .. } = &*self.account;
        let warning = format!(
            "account `{id}` is configured more than once (`{name}`, `{}`): it is read once, as `{name}`, in the regions \
             of all its entries",
            other.account.name
        );
        for region in other.regions {
            if !self.regions.contains(&region) {
                self.regions.push(region);
            }
        }
        // Which regions an entry means that cannot be entered is not known, so that they may be missing.
        self.gap = self.gap.take().or(other.gap);
        Arc::make_mut(&mut self.account).warning = Some(warning);
    }
}

/// The account of a scope, discovered now if it was not before (the engine keeps discoveries over restarts).
pub(crate) async fn account(aws: &Aws, scope: &Scope, cx: &FetchContext) -> Result<Arc<Account>, FetchError> {
    if let Some(account) = aws.accounts.find(scope) {
        return Ok(account);
    }
    // Whoever else misses an account meanwhile waits for this one discovery.
    let round = aws.accounts.round();
    let flight = aws.accounts.discovering.lock().await;
    if aws.accounts.find(scope).is_none() && aws.accounts.round() == round {
        discover(aws, cx).await;
    }
    drop(flight);
    aws.accounts.find(scope).ok_or_else(|| {
        let text = format!("account `{}` (`{}`) is not configured any more", scope.account_id, scope.account_name);
        FetchError::new(FetchErrorKind::Failed, text).with_code("unknown_account")
    })
}

/// What discovery calls, for `explain`. It is kept between requests, so no call of it is counted to one.
pub(crate) fn estimate(settings: &Settings) -> Vec<CallEstimate> {
    let regions = |account: &AccountSettings| account.regions.as_ref().unwrap_or(&settings.regions).clone();
    let lists_regions = settings.accounts.iter().map(regions).chain([settings.regions.clone()]);
    let lists_regions =
        lists_regions.into_iter().any(|regions| regions.is_empty() || regions.iter().any(|r| is_pattern(r)));
    let assumes = settings.organization.is_some() || settings.accounts.iter().any(|a| a.role_arn.is_some());
    let actions = [
        ("sts:AssumeRole", assumes),
        ("organizations:ListAccounts", settings.organization.is_some()),
        ("ec2:DescribeRegions", lists_regions),
    ];
    actions.iter().filter(|(_, used)| *used).map(|(action, _)| tables::calls(action, 0)).collect()
}

fn configured(aws: &Aws) -> Vec<Candidate> {
    let settings = &aws.settings;
    let default = [AccountSettings::default()];
    let listed: &[AccountSettings] = match settings.accounts.as_slice() {
        [] if settings.organization.is_none() => &default,
        listed => listed,
    };
    listed.iter().map(|account| candidate(aws, account)).collect()
}

fn candidate(aws: &Aws, settings: &AccountSettings) -> Candidate {
    let base = aws.bases.get(settings.profile.as_deref()).clone();
    let regions = settings.regions.clone().unwrap_or_else(|| aws.settings.regions.clone());
    let name = settings.name.clone().or_else(|| settings.profile.clone());
    match &settings.role_arn {
        None => {
            let credentials = base.credentials.clone();
            let name = name.unwrap_or_default();
            Candidate { account: new_account("*", &name, base, credentials), regions }
        }
        Some(role_arn) => {
            let credentials = role(&base, role_arn, settings.external_id.as_deref());
            let id = arn::account_of(role_arn).unwrap_or("*");
            let name = settings.name.as_deref().unwrap_or(if id == "*" { role_arn } else { id });
            Candidate { account: new_account(id, name, base, Arc::new(credentials)), regions }
        }
    }
}

fn new_account(id: &str, name: &str, base: Arc<Base>, credentials: Arc<Credentials>) -> Account {
    let (id, name) = (id.to_owned(), name.to_owned());
    Account { id, name, base, credentials, entry: None, unreadable: None, warning: None }
}

fn role(base: &Arc<Base>, role_arn: &str, external_id: Option<&str>) -> Credentials {
    Credentials::role(role_arn, external_id, base.credentials.clone(), base.clone())
}

async fn enter(aws: &Aws, cx: &FetchContext, candidates: Vec<Candidate>) -> Vec<Found> {
    stream::iter(candidates).map(|candidate| identify(aws, cx, candidate)).buffered(ACCOUNTS_AT_ONCE).collect().await
}

/// Enters one account and lists its regions.
async fn identify(aws: &Aws, cx: &FetchContext, candidate: Candidate) -> Found {
    let Candidate { mut account, regions } = candidate;
    if account.unreadable.is_none() {
        let entering = tokio::time::timeout(ENTERING_TIMEOUT, enter_one(aws, cx, &mut account));
        account.unreadable = entering.await.unwrap_or_else(|_| Err(took_too_long())).err();
    }
    if account.name.is_empty() {
        account.name = if account.id == "*" { "default credentials" } else { &account.id }.to_owned();
    }
    if let Some(error) = &account.unreadable {
        return Found { gap: Some(error.clone()), account: Arc::new(account), regions: Vec::new() };
    }
    let (regions, gap) = regions_of(aws, cx, &account, &regions).await;
    if regions.is_empty() {
        account.unreadable.clone_from(&gap);
    }
    Found { account: Arc::new(account), regions, gap }
}

fn took_too_long() -> FetchError {
    let text = format!("the account's credentials did not come within {} s", ENTERING_TIMEOUT.as_secs());
    FetchError::new(FetchErrorKind::Timeout, text)
}

async fn enter_one(aws: &Aws, cx: &FetchContext, account: &mut Account) -> Result<(), FetchError> {
    account.credentials.ready(&aws.clients, cx).await?;
    if account.id != "*" {
        return Ok(());
    }
    account.id = whoami(aws, cx, account).await?;
    Ok(())
}

/// The id of the account that credentials belong to.
pub(crate) async fn whoami(aws: &Aws, cx: &FetchContext, account: &Account) -> Result<String, FetchError> {
    let (here, region) = home(account, &account.base.region());
    let send = || aws.clients.sts.get_caller_identity().customize().config_override(&here).send();
    let reply = call(account, &aws.clients, cx, ("sts:GetCallerIdentity", &region), send).await?;
    reply.account.ok_or_else(|| FetchError::new(FetchErrorKind::Failed, "`sts:GetCallerIdentity` named no account"))
}

fn home(account: &Account, region: &str) -> (SdkConfig, String) {
    let config = credentials::with_credentials(&account.base.config, &account.credentials);
    (config.into_builder().region(Region::new(region.to_owned())).build(), region.to_owned())
}

/// The regions that the settings mean for an account, and why some are not known.
async fn regions_of(
    aws: &Aws,
    cx: &FetchContext,
    account: &Account,
    wanted: &[String],
) -> (Vec<String>, Option<FetchError>) {
    let (patterns, mut regions): (Vec<String>, Vec<String>) = wanted.iter().cloned().partition(|r| is_pattern(r));
    // A region that is written twice has its rows once.
    let mut seen = HashSet::new();
    regions.retain(|region| seen.insert(region.clone()));
    if patterns.is_empty() && !wanted.is_empty() {
        return (regions, None);
    }
    let enabled = match enabled_regions(aws, cx, account).await {
        Ok(enabled) => enabled,
        Err(error) => return (regions, Some(error)),
    };
    regions.extend(enabled.into_iter().filter(|region| wanted.is_empty() || fits(&patterns, region)));
    regions.sort();
    regions.dedup();
    let gap = regions.is_empty().then(|| {
        let text = format!("account `{}` has no region enabled that fits `{}`", account.id, patterns.join("`, `"));
        FetchError::new(FetchErrorKind::Failed, text).with_code("no_region")
    });
    (regions, gap)
}

async fn enabled_regions(aws: &Aws, cx: &FetchContext, account: &Account) -> Result<Vec<String>, FetchError> {
    let (here, region) = home(account, &account.base.region());
    let send = || aws.clients.ec2.describe_regions().customize().config_override(&here).send();
    let reply = call(account, &aws.clients, cx, ("ec2:DescribeRegions", &region), send).await?;
    let is_enabled = |status: Option<&str>| status != Some("not-opted-in");
    let enabled =
        listed("ec2:DescribeRegions", &reply.regions)?.iter().filter(|region| is_enabled(region.opt_in_status()));
    Ok(enabled.filter_map(|region| region.region_name().map(str::to_owned)).collect())
}

/// The organisation's accounts that are wanted. Where they cannot be listed to the end, the organisation itself is the
/// gap, beside those on the pages so far.
async fn members(aws: &Aws, cx: &FetchContext, settings: &OrganizationSettings) -> (Vec<Candidate>, Option<Found>) {
    let base = aws.bases.get(settings.profile.as_deref()).clone();
    let credentials = match &settings.role_arn {
        Some(role_arn) => Arc::new(role(&base, role_arn, settings.external_id.as_deref())),
        None => base.credentials.clone(),
    };
    let mut lister = new_account("*", "the organisation", base, credentials);
    let mut entries = Vec::new();
    let end = list(aws, cx, &mut lister, &mut entries).await;
    let wanted = entries.into_iter().filter(|account| is_wanted(settings, account));
    let members = wanted.map(|account| member(aws, settings, &lister, &account)).collect();
    let lost = end.err().map(|error| {
        // What is lost is not the account that lists, which may well be read: it is those that nobody knows.
        lister.id = "*".to_owned();
        lister.unreadable = Some(error.clone());
        Found { account: Arc::new(lister), regions: Vec::new(), gap: Some(error) }
    });
    (members, lost)
}

type Listed = aws_sdk_organizations::types::Account;

/// The organisation's accounts. Where a page cannot be read, those before it are in `found`.
async fn list(aws: &Aws, cx: &FetchContext, lister: &mut Account, found: &mut Vec<Listed>) -> Result<(), FetchError> {
    const ACTION: &str = "organizations:ListAccounts";
    lister.id = whoami(aws, cx, lister).await?;
    let (here, region) = home(lister, arn::home_region(arn::partition(&lister.base.region())));
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = aws.clients.organizations.list_accounts().set_next_token(token.clone());
            request.customize().config_override(&here).send()
        };
        let page = call(lister, &aws.clients, cx, (ACTION, &region), send).await?;
        found.extend(page.accounts.ok_or_else(|| without_list(ACTION))?);
        pages.turn(page.next_token)?;
    }
    Ok(())
}

fn is_wanted(settings: &OrganizationSettings, account: &Listed) -> bool {
    let named = |patterns: &[String]| {
        let names = [account.id(), account.name()];
        names.into_iter().flatten().any(|name| fits(patterns, name))
    };
    (settings.include.is_empty() || named(&settings.include)) && !named(&settings.exclude)
}

fn member(aws: &Aws, settings: &OrganizationSettings, lister: &Account, listed: &Listed) -> Candidate {
    let id = listed.id().unwrap_or("*");
    let base = lister.base.clone();
    // The account that lists is where its credentials already are: there is no role to assume.
    let credentials = if id == lister.id {
        lister.credentials.clone()
    } else {
        let role_arn = arn::role(arn::partition(&base.region()), id, &settings.role_name);
        let external_id = settings.external_id.as_deref();
        Arc::new(Credentials::role(&role_arn, external_id, lister.credentials.clone(), base.clone()))
    };
    let mut account = new_account(id, listed.name().unwrap_or(id), base, credentials);
    let state = word(listed);
    account.unreadable = (!matches!(state.as_str(), "ACTIVE" | "")).then(|| {
        let text = format!("account `{id}` is `{state}` in the organisation, so nothing of it can be read");
        FetchError::new(FetchErrorKind::Denied, text).with_code("account_not_active")
    });
    account.entry = Some(Entry {
        arn: listed.arn().unwrap_or_default().to_owned(),
        email: listed.email().map(str::to_owned),
        joined_at: time(listed.joined_timestamp()),
        state,
    });
    Candidate { account, regions: aws.settings.regions.clone() }
}

/// AWS's word for an account's state. `Status` is what servers gave before `State` came.
fn word(listed: &Listed) -> String {
    let state = listed.state().map(|state| state.as_str().to_owned());
    let status = listed.status().map(|status| status.as_str().to_owned());
    state.or(status).unwrap_or_default()
}
