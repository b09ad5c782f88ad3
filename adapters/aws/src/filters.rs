//! Conditions of a request as filters of EC2. A condition that EC2 would read otherwise is left to the engine, which filters again.

use crate::states;
use aws_sdk_ec2::types::Filter;
use schema::query::{Compare, Condition, Field, Literal, Op};

/// EC2 takes at most so many values in one call, all filters together.
const MOST_VALUES: usize = 200;

/// The filters for instances.
pub(crate) fn instances(conditions: &[Condition]) -> Vec<Filter> {
    let mut room = MOST_VALUES;
    let filters = conditions.iter().filter_map(instance);
    let fitting = filters.filter(|filter| {
        let left = room.checked_sub(filter.values().len());
        room = left.unwrap_or(room);
        left.is_some()
    });
    fitting.collect()
}

fn instance(condition: &Condition) -> Option<Filter> {
    let Condition::Compare(compare) = condition else { return None };
    let values = texts(compare)?;
    match &compare.field {
        Field::Column(column) if column == "state" => {
            let words: Option<Vec<String>> = values.iter().map(|state| instance_state(state)).collect();
            Some(filter("instance-state-name", words?))
        }
        Field::Column(column) if column == "instance_type" => {
            Some(filter("instance-type", values.into_iter().map(literal).collect()))
        }
        // A name of a filter that holds `*` might be read as a pattern.
        Field::Key { column, key } if column == "tags" && !key.is_empty() && !key.contains(['*', '?']) => {
            Some(filter(&format!("tag:{key}"), values.into_iter().map(literal).collect()))
        }
        _ => None,
    }
}

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// The texts that a column is to equal one of.
fn texts(compare: &Compare) -> Option<Vec<&str>> {
    let values = match (compare.op, &compare.value) {
        (Op::Eq, one) => std::slice::from_ref(one),
        (Op::In, Literal::List(list)) if (1..=MOST_VALUES).contains(&list.len()) => list,
        _ => return None,
    };
    let text = |value: &'_ Literal| matches!(value, Literal::Text(text) if !text.is_empty());
    values.iter().all(text).then(|| {
        let texts = values.iter().filter_map(|value| match value {
            Literal::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    })
}

/// AWS's word for a neutral state, where exactly one has that meaning.
fn instance_state(state: &str) -> Option<String> {
    states::INSTANCE.iter().find(|(_, neutral)| neutral.as_str() == state).map(|(word, _)| (*word).to_owned())
}

/// A value that stands for itself: in EC2's filters `*` and `?` are patterns and `\` takes that away.
fn literal(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '*' | '?' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(condition: Condition, expected: &[(&str, &[&str])]) {
        let filters = instances(&[condition]);
        let got: Vec<(&str, Vec<&str>)> = filters
            .iter()
            .map(|f| (f.name().unwrap_or_default(), f.values().iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(n, v)| (*n, v.to_vec())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn equality_is_handed_on_in_ec2s_own_words() {
        check(
            Condition::compare(Field::column("state"), Op::In, vec!["running", "deleting"]),
            &[("instance-state-name", &["running", "shutting-down"])],
        );
        check(
            Condition::compare(Field::column("instance_type"), Op::Eq, "m5.xlarge"),
            &[("instance-type", &["m5.xlarge"])],
        );
        check(Condition::compare(Field::tag("team"), Op::Eq, "a*b"), &[("tag:team", &["a\\*b"])]);
    }

    #[test]
    fn what_ec2_would_read_otherwise_is_not_handed_on() {
        check(Condition::compare(Field::column("state"), Op::Eq, "unknown"), &[]);
        check(Condition::compare(Field::column("state"), Op::Ne, "running"), &[]);
        check(Condition::compare(Field::tag("te*m"), Op::Eq, "x"), &[]);
        check(Condition::compare(Field::tag("team"), Op::Eq, ""), &[]);
        check(Condition::is_null(Field::tag("team")), &[]);
    }

    #[test]
    fn no_more_values_are_handed_on_than_ec2_takes_in_a_call() {
        let many = |field, count: usize| {
            let values: Vec<String> = (0..count).map(|n| format!("v{n}")).collect();
            Condition::compare(field, Op::In, values.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let conditions =
            [many(Field::tag("team"), 150), many(Field::tag("env"), 60), many(Field::column("instance_type"), 50)];
        let names: Vec<String> =
            instances(&conditions).iter().filter_map(|filter| filter.name().map(str::to_owned)).collect();
        assert_eq!(names, ["tag:team", "instance-type"]);
    }
}
