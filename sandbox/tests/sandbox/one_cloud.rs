//! Estates of one provider, and bills made for a test: what the scanners of this build say where the demo estate cannot show it.

use super::plugins::{built_in, described, job};
use super::support::now;
use async_trait::async_trait;
use chrono::TimeDelta;
use demo::Demo;
use engine::source::{CallEstimate, Discovery, TableSupport};
use engine::{Engine, EngineSettings, FetchContext, FetchError, FetchRequest, Source};
use rust_decimal::Decimal;
use sandbox::{PluginJob, PluginLimits, Scan, World};
use schema::tables::COSTS;
use schema::{Row, Scope};
use std::collections::BTreeSet;
use std::sync::Arc;

async fn scan(name: &str, source: Arc<dyn Source>) -> Scan {
    let engine = Engine::builder(EngineSettings::default()).source(source).clock(now).build().unwrap();
    let plugin = built_in(name, World::Scanner);
    let job = PluginJob { limits: PluginLimits::default(), ..job() };
    plugin.scan(&engine, &described(&plugin).await, job).await
}

/// The accounts of the demo estate that are in AWS, as if there were no others.
struct OfAws(Demo);

impl OfAws {
    fn new() -> Self {
        Self(Demo::new(demo::Settings { seed: 7, scale: 1.0, now: now(), deny: Vec::new() }))
    }
}

#[async_trait]
impl Source for OfAws {
    fn id(&self) -> &str {
        "aws"
    }

    fn provider(&self) -> &str {
        "aws"
    }

    fn tables(&self) -> &[TableSupport] {
        self.0.tables()
    }

    fn has_bill(&self) -> bool {
        self.0.has_bill()
    }

    async fn discover(&self, cx: &FetchContext) -> Result<Discovery, FetchError> {
        let mut found = self.0.discover(cx).await?;
        found.scopes.retain(|scope| scope.provider == "aws");
        Ok(found)
    }

    fn estimate(&self, request: &FetchRequest) -> Vec<CallEstimate> {
        self.0.estimate(request)
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        self.0.fetch(request, cx).await
    }
}

#[tokio::test]
async fn an_estate_of_aws_alone_is_scanned_for_what_is_exposed_without_a_gap() {
    let scan = scan("exposure", Arc::new(OfAws::new())).await;
    assert_eq!((scan.failure.as_ref(), scan.coverage.complete), (None, true));
    assert!(scan.is_complete(), "{:?}", scan.gaps);
    assert!(scan.queries.iter().all(|query| query.error.is_none()), "{:?}", scan.queries);
    assert!(!scan.findings.is_empty());
    assert!(scan.findings.iter().all(|found| found.resource.provider.as_deref() == Some("aws")));
}

#[tokio::test]
async fn an_estate_of_aws_alone_is_scanned_for_waste_and_lacks_nothing_of_azure() {
    let scan = scan("waste", Arc::new(OfAws::new())).await;
    assert_eq!((scan.failure.as_ref(), scan.coverage.complete), (None, true));
    assert!(!scan.findings.is_empty());
    // What is not known of a machine of AWS may be a gap; a rule about Azure alone is none.
    let of_azure = scan.gaps.iter().filter(|gap| ["high-iops-disk", "premium-snapshot"].contains(&gap.rule.as_str()));
    assert_eq!(of_azure.count(), 0, "{:?}", scan.gaps);
    assert!(scan.gaps.iter().all(|gap| gap.scope.as_ref().is_some_and(|scope| scope.starts_with("aws/"))));
}

/// A charge: provider, region and meter.
type Charged = (&'static str, String, &'static str);

/// A bill of one account of each cloud.
struct Bill(Vec<Charged>);

#[async_trait]
impl Source for Bill {
    fn id(&self) -> &str {
        "bill"
    }

    fn provider(&self) -> &str {
        "*"
    }

    fn tables(&self) -> &[TableSupport] {
        const { &[TableSupport { table: &COSTS, costly: &[], pushes: &[] }] }
    }

    fn has_bill(&self) -> bool {
        true
    }

