//! Azure's words in FOCUS's, and its ids and places taken apart.

/// FOCUS's word for a charge type. None for one that is not known: it stays in the file's own column.
pub(super) fn category(charge_type: &str) -> Option<&'static str> {
    Some(match charge_type.to_lowercase().as_str() {
        "usage" | "unusedreservation" | "unusedsavingsplan" => "Usage",
        "purchase" => "Purchase",
        "tax" => "Tax",
        "credit" => "Credit",
        "refund" | "adjustment" | "roundingadjustment" => "Adjustment",
        _ => return None,
    })
}

/// FOCUS's word for a frequency.
pub(super) fn frequency(word: &str) -> Option<&'static str> {
    Some(match squeezed(word).as_str() {
        "onetime" => "One-Time",
        "recurring" => "Recurring",
        "usagebased" => "Usage-Based",
        _ => return None,
    })
}

/// FOCUS's word for a pricing model.
pub(super) fn pricing(model: &str) -> Option<&'static str> {
    Some(match squeezed(model).as_str() {
        "ondemand" => "Standard",
        "spot" => "Dynamic",
        "reservation" | "reservations" | "savingsplan" => "Committed",
        _ => return None,
    })
}

/// FOCUS's word for a service family.
pub(super) fn service(family: &str) -> Option<&'static str> {
    Some(match squeezed(family).as_str() {
        "ai+machinelearning" | "aiandmachinelearning" => "AI and Machine Learning",
        "analytics" => "Analytics",
        "compute" | "containers" | "windowsvirtualdesktop" | "azurevirtualdesktop" => "Compute",
        "databases" | "data" => "Databases",
        "developertools" => "Developer Tools",
        "identity" => "Identity",
        "integration" => "Integration",
        "internetofthings" | "iot" => "Internet of Things",
        "managementandgovernance" => "Management and Governance",
        "media" => "Media",
        "migration" => "Migration",
        "azurearc" | "azurestack" | "hybrid+multicloud" => "Multicloud",
        "networking" => "Networking",
        "security" => "Security",
        "storage" => "Storage",
        "web" => "Web",
        "other" | "azureother" => "Other",
        _ => return None,
    })
}

/// A word in lower case, without what writers put between its parts.
fn squeezed(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// A subscription's id: `/subscriptions/<id>` or the id alone.
pub(crate) fn account(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.strip_prefix("/subscriptions/").map_or(lower.as_str(), |id| id.trim_end_matches('/')).to_owned()
}

/// The resource group that an ARM id is in.
pub(crate) fn resource_group(id: &str) -> Option<String> {
    let lower = id.to_lowercase();
    let (_, rest) = lower.split_once("/resourcegroups/")?;
    rest.split('/').next().filter(|group| !group.is_empty()).map(str::to_owned)
}

/// The last part of an id, as it is written.
pub(super) fn last_of_id(id: &str) -> Option<&str> {
    id.trim_end_matches('/').rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// `microsoft.compute/virtualmachines`, from an id with `/providers/` in it; of several, the last.
pub(super) fn type_of_id(id: &str) -> Option<String> {
    let lower = id.to_lowercase();
    let (_, rest) = lower.rsplit_once("/providers/")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let (namespace, kinds) = parts.split_first()?;
    let kinds: Vec<&str> = kinds.iter().step_by(2).copied().collect();
    if namespace.is_empty() || kinds.is_empty() || kinds.iter().any(|kind| kind.is_empty()) {
        return None;
    }
    Some(format!("{namespace}/{}", kinds.join("/")))
}

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
pub(crate) fn region(location: &str) -> Option<String> {
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
    use super::*;

    #[test]
    fn regions_have_one_code_however_they_are_written() {
        let check = |location: &str, code: Option<&str>| assert_eq!(region(location).as_deref(), code, "{location}");
        for (location, code) in [
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
            check(location, Some(code));
        }
        check("Unassigned", None);
    }

    #[test]
    fn ids_are_taken_apart() {
        let disk = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/disks/Data-1";
        assert_eq!(type_of_id(disk).as_deref(), Some("microsoft.compute/disks"));
        assert_eq!(last_of_id(disk), Some("Data-1"));
        let database = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Sql/servers/a/databases/b";
        assert_eq!(type_of_id(database).as_deref(), Some("microsoft.sql/servers/databases"));
        assert_eq!(type_of_id("/subscriptions/S/resourceGroups/G"), None);
        assert_eq!(account("/subscriptions/AbC"), "abc");
        assert_eq!(account("AbC"), "abc");
    }
}
