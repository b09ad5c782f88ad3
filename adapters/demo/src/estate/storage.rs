//! Volumes, snapshots and buckets, with the waste that piles up around them.

use super::dice::Dice;
use super::maker::{Maker, Thing};
use super::model::{Bucket, Instance, Region, Snapshot, Volume};
use super::place;
use super::tags::{CAREFUL, CARELESS, Owner};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use schema::State;

/// Unattached volumes for a hundred instances.
const UNATTACHED: u32 = 12;
/// Snapshots of volumes that are gone, for a hundred instances.
const ORPHANS: u32 = 14;
/// Buckets for a hundred instances.
const BUCKETS: u32 = 30;

/// Makes the region's volumes and their snapshots.
pub(crate) fn make(maker: &Maker, size: u32, region: &mut Region) {
    for (index, instance) in region.instances.iter().enumerate() {
        let mut dice = maker.dice("volume", index);
        let image = region.images.iter().find(|image| image.facts.ids.native == instance.image_id);
        let from = image.map(|image| image.snapshot_id.clone());
        let root_gib = if instance.windows { 128 } else { dice.pick(&[8, 16, 30, 50, 100]) };
        region.volumes.push(attached(maker, &mut dice, instance, "root", root_gib, from));
        let extra = dice.weighted(&[(0, 70), (1, 24), (2, 6)]);
        for n in 0..extra {
            let gib = dice.pick(&[100, 150, 200, 250, 500, 500, 1000, 2000]);
            region.volumes.push(attached(maker, &mut dice, instance, ["data", "data2"][n % 2], gib, None));
        }
    }
    let attached = region.volumes.len();
    for index in 0..attached {
        snapshots_of(maker, index, region);
    }
    for index in 0..maker.count(size, UNATTACHED) {
        let volume = unattached(maker, index, &region.instances);
        region.volumes.push(volume);
    }
    for index in 0..maker.count(size, ORPHANS) {
        let orphan = orphan(maker, index);
        region.snapshots.push(orphan);
    }
}

fn volume_type(maker: &Maker, dice: &mut Dice, made_at: DateTime<Utc>, role: &str) -> &'static str {
    // gp3 came to be the default: what is older was made as gp2 and never changed.
    let gp2 = if maker.today - made_at > TimeDelta::days(300) { 75 } else { 25 };
    match (maker.place.is_aws(), role) {
        (true, "root") => dice.weighted(&[("gp2", gp2), ("gp3", 100 - gp2)]),
        (true, _) => dice.weighted(&[("gp2", gp2), ("gp3", 100 - gp2), ("io1", 8), ("st1", 8)]),
        (false, "root") => dice.weighted(&[("Premium_LRS", 6), ("StandardSSD_LRS", 4)]),
        (false, _) => dice.weighted(&[("Premium_LRS", 5), ("StandardSSD_LRS", 3), ("Standard_LRS", 2)]),
    }
}

fn attached(maker: &Maker, dice: &mut Dice, instance: &Instance, role: &str, gib: i64, from: Option<String>) -> Volume {
    // A data volume comes a little after its machine: within the hour, which is what gives its owner away.
    let made_at = (instance.made_at + TimeDelta::seconds(dice.between(1, 900))).min(maker.today);
    let name = format!("{}-{role}", instance.made_as);
    let thing = Thing {
        kind: &place::VOLUME,
        name: &name,
        owner: instance.owner,
        gaps: CARELESS,
        created_at: Some(made_at),
        state: (State::InUse, if maker.place.is_aws() { "in-use" } else { "Attached" }),
        zone: instance.facts.zone.clone(),
    };
    let facts = maker.name_tagged(dice, thing);
    Volume {
        volume_type: volume_type(maker, dice, made_at, role),
        size_gib: gib,
        encrypted: dice.chance(70),
        instance_id: Some(instance.facts.ids.native.clone()),
        snapshot_id: from,
        made_at,
        facts,
    }
}

/// A volume whose machine is gone, or that was made for one that never came.
fn unattached(maker: &Maker, index: usize, instances: &[Instance]) -> Volume {
    let mut dice = maker.dice("unattached", index);
    // Made beside a machine that is still there; there are eight machines for each of these volumes.
    let beside = &instances[index * 100 / UNATTACHED as usize];
    let made_at = if dice.chance(60) {
        (beside.made_at + TimeDelta::seconds(dice.between(60, 1800))).min(maker.today)
    } else {
        maker.moment(&mut dice, 10, 800)
    };
    let name = match dice.below(3) {
        0 => format!("{}-restore-{}", beside.made_as, index + 1),
        1 => format!("{}-data-old-{}", beside.made_as, index + 1),
        _ => format!("tmp-{}-{}", maker.place.short(), index + 1),
    };
    let thing = Thing {
        kind: &place::VOLUME,
        name: &name,
        owner: beside.owner,
        gaps: CARELESS,
        created_at: Some(made_at),
        state: (State::Available, if maker.place.is_aws() { "available" } else { "Unattached" }),
        zone: beside.facts.zone.clone(),
    };
    let facts = maker.name_tagged(&mut dice, thing);
    Volume {
        volume_type: volume_type(maker, &mut dice, made_at, "data"),
        size_gib: dice.pick(&[20, 50, 100, 150, 200, 500, 1000]),
        encrypted: dice.chance(40),
        instance_id: None,
        snapshot_id: None,
        made_at,
        facts,
    }
}

