//! How wide each column of a table may be, so that a line fits the terminal and as few words as can be are broken.

/// No column is squeezed below this: ids broken into pieces of a few letters help nobody.
const NARROWEST: usize = 8;

/// What a column would like to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The longest cell.
    pub(crate) cell: usize,
    /// The longest word, which is what a cell needs if it may go on in the next line.
    pub(crate) word: usize,
}

impl Wish {
    /// The wish of a column that also holds this cell.
    pub(crate) fn and(self, cell: &str) -> Self {
        let word = cell.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        Self { cell: self.cell.max(cell.chars().count()), word: self.word.max(word) }
    }
}

/// The widths of columns in a line of so many characters; none where even narrow columns do not fit, so that
/// long lines had better be left to the terminal.
pub(crate) fn widths(wishes: &[Wish], line: usize) -> Option<Vec<usize>> {
    let whole: usize = wishes.iter().map(|wish| wish.cell).sum();
    if whole <= line {
        return Some(wishes.iter().map(|wish| wish.cell).collect());
    }
    let longest = wishes.iter().map(|wish| wish.word).max().unwrap_or(0);
    let capped = |cap: usize| wishes.iter().map(move |wish| wish.word.min(cap));
    let cap = (NARROWEST..=longest.max(NARROWEST)).rev().find(|cap| capped(*cap).sum::<usize>() <= line)?;
    let mut widths: Vec<_> = capped(cap).collect();
    // What is left goes to those that would like more, first come first served.
    let mut left = line - widths.iter().sum::<usize>();
    for (width, wish) in widths.iter_mut().zip(wishes) {
        let more = wish.cell.saturating_sub(*width).min(left);
        *width += more;
        left -= more;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &[&str], line: usize, expected: Option<&[usize]>) {
        let wishes: Vec<_> = cells.iter().map(|cell| Wish::default().and(cell)).collect();
        assert_eq!(widths(&wishes, line).as_deref(), expected, "{cells:?} in {line}");
    }

    #[test]
    fn cells_give_way_before_words_and_long_words_before_short_ones() {
        check(&["web-1", "2026-11-21 09:30"], 30, Some(&[5, 16]));
        check(&["web-1", "2026-11-21 09:30"], 18, Some(&[5, 13]));
        check(&["i-0123456789abcdef0", "aws", "2026-11-21 09:30"], 28, Some(&[15, 3, 10]));
        check(&["i-0123456789abcdef0", "i-0123456789abcdef0", "running"], 20, None);
    }
}
