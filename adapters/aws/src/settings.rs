//! What the configuration says of AWS: which accounts, how they are entered, which regions. Inert: nothing is checked by calling.

use crate::arn;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the configuration says of AWS. Where it lists nothing, the SDK's default credentials are the one account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The source's name in coverage; `aws` when absent.
    pub id: Option<String>,
    /// Accounts, each with the way into it.
    pub accounts: Vec<AccountSettings>,
    /// An organisation whose accounts are found out.
    pub organization: Option<OrganizationSettings>,
    /// Regions by name (`eu-west-1`) or pattern (`eu-*`, `*`). Empty: every region that an account has enabled.
    pub regions: Vec<String>,
    /// Where all services are called instead of at AWS.
    pub endpoint_url: Option<String>,
    /// Whether buckets are addressed by path. Servers that only look like AWS need it.
    pub force_path_style: bool,
}

/// One account and the way into it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountSettings {
    /// What the account is called in answers; its id when absent.
    pub name: Option<String>,
    /// The profile of the SDK's configuration files whose credentials are used; the default chain when absent.
    pub profile: Option<String>,
    /// A role to assume with those credentials.
    pub role_arn: Option<String>,
    /// What the role's trust policy asks for as external id.
    pub external_id: Option<String>,
    /// Regions of this account, instead of those of all.
    pub regions: Option<Vec<String>>,
}

/// An organisation whose accounts are found out, and the role to assume in each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSettings {
    /// The profile whose credentials may list the organisation's accounts; the default chain when absent.
    #[serde(default)]
    pub profile: Option<String>,
    /// A role to assume with those credentials before listing.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// The name of the role that is assumed in every account. The account that lists is read as it is.
    pub role_name: String,
    /// What the roles' trust policies ask for as external id.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Only accounts whose id or name is one of these or fits one of these patterns. Empty: all.
    #[serde(default)]
    pub include: Vec<String>,
    /// No account whose id or name is one of these or fits one of these patterns.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl Settings {
    /// The roles that are assumed, as a policy names them: each once, sorted. That of an organisation's accounts is one
    /// name in whichever account.
    pub fn roles(&self) -> Vec<String> {
        // A pattern of another partition begins as its regions do: `cn-*`.
        let partitions = self.regions.iter().map(|region| arn::partition(region));
        let partition = partitions.into_iter().find(|partition| *partition != "aws").unwrap_or("aws");
        let organization = self.organization.as_ref();
        let of_all = organization.map(|one| arn::role(partition, "*", &one.role_name));
        let listed = self.accounts.iter().filter_map(|account| account.role_arn.clone());
        let lister = organization.and_then(|one| one.role_arn.clone());
        listed.chain(lister).chain(of_all).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Whether a region is written as a pattern, which only the account's own list of regions can answer.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Whether a text is one of the patterns, or fits one of them.
pub(crate) fn fits(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| {
        pattern == text || globset::Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(text))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_fits_itself_and_its_patterns() {
        let fits = |patterns: &[&str], text| fits(&patterns.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>(), text);
        assert!(fits(&["eu-*", "us-east-1"], "eu-west-1"));
        assert!(fits(&["{eu,us}-*-1"], "us-east-1"));
        assert!(fits(&["*"], "ap-south-1"));
        assert!(!fits(&["eu-*"], "us-east-1"));
        assert!(!fits(&[], "us-east-1"));
    }

    #[test]
    fn the_roles_that_are_assumed_are_those_of_accounts_and_one_name_in_all_of_an_organisation() {
        let settings: Settings = serde_json::from_str(
            r#"{"regions": ["*", "cn-north-1"],
                "accounts": [{"role_arn": "arn:aws:iam::111122223333:role/b"}, {"profile": "p"}],
                "organization": {"role_arn": "arn:aws:iam::111122223333:role/a", "role_name": "/read"}}"#,
        )
        .unwrap();
        let of_all = "arn:aws-cn:iam::*:role/read";
        assert_eq!(settings.roles(), [of_all, "arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"]);
        let by_pattern = r#"{"regions": ["us-gov-*"], "organization": {"role_name": "read"}}"#;
        let settings: Settings = serde_json::from_str(by_pattern).unwrap();
        assert_eq!(settings.roles(), ["arn:aws-us-gov:iam::*:role/read"]);
        assert!(Settings::default().roles().is_empty());
    }

    #[test]
    fn a_setting_that_does_not_exist_is_refused() {
        let read = |text: &str| serde_json::from_str::<Settings>(text);
        assert_eq!(read("{}").unwrap(), Settings::default());
        let error = read(r#"{"acounts": []}"#).unwrap_err().to_string();
        assert!(error.contains("acounts"), "{error}");
        assert!(read(r#"{"organization": {"profile": "root"}}"#).unwrap_err().to_string().contains("role_name"));
    }
}
