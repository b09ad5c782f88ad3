//! Managed Kubernetes clusters, each in the network of a machine that is there.

use super::maker::{Maker, Thing};
use super::model::{Cluster, Region};
use super::tags::CAREFUL;
use super::{place, prices};
use schema::State;

/// Clusters for a hundred instances.
const CLUSTERS: u32 = 7;

/// Makes the region's clusters.
pub(crate) fn make(maker: &Maker, size: u32, region: &mut Region) {
    for index in 0..maker.count(size, CLUSTERS) {
        let made = cluster(maker, index, region);
        region.clusters.push(made);
    }
}

fn cluster(maker: &Maker, index: usize, region: &Region) -> Cluster {
    let mut dice = maker.dice("cluster", index);
    // There are fourteen machines for each cluster.
    let beside = &region.instances[index * 100 / CLUSTERS as usize];
    let network = &region.networks[beside.network];
    let (owner, is_aws) = (beside.owner, maker.place.is_aws());
    let is_prod = owner.env == "prod";
    let made_at = maker.moment(&mut dice, 3, 900.min(maker.place.plan.age_days));
    // EKS cannot stop a cluster.
    let is_stopped = !is_aws && !is_prod && dice.chance(40);
    let name = if is_aws {
        format!("{}-{}-{}", owner.team, owner.env, index + 1)
    } else {
        format!("aks-{}-{}-{}", owner.team, maker.place.short(), index + 1)
    };
    let thing = Thing {
        kind: &place::CLUSTER,
        name: &name,
        owner,
        gaps: CAREFUL,
        created_at: Some(made_at),
        state: match (is_aws, is_stopped) {
            (true, _) => (State::Available, "ACTIVE"),
            (false, false) => (State::Available, "Running"),
            (false, true) => (State::Stopped, "Stopped"),
        },
        zone: None,
    };
    let facts = maker.named(&mut dice, thing);
    let endpoint = if is_aws {
        format!("{}.gr7.{}.eks.amazonaws.com", dice.hex(32).to_uppercase(), maker.place.region)
    } else {
        format!("{name}-dns-{}.hcp.{}.azmk8s.io", dice.hex(8), maker.place.region)
    };
    let version = if is_aws {
        dice.weighted(&[("1.35", 3), ("1.34", 3), ("1.33", 2), ("1.31", 1)])
    } else {
        dice.weighted(&[("1.34.2", 3), ("1.33.5", 3), ("1.32.9", 1)])
    };
    let (tier, support_plan) = match (is_aws, is_prod) {
        // Who stays with standard support is taken to a newer version at its end.
        (true, _) if prices::is_in_extended_support(version) => ("standard", "extended"),
        (true, _) => ("standard", dice.weighted(&[("extended", 2), ("standard", 1)])),
        (false, true) => dice.weighted(&[(("standard", "standard"), 3), (("premium", "extended"), 1)]),
        (false, false) => ("free", "standard"),
    };
    Cluster {
        version,
        endpoint,
        public: dice.chance(if is_prod { 35 } else { 70 }),
        network_id: network.facts.ids.native.clone(),
        subnet_ids: network.subnets.iter().filter(|s| !s.public).map(|s| s.facts.ids.native.clone()).collect(),
        // Only Azure says it with the cluster.
        node_count: (!is_aws).then(|| dice.between(2, if is_prod { 18 } else { 5 })),
        tier,
        support_plan,
        facts,
    }
}
