//! What the rules of a network security group let in from everywhere. Of each packet the first rule that fits decides,
//! so a denial closes only what it fits whole: these ports, this protocol, this family of addresses, that destination.

use crate::words::{ids, text, texts};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The first and the last port.
type Ports = (u16, u16);
const ALL_PORTS: Ports = (0, u16::MAX);

/// The ports that every address may reach, of inbound rules in the order of their priority.
pub(crate) fn open_ports(rules: &[&Json]) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    let mut denials: Vec<Rule> = Vec::new();
    for rule in rules.iter().filter_map(|rule| Rule::read(rule)) {
        if rule.is_denial { denials.push(rule) } else { rule.opens(&denials, &mut open) }
    }
    open
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

/// A rule about packets from every address of some family.
#[derive(Debug)]
struct Rule {
    is_denial: bool,
    families: Vec<Family>,
    /// In lower case; `*` is all.
    protocol: String,
    ports: Vec<Ports>,
    /// Where to; none is everywhere.
    destinations: Option<Vec<String>>,
}

impl Rule {
    /// A rule, where it can say anything of what comes from everywhere.
    fn read(rule: &Json) -> Option<Self> {
        let is_denial = text(rule, "/properties/access")?.eq_ignore_ascii_case("deny");
        // Who is denied some ports of his own takes another.
        if is_denial && !is_from_every_port(rule) {
            return None;
        }
        let mut families = families(&of_rule(rule, "sourceAddressPrefix"), "internet");
        let mut to = of_rule(rule, "destinationAddressPrefix");
        to.extend(ids(rule, "/properties/destinationApplicationSecurityGroups"));
        // What comes in is for the network itself, whatever else its word stands for.
        let everywhere = self::families(&to, "virtualnetwork");
        let destinations = if to.is_empty() || !everywhere.is_empty() { None } else { Some(to) };
        if !everywhere.is_empty() {
            families.retain(|family| everywhere.contains(family));
        }
        let read = |text: &String| ports(text).or((!is_denial).then_some(ALL_PORTS));
        let rule = Self {
            is_denial,
            families,
            protocol: text(rule, "/properties/protocol").unwrap_or("*").to_lowercase(),
            ports: of_rule(rule, "destinationPortRange").iter().filter_map(read).collect(),
            destinations,
        };
        (!rule.families.is_empty()).then_some(rule)
    }

    /// Adds what a rule opens below those denials.
    fn opens(&self, denials: &[Self], open: &mut BTreeSet<String>) {
        // ESP and AH, which `*` is too, have no ports and are not let in from the internet by Azure itself.
        let protocols = if self.protocol == "*" { vec!["tcp", "udp"] } else { vec![self.protocol.as_str()] };
        let mut found: BTreeSet<Ports> = BTreeSet::new();
        let mut has_icmp = false;
        for family in &self.families {
            let denials = || denials.iter().filter(|denial| denial.is_of(*family, self));
            for protocol in protocols.iter().filter(|protocol| **protocol != "icmp") {
                let closed = denials().filter(|denial| denial.protocol == "*" || denial.protocol == *protocol);
                found.extend(closed.flat_map(|denial| &denial.ports).fold(self.ports.clone(), without));
            }
            has_icmp |= self.has_icmp() && !denials().any(Self::has_icmp);
        }
        open.extend(found.iter().map(|ports| written(*ports)));
        if has_icmp && found.is_empty() {
            open.insert("icmp".to_owned());
        }
    }

    /// Whether a denial is about packets of a family to wherever the other rule lets them.
    fn is_of(&self, family: Family, other: &Self) -> bool {
        let holds = |to: &String| self.destinations.iter().flatten().any(|from| contains(from, to));
        let is_there =
            self.destinations.is_none() || other.destinations.as_ref().is_some_and(|others| others.iter().all(holds));
        self.families.contains(&family) && is_there
    }

