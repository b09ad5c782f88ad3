//! Every word that the classifier knows, and what it can mean: made from the schema, and from the lists in `lexicon/`.

mod columns;
mod divided;
mod exposure;
mod frames;
mod kinds;
mod measures;
mod money;
mod named;
mod nouns;
mod qualities;
mod refused;
mod regions;
mod roles;
mod senses;
mod services;
mod values;
mod whose;

pub(crate) use kinds::Kinds;
pub(crate) use measures::{About, Measure};
pub(crate) use named::Named;
pub(crate) use refused::{Off, is_command};
pub(crate) use regions::{looks_like_code, regions_called, united_states};
pub(crate) use roles::Role;
pub(crate) use senses::{Columns, Senses};
pub(crate) use services::Service;

use crate::phrases::{Mark, Marks};
use schema::query::field::Width;
use schema::query::{Direction, Op};
use schema::{Column, State, Table, TableKind, tables};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Words that the rules know by themselves.
const RULE_WORDS: &str = "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty \
    fifty sixty ninety hundred thousand january february march april june july august september october november \
    december monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow between since until unresolved \
    before after during unless except than other others first last past previous trailing prior current present \
    quarter calendar year month week hourly daily weekly monthly quarterly yearly annual annually beginning start \
    third second fourth fiscal nobody someone somebody anyone anybody person people their there three these those \
    where which while whether would could should might never always every either neither again twice once only \
    neither nor not or and but if else instead without within versus against compared per each most least fewer \
    percent dollars dollar euros euro pounds bucks minutes hours gigabytes megabytes terabytes names rows results \
    python nodejs java dotnet ruby postgres postgresql mysql mariadb oracle aurora dates times large larger micro \
    small medium xlarge metal nano alone together owner owners owned line lines appeared disappeared vanished vanish \
    appear disappear existed altered modified reconfigured resized decommissioned developed develop evolved evolve \
    grown shrunk trended changelog happened recently lately yesterday's basic maxed maxing peaked peaks topped spiked \
    spikes receives sends midnight morning afternoon evening tonight host \
    extended standard premium endpoint control plane chilling hovering pegged pinned idling cruising coasting weighing \
    clocking utilizing utilising consuming drawing equipped packing parked sitting sized rated bored sleepy quiet \
    overloaded underused underutilised underutilized oversized beefy chunky hefty massive giant eaters hogs guzzlers \
    consumers fees shelling totals complete starting commencing zero \
     terms corrections purchases adjustments credits refunds refunded publishers marketplace \
     teams owners projects squads departments environments apps driver drivers drive drove";

