//! Clusters of EKS of a generated region.

use super::{APPLICATIONS, CostLine, Maker, Region};
use crate::estate::Cluster;
use crate::seeded::{self, Dice};

impl Maker<'_> {
    /// So many clusters, drawn from a stream of their own: the rest of the estate is the same without them.
    pub(super) fn clusters(&mut self, count: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let own = Dice::new(seeded::hash(self.settings.seed, &[&self.account, &region.name, "clusters"]));
        let shared = std::mem::replace(&mut self.dice, own);
        for nth in 0..count {
            let cluster = self.cluster(nth, region);
            costs.push(self.cost("Amazon Elastic Kubernetes Service", &region.name, Some(&cluster.arn), 240));
            region.clusters.push(cluster);
        }
        self.dice = shared;
    }

    /// The second of a region is being updated, and serves meanwhile.
    fn cluster(&mut self, nth: usize, region: &Region) -> Cluster {
        let name = format!("{}-eks-{nth}", self.dice.pick(APPLICATIONS));
        let vpc_id = self.dice.pick(&region.vpcs).id.clone();
        let subnets = region.subnets.iter().filter(|subnet| subnet.vpc_id == vpc_id && !subnet.public);
        let group = region.security_groups.iter().find(|group| group.vpc_id == vpc_id && group.name == "internal");
        Cluster {
            arn: format!("arn:aws:eks:{}:{}:cluster/{name}", region.name, self.account),
            version: (*self.dice.pick(&["1.35", "1.34", "1.31"])).to_owned(),
            status: if nth == 1 { "UPDATING" } else { "ACTIVE" }.to_owned(),
            endpoint: Some(format!("https://{:032X}.gr7.{}.eks.amazonaws.com", self.dice.next(), region.name)),
            subnet_ids: subnets.map(|subnet| subnet.id.clone()).collect(),
            security_group_ids: group.map(|group| group.id.clone()).into_iter().collect(),
            vpc_id,
            endpoint_public_access: self.dice.chance(0.5),
            support_type: (*self.dice.pick(&["EXTENDED", "EXTENDED", "STANDARD"])).to_owned(),
            control_plane_tier: self.dice.chance(0.6).then(|| "standard".to_owned()),
            created_at: self.days_ago(700),
            tags: self.tags(&name),
            name,
        }
    }
}
