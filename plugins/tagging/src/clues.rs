//! What two resources of one owner have in common, more often than not.

use guest_sdk::Time;
use std::collections::BTreeMap;

/// A kind of clue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clue {
    /// One is attached to the other, or was made of it.
    Attached,
    /// Launched from the same template.
    Template,
    /// Launched by the same scaling group.
    Fleet,
    /// A word of the name.
    Word,
    /// A security group.
    Group,
    /// Made in the same hour, in the same account and region.
    Hour,
    /// A subnet.
    Subnet,
}

impl Clue {
    /// In a sentence, with what is shared.
    pub(crate) fn says(self, key: &str) -> String {
        match self {
            Self::Attached => format!("attached to `{key}`"),
            Self::Template => format!("was launched from the template `{key}`"),
            Self::Fleet => format!("was launched by the scaling group `{key}`"),
            Self::Word => format!("has `{key}` in its name"),
            Self::Group => format!("shares the security group `{key}`"),
            Self::Hour => format!("was made in the hour of {key}"),
            Self::Subnet => format!("lies in the subnet `{key}`"),
        }
    }
}

/// What AWS itself writes into the tags of what it launches. A scaling group's name is one in its account and region alone.
pub(crate) fn launched(tags: &BTreeMap<String, String>, account: &str, region: &str) -> Vec<(Clue, String)> {
    let of = |tag: &str| tags.get(tag).filter(|value| !value.is_empty()).cloned();
    let template = of("aws:ec2launchtemplate:id").map(|id| (Clue::Template, id));
    let fleet = of("aws:autoscaling:groupName").map(|name| (Clue::Fleet, format!("{name} {account} {region}")));
    template.into_iter().chain(fleet).collect()
}

/// The words of a name that may say something: not numbers, and nothing with a digit, which tells one from the next.
pub(crate) fn words(name: &str) -> Vec<String> {
    /// Shorter ones say nothing, and more are made up.
    const LEAST: usize = 3;
    const MOST: usize = 12;
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= LEAST);
    words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).take(MOST).map(str::to_lowercase).collect()
}

/// The hour of a moment, where it was: `2026-11-26T09 111122223333 eu-west-1`.
pub(crate) fn hour(time: Time, account: &str, region: &str) -> String {
    let text = time.to_string();
    format!("{} {account} {region}", text.split(':').next().unwrap_or(&text))
}
