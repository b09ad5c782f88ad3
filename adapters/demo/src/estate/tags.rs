//! Tags as people really set them: with gaps, misspelt keys and several words for one thing.

use super::dice::Dice;
use super::names;
use std::collections::BTreeMap;

/// Whose something is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    /// The team.
    pub(crate) team: &'static str,
    /// The environment.
    pub(crate) env: &'static str,
    /// What it belongs to.
    pub(crate) app: &'static str,
}

impl Owner {
    /// The Azure resource group of what it owns.
    pub(crate) fn group(&self) -> String {
        format!("rg-{}-{}", self.team, self.env)
    }
}

/// Which part of a hundred has no tags at all, and which has none but its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gaps {
    /// No tags at all.
    pub(crate) bare: u32,
    /// None but `Name` (on Azure, where names are no tags, none at all).
    pub(crate) name_only: u32,
}

/// For what people make with care.
pub(crate) const CAREFUL: Gaps = Gaps { bare: 7, name_only: 11 };
/// For what is made beside something else, such as volumes.
pub(crate) const CARELESS: Gaps = Gaps { bare: 22, name_only: 8 };

/// The tags of one thing. `name_tag` is its name where the provider keeps names as tags.
pub(crate) fn roll(dice: &mut Dice, owner: Owner, name_tag: Option<&str>, gaps: Gaps) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    let roll = dice.below(100);
    if roll < gaps.bare {
        return tags;
    }
    let mut put = |key: &str, value: &str| {
        if !key.is_empty() {
            tags.insert(key.to_owned(), value.to_owned());
        }
    };
    put(if name_tag.is_some() { "Name" } else { "" }, name_tag.unwrap_or_default());
    if roll < gaps.bare + gaps.name_only {
        return tags;
    }
    let team = if dice.chance(3) { capitalised(owner.team) } else { owner.team.to_owned() };
    put(dice.weighted(&[("team", 83), ("Team", 6), ("squad", 2), ("", 9)]), &team);
    let env = if owner.env == "prod" && dice.chance(5) { "production" } else { owner.env };
    put(dice.weighted(&[("env", 82), ("Env", 3), ("environment", 4), ("", 11)]), env);
    put(dice.weighted(&[("app", 45), ("", 55)]), owner.app);
    put(dice.weighted(&[("owner", 55), ("Owner", 4), ("", 41)]), person_for(owner));
    put(
        dice.weighted(&[("cost-center", 46), ("CostCenter", 5), ("cost_center", 3), ("", 46)]),
        names::cost_center_of(owner.team),
    );
    put(dice.weighted(&[("managed-by", 40), ("", 60)]), "terraform");
    tags
}

/// An app is looked after by one person of its team, the same wherever it runs.
fn person_for(owner: Owner) -> &'static str {
    let people = names::people_of(owner.team);
    people[owner.app.len() % people.len()]
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
