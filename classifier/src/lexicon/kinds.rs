//! What is known of a place in one look: which kinds of sense the words there can have. Most rules ask for one that is not
//! there.

use super::{Off, Sense};

/// Some kinds of sense, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u32);

impl Kinds {
    pub(crate) const TABLE: Self = Self(1);
    pub(crate) const VALUE: Self = Self(1 << 1);
    pub(crate) const FLAG: Self = Self(1 << 2);
    pub(crate) const STATE: Self = Self(1 << 3);
    pub(crate) const PROVIDER: Self = Self(1 << 4);
    pub(crate) const REGION: Self = Self(1 << 5);
    pub(crate) const SERVICE: Self = Self(1 << 6);
    pub(crate) const CATEGORY: Self = Self(1 << 7);
    pub(crate) const COMPARE: Self = Self(1 << 8);
    pub(crate) const OR_MORE: Self = Self(1 << 9);
    pub(crate) const SUPERLATIVE: Self = Self(1 << 10);
    pub(crate) const BUCKET: Self = Self(1 << 11);
    pub(crate) const ROLE: Self = Self(1 << 12);
    pub(crate) const COMMAND: Self = Self(1 << 13);
    /// A column of some table.
    pub(crate) const COLUMN: Self = Self(1 << 14);
    /// Whatever a question is refused for.
    pub(crate) const OFF: Self = Self(0xff << 16);

    /// One thing that a question is refused for.
    pub(crate) const fn off(off: Off) -> Self {
        Self(1 << (16 + off as u32))
    }

    /// The kind of a sense.
    pub(crate) const fn of(sense: &Sense) -> Self {
        match sense {
            Sense::Table(_) => Self::TABLE,
            Sense::Value { .. } => Self::VALUE,
            Sense::Flag { .. } => Self::FLAG,
            Sense::State(_) => Self::STATE,
            Sense::Provider(_) => Self::PROVIDER,
            Sense::Region(_) => Self::REGION,
            Sense::Service(_) => Self::SERVICE,
            Sense::Category(_) => Self::CATEGORY,
            Sense::Compare(..) => Self::COMPARE,
            Sense::OrMore(..) => Self::OR_MORE,
            Sense::Superlative(..) => Self::SUPERLATIVE,
            Sense::Bucket(_) => Self::BUCKET,
            Sense::Role(_) => Self::ROLE,
            Sense::Command => Self::COMMAND,
            Sense::Off(off) => Self::off(*off),
        }
    }

    /// These and those.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some are among both.
    pub(crate) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Whether there is none beside those.
    pub(crate) const fn only(self, of: Self) -> bool {
        self.0 & !of.0 == 0
    }
}
