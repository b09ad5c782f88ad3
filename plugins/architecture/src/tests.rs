//! What the scanner reads out of bills.

use super::Architecture;
use guest_sdk::{Error, Fake, Value};

const COLUMNS: &str = "provider, SubAccountId, RegionId, BillingCurrency, ChargeCategory, CommitmentDiscountStatus, \
                       CommitmentDiscountId, ServiceName, SkuMeter, ChargeDescription, cost decimal";

/// A charge: provider, region, category, meter and cost.
fn charge(provider: &str, region: &str, category: &str, meter: &str, cost: &str) -> Vec<Value> {
    let texts = [provider, "111122223333", region, "USD", category].map(Value::from);
    let said = [Value::Null, Value::Null, "Some service".into(), meter.into(), Value::Null, cost.into()];
    texts.into_iter().chain(said).collect()
}

/// A charge that says what it is in other columns: its service, its meter and its description.
fn said(provider: &str, [service, meter, description]: [Option<&str>; 3]) -> Vec<Value> {
    let mut charge = charge(provider, "eu-west-1", "Usage", "", "50");
    (charge[7], charge[8], charge[9]) = (service.into(), meter.into(), description.into());
    charge
}

#[track_caller]
fn shows(charge: &[Value], found: &[&str]) {
    let host = bill(vec![charge.to_vec()]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    let rules: Vec<_> = host.findings().into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, found, "{charge:?}");
    assert_eq!(host.rule_gaps(), [], "{charge:?}");
}

fn bill(charges: Vec<Vec<Value>>) -> Fake {
    Fake::new().table("costs", COLUMNS, charges)
}

#[track_caller]
fn check(meter: &str, found: &[&str]) {
    shows(&charge("aws", "eu-west-1", "Usage", meter, "50"), found);
}

#[test]
fn a_charge_is_known_by_its_usage_type_or_by_its_words() {
    check("EUW1-NatGateway-Bytes", &["nat-traffic"]);
    check(" $0.045 per GB Data Processed by NAT Gateways", &["nat-traffic"]);
    check("EUW1-NatGateway-Hours", &[]);
    check("EUW1-DataTransfer-Regional-Bytes", &["cross-zone-traffic"]);
    check("EUW1-DataTransfer-Out-Bytes", &[]);
    check("EUW1-EBS:VolumeUsage.gp2", &["gp2-storage"]);
    check("EUW1-EBS:VolumeUsage.gp3", &[]);
    check("EUW1-BoxUsage:m4.large", &["old-generation-compute"]);
    check("EUW1-SpotUsage:c4.large", &["old-generation-compute"]);
    check("EUW1-BoxUsage:m6i.large", &[]);
    check("EUW1-InstanceUsage:db.m4.large", &["old-generation-databases"]);
    check("EUW1-ExtendedSupport:Yr1-Yr2:MySQL5.7", &["extended-support"]);
    check("EUW1-PublicIPv4:IdleAddress", &["idle-addresses"]);
}

#[test]
fn a_bill_without_meters_is_read_by_its_descriptions() {
    let of = |description: &str, found: &[&str]| {
        shows(&said("aws", [Some("Amazon Elastic Compute Cloud"), None, Some(description)]), found);
    };
    of("$0.045 per GB Data Processed by NAT Gateways", &["nat-traffic"]);
    of("$0.045 per NAT Gateway Hour", &[]);
    of(
        "$0.010 per GB - regional data transfer - in/out/between EC2 AZs or using elastic IPs or ELB",
        &["cross-zone-traffic"],
    );
    of("$0.02 per GB - US West (Oregon) data transfer to EU (Ireland)", &[]);
    of("$0.119 per GB-month of General Purpose SSD (gp2) provisioned storage - EU (Frankfurt)", &["gp2-storage"]);
    of("$0.0464 per On Demand Linux t2.medium Instance Hour", &["old-generation-compute"]);
    of("m4.large Linux/UNIX Spot Instance-hour in US East (Virginia) in VPC Zone #1", &["old-generation-compute"]);
    of("Linux/UNIX (Amazon VPC), m4.large reserved instance applied", &["old-generation-compute"]);
    of("$0.17 per On Demand Linux c5.xlarge Instance Hour", &[]);
    of("$0.151 per m4.large.elasticsearch instance hour (or partial hour)", &[]);
    of(
        "USD 0.175 per db.m4.large Single-AZ instance hour (or partial hour) running MySQL",
        &["old-generation-databases"],
    );
    of("USD 0.023 per db.t3.micro Single-AZ instance hour (or partial hour) running SQL Server Exp (LI)", &[]);
    of(
        "USD 0.10 per hour per vCPU running RDS Extended Support for MySQL 5.7 in Year 1, Year 2",
        &["extended-support"],
    );
    of("$0.005 per Idle public IPv4 address per hour", &["idle-addresses"]);
    of("$0.005 per In-use public IPv4 address per hour", &[]);
    of("AWS Marketplace hourly software usage|us-east-1|m4.2xlarge", &[]);
}

