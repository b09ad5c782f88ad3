//! What has been read of a question so far: the parts of a `Query`, and the words that no rule could read.

use crate::Context;
use crate::lexicon::{About, Columns, Kinds, Named, Role, Sense, Senses};
use crate::phrases::Listed;
use crate::rules::When;
use crate::tokens::{Kind, Words};
use schema::query::{Aggregate, Condition, Direction, Field, Op, OrderBy};
use schema::{Column, Table, TableKind};

/// What has been read so far.
pub(crate) struct Draft<'a> {
    pub(crate) words: &'a Words,
    pub(crate) senses: &'a Senses<'a>,
    pub(crate) cx: &'a Context<'a>,
    pub(crate) columns: &'a Columns,
    pub(crate) table: &'static Table,
    /// The table's columns by their names.
    pub(crate) named: &'static Named,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) select: Vec<Field>,
    pub(crate) groups: Vec<Field>,
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) order: Vec<OrderBy>,
    pub(crate) limit: Option<u64>,
    pub(crate) providers: Vec<String>,
    pub(crate) implied_providers: Vec<&'static str>,
    pub(crate) accounts: Vec<String>,
    pub(crate) regions: Vec<String>,
    /// Times that no column has claimed: where they stand, and when.
    pub(crate) times: Vec<(usize, usize, When)>,
    /// The column that a time which stands apart from it is about: "launched on AWS since Monday".
    pub(crate) dated: Option<&'static Column>,
    /// "how many".
    pub(crate) count: bool,
    /// "how much", "total".
    pub(crate) total: bool,
    /// "top", "most": which way, while what it measures is not known.
    pub(crate) ranked: Option<(usize, Direction)>,
    /// "per instance": one row for each of the table's own.
    pub(crate) each: bool,
    /// Where a resource's cost was named without saying what of it.
    pub(crate) cost_at: Option<usize>,
    /// What is ranked is a single one: "the oldest snapshot".
    pub(crate) singular: bool,
    /// Which cost column of the bill.
    pub(crate) measure: &'static str,
    /// How the question was read, where it could be read otherwise.
    pub(crate) notes: Vec<String>,
    /// Why it could not be read, where a rule knows.
    pub(crate) hints: Vec<String>,
    /// Fields of which a list was named: "in prod and staging".
    pub(crate) listed: Vec<Field>,
    /// Where it was said that each of a list is asked for by itself.
    pub(crate) beside: Option<(usize, usize)>,
    /// Where the last list of columns to show ended.
    pub(crate) shown_to: usize,
    /// Where a key of a tag may stand: most words are none, and many rules ask.
    pub(crate) keys: Vec<bool>,
    /// Where an account of the estate may be named, for the same reason.
    pub(crate) may_be_account: Vec<bool>,
    /// Words that no rule could read: where, and how many.
    pub(crate) unread: Vec<(usize, usize)>,
    /// What was read does not go together, or is not what was asked.
    pub(crate) is_amiss: bool,
}

impl<'a> Draft<'a> {
    /// Nothing read yet, of a question about a table.
    pub(crate) fn new(
        words: &'a Words,
        senses: &'a Senses<'a>,
        columns: &'a Columns,
        cx: &'a Context<'a>,
        table: &'static Table,
    ) -> Self {
        Self {
            words,
            senses,
            columns,
            cx,
            table,
            named: Named::of(table),
            conditions: Vec::new(),
            select: Vec::new(),
            groups: Vec::new(),
            aggregates: Vec::new(),
            order: Vec::new(),
            limit: None,
            providers: Vec::new(),
            implied_providers: Vec::new(),
            accounts: Vec::new(),
            regions: Vec::new(),
            times: Vec::new(),
            dated: None,
            count: false,
            total: false,
            ranked: None,
            each: false,
            cost_at: None,
            singular: false,
            measure: "EffectiveCost",
            notes: Vec::new(),
            hints: Vec::new(),
            listed: Vec::new(),
            beside: None,
            shown_to: 0,
            keys: (0..words.len()).map(|at| crate::rules::may_be_key(words, senses, cx.vocabulary, at)).collect(),
            may_be_account: (0..words.len()).map(|at| crate::rules::may_be_account(words, cx.vocabulary, at)).collect(),
            unread: Vec::new(),
            is_amiss: false,
        }
    }

