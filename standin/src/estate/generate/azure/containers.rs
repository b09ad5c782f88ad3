//! Clusters of AKS of a generated subscription.

use super::Maker;
use crate::estate::azure::*;
use crate::estate::generate::APPLICATIONS;
use crate::seeded::{self, Dice};

impl Maker<'_> {
    /// So many clusters, drawn from a stream of their own: the rest of the estate is the same without them.
    pub(super) fn clusters(&mut self, count: usize, at: &str, subnet_id: &str) {
        let own = Dice::new(seeded::hash(self.settings.seed, &[&self.made.id, at, "clusters"]));
        let shared = std::mem::replace(&mut self.dice, own);
        for nth in 0..count {
            self.cluster(nth, at, subnet_id);
        }
        self.dice = shared;
    }

    /// The second of a location is stopped, and every third is free of charge.
    fn cluster(&mut self, nth: usize, at: &str, subnet_id: &str) {
        let name = format!("aks-{}-{at}-{nth}", self.dice.pick(APPLICATIONS));
        let is_private = self.dice.chance(0.4);
        let domain = if is_private { format!("privatelink.{at}") } else { format!("hcp.{at}") };
        let (sku_tier, support_plan) = match nth % 3 {
            0 => ("Standard", "KubernetesOfficial"),
            1 => ("Free", "KubernetesOfficial"),
            _ => ("Premium", "AKSLongTermSupport"),
        };
        // Every other one is in a network that AKS made for it.
        let vnet_subnet_id = nth.is_multiple_of(2).then(|| subnet_id.to_owned());
        let mut pool = |name: &str, mode: &str, most: usize| AgentPool {
            name: name.to_owned(),
            count: if nth == 1 { 0 } else { 1 + self.dice.below(most) as u32 },
            vm_size: "Standard_D4s_v5".to_owned(),
            mode: mode.to_owned(),
            vnet_subnet_id: vnet_subnet_id.clone(),
        };
        let agent_pools = vec![pool("system", "System", 3), pool("apps", "User", 12)];
        let cluster = ManagedCluster {
            resource: self.resource("Microsoft.ContainerService/managedClusters", &name, at),
            kubernetes_version: (*self.dice.pick(&["1.34.2", "1.33.5", "1.31.13"])).to_owned(),
            provisioning_state: "Succeeded".to_owned(),
            power_state: if nth == 1 { "Stopped" } else { "Running" }.to_owned(),
            fqdn: format!("{name}-dns-{:08x}.{domain}.azmk8s.io", self.dice.next() & 0xFFFF_FFFF),
            is_private,
            sku_tier: sku_tier.to_owned(),
            support_plan: support_plan.to_owned(),
            agent_pools,
            created_at: self.days_ago(700),
        };
        if sku_tier != "Free" {
            self.cost(&cluster.resource.id, "Azure Kubernetes Service", at, 240);
        }
        self.made.managed_clusters.push(cluster);
    }
}
