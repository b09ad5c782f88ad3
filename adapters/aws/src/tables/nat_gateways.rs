//! `nat_gateways`: NAT gateways, by `ec2:DescribeNatGateways`.

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, ec2_tags, filled, name_tag, properties, time};
use crate::{arn, states};
use aws_sdk_ec2::types::NatGateway;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::NAT_GATEWAYS;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &NAT_GATEWAYS, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeNatGateways";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().ec2.describe_nat_gateways();
            let request = request.max_results(f.page_size(5, 1000)).set_next_token(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        f.emit(listed(ACTION, &page.nat_gateways)?.iter().map(|gateway| row(&f.place, gateway)).collect()).await?;
        pages.turn(page.next_token)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

pub(super) fn row(place: &Place, gateway: &NatGateway) -> Row {
    let id = gateway.nat_gateway_id().unwrap_or_default();
    let state = gateway.state().map(|state| state.as_str());
    let tags = ec2_tags(gateway.tags());
    let addresses = gateway.nat_gateway_addresses().iter();
    let public: Vec<String> = addresses.filter_map(|a| filled(a.public_ip()).map(str::to_owned)).collect();
    place
        .row(&NAT_GATEWAYS, id, arn::ec2(place, "natgateway", id))
        .with("name", name_tag(&tags))
        .with("state", state.map_or(State::Unknown, states::network))
        .with("created_at", time(gateway.create_time()))
        .with("tags", tags)
        .with("network_id", filled(gateway.vpc_id()))
        .with("subnet_id", filled(gateway.subnet_id()))
        .with("public_ips", public)
        .with("connectivity", gateway.connectivity_type().map(|word| word.as_str()))
        .with(
            "properties",
            properties(json!({
                "State": state,
                "FailureCode": gateway.failure_code(),
                "FailureMessage": gateway.failure_message(),
                "DeleteTime": time(gateway.delete_time()),
                "AvailabilityMode": gateway.availability_mode().map(|word| word.as_str()),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{ConnectivityType, NatGatewayAddress, NatGatewayState};
    use schema::Value;

    #[test]
    fn a_gateway_lists_its_public_addresses() {
        let gateway = NatGateway::builder()
            .nat_gateway_id("nat-1")
            .state(NatGatewayState::Available)
            .connectivity_type(ConnectivityType::Public)
            .nat_gateway_addresses(NatGatewayAddress::builder().public_ip("203.0.113.7").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &gateway);
        assert_eq!(row.get("public_ips"), &Value::List(vec!["203.0.113.7".to_owned()]));
        assert_eq!(row.get("connectivity"), &Value::from("public"));
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-1"));
    }
}
