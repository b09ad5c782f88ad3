//! Services whose cost rose much from one whole month to the next: by the bill, and about no single resource.

use crate::control;
use guest_sdk::{Decimal, Error, Finding, Findings, Host, Parameters, Resource, Rule, Severity};
use std::collections::BTreeMap;

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

/// What one service cost one account in the month before last, and in the last one.
#[derive(Default)]
struct Months {
    before: Decimal,
    last: Decimal,
}

pub(crate) fn check(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
    let (before, last, this) = months(&host.today()?.to_string())?;
    let sql = "SELECT provider, \"SubAccountId\", \"ServiceName\", \"BillingCurrency\", \
               date_trunc('month', \"ChargePeriodStart\") AS month, sum(\"EffectiveCost\") AS cost FROM costs \
               WHERE \"ChargePeriodStart\" >= $begin AND \"ChargePeriodStart\" < $end \
               GROUP BY provider, \"SubAccountId\", \"ServiceName\", \"BillingCurrency\", \
               date_trunc('month', \"ChargePeriodStart\")";
    let bounds = [("begin", format!("{before}-01T00:00:00Z").into()), ("end", format!("{this}-01T00:00:00Z").into())];
    let mut services: BTreeMap<[String; 4], Months> = BTreeMap::new();
    for row in host.query(sql, &bounds)? {
        let row = row?;
        let key = ["provider", "SubAccountId", "ServiceName", "BillingCurrency"];
        let mut texts = [const { String::new() }; 4];
        for (text, column) in texts.iter_mut().zip(key) {
            *text = row.optional_text(column)?.unwrap_or_default().to_owned();
        }
        let Some(cost) = row.optional_decimal("cost")? else { continue };
        let service = services.entry(texts).or_default();
        match row.time("month")?.day().to_string() {
            day if day.starts_with(&before) => service.before += cost,
            day if day.starts_with(&last) => service.last += cost,
            _ => {}
        }
    }
    let (percent, least) = (parameters.integer("cost_change")?, parameters.decimal("cost_change_least")?);
    for ([provider, account, service, currency], months) in services {
        let rise = months.last - months.before;
        // From nothing to something is a rise without a percentage.
        let is_much = months.last * Decimal::from(100) > months.before * Decimal::from(100 + percent);
        if rise < least || !is_much {
            continue;
        }
        let resource = Resource {
            resource_id: format!("{provider}:{account}:{service}"),
            name: Some(service.clone()),
            provider: Some(provider),
            account_id: Some(account),
            ..Resource::default()
        };
        let finding = Finding::new(&RULE, resource)
            .title(format!("Cost of {service} rose much from {before} to {last}"))
            .evidence(&before, months.before.normalize())
            .evidence(&last, months.last.normalize())
            .evidence("BillingCurrency", currency.as_str())
            .part(format!("{last}/{currency}"));
        findings.emit(finding)?;
    }
    Ok(())
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
