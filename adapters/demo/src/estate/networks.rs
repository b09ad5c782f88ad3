//! Networks and what cannot be without them: subnets, security groups, NAT gateways and their addresses.

use super::maker::{Maker, Thing};
use super::model::{Facts, Nat, Network, PublicIp, Region, SecurityGroup, Subnet};
use super::place::{self, IdKind};
use super::tags::{CAREFUL, Gaps, Owner};
use schema::State;

/// How many instances live in one network. A larger estate has more networks, not fuller ones, so that a network
/// is the same at every scale.
pub(crate) const INSTANCES_EACH: usize = 25;

const NETWORK_OWNER: &str = "platform";

/// What security groups there are: role, what it is for, ports open to the world and how often, ports open inside.
type Role = (&'static str, &'static str, &'static [&'static str], u32, &'static [&'static str]);
static ROLES: &[Role] = &[
    ("default", "default VPC security group", &[], 0, &["all"]),
    ("web", "HTTP and HTTPS from everywhere", &["80", "443"], 100, &["8080"]),
    ("app", "application ports from inside", &[], 0, &["8080", "9090"]),
    ("db", "database ports from inside", &["5432"], 12, &["5432", "3306"]),
    ("bastion", "SSH for operators", &["22"], 60, &["22"]),
    ("legacy-admin", "temporary, remove after migration", &["all"], 45, &["3389"]),
];

/// Makes the region's networks, and the addresses of their NAT gateways.
pub(crate) fn make(maker: &Maker, size: u32, region: &mut Region) {
    let instances = maker.count(size, 100);
    if maker.place.is_aws() {
        region.networks.push(default_network(maker));
    }
    for index in 0..instances.div_ceil(INSTANCES_EACH) {
        let mut network = network(maker, index);
        add_nats(maker, index, &mut network, &mut region.public_ips);
        region.networks.push(network);
    }
}

fn owner(maker: &Maker) -> Owner {
    Owner { team: NETWORK_OWNER, env: maker.place.plan.envs[0].0, app: "network" }
}

/// The network that AWS makes in every region of every account: nobody's, untagged, and usually forgotten.
fn default_network(maker: &Maker) -> Network {
    let nobody = Owner { team: "", env: "", app: "" };
    let untagged = Gaps { bare: 100, name_only: 0 };
    let mut dice = maker.dice("default-network", 0);
    let mut facts = |kind, zone| {
        let thing = Thing {
            kind,
            name: "",
            owner: nobody,
            gaps: untagged,
            created_at: None,
            state: (State::Available, "available"),
            zone,
        };
        maker.name_tagged(&mut dice, thing)
    };
    let network = facts(&place::NETWORK, None);
    let subnets = (0..3)
        .map(|n| Subnet {
            facts: facts(&place::SUBNET, Some(maker.place.zone(n))),
            cidr: format!("172.31.{}.0/20", n * 16),
            size: 4091,
            public: true,
        })
        .collect();
    let mut group = facts(&place::SECURITY_GROUP, None);
    group.name = Some("default".to_owned());
    let groups = vec![security_group(group, &ROLES[0], false)];
    Network { facts: network, cidr: "172.31.0.0/16".to_owned(), is_default: true, subnets, groups, nats: Vec::new() }
}

fn network(maker: &Maker, index: usize) -> Network {
    let mut dice = maker.dice("network", index);
    let owner = owner(maker);
    let name = format!("{}-core-{}", owner.env, index + 1);
    let facts = maker.name_tagged(&mut dice, thing(owner, &place::NETWORK, &name, None));
    let second = 16 * (maker.place.key().len() as u64 % 8) + dice.bits() % 16 + index as u64;
    let cidr = format!("10.{}.0.0/16", second % 256);
    let subnets = subnet_names(maker)
        .enumerate()
        .map(|(at, (tier, zone))| {
            let full = if maker.place.is_aws() { format!("{name}-{tier}") } else { format!("{name}/subnets/{tier}") };
            Subnet {
                facts: maker.name_tagged(&mut dice, thing(owner, &place::SUBNET, &full, zone)),
                cidr: format!("10.{}.{}.0/20", second % 256, at * 16),
                size: 4091,
                public: tier.starts_with("public"),
            }
        })
        .collect();
    let groups = ROLES
        .iter()
        .filter(|role| role.0 != "default" || maker.place.is_aws())
        .map(|role| {
            let full = if role.0 == "default" { role.0.to_owned() } else { format!("{}-sg-{}", role.0, index + 1) };
            let facts = maker.named(&mut dice, thing(owner, &place::SECURITY_GROUP, &full, None));
            let is_open = dice.chance(role.3);
            security_group(facts, role, is_open)
        })
        .collect();
    Network { facts, cidr, is_default: false, subnets, groups, nats: Vec::new() }
}

