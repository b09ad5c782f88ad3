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
    "accept connections from",
    "accepts connections from",
    "accepting connections from",
    "allow connections from",
    "allow access from",
    "allowing access from",
    "admit traffic from",
    "admits traffic from",
    "admitting traffic from",
    "permit anything from",
    "allow anything from",
    "allowing anything from",
    "accept anything from",
    "let in traffic from",
    "can be reached from",
    "can be reached by",
    "can be accessed from",
    "reached from",
    "reachable over",
    "reachable via",
    "reachable through",
    "accessible over",
    "accessible via",
    "exposed on",
    "exposed over",
    "listening to",
    "facing",
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

/// "let everybody in": who comes in there.
static LETTING: &[&str] = &["let", "lets", "letting", "allow", "allows", "allowing", "admit", "admits", "permit"];

/// Who is let in.
static GUESTS: &[&str] = &[
    "the whole world",
    "the entire world",
    "the world",
    "everyone",
    "everybody",
    "anyone",
    "anybody",
    "the internet",
    "the whole internet",
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
    "standby az",
    "standby zone",
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
    "hand out public addresses by default",
    "hand out public ips by default",
    "give out public addresses by default",
    "assign public addresses by default",
    "public addresses by default",
    "public by default",
    "pub by default",
    "auto-assigned public ips",
    "auto-assigned public ip addresses",
    "automatically assigned public ips",
    "auto-assigned public addresses",
    "automatic public ips",
    "automatic public addresses",
    "auto-assign public ip enabled",
    "auto-assign public ips enabled",
    "auto-assign public ip on",
    "auto-assign public ip turned on",
    "public ip auto-assignment",
    "automatic assignment of public ips",
    "automatic assignment of public addresses",
    "auto assign public ips",
    "auto-assign public ip",
];

/// What such a subnet does, …
static GIVING: &[&str] = &[
    "assign",
    "assigns",
    "assigning",
    "give",
    "gives",
    "giving",
    "hand out",
    "hands out",
    "handing out",
    "give out",
    "gives out",
    "giving out",
    "allocate",
    "allocates",
    "map",
    "maps",
];

/// … what it gives, …
static GIVEN: &[&str] = &[
    "public ips",
    "public addresses",
    "public ip addresses",
    "a public ip",
    "a public address",
    "a public ip address",
    "public ipv4 addresses",
];

/// … and when.
static WHEN: &[&str] = &[
    "by default",
    "automatically",
    "on launch",
    "at launch",
    "to new instances",
    "to every new instance",
    "to new instances by default",
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
    for (verb, guest) in LETTING.iter().flat_map(|verb| GUESTS.iter().map(move |guest| (verb, guest))) {
        lexicon.add(&format!("{verb} {guest} in"), Sense::Flag { column: "open_to_world", value: true });
        lexicon.add(&format!("{verb} in {guest}"), Sense::Flag { column: "open_to_world", value: true });
    }
    for (verb, given) in GIVING.iter().flat_map(|verb| GIVEN.iter().map(move |given| (verb, given))) {
        lexicon.add(&format!("automatically {verb} {given}"), Sense::Flag { column: "public_by_default", value: true });
        for when in WHEN {
            lexicon.add(&format!("{verb} {given} {when}"), Sense::Flag { column: "public_by_default", value: true });
        }
    }
    for phrase in FACING {
        lexicon.add(phrase, Sense::Value { column: "scheme", value: "internet-facing" });
        lexicon.add(phrase, Sense::Flag { column: "publicly_accessible", value: true });
    }
    lexicon.add_all(STANDBY, Sense::Flag { column: "multi_az", value: true });
    for phrase in STANDBY.iter().filter(|phrase| phrase.starts_with("standby ")) {
        lexicon.add(&format!("a {phrase}"), Sense::Flag { column: "multi_az", value: true });
    }
    lexicon.add_all(BY_DEFAULT, Sense::Flag { column: "public_by_default", value: true });
}
