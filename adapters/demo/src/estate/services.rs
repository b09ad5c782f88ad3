//! What stands before and beside the instances: public addresses, load balancers, databases, functions.

use super::maker::{Maker, Thing};
use super::model::{Database, Function, LoadBalancer, PublicIp, Region};
use super::names::{APPS, Habit};
use super::networks::address;
use super::tags::{CAREFUL, CARELESS};
use super::{dice::Dice, place};
use chrono::TimeDelta;
use schema::State;

/// Addresses that nothing holds, for a hundred instances.
const FREE_IPS: u32 = 7;
/// Load balancers for a hundred instances.
const LOAD_BALANCERS: u32 = 11;
/// Databases for a hundred instances.
const DATABASES: u32 = 14;
/// Functions for a hundred instances.
const FUNCTIONS: u32 = 55;

/// Makes the region's services.
pub(crate) fn make(maker: &Maker, size: u32, region: &mut Region) {
    for index in 0..region.instances.len() {
        add_public_ip(maker, index, region);
    }
    if maker.place.is_aws() {
        forget_migration(region);
    }
    for index in 0..maker.count(size, FREE_IPS) {
        region.public_ips.push(free_ip(maker, index));
    }
    for index in 0..maker.count(size, LOAD_BALANCERS) {
        let made = load_balancer(maker, index, region);
        region.load_balancers.push(made);
    }
    for index in 0..maker.count(size, DATABASES) {
        let made = database(maker, index, region);
        region.databases.push(made);
    }
    for index in 0..maker.count(size, FUNCTIONS) {
        region.functions.push(function(maker, index));
    }
}

fn add_public_ip(maker: &Maker, index: usize, region: &mut Region) {
    let mut dice = maker.dice("public-ip", index);
    let instance = &mut region.instances[index];
    let is_edge = APPS.iter().any(|app| app.name == instance.owner.app && app.habit == Habit::Edge);
    if !dice.chance(if is_edge { 80 } else { 4 }) {
        return;
    }
    let address = address(&mut dice);
    let name = format!("{}-ip", instance.made_as);
    let is_aws = maker.place.is_aws();
    let thing = Thing {
        kind: &place::PUBLIC_IP,
        name: &name,
        owner: instance.owner,
        gaps: CARELESS,
        created_at: (!is_aws).then_some(instance.made_at),
        state: (State::InUse, "associated"),
        zone: None,
    };
    let facts = maker.name_tagged(&mut dice, thing);
    let holder = if is_aws {
        format!("eni-0{}", dice.hex(16))
    } else {
        let base = instance
            .facts
            .ids
            .native
            .replace("microsoft.compute/virtualmachines", "microsoft.network/networkinterfaces");
        format!("{base}-nic/ipconfigurations/ipconfig1")
    };
    instance.public_ip = Some(address.clone());
    region.public_ips.push(PublicIp {
        facts,
        address,
        associated_with: Some(holder),
        instance_id: Some(instance.facts.ids.native.clone()),
        made_at: instance.made_at,
    });
}

/// The worst that people leave behind: a machine that everybody reaches is still in the group of a migration, which opens every
/// port. One in a region at most, whose team is known; on AWS, since Azure's interfaces have one group. Chance is not asked, so
/// that all else in the estate is as it was.
fn forget_migration(region: &mut Region) {
    let Region { networks, instances, .. } = region;
    let forgotten = instances.iter_mut().find_map(|instance| {
        let mut open = networks[instance.network].groups.iter().filter(|group| !group.open.is_empty());
        let is_reached = open.clone().any(|group| instance.group_ids.contains(&group.facts.ids.native));
        let is_known = instance.public_ip.is_some() && instance.facts.tags.contains_key("team");
        let migration = open.find(|group| group.role == "legacy-admin").filter(|_| is_reached && is_known)?;
        Some((instance, migration))
    });
    if let Some((instance, migration)) = forgotten
        && !instance.group_ids.contains(&migration.facts.ids.native)
    {
        instance.group_ids.push(migration.facts.ids.native.clone());
    }
}