    async fn discover(&self, _: &FetchContext) -> Result<Discovery, FetchError> {
        let scopes = ["aws", "azure"].map(|provider| Scope::new(provider, "111", "prod", "*"));
        Ok(Discovery { scopes: scopes.to_vec(), ..Discovery::default() })
    }

    fn estimate(&self, _: &FetchRequest) -> Vec<CallEstimate> {
        Vec::new()
    }

    async fn fetch(&self, request: &FetchRequest, cx: &FetchContext) -> Result<(), FetchError> {
        let charges = self.0.iter().filter(|(provider, ..)| *provider == request.scope.provider);
        cx.emit(charges.map(row).collect()).await
    }
}

fn row((provider, region, meter): &Charged) -> Row {
    let is_committed = meter.contains("Commitment");
    Row::new(&COSTS)
        .with("provider", *provider)
        .with("SubAccountId", "111")
        .with("RegionId", region.as_str())
        .with("BillingCurrency", "USD")
        .with("ChargeCategory", "Usage")
        .with("ChargePeriodStart", now() - TimeDelta::days(2))
        .with("SkuMeter", *meter)
        .with("CommitmentDiscountId", is_committed.then_some("reservation-1"))
        .with("CommitmentDiscountStatus", is_committed.then(|| meter.trim_start_matches("Commitment")))
        .with("EffectiveCost", Decimal::from(50))
}

/// Every rule of `architecture`: whose charge shows it, and one that is like it and shows nothing.
const SIGNS: &[(&str, &str, [&str; 2])] = &[
    ("nat-traffic", "aws", ["EUW1-NatGateway-Bytes", "EUW1-NatGateway-Hours"]),
    ("nat-traffic-azure", "azure", ["NAT Gateway - Standard Data Processed", "NAT Gateway - Standard Gateway"]),
    ("cross-zone-traffic", "aws", ["EUW1-DataTransfer-Regional-Bytes", "EUW1-DataTransfer-Out-Bytes"]),
    ("gp2-storage", "aws", ["EUW1-EBS:VolumeUsage.gp2", "EUW1-EBS:VolumeUsage.gp3"]),
    ("old-generation-compute", "aws", ["EUW1-BoxUsage:m4.large", "EUW1-BoxUsage:m6i.large"]),
    ("old-generation-databases", "aws", ["EUW1-InstanceUsage:db.m4.large", "EUW1-InstanceUsage:db.m6g.large"]),
    ("extended-support", "aws", ["EUW1-ExtendedSupport:Yr1-Yr2:MySQL5.7", "EUW1-RDS:GP3-Storage"]),
    ("idle-addresses", "aws", ["EUW1-PublicIPv4:IdleAddress", "EUW1-PublicIPv4:InUseAddress"]),
    ("idle-commitment", "aws", ["CommitmentUnused", "CommitmentUsed"]),
];

#[tokio::test]
async fn every_rule_of_architecture_finds_its_charge_in_a_bill_and_not_the_one_beside_it() {
    let charges = SIGNS.iter().flat_map(|(rule, provider, [shows, shows_not])| {
        [(*provider, format!("of-{rule}"), *shows), (*provider, format!("beside-{rule}"), *shows_not)]
    });
    let scan = scan("architecture", Arc::new(Bill(charges.collect()))).await;
    assert!(scan.is_complete(), "{:?} {:?} {:?}", scan.failure, scan.gaps, scan.coverage);
    let place = |region: &Option<String>| region.clone().unwrap_or_default();
    let found: BTreeSet<(String, String)> =
        scan.findings.iter().map(|found| (found.rule.clone(), place(&found.resource.region))).collect();
    let expected = SIGNS.iter().map(|(rule, ..)| ((*rule).to_owned(), format!("of-{rule}")));
    assert_eq!(found, expected.collect::<BTreeSet<_>>());
    let described = described(&built_in("architecture", World::Scanner)).await;
    let rules: BTreeSet<&str> = described.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(rules, SIGNS.iter().map(|(rule, ..)| *rule).collect::<BTreeSet<_>>(), "no rule is left out");
}