#[test]
fn traffic_between_zones_has_two_usage_types() {
    check("USE1-DataTransfer-xAZ-In-Bytes", &["cross-zone-traffic"]);
    check("USW2-DataTransfer-Regional-Bytes", &["cross-zone-traffic"]);
}

#[test]
fn azure_writes_the_product_and_then_the_meter() {
    let of = |service, meter, description, found: &[&str]| shows(&said("azure", [service, meter, description]), found);
    of(Some("Virtual Network"), None, Some("NAT Gateway - Standard Data Processed"), &["nat-traffic-azure"]);
    of(None, Some("Standard Data Processed"), Some("NAT Gateway - Standard"), &["nat-traffic-azure"]);
    of(Some("NAT Gateway"), Some("Standard Data Processed"), None, &["nat-traffic-azure"]);
    of(Some("Virtual Network"), None, Some("NAT Gateway - Standard Gateway"), &[]);
    of(Some("Virtual Network"), None, Some("Load Balancer - Standard Data Processed"), &[]);
}

#[test]
fn usage_of_which_the_bill_does_not_say_what_it_is_is_a_gap() {
    let silent = said("aws", [Some("Amazon Elastic Compute Cloud"), None, None]);
    let mut little = said("azure", [None, None, Some(" ")]);
    little[10] = "9.99".into();
    let host = bill(vec![silent, little, charge("aws", "eu-west-1", "Usage", "BoxUsage:m4.large", "20")]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), ["old-generation-compute aws:111122223333:eu-west-1"]);
    let gaps = host.rule_gaps();
    let why = "neither `SkuMeter` nor `ChargeDescription` says what usage of aws is that cost 50 USD in 30 days";
    assert!(gaps.iter().all(|gap| gap.message == why), "{gaps:?}");
    let of_aws = super::signs::ALL.iter().filter(|sign| sign.provider == Some("aws"));
    assert_eq!(gaps.len(), of_aws.count(), "what could not be decided");
}

