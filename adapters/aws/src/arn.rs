//! Amazon Resource Names: how those are made that the APIs do not give, and read those that they do.

use crate::place::Place;

/// The partition that a region lies in.
pub(crate) fn partition(region: &str) -> &'static str {
    const PREFIXES: &[(&str, &str)] = &[
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

/// The region in which a partition keeps what it has once: organisations, Cost Explorer.
pub(crate) fn home_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-iso-e" => "eu-isoe-west-1",
        "aws-iso-f" => "us-isof-south-1",
        "aws-eusc" => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

/// The ARN of something in EC2 that an account owns.
pub(crate) fn ec2(place: &Place, kind: &str, id: &str) -> String {
    ec2_of(place, &place.account_id, kind, id)
}

/// The ARN of something in EC2 that may belong to another account than the one that sees it.
pub(crate) fn ec2_of(place: &Place, owner: &str, kind: &str, id: &str) -> String {
    format!("arn:{}:ec2:{}:{owner}:{kind}/{id}", partition(&place.region), place.region)
}

/// The ARN of a snapshot or an image: these carry no account.
pub(crate) fn ec2_without_account(place: &Place, kind: &str, id: &str) -> String {
    ec2_of(place, "", kind, id)
}

/// The ARN of a classic load balancer. Those of the second generation say their own, and have their type before the name.
pub(crate) fn classic_load_balancer(place: &Place, name: &str) -> String {
    let (region, account) = (&place.region, &place.account_id);
    format!("arn:{}:elasticloadbalancing:{region}:{account}:loadbalancer/{name}", partition(region))
}

/// The ARN of a bucket.
pub(crate) fn bucket(region: &str, name: &str) -> String {
    format!("arn:{}:s3:::{name}", partition(region))
}

/// The ARN of a role.
pub(crate) fn role(partition: &str, account_id: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account_id}:role/{}", name.trim_start_matches('/'))
}

/// The ARN that stands for an account as such.
pub(crate) fn account(partition: &str, account_id: &str) -> String {
    format!("arn:{partition}:iam::{account_id}:root")
}

/// The account that an ARN names, if it names one.
pub(crate) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|id| !id.is_empty())
}

/// The instance id in an instance's ARN, where the ARN is of this account and region.
pub(crate) fn instance_id<'a>(place: &Place, arn: &'a str) -> Option<&'a str> {
    let (front, id) = arn.rsplit_once('/')?;
    (format!("{front}/{id}") == ec2(place, "instance", id)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_partition_region_account_and_kind() {
        let place = Place::for_testing("cn-north-1");
        assert_eq!(ec2(&place, "instance", "i-1"), "arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-1");
        let place = Place::for_testing("eu-west-1");
        assert_eq!(ec2_without_account(&place, "snapshot", "snap-1"), "arn:aws:ec2:eu-west-1::snapshot/snap-1");
        assert_eq!(bucket("us-gov-west-1", "logs"), "arn:aws-us-gov:s3:::logs");
        assert_eq!(account_of("arn:aws:iam::111122223333:role/Reader"), Some("111122223333"));
        assert_eq!(account_of("arn:aws:s3:::logs"), None);
        assert_eq!(instance_id(&place, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"), Some("i-1"));
        assert_eq!(instance_id(&place, "arn:aws:ec2:us-east-1:111122223333:instance/i-1"), None);
    }
}
