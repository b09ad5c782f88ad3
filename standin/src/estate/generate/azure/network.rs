//! Networks and what is in them, of a generated subscription.

use super::Maker;
use crate::estate::azure::*;

impl Maker<'_> {
    /// A network with its security groups and NAT gateway; says the id of its first subnet.
    pub(super) fn network(&mut self, at: &str) -> String {
        let resource = self.resource("Microsoft.Network/virtualNetworks", &format!("vnet-{at}"), at);
        let (front, back) = (format!("{}/subnets/front", resource.id), format!("{}/subnets/back", resource.id));
        let open = self.dice.chance(0.5);
        let web = self.security_group("web", at, &front, true);
        let internal = self.security_group("internal", at, &back, open);
        let nat = self.nat_gateway(at, &back);
        let subnet = |id: &str, name: &str, prefix: &str, group: String, nat: Option<String>| Subnet {
            id: id.to_owned(),
            name: name.to_owned(),
            address_prefix: prefix.to_owned(),
            network_security_group_id: Some(group),
            nat_gateway_id: nat,
            ip_configuration_ids: Vec::new(),
        };
        self.made.virtual_networks.push(VirtualNetwork {
            address_prefixes: vec!["10.0.0.0/16".to_owned()],
            subnets: vec![
                subnet(&front, "front", "10.0.0.0/17", web, None),
                subnet(&back, "back", "10.0.128.0/17", internal, Some(nat)),
            ],
            resource,
        });
        // Worth finding: an address that nothing uses.
        let leftover = self.public_ip(&format!("old-{at}-ip"), at);
        self.made.public_ip_addresses.push(leftover);
        front
    }

    /// Worth finding: groups that let all the world in, by SSH in one and by a range of ports in the other.
    fn security_group(&mut self, name: &str, at: &str, subnet_id: &str, open: bool) -> String {
        let rule = |name: &str, priority: u32, sources: &[&str], ports: &[&str]| SecurityRule {
            name: name.to_owned(),
            protocol: "Tcp".to_owned(),
            direction: "Inbound".to_owned(),
            access: "Allow".to_owned(),
            priority,
            source_address_prefixes: sources.iter().map(|&one| one.to_owned()).collect(),
            destination_address_prefix: "*".to_owned(),
            destination_port_ranges: ports.iter().map(|&one| one.to_owned()).collect(),
        };
        let mut security_rules = vec![match name {
            "web" => rule("allow-web", 100, &["Internet"], &["80", "443"]),
            _ => rule("allow-database", 100, &["10.0.0.0/8", "172.16.0.0/12"], &["5432"]),
        }];
        match (name, open) {
            ("web", true) => security_rules.push(rule("allow-ssh", 110, &["*"], &["22"])),
            (_, true) => security_rules.push(rule("allow-range", 120, &["0.0.0.0/0"], &["3000-4000"])),
            (_, false) => {}
        }
        let group = NetworkSecurityGroup {
            resource: self.resource("Microsoft.Network/networkSecurityGroups", &format!("{name}-{at}"), at),
            security_rules,
            subnet_ids: vec![subnet_id.to_owned()],
            network_interface_ids: Vec::new(),
        };
        let id = group.resource.id.clone();
        self.made.network_security_groups.push(group);
        id
    }

    fn nat_gateway(&mut self, at: &str, subnet_id: &str) -> String {
        let resource = self.resource("Microsoft.Network/natGateways", &format!("nat-{at}"), at);
        let id = resource.id.clone();
        let address = self.public_ip(&format!("nat-{at}-ip"), at);
        self.made.nat_gateways.push(NatGateway {
            resource,
            public_ip_ids: vec![address.resource.id.clone()],
            subnet_ids: vec![subnet_id.to_owned()],
        });
        self.made.public_ip_addresses.push(PublicIpAddress { nat_gateway_id: Some(id.clone()), ..address });
        self.cost(&id, "NAT Gateway", at, 108);
        id
    }

    pub(super) fn public_ip(&mut self, name: &str, at: &str) -> PublicIpAddress {
        let nth = self.made.public_ip_addresses.len();
        PublicIpAddress {
            resource: self.resource("Microsoft.Network/publicIPAddresses", name, at),
            sku_name: "Standard".to_owned(),
            allocation_method: "Static".to_owned(),
            ip_address: Some(format!("203.0.{}.{}", nth / 250 % 256, nth % 250 + 1)),
            ip_configuration_id: None,
            nat_gateway_id: None,
        }
    }

    /// The network interface of a machine; every tenth has a public address.
    pub(super) fn interface(&mut self, nth: usize, vm: &VirtualMachine, at: &str, subnet_id: &str) -> String {
        let name = format!("{}-nic", vm.resource.name());
        let mut interface = NetworkInterface {
            resource: self.resource("Microsoft.Network/networkInterfaces", &name, at),
            private_ip: format!("10.0.{}.{}", nth / 250 % 128, nth % 250 + 4),
            subnet_id: subnet_id.to_owned(),
            public_ip_id: None,
            network_security_group_id: None,
            virtual_machine_id: Some(vm.resource.id.clone()),
        };
        let configuration = interface.ip_configuration_id();
        if nth.is_multiple_of(10) {
            let address = self.public_ip(&format!("{}-ip", vm.resource.name()), at);
            interface.public_ip_id = Some(address.resource.id.clone());
            let ip_configuration_id = Some(configuration.clone());
            self.made.public_ip_addresses.push(PublicIpAddress { ip_configuration_id, ..address });
        }
        let mut subnets = self.made.virtual_networks.iter_mut().flat_map(|network| &mut network.subnets);
        if let Some(subnet) = subnets.find(|subnet| subnet.id == subnet_id) {
            subnet.ip_configuration_ids.push(configuration);
        }
        let id = interface.resource.id.clone();
        self.made.network_interfaces.push(interface);
        id
    }

    /// The network interface of an instance of a uniform scale set, in a security group of its own; every second has a
    /// public address.
    pub(super) fn interface_in_set(&mut self, nth: usize, instance: &mut ScaleSetInstance, subnet_id: &str) {
        let at = instance.machine.resource.location.clone();
        let inside = |id: String| TrackedResource { id, location: at.clone(), ..TrackedResource::default() };
        let group = self.made.network_security_groups.iter_mut().find(|group| group.resource.location == at);
        let mut interface = NetworkInterface {
            resource: inside(format!("{}/networkInterfaces/nic0", instance.machine.resource.id)),
            // Above those of the machines.
            private_ip: format!("10.0.{}.{}", 120 + nth / 250 % 8, nth % 250 + 4),
            subnet_id: subnet_id.to_owned(),
            public_ip_id: None,
            network_security_group_id: group.as_ref().map(|group| group.resource.id.clone()),
            virtual_machine_id: Some(instance.machine.resource.id.clone()),
        };
        if let Some(group) = group {
            group.network_interface_ids.push(interface.resource.id.clone());
        }
        let configuration = interface.ip_configuration_id();
        if nth.is_multiple_of(2) {
            let id = format!("{configuration}/publicIPAddresses/pub0");
            interface.public_ip_id = Some(id.clone());
            instance.public_ip_addresses.push(PublicIpAddress {
                resource: inside(id),
                sku_name: "Standard".to_owned(),
                allocation_method: "Dynamic".to_owned(),
                ip_address: Some(format!("198.51.{}.{}", nth / 250 % 256, nth % 250 + 1)),
                ip_configuration_id: Some(configuration.clone()),
                nat_gateway_id: None,
            });
        }
        let mut subnets = self.made.virtual_networks.iter_mut().flat_map(|network| &mut network.subnets);
        if let Some(subnet) = subnets.find(|subnet| subnet.id == subnet_id) {
            subnet.ip_configuration_ids.push(configuration);
        }
        instance.machine.network_interface_ids.push(interface.resource.id.clone());
        instance.network_interfaces.push(interface);
    }

    /// Worth finding: the first balancer, and every third after it, has no backends.
    pub(super) fn balancer(&mut self, nth: usize, at: &str) {
        let name = format!("lb-{at}-{nth}");
        let resource = self.resource("Microsoft.Network/loadBalancers", &name, at);
        let address = self.public_ip(&format!("{name}-ip"), at);
        let frontend = format!("{}/frontendIPConfigurations/front", resource.id);
        let backends = self.made.network_interfaces.iter().filter(|one| one.resource.location == at).take(2);
        let backends = backends.filter(|_| !nth.is_multiple_of(3)).map(NetworkInterface::ip_configuration_id).collect();
        self.cost(&resource.id, "Load Balancer", at, 60);
        self.made.load_balancers.push(LoadBalancer {
            resource,
            sku_name: "Standard".to_owned(),
            frontends: vec![Frontend {
                name: "front".to_owned(),
                public_ip_id: Some(address.resource.id.clone()),
                subnet_id: None,
                private_ip: None,
            }],
            backend_ip_configuration_ids: backends,
            rules: vec![(443, 8443)],
        });
        self.made.public_ip_addresses.push(PublicIpAddress { ip_configuration_id: Some(frontend), ..address });
    }
}
