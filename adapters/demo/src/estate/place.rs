//! One region of one account, and how ids are written there.

use super::accounts::Plan;
use super::dice::Dice;

/// One region of one account; the region is `global` for what an account has once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The account.
    pub(crate) plan: &'static Plan,
    /// The region.
    pub(crate) region: &'static str,
}

/// How one kind of thing is called by each provider.
pub(crate) struct IdKind {
    /// What AWS's short ids begin with. Empty: the name is the id.
    prefix: &'static str,
    /// AWS's ARN.
    arn: &'static str,
    /// Azure's type.
    azure: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $prefix:literal, $arn:literal, $azure:literal;)*) => {$(
        pub(crate) static $name: IdKind = IdKind { prefix: $prefix, arn: $arn, azure: $azure };
    )*};
}

kinds! {
    INSTANCE = "i-", "arn:aws:ec2:{region}:{account}:instance/{id}", "microsoft.compute/virtualmachines";
    VOLUME = "vol-", "arn:aws:ec2:{region}:{account}:volume/{id}", "microsoft.compute/disks";
    SNAPSHOT = "snap-", "arn:aws:ec2:{region}::snapshot/{id}", "microsoft.compute/snapshots";
    IMAGE = "ami-", "arn:aws:ec2:{region}::image/{id}", "microsoft.compute/images";
    NETWORK = "vpc-", "arn:aws:ec2:{region}:{account}:vpc/{id}", "microsoft.network/virtualnetworks";
    SUBNET = "subnet-", "arn:aws:ec2:{region}:{account}:subnet/{id}", "microsoft.network/virtualnetworks";
    SECURITY_GROUP = "sg-", "arn:aws:ec2:{region}:{account}:security-group/{id}", "microsoft.network/networksecuritygroups";
    PUBLIC_IP = "eipalloc-", "arn:aws:ec2:{region}:{account}:elastic-ip/{id}", "microsoft.network/publicipaddresses";
    NAT_GATEWAY = "nat-", "arn:aws:ec2:{region}:{account}:natgateway/{id}", "microsoft.network/natgateways";
    APPLICATION_LB = "", "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{id}/{hex}", "microsoft.network/applicationgateways";
    NETWORK_LB = "", "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/net/{id}/{hex}", "microsoft.network/loadbalancers";
    CLASSIC_LB = "", "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{id}", "microsoft.network/loadbalancers";
    DATABASE = "", "arn:aws:rds:{region}:{account}:db:{id}", "microsoft.sql/servers/main/databases";
    BUCKET = "", "arn:aws:s3:::{id}", "microsoft.storage/storageaccounts";
    FUNCTION = "", "arn:aws:lambda:{region}:{account}:function:{id}", "microsoft.web/sites";
    CLUSTER = "", "arn:aws:eks:{region}:{account}:cluster/{id}", "microsoft.containerservice/managedclusters";
}

/// The two ids of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    /// The short one, which references hold.
    pub(crate) native: String,
    /// The long one, unique over all clouds.
    pub(crate) resource: String,
}

impl Place {
    /// The key that its dice are seeded with.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.plan.id, self.region)
    }

    /// Whether it is in AWS.
    pub(crate) fn is_aws(&self) -> bool {
        self.plan.provider == "aws"
    }

    /// The ids of one thing; `group` is its Azure resource group.
    pub(crate) fn ids(&self, dice: &mut Dice, kind: &IdKind, group: &str, name: &str) -> Ids {
        if !self.is_aws() {
            let id = format!(
                "/subscriptions/{}/resourcegroups/{group}-{}/providers/{}/{name}",
                self.plan.id,
                self.short(),
                kind.azure
            )
            .to_lowercase();
            return Ids { native: id.clone(), resource: id };
        }
        let native = if kind.prefix.is_empty() { name.to_owned() } else { format!("{}0{}", kind.prefix, dice.hex(16)) };
        let hex = dice.hex(16);
        let resource = kind
            .arn
            .replace("{region}", self.region)
            .replace("{account}", self.plan.id)
            .replace("{id}", &native)
            .replace("{hex}", &hex);
        Ids { native, resource }
    }

    /// The short form of the region that names hold: `euw1`, `weu`.
    pub(crate) fn short(&self) -> &'static str {
        match self.region {
            "eu-west-1" => "euw1",
            "eu-central-1" => "euc1",
            "us-east-1" => "use1",
            "us-west-2" => "usw2",
            "westeurope" => "weu",
            "northeurope" => "neu",
            "eastus" => "eus",
            _ => "glb",
        }
    }

    /// The region's name for people, as the bill has it.
    pub(crate) fn region_name(region: &str) -> &'static str {
        match region {
            "eu-west-1" => "EU (Ireland)",
            "eu-central-1" => "EU (Frankfurt)",
            "us-east-1" => "US East (N. Virginia)",
            "us-west-2" => "US West (Oregon)",
            "westeurope" => "West Europe",
            "northeurope" => "North Europe",
            "eastus" => "East US",
            _ => "Global",
        }
    }

    /// The `index`th zone of the region.
    pub(crate) fn zone(&self, index: usize) -> String {
        if self.is_aws() {
            format!("{}{}", self.region, ["a", "b", "c"][index % 3])
        } else {
            (index % 3 + 1).to_string()
        }
    }
}
