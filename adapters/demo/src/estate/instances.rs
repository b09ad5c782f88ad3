//! Instances, made in batches as deployments make them, and the images they run.

use super::load::Load;
use super::maker::{Maker, Thing};
use super::model::{Image, Instance, Network, Region, Snapshot};
use super::names::{self, App, Habit};
use super::networks::INSTANCES_EACH;
use super::tags::{CAREFUL, Owner};
use super::{dice::Dice, place};
use chrono::{DateTime, TimeDelta, Utc};
use schema::State;
use std::collections::HashMap;

/// Instances that are made within the same hour, by one team, for one app.
const BATCH: usize = 4;
/// Instances for each image.
const EACH_IMAGE: usize = 10;

/// What the instances of one batch share.
struct Batch {
    app: &'static App,
    owner: Owner,
    made_at: DateTime<Utc>,
}

/// Makes the region's instances, and the images they run with those images' snapshots.
pub(crate) fn make(maker: &Maker, size: u32, region: &mut Region) {
    let count = maker.count(size, 100);
    for index in 0..count.div_ceil(EACH_IMAGE) {
        let (image, snapshot) = image(maker, index);
        region.images.push(image);
        region.snapshots.push(snapshot);
    }
    // Names count up for each app and environment.
    let mut numbers: HashMap<(&str, &str), usize> = HashMap::new();
    let skipped = usize::from(maker.place.is_aws());
    for index in 0..count {
        let batch = batch(maker, index / BATCH, size);
        let number = numbers.entry((batch.app.name, batch.owner.env)).and_modify(|n| *n += 1).or_insert(1);
        let made_as = name(maker, &batch, *number);
        let network = skipped + index / INSTANCES_EACH;
        let image = &region.images[index / EACH_IMAGE];
        let instance = instance(maker, index, &batch, made_as, (network, &region.networks[network]), image);
        region.instances.push(instance);
    }
}

fn batch(maker: &Maker, index: usize, size: u32) -> Batch {
    let mut dice = maker.dice("batch", index);
    let owner = maker.owner(&mut dice);
    let apps = names::apps_of(owner.team);
    let app = apps.iter().copied().find(|app| app.name == owner.app).unwrap_or(apps[0]);
    // The first batch of a large region is always new, so that "launched in the last 7 days" finds something.
    let made_at = if index == 0 && size >= 20 {
        maker.moment(&mut dice, 2, 5)
    } else {
        let (youngest, oldest) = dice.weighted(&[((1, 6), 8), ((7, 89), 27), ((90, 400), 40), ((401, 1100), 25)]);
        maker.moment(&mut dice, youngest, oldest.min(maker.place.plan.age_days))
    };
    Batch { app, owner, made_at }
}

fn name(maker: &Maker, batch: &Batch, number: usize) -> String {
    match (maker.place.is_aws(), batch.owner.env) {
        (true, "prod") => format!("{}-{number}", batch.app.name),
        (true, env) => format!("{}-{env}-{number}", batch.app.name),
        // Azure's names are unique in a resource group, whatever the region; people put the region in.
        (false, _) => format!("{}-{}-{number}", batch.app.name, maker.place.short()),
    }
}

fn instance(
    maker: &Maker,
    index: usize,
    batch: &Batch,
    made_as: String,
    (network_at, network): (usize, &Network),
    image: &Image,
) -> Instance {
    let mut dice = maker.dice("instance", index);
    let app = batch.app;
    let is_aws = maker.place.is_aws();
    let spot = app.habit == Habit::Batch && dice.chance(55);
    let made_at = (batch.made_at + TimeDelta::seconds(dice.between(0, 1500))).min(maker.today - TimeDelta::minutes(1));
    let was_restarted = dice.chance(25) && !spot;
    let launched_at = if was_restarted { maker.since(&mut dice, made_at) } else { made_at };
    let is_stopped = !spot && dice.chance(14) && index >= BATCH;
    let stopped_at = is_stopped.then(|| maker.since(&mut dice, launched_at.max(maker.today - TimeDelta::days(240))));
    let state = match (is_stopped, is_aws) {
        (false, true) => (State::Running, "running"),
        (false, false) => (State::Running, "PowerState/running"),
        (true, true) => (State::Stopped, "stopped"),
        (true, false) => (State::Stopped, "PowerState/deallocated"),
    };
    let subnet = subnet_for(&mut dice, network, app);
    let thing = Thing {
        kind: &place::INSTANCE,
        name: &made_as,
        owner: batch.owner,
        gaps: CAREFUL,
        created_at: Some(made_at),
        state,
        zone: subnet.facts.zone.clone().or_else(|| Some(maker.place.zone(index))),
    };
    let facts = maker.name_tagged(&mut dice, thing);
    let at = index % INSTANCES_EACH + 10;
    let prefix = subnet.cidr.rsplit_once('.').map_or("10.0.0", |(prefix, _)| prefix);
    let is_measured = !is_stopped && dice.chance(95);
    let is_old = maker.today - made_at > TimeDelta::days(95);
    Instance {
        instance_type: dice.weighted(if is_aws { app.aws } else { app.azure }),
        windows: image.windows,
        spot,
        image_id: image.facts.ids.native.clone(),
        private_ip: format!("{prefix}.{at}"),
        public_ip: None,
        network_id: network.facts.ids.native.clone(),
        subnet_id: subnet.facts.ids.native.clone(),
        group_ids: groups_for(network, app, is_aws),
        launched_at,
        stopped_at,
        committed: !spot && !is_stopped && is_old && dice.chance(maker.place.plan.committed_percent),
        load: is_measured.then(|| load(&mut dice)),
        owner: batch.owner,
        made_at,
        network: network_at,
        made_as,
        facts,
    }
}

