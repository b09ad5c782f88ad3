//! Makes a believable estate from a seed: tags with gaps, waste worth finding, costs for what costs.

mod azure;
mod classic_load_balancers;
mod clusters;

pub use azure::LOCATION_NAMES;

use super::*;
use crate::seeded::{self, Dice};
use chrono::{Datelike, TimeDelta};

/// Names of AWS regions, in the order in which generated estates use them.
pub const REGION_NAMES: &[&str] = &[
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "us-west-2",
    "ap-southeast-2",
    "us-east-2",
    "eu-north-1",
    "ap-northeast-1",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "us-west-1",
    "eu-west-2",
    "eu-west-3",
    "ap-southeast-1",
    "ap-northeast-2",
];

/// The size of a generated estate. Made by [`GenerateSettings::new`], then changed field by field.
#[derive(Debug, Clone)]
pub struct GenerateSettings {
    /// The time at which the estate is as it is.
    pub now: DateTime<Utc>,
    /// What everything is drawn from.
    pub seed: u64,
    /// How many accounts. The first is the management account of the organisation.
    pub accounts: usize,
    /// The regions that each account has.
    pub regions: Vec<String>,
    /// How many instances each region of each account has. Everything else but buckets grows with it.
    pub instances_per_region: usize,
    /// How many buckets each account has.
    pub buckets_per_account: usize,
    /// Whether the accounts form an organisation.
    pub organization: bool,
    /// The role that each account has, and the external id that it requires.
    pub role_name: String,
    /// The external id that the role requires, if any.
    pub external_id: Option<String>,
    /// How many days of costs there are before `now`.
    pub cost_days: u32,
    /// How many subscriptions of Azure. Each has as many locations (the first of [`LOCATION_NAMES`]) as accounts have
    /// regions, with as many virtual machines. The first token of each reads all of them, the second it alone.
    pub subscriptions: usize,
}

impl GenerateSettings {
    /// Three accounts with three regions of 20 instances, in an organisation.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            seed: 1,
            accounts: 3,
            regions: REGION_NAMES.iter().take(3).map(|&name| name.to_owned()).collect(),
            instances_per_region: 20,
            buckets_per_account: 5,
            organization: true,
            role_name: "nephoscope-read".to_owned(),
            external_id: None,
            cost_days: 60,
            subscriptions: 0,
        }
    }

    /// So many accounts, with so many regions (the first of [`REGION_NAMES`]) of so many instances.
    pub fn sized(now: DateTime<Utc>, accounts: usize, regions: usize, instances_per_region: usize) -> Self {
        Self {
            accounts,
            regions: REGION_NAMES.iter().take(regions).map(|&name| name.to_owned()).collect(),
            instances_per_region,
            ..Self::new(now)
        }
    }
}

const APPLICATIONS: &[&str] = &["web", "api", "worker", "search", "billing", "ingest", "cache", "report"];
const TEAMS: &[&str] = &["payments", "platform", "data", "growth", "security"];
const ENVIRONMENTS: &[&str] = &["prod", "prod", "staging", "dev", "test"];

pub(super) fn estate(settings: &GenerateSettings) -> Estate {
    let accounts: Vec<Account> = (0..settings.accounts).map(|index| account(settings, index)).collect();
    let organization = accounts.first().filter(|_| settings.organization).map(|first| Organization {
        id: format!("o-{:010x}", seeded::mix(settings.seed) & 0xFF_FFFF_FFFF),
        management_account_id: first.id.clone(),
    });
    let subscriptions = (0..settings.subscriptions).map(|index| azure::subscription(settings, index)).collect();
    Estate { organization, accounts, subscriptions, ..Estate::empty(settings.now) }
}

