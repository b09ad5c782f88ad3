//! Classic load balancing: the API of 2012.

use crate::call::{Call, Refusal};
use crate::estate::ClassicLoadBalancer;
use crate::protocol::query::Form;
use crate::protocol::xml::Xml;

/// What its requests say.
pub(crate) const VERSION: &str = "2012-06-01";
/// The largest page, and the default.
const LARGEST: usize = 400;
/// How many names one `DescribeTags` may have.
const MOST_TAGGED: usize = 20;

pub(crate) fn describe_load_balancers(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let all = &call.here()?.classic_load_balancers;
    let names = form.list("LoadBalancerNames.member");
    for name in &names {
        find(all, name)?;
    }
    let wanted = |lb: &&ClassicLoadBalancer| names.is_empty() || names.contains(&lb.name.as_str());
    let chosen: Vec<&ClassicLoadBalancer> = all.iter().filter(wanted).collect();
    let size = match form.number("PageSize")? {
        Some(size) if !(1..=LARGEST).contains(&size) => {
            return Err(Refusal::new(400, "ValidationError", "PageSize must be between 1 and 400"));
        }
        size => size.unwrap_or(LARGEST),
    };
    let (range, next) =
        call.page(form.get("Marker"), size, chosen.len()).map_err(|bad| bad.refused("ValidationError"))?;
    let mut xml = Xml::with_capacity(range.len() * 1500);
    xml.list("LoadBalancerDescriptions", "member", &chosen[range], |xml, lb| write(xml, lb));
    xml.maybe("NextMarker", next.as_deref());
    Ok(xml.done())
}

fn find<'a>(all: &'a [ClassicLoadBalancer], name: &str) -> Result<&'a ClassicLoadBalancer, Refusal> {
    let missing =
        || Refusal::new(400, "LoadBalancerNotFound", format!("There is no ACTIVE Load Balancer named '{name}'"));
    all.iter().find(|lb| lb.name == name).ok_or_else(missing)
}

fn write(xml: &mut Xml, lb: &ClassicLoadBalancer) {
    xml.text("LoadBalancerName", &lb.name);
    xml.text("DNSName", &lb.dns_name);
    xml.text("CanonicalHostedZoneNameID", "Z32O12XQLNTSW2");
    xml.list("ListenerDescriptions", "member", &lb.listeners, |xml, (from, to)| {
        xml.nest("Listener", |xml| {
            xml.text("Protocol", "TCP");
            xml.plain("LoadBalancerPort", *from);
            xml.text("InstanceProtocol", "TCP");
            xml.plain("InstancePort", *to);
        });
        xml.nest("PolicyNames", |_| {});
    });
    let texts = |xml: &mut Xml, name: &str, texts: &[String]| {
        xml.nest(name, |xml| texts.iter().for_each(|text| xml.text("member", text)));
    };
    texts(xml, "AvailabilityZones", &lb.zones);
    texts(xml, "Subnets", &lb.subnet_ids);
    xml.maybe("VPCId", lb.vpc_id.as_deref());
    xml.list("Instances", "member", &lb.instance_ids, |xml, id| xml.text("InstanceId", id));
    xml.nest("HealthCheck", |xml| {
        xml.text("Target", "TCP:80");
        xml.plain("Interval", 30);
        xml.plain("Timeout", 5);
        xml.plain("UnhealthyThreshold", 2);
        xml.plain("HealthyThreshold", 10);
    });
    texts(xml, "SecurityGroups", &lb.security_group_ids);
    xml.time("CreatedTime", lb.created_at);
    xml.text("Scheme", &lb.scheme);
}

pub(crate) fn describe_tags(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let balancers = &call.here()?.classic_load_balancers;
    let names = form.list("LoadBalancerNames.member");
    if names.is_empty() || names.len() > MOST_TAGGED {
        return Err(Refusal::new(400, "ValidationError", "Cannot have more than 20 resources described"));
    }
    let chosen: Vec<_> = names.into_iter().map(|name| find(balancers, name)).collect::<Result<_, _>>()?;
    let mut xml = Xml::with_capacity(chosen.len() * 400);
    xml.list("TagDescriptions", "member", chosen, |xml, lb| {
        xml.text("LoadBalancerName", &lb.name);
        xml.list("Tags", "member", &lb.tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    });
    Ok(xml.done())
}
