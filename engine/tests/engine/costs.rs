//! `cost_30d`, joined from a bill, by ARN and by bare id, or told by a source, and what that is worth.

use crate::fake::{Fake, builder, engine, lines, missing, now, query, sql};
use async_trait::async_trait;
use chrono::TimeDelta;
use datafusion::catalog::MemTable;
use engine::in_place::{InPlace, Opened};
use engine::{EngineError, FetchError, Options, Request, What};
use rust_decimal::Decimal;
use schema::coverage::CoverageError;
use schema::tables::COSTS;
use schema::{Row, Scope, ScopeCoverage, Status, Table};
use std::sync::Arc;

#[tokio::test]
async fn resources_get_the_cost_that_the_bill_has_and_null_where_it_has_none() {
    let engine = engine(&Arc::new(Fake { bill: true, ..Fake::default() }));
    let answer = sql(
        &engine,
        "SELECT native_id, cost_30d, cost_basis FROM instances WHERE account_id = '111' AND region = 'r1' ORDER BY 1",
    )
    .await
    .unwrap();
    assert_eq!(
        lines(&answer),
        ["i-111-r1-0|123.45|billing_export", "i-111-r1-1|123.46|billing_export", "i-111-r1-2|-|-", "i-111-r1-3|-|-"]
    );
    assert_eq!(answer.columns[1].unit.as_deref(), Some("USD"));
}

#[tokio::test]
async fn sums_of_costs_are_exact_and_say_what_is_left_out() {
    let engine = engine(&Arc::new(Fake { bill: true, ..Fake::default() }));
    let answer = query(
        &engine,
        r#"{"from": "instances", "aggregate": [{"fn": "sum", "field": "cost_30d", "as": "total"}],
            "where": [{"field": "cost_30d", "op": "gt", "value": 100}]}"#,
    )
    .await
    .unwrap();
    assert_eq!(lines(&answer), ["987.64"]);
    assert_eq!(answer.warnings, ["8 more `instances` have no `cost_30d` and are left out"]);
    let answer = sql(&engine, "SELECT sum(effectivecost) FROM costs").await.unwrap();
    assert_eq!(lines(&answer), ["987.64"]);
}

const IN_DOLLARS: [(&str, &str); 2] = [("111", "USD"), ("222", "USD")];

#[tokio::test]
async fn costs_that_are_too_low_are_a_lower_bound_only_where_more_of_them_can_only_add() {
    let engine = engine(&Arc::new(Fake { api_costs: IN_DOLLARS.to_vec(), low: true, ..Fake::default() }));
    for (text, lower_bound, unknown) in [
        ("SELECT count(*) FROM instances WHERE cost_30d > 100", true, false),
        ("SELECT count(*) FROM instances WHERE 100 <= cost_30d AND state = 'running'", true, false),
        ("SELECT count(*) FROM instances WHERE cost_30d * 12 > 100 OR state = 'running'", true, false),
        ("SELECT count(*) FROM instances WHERE cost_30d < 100", false, true),
        ("SELECT count(*) FROM instances WHERE NOT (cost_30d > 100)", false, true),
        ("SELECT count(*) FROM instances WHERE -cost_30d > -100", false, true),
        ("SELECT count(*) FROM instances WHERE cost_30d BETWEEN 50 AND 100", false, true),
        ("SELECT count(*) FROM instances WHERE cost_30d IS NULL", false, true),
        ("SELECT count(*) FILTER (WHERE cost_30d < 100) FROM instances", false, true),
        ("SELECT count(*) FILTER (WHERE cost_30d > 100) FROM instances", true, false),
        ("SELECT sum(cost_30d), max(cost_30d), count(cost_30d) FROM instances", true, false),
        ("SELECT region, sum(cost_30d) * 12 AS year FROM instances GROUP BY region ORDER BY region", true, false),
        ("SELECT avg(cost_30d) FROM instances", false, true),
        ("SELECT count(DISTINCT cost_30d) FROM instances", false, true),
        ("SELECT cost_30d, count(*) FROM instances GROUP BY cost_30d", false, true),
        ("SELECT name, cost_30d FROM instances", true, false),
        ("SELECT name, -cost_30d FROM instances", false, true),
        ("SELECT name, cost_30d FROM instances ORDER BY cost_30d DESC", false, true),
        ("SELECT name FROM instances WHERE cost_30d > 100", false, false),
        ("SELECT name FROM instances WHERE cost_30d < 100", false, true),
        ("SELECT month FROM (SELECT name, cost_30d AS month FROM instances) WHERE month < 100", false, true),
        ("SELECT name FROM volumes WHERE size_gib > (SELECT max(cost_30d) FROM instances)", false, true),
        ("SELECT i.name FROM instances i JOIN volumes v ON i.cost_30d > v.size_gib", false, true),
        ("SELECT sum(saving_30d) FROM recommendations WHERE rule = 'idle_instance' AND saving_30d > 10", true, false),
    ] {
        let coverage = sql(&engine, text).await.unwrap().coverage;
        let of_cost: Vec<_> = coverage.scopes.iter().filter(|line| line.is_too_low()).collect();
        assert!(!coverage.complete && !of_cost.is_empty(), "for {text}");
        assert_eq!((coverage.lower_bound, coverage.unknown), (lower_bound, unknown), "for {text}");
    }
}

