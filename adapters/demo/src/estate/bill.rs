//! What the estate costs: the lines of its bill, each good for many days.
//!
//! The bill adds up, in exact decimals, and these hold for every account on every day (tests hold them):
//!
//! - Every cost is a quantity times a price, with no more than 18 digits after the point; nothing is rounded but
//!   quantities, and tax.
//! - `ContractedCost` is `ListCost` less the account's negotiated discount.
//! - Usage that no commitment covers: Billed = Effective = Contracted; spot at its own price.
//! - A savings plan: what it is billed (Purchase) is what is effective of the usage it covers (Used), and what was
//!   not used (Unused). So all of an account's Billed and all of its Effective of a day are equal.
//! - Tax on an AWS account is a share of all else that it was billed on the day.

use super::load::unit;
use super::model::{Cluster, Facts, Instance};
use super::place::Place;
use super::{Spot, prices};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// Days that the bill goes back; the last is yesterday.
pub(crate) const DAYS: i64 = 90;

/// A service as a provider's bill names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    pub(crate) subcategory: &'static str,
}

const fn service(name: &'static str, category: &'static str, subcategory: &'static str) -> Service {
    Service { name, category, subcategory }
}

const EC2: Service = service("Amazon Elastic Compute Cloud", "Compute", "Virtual Machines");
const EBS: Service = service("Amazon Elastic Compute Cloud", "Storage", "Block Storage");
const VPC: Service = service("Amazon Virtual Private Cloud", "Networking", "Network Infrastructure");
const ELB: Service = service("Elastic Load Balancing", "Networking", "Application Networking");
const RDS: Service = service("Amazon Relational Database Service", "Databases", "Relational Databases");
const S3: Service = service("Amazon Simple Storage Service", "Storage", "Object Storage");
const LAMBDA: Service = service("AWS Lambda", "Compute", "Serverless Compute");
const EKS: Service = service("Amazon Elastic Kubernetes Service", "Compute", "Containers");
const TRANSFER: Service = service("AWS Data Transfer", "Networking", "Content Delivery");
const CLOUDWATCH: Service = service("AmazonCloudWatch", "Management and Governance", "Observability");
const AWS_SUPPORT: Service = service("AWS Support (Business)", "Other", "Support");
const SAVINGS_PLANS: Service = service("Savings Plans for AWS Compute usage", "Compute", "Virtual Machines");
const TAX: Service = service("Tax", "Other", "Other (Other)");
const AZURE_VM: Service = service("Virtual Machines", "Compute", "Virtual Machines");
const AZURE_DISK: Service = service("Azure Disk Storage", "Storage", "Block Storage");
const AZURE_NETWORK: Service = service("Virtual Network", "Networking", "Network Infrastructure");
const AZURE_NAT: Service = service("Azure NAT Gateway", "Networking", "Network Infrastructure");
const AZURE_LB: Service = service("Load Balancer", "Networking", "Application Networking");
const AZURE_GATEWAY: Service = service("Application Gateway", "Networking", "Application Networking");
const AZURE_SQL: Service = service("SQL Database", "Databases", "Relational Databases");
const AZURE_STORAGE: Service = service("Storage Accounts", "Storage", "Object Storage");
const AZURE_FUNCTIONS: Service = service("Functions", "Compute", "Serverless Compute");
const AKS: Service = service("Azure Kubernetes Service", "Compute", "Containers");
const AZURE_BANDWIDTH: Service = service("Bandwidth", "Networking", "Content Delivery");
const AZURE_MONITOR: Service = service("Azure Monitor", "Management and Governance", "Observability");
const AZURE_SUPPORT: Service = service("Azure Support", "Other", "Support");
const AZURE_SAVINGS: Service = service("Azure Savings Plan for Compute", "Compute", "Virtual Machines");

/// The resource that a line is for, as the bill writes it.
#[derive(Debug)]
pub(crate) struct Billed {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) tags: BTreeMap<String, String>,
}

/// How much of something is used.
#[derive(Debug, Clone, Copy)]
enum Amount {
    /// Every hour that it is there.
    Hours(Decimal),
    /// The same every day.
    Daily(Decimal),
    /// More or less of so many thousandths; more on working days, and slowly growing.
    Varying { thousandths: i64, seed: u64 },
    /// Once, on the first of every month.
    Monthly,
}

