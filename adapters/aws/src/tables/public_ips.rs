//! `public_ips`: Elastic IP addresses, by `ec2:DescribeAddresses`, which gives all at once.

use super::calls;
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::listed;
use crate::place::{Place, ec2_tags, filled, name_tag, properties};
use aws_sdk_ec2::types::Address;
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::PUBLIC_IPS;
use schema::{Row, State};
use serde_json::json;

pub(crate) static SUPPORT: TableSupport = TableSupport { table: &PUBLIC_IPS, costly: &[], pushes: &[] };

const ACTION: &str = "ec2:DescribeAddresses";

pub(crate) fn estimate(_: &FetchRequest) -> Vec<CallEstimate> {
    vec![calls(ACTION, 1)]
}

pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let send = || f.clients().ec2.describe_addresses().customize().config_override(f.here()).send();
    let all = f.call(ACTION, send).await?;
    f.emit(listed(ACTION, &all.addresses)?.iter().map(|address| row(&f.place, address)).collect()).await
}

pub(super) fn row(place: &Place, address: &Address) -> Row {
    // Addresses from before VPCs have no allocation id; the address is their name.
    let id = filled(address.allocation_id()).or(address.public_ip()).unwrap_or_default();
    let instance = filled(address.instance_id());
    let held_by = filled(address.network_interface_id()).or(instance);
    let is_used = held_by.is_some() || filled(address.association_id()).is_some();
    let tags = ec2_tags(address.tags());
    place
        .row(&PUBLIC_IPS, id, arn::ec2(place, "elastic-ip", id))
        .with("name", name_tag(&tags))
        .with("state", if is_used { State::InUse } else { State::Available })
        .with("tags", tags)
        .with("address", address.public_ip())
        .with("associated_with", held_by.or(filled(address.association_id())))
        .with("instance_id", instance)
        .with(
            "properties",
            properties(json!({
                "Domain": address.domain().map(|domain| domain.as_str()),
                "AssociationId": address.association_id(),
                "PrivateIpAddress": address.private_ip_address(),
                "NetworkInterfaceOwnerId": address.network_interface_owner_id(),
                "NetworkBorderGroup": address.network_border_group(),
                "PublicIpv4Pool": address.public_ipv4_pool(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::Value;

    #[test]
    fn an_address_that_nothing_holds_is_available() {
        let address = Address::builder().allocation_id("eipalloc-1").public_ip("203.0.113.7").instance_id("").build();
        let row = row(&Place::for_testing("eu-west-1"), &address);
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("associated_with"), &Value::Null);
        assert_eq!(row.get("resource_id"), &Value::from("arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-1"));
    }

    #[test]
    fn an_address_on_an_instance_names_interface_and_instance() {
        let address = Address::builder().allocation_id("eipalloc-1").instance_id("i-1").network_interface_id("eni-1");
        let row = row(&Place::for_testing("eu-west-1"), &address.build());
        assert_eq!(row.get("state"), &Value::from("in_use"));
        assert_eq!(row.get("associated_with"), &Value::from("eni-1"));
        assert_eq!(row.get("instance_id"), &Value::from("i-1"));
    }
}
