//! What a score is worth: how often readings with about that score were right.

/// Fewer readings than that say nothing about how often one is right.
const LEAST: usize = 40;

/// More steps are not read from a file.
pub(super) const MOST_STEPS: usize = 64;

/// Rising steps: from which score on, and how often such readings were right.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Steps(pub(super) Vec<(f32, f32)>);

impl Steps {
    /// How often a reading with that score is right; below the first step it is as there.
    pub(super) fn at(&self, score: f64) -> Option<f32> {
        let below = self.0.iter().take_while(|(from, _)| f64::from(*from) <= score).last();
        below.or_else(|| self.0.first()).map(|(_, share)| *share)
    }

    /// Fitted to readings: their scores, and whether each was right. A higher score never counts for less: neighbours
    /// that would say so are taken together (isotonic regression), as are those that are too few.
    #[expect(clippy::cast_possible_truncation, reason = "two digits are kept of it")]
    pub(super) fn fit(mut readings: Vec<(f64, bool)>) -> Self {
        readings.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut blocks: Vec<Block> = Vec::new();
        for some in readings.chunks(LEAST) {
            // What is left at the end is too little for a step of its own.
            match blocks.last_mut().filter(|_| some.len() < LEAST) {
                Some(last) => last.take(&Block::of(some)),
                None => blocks.push(Block::of(some)),
            }
        }
        let steps = pooled(blocks).into_iter().map(|block| (block.from as f32, block.share() as f32));
        Self(steps.collect())
    }
}

/// Readings next to each other.
#[derive(Debug, Clone, Copy)]
struct Block {
    from: f64,
    right: f64,
    all: f64,
}

impl Block {
    #[expect(clippy::cast_precision_loss, reason = "they are thousands")]
    fn of(readings: &[(f64, bool)]) -> Self {
        Self {
            from: readings[0].0,
            right: readings.iter().filter(|(_, right)| *right).count() as f64,
            all: readings.len() as f64,
        }
    }

    fn take(&mut self, next: &Self) {
        self.right += next.right;
        self.all += next.all;
    }

    /// With one more that was right and one that was not: nothing is ever certain. Rounded, so that the file of the
    /// model does not hang on the last bit.
    fn share(&self) -> f64 {
        ((self.right + 1.0) / (self.all + 2.0) * 1000.0).round() / 1000.0
    }
}

fn pooled(blocks: Vec<Block>) -> Vec<Block> {
    let mut rising: Vec<Block> = Vec::new();
    for block in blocks {
        rising.push(block);
        while let [.., before, last] = rising.as_mut_slice()
            && before.share() >= last.share()
        {
            before.take(&last.clone());
            rising.pop();
        }
    }
    rising
}

#[cfg(test)]
mod tests {
    use super::Steps;

    #[test]
    fn a_higher_score_never_counts_for_less() {
        // Right in one of two below 0, in nine of ten above, and by chance in none around 0.
        let readings = (-200..200)
            .map(|i| (f64::from(i) / 100.0, if i < -20 { i % 2 == 0 } else { i > 20 && i % 10 != 0 }))
            .collect();
        let steps = Steps::fit(readings);
        assert!(steps.0.windows(2).all(|pair| pair[0].1 < pair[1].1), "{steps:?}");
        assert!(steps.at(-1.9).unwrap() < 0.6 && steps.at(1.5).unwrap() > 0.85, "{steps:?}");
        assert_eq!(steps.at(-9.0), steps.at(-2.0));
        assert_eq!(Steps::default().at(0.0), None);
    }

    #[test]
    fn a_few_readings_that_were_all_right_are_not_certain() {
        let steps = Steps::fit(vec![(0.5, true); 10]);
        assert_eq!(steps.0.len(), 1);
        assert!(steps.0[0].1 < 0.95, "{steps:?}");
    }
}