/// How it is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payment {
    /// At the account's prices.
    Standard,
    /// At the spot price of the day.
    Spot(u64),
    /// By the account's savings plan.
    Committed,
    /// Bought: a support plan, the savings plan itself.
    Purchase,
    /// The savings plan itself: billed, and effective in what it covers.
    CommitmentPurchase,
    /// The part of the savings plan that nothing used.
    CommitmentUnused,
    /// Tax.
    Tax,
}

/// One line of the bill.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) resource: Option<Billed>,
    pub(crate) region: Option<&'static str>,
    pub(crate) zone: Option<String>,
    pub(crate) service: Service,
    pub(crate) sku: String,
    pub(crate) unit: &'static str,
    /// The public price of one unit.
    pub(crate) price: Decimal,
    pub(crate) payment: Payment,
    amount: Amount,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

/// The four costs of one line on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Charge {
    pub(crate) quantity: Decimal,
    pub(crate) billed: Decimal,
    pub(crate) effective: Decimal,
    pub(crate) list: Decimal,
    pub(crate) contracted: Decimal,
}

/// What a price is multiplied with under the account's contract.
pub(crate) fn discount(place: Place) -> Decimal {
    Decimal::new(if place.is_aws() { 97 } else { 100 }, 2)
}

/// What a savings plan leaves of a public price.
fn plan_rate() -> Decimal {
    Decimal::new(72, 2)
}

/// Tax on AWS bills.
fn tax_rate() -> Decimal {
    Decimal::new(19, 2)
}

impl Line {
    /// What the line costs on the day that begins at `day`; none where it is not there.
    pub(crate) fn charge(&self, day: DateTime<Utc>, discount: Decimal) -> Option<Charge> {
        let quantity = self.quantity(day)?;
        let list = quantity * self.price;
        let contracted = list * discount;
        let zero = Decimal::ZERO;
        let charge = |billed, effective, contracted| Charge { quantity, billed, effective, list, contracted };
        Some(match self.payment {
            Payment::Standard => charge(contracted, contracted, contracted),
            Payment::Spot(seed) => {
                let percent = 28 + (unit(seed ^ day.timestamp() as u64) * 14.0) as i64;
                let spot = list * Decimal::new(percent, 2);
                charge(spot, spot, spot)
            }
            Payment::Committed => charge(zero, list * plan_rate(), contracted),
            Payment::Purchase | Payment::Tax => charge(list, list, list),
            Payment::CommitmentPurchase => charge(list, zero, list),
            Payment::CommitmentUnused => {
                Charge { quantity, billed: zero, effective: list, list: zero, contracted: zero }
            }
        })
    }

    fn quantity(&self, day: DateTime<Utc>) -> Option<Decimal> {
        let end = day + TimeDelta::days(1);
        let until = self.until.unwrap_or(end);
        if self.from >= end || until <= day {
            return None;
        }
        match self.amount {
            Amount::Hours(count) => {
                let seconds = (until.min(end) - self.from.max(day)).num_seconds();
                // Begun hours count in full.
                Some(Decimal::from((seconds + 3599) / 3600) * count)
            }
            Amount::Daily(quantity) => Some(quantity),
            Amount::Varying { thousandths, seed } => {
                let weekly = if day.weekday().number_from_monday() > 5 { 0.6 } else { 1.0 };
                let growth = 1.0 + (day - self.from).num_days().clamp(0, 400) as f64 / 4000.0;
                let factor = weekly * growth * (0.8 + 0.4 * unit(seed ^ day.timestamp() as u64));
                Some(Decimal::new((thousandths as f64 * factor) as i64, 3).normalize())
            }
            Amount::Monthly => (day.day() == 1).then_some(Decimal::ONE),
        }
    }
}

/// All lines of an account's bill but tax, which [`tax`] makes of them.
pub(crate) fn lines(spot: Spot<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = spot.siblings().flat_map(regional).chain(buckets(spot)).collect();
    lines.extend(savings_plan(spot, &lines));
    lines.push(support(spot));
    lines
}

