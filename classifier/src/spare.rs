//! "kindly", "owner tag" beside a tag `owner`, "size ascending" where it is ordered so: words that add nothing to a query.
//!
//! Looked at only where the rules read a query in all other words. Each word that they could not place must be a plain one,
//! or say once more what the query says already; else the question is not answered. What was passed over is said.

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::tokens::Kind;
use schema::query::{Compare, Condition, Field, Function, Literal};
use schema::{Query, tables};
use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Words that say nothing of which rows are meant, nor what of them. Few of them are in any question of ours: they were written
/// down by their kinds.
static PLAIN: &str = include_str!("../data/plain.txt");

/// Words that hold a sentence together. Alone they may be all that is left of something that matters.
const JOINTS: &[&str] = &[
    "a", "an", "the", "of", "in", "for", "to", "on", "at", "as", "from", "into", "that", "this", "it", "which",
    "there", "their", "his", "her", "he", "she", "they", "i", "we", "be", "been", "and", ",",
];

/// Those that may be all that is left.
const TRAILERS: &[&str] = &["them", "em", "so", "here"];

/// Parts of names of columns that say too little: "with the name" asks for one more column.
const VAGUE: &[&str] = &[
    "at", "is", "id", "of", "to", "as", "in", "on", "by", "name", "tag", "account", "day", "30d", "month", "no", "not",
];

/// What a thing does with an address, an id or a name that it has: "which gateway uses 54.76.12.9".
const HAVING: &[&str] = &[
    "use",
    "uses",
    "using",
    "hold",
    "holds",
    "holding",
    "has",
    "have",
    "having",
    "contain",
    "contains",
    "containing",
    "answers",
    "bears",
    "carries",
    "carrying",
    "against",
    "members",
    "member",
];

/// Words for what there is not: "volumes that need encryption" have none.
const WANTING: &[&str] = &[
    "need",
    "needs",
    "needed",
    "needing",
    "want",
    "wants",
    "wanted",
    "wanting",
    "require",
    "requires",
    "requiring",
    "required",
    "look",
    "looks",
    "looking",
    "should",
    "must",
    "lack",
    "lacks",
    "lacking",
    "await",
    "awaiting",
];

/// What ties the word behind it to a thing: "cost of the campaign", "machines with trouble", "spend by manager".
const TYING: &[&str] = &[
    "of", "for", "with", "by", "in", "from", "that", "which", "who", "whom", "whose", "per", "each", "on", "to", "at",
    "under", "behind", "inside", "within", "about", "tagged", "labelled", "labeled", "possibly", "someone", "somebody",
    "nobody", "we", "i", "they",
];

/// What else parts of columns are called.
const CALLED: &[(&str, &str)] =
    &[("avg", "averag"), ("avg", "average"), ("cost", "money"), ("cidr", "block"), ("state", "status")];

/// The words that may be passed over.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    /// Read when it is first needed: most questions have no word too many.
    plain: OnceLock<HashSet<&'static str>>,
}

impl Spare {
    /// Says which words add nothing to the query, where that holds of all that could not be placed.
    pub(crate) fn passes_over(&self, draft: &Draft<'_>, query: &Query) -> Option<String> {
        // Who names columns may name one more in words that nobody knows. And "everything" alone is no word of a cloud: "what is
        // the answer to everything".
        let is_bare = query.conditions.is_empty() && query.aggregate.is_empty() && query.scope.is_all();
        if !draft.select.is_empty() || is_bare && draft.table.name == tables::RESOURCES.name {
            return None;
        }
        let plain = self.plain.get_or_init(|| {
            PLAIN.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_ascii_whitespace).collect()
        });
        // Of all rows, or of the whole bill: then a word that was not read may be the one that picks some.
        let is_all =
            query.conditions.is_empty() && query.group_by.iter().all(|field| field.column_name() == "BillingCurrency");
        let said = LazyCell::new(|| Said::of(query));
        let (mut passed, mut weighs) = (Vec::new(), false);
        for at in draft.unread.iter().flat_map(|(at, len)| *at..at + len) {
            let word = draft.words.lower(at);
            if draft.words.kind(at) == Some(Kind::Quoted) || draft.cx.vocabulary.has_in_name(word) {
                return None;
            }
            if WANTING.contains(&word) && !draft.opens_at(at) {
                return None;
            }
            if plain.contains(word) && means_nothing(draft, at) && stands_apart(draft, at, is_all)
                || TRAILERS.contains(&word)
                || said.says(draft, at, word)
            {
                weighs = true;
            } else if !JOINTS.contains(&word) {
                return None;
            }
            if word != "," {
                passed.push(format!("`{}`", draft.words.raw(at)));
            }
        }
        weighs.then(|| format!("{} passed over: the question is the same without", passed.join(", ")))
    }
}

