//! The estate: a made-up company's accounts and everything in them, the same for the same seed and day.
//!
//! A region of an account is made when it is first asked for, and kept; none needs another to be made.

pub mod accounts;
pub(crate) mod bill;
mod clusters;
mod dice;
mod instances;
pub(crate) mod load;
mod maker;
pub(crate) mod model;
mod names;
mod networks;
pub(crate) mod place;
pub(crate) mod prices;
mod services;
mod storage;
mod tags;

pub use accounts::{Account, Plan};

use crate::Settings;
use accounts::PLANS;
use chrono::{DateTime, NaiveTime, Utc};
use maker::Maker;
use model::{Bucket, Region};
use place::Place;
use schema::scope::GLOBAL;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The estate of one seed and day.
#[derive(Debug)]
pub struct Estate {
    settings: Settings,
    accounts: Vec<Account>,
    /// For each account, its regions in the plan's order.
    regions: Vec<Vec<OnceLock<Region>>>,
    /// For each account, its buckets.
    buckets: Vec<OnceLock<Vec<Bucket>>>,
}

impl Estate {
    pub(crate) fn new(settings: Settings) -> Self {
        let accounts: Vec<Account> = PLANS
            .iter()
            .map(|plan| Account { plan, denied: settings.deny.iter().any(|deny| deny == plan.id || deny == plan.name) })
            .collect();
        let regions = PLANS.iter().map(|plan| plan.regions.iter().map(|_| OnceLock::new()).collect()).collect();
        let buckets = PLANS.iter().map(|_| OnceLock::new()).collect();
        Self { settings, accounts, regions, buckets }
    }

    /// The accounts, those that refuse to be read among them.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// What it was made from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The midnight that the estate's days count from: nothing is younger, and bills end here.
    pub fn today(&self) -> DateTime<Utc> {
        self.settings.now.date_naive().and_time(NaiveTime::MIN).and_utc()
    }

    /// Whose each instance, volume and snapshot really is, by `resource_id`, whatever its tags say: what guesses at
    /// owners can be compared with. What is nobody's is left out.
    pub fn true_teams(&self) -> BTreeMap<&str, &'static str> {
        let facts = self.spots(false).map(|spot| spot.region()).flat_map(|region| {
            let instances = region.instances.iter().map(|instance| &instance.facts);
            let volumes = region.volumes.iter().map(|volume| &volume.facts);
            instances.chain(volumes).chain(region.snapshots.iter().map(|snapshot| &snapshot.facts))
        });
        let facts = facts.filter(|facts| !facts.team.is_empty());
        facts.map(|facts| (facts.ids.resource.as_str(), facts.team)).collect()
    }

    /// The account and region of a scope; none if the estate has no such.
    pub(crate) fn find(&self, account_id: &str, region: &str) -> Option<Spot<'_>> {
        let account = self.accounts.iter().position(|account| account.plan.id == account_id)?;
        let plan = self.accounts[account].plan;
        if region == GLOBAL {
            return Some(Spot { estate: self, account, region: None, place: Place { plan, region: GLOBAL } });
        }
        let at = plan.regions.iter().position(|(name, _)| *name == region)?;
        Some(Spot { estate: self, account, region: Some(at), place: Place { plan, region: plan.regions[at].0 } })
    }

    /// Every account's region-less spot, and every region's.
    pub(crate) fn spots(&self, is_global: bool) -> impl Iterator<Item = Spot<'_>> {
        self.accounts.iter().flat_map(move |account| {
            let plan = account.plan;
            let names: Vec<&str> =
                if is_global { vec![GLOBAL] } else { plan.regions.iter().map(|(name, _)| *name).collect() };
            names.into_iter().filter_map(move |region| self.find(plan.id, region))
        })
    }

    fn maker(&self, place: Place) -> Maker {
        Maker { seed: self.settings.seed, scale: self.settings.scale, today: self.today(), place }
    }
}

/// One region of one account of an estate, or (without a region) what the account has once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) estate: &'a Estate,
    account: usize,
    region: Option<usize>,
    pub(crate) place: Place,
}

impl<'a> Spot<'a> {
    /// The account.
    pub(crate) fn account(&self) -> &'a Account {
        &self.estate.accounts[self.account]
    }

    /// What is in the region; nothing for a spot without one.
    pub(crate) fn region(&self) -> &'a Region {
        static NOTHING: OnceLock<Region> = OnceLock::new();
        match self.region {
            Some(at) => self.estate.regions[self.account][at].get_or_init(|| make(&self.estate.maker(self.place), at)),
            None => NOTHING.get_or_init(Region::default),
        }
    }

    /// The account's buckets, whatever their region.
    pub(crate) fn buckets(&self) -> &'a [Bucket] {
        let maker = || self.estate.maker(Place { region: GLOBAL, ..self.place });
        self.estate.buckets[self.account].get_or_init(|| storage::buckets(&maker()))
    }

    /// All regions of the account.
    pub(crate) fn siblings(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let (estate, plan) = (self.estate, self.place.plan);
        plan.regions.iter().filter_map(move |(region, _)| estate.find(plan.id, region))
    }
}

fn make(maker: &Maker, at: usize) -> Region {
    let size = maker.place.plan.regions[at].1;
    let mut region = Region::default();
    networks::make(maker, size, &mut region);
    instances::make(maker, size, &mut region);
    storage::make(maker, size, &mut region);
    services::make(maker, size, &mut region);
    clusters::make(maker, size, &mut region);
    region
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{names, prices};

    #[test]
    fn every_size_that_runs_has_a_price_and_every_team_something_to_run() {
        for app in names::APPS {
            for (size, _) in app.aws.iter().chain(app.azure) {
                assert!(prices::size(size).is_some(), "`{size}` has no price");
            }
        }
        for (team, _) in super::accounts::PLANS.iter().flat_map(|plan| plan.teams) {
            assert!(!names::apps_of(team).is_empty(), "team `{team}` runs nothing");
        }
    }
}
