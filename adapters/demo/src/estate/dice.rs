//! Chance that is the same on every run: one generator for each thing, seeded by what the thing is.
//!
//! Nothing draws from a generator that another thing drew from before, so that a larger estate holds the smaller
//! one unchanged, and one scope can be made without the others.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator of one thing.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The generator of the `index`th `what` at a place.
    pub(crate) fn new(seed: u64, place: &str, what: &str, index: usize) -> Self {
        let mut bytes = [0; 32];
        for (slot, part) in bytes.chunks_exact_mut(8).zip([seed, hash(place), hash(what), index as u64]) {
            slot.copy_from_slice(&part.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// 0 to `end`, exclusive; 0 where there is no choice.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end.max(1))
    }

    /// `low` to `high`, both inclusive.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// True so many times of a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// 0.0 to 1.0.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random_range(0.0..1.0)
    }

    /// 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// One of several, all as likely. The list is never empty: lists are constants of this crate.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }

    /// One of several, by weight.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(T, u32)]) -> T {
        let mut roll = self.below(items.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in items {
            if roll < *weight {
                return *item;
            }
            roll -= weight;
        }
        items[0].0
    }

    /// So many hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.bits()));
        }
        text.truncate(digits);
        text
    }
}

/// FNV-1a: any hash would do that never changes, which the standard library's may.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
