//! Numbers of several words: "two hundred and fifty", "twenty-five", "five thousand".

/// From one on.
pub(crate) const SMALL: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// From twenty on.
pub(crate) const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Whether a number may begin with the word.
pub(super) fn begins(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        || small(word).is_some()
        || tens(word).is_some()
        || dashed(word).is_some()
        || scale(word).is_some()
}

/// A number there that takes several words or a dash: how many tokens, and its value.
pub(super) fn compound<'a>(text: impl Fn(usize) -> &'a str, at: usize) -> Option<(usize, u32)> {
    let (mut len, mut value) = below_hundred(&text, at)
        .or_else(|| digits(text(at)).filter(|_| scale(text(at + 1)).is_some()).map(|value| (1, value)))
        .unwrap_or((0, 1));
    if len == 0 && scale(text(at)).is_none() {
        return None;
    }
    // "between one hundred and fifty …" has two numbers.
    let ranged = at > 0 && ["between", "from"].iter().any(|word| text(at - 1).eq_ignore_ascii_case(word));
    if let Some(times) = scale(text(at + len)) {
        value = value.checked_mul(times)?;
        len += 1;
        let and = usize::from(text(at + len).eq_ignore_ascii_case("and") && !ranged);
        if let Some((n, rest)) = below_hundred(&text, at + len + and) {
            match scale(text(at + len + and + n)) {
                None => return Some((len + and + n, value.checked_add(rest)?)),
                Some(more) if and == 0 && more < times => {
                    value = value.checked_add(rest.checked_mul(more)?)?;
                    len += n + 1;
                }
                Some(_) => {}
            }
        }
    }
    (len > 1 || dashed(text(at)).is_some()).then_some((len, value))
}

fn below_hundred<'a>(text: &impl Fn(usize) -> &'a str, at: usize) -> Option<(usize, u32)> {
    let word = text(at);
    if let Some(value) = dashed(word).or_else(|| small(word)) {
        return Some((1, value));
    }
    let tens = tens(word)?;
    match small(text(at + 1)).filter(|unit| *unit < 10) {
        Some(unit) => Some((2, tens + unit)),
        None => Some((1, tens)),
    }
}

fn digits(word: &str) -> Option<u32> {
    word.parse().ok().filter(|value| (1..1000).contains(value))
}

fn place(of: &[&str], word: &str) -> Option<u32> {
    of.iter().position(|known| known.eq_ignore_ascii_case(word)).and_then(|at| u32::try_from(at).ok())
}

fn small(word: &str) -> Option<u32> {
    place(SMALL, word).map(|at| at + 1)
}

fn tens(word: &str) -> Option<u32> {
    place(TENS, word).map(|at| at * 10 + 20)
}

/// The number that a word is: below a hundred, and without a dash.
pub(crate) fn single(word: &str) -> Option<u32> {
    small(word).or_else(|| tens(word)).or_else(|| word.eq_ignore_ascii_case("zero").then_some(0))
}

/// "twenty-five".
pub(crate) fn dashed(word: &str) -> Option<u32> {
    let (first, unit) = word.split_once('-')?;
    Some(tens(first)? + small(unit).filter(|unit| *unit < 10)?)
}

/// "hundred", "thousand".
pub(crate) fn scale(word: &str) -> Option<u32> {
    match word.len() {
        7 if word.eq_ignore_ascii_case("hundred") => Some(100),
        8 if word.eq_ignore_ascii_case("thousand") => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::compound;

    #[test]
    fn numbers_of_several_words_are_one() {
        let value = |said: &str| {
            let words: Vec<_> = said.split(' ').collect();
            compound(|at| words.get(at).copied().unwrap_or_default(), 0)
        };
        assert_eq!(value("two hundred"), Some((2, 200)));
        assert_eq!(value("twenty-five percent"), Some((1, 25)));
        assert_eq!(value("two hundred and fifty GB"), Some((4, 250)));
        assert_eq!(value("one thousand five hundred dollars"), Some((4, 1500)));
        assert_eq!(value("5 thousand"), Some((2, 5000)));
        assert_eq!(value("one hundred and two hundred"), Some((2, 100)));
        assert_eq!(value("two and a half"), None);
        assert_eq!(value("hundred"), None);
        assert_eq!(value("five instances"), None);
    }
}
