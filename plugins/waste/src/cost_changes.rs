//! Services whose cost rose much from one whole month to the next: by the bill, and about no single resource.

use crate::control;
use guest_sdk::{Day, Decimal, Error, Finding, Findings, Host, Parameters, Resource, Rule, Scope, Severity};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const RULE: Rule = control::rule(
    "cost-change",
    "aws-thrifty cost_explorer_full_month_cost_changes",
    Severity::Medium,
    [
        "Cost of a service rose much in a month",
        "What is noticed after a month is paid once; what is not is paid every month.",
        "Look at what was added: the bill by resource, and by day.",
    ],
    None,
);

/// What one service cost one account in the month before last, and in the last one, by which bills.
#[derive(Default)]
struct Months {
    before: Decimal,
    last: Decimal,
    bills: BTreeSet<Bill>,
}

/// A provider, and the account that it sends its bill to.
type Bill = (String, String);

/// The first and the last day of a month of which a bill has charges; none where it has none of the month.
type Days = Option<(Day, Day)>;

pub(crate) fn check(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
    let (before, last, this) = months(&host.today()?.to_string())?;
    let sql = "SELECT provider, \"BillingAccountId\", \"SubAccountId\", \"ServiceName\", \"BillingCurrency\", \
               date_trunc('month', \"ChargePeriodStart\") AS month, min(\"ChargePeriodStart\") AS first_charge, \
               max(\"ChargePeriodStart\") AS last_charge, sum(\"EffectiveCost\") AS cost FROM costs \
               WHERE \"ChargePeriodStart\" >= $begin AND \"ChargePeriodStart\" < $end \
               GROUP BY provider, \"BillingAccountId\", \"SubAccountId\", \"ServiceName\", \"BillingCurrency\", \
               date_trunc('month', \"ChargePeriodStart\")";
    let bounds = [("begin", format!("{before}-01T00:00:00Z").into()), ("end", format!("{this}-01T00:00:00Z").into())];
    let mut services: BTreeMap<[String; 4], Months> = BTreeMap::new();
    let mut bills: BTreeMap<Bill, [Days; 2]> = BTreeMap::new();
    for row in host.query(sql, &bounds)? {
        let row = row?;
        let text = |column| Ok::<_, Error>(row.optional_text(column)?.unwrap_or_default().to_owned());
        let month = row.time("month")?.day().to_string();
        let Some(at) = [&before, &last].iter().position(|name| month.starts_with(name.as_str())) else { continue };
        let bill = (text("provider")?, text("BillingAccountId")?);
        let (first, end) = (row.time("first_charge")?.day(), row.time("last_charge")?.day());
        let days = &mut bills.entry(bill.clone()).or_default()[at];
        *days = Some(days.map_or((first, end), |(from, to)| (from.min(first), to.max(end))));
        let Some(cost) = row.optional_decimal("cost")? else { continue };
        let key = [text("provider")?, text("SubAccountId")?, text("ServiceName")?, text("BillingCurrency")?];
        let service = services.entry(key).or_default();
        *(if at == 0 { &mut service.before } else { &mut service.last }) += cost;
        service.bills.insert(bill);
    }
    let whole = whole([&before, &last, &this], &bills, findings)?;
    services.retain(|_, months| months.bills.iter().all(|bill| whole.contains(bill)));
    let (percent, least) = (parameters.integer("cost_change")?, parameters.decimal("cost_change_least")?);
    for (service, months) in services {
        let rise = months.last - months.before;
        // From nothing to something is a rise without a percentage.
        let is_much = months.last * Decimal::from(100) > months.before * Decimal::from(100 + percent);
        if rise >= least && is_much {
            findings.emit(finding(service, &months, &before, &last))?;
        }
    }
    Ok(())
}

/// The bills that have both months from their first day to their last. A month that a bill begins or ends in is no cheap
/// one: what is missing of it is told, and nothing of the bill is compared.
fn whole(names: [&str; 3], bills: &BTreeMap<Bill, [Days; 2]>, findings: &Findings) -> Result<BTreeSet<Bill>, Error> {
    let [before, last, _] = names;
    if bills.is_empty() {
        findings.gap(&RULE, &Error::Failed(format!("the bill has no charge of {before} and {last}")));
    }
    let starts = names.map(|name| format!("{name}-01").parse::<Day>().map_err(Error::Failed));
    let [before_starts, last_starts, this_starts] = starts;
    let (before_starts, last_starts, this_starts) = (before_starts?, last_starts?, this_starts?);
    let all = [(before, before_starts, last_starts.days_ago(1)), (last, last_starts, this_starts.days_ago(1))];
    let mut whole = BTreeSet::new();
    for (bill, months) in bills {
        let mut is_whole = true;
        for ((name, start, end), days) in all.iter().zip(months) {
            let has = match days {
                Some((from, to)) if from <= start && to >= end => continue,
                Some((from, to)) => format!("charges of {name} from {from} to {to} alone"),
                None => format!("no charge of {name}"),
            };
            is_whole = false;
            let (provider, account) = bill;
            let of = if account.is_empty() { String::new() } else { format!(" `{account}`") };
            let why = format!("the bill{of} of {provider} has {has}: its costs are not compared");
            findings.gap_in(&RULE, of_provider(provider), &Error::Failed(why));
        }
        if is_whole {
            whole.insert(bill.clone());
        }
    }
    Ok(whole)
}

/// Which accounts' charges a bill lacks it does not say; they are its provider's. None where it does not say that either.
fn of_provider(provider: &str) -> Option<Scope> {
    let any = || "*".to_owned();
    (!provider.is_empty()).then(|| Scope { provider: provider.to_owned(), account_id: any(), region: any() })
}

fn finding([provider, account, service, currency]: [String; 4], months: &Months, before: &str, last: &str) -> Finding {
    let resource = Resource {
        resource_id: format!("{provider}:{account}:{service}"),
        name: Some(service.clone()),
        provider: Some(provider),
        account_id: Some(account),
        ..Resource::default()
    };
    Finding::new(&RULE, resource)
        .title(format!("Cost of {service} rose much from {before} to {last}"))
        .evidence(before, months.before.normalize())
        .evidence(last, months.last.normalize())
        .evidence("BillingCurrency", currency.as_str())
        .part(format!("{last}/{currency}"))
}

/// The month before last, the last one and this one, as `2026-11`.
fn months(today: &str) -> Result<(String, String, String), Error> {
    let mut parts = today.split('-').map(str::parse::<u32>);
    let (Some(Ok(year)), Some(Ok(month))) = (parts.next(), parts.next()) else {
        return Err(Error::Failed(format!("`{today}` is no day")));
    };
    let count = year * 12 + month - 1;
    let name = |count: u32| format!("{:04}-{:02}", count / 12, count % 12 + 1);
    Ok((name(count.saturating_sub(2)), name(count.saturating_sub(1)), name(count)))
}