fn account(settings: &GenerateSettings, index: usize) -> Account {
    let id = format!("{:012}", 200_000_000_000 + (seeded::mix(settings.seed) % 1_000) * 1_000_000 + index as u64 * 17);
    let dice = Dice::new(seeded::hash(settings.seed, &[&id]));
    let mut maker = Maker { dice, settings, account: id.clone(), types: InstanceType::common() };
    let name = format!("{}-{}-{index}", maker.dice.pick(TEAMS), maker.dice.pick(ENVIRONMENTS));
    let mut costs = Vec::new();
    let regions = settings.regions.iter().map(|name| maker.region(name, &mut costs)).collect();
    let buckets = (0..settings.buckets_per_account).map(|nth| maker.bucket(nth, &mut costs)).collect();
    costs.push(maker.cost("AWS Support (Business)", "global", None, 100));
    Account {
        access_key_id: format!("AKIA{:016X}", seeded::hash(settings.seed, &[&id, "key"])),
        secret_access_key: format!("{:040x}", seeded::hash(settings.seed, &[&id, "secret"])),
        email: format!("{name}@example.com"),
        name,
        status: "ACTIVE".to_owned(),
        joined_at: settings.now - TimeDelta::days(400 + index as i64 % 900),
        in_organization: settings.organization,
        roles: vec![Role {
            name: settings.role_name.clone(),
            external_id: settings.external_id.clone(),
            trusted_account_ids: None,
        }],
        id,
        regions,
        buckets,
        public_access_block: None,
        costs,
    }
}

/// Draws the resources of one account.
struct Maker<'a> {
    dice: Dice,
    settings: &'a GenerateSettings,
    account: String,
    types: Vec<InstanceType>,
}