    /// Whether the question is about the bill.
    pub(crate) fn is_bill(&self) -> bool {
        self.table.kind == TableKind::Costs
    }

    /// How many words the longest phrase there takes that plays a role.
    pub(crate) fn role(&self, at: usize, role: Role) -> Option<usize> {
        self.senses.role(at, role)
    }

    /// The longest phrase there with a sense that is wanted.
    pub(crate) fn sense<T>(&self, at: usize, wanted: impl Fn(&'a Sense) -> Option<T>) -> Option<(usize, T)> {
        self.senses.at(at).find_map(|(len, sense)| wanted(sense).map(|t| (len, t)))
    }

    /// The columns of the table that the longest column phrase there can mean, in the schema's order.
    pub(crate) fn columns(&self, at: usize) -> Option<(usize, &'a [&'static Column])> {
        self.columns.at(at)
    }

    /// The first column that the longest column phrase there can mean.
    pub(crate) fn column(&self, at: usize) -> Option<(usize, &'static Column)> {
        self.columns(at).map(|(len, columns)| (len, columns[0]))
    }

    /// A comparison.
    pub(crate) fn compare(&self, at: usize) -> Option<(usize, (Op, About))> {
        if !self.senses.kinds(at).any(Kinds::COMPARE) {
            return None;
        }
        self.sense(at, |s| match s {
            Sense::Compare(op, about) => Some((*op, *about)),
            _ => None,
        })
    }

    /// A comparison behind its number: "or more"; "and smaller than 5" begins another.
    pub(crate) fn or_more(&self, at: usize) -> Option<(usize, (Op, About))> {
        if !self.senses.kinds(at).any(Kinds::OR_MORE) {
            return None;
        }
        let found = self.sense(at, |s| match s {
            Sense::OrMore(op, about) => Some((*op, *about)),
            _ => None,
        });
        // "over 100 and under 500" begins another as well.
        found.filter(|(len, _)| {
            self.words.lower(at + len) != "than" && !matches!(self.words.kind(at + len), Some(Kind::Number(_)))
        })
    }

    /// Whether the table has a word for its rows there.
    pub(crate) fn noun(&self, at: usize) -> Option<(usize, crate::lexicon::Noun)> {
        if !self.senses.kinds(at).any(Kinds::TABLE) {
            return None;
        }
        self.sense(at, |s| match s {
            Sense::Table(noun) if noun.table == self.table => Some(*noun),
            _ => None,
        })
    }

    /// Takes what a noun says beyond its table: "EBS volumes" are of AWS, "ALBs" of one type.
    pub(crate) fn imply(&mut self, noun: crate::lexicon::Noun) {
        if let Some(provider) = noun.provider
            && !self.implied_providers.contains(&provider)
        {
            self.implied_providers.push(provider);
        }
        if let Some((column, value)) = noun.implies {
            self.condition(column, Op::Eq, value);
        }
    }

    /// The place behind words that say nothing there.
    pub(crate) fn skip(&self, mut at: usize, words: &[&str]) -> usize {
        while at < self.words.len() && is_one_of(self.words.lower(at), words) {
            at += 1;
        }
        at
    }

    /// The place of the last word before that is none of these; the place itself where there is none.
    pub(crate) fn skip_back(&self, at: usize, words: &[&str]) -> usize {
        (0..at).rev().find(|before| !is_one_of(self.words.lower(*before), words)).unwrap_or(at)
    }

    /// The same, up to where a comparison begins: "of at least" leads with "of" alone.
    pub(crate) fn skip_to_compare(&self, mut at: usize, words: &[&str]) -> usize {
        while at < self.words.len() && is_one_of(self.words.lower(at), words) && self.compare(at).is_none() {
            at += 1;
        }
        at
    }