    /// ICMP has no ports, so that of all protocols only a rule for every port is about it.
    fn has_icmp(&self) -> bool {
        self.protocol == "icmp" || self.protocol == "*" && self.ports.contains(&ALL_PORTS)
    }
}

/// A part of a rule that is written as one text, as several, or both.
fn of_rule(rule: &Json, name: &str) -> Vec<String> {
    let plural = if name.ends_with('x') { "es" } else { "s" };
    let mut all = texts(rule, &format!("/properties/{name}{plural}"));
    all.extend(text(rule, &format!("/properties/{name}")).map(str::to_owned));
    all
}

fn is_from_every_port(rule: &Json) -> bool {
    let from = of_rule(rule, "sourcePortRange");
    from.is_empty() || from.iter().any(|text| ports(text) == Some(ALL_PORTS))
}

/// The families of which some of these prefixes are every address. `tag` is a word for all of both.
fn families(prefixes: &[String], tag: &str) -> Vec<Family> {
    let both = |text: &String| ["*", "any", tag].iter().any(|word| text.eq_ignore_ascii_case(word));
    if prefixes.iter().any(both) {
        return vec![Family::V4, Family::V6];
    }
    let all = prefixes.iter().filter_map(|text| block(text)).filter(|(_, length)| *length == 0);
    all.map(|(address, _)| if address.is_ipv4() { Family::V4 } else { Family::V6 }).collect()
}

/// An address, and how many bits of it a block fixes.
fn block(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.trim().parse().ok()?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(bits), |length| length.trim().parse().ok().filter(|length| *length <= bits))?;
    Some((address, length))
}

/// Whether the one destination is the other or holds it.
fn contains(outer: &str, inner: &str) -> bool {
    let (Some((outer, length)), Some((inner, longer))) = (block(outer), block(inner)) else {
        return outer.eq_ignore_ascii_case(inner);
    };
    let (outer, inner, bits) = match (outer, inner) {
        (IpAddr::V4(outer), IpAddr::V4(inner)) => (u128::from(outer.to_bits()), u128::from(inner.to_bits()), 32),
        (IpAddr::V6(outer), IpAddr::V6(inner)) => (outer.to_bits(), inner.to_bits(), 128),
        _ => return false,
    };
    let fixed = |bits_of: u128| bits_of.checked_shr(bits - length).unwrap_or(0);
    length <= longer && fixed(outer) == fixed(inner)
}

fn ports(text: &str) -> Option<Ports> {
    if text.trim() == "*" {
        return Some(ALL_PORTS);
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to).then_some((from, to))
}

/// Ports without those that are denied.
fn without(open: Vec<Ports>, denied: &Ports) -> Vec<Ports> {
    let parts = |(from, to): Ports| {
        let below = denied.0.checked_sub(1).map(|last| (from, to.min(last)));
        let above = denied.1.checked_add(1).map(|first| (from.max(first), to));
        [below, above].into_iter().flatten().filter(|(from, to)| from <= to)
    };
    open.into_iter().flat_map(parts).collect()
}

