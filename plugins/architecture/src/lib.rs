//! What the bill alone says of how things are built: from charges, without a look at any resource.

mod charge;
mod signs;

use charge::Charge;
use guest_sdk::{
    Day, Decimal, Description, Error, Finding, Findings, Host, Parameter, Parameters, Resource, Row, Scanner, Scope,
    Setting,
};
use signs::{By, Sign};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of charges that are shown with a finding: those that cost most.
const SHOWN: usize = 5;

/// The most of a charge's name that is shown, in bytes: what a bill calls things has no bound.
const LONGEST: usize = 200;

/// Days of the bill that are looked at.
const DAYS: u32 = 30;

/// What a kind of charge is called differs between bills and versions: FOCUS 1.0 has no meter, and a description.
const SQL: &str = "SELECT provider, \"SubAccountId\", \"RegionId\", \"BillingCurrency\", \"ChargeCategory\", \
    \"CommitmentDiscountStatus\", \"CommitmentDiscountId\", \"ServiceName\", \"SkuMeter\", \"ChargeDescription\", \
    sum(\"EffectiveCost\") AS cost FROM costs \
    WHERE \"ChargePeriodStart\" >= $begin AND \"ChargePeriodStart\" < $end \
    GROUP BY provider, \"SubAccountId\", \"RegionId\", \"BillingCurrency\", \"ChargeCategory\", \
    \"CommitmentDiscountStatus\", \"CommitmentDiscountId\", \"ServiceName\", \"SkuMeter\", \"ChargeDescription\"";

struct Architecture;

impl Scanner for Architecture {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            summary: "infers from the bill alone what costs more than another way of building it would",
            parameters: vec![Parameter {
                name: "least_cost",
                default: Setting::Decimal("10"),
                unit: None,
                meaning: "what costs less in 30 days, in the currency of the bill, is left alone",
            }],
            rules: signs::ALL.iter().map(|sign| sign.rule).collect(),
        }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        let least = parameters.decimal("least_cost")?;
        let today = host.today()?;
        let rows = match host.query(SQL, &[("begin", start(today.days_ago(DAYS))), ("end", start(today))]) {
            Err(error @ Error::Limit { .. }) => return Err(error),
            Err(error) => {
                signs::ALL.iter().for_each(|sign| findings.gap(&sign.rule, &error));
                return Ok(());
            }
            Ok(rows) => rows,
        };
        let mut seen: BTreeMap<(usize, Place), Vec<(String, Decimal)>> = BTreeMap::new();
        let mut silent: Silent = BTreeMap::new();
        let mut is_any = false;
        for row in rows {
            let row = row?;
            is_any = true;
            let Some(cost) = row.optional_decimal("cost")? else { continue };
            let charge = Charge::read(&row)?;
            if charge.is_silent() {
                let currency = row.optional_text("BillingCurrency")?.unwrap_or_default().to_owned();
                let place = Scope::in_columns(&row, ["provider", "SubAccountId", "RegionId"])?;
                *silent.entry((place.provider.clone(), currency)).or_default().entry(place).or_default() += cost;
            }
            for (at, sign) in signs::ALL.iter().enumerate() {
                if charge.shows(sign) {
                    seen.entry((at, Place::of(sign, &row)?)).or_default().push((charge.said(), cost));
                }
            }
        }
        tell_silent(&silent, least, findings);
        if !is_any {
            // A bill that is not there shows nothing, and nothing is what a good one shows.
            let why = Error::Failed(format!("the bill has no charge in the {DAYS} days before {today}"));
            signs::ALL.iter().for_each(|sign| findings.gap(&sign.rule, &why));
        }
        for ((at, place), charges) in seen {
            let total: Decimal = charges.iter().map(|(_, cost)| *cost).sum();
            if total >= least {
                findings.emit(finding(&signs::ALL[at], place, charges, total))?;
            }
        }
        Ok(())
    }
}

fn start(day: Day) -> guest_sdk::Value {
    day.start().into()
}

/// What was paid for usage of which the bill does not say what it is: by provider and currency, and of these by place.
type Silent = BTreeMap<(String, String), BTreeMap<Scope, Decimal>>;

/// What is paid for without a word of what it is shows no sign, and may be any of them. It is told where it was paid for, and
/// also where that is little: with what is known there it may be much.
fn tell_silent(silent: &Silent, least: Decimal, findings: &Findings) {
    for ((provider, currency), places) in silent {
        let total: Decimal = places.values().sum();
        if total < least {
            continue;
        }
        let why = |sum: Decimal| {
            let what = format!("neither `SkuMeter` nor `ChargeDescription` says what usage of {provider} is");
            Error::Failed(format!("{what} that cost {} {currency} in {DAYS} days", sum.normalize()))
        };
        let is_its = |sign: &&Sign| sign.provider.is_none_or(|of| of == provider) && !matches!(sign.by, By::Unused);
        for sign in signs::ALL.iter().filter(is_its) {
            let places = places.iter().map(|(place, sum)| (place.clone(), why(*sum))).collect();
            findings.gap_by_place(&sign.rule, places, &why(total));
        }
    }
}

/// Where charges are put together: account and region, or a commitment.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    provider: String,
    account: String,
    region: String,
    currency: String,
    commitment: Option<String>,
}

impl Place {
    fn of(sign: &Sign, row: &Row) -> Result<Self, Error> {
        let text = |column| Ok::<_, Error>(row.optional_text(column)?.unwrap_or_default().to_owned());
        let commitment = match sign.by {
            By::Unused => row.optional_text("CommitmentDiscountId")?.map(str::to_owned),
            By::Meter(_) | By::Sizes(..) => None,
        };
        Ok(Self {
            provider: text("provider")?,
            account: text("SubAccountId")?,
            region: text("RegionId")?,
            currency: text("BillingCurrency")?,
            commitment,
        })
    }
}

fn finding(sign: &Sign, place: Place, mut charges: Vec<(String, Decimal)>, total: Decimal) -> Finding {
    charges.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
    let Place { provider, account, region, currency, commitment } = place;
    // What a bill says nothing for is not known, and no place without a name.
    let known = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let resource = Resource {
        resource_id: commitment.unwrap_or_else(|| format!("{provider}:{account}:{region}")),
        provider: known(&provider),
        account_id: known(&account),
        region: known(&region),
        ..Resource::default()
    };
    let mut finding = Finding::new(&sign.rule, resource).part(format!("{region}/{currency}"));
    finding = finding.evidence("cost_30d", total.normalize()).evidence("currency", currency.as_str());
    finding = finding.evidence("kinds_of_charges", charges.len() as i64);
    let mut named = BTreeSet::from(["cost_30d", "currency", "kinds_of_charges"].map(str::to_owned));
    for (meter, cost) in charges.into_iter().take(SHOWN) {
        finding =
            finding.evidence(&distinct(&meter[..meter.floor_char_boundary(LONGEST)], &mut named), cost.normalize());
    }
    finding
}

/// A charge's text as the name of a fact; what is called like another has a number.
fn distinct(text: &str, named: &mut BTreeSet<String>) -> String {
    let numbered = (2_u32..).map(|number| format!("{text} ({number})"));
    let name = std::iter::once(text.to_owned()).chain(numbered).find(|name| !named.contains(name));
    let name = name.unwrap_or_default();
    named.insert(name.clone());
    name
}

guest_sdk::register!(scanner: Architecture);

#[cfg(test)]
mod tests;