/// The tax on what an account was billed on one day; none where there is none.
pub(crate) fn tax(spot: Spot<'_>, lines: &[Line], day: DateTime<Utc>) -> Option<Line> {
    if !spot.place.is_aws() {
        return None;
    }
    let discount = discount(spot.place);
    let billed: Decimal = lines.iter().filter_map(|line| line.charge(day, discount)).map(|charge| charge.billed).sum();
    let due = (billed * tax_rate()).round_dp(6);
    Some(Line {
        price: due,
        amount: Amount::Daily(Decimal::ONE),
        payment: Payment::Tax,
        until: Some(day + TimeDelta::days(1)),
        ..account_line(spot, TAX, "VAT", "Fee", day)
    })
}

fn account_line(spot: Spot<'_>, service: Service, sku: &str, unit: &'static str, from: DateTime<Utc>) -> Line {
    Line {
        resource: None,
        region: None,
        zone: None,
        service,
        sku: format!("{sku}-{}", spot.place.plan.provider),
        unit,
        price: Decimal::ZERO,
        payment: Payment::Purchase,
        amount: Amount::Monthly,
        from,
        until: None,
    }
}

fn first_day(spot: Spot<'_>) -> DateTime<Utc> {
    spot.estate.today() - TimeDelta::days(DAYS)
}

fn support(spot: Spot<'_>) -> Line {
    let service = if spot.place.is_aws() { AWS_SUPPORT } else { AZURE_SUPPORT };
    let price = Decimal::new(spot.place.plan.support_cents, 2);
    Line { price, ..account_line(spot, service, "Support", "Months", first_day(spot)) }
}

/// The plan is a little larger than what it covers, so that some of it goes to waste.
fn savings_plan(spot: Spot<'_>, lines: &[Line]) -> Vec<Line> {
    // Only instances that were there all the time are covered, so that every day uses the same.
    let day = Decimal::from(24);
    let used: Decimal =
        lines.iter().filter(|line| line.payment == Payment::Committed).map(|line| line.price * day * plan_rate()).sum();
    if used.is_zero() {
        return Vec::new();
    }
    let hourly = (used * Decimal::new(106, 2) / day).round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
    let service = if spot.place.is_aws() { SAVINGS_PLANS } else { AZURE_SAVINGS };
    let line = |sku, price, payment| Line {
        price,
        payment,
        amount: Amount::Daily(day),
        ..account_line(spot, service, sku, "Hours", first_day(spot))
    };
    let unused = hourly * day - used;
    let mut wasted = line("ComputeSavingsPlanUnused", unused, Payment::CommitmentUnused);
    wasted.amount = Amount::Daily(Decimal::ONE);
    vec![line("ComputeSavingsPlan", hourly, Payment::CommitmentPurchase), wasted]
}

/// Makes lines of one region.
struct Regional<'a> {
    spot: Spot<'a>,
}

impl Regional<'_> {
    fn is_aws(&self) -> bool {
        self.spot.place.is_aws()
    }

    fn price(&self, points: i64) -> Decimal {
        prices::in_region(points, self.spot.place.region)
    }

    /// A line for a resource. AWS bills name some things by their bare id and others by ARN; `bare` says which.
    fn line(
        &self,
        facts: &Facts,
        bare: bool,
        (service, kind, sku, unit): (Service, &'static str, &str, &'static str),
        price: Decimal,
        amount: Amount,
        from: DateTime<Utc>,
    ) -> Line {
        let mut tags = facts.tags.clone();
        // Names are no cost allocation tags.
        tags.remove("Name");
        let id = if bare { &facts.ids.native } else { &facts.ids.resource };
        Line {
            resource: Some(Billed { id: id.clone(), name: facts.name.clone(), kind, tags }),
            region: Some(self.spot.place.region),
            zone: facts.zone.clone().filter(|_| self.is_aws()),
            service,
            sku: format!("{}-{sku}", self.spot.place.short().to_uppercase()),
            unit,
            price,
            payment: Payment::Standard,
            amount,
            from,
            until: None,
        }
    }

    fn instance(&self, instance: &Instance) -> Option<Line> {
        let size = prices::size(instance.instance_type)?;
        let price = prices::instance_hour(size, instance.windows, self.spot.place.region);
        let (service, kind, what) =
            if self.is_aws() { (EC2, "instance", "BoxUsage") } else { (AZURE_VM, "Virtual machine", "Compute") };
        let sku = format!("{what}:{}{}", instance.instance_type, if instance.windows { ":Windows" } else { "" });
        let hours = Amount::Hours(Decimal::ONE);
        let mut line = self.line(&instance.facts, true, (service, kind, &sku, "Hours"), price, hours, instance.made_at);
        line.until = instance.stopped_at;
        line.payment = match (instance.spot, instance.committed) {
            (true, _) => Payment::Spot(instance.private_ip.len() as u64 ^ instance.made_at.timestamp() as u64),
            (false, true) => Payment::Committed,
            (false, false) => Payment::Standard,
        };
        Some(line)
    }

    /// The control plane of a cluster, by the hour: its nodes are machines. Free of charge in AKS's free tier.
    fn cluster(&self, cluster: &Cluster) -> Option<Line> {
        let (service, kind) = if self.is_aws() { (EKS, "cluster") } else { (AKS, "Kubernetes service") };
        let (sku, points) = match (self.is_aws(), cluster.tier) {
            (true, _) if prices::is_in_extended_support(cluster.version) => ("ExtendedSupport", 6000),
            (true, _) => ("PerCluster", 1000),
            (false, "premium") => ("Premium", 6000),
            (false, "standard") => ("Standard", 1000),
            (false, _) => return None,
        };
        let from = cluster.facts.created_at?;
        let what = (service, kind, sku, "Hours");
        Some(self.line(&cluster.facts, false, what, self.price(points), Amount::Hours(Decimal::ONE), from))
    }
}

