//! The places of a question that people have their own names for: "Europe" is two dozen regions that nobody typed.

use engine::Place;

/// The longest name of a place, in words.
const LONGEST: usize = 4;

/// The places that a question names, the longest names first.
pub(crate) fn of(question: &str) -> Vec<Place> {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '?' | '!' | ';' | ':' | '"'))
        .filter(|word| !word.is_empty())
        .collect();
    let names = (1..=LONGEST).rev().flat_map(|len| words.windows(len)).map(|words| words.join(" "));
    names.filter_map(place).collect()
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
        let names: Vec<_> = of(question).into_iter().map(|place| place.name).collect();
        assert_eq!(names, expected, "{question}");
    }

    #[test]
    fn places_are_named_as_people_call_them_and_regions_by_their_codes_are_none() {
        check("instances in Europe that are stopped", &["europe"]);
        check("VMs in London, or in hong kong?", &["hong kong", "london"]);
        check("VMs in eu-west-1 and westeurope", &[]);
        check("", &[]);
    }
}
