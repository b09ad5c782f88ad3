//! What the words of one question can mean, place by place.

use super::{Entry, Kinds, Lexicon, Role, Sense, head};
use crate::tokens::{Kind, Words};
use schema::{Column, Table};

/// The senses of each place of one question, longest phrase first.
#[derive(Debug)]
pub(crate) struct Senses<'a> {
    found: Vec<(usize, &'a Entry)>,
    starts: Vec<usize>,
    /// What some phrase there can be: most rules ask for something that is not there.
    hints: Vec<Hint>,
    /// The same of all places.
    all: Hint,
}

/// Kinds of sense, and one bit for each role.
#[derive(Debug, Clone, Copy, Default)]
struct Hint {
    kinds: Kinds,
    roles: u64,
}

impl Hint {
    fn add(&mut self, kinds: Kinds, roles: u64) {
        self.kinds = self.kinds.and(kinds);
        self.roles |= roles;
    }
}

impl<'a> Senses<'a> {
    fn entries(&self, at: usize) -> &[(usize, &'a Entry)] {
        match (self.starts.get(at), self.starts.get(at.saturating_add(1))) {
            (Some(start), Some(end)) => &self.found[*start..*end],
            _ => &[],
        }
    }

    /// What the words there can mean beside columns, with how many words each takes, longest first.
    pub(crate) fn at(&self, at: usize) -> impl Iterator<Item = (usize, &'a Sense)> + use<'_, 'a> {
        self.entries(at).iter().flat_map(|(len, entry)| entry.senses.iter().map(move |s| (*len, s)))
    }

    /// The columns of all tables that the words there can mean, longest first.
    pub(crate) fn columns_at(
        &self,
        at: usize,
    ) -> impl Iterator<Item = (usize, &'static Table, &'static Column)> + use<'_, 'a> {
        self.entries(at).iter().flat_map(|(len, entry)| entry.columns.iter().map(move |(t, c)| (*len, *t, *c)))
    }

    /// How many words the longest phrase there takes that plays a role.
    pub(crate) fn role(&self, at: usize, role: Role) -> Option<usize> {
        if !self.plays(at, role) {
            return None;
        }
        self.at(at).find_map(|(len, sense)| matches!(sense, Sense::Role(r) if *r == role).then_some(len))
    }

    /// Whether a phrase there plays a role.
    pub(crate) fn plays(&self, at: usize, role: Role) -> bool {
        self.hints.get(at).is_some_and(|hint| hint.roles & (1 << role as u64) != 0)
    }

    /// The roles that phrases there play, a bit each.
    pub(crate) fn roles(&self, at: usize) -> u64 {
        self.hints.get(at).map_or(0, |hint| hint.roles)
    }

    /// Whether a phrase somewhere plays a role.
    pub(crate) fn plays_somewhere(&self, role: Role) -> bool {
        self.all.roles & (1 << role as u64) != 0
    }

    /// Which kinds of sense the words there can have.
    pub(crate) fn kinds(&self, at: usize) -> Kinds {
        self.hints.get(at).map_or(Kinds::default(), |hint| hint.kinds)
    }

    /// Which kinds of sense the words somewhere can have.
    pub(crate) fn kinds_somewhere(&self) -> Kinds {
        self.all.kinds
    }

    /// Whether nothing is known of the word there.
    pub(crate) fn is_unknown(&self, at: usize) -> bool {
        self.kinds(at).only(const { Kinds::COMMAND.and(Kinds::OFF) })
    }

    /// What the words of a question can mean as columns of one table.
    pub(crate) fn columns(&self, table: &'static Table) -> Columns {
        let places = self.starts.len().saturating_sub(1);
        let mut columns = Columns { found: Vec::with_capacity(places), places: Vec::with_capacity(places) };
        for at in 0..places {
            let start = columns.found.len();
            let mut longest = 0;
            for (len, owner, column) in self.columns_at(at) {
                if std::ptr::eq(owner, table) && len >= longest {
                    longest = len;
                    columns.found.push(column);
                }
            }
            columns.places.push((longest, start, columns.found.len()));
        }
        columns
    }
}

/// The columns of one table at each place of one question.
#[derive(Debug)]
pub(crate) struct Columns {
    found: Vec<&'static Column>,
    places: Vec<(usize, usize, usize)>,
}

impl Columns {
    /// What the longest column phrase there can mean, in the schema's order.
    pub(crate) fn at(&self, at: usize) -> Option<(usize, &[&'static Column])> {
        let (len, start, end) = *self.places.get(at)?;
        (len > 0).then(|| (len, &self.found[start..end]))
    }
}

impl Lexicon {
    /// Looks every place of a question up.
    pub(crate) fn senses(&self, words: &Words) -> Senses<'_> {
        let mut senses = Senses {
            found: Vec::with_capacity(words.len() * 2),
            starts: Vec::with_capacity(words.len() + 1),
            hints: Vec::with_capacity(words.len()),
            all: Hint::default(),
        };
        for at in 0..words.len() {
            senses.starts.push(senses.found.len());
            senses.hints.push(Hint::default());
            if words.kind(at) == Some(Kind::Quoted) {
                continue;
            }
            for len in (1..=self.longest(words, at)).rev() {
                if let Some(found) = self.map.get(words.phrase(at, len)) {
                    senses.hints[at].add(found.kinds, found.roles);
                    senses.all.add(found.kinds, found.roles);
                    senses.found.push((len, found));
                }
            }
        }
        senses.starts.push(senses.found.len());
        senses
    }

    /// How many tokens a phrase that begins there may take at most.
    fn longest(&self, words: &Words, at: usize) -> usize {
        let token = words.lower(at);
        let first = head(token);
        let Some(head) = self.heads.get(first) else { return 0 };
        let is_one = first.len() == token.len() && !head.seconds.has(words.mark(at + 1));
        if is_one { 1 } else { head.longest.min(words.len() - at) }
    }
}
