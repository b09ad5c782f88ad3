//! The places of a question that people have their own names for: "Europe" is two dozen regions that nobody typed.

use engine::Place;

/// The longest name of a place, in words.
const LONGEST: usize = 4;

/// The places that a question names, the longest names first. The reasons of its reading say which words were read in another
/// spelling.
pub(crate) fn of(question: &str, reasons: &[String]) -> Vec<Place> {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower
        .split(is_break)
        .map(|word| spelled(without_case(word), reasons))
        .filter(|word| !word.is_empty())
        .collect();
    let names = (1..=LONGEST).rev().flat_map(|len| words.windows(len)).map(|words| words.join(" "));
    names.filter_map(place).collect()
}

/// Whether a word ends there; a full stop may be of its short form.
fn is_break(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\'' | '’'))
}

/// "Europe's" is Europe, and so is 'Europe'.
fn without_case(word: &str) -> &str {
    let is_mark = |c: char| matches!(c, '\'' | '’');
    // "N. Virginia" keeps the stop of its short form.
    let word = if word.len() > 2 { word.trim_end_matches('.') } else { word };
    let word = word.trim_matches(is_mark);
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// A word as it was read, where its spelling was mended.
fn spelled<'a>(word: &'a str, reasons: &'a [String]) -> &'a str {
    let mended =
        reasons.iter().filter_map(|reason| reason.strip_prefix('`')?.strip_suffix('`')?.split_once("` is read as `"));
    let mut mended = mended.filter(|(written, _)| written.eq_ignore_ascii_case(word));
    mended.next().map_or(word, |(_, read)| read)
}

fn place(name: String) -> Option<Place> {
    let regions = classifier::regions_called(&name);
    // A region by its own name was typed.
    let is_place = !regions.is_empty() && regions != [name.as_str()];
    let regions = is_place.then(|| regions.into_iter().map(str::to_owned).collect())?;
    Some(Place { name, regions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, expected: &[&str]) {
        let names: Vec<_> = of(question, &[]).into_iter().map(|place| place.name).collect();
        assert_eq!(names, expected, "{question}");
    }

    #[test]
    fn places_are_named_as_people_call_them_and_regions_by_their_codes_are_none() {
        check("instances in Europe that are stopped", &["europe"]);
        check("VMs in London, or in hong kong?", &["hong kong", "london"]);
        check("VMs in eu-west-1 and westeurope", &[]);
        check("", &[]);
    }

    #[test]
    fn places_are_known_whatever_stands_around_them() {
        check("instances in London.", &["london"]);
        check("(Europe)", &["europe"]);
        check("the VMs of 'europe'...", &["europe"]);
        check("europe's regions", &["europe regions", "europe"]);
        check("London’s VMs", &["london"]);
        check("london/ireland", &["london", "ireland"]);
        check("VMs in N. Virginia.", &["n. virginia", "virginia"]);
    }

    #[test]
    fn a_place_whose_spelling_was_mended_is_known() {
        let reasons = ["`Hnog` is read as `hong`", "no condition on time"].map(str::to_owned);
        let names: Vec<_> = of("VMs in Hnog Kong", &reasons).into_iter().map(|place| place.name).collect();
        assert_eq!(names, ["hong kong"]);
    }
}