fn thing<'a>(owner: Owner, kind: &'a IdKind, name: &'a str, zone: Option<String>) -> Thing<'a> {
    // Neither provider says when networks, subnets and groups were made.
    Thing { kind, name, owner, gaps: CAREFUL, created_at: None, state: (State::Available, "available"), zone }
}

/// Two tiers over three zones on AWS; Azure's subnets span zones.
fn subnet_names(maker: &Maker) -> impl Iterator<Item = (String, Option<String>)> {
    let is_aws = maker.place.is_aws();
    let place = maker.place;
    (0..if is_aws { 6 } else { 3 }).map(move |n| {
        let tier = if n < if is_aws { 3 } else { 2 } { "private" } else { "public" };
        if is_aws {
            let zone = place.zone(n);
            (format!("{tier}-{}", zone.chars().last().unwrap_or('a')), Some(zone))
        } else {
            (format!("{tier}-{}", n + 1), None)
        }
    })
}

fn security_group(facts: Facts, role: &Role, is_open: bool) -> SecurityGroup {
    SecurityGroup {
        facts,
        role: role.0,
        description: role.1,
        open: if is_open { role.2.to_vec() } else { Vec::new() },
        inside: role.4.to_vec(),
    }
}

fn add_nats(maker: &Maker, index: usize, network: &mut Network, public_ips: &mut Vec<PublicIp>) {
    let owner = owner(maker);
    let public: Vec<(String, Option<String>)> = network
        .subnets
        .iter()
        .filter(|subnet| subnet.public)
        .map(|subnet| (subnet.facts.ids.native.clone(), subnet.facts.zone.clone()))
        .collect();
    // Production pays for one in each of two zones; others share one.
    let wanted = if owner.env == "prod" && maker.place.is_aws() { 2 } else { 1 };
    for (n, (subnet_id, zone)) in public.into_iter().take(wanted).enumerate() {
        let mut dice = maker.dice("nat", index * 2 + n);
        let made = maker.moment(&mut dice, 100, maker.place.plan.age_days);
        let name = format!("{}-nat-{}-{}", owner.env, index + 1, n + 1);
        let thing = |kind, name, state| Thing {
            kind,
            name,
            owner,
            gaps: CAREFUL,
            created_at: Some(made),
            state,
            zone: zone.clone(),
        };
        let facts = maker.name_tagged(&mut dice, thing(&place::NAT_GATEWAY, &name, (State::Available, "available")));
        let ip_name = format!("{name}-ip");
        let mut ip = maker.name_tagged(&mut dice, thing(&place::PUBLIC_IP, &ip_name, (State::InUse, "associated")));
        ip.zone = None;
        if maker.place.is_aws() {
            // DescribeAddresses does not say when an address was allocated.
            ip.created_at = None;
        }
        let address = address(&mut dice);
        let holder = if maker.place.is_aws() { format!("eni-0{}", dice.hex(16)) } else { facts.ids.native.clone() };
        public_ips.push(PublicIp {
            facts: ip,
            address: address.clone(),
            associated_with: Some(holder),
            instance_id: None,
            made_at: made,
        });
        network.nats.push(Nat { facts, subnet_id, address });
    }
}

/// A public address. From the ranges that are kept for documentation and benchmarks, so that it is nobody's.
pub(crate) fn address(dice: &mut super::dice::Dice) -> String {
    format!("198.{}.{}.{}", dice.between(18, 19), dice.below(256), dice.between(1, 254))
}