#[tokio::test]
async fn what_a_provider_has_no_more_of_is_kept_with_the_rows() {
    let fake = Arc::new(Fake { api_costs: IN_DOLLARS.to_vec(), low: true, ..Fake::default() });
    let engine = engine(&fake);
    let asked = "SELECT sum(cost_30d) FROM instances WHERE account_id = '111' AND region = 'r1'";
    for _ in 0..2 {
        let answer = sql(&engine, asked).await.unwrap();
        assert_eq!(missing(&answer), ["111/r1 instances [cost_30d] failed rows=0: of 14 days"]);
        assert_eq!(fake.calls(), 2);
    }
}

#[tokio::test]
async fn costs_that_nobody_tells_are_a_gap_and_no_silent_null() {
    let fake = Arc::new(Fake { api_costs: IN_DOLLARS.to_vec(), ..Fake::default() });
    let engine = engine(&fake);
    let answer = sql(&engine, "SELECT count(*) FROM volumes WHERE cost_30d > 10").await.unwrap();
    assert_eq!(lines(&answer), ["0"]);
    assert!(!answer.coverage.complete && answer.coverage.lower_bound);
    let gaps = missing(&answer);
    assert_eq!(gaps.len(), 4, "{gaps:?}");
    assert!(gaps[0].starts_with("111/r1 volumes [cost_30d,cost_basis"), "{gaps:?}");
    assert!(
        gaps[0].ends_with("`fake` does not tell what `volumes` cost: add a billing export (`[billing]`), which does")
    );
    // What is not asked for lacks nothing, and neither does what has a cost.
    for whole in ["SELECT name FROM volumes", "SELECT sum(cost_30d) FROM instances"] {
        assert_eq!(missing(&sql(&engine, whole).await.unwrap()), [""; 0], "{whole}");
    }
    // Where there is nothing, nothing lacks.
    assert_eq!(missing(&sql(&engine, "SELECT sum(cost_30d) FROM images").await.unwrap()), [""; 0]);
}

#[tokio::test]
async fn a_snapshot_is_found_in_a_bill_that_writes_its_account_into_its_arn() {
    let charge = |account: &'static str, region: &str, amount| {
        (account, format!("arn:aws:ec2:{region}:{account}:snapshot/snap-1"), "USD", amount, 3)
    };
    let bill = Bill { charges: vec![charge("111", "r1", 7), charge("222", "r2", 9)], ..Bill::default() };
    let fake = Fake { snapshots: true, ..Fake::default() };
    let engine = builder(&Arc::new(fake)).in_place(Arc::new(bill)).build().unwrap();
    let answer = sql(&engine, "SELECT account_id, region, cost_30d FROM snapshots ORDER BY 1, 2").await.unwrap();
    assert_eq!(lines(&answer), ["111|r1|7", "111|r2|-", "222|r1|-", "222|r2|9"]);
}

