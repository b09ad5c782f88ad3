//! `networks`: VPCs, by `ec2:DescribeVpcs`.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, name_tag, properties};
use crate::{arn, states};
use aws_sdk_ec2::types::Vpc;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::NETWORKS;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &NETWORKS, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeVpcs";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_vpcs();
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.vpcs)?.iter().map(|vpc| row(&f.place, vpc)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, vpc: &Vpc) -> Row {
    let id = vpc.vpc_id().unwrap_or_default();
    let owner = vpc.owner_id().unwrap_or(&place.account_id);
    let state = vpc.state().map(|state| state.as_str());
    let tags = ec2_tags(vpc.tags());
    place
        .row(&NETWORKS, id, arn::ec2_of(place, owner, "vpc", id))
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::network))
        .with("tags", tags)
        .with("cidr_blocks", cidr_blocks(vpc))
        .with("is_default", vpc.is_default())
        .with(
            "properties",
            properties(json!({
                "State": state,
                "OwnerId": vpc.owner_id(),
                "DhcpOptionsId": vpc.dhcp_options_id(),
                "InstanceTenancy": vpc.instance_tenancy().map(|tenancy| tenancy.as_str()),
            })),
        )
}

/// IPv4 ranges, the first one first, then IPv6 ranges. A range that is no longer associated is none.
fn cidr_blocks(vpc: &Vpc) -> Vec<String> {
    let mut blocks: Vec<String> = vpc.cidr_block().map(str::to_owned).into_iter().collect();
    let v4 = vpc.cidr_block_association_set().iter().filter_map(|set| {
        let state = set.cidr_block_state().and_then(|state| state.state()).map(|state| state.as_str());
        set.cidr_block().filter(|_| !is_gone(state))
    });
    let v6 = vpc.ipv6_cidr_block_association_set().iter().filter_map(|set| {
        let state = set.ipv6_cidr_block_state().and_then(|state| state.state()).map(|state| state.as_str());
        set.ipv6_cidr_block().filter(|_| !is_gone(state))
    });
    for block in v4.chain(v6) {
        if !block.is_empty() && !blocks.iter().any(|known| known == block) {
            blocks.push(block.to_owned());
        }
    }
    blocks
}

fn is_gone(state: Option<&str>) -> bool {
    matches!(state, Some("disassociated" | "failed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{VpcCidrBlockAssociation, VpcState};
    use schema::Value;

    #[test]
    fn a_network_lists_each_range_once() {
        let set = |cidr: &str| VpcCidrBlockAssociation::builder().cidr_block(cidr).build();
        let vpc = Vpc::builder()
            .vpc_id("vpc-1")
            .state(VpcState::Available)
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(set("10.0.0.0/16"))
            .cidr_block_association_set(set("10.1.0.0/16"))
            .is_default(false)
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &vpc);
        assert_eq!(row.get("cidr_blocks"), &Value::List(vec!["10.0.0.0/16".to_owned(), "10.1.0.0/16".to_owned()]));
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"));
    }
}
