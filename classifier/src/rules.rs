//! The rules, in the order in which they are tried at each place of a question.
//!
//! A rule looks at one place and either reads some words there into the draft, and says how many, or leaves the
//! draft as it was. What no rule reads is kept, and makes the question an unusual one.

mod advice;
mod age;
mod aggregate;
mod aside;
mod assemble;
mod audit;
mod beside;
mod change;
mod charges;
mod chat;
mod cluster;
mod comparison;
mod demand;
mod each;
mod entity;
mod filler;
mod finding;
mod flag;
mod given;
mod glob;
mod gloss;
mod group;
mod kinds;
mod known;
mod limit;
mod lookup;
mod mention;
mod metric;
mod money;
mod needless;
mod negated;
mod null;
mod opposite;
mod order;
mod owner;
mod padding;
mod past;
mod preamble;
mod quantity;
mod rank_sum;
mod reasons;
mod refuse;
mod repair;
mod scope;
mod select;
mod service;
mod small_talk;
mod starts;
mod state;
mod subject;
mod tag;
mod teams;
mod text;
mod time;
mod twice;
mod urge;
mod value;
mod versus;
mod wish;

pub(crate) use assemble::assemble;
pub(crate) use known::table_of_name;
pub(crate) use padding::{chat_words, padding};
pub(crate) use refuse::refuse;
pub(crate) use repair::{Repair, may_repair, repair};
pub(crate) use scope::may_be_account;
pub(crate) use subject::subject;
pub(crate) use tag::{USUAL_KEYS, may_be_key};
pub(crate) use time::{When, month, ordinal};

use crate::draft::Draft;
use starts::{Place, Starts, things_end};

/// One rule: reads words at a place into the draft and says how many, or nothing.
pub(crate) type Rule = fn(&mut Draft<'_>, usize) -> Option<usize>;

/// Every rule, the more particular before the more general, and where it can begin; anywhere, if that is not said.
static RULES: &[(Rule, Option<Starts>)] = &[
    (past::read, None),
    (aside::read, Some(aside::STARTS)),
    (preamble::read, Some(preamble::STARTS)),
    (lookup::read, Some(lookup::STARTS)),
    (cluster::read, None),
    (finding::read, None),
    (advice::read, None),
    (age::read, None),
    (owner::read, Some(owner::STARTS)),
    (given::read, Some(given::STARTS)),
    (tag::read, Some(tag::STARTS)),
    (metric::read, Some(metric::STARTS)),
    (time::read, Some(time::STARTS)),
    (versus::read, Some(versus::STARTS)),
    (reasons::read, Some(reasons::STARTS)),
    (each::read, Some(each::STARTS)),
    (beside::read, Some(beside::STARTS)),
    (teams::read, Some(teams::STARTS)),
    (twice::read, Some(twice::STARTS)),
    (gloss::read, Some(gloss::STARTS)),
    (kinds::read, Some(kinds::STARTS)),
    (aggregate::read, Some(aggregate::STARTS)),
    (limit::read, Some(limit::STARTS)),
    (order::read, Some(order::STARTS)),
    (group::read, Some(group::STARTS)),
    (scope::read, Some(scope::STARTS)),
    (comparison::read, Some(comparison::STARTS)),
    (glob::read, Some(glob::STARTS)),
    (opposite::read, Some(opposite::STARTS)),
    (text::read, Some(text::STARTS)),
    (flag::read, Some(flag::STARTS)),
    (null::read, Some(null::STARTS)),
    (select::read, Some(select::STARTS)),
    (state::read, Some(state::STARTS)),
    (value::read, Some(value::STARTS)),
    (charges::read, None),
    (money::read, None),
    (service::read, Some(service::STARTS)),
    (needless::read, None),
    (negated::read, None),
    (entity::read, Some(entity::STARTS)),
    (known::read, None),
    (filler::read, None),
];

/// Reads a question from the left to the right, and tells of every step: where, and how many words a rule read there, or
/// 0 where none could.
pub(crate) fn read(draft: &mut Draft<'_>, mut told: impl FnMut(&Draft<'_>, usize, usize)) {
    let things_end = things_end(draft);
    let mut at = 0;
    while at < draft.words.len() {
        let len = read_there(draft, at, things_end).map(|len| len.max(1));
        if len.is_none() {
            draft.unread.push((at, 1));
        }
        told(draft, at, len.unwrap_or(0));
        at += len.unwrap_or(1);
    }
}

/// Tries the rules that can begin there. Tests try the others too, to see that they read nothing.
fn read_there(draft: &mut Draft<'_>, at: usize, things_end: usize) -> Option<usize> {
    let place = Place::of(draft, at, things_end);
    RULES.iter().find_map(|(rule, starts)| {
        if starts.as_ref().is_none_or(|starts| starts.has(&place)) {
            return rule(draft, at);
        }
        debug_assert!(rule(draft, at).is_none(), "a rule reads `{}`, where it cannot begin", draft.words.lower(at));
        None
    })
}
