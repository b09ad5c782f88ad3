//! A linear model over hashed features: one small weight for each bucket and class.

use super::features::Features;

/// What one word counts for beside one run of letters, of which a word has a dozen.
const WORD: i32 = 2;

/// Weights in so few bits that they fit into a cache, and into a repository.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub(super) classes: usize,
    /// How many buckets there are; a power of two.
    pub(super) buckets: usize,
    /// Whether it looks at runs of letters too, or at words alone.
    pub(super) letters: bool,
    /// What one step of a weight is worth, for each class.
    pub(super) scale: Vec<f64>,
    /// Bucket by bucket, the classes of each together.
    pub(super) weights: Vec<i8>,
}

impl Linear {
    /// How much a question speaks for each class; above 0 it speaks for it.
    pub(super) fn scores(&self, features: &Features, scores: &mut [f64]) {
        let letters: &[u32] = if self.letters { &features.letters } else { &[] };
        let mut sums = [0i32; MOST_CLASSES];
        // With a number of classes that the compiler knows, a bucket is added up in a few instructions.
        match self.classes {
            3 => sums[..3].copy_from_slice(&self.sums::<3>(&features.words, letters)),
            _ => self.add_all(&mut sums[..self.classes], &features.words, letters),
        }
        let length = length(features.words.len() + 1, letters.len());
        for ((score, sum), scale) in scores.iter_mut().zip(sums).zip(&self.scale) {
            *score = f64::from(sum) * scale / length;
        }
    }

    fn sums<const N: usize>(&self, words: &[u32], letters: &[u32]) -> [i32; N] {
        let (buckets, _) = self.weights.as_chunks::<N>();
        let sum = |hashes: &[u32]| {
            let mut sums = [0i32; N];
            for hash in hashes {
                for (sum, weight) in sums.iter_mut().zip(buckets[self.bucket(*hash)]) {
                    *sum += i32::from(weight);
                }
            }
            sums
        };
        let (words, letters) = (sum(words), sum(letters));
        std::array::from_fn(|of| (words[of] + i32::from(buckets[0][of])) * WORD + letters[of])
    }

    fn add_all(&self, sums: &mut [i32], words: &[u32], letters: &[u32]) {
        self.add(sums, 0, WORD);
        words.iter().for_each(|hash| self.add(sums, self.bucket(*hash), WORD));
        letters.iter().for_each(|hash| self.add(sums, self.bucket(*hash), 1));
    }

    fn add(&self, sums: &mut [i32], bucket: usize, times: i32) {
        let at = bucket * self.classes;
        for (sum, weight) in sums.iter_mut().zip(&self.weights[at..at + self.classes]) {
            *sum += i32::from(*weight) * times;
        }
    }

    fn bucket(&self, hash: u32) -> usize {
        bucket(hash, self.buckets)
    }
}

/// More classes than that are not read from a file.
pub(super) const MOST_CLASSES: usize = 64;

/// The bucket of a hash; the first one is kept for what holds of every question.
fn bucket(hash: u32, buckets: usize) -> usize {
    (hash as usize & (buckets - 1)).max(1)
}

/// What the sum is divided by, so that a long question speaks no louder than a short one.
#[expect(clippy::cast_precision_loss, reason = "a question has some hundred features")]
fn length(words: usize, letters: usize) -> f64 {
    (f64::from(WORD) * f64::from(WORD) * words as f64 + letters as f64).sqrt()
}

/// A question as training sees it: buckets and their values, each bucket once, in order.
pub(super) fn row(features: &Features, buckets: usize, letters: bool) -> Vec<(usize, f64)> {
    let runs: &[u32] = if letters { &features.letters } else { &[] };
    let length = length(features.words.len() + 1, runs.len());
    let word = f64::from(WORD) / length;
    let mut row = vec![(0, word)];
    row.extend(features.words.iter().map(|hash| (bucket(*hash, buckets), word)));
    row.extend(runs.iter().map(|hash| (bucket(*hash, buckets), 1.0 / length)));
    row.sort_by_key(|(at, _)| *at);
    row.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    row
}