#[tokio::test]
async fn an_account_that_the_bill_does_not_have_lacks_its_costs() {
    let engine = engine(&Arc::new(Fake { bill: true, billed: vec!["111"], ..Fake::default() }));
    let answer = sql(&engine, "SELECT sum(cost_30d) FROM instances WHERE region = 'r1'").await.unwrap();
    assert_eq!(lines(&answer), ["246.91"]);
    let gaps = missing(&answer);
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0].starts_with("222/r1 instances [cost_30d,cost_basis"), "{gaps:?}");
    assert!(gaps[0].contains("no charge of the account `222` in the last 30 days"), "{gaps:?}");
}

/// A bill that is read in place.
#[derive(Default)]
struct Bill {
    /// Account, resource, currency, amount, and how many days ago.
    charges: Vec<(&'static str, String, &'static str, i64, i64)>,
    /// Whether a file of it cannot be read.
    is_torn: bool,
}

#[async_trait]
impl InPlace for Bill {
    fn id(&self) -> &str {
        "billing"
    }
    fn table(&self) -> &'static Table {
        &COSTS
    }
    async fn open(&self) -> Result<Opened, FetchError> {
        let rows: Vec<Row> = self
            .charges
            .iter()
            .map(|(account, resource, currency, amount, days)| {
                Row::new(&COSTS)
                    .with("provider", "aws")
                    .with("SubAccountId", *account)
                    .with("ResourceId", resource.as_str())
                    .with("BillingCurrency", *currency)
                    .with("EffectiveCost", Decimal::from(*amount))
                    .with("ChargePeriodStart", now() - TimeDelta::days(*days))
            })
            .collect();
        let batch = engine::arrow::batch(&COSTS, &rows).unwrap();
        let torn = || ScopeCoverage {
            source: "billing".to_owned(),
            scope: Scope::new("billing", "*", "*", "*"),
            table: COSTS.name.to_owned(),
            columns: Vec::new(),
            item: Some("torn.csv".to_owned()),
            status: Status::Failed,
            rows: 0,
            age_seconds: 0,
            calls: 0,
            error: Some(CoverageError::new("failed", "torn")),
        };
        Ok(Opened {
            provider: Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]]).unwrap()),
            coverage: self.is_torn.then(torn).into_iter().collect(),
            warnings: Vec::new(),
            version: 1,
            bytes: 0,
            later: None,
        })
    }
}

const BY_ACCOUNT: &str = "SELECT SubAccountId, sum(EffectiveCost) FROM costs GROUP BY 1 ORDER BY 1";

#[tokio::test]
async fn a_bill_hides_the_costs_of_no_account_but_its_own() {
    // Whatever the time that the bill has the account of: else its charges would count twice.
    let bill = Bill { charges: vec![("111", "x".to_owned(), "USD", 10, 300)], ..Bill::default() };
    let engine = builder(&Arc::new(Fake::default())).in_place(Arc::new(bill)).build().unwrap();
    let answer = sql(&engine, BY_ACCOUNT).await.unwrap();
    assert_eq!(lines(&answer), ["111|10", "222|493.82"]);
    assert!(answer.coverage.complete, "{:?}", missing(&answer));
    let expected =
        "costs of 1 account of `fake` are what the billing files say; what it would tell of them itself is not added";
    assert_eq!(answer.warnings, [expected]);
}

#[tokio::test]
async fn beside_a_bill_that_cannot_be_read_whole_no_account_is_counted_twice() {
    let bill = Bill { charges: vec![("111", "x".to_owned(), "USD", 10, 3)], is_torn: true };
    let engine = builder(&Arc::new(Fake::default())).in_place(Arc::new(bill)).build().unwrap();
    let answer = sql(&engine, BY_ACCOUNT).await.unwrap();
    assert_eq!(lines(&answer), ["111|10"]);
    let gaps = missing(&answer);
    assert!(gaps.iter().any(|line| line.starts_with("222/global costs failed rows=0: whether the billing files have")));
}

