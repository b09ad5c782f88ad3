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
mod glob;
mod gloss;
mod group;
mod kinds;
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
pub(crate) use padding::{chat_words, padding};
pub(crate) use refuse::refuse;
pub(crate) use repair::{Repair, may_repair, repair};
pub(crate) use scope::may_be_account;
pub(crate) use subject::subject;
pub(crate) use tag::{USUAL_KEYS, may_be_key};
pub(crate) use time::When;

use crate::draft::Draft;

/// One rule: reads words at a place into the draft and says how many, or nothing.
pub(crate) type Rule = fn(&mut Draft<'_>, usize) -> Option<usize>;

/// Every rule, the more particular before the more general.
static RULES: &[Rule] = &[
    past::read,
    aside::read,
    preamble::read,
    lookup::read,
    cluster::read,
    finding::read,
    advice::read,
    age::read,
    owner::read,
    tag::read,
    metric::read,
    time::read,
    versus::read,
    reasons::read,
    each::read,
    beside::read,
    teams::read,
    twice::read,
    gloss::read,
    kinds::read,
    aggregate::read,
    limit::read,
    order::read,
    group::read,
    scope::read,
    comparison::read,
    glob::read,
    opposite::read,
    text::read,
    flag::read,
    null::read,
    select::read,
    state::read,
    value::read,
    charges::read,
    money::read,
    service::read,
    needless::read,
    negated::read,
    entity::read,
    filler::read,
];

/// Reads a question from the left to the right, and tells of every step: where, and how many words a rule read there, or
/// 0 where none could.
pub(crate) fn read(draft: &mut Draft<'_>, mut told: impl FnMut(&Draft<'_>, usize, usize)) {
    let mut at = 0;
    while at < draft.words.len() {
        let len = RULES.iter().find_map(|rule| rule(draft, at)).map(|len| len.max(1));
        if len.is_none() {
            draft.unread.push((at, 1));
        }
        told(draft, at, len.unwrap_or(0));
        at += len.unwrap_or(1);
    }
}
