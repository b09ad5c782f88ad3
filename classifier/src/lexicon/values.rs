//! Words that are values by themselves, "stopped", "public", "spot", "azure", and which provider has what nouns name.

use super::{Lexicon, Sense};

/// Names of services that stand for their resources, and for themselves on the bill.
pub(super) const BARE: &[&str] = &["ec2", "rds", "s3", "lambda", "lambdas", "ebs", "elb", "elbs", "eks", "aks"];

static PROVIDERS: &[(&str, &[&str])] = &[
    ("aws", &["aws", "amazon", "amazon web services", "amazon aws"]),
    ("azure", &["azure", "microsoft azure", "ms azure", "microsoft", "msft"]),
];

static STATES: &[(&str, &[&str])] = &[
    (
        "running",
        &[
            "up and running",
            "powered on",
            "switched on",
            "turned on",
            "switched-on",
            "powered-on",
            "that are on",
            "which are on",
            "still-running",
            "in a running state",
            "in the running state",
            "in running state",
            "in running condition",
            "remain in a running state",
            "remain running",
        ],
    ),
    (
        "stopped",
        &[
            "powered off",
            "switched-off",
            "powered-off",
            "turned-off",
            "shut-down",
            "that are off",
            "which are off",
            "stood down",
            "in stopped condition",
            "not powered on",
            "parked",
            "switched off",
            "turned off",
            "shut down",
            "shutdown",
            "deallocated",
            "powered down",
            "halted",
        ],
    ),
    ("stopping", &["being stopped"]),
    ("pending", &["being created", "being provisioned", "starting", "provisioning", "starting up"]),
    ("in_use", &["in use", "in-use"]),
    ("deleted", &["terminated"]),
    ("deleting", &["terminating", "being deleted", "being terminated"]),
    ("failed", &["broken", "errored", "in error", "in an error state"]),
];

static FLAGS: &[(&str, bool, &[&str])] = &[
    ("encrypted", false, &["unencrypted", "non-encrypted", "not encrypted at rest"]),
    ("encrypted", true, &["encrypted at rest", "are encrypted", "encryption enabled", "encryption", "with encryption"]),
    (
        "readable",
        false,
        &[
            "could not be read",
            "couldn't be read",
            "unreadable",
            "not readable",
            "can't be read",
            "cannot be read",
            "can not be read",
            "could we not read",
            "couldn't we read",
            "we could not read",
            "we couldn't read",
            "we can't read",
            "can we not read",
            "can't we read",
            "failed to read",
            "inaccessible",
            "not accessible",
            "not reachable",
            "unreachable",
            "were not read",
            "was not read",
            "we cannot read",
            "we cant read",
            "you cannot read",
            "you can't read",
            "you could not read",
            "unable to read",
            "were unable to read",
            "your credentials were unable to read",
            "your credentials could not read",
            "cant be read",
            "are not readable",
            "aren't readable",
            "were unreadable",
        ],
    ),
    ("readable", true, &["can be read", "could be read"]),
    ("multi_az", true, &["multi-az", "multi az", "multiaz", "in multiple availability zones"]),
    (
        "multi_az",
        false,
        &[
            "single-az",
            "single az",
            "not multi-az",
            "in one az only",
            "in a single az",
            "in only one az",
            "in just one az",
            "in a single zone",
            "in one zone only",
            "in a single availability zone",
        ],
    ),
    (
        "publicly_accessible",
        true,
        &[
            "publicly accessible",
            "public",
            "publicly reachable",
            "public access",
            "public network access",
            "open to public network access",
            "open to the public",
            "reachable from the internet",
            "reachable from outside",
            "exposed to the internet",
            "publicly available",
            "open to the internet",
            "publicly exposed",
            "internet-facing",
            "accessible from the internet",
        ],
    ),
    ("publicly_accessible", false, &["private", "not public"]),
    (
        "open_to_world",
        true,
        &[
            "open to the world",
            "open to the internet",
            "open to everyone",
            "open to internet",
            "open to world",
            "open-to-world",
            "open to any",
            "wide open to everyone",
            "open to the whole internet",
            "allowing traffic from the internet",
            "allow traffic from anywhere",
            "allow inbound traffic from anywhere",
            "permit inbound traffic from anywhere",
            "accept inbound traffic from anywhere",
            "allow 0.0.0.0/0",
            "exposed to the world",
            "exposed to the whole internet",
            "open to anyone",
            "world-open",
            "open to all",
            "open to the public",
            "wide open",
            "open to 0.0.0.0/0",
            "exposed to the internet",
            "allowing 0.0.0.0/0",
            "allowing traffic from anywhere",
            "open from anywhere",
            "open to any address",
        ],
    ),
    ("public", true, &["public", "shared publicly", "publicly shared"]),
    ("public", false, &["private", "not public", "not shared publicly"]),
    ("public_by_default", true, &["public by default", "assign public addresses by default"]),
    ("public_by_default", false, &["not public by default"]),
    ("public_by_default", false, &["private", "not public"]),
    ("is_default", true, &["default"]),
    ("is_default", false, &["non-default", "custom"]),
];

