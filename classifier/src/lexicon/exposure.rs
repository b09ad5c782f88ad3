//! "open to the world", "reachable from anywhere", "accept traffic from the whole internet": who can reach a thing.

use super::{Lexicon, Sense};

/// How a thing is reached.
static VERBS: &[&str] = &[
    "open to",
    "opened to",
    "open from",
    "wide open to",
    "exposed to",
    "accessible from",
    "accessible to",
    "reachable from",
    "reachable by",
    "visible from",
    "visible to",
    "available to",
    "available from",
    "allow traffic from",
    "allows traffic from",
    "allowing traffic from",
    "accept traffic from",
    "accepts traffic from",
    "accepting traffic from",
    "allow inbound traffic from",
    "allows inbound traffic from",
    "allowing inbound traffic from",
    "accept inbound traffic from",
    "accepts inbound traffic from",
    "permit inbound traffic from",
    "permit traffic from",
    "permits traffic from",
    "allow inbound from",
    "allowing inbound from",
    "allow access from",
    "allowing access from",
    "let in traffic from",
];

/// From where.
static PLACES: &[&str] = &[
    "the internet",
    "internet",
    "the whole internet",
    "the entire internet",
    "the public internet",
    "the open internet",
    "the world",
    "the whole world",
    "the entire world",
    "the outside world",
    "the outside",
    "outside",
    "the public",
    "anywhere",
    "everywhere",
    "everyone",
    "everybody",
    "anyone",
    "anybody",
    "any address",
    "any ip",
    "any ip address",
    "any source",
    "all addresses",
    "all ips",
    "all sources",
    "every address",
    "every address on the internet",
    "every ip",
    "0.0.0.0/0",
];

/// What says the same of load balancers in fewer words.
static FACING: &[&str] = &[
    "face the internet",
    "faces the internet",
    "face the public",
    "public facing",
    "internet facing",
    "facing the public",
];

/// What a database with a standby is.
static STANDBY: &[&str] = &[
    "standby",
    "a standby",
    "standby in another zone",
    "standby in a second zone",
    "standby in a different zone",
    "standby in another az",
    "standby in a second az",
    "deployed with a standby in a second zone",
    "deployed with a standby in another zone",
    "deployed with a standby",
    "in more than one zone",
    "in two zones",
];

/// What a subnet does whose instances get public addresses.
static BY_DEFAULT: &[&str] = &[
    "assign public addresses to new instances by default",
    "assign a public address to new instances by default",
    "assign public ips to new instances by default",
    "assign public ips by default",
    "assign public ip addresses by default",
    "give out public ips by default",
    "give new instances a public ip",
    "auto-assign public ips",
    "auto-assigning public ips",
    "auto assign public ips",
    "auto-assign public ip",
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for verb in VERBS {
        for place in PLACES {
            let phrase = format!("{verb} {place}");
            lexicon.add(&phrase, Sense::Flag { column: "open_to_world", value: true });
            lexicon.add(&phrase, Sense::Flag { column: "publicly_accessible", value: true });
            lexicon.add(&phrase, Sense::Value { column: "scheme", value: "internet-facing" });
        }
    }
    for phrase in FACING {
        lexicon.add(phrase, Sense::Value { column: "scheme", value: "internet-facing" });
        lexicon.add(phrase, Sense::Flag { column: "publicly_accessible", value: true });
    }
    lexicon.add_all(STANDBY, Sense::Flag { column: "multi_az", value: true });
    lexicon.add_all(BY_DEFAULT, Sense::Flag { column: "public_by_default", value: true });
}
