//! Azure's words in FOCUS's, and its ids taken apart.

pub(crate) use schema::azure_region::code as region;

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

#[cfg(test)]
mod tests {
    use super::*;

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
