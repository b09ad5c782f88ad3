//! The rules, as data. Those that no column can decide yet are among them, with the column that is missing.

use guest_sdk::{Class, Rule, Severity};

pub(crate) const ALL: &[Rule] = &[
    GROUP,
    INSTANCE,
    LOAD_BALANCER,
    DATABASE,
    IMAGE,
    STORAGE_ACCOUNT,
    BUCKET,
    OPEN_BUCKET,
    SNAPSHOT,
    DATABASE_SNAPSHOT,
    FUNCTION,
];

const fn rule(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    why: &'static str,
    what: &'static str,
) -> Rule {
    Rule { id, title, severity, class: Class::Compliance, why, remediation: what, missing: None, origin: None }
}

const fn undecided(id: &'static str, title: &'static str, why: &'static str, column: &'static str) -> Rule {
    Rule { missing: Some(column), ..rule(id, title, Severity::High, why, "") }
}

pub(crate) const GROUP: Rule = rule(
    "open-group",
    "Security group opens sensitive ports to every address",
    Severity::Medium,
    "What is put into this group with a public address is reached on these ports by everybody who scans for them.",
    "Allow the addresses that need it, or go by way of a bastion, a VPN or the provider's session service.",
);

pub(crate) const INSTANCE: Rule = rule(
    "reachable-instance",
    "Instance with a public address is behind a group that is open to every address",
    Severity::High,
    "Its groups let the whole internet in; on Azure so does that of its subnet. Network ACLs, routes and firewalls are \
     not looked at.",
    "Take the public address away, or close the group to all but those who need it.",
);

pub(crate) const LOAD_BALANCER: Rule = rule(
    "internet-facing-load-balancer",
    "Load balancer faces the internet",
    Severity::Informational,
    "It is meant to be reached, and part of what an attacker sees: the list of these should hold no surprise.",
    "Where it serves only your own, make it an internal one.",
);

pub(crate) const DATABASE: Rule = rule(
    "public-database",
    "Database has a public address",
    Severity::High,
    "Between everybody and its data there is a firewall rule and a password, each of which is changed by hand.",
    "Turn public access off, and connect from within the network or by a private endpoint.",
);

pub(crate) const IMAGE: Rule = rule(
    "public-image",
    "Machine image may be used by anybody",
    Severity::High,
    "Everybody may start it and read its disks: code, configuration and whatever secret was left in it.",
    "Make it private, share it with the accounts that need it, and change every secret that was in it.",
);

pub(crate) const STORAGE_ACCOUNT: Rule = rule(
    "blob-public-access",
    "Storage account lets its containers be public",
    Severity::Medium,
    "Whoever makes a container may open it to everybody; whether one is open is not looked at.",
    "Set `allowBlobPublicAccess` to false, and give access by role or by a signature that ends.",
);

/// Of storage accounts the rule above speaks.
pub(crate) const BUCKET: Rule = rule(
    "public-bucket",
    "Bucket does not block public access",
    Severity::Medium,
    "A policy or an ACL may let everybody read what is in it, and perhaps write. The account's own block, which may close \
     all of its buckets, does not count here; it does where a bucket is called open to everybody.",
    "Turn on all four settings of Block Public Access, and serve what is meant for everybody from a distribution.",
);

pub(crate) const OPEN_BUCKET: Rule = rule(
    "open-bucket",
    "Bucket is open to everybody",
    Severity::High,
    "Its policy or its ACL lets everybody in, and neither its own block nor the account's stops that. ACLs of single \
     objects, and access points, are not looked at.",
    "Name the principals that need it in the policy, take the grant to everybody out of the ACL, or turn on Block Public \
     Access.",
);

pub(crate) const SNAPSHOT: Rule = rule(
    "public-snapshot",
    "Snapshot of a volume may be restored by anybody",
    Severity::High,
    "Everybody may make a volume of it and read the volume: data, configuration and whatever secret was on it.",
    "Make it private, share it with the accounts that need it, and change every secret that was on it.",
);

pub(crate) const DATABASE_SNAPSHOT: Rule = undecided(
    "public-database-snapshot",
    "Snapshot of a database may be restored by anybody",
    "Everybody may make a database of it and read its tables. Those of RDS are not looked at: `snapshots` has volumes' only.",
    "database_snapshots",
);

pub(crate) const FUNCTION: Rule = undecided(
    "public-function",
    "Function can be called by anybody",
    "A function with an address of its own and without authentication runs for everybody, on your bill.",
    "functions.url_auth_type",
);
