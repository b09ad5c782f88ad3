//! The codes of Azure's regions, which its lists, its bills and its cost queries write in three ways.

/// Places that bills name by the direction last and code regions by the direction first: `US East` is `eastus`.
const DIRECTION_FIRST: [(&str, &str); 4] = [("us", "us"), ("eu", "europe"), ("ap", "asia"), ("in", "india")];
/// Places whose codes begin with the country: `CA Central` is `canadacentral`.
const COUNTRY_FIRST: [(&str, &str); 32] = [
    ("ae", "uae"),
    ("at", "austria"),
    ("au", "australia"),
    ("be", "belgium"),
    ("br", "brazil"),
    ("ca", "canada"),
    ("ch", "switzerland"),
    ("cl", "chile"),
    ("cn", "china"),
    ("de", "germany"),
    ("dk", "denmark"),
    ("es", "spain"),
    ("fi", "finland"),
    ("fr", "france"),
    ("gr", "greece"),
    ("id", "indonesia"),
    ("il", "israel"),
    ("it", "italy"),
    ("ja", "japan"),
    ("kr", "korea"),
    ("mx", "mexico"),
    ("my", "malaysia"),
    ("no", "norway"),
    ("nz", "newzealand"),
    ("pl", "poland"),
    ("qa", "qatar"),
    ("sa", "saudiarabia"),
    ("se", "sweden"),
    ("sg", "singapore"),
    ("tw", "taiwan"),
    ("uk", "uk"),
    ("za", "southafrica"),
];
const DIRECTIONS: [&str; 5] = ["north", "south", "east", "west", "central"];

/// A region's code, from its code (`westeurope`), its name (`West Europe`) or its name on bills (`EU West`). What is
/// none of these is kept without case and spaces, so that nothing is taken for another region.
pub fn code(location: &str) -> Option<String> {
    let code: String = location.split_whitespace().collect::<String>().to_lowercase();
    match code.as_str() {
        "unassigned" | "unknown" | "none" => return None,
        "usgovaz" => return Some("usgovarizona".to_owned()),
        "usgovtx" => return Some("usgovtexas".to_owned()),
        // India has three regions by direction, and some that are named otherwise.
        "insouthcentral" => return Some("indiasouthcentral".to_owned()),
        "incentraljio" => return Some("jioindiacentral".to_owned()),
        "inwestjio" => return Some("jioindiawest".to_owned()),
        _ => {}
    }
    let direction = |place: &str| {
        let rest = code.strip_prefix(place)?;
        let end = rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (words, number) = rest.split_at(end);
        is_direction(words).then_some((words, number))
    };
    for (place, name) in DIRECTION_FIRST {
        if let Some((words, number)) = direction(place) {
            return Some(format!("{words}{name}{number}"));
        }
    }
    for (place, name) in COUNTRY_FIRST {
        if let Some((words, number)) = direction(place) {
            return Some(format!("{name}{words}{number}"));
        }
    }
    Some(code)
}

/// Directions, one after the other: `southeast`, `westcentral`.
fn is_direction(words: &str) -> bool {
    let mut rest = words;
    while let Some(next) = DIRECTIONS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next;
    }
    rest.is_empty() && !words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn regions_have_one_code_however_they_are_written() {
        let check =
            |location: &str, expected: Option<&str>| assert_eq!(code(location).as_deref(), expected, "{location}");
        for (location, expected) in [
            ("US East 2", "eastus2"),
            ("US East", "eastus"),
            ("EastUS", "eastus"),
            ("eastus2", "eastus2"),
            ("CentralUS", "centralus"),
            ("US South Central", "southcentralus"),
            ("EU West", "westeurope"),
            ("West Europe", "westeurope"),
            ("northeurope", "northeurope"),
            ("AP Southeast", "southeastasia"),
            ("CA Central", "canadacentral"),
            ("canadacentral", "canadacentral"),
            ("DE West Central", "germanywestcentral"),
            ("ZA North", "southafricanorth"),
            ("UK South", "uksouth"),
            ("uksouth", "uksouth"),
            ("IN Central", "centralindia"),
            ("Global", "global"),
            ("Norway East", "norwayeast"),
            ("Sweden Central", "swedencentral"),
            ("usgovvirginia", "usgovvirginia"),
        ] {
            check(location, Some(expected));
        }
        for none in ["Unassigned", "unknown", "None"] {
            check(none, None);
        }
    }
}