fn snapshots_of(maker: &Maker, index: usize, region: &mut Region) {
    let mut dice = maker.dice("snapshot", index);
    for n in 0..dice.weighted(&[(0, 78), (1, 16), (2, 6)]) {
        let volume = &region.volumes[index];
        let (youngest, oldest) = dice.weighted(&[((1, 30), 30), ((31, 90), 20), ((91, 365), 30), ((366, 1000), 20)]);
        let made_at = maker.moment(&mut dice, youngest, oldest);
        if made_at < volume.made_at {
            continue;
        }
        let base = volume.facts.name.as_deref().unwrap_or("volume");
        let name = format!("{base}-{}-{n}", made_at.format("%Y%m%d"));
        let owner = region.instances.iter().find(|i| Some(&i.facts.ids.native) == volume.instance_id.as_ref());
        let Some(owner) = owner.map(|instance| instance.owner) else { continue };
        let thing = Thing {
            kind: &place::SNAPSHOT,
            name: &name,
            owner,
            gaps: CARELESS,
            created_at: Some(made_at),
            state: (State::Available, if maker.place.is_aws() { "completed" } else { "Succeeded" }),
            zone: None,
        };
        let facts = maker.name_tagged(&mut dice, thing);
        let snapshot = Snapshot {
            volume_id: Some(volume.facts.ids.native.clone()),
            size_gib: volume.size_gib,
            encrypted: volume.encrypted,
            description: dice
                .pick(&["nightly backup", "before upgrade", "manual", "created by backup policy"])
                .to_owned(),
            archived: false,
            public: is_public(maker, "shared", index * 4 + n),
            made_at,
            facts,
        };
        region.snapshots.push(snapshot);
    }
}

/// A snapshot that outlived its volume.
fn orphan(maker: &Maker, index: usize) -> Snapshot {
    let mut dice = maker.dice("orphan", index);
    let owner = maker.owner(&mut dice);
    let made_at = maker.moment(&mut dice, 95, 1200.min(maker.place.plan.age_days));
    let name = format!("{}-final-{}", owner.app, index + 1);
    let thing = Thing {
        kind: &place::SNAPSHOT,
        name: &name,
        owner,
        gaps: CARELESS,
        created_at: Some(made_at),
        state: (State::Available, if maker.place.is_aws() { "completed" } else { "Succeeded" }),
        zone: None,
    };
    let facts = maker.name_tagged(&mut dice, thing);
    let gone_name = format!("{}-gone-{index}", owner.app);
    let gone = maker.place.ids(&mut dice, &place::VOLUME, &owner.group(), &gone_name);
    Snapshot {
        volume_id: Some(gone.native),
        size_gib: dice.pick(&[50, 100, 200, 500, 1000]),
        encrypted: dice.chance(40),
        description: "taken before deletion".to_owned(),
        archived: dice.chance(10),
        public: is_public(maker, "shared-orphan", index),
        made_at,
        facts,
    }
}

/// Some were shared with everybody, to get them to one other account in a hurry.
fn is_public(maker: &Maker, what: &str, index: usize) -> bool {
    maker.place.is_aws() && maker.dice(what, index).chance(4)
}

/// Makes an account's buckets, over all of its regions.
pub(crate) fn buckets(maker: &Maker) -> Vec<Bucket> {
    let mut all = Vec::new();
    for (region, size) in maker.place.plan.regions {
        let local = Maker { place: super::place::Place { region, ..maker.place }, ..*maker };
        for index in 0..local.count(*size, BUCKETS) {
            all.push(bucket(&local, index));
        }
    }
    all
}

fn bucket(maker: &Maker, index: usize) -> Bucket {
    let mut dice = maker.dice("bucket", index);
    let owner: Owner = maker.owner(&mut dice);
    let this_year = i64::from(maker.today.ordinal0()).max(1);
    let made_at = if dice.chance(30) {
        maker.moment(&mut dice, 1, this_year)
    } else {
        maker.moment(&mut dice, this_year + 1, 1500.min(maker.place.plan.age_days).max(this_year + 1))
    };
    let what = dice.pick(&["logs", "assets", "backup", "exports", "models", "raw", "artifacts", "reports"]);
    let name = if maker.place.is_aws() {
        format!("altocumulus-{}-{}-{what}-{}-{}", maker.place.plan.name, owner.app, maker.place.short(), index + 1)
    } else {
        // Storage accounts are named in small letters and digits only, 24 at most.
        format!("ac{}{}{what}{}", &maker.place.plan.name[..3], maker.place.short(), index + 1)
    };
    let thing = Thing {
        kind: &place::BUCKET,
        name: &name,
        owner,
        gaps: CAREFUL,
        created_at: Some(made_at),
        state: (State::Available, "available"),
        zone: None,
    };
    let facts = maker.named(&mut dice, thing);
    let gib = dice.weighted(&[(5, 20), (60, 30), (400, 25), (2_500, 15), (14_000, 7), (40_000, 3)]);
    let gib = gib + i64::from(dice.below(gib as u32 / 2 + 1));
    let mut dice = maker.dice("bucket-access", index);
    let blocked = dice.chance(75);
    let is_open = !blocked && dice.chance(30);
    let policy_is_public = maker.place.is_aws().then_some(is_open);
    Bucket { facts, region: maker.place.region, gib, made_at, blocked, policy_is_public }
}
