//! Words that compare, rank and divide: "more than", "or larger", "cheapest", "daily".

use super::{Lexicon, Sense};
use schema::query::field::Width;
use schema::query::{Direction, Op};

/// What a comparison is about when it says so itself: "larger than", "older than", "cheaper than".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Any,
    Size,
    Age,
    Cost,
}

/// What a superlative measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Cost,
    Size,
    Created,
    Launched,
    /// When it was last changed.
    Modified,
    /// How busy it is.
    Busy,
    /// How bad what was found is.
    Severity,
}

static COMPARISONS: &[(Op, About, &[&str])] = &[
    (
        Op::Lt,
        About::Any,
        &[
            "below",
            "under",
            "less than",
            "less then",
            "less as",
            "lying under",
            "lying below",
            "that is under",
            "stays under",
            "staying under",
            "staying below",
            "stayed under",
            "stayed below",
            "stayed beneath",
            "remained below",
            "remained under",
            "stays below",
            "short of",
            "lower than",
            "fewer than",
            "<",
            "beneath",
            "is below",
            "is under",
            "south of",
            "somewhere below",
            "somewhere under",
            "well under",
            "well below",
            "way under",
            "way below",
            "far below",
            "strictly below",
            "strictly less than",
            "strictly under",
            "that is below",
            "which is below",
            "not reaching",
            "don't reach",
            "doesn't reach",
            "do not reach",
            "does not reach",
            "not even",
            "not yet",
            "shorter than",
            "falling below",
            "falls below",
            "dipping below",
        ],
    ),
    (
        Op::Gt,
        About::Any,
        &[
            "over",
            "above",
            "more than",
            "more then",
            "longer than",
            "longer as",
            "more as",
            "greater then",
            "lying over",
            "lying above",
            "stays over",
            "staying over",
            "staying above",
            "stayed over",
            "stayed above",
            "stays above",
            "surpassing",
            "surpasses",
            "greater than",
            "higher than",
            "exceeding",
            "exceeded",
            "exceeds",
            "exceed",
            ">",
            "in excess of",
            "upwards of",
            "upward of",
            "north of",
            "beyond",
            "well over",
            "well above",
            "way over",
            "way above",
            "far above",
            "far over",
            "strictly above",
            "strictly more than",
            "strictly over",
            "somewhere above",
            "somewhere over",
            "going over",
            "going above",
        ],
    ),
    (
        Op::Le,
        About::Any,
        &[
            "at most",
            "at or below",
            "at or under",
            "no more than",
            "not more than",
            "up to",
            "<=",
            "not over",
            "not above",
            "no greater than",
            "no higher than",
            "not exceeding",
            "a maximum of",
            "maximum of",
            "less than or equal to",
            "no longer than",
            "not greater than",
            "max",
            "capped at",
            "maximally",
            "smaller than or equal to",
            "less or equal to",
            "no more then",
            "not higher than",
            "never more than",
            "do not exceed",
            "don't exceed",
            "does not exceed",
            "doesn't exceed",
            "equal to or less than",
            "equal to or below",
        ],
    ),
    (
        Op::Ge,
        About::Any,
        &[
            "at least",
            "at or above",
            "nothing less than",
            "not fewer than",
            "no less than",
            "not less than",
            ">=",
            "not below",
            "not under",
            "no fewer than",
            "a minimum of",
            "minimum of",
            "greater than or equal to",
            "greater or equal to",
            "higher than or equal to",
            "at minimum",
            "at a minimum",
            "at the very least",
            "minimally",
            "not lower than",
            "more than or equal to",
            "equal to or greater than",
            "equal to or more than",
            "equal to or above",
            "no lower than",
        ],
    ),
    (Op::Eq, About::Any, &["exactly", "equal to", "=", "precisely", "equals"]),
    (Op::Lt, About::Size, &["smaller", "smaller than", "smaller as"]),
    (
        Op::Gt,
        About::Size,
        &["larger", "bigger", "larger than", "bigger than", "bigger as", "larger as", "greater in size than"],
    ),
    (Op::Ge, About::Size, &["larger than or equal to", "bigger than or equal to", "equal to or larger than"]),
    (Op::Le, About::Size, &["equal to or smaller than"]),
    (Op::Le, About::Size, &["no larger than", "no bigger than", "not larger than", "not bigger than"]),
    (Op::Ge, About::Size, &["no smaller than", "not smaller than"]),
    (Op::Gt, About::Age, &["outlived", "older", "older than", "older then", "older as", "aged over", "aged more than"]),
    (
        Op::Lt,
        About::Age,
        &["newer", "younger", "newer than", "younger than", "more recent than", "aged under", "aged less than"],
    ),
    (Op::Ge, About::Age, &["no newer than", "not newer than", "no younger than", "not younger than", "aged at least"]),
    (Op::Le, About::Age, &["no older than", "not older than", "at most as old as"]),
    (
        Op::Gt,
        About::Cost,
        &["more expensive than", "more costly than", "dearer than", "pricier than", "costlier than", "worth more than"],
    ),
    (Op::Lt, About::Cost, &["cheaper than", "less expensive than"]),
];