/// One thing that a word or phrase can mean.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sense {
    /// Rows of a table.
    Table(Noun),
    /// One of the closed values of every column of that name.
    Value { column: &'static str, value: &'static str },
    /// A yes-or-no column said to be so or not so.
    Flag { column: &'static str, value: bool },
    /// A state.
    State(&'static str),
    /// A provider.
    Provider(&'static str),
    /// A region: its codes with their providers.
    Region(&'static [(&'static str, &'static str)]),
    /// A service on the bill.
    Service(&'static Service),
    /// A `ServiceCategory`.
    Category(&'static str),
    /// A comparison, and what it is about.
    Compare(Op, About),
    /// A comparison behind its number: "or more".
    OrMore(Op, About),
    /// The most or least of something: "largest".
    Superlative(Measure, Direction),
    /// A width of time: "day".
    Bucket(Width),
    /// What it does in a sentence.
    Role(Role),
    /// A verb that would change a cloud, where it is a command.
    Command,
    /// What a question is refused for.
    Off(Off),
}

/// A word for rows of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noun {
    pub(crate) table: &'static Table,
    /// "instances" rather than "instance".
    pub(crate) plural: bool,
    /// What the word says beyond the table: "ALBs" are of one type.
    pub(crate) implies: Option<(&'static str, &'static str)>,
    /// The one provider that has things of that name.
    pub(crate) provider: Option<&'static str>,
    /// The name of a service alone ("RDS"), which can mean what it costs as well as what it runs.
    pub(crate) bare: bool,
}

/// All that one phrase can mean. Columns are kept apart: a common one such as "name" is one of every table.
#[derive(Debug, Default)]
struct Entry {
    senses: Vec<Sense>,
    columns: Vec<(&'static Table, &'static Column)>,
    /// Which kinds of sense those are.
    kinds: Kinds,
    /// One bit for each role that it plays.
    roles: u64,
}

impl Entry {
    fn add(&mut self, sense: Sense) {
        self.kinds = self.kinds.and(Kinds::of(&sense));
        if let Sense::Role(role) = sense {
            self.roles |= 1 << role as u64;
        }
        self.senses.push(sense);
    }
}

/// The phrases that begin with one word.
#[derive(Debug, Default)]
struct Head {
    /// How many words the longest takes.
    longest: usize,
    /// The words that can come second.
    seconds: Marks,
}

type Map = HashMap<Box<str>, Entry, BuildHasherDefault<Fnv>>;

/// FNV-1a: the keys are short and come from this crate, so that its speed matters and its weakness does not.
#[derive(Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Every known word.
#[derive(Debug)]
pub(crate) struct Lexicon {
    map: Map,
    /// The first word of every phrase, and what the phrases are that begin with it.
    heads: HashMap<Box<str>, Head, BuildHasherDefault<Fnv>>,
    /// Every word of every phrase.
    words: HashSet<Box<str>, BuildHasherDefault<Fnv>>,
    /// The longer of them by first letter and length, to mend slips by.
    long: HashMap<(u8, usize), Vec<(u32, Box<str>)>, BuildHasherDefault<Fnv>>,
}

impl Lexicon {
    /// Made from the schema and the lists.
    pub(crate) fn new() -> Self {
        let mut lexicon = Self {
            map: Map::default(),
            heads: HashMap::default(),
            words: HashSet::default(),
            long: HashMap::default(),
        };
        for table in tables::ALL {
            lexicon.add_table(table);
        }
        nouns::add(&mut lexicon);
        for table in tables::ALL {
            lexicon.add_columns(table);
        }
        for word in State::WORDS.iter().filter(|w| **w != "unknown") {
            lexicon.add(word, Sense::State(word));
        }
        columns::add(&mut lexicon);
        roles::add(&mut lexicon);
        money::add(&mut lexicon);
        whose::add(&mut lexicon);
        measures::add(&mut lexicon);
        values::add(&mut lexicon);
        exposure::add(&mut lexicon);
        qualities::add(&mut lexicon);
        regions::add(&mut lexicon);
        services::add(&mut lexicon);
        lexicon.index_words(true);
        // No slip makes a command, another subject, a courtesy or a breakdown of a word.
        refused::add(&mut lexicon);
        frames::add(&mut lexicon);
        divided::add(&mut lexicon);
        lexicon.index_words(false);
        lexicon.index_heads();
        lexicon
    }

    fn index_heads(&mut self) {
        for phrase in self.map.keys() {
            let mut words = phrase.split(' ');
            let (first, second) = (words.next().unwrap_or_default(), words.next());
            let longest = 1 + phrase.bytes().filter(|b| *b == b' ').count();
            let seconds = second.map_or(Marks::NONE, |second| Marks::NONE.with(Mark::of(second)));
            match self.heads.get_mut(first) {
                Some(head) => {
                    head.longest = longest.max(head.longest);
                    head.seconds = head.seconds.and(seconds);
                }
                None => drop(self.heads.insert(first.into(), Head { longest, seconds })),
            }
        }
    }

    fn index_words(&mut self, mend: bool) {
        let of_rules = RULE_WORDS.split_whitespace().chain(crate::rules::USUAL_KEYS.iter().copied());
        for word in self.map.keys().flat_map(|phrase| phrase.split(' ')).chain(of_rules) {
            // Most words are of many phrases, and are there already.
            if !self.words.contains(word) {
                self.words.insert(word.into());
            }
        }
        if !mend {
            // No slip makes a word of chat of another.
            self.words.extend(crate::rules::chat_words().map(Box::from));
            return;
        }
        let mut long: Vec<_> = self.words.iter().filter(|word| word.len() >= 5).cloned().collect();
        long.sort_unstable();
        for word in long.into_iter().filter(|word| word.bytes().all(|b| b.is_ascii_lowercase())) {
            let same = self.long.entry((word.as_bytes()[0], word.len())).or_default();
            same.push((crate::spelling::letters(&word), word));
        }
    }

    /// Whether a word is part of any phrase.
    pub(crate) fn knows_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether a text is a phrase of its own.
    pub(crate) fn has_phrase(&self, text: &str) -> bool {
        self.map.contains_key(text)
    }

    /// The known words with the same first letter and about as many letters, of which no more differ than so many slips make.
    pub(crate) fn spelled_like(&self, word: &str, far: usize, letters: u32) -> impl Iterator<Item = &str> {
        let first = word.bytes().next().unwrap_or_default();
        (word.len().saturating_sub(far)..=word.len() + far)
            .filter_map(move |len| self.long.get(&(first, len)))
            .flatten()
            .filter(move |(others, _)| (letters ^ others).count_ones() as usize <= 2 * far)
            .map(|(_, word)| word.as_ref())
    }

    fn add(&mut self, phrase: &str, sense: Sense) {
        self.map.entry(phrase.into()).or_default().add(sense);
    }

    fn add_all(&mut self, phrases: &[&str], sense: Sense) {
        for phrase in phrases {
            self.add(phrase, sense);
        }
    }

    fn add_table(&mut self, table: &'static Table) {
        let spaced = table.name.replace('_', " ");
        let names = [table.name, spaced.as_str()];
        for word in names.iter().chain(table.synonyms) {
            self.add_noun(table, word);
            if let Some(plural) = plural(word) {
                self.add_noun(table, &plural);
            }
        }
    }

    fn add_noun(&mut self, table: &'static Table, word: &str) {
        let known = self
            .map
            .get(word)
            .is_some_and(|e| e.senses.iter().any(|s| matches!(s, Sense::Table(noun) if noun.table == table)));
        if known {
            return;
        }
        let noun = Noun {
            table,
            plural: is_plural(word),
            implies: nouns::implied(word),
            provider: values::provider_of(word),
            bare: values::BARE.contains(&word),
        };
        self.add(word, Sense::Table(noun));
    }

    fn add_columns(&mut self, table: &'static Table) {
        let spaced: Vec<_> = table.columns().map(|c| spaced(c.name)).collect();
        for (column, spaced) in table.columns().zip(&spaced) {
            self.add_column(table, column, &column.name.to_lowercase());
            self.add_column(table, column, spaced);
            for word in column.synonyms {
                self.add_column(table, column, word);
            }
            for value in column.values.iter().filter(|_| {
                let is_everyday = matches!(table.kind, TableKind::Costs | TableKind::Metrics | TableKind::Changes);
                column.name != "state" && !is_everyday
            }) {
                self.add_value(column.name, value);
            }
        }
        // The plurals come last: "cpus" are cores, not the plural of "cpu".
        for (column, spaced) in table.columns().zip(&spaced) {
            for word in std::iter::once(&spaced.as_str()).chain(column.synonyms) {
                if let Some(plural) = plural(word)
                    && !self.has_column(table, &plural)
                {
                    self.add_column(table, column, &plural);
                }
            }
        }
    }

    fn has_column(&self, table: &'static Table, word: &str) -> bool {
        self.map.get(word).is_some_and(|e| e.columns.iter().any(|(t, _)| *t == table))
    }

    fn add_column(&mut self, table: &'static Table, column: &'static Column, word: &str) {
        let entry = self.map.entry(word.into()).or_default();
        if !entry.columns.iter().any(|(t, c)| *t == table && c.name == column.name) {
            entry.columns.push((table, column));
            entry.kinds = entry.kinds.and(Kinds::COLUMN);
        }
    }

    fn add_value(&mut self, column: &'static str, value: &'static str) {
        let same = |s: &Sense| matches!(s, Sense::Value { column: c, value: v } if *c == column && *v == value);
        for word in [value.to_owned(), value.replace('_', " "), value.replace('_', "-")] {
            if !self.map.get(word.as_str()).is_some_and(|e| e.senses.iter().any(same)) {
                self.add(&word, Sense::Value { column, value });
            }
        }
    }
}

/// The first word of a token: one that was mended or quoted may have several.
fn head(token: &str) -> &str {
    token.bytes().position(|b| b == b' ').map_or(token, |end| &token[..end])
}

/// A column's name as words: `size_gib` and `ChargeCategory` alike.
fn spaced(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && small {
            words.push(' ');
        }
        small = c.is_ascii_lowercase();
        words.push(if c == '_' { ' ' } else { c.to_ascii_lowercase() });
    }
    words
}

/// Words that end in `s` and are no plurals.
const SINGULAR: &[&str] = &["ebs", "rds", "eks", "aks", "aws", "s3", "dns", "os"];

fn is_plural(word: &str) -> bool {
    let last = word.rsplit(' ').next().unwrap_or(word);
    last.ends_with('s') && !last.ends_with("ss") && !SINGULAR.contains(&last)
}

fn plural(word: &str) -> Option<String> {
    if word.ends_with('s') || word.ends_with("ing") || word.ends_with("ed") {
        return (word.ends_with("address")).then(|| format!("{word}es"));
    }
    if word.ends_with('x') {
        return Some(format!("{word}es"));
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => Some(format!("{stem}ies")),
        _ => Some(format!("{word}s")),
    }
}