#[tokio::test]
async fn explain_names_the_permissions_of_costs_for_accounts_that_the_bill_may_not_have() {
    let fake = || Arc::new(Fake { api_costs: IN_DOLLARS.to_vec(), ..Fake::default() });
    let explained = async |engine: &engine::Engine, text: &str| {
        let request = Request { what: What::Sql(text.to_owned()), options: Options::default() };
        engine.explain(request).await.unwrap()
    };
    let with_bill = builder(&fake()).in_place(Arc::new(Bill::default())).build().unwrap();
    for (text, calls, permissions) in [
        ("SELECT cost_30d FROM instances", 8, ["fake:GetCosts", "fake:Listinstances"].as_slice()),
        ("SELECT sum(EffectiveCost) FROM costs", 0, &["fake:Listcosts"]),
        ("SELECT name FROM instances", 8, &["fake:Listinstances"]),
    ] {
        let plan = explained(&with_bill, text).await;
        assert_eq!(plan.call_count, calls, "{text}");
        assert_eq!(plan.permissions, permissions, "{text}");
    }
    let plan = explained(&with_bill, "SELECT cost_30d FROM instances").await;
    let costs = plan.calls.iter().find(|call| call.action == "fake:GetCosts").unwrap();
    assert_eq!((costs.calls, costs.for_each), (0, Some("account that the billing files do not have")));
    let plan = explained(&engine(&fake()), "SELECT cost_30d FROM instances").await;
    assert_eq!(plan.call_count, 12);
}

/// What becomes of a query over amounts in two currencies.
#[derive(Debug, PartialEq)]
enum Told {
    /// It is refused.
    Refused,
    /// Its rows may be wrong, and a line of coverage says why.
    Unknown,
    /// A warning names the currencies.
    Warned,
    /// Nothing needs to be said.
    Nothing,
}

async fn told(engine: &engine::Engine, text: &str) -> Told {
    let answer = match sql(engine, text).await {
        Err(EngineError::Refused { message }) => {
            assert!(message.starts_with("amounts in EUR and USD would be added up"), "{message}");
            return Told::Refused;
        }
        answer => answer.unwrap_or_else(|error| panic!("{text}: {error}")),
    };
    if answer.coverage.unknown {
        assert!(missing(&answer).iter().any(|line| line.contains("amounts in EUR and USD are compared")), "{text}");
        return Told::Unknown;
    }
    assert!(answer.coverage.complete, "{text}: {:?}", missing(&answer));
    match answer.warnings.iter().any(|warning| warning.contains("in several currencies (EUR and USD)")) {
        true => Told::Warned,
        false => Told::Nothing,
    }
}

