//! `subnets`: subnets of VPCs, by `ec2:DescribeSubnets`.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, name_tag, properties};
use crate::{arn, states};
use aws_sdk_ec2::types::Subnet;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::SUBNETS;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &SUBNETS, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeSubnets";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_subnets();
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.subnets)?.iter().map(|subnet| row(&f.place, subnet)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, subnet: &Subnet) -> Row {
    let id = subnet.subnet_id().unwrap_or_default();
    let owner = subnet.owner_id().unwrap_or(&place.account_id);
    let state = subnet.state().map(|state| state.as_str());
    let tags = ec2_tags(subnet.tags());
    place
        .row(&SUBNETS, id, arn::ec2_of(place, owner, "subnet", id))
        .with("zone", subnet.availability_zone())
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::network))
        .with("tags", tags)
        .with("network_id", subnet.vpc_id())
        .with("cidr_block", subnet.cidr_block())
        .with("available_ips", subnet.available_ip_address_count())
        .with("public_by_default", subnet.map_public_ip_on_launch())
        .with(
            "properties",
            properties(json!({
                "State": state,
                "OwnerId": subnet.owner_id(),
                "DefaultForAz": subnet.default_for_az(),
                "AvailabilityZoneId": subnet.availability_zone_id(),
                "Ipv6Native": subnet.ipv6_native(),
                "AssignIpv6AddressOnCreation": subnet.assign_ipv6_address_on_creation(),
                "OutpostArn": subnet.outpost_arn(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Value;

    #[test]
    fn a_subnet_that_another_account_shares_has_that_accounts_arn() {
        let subnet = Subnet::builder().subnet_id("subnet-1").vpc_id("vpc-1").owner_id("999900001111").build();
        let row = row(&Place::for_testing("eu-west-1"), &subnet);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1:999900001111:subnet/subnet-1"));
        assert_eq!(row.get("network_id"), &Value::from("vpc-1"));
        assert_eq!(row.get("state"), &Value::from("unknown"));
    }
}
