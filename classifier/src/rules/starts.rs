//! Where a rule can begin, as far as one look at a place tells. Most rules can begin at few words, and need not be entered at
//! the others.

use super::lookup;
use crate::draft::Draft;
use crate::lexicon::{Kinds, Role};
use crate::phrases::{Mark, Marks};
use crate::tokens::Shape;

/// The places at which a rule can begin: those of which one of these holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Starts {
    /// One of these words stands there.
    words: Marks,
    /// One of these stands behind.
    next: Marks,
    /// The words there can be of one of these kinds.
    kinds: Kinds,
    /// They play one of these roles, a bit each.
    roles: u64,
    /// The word has one of these characters.
    shape: Shape,
    signs: Signs,
}

/// What else a place can have, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signs(u8);

impl Signs {
    /// A key of a tag may stand there.
    pub(crate) const KEY: Self = Self(1);
    /// A column of the table stands there.
    pub(crate) const COLUMN: Self = Self(1 << 1);
    /// A noun stands before it.
    pub(crate) const BEHIND_NOUN: Self = Self(1 << 2);
    /// It is of nothing that is known, and a noun stands behind it.
    pub(crate) const STRANGE: Self = Self(1 << 3);
    /// An account or a region of the estate may be named there.
    pub(crate) const OWN: Self = Self(1 << 4);
    /// A word that may name one thing stands there, or later.
    pub(crate) const THING_LATER: Self = Self(1 << 5);
    /// The question begins there.
    pub(crate) const FIRST: Self = Self(1 << 6);
}

impl Starts {
    /// At these words.
    pub(crate) const fn at(words: &[&str]) -> Self {
        let (kinds, shape) = (Kinds::NONE, Shape::PLAIN);
        Self { words: Marks::of(words), next: Marks::NONE, kinds, roles: 0, shape, signs: Signs(0) }
    }

    /// And at those.
    pub(crate) const fn and_at(self, words: Marks) -> Self {
        Self { words: self.words.and(words), ..self }
    }

    /// And before those.
    pub(crate) const fn and_before(self, words: &[&str]) -> Self {
        Self { next: self.next.and(Marks::of(words)), ..self }
    }

    /// And at what can be of these kinds.
    pub(crate) const fn and_kinds(self, kinds: Kinds) -> Self {
        Self { kinds: self.kinds.and(kinds), ..self }
    }

    /// And at what plays one of these roles.
    pub(crate) const fn and_roles(mut self, roles: &[Role]) -> Self {
        let mut at = 0;
        while at < roles.len() {
            self.roles |= 1 << roles[at] as u64;
            at += 1;
        }
        self
    }

    /// And at words with one of these characters.
    pub(crate) const fn and_shape(self, shape: Shape) -> Self {
        Self { shape: self.shape.and(shape), ..self }
    }

    /// And where there is such a sign.
    pub(crate) const fn and_sign(self, sign: Signs) -> Self {
        Self { signs: Signs(self.signs.0 | sign.0), ..self }
    }

    /// Whether the place is one of them.
    pub(super) fn has(&self, place: &Place) -> bool {
        self.words.has(place.word)
            || self.roles & place.roles != 0
            || self.signs.0 & place.signs.0 != 0
            || self.kinds.any(place.kinds)
            || self.shape.any(place.shape)
            || self.next.has(place.next)
    }
}

/// A place, as one look shows it.
pub(super) struct Place {
    word: Mark,
    next: Mark,
    kinds: Kinds,
    roles: u64,
    shape: Shape,
    signs: Signs,
}

/// The place behind the last word that may name one thing.
pub(super) fn things_end(draft: &Draft<'_>) -> usize {
    (0..draft.words.len()).rev().find(|at| lookup::may_be_thing(draft, *at)).map_or(0, |last| last + 1)
}

impl Place {
    /// The place there, in a question whose things end before `things_end`.
    pub(super) fn of(draft: &Draft<'_>, at: usize, things_end: usize) -> Self {
        let noun_behind = |behind: usize| draft.senses.kinds(at + behind).any(Kinds::TABLE);
        let signs = [
            (Signs::KEY, draft.keys.get(at).copied().unwrap_or(false)),
            (Signs::COLUMN, draft.columns(at).is_some()),
            (Signs::BEHIND_NOUN, at > 0 && draft.senses.kinds(at - 1).any(Kinds::TABLE)),
            (Signs::STRANGE, draft.senses.is_unknown(at) && (noun_behind(1) || noun_behind(2))),
            (Signs::OWN, super::scope::may_be_own(draft, at)),
            (Signs::THING_LATER, at < things_end),
            (Signs::FIRST, at == 0),
        ];
        Self {
            word: draft.words.mark(at),
            next: draft.words.mark(at + 1),
            kinds: draft.senses.kinds(at),
            roles: draft.senses.roles(at),
            shape: draft.words.shape(at),
            signs: signs.into_iter().fold(Signs(0), |all, (sign, is)| if is { Signs(all.0 | sign.0) } else { all }),
        }
    }
}
