//! What reading an export finds: what projects are called, and which line about an asset counts.

use crate::asset::Asset;
use crate::firewalls::Firewalls;
use crate::kept::Kept;
use crate::problems::Problems;
use crate::row::{at, text};
use crate::{lines, tables};
use guest_sdk::{Error, Input};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// A place in the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) file: u32,
    pub(crate) line: u64,
}

/// The line that counts: with what the service says rather than without, then the newest, then the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Best {
    has_data: bool,
    updated: i64,
    spot: std::cmp::Reverse<Spot>,
    is_wanted: bool,
}

impl Best {
    fn of(asset: &Asset, spot: Spot, is_wanted: bool) -> Self {
        let updated = asset.updated.map_or(i64::MIN, |time| time.seconds());
        Self { has_data: asset.data.is_some(), updated, spot: std::cmp::Reverse(spot), is_wanted }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Project ids by number.
    ids: BTreeMap<String, String>,
    /// What people call them, by id.
    names: BTreeMap<String, String>,
    /// The lines that count, of assets that are wanted.
    lines: BTreeSet<Spot>,
    /// What is in them, as long as there is room.
    kept: Kept,
    accounts: BTreeSet<String>,
    pub(crate) firewalls: Firewalls,
}

/// By a digest of the asset's name: of a million assets the names would not fit.
type BestLines = BTreeMap<u128, Best>;

impl Index {
    pub(crate) fn of(exports: &[Input], is_wanted: impl Fn(&Asset) -> bool, problems: &mut Problems) -> Self {
        let (mut index, mut best) = (Self::default(), BestLines::new());
        for (file, export) in (0..).zip(exports) {
            for line in lines(export) {
                let line = match line {
                    Ok(line) => line,
                    Err(why @ Error::Invalid { .. }) => {
                        problems.no_line(export, &why);
                        continue;
                    }
                    Err(why) => {
                        problems.ends(export, why);
                        break;
                    }
                };
                match Asset::read(&line.text) {
                    Ok(asset) => {
                        index.take(&asset);
                        let this = Best::of(&asset, Spot { file, line: line.number }, is_wanted(&asset));
                        index.compare(&mut best, digest(&asset.name), this, line.text);
                    }
                    Err(why) => problems.no_asset(export, line.number, &why),
                }
            }
        }
        // Only now every number has its id.
        let accounts = std::mem::take(&mut index.accounts);
        index.accounts = accounts.into_iter().map(|account| index.id_of(&account)).collect();
        let wanted = best.values().filter(|best| best.is_wanted);
        problems.without_data(wanted.clone().filter(|best| !best.has_data).count());
        index.lines = wanted.filter(|best| best.has_data).map(|best| best.spot.0).collect();
        index
    }

    fn take(&mut self, asset: &Asset) {
        self.name_project(asset);
        self.firewalls.take(asset);
        if let Some(account) = account(asset) {
            self.accounts.insert(account.to_owned());
        }
    }

    /// A project says its number and its id; so does, between its name and its ancestors, what lies in it.
    fn name_project(&mut self, asset: &Asset) {
        let in_ancestors = asset.ancestors.first().and_then(|nearest| nearest.strip_prefix("projects/"));
        let number = in_ancestors.filter(|number| is_number(number));
        let id = match asset.kind == tables::PROJECT {
            true => text(asset.data(), "projectId"),
            false => asset.project().filter(|id| !is_number(id)),
        };
        let Some(id) = id else { return };
        if let Some(number) = number.or_else(|| asset.project().filter(|number| is_number(number))) {
            self.ids.entry(number.to_owned()).or_insert_with(|| id.to_owned());
        }
        let data = asset.data();
        // The first version of the API calls it `name`, which in the third is `projects/123`.
        let name = text(data, "displayName").or_else(|| text(data, "name").filter(|_| at(data, "state").is_none()));
        if let Some(name) = name.filter(|_| asset.kind == tables::PROJECT) {
            self.names.insert(id.to_owned(), name.to_owned());
        }
    }

    /// Of two lines about one asset the one that counts stays, and so does what is in it.
    fn compare(&mut self, best: &mut BestLines, asset: u128, this: Best, text: String) {
        let known = best.entry(asset).or_insert(this);
        *known = this.max(*known);
        if *known == this && this.is_wanted && this.has_data {
            self.kept.put(asset, this.spot.0, text);
        }
    }

    /// The lines that count, if there was room for all of them.
    pub(crate) fn kept(&mut self) -> Option<impl Iterator<Item = (Spot, String)> + use<>> {
        let lines = self.kept.take()?.into_iter();
        let counts = std::mem::take(&mut self.lines);
        Some(lines.filter(move |(spot, _)| counts.contains(spot)))
    }

    /// Whether this line is of an asset that is wanted, and the one of it that counts.
    pub(crate) fn counts(&self, spot: Spot) -> bool {
        self.lines.contains(&spot)
    }

    /// The project's id, or its number where nothing says the id; what lies above projects is its own account:
    /// `folders/456`.
    pub(crate) fn account_id(&self, asset: &Asset) -> Option<String> {
        account(asset).map(|account| self.id_of(account))
    }

    /// What people call the account.
    pub(crate) fn account_name(&self, account_id: &str) -> String {
        self.names.get(account_id).map_or(account_id, String::as_str).to_owned()
    }

    /// Every account that the export has something of.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().map(String::as_str)
    }

    fn id_of(&self, account: &str) -> String {
        self.ids.get(account).map_or(account, String::as_str).to_owned()
    }
}

/// The project, by number or id, or what holds the asset instead.
fn account(asset: &Asset) -> Option<&str> {
    let nearest = || asset.ancestors.first().map(|nearest| nearest.strip_prefix("projects/").unwrap_or(nearest));
    asset.project().or_else(nearest)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digest(name: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, name).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
