//! `Microsoft.ContainerService`.

use super::{resource, time};
use crate::estate::azure::{AgentPool, ManagedCluster};
use serde_json::{Value, json};

pub(in crate::arm) fn managed_cluster(cluster: &ManagedCluster) -> Value {
    let more = json!({
        "sku": { "name": "Base", "tier": cluster.sku_tier },
        "systemData": { "createdAt": time(cluster.created_at) },
    });
    let name = |private: bool| (cluster.is_private == private).then_some(&cluster.fqdn);
    let properties = json!({
        "provisioningState": cluster.provisioning_state,
        "powerState": { "code": cluster.power_state },
        "kubernetesVersion": minor(&cluster.kubernetes_version),
        "currentKubernetesVersion": cluster.kubernetes_version,
        "supportPlan": cluster.support_plan,
        "dnsPrefix": cluster.resource.name(),
        "fqdn": name(false),
        "privateFQDN": name(true),
        "agentPoolProfiles": cluster.agent_pools.iter().map(|pool| agent_pool(pool, cluster)).collect::<Value>(),
        "apiServerAccessProfile": cluster.is_private.then(|| json!({ "enablePrivateCluster": true })),
        "networkProfile": { "networkPlugin": "azure", "loadBalancerSku": "standard" },
        "enableRBAC": true,
        "linuxProfile": { "adminUsername": "azureuser", "ssh": { "publicKeys": [{ "keyData": "ssh-rsa AAAA" }] } },
    });
    resource("Microsoft.ContainerService/managedClusters", &cluster.resource, more, properties)
}

fn agent_pool(pool: &AgentPool, cluster: &ManagedCluster) -> Value {
    json!({
        "name": pool.name,
        "count": pool.count,
        "vmSize": pool.vm_size,
        "mode": pool.mode,
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        "vnetSubnetID": pool.vnet_subnet_id,
        "provisioningState": "Succeeded",
        "powerState": { "code": cluster.power_state },
        "currentOrchestratorVersion": cluster.kubernetes_version,
    })
}

/// What people ask for is often a minor version, which AKS gives the newest patch of.
fn minor(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(minor, _)| minor)
}