fn free_ip(maker: &Maker, index: usize) -> PublicIp {
    let mut dice = maker.dice("free-ip", index);
    let owner = maker.owner(&mut dice);
    let made_at = maker.moment(&mut dice, 5, 600.min(maker.place.plan.age_days));
    let name = format!("{}-old-ip-{}", owner.app, index + 1);
    let thing = Thing {
        kind: &place::PUBLIC_IP,
        name: &name,
        owner,
        gaps: CARELESS,
        created_at: (!maker.place.is_aws()).then_some(made_at),
        state: (State::Available, "unassociated"),
        zone: None,
    };
    let facts = maker.name_tagged(&mut dice, thing);
    PublicIp { facts, address: address(&mut dice), associated_with: None, instance_id: None, made_at }
}

fn load_balancer(maker: &Maker, index: usize, region: &Region) -> LoadBalancer {
    let mut dice = maker.dice("load-balancer", index);
    // Before a machine that is there; there are nine machines for each load balancer.
    let behind = &region.instances[index * 100 / LOAD_BALANCERS as usize];
    let network = &region.networks[behind.network];
    let is_aws = maker.place.is_aws();
    let application = dice.chance(70);
    let public = dice.chance(60);
    let (sort, kind, word) = match (is_aws, application) {
        (true, true) => ("application", &place::APPLICATION_LB, "alb"),
        // Worth finding: some are left from the first generation.
        (true, false) if index.is_multiple_of(3) => ("classic", &place::CLASSIC_LB, "clb"),
        (true, false) => ("network", &place::NETWORK_LB, "nlb"),
        (false, true) => ("application", &place::APPLICATION_LB, "appgw"),
        (false, false) => ("network", &place::NETWORK_LB, "lb"),
    };
    let name = format!("{}-{word}-{}", behind.owner.app, index + 1);
    let thing = Thing {
        kind,
        name: &name,
        owner: behind.owner,
        gaps: CAREFUL,
        created_at: is_aws.then_some(behind.made_at),
        state: (State::Available, if is_aws { "active" } else { "Succeeded" }),
        zone: None,
    };
    let facts = maker.named(&mut dice, thing);
    let place = maker.place;
    let prefix = if public { "" } else { "internal-" };
    LoadBalancer {
        sort,
        public,
        dns_name: is_aws
            .then(|| format!("{prefix}{name}-{}.{}.elb.amazonaws.com", dice.below(1_000_000_000), place.region)),
        network_id: network.facts.ids.native.clone(),
        subnet_ids: network.subnets.iter().filter(|s| s.public == public).map(|s| s.facts.ids.native.clone()).collect(),
        group_ids: network
            .groups
            .iter()
            .filter(|group| is_aws && sort != "network" && group.role == "web")
            .map(|group| group.facts.ids.native.clone())
            .collect(),
        made_at: behind.made_at,
        facts,
    }
}

fn database(maker: &Maker, index: usize, region: &Region) -> Database {
    let mut dice = maker.dice("database", index);
    let client = &region.instances[index * 100 / DATABASES as usize];
    let owner = client.owner;
    let made_at = maker.moment(&mut dice, 3, 1000.min(maker.place.plan.age_days));
    let is_aws = maker.place.is_aws();
    let is_stopped = is_aws && owner.env != "prod" && dice.chance(15);
    // AWS starts a stopped database again after seven days.
    let stopped_at = is_stopped.then(|| maker.since(&mut dice, made_at.max(maker.today - TimeDelta::days(6))));
    let name = if is_aws {
        format!("{}-db-{}", owner.app, index + 1)
    } else {
        format!("sql-{}-{}-{}", owner.app, maker.place.short(), index + 1)
    };
    let multi_az = owner.env == "prod" && dice.chance(55);
    let thing = Thing {
        kind: &place::DATABASE,
        name: &name,
        owner,
        gaps: CAREFUL,
        created_at: is_aws.then_some(made_at),
        state: match (is_stopped, is_aws) {
            (true, _) => (State::Stopped, "stopped"),
            (false, true) => (State::Available, "available"),
            (false, false) => (State::Available, "Ready"),
        },
        zone: (is_aws && !multi_az).then(|| maker.place.zone(index)),
    };
    let facts = maker.named(&mut dice, thing);
    let (engine, version) = if is_aws { aws_engine(&mut dice) } else { ("sqlserver", "12.0") };
    let endpoint = if is_aws {
        format!("{name}.c{}.{}.rds.amazonaws.com", dice.hex(11), maker.place.region)
    } else {
        format!("{name}.database.windows.net")
    };
    Database {
        engine,
        version,
        class: if is_aws { aws_class(&mut dice, engine) } else { dice.weighted(&[("GP_Gen5_2", 3), ("GP_Gen5_4", 1)]) },
        storage_gib: dice.pick(&[50, 100, 200, 500, 1000]),
        multi_az,
        public: dice.chance(15),
        encrypted: dice.chance(80),
        endpoint,
        network_id: is_aws.then(|| client.network_id.clone()),
        made_at,
        stopped_at,
        facts,
    }
}

