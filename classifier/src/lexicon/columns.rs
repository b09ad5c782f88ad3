//! Other words for columns, in whichever table has them.

use super::Lexicon;
use schema::tables;

static SYNONYMS: &[(&str, &[&str])] = &[
    ("public_ip", &["public address", "public ip address", "external ip", "external ip address", "public ipv4"]),
    (
        "private_ip",
        &["private address", "private ip address", "internal ip", "internal address", "internal ip address"],
    ),
    (
        "created_at",
        &[
            "creation time",
            "creation",
            "made",
            "taken",
            "create",
            "provisioned",
            "created date",
            "date of creation",
            "set up",
        ],
    ),
    (
        "launched_at",
        &[
            "launch date",
            "launch",
            "spun up",
            "start time",
            "restarted",
            "last restarted",
            "spin up",
            "booted",
            "last started",
        ],
    ),
    (
        "cpu_avg",
        &[
            "cpu average",
            "avg cpu",
            "mean cpu",
            "average cpu utilisation",
            "average cpu utilization",
            "average cpu usage",
            "cpu avg",
            "cpu load",
            "average processor utilisation",
            "processor utilisation",
            "processor load",
            "processor usage",
            "mean cpu utilisation",
            "cpu on average",
        ],
    ),
    (
        "cpu_max",
        &[
            "cpu maximum",
            "cpu peak",
            "cpu max",
            "peak cpu utilisation",
            "peak cpu usage",
            "maximum cpu utilisation",
            "highest cpu utilisation",
        ],
    ),
    (
        "cpu_p95",
        &[
            "cpu p95",
            "p95 cpu utilisation",
            "p95 cpu utilization",
            "p95 cpu usage",
            "cpu p 95",
            "95th percentile cpu",
            "95th-percentile cpu",
            "95th percentile of cpu",
        ],
    ),
    (
        "memory_avg",
        &[
            "memory average",
            "mem avg",
            "memory avg",
            "average memory usage",
            "average memory utilisation",
            "mean memory utilisation",
        ],
    ),
    (
        "network_in",
        &["inbound", "inbound network traffic", "incoming traffic", "incoming network traffic", "traffic in"],
    ),
    (
        "network_out",
        &[
            "egress",
            "outbound",
            "outbound network traffic",
            "outgoing traffic",
            "outgoing network traffic",
            "traffic out",
        ],
    ),
    ("memory_gib", &["memory in gib", "gib of memory", "gb of ram"]),
    ("vcpus", &["vcpu count", "number of cores", "core count", "cpu cores", "cpu count"]),
    ("instance_type", &["vm type", "server type", "machine size", "server size", "instance size"]),
    ("size_gib", &["gib", "size in gib", "disk size", "volume size"]),
    ("storage_gib", &["allocated storage", "storage size", "allocated size", "disk size"]),
    (
        "available_ips",
        &[
            "free ip addresses",
            "free addresses",
            "available ips",
            "available ip addresses",
            "ips left",
            "free ip",
            "addresses free",
            "ips free",
            "addresses left",
            "remaining addresses",
            "free ips left",
        ],
    ),
    ("description", &["desc", "descriptions"]),
    ("ingress", &["inbound rules", "ingress rules", "incoming rules"]),
    ("egress", &["outbound rules", "egress rules", "outgoing rules"]),
    ("email", &["e-mail address", "e-mail", "email address", "mail address"]),
    ("parent_id", &["organisational unit", "organizational unit", "ou"]),
    ("unreadable_reason", &["reason", "reason why"]),
    ("publicly_accessible", &["public accessibility", "public access", "public network access"]),
    ("iops", &["provisioned iops"]),
    ("CommitmentDiscountName", &["commitment name", "commitment"]),
    ("CommitmentDiscountType", &["commitment type"]),
    ("CommitmentDiscountStatus", &["commitment status"]),
    ("CommitmentDiscountCategory", &["commitment category"]),
    ("PublisherName", &["publisher"]),
    ("InvoiceIssuerName", &["invoice issuer", "issuer"]),
    ("deprecated_at", &["deprecation date", "deprecation"]),
    ("engine", &["db engine"]),
    ("image_id", &["image id", "ami id", "machine image"]),
    ("security_group_ids", &["security group"]),
    ("zone", &["availability-zone"]),
    (
        "cost_30d",
        &[
            "30-day cost",
            "30 day cost",
            "cost over 30 days",
            "running cost",
            "running costs",
            "monthly costs",
            "cost per month",
            "costs per month",
            "monthly spend",
            "cost for the last 30 days",
            "cost of the last 30 days",
            "cost over the last 30 days",
            "cost in the last 30 days",
        ],
    ),
    ("native_id", &["identifier", "ids", "instance id"]),
    ("account_name", &["account name", "subscription name", "aws account", "azure subscription"]),
    ("region", &["aws region", "azure region", "geography"]),
    ("cidr_blocks", &["ip range", "range", "ip ranges"]),
    ("cidr_block", &["ip range", "range", "cidr range"]),
    ("dns_name", &["dns name", "hostname"]),
    ("code_size_bytes", &["code size"]),
    ("timeout_seconds", &["time limit", "time out"]),
    ("modified_at", &["changed", "last changed", "updated", "last updated", "deployed last", "most recently modified"]),
    ("joined_at", &["joined"]),
    ("RegionId", &["aws region", "azure region"]),
    ("SubAccountName", &["account name", "subscription name", "aws account", "azure subscription"]),
    ("ServiceName", &["aws service", "azure service", "cloud service"]),
    ("ServiceCategory", &["kind of service", "type of service", "service type", "kinds of service"]),
    ("ChargeCategory", &["category of charge", "kind of charge", "type of charge"]),
    ("PricingCategory", &["pricing model", "pricing type"]),
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for table in tables::ALL {
        for (name, words) in SYNONYMS {
            if let Some(column) = table.columns().find(|c| c.name == *name) {
                for word in *words {
                    lexicon.add_column(table, column, word);
                }
            }
        }
    }
}