static OR_MORE: &[(Op, About, &[&str])] = &[
    (
        Op::Ge,
        About::Any,
        &["or more", "or above", "or greater", "or higher", "and above", "and up", "or over", "and more", "and over"],
    ),
    (Op::Le, About::Any, &["or less", "or fewer", "or below", "or lower", "and below", "or under", "and under"]),
    (Op::Ge, About::Size, &["or larger", "or bigger", "and larger", "and bigger", "and up"]),
    (Op::Le, About::Size, &["or smaller", "and smaller"]),
    (Op::Ge, About::Age, &["or older", "and older"]),
    (Op::Le, About::Age, &["or newer", "or younger", "and newer"]),
];

static SUPERLATIVES: &[(Measure, Direction, &[&str])] = &[
    (
        Measure::Cost,
        Direction::Desc,
        &[
            "most expensive",
            "priciest",
            "most dearest",
            "expensivest",
            "top spending",
            "costliest",
            "dearest",
            "highest cost",
            "most costly",
            "highest costing",
            "biggest spending",
        ],
    ),
    (Measure::Cost, Direction::Asc, &["cheapest", "most cheap", "least expensive", "lowest cost", "least costly"]),
    (Measure::Size, Direction::Desc, &["largest", "biggest", "most big", "most large"]),
    (Measure::Size, Direction::Asc, &["smallest", "most small"]),
    (Measure::Created, Direction::Asc, &["oldest", "earliest created", "most old"]),
    (
        Measure::Created,
        Direction::Desc,
        &[
            "newest",
            "latest",
            "most recent",
            "most recently created",
            "youngest",
            "last created",
            "created last",
            "most new",
        ],
    ),
    (
        Measure::Launched,
        Direction::Desc,
        &[
            "most recently launched",
            "most recently started",
            "latest launched",
            "last launched",
            "launched last",
            "started last",
            "booted last",
        ],
    ),
    (
        Measure::Launched,
        Direction::Asc,
        &["longest running", "longest-running", "least recently launched", "least recently started"],
    ),
    (
        Measure::Modified,
        Direction::Desc,
        &[
            "most recently modified",
            "most recently changed",
            "last modified",
            "last changed",
            "latest modified",
            "modified last",
            "changed last",
            "touched last",
            "updated last",
        ],
    ),
    (Measure::Modified, Direction::Asc, &["least recently modified", "least recently changed"]),
    (Measure::Severity, Direction::Desc, &["most severe", "severest", "gravest", "most serious"]),
    (Measure::Severity, Direction::Asc, &["least severe", "mildest", "least serious"]),
    (
        Measure::Busy,
        Direction::Desc,
        &[
            "hottest",
            "busiest",
            "most utilised",
            "most utilized",
            "most loaded",
            "most heavily loaded",
            "most heavily used",
            "most heavily utilised",
            "most cpu-hungry",
            "most cpu hungry",
            "most cpu intensive",
            "most cpu-intensive",
            "hardest working",
            "hardest-working",
        ],
    ),
    (
        Measure::Busy,
        Direction::Asc,
        &[
            "least busy",
            "least utilised",
            "least utilized",
            "least loaded",
            "quietest",
            "idlest",
            "coldest",
            "most idle",
            "most underutilised",
            "most underutilized",
        ],
    ),
];

static BUCKETS: &[(Width, &[&str])] = &[
    (Width::Hour, &["hour", "hours"]),
    (Width::Day, &["day", "days", "date"]),
    (Width::Week, &["week", "weeks", "calendar week"]),
    (Width::Month, &["month", "months", "calendar month"]),
    (Width::Quarter, &["quarter", "quarters"]),
    (Width::Year, &["year", "years"]),
];

/// Puts them into the lexicon.
pub(super) fn add(lexicon: &mut Lexicon) {
    for (op, about, words) in COMPARISONS {
        lexicon.add_all(words, Sense::Compare(*op, *about));
        // "bigger then 200 GB": the commonest slip of all.
        for word in words.iter().filter_map(|word| word.strip_suffix("than")) {
            let slip = format!("{word}then");
            if !lexicon.has_phrase(&slip) {
                lexicon.add(&slip, Sense::Compare(*op, *about));
            }
        }
    }
    for (op, about, words) in OR_MORE {
        lexicon.add_all(words, Sense::OrMore(*op, *about));
    }
    for (measure, direction, words) in SUPERLATIVES {
        lexicon.add_all(words, Sense::Superlative(*measure, *direction));
    }
    for (width, words) in BUCKETS {
        lexicon.add_all(words, Sense::Bucket(*width));
    }
}
