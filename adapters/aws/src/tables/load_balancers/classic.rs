//! Classic load balancers: the API of 2012, which has no ARNs, no states, and tags by name.

use super::{ACTION, TAGS_ACTION};
use crate::arn;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, filled, properties, tags, time};
use aws_sdk_elasticloadbalancing::types::{LoadBalancerDescription, TagDescription};
use engine::FetchError;
use schema::tables::LOAD_BALANCERS;
use schema::{Row, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// The API takes at most so many names in one call.
const NAMES_A_CALL: usize = 20;

pub(super) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut wants_tags = f.request.wants("tags");
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().classic_elb.describe_load_balancers();
            let request = request.page_size(f.page_size(1, 400)).set_marker(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let balancers = listed(ACTION, &page.load_balancer_descriptions)?;
        let mut rows: Vec<Row> = balancers.iter().map(|balancer| row(&f.place, balancer)).collect();
        if wants_tags && let Err(error) = fill_tags(f, &mut rows).await {
            // The next page's would fail too; asking on would only be more calls.
            wants_tags = false;
            f.cx.gap(&["tags"], Some("classic load balancers".to_owned()), error).await?;
        }
        f.emit(rows).await?;
        pages.turn(page.next_marker)?;
        if f.has_enough() {
            pages.stop();
        }
    }
    Ok(())
}

async fn fill_tags(f: &Fetch<'_>, rows: &mut [Row]) -> Result<(), FetchError> {
    for chunk in rows.chunks_mut(NAMES_A_CALL) {
        let names: Vec<String> = chunk.iter().filter_map(name_of).collect();
        let send = || {
            let request = f.clients().classic_elb.describe_tags().set_load_balancer_names(Some(names.clone()));
            request.customize().config_override(f.here()).send()
        };
        let reply = f.call(TAGS_ACTION, send).await?;
        let descriptions = listed(TAGS_ACTION, &reply.tag_descriptions)?;
        for row in chunk {
            let name = name_of(row);
            let described = descriptions.iter().find(|one| one.load_balancer_name() == name.as_deref());
            row.set("tags", described.map(tags_of));
        }
    }
    Ok(())
}

fn name_of(row: &Row) -> Option<String> {
    match row.get("native_id") {
        Value::Text(name) => Some(name.clone()),
        _ => None,
    }
}

fn tags_of(described: &TagDescription) -> BTreeMap<String, String> {
    tags(described.tags().iter().map(|tag| (Some(tag.key()), tag.value())))
}

pub(in crate::tables) fn row(place: &Place, balancer: &LoadBalancerDescription) -> Row {
    let name = balancer.load_balancer_name().unwrap_or_default();
    place
        .row(&LOAD_BALANCERS, name, arn::classic_load_balancer(place, name))
        .with("name", name)
        .with("native_type", "AWS::ElasticLoadBalancing::LoadBalancer")
        .with("created_at", time(balancer.created_time()))
        .with("load_balancer_type", "classic")
        .with("scheme", filled(balancer.scheme()))
        .with("dns_name", filled(balancer.dns_name()))
        // One from before there were networks has none.
        .with("network_id", filled(balancer.vpc_id()))
        .with("subnet_ids", balancer.subnets().to_vec())
        .with("security_group_ids", balancer.security_groups().to_vec())
        .with("properties", words(balancer))
}

fn words(balancer: &LoadBalancerDescription) -> serde_json::Value {
    let listeners = balancer.listener_descriptions().iter().filter_map(|one| one.listener());
    properties(json!({
        "AvailabilityZones": balancer.availability_zones(),
        "Instances": balancer.instances().iter().filter_map(|one| one.instance_id()).collect::<Vec<_>>(),
        "Listeners": listeners.map(|listener| json!({
            "Protocol": listener.protocol(),
            "LoadBalancerPort": listener.load_balancer_port(),
            "InstanceProtocol": listener.instance_protocol(),
            "InstancePort": listener.instance_port(),
        })).map(properties).collect::<Vec<_>>(),
        "HealthCheckTarget": balancer.health_check().map(|check| check.target()),
        "CanonicalHostedZoneNameID": balancer.canonical_hosted_zone_name_id(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancing::types::Instance;

    #[test]
    fn a_classic_load_balancer_gets_the_arn_that_bills_and_policies_know_it_by() {
        let balancer = LoadBalancerDescription::builder()
            .load_balancer_name("old-web")
            .dns_name("old-web-1234567890.eu-west-1.elb.amazonaws.com")
            .scheme("internal")
            .subnets("subnet-1")
            .security_groups("sg-1")
            .instances(Instance::builder().instance_id("i-1").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &balancer);
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/old-web";
        assert_eq!(row.get("resource_id"), &Value::from(arn));
        assert_eq!(row.get("load_balancer_type"), &Value::from("classic"));
        assert_eq!(row.get("native_type"), &Value::from("AWS::ElasticLoadBalancing::LoadBalancer"));
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("network_id"), &Value::Null);
        assert_eq!(row.get("tags"), &Value::Null);
        assert_eq!(row.get("properties"), &Value::Json(json!({ "Instances": ["i-1"] })));
    }
}
