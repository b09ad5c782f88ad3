//! The words of a question: when two are one wording, and when one is the other in other words.

use std::collections::BTreeSet;

/// Words that most questions have, whatever they are about.
const COMMON: &[&str] = &[
    "a", "all", "am", "an", "and", "any", "are", "at", "be", "been", "by", "can", "could", "did", "do", "does",
    "every", "find", "for", "from", "get", "give", "had", "has", "have", "how", "i", "in", "is", "it", "its", "list",
    "many", "me", "more", "most", "much", "my", "no", "not", "of", "on", "or", "our", "over", "please", "show", "tell",
    "than", "that", "the", "their", "them", "there", "these", "they", "this", "those", "to", "under", "us", "was",
    "we", "were", "what", "when", "where", "which", "who", "whose", "will", "with", "without", "you",
];

/// So many words of the shorter question has the other, at the least: one of so many.
const SHARED: usize = 3;

/// A question without what differs from one time to the next: case, signs, numbers, and what stands in quotation marks.
pub(super) fn wording(question: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for (at, part) in question.split(['"', '“', '”']).enumerate() {
        if at % 2 == 1 {
            words.push("…".to_owned());
            continue;
        }
        let each = words_of(part);
        words.extend(
            each.map(|word| if word.starts_with(|c: char| c.is_ascii_digit()) { "#".to_owned() } else { word }),
        );
    }
    words.join(" ")
}

/// Whether a question says another in other words: the two share words that matter, and are not the same but for case and
/// signs. What shares none is another question, however soon it was asked.
pub(crate) fn is_reworded(question: &str, other: &str) -> bool {
    if words_of(question).eq(words_of(other)) {
        return false;
    }
    let (question, other) = (weighty(question), weighty(other));
    let shared = question.intersection(&other).count();
    shared > 0 && shared * SHARED >= question.len().min(other.len())
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let is_sign = |c: char| !c.is_alphanumeric() && c != '-' && c != '_';
    text.split(is_sign).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The words that matter, in the singular.
fn weighty(question: &str) -> BTreeSet<String> {
    let words = words_of(question).filter(|word| word.chars().any(char::is_alphabetic));
    words.filter(|word| !COMMON.contains(&word.as_str())).map(|word| singular(&word)).collect()
}

fn singular(word: &str) -> String {
    let one = match word.strip_suffix("es") {
        Some(stem) if stem.ends_with(['x', 's', 'h']) => stem,
        _ => word.strip_suffix('s').filter(|stem| stem.len() > 1 && !stem.ends_with('s')).unwrap_or(word),
    };
    one.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_other_words_shares_words_that_matter() {
        for (question, other) in [
            ("which boxes does nobody look after", "boxes without tag owner"),
            ("VMs that idle", "list VMs with CPU under 5%"),
            ("spend of the storage team", "cost by service of team storage"),
            ("VMs with CPU under 5%", "VMs with CPU under 10%"),
        ] {
            assert!(is_reworded(question, other) && is_reworded(other, question), "{question} / {other}");
        }
    }

    #[test]
    fn another_question_and_the_same_words_again_are_no_rewording() {
        for (question, other) in [
            ("which boxes does nobody look after", "cost by service last month"),
            ("list all dusty things", "list all VMs"),
            ("dusty boxes", "Dusty boxes?"),
            ("dusty boxes", ""),
        ] {
            assert!(!is_reworded(question, other) && !is_reworded(other, question), "{question} / {other}");
        }
    }
}
