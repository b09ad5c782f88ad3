//! Elastic Load Balancing v2.

use crate::call::{Call, Refusal};
use crate::estate::LoadBalancer;
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

/// The largest page, and the default.
const LARGEST: usize = 400;
/// How many ARNs one `DescribeTags` may name.
const MOST_TAGGED: usize = 20;

pub(crate) fn describe_load_balancers(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let all = &call.here()?.load_balancers;
    let (arns, names) = (form.list("LoadBalancerArns.member"), form.list("Names.member"));
    let wanted = |lb: &&LoadBalancer| {
        (arns.is_empty() || arns.contains(&lb.arn.as_str())) && (names.is_empty() || names.contains(&lb.name.as_str()))
    };
    let chosen: Vec<&LoadBalancer> = all.iter().filter(wanted).collect();
    if chosen.is_empty() && !(arns.is_empty() && names.is_empty()) {
        return Err(Refusal::new(400, "LoadBalancerNotFound", "One or more load balancers not found"));
    }
    let size = match form.number("PageSize")? {
        Some(size) if !(1..=LARGEST).contains(&size) => {
            return Err(Refusal::new(400, "ValidationError", "PageSize must be between 1 and 400"));
        }
        size => size.unwrap_or(LARGEST),
    };
    let (range, next) =
        call.page(form.get("Marker"), size, chosen.len()).map_err(|bad| bad.refused("ValidationError"))?;
    let mut xml = Xml::with_capacity(range.len() * 1200);
    xml.list("LoadBalancers", "member", &chosen[range], |xml, lb| write(xml, lb));
    xml.maybe("NextMarker", next.as_deref());
    Ok(xml.done())
}

fn write(xml: &mut Xml, lb: &LoadBalancer) {
    xml.text("LoadBalancerArn", &lb.arn);
    xml.text("DNSName", &lb.dns_name);
    xml.time("CreatedTime", lb.created_at);
    xml.text("LoadBalancerName", &lb.name);
    xml.maybe("Scheme", lb.scheme.as_deref());
    xml.text("VpcId", &lb.vpc_id);
    xml.nest("State", |xml| xml.text("Code", &lb.state));
    xml.text("Type", &lb.lb_type);
    xml.list("AvailabilityZones", "member", &lb.subnets, |xml, (zone, subnet)| {
        xml.text("ZoneName", zone);
        xml.text("SubnetId", subnet);
    });
    xml.nest("SecurityGroups", |xml| lb.security_group_ids.iter().for_each(|id| xml.text("member", id)));
    xml.text("IpAddressType", "ipv4");
}

pub(crate) fn describe_tags(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let balancers = &call.here()?.load_balancers;
    let arns = form.list("ResourceArns.member");
    if arns.is_empty() || arns.len() > MOST_TAGGED {
        return Err(Refusal::new(400, "ValidationError", "Cannot have more than 20 resources described"));
    }
    let mut chosen = Vec::new();
    for arn in arns {
        let missing = || Refusal::new(400, "LoadBalancerNotFound", format!("Load balancer '{arn}' not found"));
        chosen.push(balancers.iter().find(|lb| lb.arn == arn).ok_or_else(missing)?);
    }
    let mut xml = Xml::with_capacity(chosen.len() * 400);
    xml.list("TagDescriptions", "member", chosen, |xml, lb| {
        xml.text("ResourceArn", &lb.arn);
        xml.list("Tags", "member", &lb.tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    });
    Ok(xml.done())
}