/// Whether a word that adds nothing stands where it can add nothing: it qualifies no thing and no amount, and no word ties it to
/// one. Where a question is about all there is, it must open it, or stand behind a break.
fn stands_apart(draft: &Draft<'_>, at: usize, is_all: bool) -> bool {
    let measured = |at: usize| draft.role(at, Role::Cost).or_else(|| draft.role(at, Role::Spend)).is_some();
    let qualifies = draft.noun(at + 1).is_some() || measured(at + 1);
    let is_aside = || draft.opens_at(at) || draft.words.lower(at.wrapping_sub(1)) == ",";
    if qualifies || is_all && !is_aside() {
        return false;
    }
    let before = draft.words.lower(draft.skip_back(at, &["a", "an", "the", "our", "my", "their", "some"]));
    !(TYING.contains(&before) || before.ends_with("'s") || before.ends_with("s'"))
}

/// Whether the lexicon knows the word for nothing but what it does in a sentence. What could be a column, a value or a table and
/// was not read as one may matter.
fn means_nothing(draft: &Draft<'_>, at: usize) -> bool {
    let is_role = |sense: &Sense| matches!(sense, Sense::Role(_) | Sense::Command | Sense::Off(_));
    draft.senses.columns_at(at).all(|(len, ..)| len > 1)
        && draft.senses.at(at).all(|(len, sense)| len > 1 || is_role(sense))
}

/// What a query says, in stems of words.
#[derive(Default)]
struct Said {
    stems: HashSet<String>,
    of_tags: bool,
    /// An id, an address or a name is among the values.
    names: bool,
}

impl Said {
    fn of(query: &Query) -> Self {
        let mut said = Self::default();
        said.words(&query.from);
        query.conditions.iter().for_each(|condition| said.condition(condition));
        query.group_by.iter().for_each(|field| said.field(field));
        query.order_by.iter().for_each(|order| said.field(&order.field));
        for aggregate in &query.aggregate {
            aggregate.field.iter().for_each(|field| said.field(field));
            let names: &[&str] = match aggregate.function {
                Function::Avg => &["average", "averaging", "mean"],
                Function::Sum => &["sum", "summed", "total", "totals"],
                Function::Max => &["max", "maximum", "peak"],
                Function::Min => &["min", "minimum"],
                Function::Count | Function::CountDistinct => &["number", "tally", "count"],
            };
            said.stems.extend(names.iter().map(|name| stem(name).to_owned()));
        }
        said
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Compare(Compare { field, value, .. }) => {
                self.field(field);
                if let Literal::Text(text) = value {
                    self.names |= text.contains(|c: char| c.is_ascii_digit());
                    self.words(text);
                }
            }
            Condition::Any { any: several } | Condition::All { all: several } => {
                several.iter().for_each(|one| self.condition(one));
            }
            Condition::Not { not } => self.condition(not),
        }
    }

    fn field(&mut self, field: &Field) {
        if let Field::Key { key, .. } = field {
            self.of_tags = true;
            self.words(key);
        } else {
            self.words(field.column_name());
        }
    }

    /// The words of a name: `instance_type`, `ServiceName`.
    fn words(&mut self, name: &str) {
        let begins = |(at, c): (usize, char)| (at > 0 && c.is_ascii_uppercase()).then_some(at);
        let mut from = 0;
        for to in name.char_indices().filter_map(begins).chain([name.len()]) {
            for word in name[from..to].split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
                let word = word.to_ascii_lowercase();
                if !VAGUE.contains(&word.as_str()) {
                    let called =
                        CALLED.iter().filter(|(part, _)| *part == word).map(|(_, called)| (*called).to_owned());
                    self.stems.extend(called.chain([stem(&word).to_owned()]));
                }
            }
            from = to;
        }
    }

    fn says(&self, draft: &Draft<'_>, at: usize, word: &str) -> bool {
        // "tagged with cpu" is a tag of that name, whatever else is asked of the processor.
        let before = draft.words.lower(at.wrapping_sub(1));
        if matches!(before, "tagged" | "labelled" | "labeled")
            || before == "with" && matches!(draft.words.lower(at.wrapping_sub(2)), "tagged" | "labelled" | "labeled")
        {
            return false;
        }
        let of_tags = self.of_tags && matches!(word, "tag" | "tags" | "tagged" | "label" | "labelled");
        let same_noun = || {
            draft.senses.at(at).any(|(len, sense)| {
                len == 1 && matches!(sense, Sense::Table(noun) if noun.table == draft.table && noun.implies.is_none())
            })
        };
        of_tags || self.names && HAVING.contains(&word) || self.stems.contains(stem(word)) || same_noun()
    }
}

/// A word without its ending.
fn stem(word: &str) -> &str {
    let cut = |end: &str| word.strip_suffix(end).filter(|stem| stem.len() > 2);
    ["ing", "ed", "es", "s", "ly"].into_iter().find_map(cut).unwrap_or(word)
}
