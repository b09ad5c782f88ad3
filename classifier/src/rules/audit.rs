//! What a question says and its query does not.
//!
//! Every word of such a question was read, and the query that came of them answers another one all the same. Each check looks
//! at the whole of both, and knows a kind of question that no single query is.

mod dropped;
mod groups;
mod meaning;
mod money;
mod order;

use crate::draft::Draft;
use schema::Query;

/// Says why a query is not what was asked, if it is not.
type Check = fn(&Draft<'_>, &Query) -> Option<&'static str>;

static CHECKS: &[Check] = &[
    order::first_of_each,
    order::sum_of_the_first,
    order::both_ends,
    order::places_apart,
    order::one_of_each_time,
    order::ranked_otherwise,
    groups::and_a_total,
    groups::counted_by_name,
    groups::of_examples,
    groups::of_groups,
    groups::what_groups_cost,
    groups::together_over,
    groups::of_each_row,
    groups::counted_twice,
    groups::of_what_is_not_there,
    money::of_causes,
    money::savings_counted,
    money::saving_or_cost,
    money::most_of_no_money,
    money::two_measures,
    money::which_is_no_sum,
    money::tags_of_no_money,
    money::owed_by_things,
    money::first_of_bill,
    money::so_far,
    meaning::points_back,
    meaning::when_resolved,
    meaning::not_there_or_not_so,
    meaning::from_a_day,
    meaning::names_of_others,
    meaning::provider_said,
    meaning::yes_or_no,
    meaning::yet_to_come,
    meaning::became,
    meaning::in_support,
    meaning::both_at_once,
    meaning::failed_runs,
    meaning::in_use,
    meaning::cores_or_busy,
    dropped::hedged,
    dropped::praised,
    dropped::of_mine,
    dropped::left_lying,
    dropped::wanted,
];

/// Why the query that was made is not the one that was asked for.
pub(super) fn amiss(draft: &Draft<'_>, query: &Query) -> Option<&'static str> {
    CHECKS.iter().find_map(|check| check(draft, query))
}

fn any(draft: &Draft<'_>, is: impl Fn(&str) -> bool) -> bool {
    (0..draft.words.len()).any(|at| is(draft.words.lower(at)))
}
