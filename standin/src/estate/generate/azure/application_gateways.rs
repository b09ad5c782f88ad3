//! Application gateways of a generated subscription.

use super::Maker;
use crate::estate::azure::*;
use crate::estate::generate::APPLICATIONS;
use crate::seeded::{self, Dice};

impl Maker<'_> {
    /// So many application gateways, drawn from a stream of their own: the rest of the estate is the same without them.
    pub(super) fn application_gateways(&mut self, count: usize, at: &str, subnet_id: &str) {
        let own = Dice::new(seeded::hash(self.settings.seed, &[&self.made.id, at, "application gateways"]));
        let shared = std::mem::replace(&mut self.dice, own);
        for nth in 0..count {
            self.application_gateway(nth, at, subnet_id);
        }
        self.dice = shared;
    }

    /// The first of a location has a public address, every other one a private one besides. Worth finding: the second is
    /// stopped, and the first sends nowhere.
    fn application_gateway(&mut self, nth: usize, at: &str, subnet_id: &str) {
        let name = format!("{}-appgw-{at}-{nth}", self.dice.pick(APPLICATIONS));
        let resource = self.resource("Microsoft.Network/applicationGateways", &name, at);
        let mut frontends = Vec::new();
        if nth == 0 || self.dice.chance(0.5) {
            let address = self.public_ip(&format!("{name}-ip"), at);
            frontends.push(Frontend {
                name: "public".to_owned(),
                public_ip_id: Some(address.resource.id.clone()),
                subnet_id: None,
                private_ip: None,
            });
            let ip_configuration_id = Some(format!("{}/frontendIPConfigurations/public", resource.id));
            self.made.public_ip_addresses.push(PublicIpAddress { ip_configuration_id, ..address });
        }
        if frontends.is_empty() || nth.is_multiple_of(2) {
            frontends.push(Frontend {
                name: "private".to_owned(),
                public_ip_id: None,
                subnet_id: Some(subnet_id.to_owned()),
                private_ip: Some(format!("10.0.127.{}", nth % 250 + 4)),
            });
        }
        self.cost(&resource.id, "Application Gateway", at, 590);
        self.made.application_gateways.push(ApplicationGateway {
            resource,
            sku_name: (*self.dice.pick(&["Standard_v2", "WAF_v2"])).to_owned(),
            capacity: self.dice.chance(0.4).then_some(2),
            operational_state: if nth == 1 { "Stopped" } else { "Running" }.to_owned(),
            subnet_id: subnet_id.to_owned(),
            frontends,
            ports: vec![80, 443],
            backend_addresses: if nth == 0 { Vec::new() } else { vec![format!("10.0.0.{}", nth % 250 + 4)] },
        });
    }
}