    /// How many words the longest of these phrases takes that stands there.
    pub(crate) fn said(&self, at: usize, phrases: impl Listed) -> Option<usize> {
        let phrases = phrases.beginning(self.words.mark(at));
        if phrases.is_empty() { None } else { self.longest(at, phrases) }
    }

    fn longest(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        self.words.said(at, phrases).max()
    }

    /// Whether a clause ends there: the end, a break, `and`.
    pub(crate) fn ends(&self, at: usize) -> bool {
        matches!(self.words.lower(at), "" | ",")
    }

    /// Whether nothing but filler, and words that ask to be shown something, stands before the place.
    pub(crate) fn opens_at(&self, at: usize) -> bool {
        (0..at).all(|i| self.role(i, Role::Filler).or_else(|| self.role(i, Role::Showing)).is_some())
    }

    /// A text that somebody gave a thing: quoted, or a word that means nothing else here.
    pub(crate) fn name(&self, at: usize) -> Option<&'a str> {
        match self.words.kind(at)? {
            Kind::Quoted => Some(self.words.raw(at)),
            Kind::Word | Kind::Number(_) if !self.is_grammar(at) => Some(self.words.raw(at)),
            _ => None,
        }
    }

    /// Whether the word there holds sentences together, so that it is no name.
    pub(crate) fn is_grammar(&self, at: usize) -> bool {
        const GRAMMAR: Kinds = Kinds::ROLE.and(Kinds::COMPARE).and(Kinds::OR_MORE).and(Kinds::SUPERLATIVE);
        let kinds = self.senses.kinds(at);
        kinds.any(GRAMMAR)
            && self.senses.at(at).any(|(len, sense)| {
                len == 1
                    && matches!(sense, Sense::Role(_) | Sense::Compare(..) | Sense::OrMore(..) | Sense::Superlative(..))
            })
            || matches!(
                self.words.lower(at),
                "or" | "nor"
                    | "than"
                    | "between"
                    | "if"
                    | "when"
                    | "why"
                    | "where"
                    | "how"
                    | "unless"
                    | "since"
                    | "until"
                    | "before"
                    | "after"
                    | "during"
                    | "last"
                    | "this"
                    | "but"
                    | "us"
                    | "wise"
                    | "neither"
                    | "either"
            )
    }

    /// The table's column of that name.
    pub(crate) fn own(&self, name: &str) -> Option<&'static Column> {
        self.named.column(name)
    }

    /// The first of these columns that the table has.
    pub(crate) fn first_of(&self, names: &[&str]) -> Option<&'static Column> {
        names.iter().find_map(|name| self.own(name))
    }

    /// The column of its size, where it has one that is a number. A recommendation is as large as what it saves.
    pub(crate) fn size_column(&self) -> Option<&'static Column> {
        self.first_of(&["size_gib", "storage_gib", "code_size_bytes", "saving_30d"])
    }

    /// The column of a resource's cost.
    pub(crate) fn cost_column(&self) -> Option<&'static Column> {
        self.named.cost
    }

    /// The column of the table's tags.
    pub(crate) fn tags_column(&self) -> Option<&'static Column> {
        self.named.tags
    }

    /// Adds a condition on a column.
    pub(crate) fn condition(&mut self, field: impl Into<Field>, op: Op, value: impl Into<schema::query::Literal>) {
        self.conditions.push(Condition::compare(field, op, value));
    }

    /// Says once how something was read.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says once why something could not be read.
    pub(crate) fn hint(&mut self, hint: impl Into<String>) {
        let hint = hint.into();
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }
}

/// Whether a word is one of a few.
fn is_one_of(word: &str, words: &[&str]) -> bool {
    let first = word.as_bytes().first();
    words.iter().any(|other| other.len() == word.len() && other.as_bytes().first() == first && *other == word)
}
