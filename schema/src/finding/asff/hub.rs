//! The Security Hub that findings are imported into.

/// An account and a region whose Security Hub takes the findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    account: String,
    region: String,
}

/// What is no place of a Security Hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// Not twelve digits.
    #[error("`{0}` is not an AWS account id: write the 12 digits of the account that imports the findings")]
    Account(String),
    /// Not the name of a region.
    #[error("`{0}` is not an AWS region: write its code, such as `eu-west-1`")]
    Region(String),
}

impl Hub {
    /// The Security Hub of that account and region.
    pub fn new(account: &str, region: &str) -> Result<Self, HubError> {
        if !is_account(account) {
            return Err(HubError::Account(account.to_owned()));
        }
        if !is_region(region) {
            return Err(HubError::Region(region.to_owned()));
        }
        Ok(Self { account: account.to_owned(), region: region.to_owned() })
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// The product that every account has for findings of its own making.
    pub(super) fn product_arn(&self) -> String {
        let Self { account, region } = self;
        format!("arn:{}:securityhub:{region}:{account}:product/{account}/default", partition(region))
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `eu-west-1`, `us-gov-east-1`: words and a number. Which there are changes with the years.
fn is_region(text: &str) -> bool {
    let mut words: Vec<&str> = text.split('-').collect();
    let number = words.pop().unwrap_or_default();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=3).contains(&words.len())
        && words.iter().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && text.len() <= 16
}

fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ if region.starts_with("us-isob-") => "aws-iso-b",
        _ if region.starts_with("us-iso-") => "aws-iso",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_the_accounts_own_in_its_partition() {
        let arn = |region| Hub::new("111122223333", region).unwrap().product_arn();
        assert_eq!(arn("eu-west-1"), "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default");
        assert!(arn("cn-north-1").starts_with("arn:aws-cn:"));
        assert!(arn("us-gov-west-1").starts_with("arn:aws-us-gov:"));
    }

    #[test]
    fn a_wrong_place_is_named() {
        let refused = |account, region| Hub::new(account, region).unwrap_err().to_string();
        assert_eq!(
            refused("1111", "eu-west-1"),
            "`1111` is not an AWS account id: write the 12 digits of the account that imports the findings"
        );
        for region in ["", "westeurope", "eu-west", "eu-west-1a", "EU-WEST-1", "eu--1", "a:b-c-1", "eu-aaaaaaaaaaaa-1"]
        {
            assert_eq!(
                refused("111122223333", region),
                format!("`{region}` is not an AWS region: write its code, such as `eu-west-1`")
            );
        }
    }
}
