//! What every part of the generation shares: where, when, how much, and the dice.

use super::dice::Dice;
use super::model::Facts;
use super::place::{IdKind, Place};
use super::tags::{self, Gaps, Owner};
use chrono::{DateTime, TimeDelta, Utc};
use schema::State;

/// What is being made: the things of one place, as of one day.
pub(crate) struct Maker {
    pub(crate) seed: u64,
    pub(crate) scale: f64,
    /// Midnight; nothing is younger.
    pub(crate) today: DateTime<Utc>,
    pub(crate) place: Place,
}

/// A thing that is about to be made.
pub(crate) struct Thing<'a> {
    pub(crate) kind: &'a IdKind,
    pub(crate) name: &'a str,
    pub(crate) owner: Owner,
    pub(crate) gaps: Gaps,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) state: (State, &'static str),
    pub(crate) zone: Option<String>,
}

impl Maker {
    /// The dice of the `index`th `what`.
    pub(crate) fn dice(&self, what: &str, index: usize) -> Dice {
        Dice::new(self.seed, &self.place.key(), what, index)
    }

    /// How many of something a region of `size` instances has, with so many for a hundred instances.
    pub(crate) fn count(&self, size: u32, per_hundred: u32) -> usize {
        (f64::from(size) * f64::from(per_hundred) * self.scale / 100.0 + 1e-9) as usize
    }

    /// A moment so many days ago. At least one, so that nothing lies in the future.
    pub(crate) fn moment(&self, dice: &mut Dice, youngest: i64, oldest: i64) -> DateTime<Utc> {
        let days = dice.between(youngest.max(1), oldest.max(1));
        self.today - TimeDelta::days(days) + TimeDelta::seconds(dice.between(0, 86_399))
    }

    /// A moment between another and today.
    pub(crate) fn since(&self, dice: &mut Dice, from: DateTime<Utc>) -> DateTime<Utc> {
        from + TimeDelta::seconds(dice.between(0, (self.today - from).num_seconds()))
    }

    /// An owner among the account's teams.
    pub(crate) fn owner(&self, dice: &mut Dice) -> Owner {
        let team = dice.weighted(self.place.plan.teams);
        let env = dice.weighted(self.place.plan.envs);
        Owner { team, env, app: dice.pick(&super::names::apps_of(team)).name }
    }

    /// The facts of a thing whose name is its own.
    pub(crate) fn named(&self, dice: &mut Dice, thing: Thing<'_>) -> Facts {
        self.tagged(dice, thing, false)
    }

    /// The facts of a thing whose name is, on AWS, only a tag.
    pub(crate) fn name_tagged(&self, dice: &mut Dice, thing: Thing<'_>) -> Facts {
        self.tagged(dice, thing, true)
    }

    fn tagged(&self, dice: &mut Dice, thing: Thing<'_>, name_is_tag: bool) -> Facts {
        let name_is_tag = name_is_tag && self.place.is_aws();
        let ids = self.place.ids(dice, thing.kind, &thing.owner.group(), thing.name);
        let tags = tags::roll(dice, thing.owner, name_is_tag.then_some(thing.name), thing.gaps);
        let name =
            if name_is_tag { tags.get("Name").cloned() } else { thing.name.rsplit('/').next().map(str::to_owned) };
        Facts {
            ids,
            name,
            zone: thing.zone,
            state: thing.state.0,
            state_word: thing.state.1,
            created_at: thing.created_at,
            tags,
            team: thing.owner.team,
        }
    }
}