fn written(ports: Ports) -> String {
    match ports {
        ALL_PORTS => "all".to_owned(),
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from}-{to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A rule in words: access, protocol, where from, where to, ports.
    fn rule(words: &str) -> Json {
        let words: Vec<&str> = words.split_whitespace().collect();
        let [access, protocol, source, destination, port] = words[..] else { panic!("{words:?} is no rule") };
        json!({"properties": {
            "access": access, "protocol": protocol, "sourceAddressPrefix": source, "sourcePortRange": "*",
            "destinationAddressPrefix": destination, "destinationPortRange": port,
        }})
    }

    fn of(rules: &[Json]) -> Vec<String> {
        open_ports(&rules.iter().collect::<Vec<_>>()).into_iter().collect()
    }

    fn check(rules: &[&str], open: &[&str]) {
        assert_eq!(of(&rules.iter().copied().map(rule).collect::<Vec<_>>()), open, "{rules:?}");
    }

    #[test]
    fn what_every_address_may_reach_is_open() {
        check(&["Allow * * * 22", "Allow * 10.0.0.0/8 * 5432"], &["22"]);
        check(&["Allow * Internet * *"], &["all"]);
        check(&["Allow Tcp 0.0.0.0/0 * 8000-8010"], &["8000-8010"]);
        check(&["Allow Icmp * * *"], &["icmp"]);
        check(&["Allow * VirtualNetwork VirtualNetwork *", "Allow * AzureLoadBalancer * *", "Deny * * * *"], &[]);
    }

    #[test]
    fn the_first_rule_decides() {
        check(&["Deny * * * *", "Allow * * * 22"], &[]);
        check(&["Allow * * * 22", "Deny * * * *"], &["22"]);
        check(&["Deny * Internet * *", "Allow * * * 22"], &[]);
        check(&["Deny * 10.0.0.0/8 * *", "Allow * * * 22"], &["22"]);
    }

    #[test]
    fn a_denial_of_one_destination_leaves_the_others_open() {
        check(&["Deny * * 10.0.0.5/32 *", "Allow * Internet * 22"], &["22"]);
        check(&["Deny * * 10.0.0.0/24 *", "Allow * Internet 10.0.0.5 22"], &[]);
        check(&["Deny * * 10.0.0.0/24 *", "Allow * Internet 10.0.1.5 22"], &["22"]);
        check(&["Deny * * VirtualNetwork *", "Allow * Internet * 22"], &[]);
        let mut grouped = rule("Deny * * * *");
        grouped["properties"]["destinationAddressPrefix"] = Json::Null;
        grouped["properties"]["destinationApplicationSecurityGroups"] = json!([{"id": "/asg"}]);
        assert_eq!(of(&[grouped, rule("Allow * * * 22")]), ["22"]);
    }

    #[test]
    fn a_denial_of_one_family_of_addresses_leaves_the_other_open() {
        check(&["Deny * ::/0 * *", "Allow * 0.0.0.0/0 * 22"], &["22"]);
        check(&["Deny * 0.0.0.0/0 * *", "Allow * 0.0.0.0/0 * 22"], &[]);
        check(&["Deny * 0.0.0.0/0 * *", "Allow * Internet * 22"], &["22"]);
        check(&["Deny * 0.0.0.0/0 * *", "Deny * ::/0 * *", "Allow * Internet * 22"], &[]);
    }

    #[test]
    fn a_denial_of_some_ports_of_the_caller_closes_nothing() {
        let mut denial = rule("Deny * * * *");
        denial["properties"]["sourcePortRange"] = "1024".into();
        assert_eq!(of(&[denial, rule("Allow * * * 22")]), ["22"]);
    }

    #[test]
    fn ports_are_compared_as_ranges() {
        check(&["Deny * * * 20-25", "Allow Tcp * * 22"], &[]);
        check(&["Deny * * * 22", "Allow Tcp * * 20-25"], &["20-21", "23-25"]);
        check(&["Deny * * * 22", "Allow * * * *"], &["0-21", "23-65535"]);
        check(&["Deny * * * 0-1000", "Deny * * * 1001-65535", "Allow Tcp * * *"], &[]);
    }

    #[test]
    fn a_denial_of_one_protocol_leaves_the_others_open() {
        check(&["Deny Tcp * * *", "Allow Tcp * * 22"], &[]);
        check(&["Deny Tcp * * *", "Allow * * * 53"], &["53"]);
        check(&["Deny Tcp * * *", "Deny Udp * * *", "Allow * * * *"], &["icmp"]);
        check(&["Deny Tcp * * *", "Deny Udp * * *", "Allow * * * 53"], &[]);
        check(&["Deny * * * *", "Allow Icmp * * *"], &[]);
    }
}