static VALUES: &[(&str, &str, &[&str])] = &[
    ("platform", "windows", &["windows-based", "windows server"]),
    ("platform", "linux", &["linux-based"]),
    ("architecture", "arm64", &["arm", "graviton", "arm-based", "aarch64", "arm64-based"]),
    ("architecture", "x86_64", &["x86", "x64", "amd64", "x86-64"]),
    ("lifecycle", "spot", &["spot"]),
    ("lifecycle", "on_demand", &["on-demand", "on demand"]),
    (
        "scheme",
        "internet-facing",
        &["internet facing", "public", "external", "publicly accessible", "public-facing", "facing the internet"],
    ),
    ("scheme", "internal", &["private"]),
    ("load_balancer_type", "application", &["layer 7"]),
    ("load_balancer_type", "network", &["layer 4"]),
    ("confidence", "high", &["high-confidence", "high confidence"]),
    ("confidence", "medium", &["medium-confidence", "medium confidence"]),
    ("state", "muted", &["muted"]),
    ("state", "resolved", &["resolved"]),
    ("tier", "archive", &["archived", "archive tier"]),
    ("tier", "standard", &["standard tier"]),
    ("connectivity", "private", &["internal"]),
];

/// The one provider that has things of that name.
pub(super) fn provider_of(word: &str) -> Option<&'static str> {
    const AWS: &[&str] = &[
        "ec2",
        "ebs",
        "ami",
        "amis",
        "vpc",
        "vpcs",
        "elastic ip",
        "elastic ips",
        "eip",
        "eips",
        "elb",
        "elbs",
        "alb",
        "albs",
        "nlb",
        "nlbs",
        "rds",
        "s3",
        "lambda",
        "lambdas",
        "eks",
        "aws account",
        "aws accounts",
        "aws instance",
        "aws instances",
        "aws bucket",
        "aws buckets",
        "aws lambda",
        "aws lambdas",
    ];
    const AZURE: &[&str] = &[
        "vnet",
        "vnets",
        "nsg",
        "nsgs",
        "network security group",
        "network security groups",
        "storage account",
        "storage accounts",
        "function app",
        "function apps",
        "azure subscription",
        "azure subscriptions",
        "subscription",
        "subscriptions",
        "sql server",
        "sql servers",
        "azure vm",
        "azure vms",
        "azure virtual machine",
        "azure virtual machines",
        "azure disk",
        "azure disks",
        "azure function",
        "azure functions",
        "aks",
        "aks cluster",
        "aks clusters",
        "application gateway",
        "application gateways",
        "app gateway",
        "app gateways",
    ];
    let first = word.split(' ').next().unwrap_or(word);
    if AWS.contains(&word) || AWS.contains(&first) {
        return Some("aws");
    }
    AZURE.contains(&word).then_some("azure")
}

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for (provider, words) in PROVIDERS {
        lexicon.add_all(words, Sense::Provider(provider));
    }
    for (state, words) in STATES {
        lexicon.add_all(words, Sense::State(state));
    }
    for (column, value, words) in FLAGS {
        lexicon.add_all(words, Sense::Flag { column, value: *value });
    }
    for (column, value, words) in VALUES {
        lexicon.add_all(words, Sense::Value { column, value });
    }
}
