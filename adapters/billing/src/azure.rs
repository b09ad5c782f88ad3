//! Azure's own cost files (actual and amortised, of every kind of agreement): which column is FOCUS's what.
//!
//! Azure names its columns differently by agreement and by year; here each column of `costs` has the names it has had.
//! What the columns mean is in Azure's data dictionary for Cost Management exports.

mod rules;
mod words;

pub(crate) use rules::Rule;
#[cfg(test)]
pub(crate) use words::region;
pub(crate) use words::{account as account_id, resource_group};

use crate::cast::Steps;
use crate::columns::{NotBilling, plain, read_type};
use crate::recipe::Recipe;
use datafusion::arrow::datatypes::DataType;
use schema::ColumnType;
use schema::tables::COSTS;
use std::collections::HashMap;

/// Amounts, and where their currency stands. The first that a file has is what a charge cost.
const COST: [(&str, &[&str]); 6] = [
    ("costinbillingcurrency", BILLING_CURRENCY),
    ("cost", BILLING_CURRENCY),
    ("pretaxcost", BILLING_CURRENCY),
    ("extendedcost", BILLING_CURRENCY),
    ("costinpricingcurrency", &["pricingcurrency", "pricingcurrencycode"]),
    ("costinusd", &[]),
];
const BILLING_CURRENCY: &[&str] = &["billingcurrency", "billingcurrencycode", "currency", "currencycode"];
const DATE: &[&str] = &["date", "usagedatetime", "usagedate"];
const ID: &[&str] = &["resourceid", "instanceid", "instancename"];
const LOCATION: [&str; 2] = ["resourcelocation", "location"];
const QUANTITY: &[&str] = &["quantity", "usagequantity", "consumedquantity"];
const UNIT: &[&str] = &["unitofmeasure", "unit"];

/// The columns of one file, by the names that Azure calls them, without case.
struct Names<'a> {
    fields: &'a [(String, DataType)],
    places: HashMap<String, usize>,
    is_csv: bool,
}

/// Whether a header is that of an Azure cost file: what was metered for whom, what it cost and when.
pub(crate) fn is_cost_file(fields: &[(String, DataType)]) -> bool {
    let names = Names::new(fields, true);
    let has = |any: &[&str]| names.first(any).is_some();
    COST.iter().any(|(name, _)| has(&[name]))
        && has(DATE)
        && has(&["metercategory", "meterid", "consumedservice"])
        && has(&["subscriptionid", "subscriptionguid", "billingaccountid", "resourceid", "instanceid"])
}

/// Whether a FOCUS header is Microsoft's: it has columns of its own beside FOCUS's.
pub(crate) fn is_focus_export(fields: &[(String, DataType)]) -> bool {
    let names = Names::new(fields, true);
    names.first(&["xskumetercategory", "xskumeterid", "xresourcegroupname"]).is_some()
}

/// How each column of `costs` is made, and how what a commitment has to do with a row is.
pub(crate) fn recipes(
    fields: &[(String, DataType)],
    is_csv: bool,
) -> Result<(Vec<Option<Recipe>>, Option<Recipe>), NotBilling> {
    let names = Names::new(fields, is_csv);
    let recipes = COSTS.columns().map(|column| names.recipe(column.name, column.ty)).collect::<Result<Vec<_>, _>>()?;
    let commitment = Recipe::by(Rule::Commitment, names.commitment()?);
    Ok((recipes, commitment))
}

/// How FOCUS's ids are made from Microsoft's, which writes them in mixed case and as paths.
pub(crate) fn focus_rule(column: &str) -> Option<Rule> {
    match column {
        // A file may have rows of other clouds too, whose ids are right as they stand.
        "ResourceId" => Some(Rule::ArmId),
        "SubAccountId" => Some(Rule::Account),
        _ => None,
    }
}

