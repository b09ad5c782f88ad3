//! Mutants of texts and bytes: cut, doubled, spliced with others, with words of the language in wrong places.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The longest mutant, in bytes: what matters shows in small ones.
const LONGEST: usize = 16 * 1024;

/// Makes mutants, the same ones from the same seed.
pub(crate) struct Mutator {
    random: StdRng,
    words: &'static [&'static str],
}

impl Mutator {
    pub(crate) fn new(seed: u64, words: &'static [&'static str]) -> Self {
        Self { random: StdRng::seed_from_u64(seed), words }
    }

    /// One mutant of one of the seeds, a few steps away from it.
    pub(crate) fn mutant(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(5) {
            self.step(&mut bytes, seeds);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn step(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let (from, to) = self.range(bytes.len());
        match self.below(8) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let part = bytes[from..to].to_vec();
                let times = 1 << self.below(8);
                let part = part.repeat(times);
                self.insert(bytes, &part);
            }
            2 => {
                let other = &seeds[self.below(seeds.len())];
                let (from, to) = self.range(other.len());
                self.insert(bytes, &other[from..to]);
            }
            3 if to > from => {
                let at = from + self.below(to - from);
                bytes[at] ^= 1 << self.below(8);
            }
            4 if to > from => bytes[from] = u8::try_from(self.below(256)).unwrap_or_default(),
            5 => bytes.truncate(to),
            6 => {
                let word = self.words[self.below(self.words.len())].repeat(1 << self.below(6));
                self.insert(bytes, word.as_bytes());
            }
            _ => {
                let word = self.words[self.below(self.words.len())];
                bytes.splice(from..to, word.bytes());
            }
        }
    }

    fn insert(&mut self, bytes: &mut Vec<u8>, part: &[u8]) {
        let at = self.below(bytes.len() + 1);
        bytes.splice(at..at, part[..part.len().min(LONGEST)].iter().copied());
    }

    /// Two places in their order, mostly near each other.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 24 };
        (from, (from + self.below(most + 1)).min(length))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.random_range(0..bound.max(1))
    }
}
