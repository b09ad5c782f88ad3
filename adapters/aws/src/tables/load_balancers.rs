//! `load_balancers`: load balancers of both generations, by `elasticloadbalancing:DescribeLoadBalancers`.
//!
//! The classic ones, of the first generation, are another service with the same permissions (see [`classic`]).

pub(super) mod classic;

use super::calls;
use crate::fetch::Fetch;
use crate::pages::{Pages, listed};
use crate::place::{Place, filled, properties, tags, time};
use crate::states;
use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer, TagDescription};
use engine::FetchError;
use engine::source::{CallEstimate, FetchRequest, TableSupport};
use schema::tables::LOAD_BALANCERS;
use schema::{Row, State, Value};
use serde_json::json;

/// Tags come by a call of their own, 20 load balancers at a time.
pub(crate) static SUPPORT: TableSupport = TableSupport { table: &LOAD_BALANCERS, costly: &[&["tags"]], pushes: &[] };

const ACTION: &str = "elasticloadbalancing:DescribeLoadBalancers";
const TAGS_ACTION: &str = "elasticloadbalancing:DescribeTags";

/// The API takes at most so many ARNs in one call.
const ARNS_A_CALL: usize = 20;

pub(crate) fn estimate(request: &FetchRequest) -> Vec<CallEstimate> {
    let tags = request.wants("tags").then(|| calls(TAGS_ACTION, 1));
    // One for each generation.
    [calls(ACTION, 2)].into_iter().chain(tags).collect()
}

/// Reads both generations. One that cannot be read leaves the other's rows.
pub(crate) async fn fetch(f: &Fetch<'_>) -> Result<(), FetchError> {
    let current = current(f).await;
    if f.has_enough() {
        return current;
    }
    let (lost, error) = match (current, classic::fetch(f).await) {
        (Ok(()), Ok(())) => return Ok(()),
        // They have one permission, so what refuses one refuses the other: it is said once.
        (Err(error), Err(_)) => return Err(error),
        (Err(error), Ok(())) => ("application, network and gateway load balancers", error),
        (Ok(()), Err(error)) => ("classic load balancers", error),
    };
    f.cx.gap(&[], Some(lost.to_owned()), error).await
}

async fn current(f: &Fetch<'_>) -> Result<(), FetchError> {
    let mut wants_tags = f.request.wants("tags");
    let mut pages = Pages::of(ACTION);
    while let Some(token) = pages.token() {
        let send = || {
            let request = f.clients().elb.describe_load_balancers();
            let request = request.page_size(f.page_size(1, 400)).set_marker(token.clone());
            request.customize().config_override(f.here()).send()
        };
        let page = f.call(ACTION, send).await?;
        let mut rows: Vec<Row> =
            listed(ACTION, &page.load_balancers)?.iter().map(|balancer| row(&f.place, balancer)).collect();
        if wants_tags && let Err(error) = fill_tags(f, &mut rows).await {
            // The next page's would fail too; asking on would only be more calls.
            wants_tags = false;
            f.cx.gap(&["tags"], None, error).await?;
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
    for chunk in rows.chunks_mut(ARNS_A_CALL) {
        let arns: Vec<String> = chunk.iter().filter_map(arn_of).collect();
        let send = || {
            let request = f.clients().elb.describe_tags().set_resource_arns(Some(arns.clone()));
            request.customize().config_override(f.here()).send()
        };
        let reply = f.call(TAGS_ACTION, send).await?;
        let descriptions = listed(TAGS_ACTION, &reply.tag_descriptions)?;
        for row in chunk {
            let arn = arn_of(row);
            let described = descriptions.iter().find(|one| one.resource_arn() == arn.as_deref());
            row.set("tags", described.map(tags_of));
        }
    }
    Ok(())
}

fn arn_of(row: &Row) -> Option<String> {
    match row.get("resource_id") {
        Value::Text(arn) => Some(arn.clone()),
        _ => None,
    }
}

fn tags_of(described: &TagDescription) -> std::collections::BTreeMap<String, String> {
    tags(described.tags().iter().map(|tag| (tag.key(), tag.value())))
}

pub(super) fn row(place: &Place, balancer: &LoadBalancer) -> Row {
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    let name = balancer.load_balancer_name();
    let state = balancer.state().and_then(|state| state.code()).map(|code| code.as_str());
    let subnets = balancer.availability_zones().iter();
    let subnets: Vec<String> = subnets.filter_map(|zone| zone.subnet_id().map(str::to_owned)).collect();
    place
        .row(&LOAD_BALANCERS, name.unwrap_or(arn), arn.to_owned())
        .with("name", name)
        .with("state", state.map_or(State::Unknown, states::load_balancer))
        .with("created_at", time(balancer.created_time()))
        .with("load_balancer_type", balancer.r#type().map(|kind| kind.as_str()))
        .with("scheme", balancer.scheme().map(|scheme| scheme.as_str()))
        .with("dns_name", filled(balancer.dns_name()))
        .with("network_id", filled(balancer.vpc_id()))
        .with("subnet_ids", subnets)
        .with("security_group_ids", balancer.security_groups().to_vec())
        .with(
            "properties",
            properties(json!({
                "State": state,
                "Reason": balancer.state().and_then(|state| state.reason()),
                "IpAddressType": balancer.ip_address_type().map(|word| word.as_str()),
                "CanonicalHostedZoneId": balancer.canonical_hosted_zone_id(),
            })),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::{
        AvailabilityZone, LoadBalancerSchemeEnum, LoadBalancerState, LoadBalancerStateEnum, LoadBalancerTypeEnum,
    };

    #[test]
    fn a_load_balancer_keeps_its_own_arn_and_its_tags_are_unknown_until_asked_for() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
        let balancer = LoadBalancer::builder()
            .load_balancer_arn(arn)
            .load_balancer_name("web")
            .r#type(LoadBalancerTypeEnum::Application)
            .scheme(LoadBalancerSchemeEnum::InternetFacing)
            .state(LoadBalancerState::builder().code(LoadBalancerStateEnum::ActiveImpaired).build())
            .availability_zones(AvailabilityZone::builder().subnet_id("subnet-1").build())
            .build();
        let row = row(&Place::for_testing("eu-west-1"), &balancer);
        assert_eq!(row.get("resource_id"), &Value::from(arn));
        assert_eq!(row.get("native_id"), &Value::from("web"));
        assert_eq!(row.get("state"), &Value::from("available"));
        assert_eq!(row.get("scheme"), &Value::from("internet-facing"));
        assert_eq!(row.get("subnet_ids"), &Value::List(vec!["subnet-1".to_owned()]));
        assert_eq!(row.get("tags"), &Value::Null);
    }
}
