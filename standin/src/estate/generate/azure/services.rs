//! Scale sets, images, databases, storage accounts and sites of a generated subscription.

use super::Maker;
use crate::estate::azure::*;
use crate::estate::generate::APPLICATIONS;

impl Maker<'_> {
    /// A uniform set with its instances, or a flexible one whose members are virtual machines.
    pub(super) fn scale_set(&mut self, nth: usize, at: &str, subnet_id: &str) {
        let name = format!("set-{at}-{nth}");
        let uniform = nth.is_multiple_of(2);
        let mut set = ScaleSet {
            resource: self.resource("Microsoft.Compute/virtualMachineScaleSets", &name, at),
            vm_size: "Standard_D2s_v5".to_owned(),
            capacity: 2,
            orchestration_mode: if uniform { "Uniform" } else { "Flexible" }.to_owned(),
            priority: None,
            os_type: "Linux".to_owned(),
            time_created: self.days_ago(300),
            instances: Vec::new(),
        };
        for member in 0..set.capacity {
            let member_name = format!("{name}_{member}");
            let mut machine = self.bare_machine(&member_name, at);
            machine.vm_size.clone_from(&set.vm_size);
            if uniform {
                machine.resource.id = format!("{}/virtualMachines/{member}", set.resource.id);
                let mut instance = ScaleSetInstance {
                    instance_id: member.to_string(),
                    name: member_name,
                    machine,
                    network_interfaces: Vec::new(),
                    public_ip_addresses: Vec::new(),
                };
                self.interface_in_set(nth * 2 + member as usize, &mut instance, subnet_id);
                set.instances.push(instance);
            } else {
                machine.scale_set_id = Some(set.resource.id.clone());
                self.made.virtual_machines.push(machine);
            }
        }
        self.cost(&set.resource.id, "Virtual Machines", at, 440);
        self.made.scale_sets.push(set);
    }

    pub(super) fn image(&mut self, nth: usize, at: &str) {
        let image = Image {
            resource: self.resource("Microsoft.Compute/images", &format!("base-{at}-{nth}"), at),
            os_type: "Linux".to_owned(),
            size_gb: 30,
            hyper_v_generation: "V2".to_owned(),
            source_virtual_machine_id: None,
            provisioning_state: "Succeeded".to_owned(),
        };
        self.made.images.push(image);
    }

    /// A server of each kind. Flexible servers write the display name of their location, as Azure's do.
    pub(super) fn databases(&mut self, nth: usize, at: &str, display: &str) {
        let name = format!("{}-db-{at}-{nth}", self.dice.pick(APPLICATIONS));
        self.sql_server(&name, at);
        let postgres = self.flexible_server("Microsoft.DBforPostgreSQL", &name, display);
        self.cost(&postgres.resource.id, "Azure Database for PostgreSQL", at, 500);
        self.made.postgresql_servers.push(postgres);
        let mysql = self.flexible_server("Microsoft.DBforMySQL", &name, display);
        self.cost(&mysql.resource.id, "Azure Database for MySQL", at, 400);
        self.made.mysql_servers.push(mysql);
        let managed = self.managed_instance(&name, at);
        self.cost(&managed.resource.id, "SQL Managed Instance", at, 900);
        self.made.managed_instances.push(managed);
    }

    fn managed_instance(&mut self, name: &str, at: &str) -> ManagedInstance {
        let resource = self.resource("Microsoft.Sql/managedInstances", &format!("{name}-mi"), at);
        let here = self.made.virtual_networks.iter().find(|network| network.resource.location == at);
        let subnet = here.map(|network| format!("{}/subnets/managed-instances", network.resource.id));
        ManagedInstance {
            resource,
            sku_name: "GP_Gen5".to_owned(),
            sku_tier: "GeneralPurpose".to_owned(),
            v_cores: *self.dice.pick(&[4, 8, 16]),
            state: (*self.dice.pick(&["Ready", "Ready", "Stopped"])).to_owned(),
            storage_size_in_gb: *self.dice.pick(&[32, 256, 1024]),
            zone_redundant: self.dice.chance(0.3),
            public_data_endpoint_enabled: self.dice.chance(0.2),
            subnet_id: subnet.unwrap_or_default(),
        }
    }

    fn sql_server(&mut self, name: &str, at: &str) {
        let resource = self.resource("Microsoft.Sql/servers", name, at);
        let master = self.sql_database(&resource, "master", ("System", "System", 0));
        let mut orders = self.sql_database(&resource, "orders", ("GP_S_Gen5", "GeneralPurpose", 2));
        if self.dice.chance(0.3) {
            orders.status = "Paused".to_owned();
        }
        self.cost(&orders.resource.id, "SQL Database", at, 600);
        let pool = self.elastic_pool(&resource, &orders);
        let mut reports = orders.clone();
        reports.resource.id = format!("{}/databases/reports", resource.id);
        reports.status = "Online".to_owned();
        (reports.sku_name, reports.capacity) = ("ElasticPool".to_owned(), 0);
        reports.elastic_pool_id = Some(pool.resource.id.clone());
        self.made.sql_servers.push(SqlServer {
            version: "12.0".to_owned(),
            state: "Ready".to_owned(),
            public_network_access: self.dice.chance(0.3),
            databases: vec![master, orders, reports],
            elastic_pools: vec![pool],
            resource,
        });
    }

    /// A pool as old and as dear as a database.
    fn elastic_pool(&mut self, server: &TrackedResource, like: &SqlDatabase) -> ElasticPool {
        let id = format!("{}/elasticPools/shared", server.id);
        if let Some(cost) = self.made.costs.last() {
            let cost = CostLine { resource_id: id.clone(), ..cost.clone() };
            self.made.costs.push(cost);
        }
        ElasticPool {
            resource: TrackedResource { id, location: server.location.clone(), ..TrackedResource::default() },
            sku_name: "GP_Gen5".to_owned(),
            sku_tier: "GeneralPurpose".to_owned(),
            capacity: 4,
            state: "Ready".to_owned(),
            max_size_bytes: 64 << 30,
            zone_redundant: false,
            creation_date: like.creation_date,
        }
    }

    fn sql_database(&mut self, server: &TrackedResource, name: &str, sku: (&str, &str, u32)) -> SqlDatabase {
        let id = format!("{}/databases/{name}", server.id);
        let (sku_name, sku_tier, capacity) = sku;
        SqlDatabase {
            resource: TrackedResource { id, location: server.location.clone(), ..TrackedResource::default() },
            sku_name: sku_name.to_owned(),
            sku_tier: sku_tier.to_owned(),
            capacity,
            status: "Online".to_owned(),
            max_size_bytes: 32 << 30,
            zone_redundant: self.dice.chance(0.3),
            creation_date: self.days_ago(700),
            elastic_pool_id: None,
        }
    }

    fn flexible_server(&mut self, provider: &str, name: &str, display: &str) -> FlexibleServer {
        let (sku_name, sku_tier) =
            *self.dice.pick(&[("Standard_B1ms", "Burstable"), ("Standard_D2ds_v4", "GeneralPurpose")]);
        let (version, domain) = if provider.ends_with("MySQL") { ("8.0.21", "mysql") } else { ("16", "postgres") };
        FlexibleServer {
            resource: self.resource(&format!("{provider}/flexibleServers"), name, display),
            sku_name: sku_name.to_owned(),
            sku_tier: sku_tier.to_owned(),
            version: version.to_owned(),
            state: (*self.dice.pick(&["Ready", "Ready", "Stopped"])).to_owned(),
            storage_gb: *self.dice.pick(&[32, 128, 512]),
            iops: 500,
            availability_zone: "1".to_owned(),
            high_availability: (*self.dice.pick(&["Disabled", "ZoneRedundant"])).to_owned(),
            public_network_access: self.dice.chance(0.2),
            backup_retention_days: 7,
            fully_qualified_domain_name: format!("{name}.{domain}.database.azure.com"),
            created_at: self.days_ago(800),
        }
    }

    pub(super) fn storage_account(&mut self, nth: usize, at: &str) {
        let name = format!("st{}{at}{nth}", self.dice.pick(APPLICATIONS));
        let account = StorageAccount {
            resource: self.resource("Microsoft.Storage/storageAccounts", &name, at),
            kind: "StorageV2".to_owned(),
            sku_name: (*self.dice.pick(&["Standard_LRS", "Standard_GRS", "Premium_LRS"])).to_owned(),
            access_tier: self.dice.chance(0.8).then(|| "Hot".to_owned()),
            allow_blob_public_access: self.dice.chance(0.2),
            https_only: self.dice.chance(0.9),
            creation_time: self.days_ago(900),
        };
        self.cost(&account.resource.id, "Storage", at, 40);
        self.made.storage_accounts.push(account);
    }

    /// A function app, and every third time a web app. Sites write the display name of their location.
    pub(super) fn site(&mut self, nth: usize, at: &str, display: &str) {
        let name = format!("{}-fn-{at}-{nth}", self.dice.pick(APPLICATIONS));
        let web = nth % 3 == 2;
        let plan = format!("plan-{at}");
        let plan = TrackedResource::new(&self.made.id, "rg-data", "Microsoft.Web/serverfarms", &plan, at);
        let site = Site {
            resource: self.resource("Microsoft.Web/sites", &name, display),
            kind: if web { "app,linux" } else { "functionapp,linux" }.to_owned(),
            state: (*self.dice.pick(&["Running", "Running", "Stopped"])).to_owned(),
            linux_fx_version: (*self.dice.pick(&["Python|3.12", "Node|22", "DOTNET-ISOLATED|8.0"])).to_owned(),
            https_only: self.dice.chance(0.8),
            server_farm_id: plan.id,
            last_modified: self.days_ago(300),
        };
        self.cost(&site.resource.id, if web { "Azure App Service" } else { "Functions" }, at, 5);
        self.made.sites.push(site);
    }
}