#[test]
fn usage_that_is_not_said_is_a_gap_of_its_account_alone() {
    let silent = |account: &str, region: Option<&str>, cost: &str| {
        let mut charge = said("aws", [Some("Amazon Elastic Compute Cloud"), None, None]);
        (charge[1], charge[2], charge[10]) = (account.into(), region.into(), cost.into());
        charge
    };
    let host = bill(vec![
        silent("444455556666", Some("eu-west-1"), "50"),
        // Too little for a finding, were it all that there is.
        silent("777788889999", None, "2.50"),
        charge("aws", "eu-west-1", "Usage", "BoxUsage:m4.large", "20"),
    ]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    let of_one = host.rule_gaps().into_iter().filter(|gap| gap.rule == "nat-traffic").map(|gap| {
        let place = gap.scope.expect("a place");
        (format!("{}/{}/{}", place.provider, place.account_id, place.region), gap.message)
    });
    let why = |sum: &str| {
        format!("neither `SkuMeter` nor `ChargeDescription` says what usage of aws is that cost {sum} USD in 30 days")
    };
    let expected = [("aws/444455556666/eu-west-1", why("50")), ("aws/777788889999/*", why("2.5"))];
    assert_eq!(of_one.collect::<Vec<_>>(), expected.map(|(place, why)| (place.to_owned(), why)));
}

#[test]
fn charges_of_one_text_are_told_apart() {
    let twice = ["20", "30"].map(|cost| charge("aws", "eu-west-1", "Usage", "BoxUsage:m4.large", cost));
    let host = bill(twice.into());
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    let evidence = &host.findings()[0].evidence;
    let said: Vec<_> = evidence[3..].iter().map(|fact| (fact.name.as_str(), fact.value.clone())).collect();
    assert_eq!(said, [("BoxUsage:m4.large", "30".into()), ("BoxUsage:m4.large (2)", "20".into())]);
}

#[test]
fn charges_of_one_place_are_one_finding_with_the_largest_of_them() {
    let many =
        (1..=7).map(|cost| charge("aws", "eu-west-1", "Usage", &format!("BoxUsage:m4.{cost}"), &format!("{cost}.5")));
    let elsewhere = charge("aws", "us-east-1", "Usage", "BoxUsage:m4.large", "10");
    let little = charge("aws", "eu-north-1", "Usage", "BoxUsage:m4.large", "9.99");
    let host = bill(many.chain([elsewhere, little]).collect());
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    let found =
        ["old-generation-compute aws:111122223333:eu-west-1", "old-generation-compute aws:111122223333:us-east-1"];
    assert_eq!(host.found(), found);
    let evidence = &host.findings()[0].evidence;
    let said: Vec<_> = evidence.iter().map(|fact| (fact.name.as_str(), fact.value.clone())).collect();
    assert_eq!(said[0], ("cost_30d", "31.5".into()));
    assert_eq!(said[2], ("kinds_of_charges", 7_i64.into()));
    assert_eq!((said[3].clone(), said.len()), (("BoxUsage:m4.7", "7.5".into()), 8));
}

#[test]
fn purchases_credits_and_other_providers_are_no_usage() {
    let host = bill(vec![
        charge("aws", "eu-west-1", "Credit", "EUW1-NatGateway-Bytes", "50"),
        charge("azure", "westeurope", "Usage", "VolumeUsage.gp2", "50"),
        charge("azure", "westeurope", "Usage", "WEU-NatGateway-Bytes", "50"),
    ]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), ["nat-traffic-azure azure:111122223333:westeurope"]);
}

#[test]
fn what_a_commitment_has_over_is_found_by_its_id() {
    let mut unused = charge("aws", "eu-west-1", "Usage", "ComputeSP:1yrNoUpfront", "120");
    unused[5] = "Unused".into();
    unused[6] = "arn:aws:savingsplans::111122223333:savingsplan/sp-1".into();
    let mut used = unused.clone();
    used[5] = "Used".into();
    let host = bill(vec![unused, used]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), ["idle-commitment arn:aws:savingsplans::111122223333:savingsplan/sp-1"]);
    assert_eq!(host.findings()[0].evidence[0].value, "120".into());
}

#[test]
fn what_the_bill_says_no_region_of_is_in_no_region() {
    let mut unused = charge("aws", "", "Usage", "ComputeSP:1yrNoUpfront", "120");
    (unused[2], unused[5], unused[6]) = (Value::Null, "Unused".into(), "sp-1".into());
    let host = bill(vec![unused, charge("aws", "", "Usage", "EUW1-NatGateway-Bytes", "50")]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.found(), ["idle-commitment sp-1", "nat-traffic aws:111122223333:"]);
    for finding in host.findings() {
        let resource = finding.resource;
        assert_eq!((resource.account_id.as_deref(), resource.region.as_deref()), (Some("111122223333"), None));
    }
}

#[test]
fn a_bill_that_is_not_there_is_no_good_bill() {
    let host = bill(vec![]);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.rule_gaps().len(), super::signs::ALL.len());
    assert_eq!(host.rule_gaps()[0].message, "the bill has no charge in the 30 days before 2026-11-26");
    let denied = Error::Denied { message: "`costs` is not granted".to_owned(), code: "table_not_granted".to_owned() };
    let host = Fake::new().failing_table("costs", denied);
    host.scan::<Architecture>(&[]).expect("the scan ends well");
    assert_eq!(host.rule_gaps()[0].message, "`costs` is not granted");
}