/// A part of a GiB-month for each day.
fn gib_month_a_day(gib: i64) -> Amount {
    Amount::Daily(Decimal::new(gib * 1_000_000 / 30, 6).normalize())
}

fn regional(spot: Spot<'_>) -> Vec<Line> {
    let make = Regional { spot };
    let region = spot.region();
    let is_aws = spot.place.is_aws();
    let hours = Amount::Hours(Decimal::ONE);
    let mut lines: Vec<Line> = region.instances.iter().filter_map(|instance| make.instance(instance)).collect();
    for volume in &region.volumes {
        let (service, kind) = if is_aws { (EBS, "volume") } else { (AZURE_DISK, "Disk") };
        let price = prices::volume_month(volume.volume_type, spot.place.region);
        let sku = format!("VolumeUsage.{}", volume.volume_type);
        let what = (service, kind, sku.as_str(), "GB-Month");
        lines.push(make.line(&volume.facts, true, what, price, gib_month_a_day(volume.size_gib), volume.made_at));
    }
    for snapshot in &region.snapshots {
        let (service, kind) = if is_aws { (EBS, "snapshot") } else { (AZURE_DISK, "Snapshot") };
        let what = (service, kind, "SnapshotUsage", "GB-Month");
        // Snapshots keep changed blocks only: about a third of the volume.
        let amount = gib_month_a_day((snapshot.size_gib / 3).max(1));
        let price = make.price(if snapshot.archived { 125 } else { 500 });
        lines.push(make.line(&snapshot.facts, false, what, price, amount, snapshot.made_at));
    }
    for ip in &region.public_ips {
        let (service, kind) = if is_aws { (VPC, "elastic-ip") } else { (AZURE_NETWORK, "Public IP address") };
        let what = (service, kind, "PublicIPv4", "Hours");
        lines.push(make.line(&ip.facts, false, what, make.price(50), hours, ip.made_at));
    }
    for nat in region.networks.iter().flat_map(|network| &network.nats) {
        let (service, kind) = if is_aws { (EC2, "natgateway") } else { (AZURE_NAT, "NAT gateway") };
        let from = first_day(spot);
        let what = (Service { category: "Networking", subcategory: "Network Infrastructure", ..service }, kind);
        lines.push(make.line(
            &nat.facts,
            false,
            (what.0, what.1, "NatGateway-Hours", "Hours"),
            make.price(450),
            hours,
            from,
        ));
        let seed = from.timestamp() as u64 ^ nat.address.len() as u64 ^ lines.len() as u64;
        let traffic = Amount::Varying { thousandths: 20_000 + (unit(seed) * 200_000.0) as i64, seed };
        lines.push(make.line(
            &nat.facts,
            false,
            (what.0, what.1, "NatGateway-Bytes", "GB"),
            make.price(450),
            traffic,
            from,
        ));
    }
    for lb in &region.load_balancers {
        let (service, kind) = match (is_aws, lb.sort) {
            (true, _) => (ELB, "loadbalancer"),
            (false, "application") => (AZURE_GATEWAY, "Application gateway"),
            (false, _) => (AZURE_LB, "Load balancer"),
        };
        let what = (service, kind, "LoadBalancerUsage", "Hours");
        lines.push(make.line(&lb.facts, false, what, make.price(290), hours, lb.made_at));
    }
    for database in &region.databases {
        let (service, kind) = if is_aws { (RDS, "db") } else { (AZURE_SQL, "SQL database") };
        let zones = Decimal::from(if database.multi_az { 2 } else { 1 });
        let sku = format!("InstanceUsage:{}", database.class);
        let price = prices::database_hour(database.class, spot.place.region);
        let what = (service, kind, sku.as_str(), "Hours");
        let mut line = make.line(&database.facts, false, what, price, Amount::Hours(zones), database.made_at);
        line.until = database.stopped_at;
        lines.push(line);
        let what = (service, kind, "StorageUsage", "GB-Month");
        let amount = gib_month_a_day(database.storage_gib);
        lines.push(make.line(&database.facts, false, what, make.price(1150), amount, database.made_at));
    }
    for function in &region.functions {
        let Some(usage) = function.usage else { continue };
        let (service, kind) = if is_aws { (LAMBDA, "function") } else { (AZURE_FUNCTIONS, "Function app") };
        let what = (service, kind, "GB-Second", "GB-Seconds");
        let amount = Amount::Varying { thousandths: usage * 1000, seed: usage as u64 };
        // $0.0000166667 for a GiB-second, as near as five digits come.
        let price = Decimal::new(16_667, 9);
        lines.push(make.line(&function.facts, false, what, price, amount, function.made_at));
    }
    lines.extend(region.clusters.iter().filter_map(|cluster| make.cluster(cluster)));
    lines.extend(shared(spot));
    lines
}