impl Maker<'_> {
    fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{:016x}", self.dice.next())
    }

    fn days_ago(&mut self, most: i64) -> DateTime<Utc> {
        let seconds = self.dice.below((most * 86_400) as usize) as i64;
        let at = self.settings.now - TimeDelta::seconds(seconds);
        // Whole seconds, as EC2 has them.
        DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
    }

    /// Tags as people leave them: most have a team and an environment, some have none at all.
    fn tags(&mut self, name: &str) -> Tags {
        let mut tags = Tags::new();
        if self.dice.chance(0.1) {
            return tags;
        }
        tags.insert("Name".to_owned(), name.to_owned());
        if self.dice.chance(0.8) {
            tags.insert("team".to_owned(), (*self.dice.pick(TEAMS)).to_owned());
        }
        if self.dice.chance(0.7) {
            tags.insert("env".to_owned(), (*self.dice.pick(ENVIRONMENTS)).to_owned());
        }
        if self.dice.chance(0.05) {
            tags.insert("note".to_owned(), "r&d <old> \"keep\" – größer".to_owned());
        }
        tags
    }

    /// A cost of so many hundredths of a dollar a day, give or take half, to six digits.
    fn cost(&mut self, service: &str, region: &str, resource_id: Option<&str>, cents: u64) -> CostLine {
        let millionths = cents * 10_000 / 2 + self.dice.next() % (cents * 10_000).max(1);
        let today = self.settings.now.date_naive();
        let from = today - TimeDelta::days(i64::from(self.settings.cost_days));
        CostLine {
            service: service.to_owned(),
            region: region.to_owned(),
            resource_id: resource_id.map(str::to_owned),
            per_day: Decimal::new(millionths as i64, 6),
            from,
            until: today,
        }
    }

    fn region(&mut self, name: &str, costs: &mut Vec<CostLine>) -> Region {
        let count = self.settings.instances_per_region;
        let mut region = Region::empty(name);
        self.networks(&mut region);
        for nth in 0..count.div_ceil(20).min(50) {
            let image = self.image(nth);
            region.images.push(image);
        }
        for nth in 0..count {
            self.instance(nth, &mut region, costs);
        }
        for nth in 0..count.div_ceil(5) {
            self.loose_volume(nth, &mut region, costs);
        }
        self.snapshots(&mut region);
        for nth in 0..count.div_ceil(10) {
            self.address(nth, &mut region);
        }
        for nth in 0..count.div_ceil(20).min(100) {
            self.load_balancer(nth, &mut region, costs);
            self.database(nth, &mut region, costs);
        }
        for nth in 0..count.div_ceil(8).min(500) {
            self.function(nth, &mut region, costs);
        }
        self.clusters(count.div_ceil(20).min(100), &mut region, costs);
        self.classic_load_balancers(count.div_ceil(20).min(100), &mut region, costs);
        region
    }

    fn networks(&mut self, region: &mut Region) {
        if self.settings.instances_per_region == 0 {
            return;
        }
        for nth in 0..2u8 {
            let vpc = Vpc {
                id: self.id("vpc"),
                cidrs: vec![format!("10.{nth}.0.0/16")],
                is_default: nth == 0,
                state: "available".to_owned(),
                tags: self.tags(if nth == 0 { "default" } else { "main" }),
            };
            for (index, zone) in ["a", "b", "c"].iter().enumerate() {
                let subnet = Subnet {
                    id: self.id("subnet"),
                    vpc_id: vpc.id.clone(),
                    cidr: format!("10.{nth}.{}.0/20", index * 16),
                    zone: format!("{}{zone}", region.name),
                    available_ips: 4091 - self.dice.below(900) as u32,
                    public: index == 0,
                    default_for_az: nth == 0,
                    state: "available".to_owned(),
                    tags: self.tags(&format!("main-{zone}")),
                };
                region.subnets.push(subnet);
            }
            for name in ["default", "web", "internal"] {
                let group = self.security_group(name, &vpc.id);
                region.security_groups.push(group);
            }
            region.vpcs.push(vpc);
        }
        let subnet = &region.subnets[0];
        let (vpc_id, subnet_id) = (subnet.vpc_id.clone(), subnet.id.clone());
        region.nat_gateways.push(NatGateway {
            id: self.id("nat"),
            state: "available".to_owned(),
            vpc_id,
            subnet_id,
            connectivity: "public".to_owned(),
            public_ip: Some(format!("198.51.100.{}", self.dice.below(250) + 1)),
            allocation_id: Some(self.id("eipalloc")),
            network_interface_id: self.id("eni"),
            private_ip: "10.0.0.9".to_owned(),
            created_at: self.days_ago(700),
            tags: self.tags("nat"),
        });
    }

    fn security_group(&mut self, name: &str, vpc_id: &str) -> SecurityGroup {
        let open = |port: i32, cidr: &str| IpPermission {
            protocol: "tcp".to_owned(),
            from_port: Some(port),
            to_port: Some(port),
            cidrs: vec![cidr.to_owned()],
            cidrs_v6: if cidr == "0.0.0.0/0" { vec!["::/0".to_owned()] } else { Vec::new() },
            group_ids: Vec::new(),
        };
        let mut ingress = match name {
            "web" => vec![open(443, "0.0.0.0/0"), open(80, "0.0.0.0/0")],
            "internal" => vec![open(5432, "10.0.0.0/8")],
            _ => Vec::new(),
        };
        // Worth finding: now and then SSH is open to the world.
        if name == "web" && self.dice.chance(0.3) {
            ingress.push(open(22, "0.0.0.0/0"));
        }
        SecurityGroup {
            id: self.id("sg"),
            name: name.to_owned(),
            description: format!("{name} security group"),
            vpc_id: vpc_id.to_owned(),
            ingress,
            egress: vec![IpPermission {
                protocol: "-1".to_owned(),
                from_port: None,
                to_port: None,
                cidrs: vec!["0.0.0.0/0".to_owned()],
                cidrs_v6: Vec::new(),
                group_ids: Vec::new(),
            }],
            tags: self.tags(name),
        }
    }

    fn image(&mut self, nth: usize) -> Image {
        let name = format!("base-{nth}");
        Image {
            id: self.id("ami"),
            description: format!("base image {nth}"),
            state: "available".to_owned(),
            created_at: self.days_ago(900),
            deprecated_at: self.dice.chance(0.2).then(|| self.settings.now + TimeDelta::days(90)),
            architecture: (*self.dice.pick(&["x86_64", "x86_64", "arm64"])).to_owned(),
            platform_details: "Linux/UNIX".to_owned(),
            public: false,
            snapshot_ids: vec![self.id("snap")],
            tags: self.tags(&name),
            name,
        }
    }

    fn instance(&mut self, nth: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let kind = self.dice.pick(&self.types).clone();
        let subnet = self.dice.pick(&region.subnets).clone();
        let name = format!("{}-{nth}", self.dice.pick(APPLICATIONS));
        let state = *self.dice.pick(&["running", "running", "running", "running", "running", "running", "stopped"]);
        let running = state == "running";
        let id = self.id("i");
        let reservation_id = match region.instances.last() {
            Some(last) if self.dice.chance(0.2) => last.reservation_id.clone(),
            _ => self.id("r"),
        };
        let groups: Vec<&SecurityGroup> = region.security_groups.iter().filter(|g| g.vpc_id == subnet.vpc_id).collect();
        let group = self.dice.pick(&groups).id.clone();
        let launched_at = self.days_ago(600);
        let host = nth % 60_000;
        let usage = self.usage();
        let volume = self.root_volume(&name, &subnet.zone, &id, launched_at);
        let instance = Instance {
            reservation_id,
            instance_type: kind.name.clone(),
            state: state.to_owned(),
            launched_at,
            stopped_at: (!running).then(|| launched_at + (self.settings.now - launched_at) / 2),
            zone: subnet.zone.clone(),
            image_id: self.dice.pick(&region.images).id.clone(),
            architecture: kind.architecture.clone(),
            platform_details: (*self.dice.pick(&["Linux/UNIX", "Linux/UNIX", "Linux/UNIX", "Windows"])).to_owned(),
            vpc_id: subnet.vpc_id.clone(),
            subnet_id: subnet.id.clone(),
            security_group_ids: vec![group],
            private_ip: Some(format!("10.{}.{}.{}", nth / 60_000, host / 250, host % 250 + 4)),
            public_ip: (running && subnet.public).then(|| format!("203.0.{}.{}", host / 250, host % 250 + 4)),
            lifecycle: self.dice.chance(0.1).then(|| "spot".to_owned()),
            root_volume_id: Some(volume.id.clone()),
            // One of twenty of the larger ones runs without hyper-threading.
            cpu_options: (kind.vcpus >= 4 && usage.seed.is_multiple_of(20))
                .then_some(CpuOptions { core_count: kind.vcpus / 2, threads_per_core: 1 }),
            tags: self.tags(&name),
            usage,
            id,
        };
        if running {
            let cents = u64::from(kind.vcpus) * 110;
            let service = "Amazon Elastic Compute Cloud - Compute";
            costs.push(self.cost(service, &region.name, Some(&instance.id), cents));
        }
        self.volume_cost(&volume, region, costs);
        region.instances.push(instance);
        region.volumes.push(volume);
    }

    /// A third of the instances idles, the rest is spread.
    fn usage(&mut self) -> Usage {
        let cpu = if self.dice.chance(0.33) { self.dice.between(1.0, 8.0) } else { self.dice.between(8.0, 85.0) };
        let rate = 10f64.powf(self.dice.between(2.0, 6.5));
        Usage {
            cpu,
            cpu_swing: cpu * self.dice.between(0.1, 0.6),
            network_in: rate,
            network_out: rate * self.dice.between(0.2, 3.0),
            seed: self.dice.next(),
        }
    }

    fn root_volume(&mut self, name: &str, zone: &str, instance_id: &str, launched_at: DateTime<Utc>) -> Volume {
        let id = self.id("vol");
        let size_gib = *self.dice.pick(&[8, 20, 50, 100, 200, 500]);
        let volume_type = *self.dice.pick(&["gp3", "gp3", "gp2"]);
        Volume {
            id,
            size_gib,
            volume_type: volume_type.to_owned(),
            state: "in-use".to_owned(),
            zone: zone.to_owned(),
            // gp2 has three operations a GiB, gp3 has 3,000 to begin with.
            iops: Some(if volume_type == "gp2" { (3 * size_gib).max(100) } else { 3000 }),
            throughput: (volume_type == "gp3").then_some(125),
            encrypted: self.dice.chance(0.7),
            snapshot_id: Some(self.id("snap")),
            created_at: launched_at,
            attachments: vec![Attachment {
                instance_id: instance_id.to_owned(),
                device: "/dev/xvda".to_owned(),
                attached_at: launched_at,
            }],
            tags: self.tags(name),
        }
    }

    fn volume_cost(&mut self, volume: &Volume, region: &Region, costs: &mut Vec<CostLine>) {
        let cents = u64::from(volume.size_gib) / 4 + 1;
        costs.push(self.cost("EC2 - Other", &region.name, Some(&volume.id), cents));
    }

    /// Worth finding: a volume that nothing uses.
    fn loose_volume(&mut self, nth: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let volume_type = *self.dice.pick(&["gp2", "gp3", "io1", "st1"]);
        let volume = Volume {
            id: self.id("vol"),
            size_gib: *self.dice.pick(&[50, 125, 250, 1000]),
            volume_type: volume_type.to_owned(),
            state: "available".to_owned(),
            zone: self.dice.pick(&region.subnets).zone.clone(),
            iops: (volume_type != "st1").then_some(3000),
            throughput: (volume_type == "gp3").then_some(125),
            encrypted: self.dice.chance(0.4),
            snapshot_id: None,
            created_at: self.days_ago(500),
            attachments: Vec::new(),
            tags: self.tags(&format!("data-{nth}")),
        };
        self.volume_cost(&volume, region, costs);
        region.volumes.push(volume);
    }

    fn snapshots(&mut self, region: &mut Region) {
        for nth in 0..region.volumes.len() / 2 {
            let volume = self.dice.pick(&region.volumes);
            let (volume_id, size_gib, encrypted) = (volume.id.clone(), volume.size_gib, volume.encrypted);
            region.snapshots.push(Snapshot {
                id: self.id("snap"),
                volume_id: if self.dice.chance(0.2) { self.id("vol") } else { volume_id },
                size_gib,
                state: "completed".to_owned(),
                started_at: self.days_ago(400),
                encrypted,
                description: format!("backup {nth}"),
                tier: (*self.dice.pick(&["standard", "standard", "standard", "archive"])).to_owned(),
                public: nth % 7 == 3,
                tags: self.tags(&format!("backup-{nth}")),
            });
        }
    }

    fn address(&mut self, nth: usize, region: &mut Region) {
        let holder = self.dice.chance(0.6).then(|| self.dice.pick(&region.instances).clone());
        region.addresses.push(Address {
            allocation_id: self.id("eipalloc"),
            public_ip: format!("192.0.{}.{}", nth / 250, nth % 250 + 1),
            association_id: holder.is_some().then(|| self.id("eipassoc")),
            network_interface_id: holder.is_some().then(|| self.id("eni")),
            private_ip: holder.as_ref().and_then(|i| i.private_ip.clone()),
            instance_id: holder.map(|i| i.id),
            tags: self.tags(&format!("eip-{nth}")),
        });
    }

    fn load_balancer(&mut self, nth: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let name = format!("{}-lb-{nth}", self.dice.pick(APPLICATIONS));
        let lb_type = *self.dice.pick(&["application", "application", "network"]);
        let letters = if lb_type == "network" { "net" } else { "app" };
        let arn = format!(
            "arn:aws:elasticloadbalancing:{}:{}:loadbalancer/{letters}/{name}/{:016x}",
            region.name,
            self.account,
            self.dice.next()
        );
        let vpc_id = self.dice.pick(&region.vpcs).id.clone();
        let subnets = region.subnets.iter().filter(|s| s.vpc_id == vpc_id);
        costs.push(self.cost("Amazon Elastic Load Balancing", &region.name, Some(&arn), 60));
        let group = region.security_groups.iter().find(|g| g.vpc_id == vpc_id && lb_type == "application");
        let balancer = LoadBalancer {
            dns_name: format!("{name}-{}.{}.elb.amazonaws.com", self.dice.below(1_000_000_000), region.name),
            arn,
            lb_type: lb_type.to_owned(),
            scheme: Some((*self.dice.pick(&["internet-facing", "internal"])).to_owned()),
            state: "active".to_owned(),
            subnets: subnets.map(|s| (s.zone.clone(), s.id.clone())).collect(),
            security_group_ids: group.map(|g| g.id.clone()).into_iter().collect(),
            vpc_id,
            created_at: self.days_ago(600),
            tags: self.tags(&name),
            name,
        };
        region.load_balancers.push(balancer);
    }

    fn database(&mut self, nth: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let identifier = format!("{}-db-{nth}", self.dice.pick(APPLICATIONS));
        let arn = format!("arn:aws:rds:{}:{}:db:{identifier}", region.name, self.account);
        let (engine, engine_version) =
            *self.dice.pick(&[("postgres", "16.4"), ("mysql", "8.0.39"), ("aurora-postgresql", "15.6")]);
        costs.push(self.cost("Amazon Relational Database Service", &region.name, Some(&arn), 500));
        let database = DbInstance {
            arn,
            class: (*self.dice.pick(&["db.t3.medium", "db.r5.large", "db.m5.xlarge"])).to_owned(),
            engine: engine.to_owned(),
            engine_version: engine_version.to_owned(),
            status: (*self.dice.pick(&["available", "available", "available", "stopped"])).to_owned(),
            storage_gib: *self.dice.pick(&[20, 100, 500]),
            storage_type: "gp3".to_owned(),
            multi_az: self.dice.chance(0.4),
            publicly_accessible: self.dice.chance(0.1),
            encrypted: self.dice.chance(0.8),
            endpoint: Some(format!("{identifier}.c0ffee.{}.rds.amazonaws.com", region.name)),
            port: if engine == "mysql" { 3306 } else { 5432 },
            vpc_id: self.dice.pick(&region.vpcs).id.clone(),
            zone: self.dice.pick(&region.subnets).zone.clone(),
            created_at: self.days_ago(800),
            tags: self.tags(&identifier),
            identifier,
        };
        region.db_instances.push(database);
    }

    fn function(&mut self, nth: usize, region: &mut Region, costs: &mut Vec<CostLine>) {
        let name = format!("{}-fn-{nth}", self.dice.pick(APPLICATIONS));
        let arn = format!("arn:aws:lambda:{}:{}:function:{name}", region.name, self.account);
        costs.push(self.cost("AWS Lambda", &region.name, Some(&arn), 3));
        let image = self.dice.chance(0.1);
        let function = Function {
            arn,
            runtime: (!image).then(|| (*self.dice.pick(&["python3.13", "nodejs22.x", "python3.8"])).to_owned()),
            memory_mib: *self.dice.pick(&[128, 256, 1024]),
            timeout_seconds: *self.dice.pick(&[3, 30, 900]),
            code_size_bytes: self.dice.next() % 50_000_000,
            architecture: (*self.dice.pick(&["x86_64", "arm64"])).to_owned(),
            handler: (!image).then(|| "main.handler".to_owned()),
            modified_at: self.days_ago(500),
            tags: self.tags(&name),
            name,
        };
        region.functions.push(function);
    }

    fn bucket(&mut self, nth: usize, costs: &mut Vec<CostLine>) -> Bucket {
        let name = format!("{}-{}-{}-{nth}", self.dice.pick(APPLICATIONS), self.account, self.settings.now.year());
        let home = match self.settings.regions.as_slice() {
            [] => "us-east-1".to_owned(),
            regions => self.dice.pick(regions).clone(),
        };
        costs.push(self.cost("Amazon Simple Storage Service", &home, Some(&name), 40));
        let created_at = self.days_ago(900);
        // Every way that S3 answers in, for an account of five buckets.
        let public_access_block = [Some([true; 4]), None, Some([true, true, false, true])][nth % 3];
        let policy_is_public = [None, Some(true), Some(false)][nth % 3];
        let everybody = ("global/AllUsers".to_owned(), "READ".to_owned());
        let acl_grants = if nth % 5 == 3 { vec![everybody] } else { Vec::new() };
        let plain = Bucket::new(&name, &home, created_at);
        Bucket { tags: self.tags(&name), public_access_block, policy_is_public, acl_grants, ..plain }
    }
}
