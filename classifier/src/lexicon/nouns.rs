//! What people call the rows of a table beside its own name, and what such a name says beyond the table.

use super::Lexicon;
use schema::tables;

/// Singular names; each has its plural as well.
static NOUNS: &[(&str, &[&str])] = &[
    (
        "instances",
        &[
            "compute instance",
            "computer",
            "virtual server",
            "cloud server",
            "vm instance",
            "server instance",
            "ec2 server",
            "ec2 machine",
            "ec2 box",
            "ec2 vm",
            "azure vm",
            "azure virtual machine",
            "aws instance",
        ],
    ),
    (
        "volumes",
        &[
            "hard disk",
            "hard drive",
            "managed disk",
            "storage volume",
            "block device",
            "block volume",
            "block storage volume",
            "ebs disk",
            "ebs drive",
            "persistent disk",
            "data disk",
            "virtual disk",
            "azure disk",
            "disk drive",
            "elastic block storage volume",
            "elastic block store volume",
        ],
    ),
    ("snapshots", &["volume snapshot", "disk backup", "ebs backup", "volume backup"]),
    ("images", &["vm image", "os image", "server image", "instance image"]),
    (
        "databases",
        &[
            "db instance",
            "database instance",
            "managed database",
            "relational database",
            "rds database",
            "rds db",
            "db server",
            "sql database",
            "sql db",
            "managed sql database",
            "managed db",
        ],
    ),
    (
        "buckets",
        &[
            "storage bucket",
            "object store",
            "object storage bucket",
            "aws bucket",
            "blob storage account",
            "blob store",
        ],
    ),
    ("functions", &["cloud function", "azure function", "aws lambda", "lambda fn", "serverless fn"]),
    (
        "load_balancers",
        &[
            "loadbalancer",
            "elastic load balancer",
            "elastic lb",
            "load-balancer",
            "balancer",
            "gateway load balancer",
            "gwlb",
            "network lb",
            "application lb",
            "application gateway",
            "app gateway",
            "classic load balancer",
            "classic elb",
            "classic lb",
            "clb",
        ],
    ),
    ("nat_gateways", &["nat-gateway", "natgateway"]),
    ("networks", &["virtual private cloud", "virtual net", "private network"]),
    (
        "public_ips",
        &[
            "reserved ip",
            "reserved address",
            "reserved public address",
            "elastic address",
            "static ip",
            "static address",
            "static public ip",
            "reserved public ip",
            "elastic ip address",
            "eip address",
            "public ipv4 address",
            "public ipv4",
        ],
    ),
    ("security_groups", &["firewall group", "sec group", "network firewall group"]),
    ("accounts", &["cloud account", "linked account", "member account"]),
    ("findings", &["vulnerability", "security finding", "security issue", "scan finding", "scanner finding"]),
    ("resources", &["cloud resource", "stuff"]),
];

/// Names of which only the plural is no other word: "which regions host databases", "what drives the cost".
static PLURALS: &[(&str, &[&str])] = &[("instances", &["hosts", "ec2 hosts"])];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    let table = |name: &str| tables::ALL.iter().copied().find(|table| table.name == name);
    for (name, words) in NOUNS {
        let Some(table) = table(name) else { continue };
        for word in *words {
            lexicon.add_noun(table, word);
            if let Some(plural) = super::plural(word) {
                lexicon.add_noun(table, &plural);
            }
        }
    }
    for (name, words) in PLURALS {
        let Some(table) = table(name) else { continue };
        words.iter().for_each(|word| lexicon.add_noun(table, word));
    }
}

/// What a noun says beyond its table: an ALB is of one type.
pub(super) fn implied(word: &str) -> Option<(&'static str, &'static str)> {
    if matches!(word, "vulnerability" | "vulnerabilities") {
        return Some(("class", "vulnerability"));
    }
    let word = word.strip_suffix('s').unwrap_or(word);
    let kind = match word {
        "alb" | "application load balancer" | "application lb" => "application",
        "nlb" | "network load balancer" | "network lb" => "network",
        "gwlb" | "gateway load balancer" => "gateway",
        "application gateway" | "app gateway" => "application",
        "classic load balancer" | "classic elb" | "classic lb" | "clb" => "classic",
        _ => return None,
    };
    Some(("load_balancer_type", kind))
}
