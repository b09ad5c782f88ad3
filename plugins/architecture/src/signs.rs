//! The signs, as data: what a charge must say, and what it suggests.

use guest_sdk::{Class, Rule, Severity};

/// A rule, and the charges that show it.
pub(crate) struct Sign {
    pub(crate) rule: Rule,
    /// Only this provider's charges.
    pub(crate) provider: Option<&'static str>,
    pub(crate) by: By,
}

/// What a charge must be.
pub(crate) enum By {
    /// Usage whose service, meter and description together have all parts of one of these in them, in lower case: AWS's
    /// usage types, and what its price list writes for them; Azure's products and meters.
    Meter(&'static [&'static [&'static str]]),
    /// Usage of instances: what stands before the family in the name of a size (`db.` for databases), and the families.
    Sizes(&'static str, &'static [&'static str]),
    /// The part of a commitment that nothing used.
    Unused,
}

const fn sign(
    id: &'static str,
    severity: Severity,
    words: [&'static str; 3],
    provider: Option<&'static str>,
    by: By,
) -> Sign {
    let [title, why, remediation] = words;
    let class = Class::Compliance;
    let rule = Rule { id, title, severity, class, why, remediation, missing: None, origin: None };
    Sign { rule, provider, by }
}

const AWS: Option<&str> = Some("aws");

pub(crate) static ALL: &[Sign] = &[
    sign(
        "nat-traffic",
        Severity::Medium,
        [
            "Much traffic goes through NAT gateways",
            "Each GB is paid for once more on its way; traffic to the provider's own services need not take it.",
            "Give S3 and DynamoDB gateway endpoints, which cost nothing, and busy services interface endpoints.",
        ],
        AWS,
        By::Meter(&[&["natgateway-bytes"], &["data processed by nat gateways"]]),
    ),
    sign(
        "nat-traffic-azure",
        Severity::Medium,
        [
            "Much traffic goes through NAT gateways",
            "Each GB is paid for once more on its way; traffic to the provider's own services need not take it.",
            "Turn service endpoints or private endpoints on for storage and databases.",
        ],
        Some("azure"),
        // `NAT Gateway - Standard Data Processed`; where a file has no product, its category is the service.
        By::Meter(&[&["natgateway-bytes"], &["nat gateway", "data processed"]]),
    ),
    sign(
        "cross-zone-traffic",
        Severity::Low,
        [
            "Much traffic crosses availability zones",
            "It is paid for at both ends; chatty parts of one system lie in different zones.",
            "Let clients prefer the zone that they are in; look at replicas, queues and load balancers first.",
        ],
        AWS,
        By::Meter(&[&["datatransfer-regional-bytes"], &["datatransfer-xaz-"], &["regional data transfer"]]),
    ),
    sign(
        "gp2-storage",
        Severity::Low,
        [
            "Block storage is of the type gp2",
            "gp3 costs a fifth less a GiB in the price list, and its speed does not depend on the size.",
            "Change volumes to gp3, and the templates and images that make new ones.",
        ],
        AWS,
        By::Meter(&[&["volumeusage.gp2"], &["general purpose ssd (gp2)"]]),
    ),
    sign(
        "old-generation-compute",
        Severity::Low,
        [
            "Instances are of old generations",
            "Newer ones do more for the same money.",
            "Move to the newest generation of the family, by launch template where there is one.",
        ],
        AWS,
        By::Sizes(
            "",
            &["t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4", "i2", "d2", "g2", "g3", "p2"],
        ),
    ),
    sign(
        "old-generation-databases",
        Severity::Low,
        [
            "Databases are of old generations",
            "Newer classes do more for the same money.",
            "Change the class in the next maintenance window.",
        ],
        AWS,
        By::Sizes("db.", &["t2", "m3", "m4", "r3", "r4"]),
    ),
    sign(
        "extended-support",
        Severity::Medium,
        [
            "Extended support is paid for",
            "A version is past its end, and each processor of it costs more by the hour.",
            "Upgrade to a version in standard support.",
        ],
        AWS,
        By::Meter(&[&["extendedsupport"], &["extended support"]]),
    ),
    sign(
        "idle-addresses",
        Severity::Low,
        [
            "Public addresses that nothing uses are paid for",
            "A reserved address is paid for by the hour.",
            "Release those that are held by nothing.",
        ],
        AWS,
        By::Meter(&[&["publicipv4:idleaddress"], &["elasticip:idleaddress"], &["idle public ipv4 address"]]),
    ),
    sign(
        "idle-commitment",
        Severity::High,
        [
            "A commitment is not used in full",
            "What a reservation or a savings plan has over is paid for and gone by the hour.",
            "Widen its scope, move work to what it covers, sell what can be sold, and buy less next time.",
        ],
        None,
        By::Unused,
    ),
];
