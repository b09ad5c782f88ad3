//! What things are like, in words for how they are reached, paid, built and found, and what they are called beside their usual names.

use super::{Lexicon, Role, Sense};

/// Who may come, …
static WHO: &[&str] =
    &["anyone", "anybody", "everyone", "everybody", "the internet", "the whole internet", "the world", "the public"];

/// … to what is reached, …
static REACH: &[&str] = &["can reach", "can access", "can get to", "can connect to", "is able to reach"];

/// … and to what is read.
static READ: &[&str] = &["can read", "can see", "can access", "can view", "can open", "can list", "can download"];

/// What a bucket, an image or a snapshot is that everybody may use.
static PUBLIC: &[&str] = &[
    "open to the world",
    "open to the internet",
    "open to the whole world",
    "open to the public",
    "open to anyone",
    "open to anybody",
    "open to everybody",
    "open to all",
    "wide open",
    "world readable",
    "exposed to the internet",
    "exposed to the world",
    "exposed to the public",
    "exposed publicly",
    "publicly exposed",
    "publicly readable",
    "publicly reachable",
    "publicly visible",
    "publicly shared",
    "accessible from the internet",
    "accessible to anyone",
    "accessible to everyone",
    "accessible to the public",
    "reachable from the internet",
    "readable by anyone",
    "readable by anybody",
    "readable by everyone",
    "readable by the public",
    "readable by the world",
    "readable by the whole world",
    "visible to the public",
    "visible to everyone",
    "visible to anyone",
    "shared with the public",
    "shared with anyone",
    "shared with the world",
    "public access",
    "public access enabled",
    "public access allowed",
    "public read access",
];

/// A bucket's own setting that keeps everybody out, where it is on, …
static BLOCKED: &[&str] = &[
    "public access block",
    "public access block on",
    "public access block enabled",
    "public access block turned on",
    "a public access block",
    "public access blocked",
    "public access is blocked",
    "that block public access",
    "which block public access",
    "block public access on",
    "block public access enabled",
    "that blocks public access",
    "blocking public access",
    "that block all public access",
];

/// … and where it is not.
static OPEN: &[&str] = &[
    "public access not blocked",
    "public access is not blocked",
    "public access isn't blocked",
    "public access block off",
    "public access block disabled",
    "public access block turned off",
    "block public access off",
    "block public access disabled",
    "block public access turned off",
    "don't block public access",
    "do not block public access",
    "doesn't block public access",
    "does not block public access",
];

static FLAGS: &[(&str, bool, &[&str])] = &[
    ("policy_is_public", true, &["public policy", "a public policy", "public policies", "public bucket policy"]),
    ("encrypted", false, &["un-encrypted", "not-encrypted", "non encrypted"]),
    (
        "multi_az",
        true,
        &[
            "zone-redundant",
            "zone redundant",
            "high availability",
            "ha",
            "standby replica",
            "a standby replica",
            "standby instance",
        ],
    ),
    ("multi_az", false, &["non-multi-az", "non multi-az", "non-ha"]),
    ("publicly_accessible", true, &["public accessibility"]),
    ("publicly_accessible", false, &["non-public", "nonpublic"]),
    ("public", false, &["non-public", "nonpublic"]),
    (
        "open_to_world",
        true,
        &[
            "allow the whole world",
            "allow the world",
            "allow everyone",
            "allow anyone",
            "allow the whole internet",
            "with 0.0.0.0/0",
        ],
    ),
];

static VALUES: &[(&str, &str, &[&str])] = &[
    (
        "lifecycle",
        "spot",
        &[
            "bought as spot",
            "purchased as spot",
            "running on spot",
            "running as spot",
            "running on spot capacity",
            "run as spot",
            "run on spot",
            "launched as spot",
            "spot pricing",
            "spot-priced",
            "spot priced",
        ],
    ),
    (
        "lifecycle",
        "on_demand",
        &[
            "bought on demand",
            "bought on-demand",
            "running on demand",
            "running on-demand",
            "run on demand",
            "on-demand pricing",
            "on demand pricing",
        ],
    ),
    (
        "scheme",
        "internet-facing",
        &[
            "publicly reachable",
            "publicly exposed",
            "publicly available",
            "exposed publicly",
            "public-facing",
            "internet-exposed",
        ],
    ),
];

static STATES: &[(&str, &[&str])] = &[
    ("running", &["that are live", "which are live", "currently live", "online", "powered up", "powered-up"]),
    ("stopped", &["offline", "powered-down"]),
];

static PROVIDERS: &[(&str, &[&str])] = &[
    ("aws", &["aws-hosted", "aws-based", "amazon-hosted", "amazon-based"]),
    ("azure", &["azure-hosted", "azure-based", "microsoft-hosted"]),
];

/// Where things are not.
static NOT_IN: &[&str] = &[
    "everywhere but",
    "everywhere but in",
    "everywhere except",
    "everywhere except in",
    "everywhere other than",
    "in regions other than",
    "in any regions other than",
    "in other regions than",
    "in accounts other than",
    "in any account other than",
    "in any accounts other than",
    "in subscriptions other than",
    "in any subscription other than",
    "that don't live in",
    "that do not live in",
    "which don't live in",
    "that don't sit in",
    "that do not sit in",
    "that don't run in",
    "that do not run in",
    "which don't run in",
    "which do not run in",
    "not running in",
    "not hosted in",
    "not hosted on",
    "not located in",
    "not living in",
    "not sitting in",
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for (who, reach) in WHO.iter().flat_map(|who| REACH.iter().map(move |reach| (who, reach))) {
        let phrase = format!("{who} {reach}");
        lexicon.add(&phrase, Sense::Flag { column: "open_to_world", value: true });
        lexicon.add(&phrase, Sense::Flag { column: "publicly_accessible", value: true });
        lexicon.add(&phrase, Sense::Value { column: "scheme", value: "internet-facing" });
    }
    for (who, read) in WHO.iter().flat_map(|who| READ.iter().map(move |read| (who, read))) {
        lexicon.add(&format!("{who} {read}"), Sense::Flag { column: "public", value: true });
    }
    lexicon.add_all(PUBLIC, Sense::Flag { column: "public", value: true });
    lexicon.add_all(BLOCKED, Sense::Flag { column: "public_access_blocked", value: true });
    lexicon.add_all(OPEN, Sense::Flag { column: "public_access_blocked", value: false });
    for (column, value, words) in FLAGS {
        lexicon.add_all(words, Sense::Flag { column, value: *value });
    }
    for (column, value, words) in VALUES {
        lexicon.add_all(words, Sense::Value { column, value });
    }
    for (state, words) in STATES {
        lexicon.add_all(words, Sense::State(state));
    }
    for (provider, words) in PROVIDERS {
        lexicon.add_all(words, Sense::Provider(provider));
    }
    lexicon.add_all(NOT_IN, Sense::Role(Role::NotIn));
}