#[tokio::test]
async fn amounts_in_two_currencies_are_never_added_up_or_compared_without_a_word() {
    let api_costs = vec![("111", "USD"), ("222", "EUR")];
    let engine = engine(&Arc::new(Fake { api_costs, ..Fake::default() }));
    for (text, expected) in [
        ("SELECT sum(cost_30d) FROM instances", Told::Refused),
        ("SELECT avg(cost_30d)::DOUBLE FROM instances", Told::Refused),
        ("SELECT region, sum(cost_30d) AS cost FROM instances GROUP BY region", Told::Refused),
        ("SELECT provider, sum(cost_30d) AS cost FROM instances GROUP BY provider", Told::Refused),
        ("SELECT sum(c) FROM (SELECT cost_30d * 12 AS c FROM instances)", Told::Refused),
        ("SELECT name, sum(cost_30d) OVER () AS all FROM instances", Told::Refused),
        (
            "SELECT sum(c) FROM (SELECT cost_30d AS c FROM instances UNION ALL SELECT cost_30d FROM volumes) t",
            Told::Refused,
        ),
        (
            "SELECT sum(s) FROM (SELECT cost_currency, sum(cost_30d) AS s FROM instances GROUP BY cost_currency)",
            Told::Refused,
        ),
        ("SELECT sum(x) FROM (SELECT round(cost_30d) AS x FROM instances GROUP BY round(cost_30d)) t", Told::Refused),
        ("SELECT sum(x) FROM (SELECT unnest(array_agg(cost_30d)) AS x FROM instances) t", Told::Refused),
        ("SELECT first_value(name ORDER BY cost_30d DESC) FROM instances", Told::Unknown),
        ("SELECT DISTINCT ON (region) region, name FROM instances ORDER BY region, cost_30d DESC", Told::Unknown),
        ("SELECT cost_currency, sum(cost_30d) AS cost FROM instances GROUP BY cost_currency", Told::Nothing),
        ("SELECT c, sum(d) FROM (SELECT cost_currency AS c, cost_30d AS d FROM instances) GROUP BY c", Told::Nothing),
        ("SELECT sum(cost_30d) FROM instances WHERE cost_currency = 'EUR'", Told::Nothing),
        ("SELECT sum(cost_30d) FROM instances WHERE account_id = '111'", Told::Nothing),
        ("SELECT count(cost_30d) FROM instances", Told::Nothing),
        ("SELECT name FROM instances WHERE cost_30d > 100", Told::Unknown),
        ("SELECT count(*) FROM instances WHERE cost_30d > 100", Told::Unknown),
        ("SELECT name, cost_30d FROM instances ORDER BY cost_30d DESC LIMIT 3", Told::Unknown),
        ("SELECT name, cost_30d > 100 AS dear FROM instances", Told::Unknown),
        (
            "SELECT name FROM instances WHERE (cost_currency = 'EUR' AND cost_30d > 90) OR (cost_currency = 'USD' AND cost_30d > 100)",
            Told::Nothing,
        ),
        ("SELECT name, cost_30d FROM instances", Told::Warned),
        ("SELECT name, cost_30d, cost_currency FROM instances", Told::Nothing),
        ("SELECT sum(EffectiveCost) FROM costs", Told::Refused),
        ("SELECT min(EffectiveCost * 2) FROM costs WHERE RegionId = 'r1'", Told::Refused),
        ("SELECT name FROM instances WHERE cost_30d > 0", Told::Nothing),
        ("SELECT BillingCurrency, sum(EffectiveCost) FROM costs GROUP BY 1", Told::Nothing),
        ("SELECT sum(EffectiveCost) FROM costs WHERE BillingCurrency = 'EUR'", Told::Nothing),
        ("SELECT SubAccountId, EffectiveCost FROM costs WHERE EffectiveCost > 100", Told::Unknown),
    ] {
        assert_eq!(told(&engine, text).await, expected, "{text}");
    }
    let typed = r#"{"from": "instances", "aggregate": [{"fn": "sum", "field": "cost_30d", "as": "total"}]}"#;
    assert!(matches!(query(&engine, typed).await, Err(EngineError::Refused { .. })));
}

#[tokio::test]
async fn the_currency_of_an_amount_is_that_of_its_bill_or_of_its_provider() {
    let bill = Bill { charges: vec![("111", "i-111-r1-0".to_owned(), "GBP", 7, 3)], ..Bill::default() };
    let fake = Fake { api_costs: vec![("111", "USD"), ("222", "EUR")], ..Fake::default() };
    let engine = builder(&Arc::new(fake)).in_place(Arc::new(bill)).build().unwrap();
    let text = "SELECT account_id, cost_basis, cost_currency, sum(cost_30d) FROM instances WHERE cost_30d > 0 \
                GROUP BY 1, 2, 3 ORDER BY 1";
    let answer = sql(&engine, text).await.unwrap();
    assert_eq!(lines(&answer), ["111|billing_export|GBP|7", "222|cost_api|EUR|600"]);
    // The unit is that of the amounts in the answer, and not of whatever else there is.
    let euros = sql(&engine, "SELECT sum(cost_30d) AS cost_30d FROM instances WHERE account_id = '222'").await.unwrap();
    assert_eq!(euros.columns[0].unit.as_deref(), Some("EUR"));
}

#[tokio::test]
async fn a_resource_that_is_billed_in_two_currencies_has_no_one_cost_and_that_is_said() {
    let charges = ["GBP", "USD"].map(|currency| ("111", "i-111-r1-0".to_owned(), currency, 7, 3)).to_vec();
    let engine = builder(&Arc::new(Fake::default())).in_place(Arc::new(Bill { charges, ..Bill::default() })).build();
    let text = "SELECT sum(cost_30d) FROM instances WHERE account_id = '111'";
    let answer = sql(&engine.unwrap(), text).await.unwrap();
    assert_eq!(lines(&answer), ["-"]);
    assert!(!answer.coverage.complete);
    let gaps = missing(&answer);
    assert!(gaps.iter().any(|line| line.contains("charges of one resource are in several currencies")), "{gaps:?}");
}
