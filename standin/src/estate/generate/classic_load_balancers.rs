//! Classic load balancers of a generated region.

use super::{APPLICATIONS, CostLine, Maker, Region};
use crate::estate::ClassicLoadBalancer;
use crate::seeded::{self, Dice};

impl Maker<'_> {
    /// So many classic load balancers, drawn from a stream of their own: the rest of the estate is the same without them.
    pub(super) fn classic_load_balancers(&mut self, count: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let own = Dice::new(seeded::hash(self.settings.seed, &[&self.account, &region.name, "classic load balancers"]));
        let shared = std::mem::replace(&mut self.dice, own);
        for nth in 0..count {
            let balancer = self.classic_load_balancer(nth, region);
            let arn =
                format!("arn:aws:elasticloadbalancing:{}:{}:loadbalancer/{}", region.name, self.account, balancer.name);
            costs.push(self.cost("Amazon Elastic Load Balancing", &region.name, Some(&arn), 60));
            region.classic_load_balancers.push(balancer);
        }
        self.dice = shared;
    }

    /// Worth finding: the first of a region, and every third after it, has no instances.
    fn classic_load_balancer(&mut self, nth: usize, region: &Region) -> ClassicLoadBalancer {
        let name = format!("{}-classic-{nth}", self.dice.pick(APPLICATIONS));
        let vpc_id = self.dice.pick(&region.vpcs).id.clone();
        let subnets: Vec<_> = region.subnets.iter().filter(|subnet| subnet.vpc_id == vpc_id).collect();
        let group = region.security_groups.iter().find(|group| group.vpc_id == vpc_id);
        let instances = region.instances.iter().take(2).filter(|_| !nth.is_multiple_of(3));
        ClassicLoadBalancer {
            scheme: (*self.dice.pick(&["internet-facing", "internal"])).to_owned(),
            dns_name: format!("{name}-{}.{}.elb.amazonaws.com", self.dice.below(1_000_000_000), region.name),
            zones: subnets.iter().map(|subnet| subnet.zone.clone()).collect(),
            subnet_ids: subnets.iter().map(|subnet| subnet.id.clone()).collect(),
            security_group_ids: group.map(|group| group.id.clone()).into_iter().collect(),
            instance_ids: instances.map(|instance| instance.id.clone()).collect(),
            listeners: vec![(80, 8080), (443, 8443)],
            vpc_id: Some(vpc_id),
            created_at: self.days_ago(2000),
            tags: self.tags(&name),
            name,
        }
    }
}
