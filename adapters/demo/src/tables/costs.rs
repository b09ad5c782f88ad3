//! `costs`: 90 days of the bill, a row for each line and day.

use super::{Ask, DemoTable, Rows};
use crate::estate::Spot;
use crate::estate::accounts::{AWS_PAYER, AZURE_PAYER};
use crate::estate::bill::{self, Charge, DAYS, Line, Payment};
use crate::estate::place::Place;
use chrono::{DateTime, Datelike, Months, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use schema::Row;
use schema::tables::COSTS;

pub(crate) static TABLE: DemoTable = DemoTable { pushes: &[], ..DemoTable::listing(&COSTS, "demo:ListCosts", rows) };

fn rows(ask: Ask<'_>) -> Rows<'_> {
    let spot = ask.spot;
    let today = spot.estate.today();
    let days: Vec<DateTime<Utc>> = (1..=DAYS)
        .rev()
        .map(|ago| today - TimeDelta::days(ago))
        .filter(|day| ask.time.is_none_or(|(from, to)| *day >= from && *day < to))
        .collect();
    let lines = std::sync::Arc::new(bill::lines(spot));
    let count = lines.len();
    let (usage_lines, usage_days) = (std::sync::Arc::clone(&lines), days.clone());
    let usage = (0..count).flat_map(move |at| {
        // A page of rows is made at a time, so that a large bill is never held at once.
        charges(spot, &usage_lines[at], &usage_days)
    });
    let tax = days
        .into_iter()
        .flat_map(move |day| bill::tax(spot, &lines, day).map(|line| charges(spot, &line, &[day])).unwrap_or_default());
    Box::new(usage.chain(tax))
}

/// The rows of one line. What is the same on all days is written once and copied.
fn charges(spot: Spot<'_>, line: &Line, days: &[DateTime<Utc>]) -> Vec<Row> {
    let discount = bill::discount(spot.place);
    let mut row = template(spot, line, discount);
    let (mut month, mut last) = (None, None);
    let mut rows = Vec::with_capacity(days.len());
    for day in days {
        let Some(charge) = line.charge(*day, discount) else { continue };
        if month != Some((day.year(), day.month())) {
            month = Some((day.year(), day.month()));
            set_month(&mut row, *day);
        }
        if last != Some(charge) {
            last = Some(charge);
            set_costs(&mut row, charge);
        }
        row.set("ChargePeriodStart", *day).set("ChargePeriodEnd", *day + TimeDelta::days(1));
        rows.push(row.clone());
    }
    rows
}

fn set_month(row: &mut Row, day: DateTime<Utc>) {
    let date = day.date_naive();
    let start = date.with_day(1).unwrap_or(date).and_time(NaiveTime::MIN).and_utc();
    row.set("BillingPeriodStart", start).set("BillingPeriodEnd", start.checked_add_months(Months::new(1)));
}

fn set_costs(row: &mut Row, charge: Charge) {
    row.set("BilledCost", charge.billed)
        .set("EffectiveCost", charge.effective)
        .set("ListCost", charge.list)
        .set("ContractedCost", charge.contracted)
        .set("ConsumedQuantity", charge.quantity)
        .set("PricingQuantity", charge.quantity);
}

fn template(spot: Spot<'_>, line: &Line, discount: Decimal) -> Row {
    let place = spot.place;
    let is_aws = place.is_aws();
    let (payer, provider, publisher) = if is_aws {
        (AWS_PAYER, "AWS", "Amazon Web Services, Inc.")
    } else {
        (AZURE_PAYER, "Microsoft", "Microsoft Corporation")
    };
    // Spot prices change by the day, and what nobody used has no unit price.
    let has_price = !matches!(line.payment, Payment::Spot(_) | Payment::CommitmentUnused);
    let rate = if matches!(line.payment, Payment::Standard | Payment::Committed) { discount } else { Decimal::ONE };
    let mut row = Row::new(&COSTS)
        .with("provider", place.plan.provider)
        .with("AvailabilityZone", line.zone.clone())
        .with("BillingAccountId", payer.0)
        .with("BillingAccountName", payer.1)
        .with("BillingCurrency", "USD")
        .with("ChargeCategory", category(line.payment))
        .with("ChargeDescription", description(line))
        .with("ChargeFrequency", frequency(line.payment))
        .with("ConsumedUnit", line.unit)
        .with("ContractedUnitPrice", has_price.then_some(line.price * rate))
        .with("InvoiceIssuerName", publisher)
        .with("ListUnitPrice", (line.payment != Payment::CommitmentUnused).then_some(line.price))
        .with("PricingCategory", pricing(line.payment))
        .with("PricingUnit", line.unit)
        .with("ProviderName", provider)
        .with("PublisherName", publisher)
        .with("RegionId", line.region)
        .with("RegionName", line.region.map(Place::region_name))
        .with("ServiceCategory", line.service.category)
        .with("ServiceName", line.service.name)
        .with("ServiceProviderName", provider)
        .with("ServiceSubcategory", line.service.subcategory)
        .with("SkuId", line.sku.as_str())
        .with("SubAccountId", place.plan.id)
        .with("SubAccountName", place.plan.name)
        .with("Tags", line.resource.as_ref().map(|resource| resource.tags.clone()).unwrap_or_default());
    if let Some(resource) = &line.resource {
        row.set("ResourceId", resource.id.as_str())
            .set("ResourceName", resource.name.clone())
            .set("ResourceType", resource.kind);
    }
    set_commitment(&mut row, spot, line.payment);
    row
}

fn set_commitment(row: &mut Row, spot: Spot<'_>, payment: Payment) {
    let status = match payment {
        Payment::Committed => Some("Used"),
        Payment::CommitmentUnused => Some("Unused"),
        Payment::CommitmentPurchase => None,
        _ => return,
    };
    let plan = spot.place.plan;
    let id = if spot.place.is_aws() {
        format!("arn:aws:savingsplans::{}:savingsplan/3f2a9c1e-0001-4d7b-9c55-{}", plan.id, plan.id)
    } else {
        format!("/providers/microsoft.billingbenefits/savingsplanorders/{}", plan.id)
    };
    row.set("CommitmentDiscountCategory", "Spend")
        .set("CommitmentDiscountId", id)
        .set("CommitmentDiscountName", format!("{}-compute", plan.name))
        .set("CommitmentDiscountStatus", status)
        .set("CommitmentDiscountType", "Savings Plan");
}

fn description(line: &Line) -> String {
    match line.payment {
        Payment::Tax => "VAT on all other charges of the day".to_owned(),
        Payment::CommitmentUnused => "savings plan hours that nothing used".to_owned(),
        // Units are in the plural.
        _ => format!("${} per {} of {}", line.price.normalize(), line.unit.trim_end_matches('s'), line.sku),
    }
}

fn category(payment: Payment) -> &'static str {
    match payment {
        Payment::Purchase | Payment::CommitmentPurchase => "Purchase",
        Payment::Tax => "Tax",
        _ => "Usage",
    }
}

fn frequency(payment: Payment) -> &'static str {
    match payment {
        Payment::Purchase | Payment::CommitmentPurchase => "Recurring",
        Payment::Tax => "One-Time",
        _ => "Usage-Based",
    }
}

fn pricing(payment: Payment) -> Option<&'static str> {
    match payment {
        Payment::Spot(_) => Some("Dynamic"),
        Payment::Committed | Payment::CommitmentUnused => Some("Committed"),
        Payment::Tax => None,
        _ => Some("Standard"),
    }
}
