//! Reads a `Query` from JSON, and says where and what is wrong with one.
//!
//! serde's own words for a wrong condition are about untagged enums; whoever wrote the JSON wants to know which
//! word of theirs is wrong. So a query that does not read is walked once more, for the first wrong name.

use crate::failure::{Code, Failure};
use schema::Query;
use schema::names::nearest;
use schema::query::Op;
use serde_json::Value;

const QUERY_KEYS: &[&str] = &["from", "select", "where", "group_by", "aggregate", "order_by", "limit", "scope", "time"];
const COMPARE_KEYS: &[&str] = &["field", "op", "value"];
const GROUP_KEYS: &[&str] = &["any", "all", "not"];
const FUNCTIONS: &[&str] = &["count", "count_distinct", "sum", "avg", "min", "max"];

/// A query from JSON text.
pub fn parse(text: &str) -> Result<Query, Failure> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json("the query", &error))?;
    from_value(&value)
}

/// A query from JSON.
pub fn from_value(value: &Value) -> Result<Query, Failure> {
    match <Query as serde::Deserialize>::deserialize(value) {
        // serde takes a list for an object whose keys are left out; nobody means that.
        Ok(query) if value.is_object() => Ok(query),
        Ok(_) => Err(Failure::new(Code::BadJson, format!("a query is an object, not {}", kind(value)))),
        Err(error) => Err(first_wrong_name(value)
            .unwrap_or_else(|| Failure::new(Code::BadJson, format!("the query does not read: {error}")))),
    }
}

/// A text that is no JSON, with the place.
pub fn not_json(what: &str, error: &serde_json::Error) -> Failure {
    let message = error.to_string();
    // serde_json ends its sentence with the place; the place belongs to the front.
    let message = message.split(" at line ").next().unwrap_or(&message);
    Failure::new(
        Code::BadJson,
        format!("{what} is not right at line {}, column {}: {message}", error.line(), error.column()),
    )
}

fn first_wrong_name(query: &Value) -> Option<Failure> {
    let Value::Object(map) = query else {
        return Some(Failure::new(Code::BadJson, format!("a query is an object, not {}", kind(query))));
    };
    if let Some(key) = map.keys().find(|key| !QUERY_KEYS.contains(&key.as_str())) {
        return Some(wrong("the query has no", key, QUERY_KEYS));
    }
    if !map.contains_key("from") {
        return Some(
            Failure::new(Code::BadJson, "the query has no `from`").hint("`from` names the table, such as `instances`"),
        );
    }
    let conditions = map.get("where").and_then(Value::as_array).into_iter().flatten();
    if let Some(failure) = conditions.enumerate().find_map(|(at, c)| wrong_condition(c, &format!("where[{at}]"), 0)) {
        return Some(failure);
    }
    let aggregates = map.get("aggregate").and_then(Value::as_array).into_iter().flatten();
    aggregates.enumerate().find_map(|(at, aggregate)| {
        let function = aggregate.get("fn").and_then(Value::as_str)?;
        (!FUNCTIONS.contains(&function))
            .then(|| wrong(&format!("aggregate[{at}]: there is no function"), function, FUNCTIONS))
    })
}

fn wrong_condition(condition: &Value, place: &str, depth: usize) -> Option<Failure> {
    // Deeper ones are refused by the query's own check.
    if depth > schema::query::check::MAX_DEPTH {
        return None;
    }
    let Value::Object(map) = condition else {
        return Some(Failure::new(
            Code::BadJson,
            format!("{place}: a condition is an object, not {}", kind(condition)),
        ));
    };
    if let Some(key) = GROUP_KEYS.iter().copied().find(|key| map.contains_key(*key)) {
        let inner = &map[key];
        return match inner {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .find_map(|(at, c)| wrong_condition(c, &format!("{place}.{key}[{at}]"), depth + 1)),
            other => wrong_condition(other, &format!("{place}.{key}"), depth + 1),
        };
    }
    if let Some(key) = map.keys().find(|key| !COMPARE_KEYS.contains(&key.as_str())) {
        return Some(wrong(
            &format!("{place}: a condition has no"),
            key,
            &["field", "op", "value", "any", "all", "not"],
        ));
    }
    for key in ["field", "op"] {
        if !map.get(key).is_some_and(Value::is_string) {
            return Some(Failure::new(Code::BadJson, format!("{place}: a condition needs a text `{key}`")));
        }
    }
    let op = map["op"].as_str()?;
    (!Op::WORDS.contains(&op)).then(|| wrong(&format!("{place}: there is no op"), op, Op::WORDS))
}

fn wrong(what: &str, name: &str, names: &'static [&'static str]) -> Failure {
    let hint = match nearest(name, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("one of {}", names.join(", ")),
    };
    Failure::new(Code::BadJson, format!("{what} `{name}`")).hint(hint)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, message: &str, hint: Option<&str>) {
        let failure = parse(text).expect_err(text);
        assert_eq!((failure.message.as_str(), failure.hint.as_deref()), (message, hint));
    }

    #[test]
    fn the_first_wrong_name_is_said_with_its_place() {
        check(r#"{"from":"instances","whare":[]}"#, "the query has no `whare`", Some("did you mean `where`?"));
        check(
            r#"{"from":"instances","where":[{"any":[{"field":"name","op":"contain","value":"x"}]}]}"#,
            "where[0].any[0]: there is no op `contain`",
            Some("did you mean `contains`?"),
        );
        check(
            r#"{"from":"instances","aggregate":[{"fn":"average","field":"cpu_avg"}]}"#,
            "aggregate[0]: there is no function `average`",
            Some("one of count, count_distinct, sum, avg, min, max"),
        );
        check(r#"["instances"]"#, "a query is an object, not a list", None);
        check(r#"{"select":["name"]}"#, "the query has no `from`", Some("`from` names the table, such as `instances`"));
    }

    #[test]
    fn text_that_is_no_json_is_shown_with_line_and_column() {
        let failure = parse("{\n  \"from\": \"instances\",,\n}").expect_err("two commas");
        assert!(failure.message.starts_with("the query is not right at line 2, column 23: "), "{failure}");
    }
}
