//! `Microsoft.Network`.

use super::{reference, references, resource};
use crate::estate::azure::{
    ApplicationGateway, Frontend, LoadBalancer, NatGateway, NetworkInterface, NetworkSecurityGroup, PublicIpAddress,
    SecurityRule, Subnet, VirtualNetwork,
};
use serde_json::{Value, json};

pub(in crate::arm) fn virtual_network(network: &VirtualNetwork) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "addressSpace": { "addressPrefixes": network.address_prefixes },
        "subnets": network.subnets.iter().map(subnet).collect::<Value>(),
        "virtualNetworkPeerings": [],
        "enableDdosProtection": false,
    });
    resource("Microsoft.Network/virtualNetworks", &network.resource, Value::Null, properties)
}

fn subnet(subnet: &Subnet) -> Value {
    json!({
        "name": subnet.name,
        "id": subnet.id,
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": subnet.address_prefix,
            "networkSecurityGroup": reference(subnet.network_security_group_id.as_ref()),
            "natGateway": reference(subnet.nat_gateway_id.as_ref()),
            "ipConfigurations": references(&subnet.ip_configuration_ids),
        },
    })
}

pub(in crate::arm) fn network_security_group(group: &NetworkSecurityGroup) -> Value {
    let rule = |list: &str, rule: &SecurityRule| {
        json!({
            "name": rule.name,
            "id": format!("{}/{list}/{}", group.resource.id, rule.name),
            "type": format!("Microsoft.Network/networkSecurityGroups/{list}"),
            "properties": rule_properties(rule),
        })
    };
    let own = group.security_rules.iter().map(|one| rule("securityRules", one));
    let properties = json!({
        "provisioningState": "Succeeded",
        "securityRules": own.collect::<Value>(),
        "defaultSecurityRules": default_rules().iter().map(|one| rule("defaultSecurityRules", one)).collect::<Value>(),
        "subnets": references(&group.subnet_ids),
        "networkInterfaces": references(&group.network_interface_ids),
    });
    resource("Microsoft.Network/networkSecurityGroups", &group.resource, Value::Null, properties)
}

/// One prefix or range has a field of its own; several have another.
fn rule_properties(rule: &SecurityRule) -> Value {
    let one = |parts: &[String]| if let [one] = parts { json!(one) } else { Value::Null };
    let several = |parts: &[String]| if parts.len() == 1 { json!([]) } else { json!(parts) };
    json!({
        "provisioningState": "Succeeded",
        "protocol": rule.protocol,
        "sourcePortRange": "*",
        "destinationPortRange": one(&rule.destination_port_ranges),
        "destinationPortRanges": several(&rule.destination_port_ranges),
        "sourceAddressPrefix": one(&rule.source_address_prefixes),
        "sourceAddressPrefixes": several(&rule.source_address_prefixes),
        "destinationAddressPrefix": rule.destination_address_prefix,
        "access": rule.access,
        "priority": rule.priority,
        "direction": rule.direction,
    })
}

/// The rules that every group has below its own.
fn default_rules() -> Vec<SecurityRule> {
    const RULES: &[(&str, &str, &str, u32, &str, &str)] = &[
        ("AllowVnetInBound", "Inbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
        ("AllowAzureLoadBalancerInBound", "Inbound", "Allow", 65001, "AzureLoadBalancer", "*"),
        ("DenyAllInBound", "Inbound", "Deny", 65500, "*", "*"),
        ("AllowVnetOutBound", "Outbound", "Allow", 65000, "VirtualNetwork", "VirtualNetwork"),
        ("AllowInternetOutBound", "Outbound", "Allow", 65001, "*", "Internet"),
        ("DenyAllOutBound", "Outbound", "Deny", 65500, "*", "*"),
    ];
    let rule = |&(name, direction, access, priority, from, to): &(&str, &str, &str, u32, &str, &str)| SecurityRule {
        name: name.to_owned(),
        protocol: "*".to_owned(),
        direction: direction.to_owned(),
        access: access.to_owned(),
        priority,
        source_address_prefixes: vec![from.to_owned()],
        destination_address_prefix: to.to_owned(),
        destination_port_ranges: vec!["*".to_owned()],
    };
    RULES.iter().map(rule).collect()
}

pub(in crate::arm) fn public_ip_address(address: &PublicIpAddress) -> Value {
    let more = json!({ "sku": { "name": address.sku_name, "tier": "Regional" } });
    let properties = json!({
        "provisioningState": "Succeeded",
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": address.allocation_method,
        "idleTimeoutInMinutes": 4,
        "ipAddress": address.ip_address,
        "ipConfiguration": reference(address.ip_configuration_id.as_ref()),
        "natGateway": reference(address.nat_gateway_id.as_ref()),
    });
    resource("Microsoft.Network/publicIPAddresses", &address.resource, more, properties)
}

pub(in crate::arm) fn nat_gateway(gateway: &NatGateway) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "idleTimeoutInMinutes": 4,
        "publicIpAddresses": references(&gateway.public_ip_ids),
        "subnets": references(&gateway.subnet_ids),
    });
    let more = json!({ "sku": { "name": "Standard", "tier": "Regional" } });
    resource("Microsoft.Network/natGateways", &gateway.resource, more, properties)
}