fn subnet_for<'a>(dice: &mut Dice, network: &'a Network, app: &App) -> &'a super::model::Subnet {
    let fitting: Vec<_> = network.subnets.iter().filter(|subnet| subnet.public == (app.habit == Habit::Edge)).collect();
    dice.pick(&fitting)
}

/// On Azure an interface has one group at most.
fn groups_for(network: &Network, app: &App, is_aws: bool) -> Vec<String> {
    let roles: &[&str] = match (app.habit, app.name) {
        (_, "bastion") => &["bastion"],
        (Habit::Edge, _) => &["web", "app"],
        (_, "cms") => &["legacy-admin", "app"],
        _ => &["app"],
    };
    let roles = if is_aws { roles } else { &roles[..1] };
    network
        .groups
        .iter()
        .filter(|group| roles.contains(&group.role))
        .map(|group| group.facts.ids.native.clone())
        .collect()
}

/// Most machines are bought larger than they need be: about an eighth idle, a third below a fifth.
fn load(dice: &mut Dice) -> Load {
    let (low, high) = dice.weighted(&[((0.3, 2.5), 12), ((3.0, 17.0), 36), ((18.0, 50.0), 34), ((50.0, 82.0), 18)]);
    let cpu: f64 = low + (high - low) * dice.unit();
    Load {
        cpu,
        network: (2_000.0 + 60_000.0 * dice.unit()) * cpu,
        memory: dice.chance(40).then(|| ((15.0 + 70.0 * dice.unit()) * 10.0).round() / 10.0),
        seed: dice.bits(),
    }
}

fn image(maker: &Maker, index: usize) -> (Image, Snapshot) {
    let mut dice = maker.dice("image", index);
    let owner = Owner { team: "platform", env: maker.place.plan.envs[0].0, app: "golden-image" };
    let made = maker.moment(&mut dice, 20, 900.min(maker.place.plan.age_days));
    let windows = dice.chance(if maker.place.is_aws() { 10 } else { 22 });
    let family = if windows {
        "windows-2022"
    } else {
        dice.pick(&["ubuntu-22.04", "ubuntu-24.04", if maker.place.is_aws() { "al2023" } else { "debian-12" }])
    };
    let name = format!("golden-{family}-{}-{}", made.format("%Y%m%d"), index + 1);
    let thing =
        |kind, name, state| Thing { kind, name, owner, gaps: CAREFUL, created_at: Some(made), state, zone: None };
    let facts = maker.named(&mut dice, thing(&place::IMAGE, &name, (State::Available, "available")));
    let snapshot_name = format!("{name}-disk");
    let snapshot =
        maker.name_tagged(&mut dice, thing(&place::SNAPSHOT, &snapshot_name, (State::Available, "completed")));
    let age = maker.today - made;
    let image = Image {
        windows,
        public: maker.place.plan.name == "sandbox" && dice.chance(20),
        deprecated_at: (age > TimeDelta::days(400)).then(|| made + TimeDelta::days(365)),
        snapshot_id: snapshot.ids.native.clone(),
        description: format!("{family} with our agents, built by the platform team"),
        facts,
    };
    let snapshot = Snapshot {
        description: format!("made by CreateImage for {}", image.facts.ids.native),
        facts: snapshot,
        volume_id: None,
        size_gib: if windows { 64 } else { 16 },
        encrypted: true,
        archived: false,
        made_at: made,
    };
    (image, snapshot)
}