impl<'a> Names<'a> {
    fn new(fields: &'a [(String, DataType)], is_csv: bool) -> Self {
        let mut places = HashMap::new();
        for (at, (name, _)) in fields.iter().enumerate() {
            places.entry(known_name(name)).or_insert(at);
        }
        Self { fields, places, is_csv }
    }

    fn first(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.places.get(*name)).copied()
    }

    /// The first of these columns that is there, and how it is read.
    fn read(&self, names: &[&str], ty: ColumnType) -> Result<Option<(usize, Steps)>, NotBilling> {
        let Some(at) = self.first(names) else { return Ok(None) };
        let (name, source) = &self.fields[at];
        if self.fields.iter().filter(|(other, _)| known_name(other) == known_name(name)).count() > 1 {
            return Err(NotBilling::Twice(name.clone()));
        }
        let source = read_type(source);
        let steps = match ty {
            ColumnType::Time => Steps::azure_time(&source),
            _ => Steps::find(ty, &source, self.is_csv),
        };
        let wrong = || NotBilling::Type { name: name.clone(), is: source.to_string(), wanted: ty.name() };
        Ok(Some((at, steps.ok_or_else(wrong)?)))
    }

    fn text(&self, names: &[&str]) -> Result<Option<(usize, Steps)>, NotBilling> {
        self.read(names, ColumnType::Text)
    }

    fn decimal(&self, names: &[&str]) -> Result<Option<(usize, Steps)>, NotBilling> {
        self.read(names, ColumnType::Decimal)
    }

    fn time(&self, names: &[&str]) -> Result<Option<(usize, Steps)>, NotBilling> {
        self.read(names, ColumnType::Time)
    }

    /// What tells whether a reservation or savings plan has to do with a row.
    fn commitment(&self) -> Result<Vec<Option<(usize, Steps)>>, NotBilling> {
        [&["chargetype"], &["pricingmodel"], &["benefitid"], &["reservationid"]]
            .iter()
            .map(|names| self.text(*names))
            .collect()
    }

    fn recipe(&self, column: &str, ty: ColumnType) -> Result<Option<Recipe>, NotBilling> {
        let own = |input: Option<(usize, Steps)>| input.map(|(at, steps)| Recipe::as_is(at, steps));
        let text = |names: &[&str]| self.text(names).map(own);
        let decimal = |names: &[&str]| self.decimal(names).map(own);
        let by = |rule, names: &[&[&str]]| {
            let inputs = names.iter().map(|names| self.text(names)).collect::<Result<Vec<_>, _>>()?;
            Ok(Recipe::by(rule, inputs))
        };
        let (cost, currency) = COST.iter().find(|(name, _)| self.first(&[name]).is_some()).unwrap_or(&COST[0]);
        match column {
            // Ours, made from the provider's name like that of any other file.
            "provider" => Ok(None),
            "BilledCost" | "EffectiveCost" => decimal(&[cost]),
            "BillingCurrency" if currency.is_empty() => Ok(Some(Recipe::word("USD"))),
            "BillingCurrency" => text(currency),
            "BillingPeriodStart" => Ok(own(self.time(&["billingperiodstartdate", "billingperiodstart"])?)),
            "BillingPeriodEnd" => {
                Ok(Recipe::by(Rule::NextDay, vec![self.time(&["billingperiodenddate", "billingperiodend"])?]))
            }
            "ChargeCategory" => by(Rule::Category, &[&["chargetype"]]),
            "ChargeDescription" => text(&["productname", "product", "metername"]),
            "ChargeFrequency" => by(Rule::Frequency, &[&["frequency"]]),
            "ChargePeriodStart" => Ok(own(self.time(DATE)?)),
            "ChargePeriodEnd" => Ok(Recipe::by(Rule::NextDay, vec![self.time(DATE)?])),
            "CommitmentDiscountCategory" => Ok(Recipe::by(Rule::CommitmentCategory, self.commitment()?)),
            "CommitmentDiscountId" => by(Rule::Lower, &[&["benefitid"], &["reservationid"]]),
            "CommitmentDiscountName" => by(Rule::First, &[&["benefitname"], &["reservationname"]]),
            "CommitmentDiscountStatus" => Ok(Recipe::by(Rule::CommitmentStatus, self.commitment()?)),
            "CommitmentDiscountType" => Ok(Recipe::by(Rule::CommitmentType, self.commitment()?)),
            "ConsumedQuantity" => match self.decimal(QUANTITY)? {
                Some(quantity) => Ok(Recipe::by(Rule::Used, vec![Some(quantity), self.text(&["chargetype"])?])),
                None => Ok(None),
            },
            "ConsumedUnit" | "PricingUnit" => text(UNIT),
            "ContractedUnitPrice" => decimal(&["unitprice"]),
            "ListCost" => self.list_cost(),
            "ListUnitPrice" => decimal(&["paygprice"]),
            "PricingCategory" => by(Rule::Pricing, &[&["pricingmodel"]]),
            "PricingQuantity" => decimal(QUANTITY),
            "ProviderName" | "ServiceProviderName" => Ok(Some(Recipe::word("Microsoft"))),
            "RegionId" => by(Rule::Region, &[&LOCATION[..1], &LOCATION[1..]]),
            "RegionName" => by(Rule::First, &[&LOCATION[..1], &LOCATION[1..]]),
            "ResourceId" => by(Rule::Lower, &[ID]),
            "ResourceName" => by(Rule::ResourceName, &[&["resourcename"], ID]),
            "ResourceType" => by(Rule::ResourceType, &[&["resourcetype"], ID]),
            "ServiceCategory" => by(Rule::Service, &[&["servicefamily"]]),
            "ServiceName" => by(Rule::First, &[&["servicename"], &["metercategory"], &["consumedservice"]]),
            "SkuId" => text(&["meterid"]),
            "SkuMeter" => text(&["metername"]),
            // Enterprise files of some years have a number in the other column.
            "SubAccountId" => by(Rule::Account, &[&["subscriptionguid", "subscriptionid"]]),
            "SubAccountName" => text(&["subscriptionname"]),
            "SubAccountType" => Ok(Some(Recipe::word("Subscription"))),
            // What Azure calls as FOCUS does: `Tags`, `AvailabilityZone`, `InvoiceId`, `PublisherName`, …
            name => Ok(own(self.read(&[&plain(name)], ty)?)),
        }
    }

    /// Public price times quantity, where the file does not say it itself; of use alone, because what was bought or
    /// left unused has no price of its own there. A price in the price list's currency needs
    /// the exchange rate.
    fn list_cost(&self) -> Result<Option<Recipe>, NotBilling> {
        let charge = self.text(&["chargetype"])?;
        if let Some(cost) = self.decimal(&["paygcostinbillingcurrency"])? {
            return Ok(Recipe::by(Rule::Used, vec![Some(cost), charge]));
        }
        let (Some(price), Some(quantity)) = (self.decimal(&["paygprice"])?, self.decimal(QUANTITY)?) else {
            return Ok(None);
        };
        let rate = self.decimal(&["exchangeratepricingtobilling", "exchangerate"])?;
        if rate.is_none() && self.first(&["pricingcurrency", "pricingcurrencycode"]).is_some() {
            return Ok(None);
        }
        let factors = [Some(price), Some(quantity), rate].into_iter().filter(Option::is_some);
        Ok(Recipe::by(Rule::Product, std::iter::once(charge).chain(factors).collect()))
    }
}

/// A name without case, underscores and spaces. Portals in other languages put Azure's own name in brackets:
/// `Ressourcengruppe (ResourceGroup)`.
fn known_name(name: &str) -> String {
    let inner = name.trim().strip_suffix(')').and_then(|name| name.rsplit_once(" (")).map(|(_, inner)| inner);
    plain(inner.unwrap_or(name.trim()))
}