fn aws_engine(dice: &mut Dice) -> (&'static str, &'static str) {
    dice.weighted(&[
        (("postgres", "16.4"), 4),
        (("postgres", "11.22"), 1),
        (("mysql", "8.0.39"), 3),
        (("mysql", "5.7.44"), 1),
        (("aurora-postgresql", "15.8"), 2),
        (("mariadb", "10.11.9"), 1),
    ])
}

fn aws_class(dice: &mut Dice, engine: &str) -> &'static str {
    let class = dice.weighted(&[
        ("db.t3.medium", 4),
        ("db.t3.large", 2),
        ("db.m5.large", 4),
        ("db.m5.xlarge", 2),
        ("db.r5.large", 3),
        ("db.r5.xlarge", 2),
        ("db.r5.2xlarge", 1),
        ("db.m4.large", 1),
    ]);
    // Aurora has no general purpose classes of these generations.
    match class {
        "db.m4.large" | "db.m5.large" if engine.starts_with("aurora") => "db.r5.large",
        "db.m5.xlarge" if engine.starts_with("aurora") => "db.r5.xlarge",
        class => class,
    }
}

fn function(maker: &Maker, index: usize) -> Function {
    let mut dice = maker.dice("function", index);
    let owner = maker.owner(&mut dice);
    let is_aws = maker.place.is_aws();
    let made_at = maker.moment(&mut dice, 3, 1000.min(maker.place.plan.age_days));
    let job = dice.pick(&["thumbnail", "notify", "cleanup", "webhook", "export", "sync", "report", "resize"]);
    let name = if is_aws {
        format!("{}-{job}-{}", owner.app, index + 1)
    } else {
        format!("func-{}-{job}-{}-{}", owner.app, maker.place.short(), index + 1)
    };
    let thing = Thing {
        kind: &place::FUNCTION,
        name: &name,
        owner,
        gaps: CAREFUL,
        created_at: None,
        state: (State::Available, if is_aws { "Active" } else { "Running" }),
        zone: None,
    };
    let facts = maker.named(&mut dice, thing);
    let (runtime, handler) = dice.weighted(&[
        (("python3.13", "app.handler"), 4),
        (("python3.8", "lambda_function.lambda_handler"), 2),
        (("nodejs22.x", "index.handler"), 4),
        (("nodejs16.x", "index.handler"), 1),
        (("java21", "example.Handler::handleRequest"), 2),
        (("provided.al2023", "bootstrap"), 1),
    ]);
    Function {
        runtime,
        handler,
        memory_mib: dice.weighted(&[(128, 4), (256, 3), (512, 3), (1024, 2), (3008, 1)]),
        timeout_seconds: dice.pick(&[3, 10, 30, 60, 300, 900]),
        code_bytes: dice.between(800, 60_000_000),
        arm: is_aws && dice.chance(35),
        modified_at: maker.since(&mut dice, made_at),
        usage: dice.chance(35).then(|| dice.between(1_000, 120_000)),
        made_at,
        facts,
    }
}