pub(in crate::arm) fn load_balancer(balancer: &LoadBalancer) -> Value {
    let id = &balancer.resource.id;
    let rules = balancer.rules.iter().map(|(from, to)| {
        json!({
            "name": format!("port-{from}"),
            "id": format!("{id}/loadBalancingRules/port-{from}"),
            "properties": { "protocol": "Tcp", "frontendPort": from, "backendPort": to },
        })
    });
    let pool = json!({
        "name": "backend",
        "id": format!("{id}/backendAddressPools/backend"),
        "properties": { "backendIPConfigurations": references(&balancer.backend_ip_configuration_ids) },
    });
    let properties = json!({
        "provisioningState": "Succeeded",
        "frontendIPConfigurations": frontends(id, &balancer.frontends),
        "backendAddressPools": [pool],
        "loadBalancingRules": rules.collect::<Value>(),
        "probes": [],
        "inboundNatRules": [],
    });
    let more = json!({ "sku": { "name": balancer.sku_name, "tier": "Regional" } });
    resource("Microsoft.Network/loadBalancers", &balancer.resource, more, properties)
}

fn frontends(id: &str, all: &[Frontend]) -> Value {
    let written = all.iter().map(|frontend| {
        json!({
            "name": frontend.name,
            "id": format!("{id}/frontendIPConfigurations/{}", frontend.name),
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAddress": frontend.private_ip,
                "subnet": reference(frontend.subnet_id.as_ref()),
                "publicIPAddress": reference(frontend.public_ip_id.as_ref()),
            },
        })
    });
    written.collect()
}

pub(in crate::arm) fn application_gateway(gateway: &ApplicationGateway) -> Value {
    let id = &gateway.resource.id;
    let part = |kind: &str, name: &str, properties: Value| json!({ "name": name, "id": format!("{id}/{kind}/{name}"), "properties": properties });
    let place = json!({ "provisioningState": "Succeeded", "subnet": { "id": gateway.subnet_id } });
    let ports =
        gateway.ports.iter().map(|port| part("frontendPorts", &format!("port-{port}"), json!({ "port": port })));
    let addresses = gateway.backend_addresses.iter().map(|address| json!({ "ipAddress": address }));
    let pool = json!({ "provisioningState": "Succeeded", "backendAddresses": addresses.collect::<Value>() });
    let properties = json!({
        "provisioningState": "Succeeded",
        "operationalState": gateway.operational_state,
        "sku": { "name": gateway.sku_name, "tier": gateway.sku_name, "capacity": gateway.capacity },
        "autoscaleConfiguration": gateway.capacity.is_none().then(|| json!({ "minCapacity": 0, "maxCapacity": 10 })),
        "gatewayIPConfigurations": [part("gatewayIPConfigurations", "place", place)],
        "frontendIPConfigurations": frontends(id, &gateway.frontends),
        "frontendPorts": ports.collect::<Value>(),
        "backendAddressPools": [part("backendAddressPools", "backend", pool)],
    });
    resource("Microsoft.Network/applicationGateways", &gateway.resource, Value::Null, properties)
}

pub(in crate::arm) fn network_interface(interface: &NetworkInterface) -> Value {
    let properties = interface_properties(interface);
    resource("Microsoft.Network/networkInterfaces", &interface.resource, Value::Null, properties)
}

/// One of an instance of a uniform scale set, which has neither type nor location nor tags.
pub(in crate::arm) fn network_interface_in_set(interface: &NetworkInterface) -> Value {
    let properties = interface_properties(interface);
    json!({
        "name": interface.resource.name(),
        "id": interface.resource.id,
        "properties": super::without_nulls(properties),
    })
}

/// The same of a public address.
pub(in crate::arm) fn public_ip_address_in_set(address: &PublicIpAddress) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "ipAddress": address.ip_address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": address.allocation_method,
        "idleTimeoutInMinutes": 4,
        "ipConfiguration": reference(address.ip_configuration_id.as_ref()),
    });
    json!({
        "name": address.resource.name(),
        "id": address.resource.id,
        "properties": super::without_nulls(properties),
    })
}

fn interface_properties(interface: &NetworkInterface) -> Value {
    let configuration = json!({
        "name": "ipconfig1",
        "id": interface.ip_configuration_id(),
        "properties": {
            "provisioningState": "Succeeded",
            "privateIPAddress": interface.private_ip,
            "privateIPAllocationMethod": "Dynamic",
            "primary": true,
            "privateIPAddressVersion": "IPv4",
            "subnet": { "id": interface.subnet_id },
            "publicIPAddress": reference(interface.public_ip_id.as_ref()),
        },
    });
    json!({
        "provisioningState": "Succeeded",
        "ipConfigurations": [configuration],
        "networkSecurityGroup": reference(interface.network_security_group_id.as_ref()),
        "virtualMachine": reference(interface.virtual_machine_id.as_ref()),
        "primary": true,
    })
}