/// What no resource is named for: traffic out of the region, and monitoring.
fn shared(spot: Spot<'_>) -> Vec<Line> {
    let count = spot.region().instances.len() as i64;
    if count == 0 {
        return Vec::new();
    }
    let (transfer, monitor) =
        if spot.place.is_aws() { (TRANSFER, CLOUDWATCH) } else { (AZURE_BANDWIDTH, AZURE_MONITOR) };
    let line = |service, sku: &str, unit, points, thousandths, seed| Line {
        region: Some(spot.place.region),
        payment: Payment::Standard,
        price: prices::in_region(points, spot.place.region),
        amount: Amount::Varying { thousandths, seed },
        ..account_line(spot, service, &format!("{}-{sku}", spot.place.short().to_uppercase()), unit, first_day(spot))
    };
    let seed = unit(count as u64).to_bits();
    let mut lines = vec![
        line(transfer, "DataTransfer-Out-Bytes", "GB", 900, count * 4200, seed),
        line(monitor, "MetricMonitorUsage", "Metrics", 100, count * 900, seed ^ 1),
    ];
    if spot.place.plan.name == "prod" && spot.place.region == "us-east-1" {
        // Someone copied a data set out of the region: three days that stand out of the trend.
        let from = spot.estate.today() - TimeDelta::days(21);
        let mut copy = line(transfer, "DataTransfer-Out-Bytes", "GB", 900, count * 90_000, seed ^ 2);
        copy.from = from;
        copy.until = Some(from + TimeDelta::days(3));
        lines.push(copy);
    }
    lines
}

fn buckets(spot: Spot<'_>) -> Vec<Line> {
    let line = |bucket: &super::model::Bucket| {
        let at = spot.estate.find(spot.place.plan.id, bucket.region)?;
        let make = Regional { spot: at };
        let (service, kind) = if at.place.is_aws() { (S3, "bucket") } else { (AZURE_STORAGE, "Storage account") };
        let what = (service, kind, "TimedStorage", "GB-Month");
        let price = make.price(230);
        Some(make.line(&bucket.facts, true, what, price, gib_month_a_day(bucket.gib), bucket.made_at))
    };
    spot.buckets().iter().filter_map(line).collect()
}
