//! Labelled questions: what training learns from and evaluation measures against.

use crate::Vocabulary;
use chrono::{DateTime, TimeZone, Utc};
use schema::Query;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;

/// Where a question should go, or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// To the tables, as a `Query`.
    Common,
    /// To a program.
    Unusual,
    /// Back, with a sentence.
    Refused,
}

impl Way {
    /// All of them, in the order in which the model has them.
    pub const ALL: [Self; 3] = [Self::Common, Self::Unusual, Self::Refused];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Unusual => "unusual",
            Self::Refused => "refused",
        }
    }
}

impl From<&crate::Route> for Way {
    fn from(route: &crate::Route) -> Self {
        match route {
            crate::Route::Common(_) => Self::Common,
            crate::Route::Unusual { .. } => Self::Unusual,
            crate::Route::Refused { .. } => Self::Refused,
        }
    }
}

/// A question and what should become of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Labelled {
    /// What a person typed.
    pub question: String,
    /// Where it should go.
    #[serde(rename = "route")]
    pub way: Way,
    /// What it should be read as, on the common route.
    #[serde(default)]
    pub query: Option<Query>,
    /// What kind of query that is: `count`, `rank`.
    #[serde(default)]
    pub shape: Option<String>,
    /// Whether it looks common and is not.
    #[serde(default)]
    pub near_miss: bool,
    /// When it was asked, where that was not at [`now`].
    #[serde(default)]
    pub asked_at: Option<DateTime<Utc>>,
}

impl Labelled {
    /// A question that has no more to it than its route.
    pub fn plain(question: &str, way: Way) -> Self {
        Self { question: question.to_owned(), way, query: None, shape: None, near_miss: false, asked_at: None }
    }

    /// When it was asked: what "last month" counts from.
    pub fn now(&self) -> DateTime<Utc> {
        self.asked_at.unwrap_or_else(now)
    }

    /// A word for the kind of question.
    pub fn kind(&self) -> &str {
        match (&self.shape, self.way, self.near_miss) {
            (Some(shape), ..) => shape,
            (None, Way::Unusual, true) => "unusual, near miss",
            (None, way, _) => way.name(),
        }
    }
}

/// A line that is no labelled question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no labelled question: {}", self.line, self.why)
    }
}

impl std::error::Error for BadLine {}

/// Reads a file of labelled questions, one in JSON on each line. Where all of a file go the same way, its lines need not
/// say so.
pub fn questions(text: &str, all: Option<Way>) -> Result<Vec<Labelled>, BadLine> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(text, line)| question(text, all).map_err(|why| BadLine { line, why })).collect()
}

fn question(line: &str, all: Option<Way>) -> Result<Labelled, String> {
    let mut line: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if let (Some(all), Some(fields)) = (all, line.as_object_mut()) {
        fields.entry("route").or_insert(json!(all));
    }
    let labelled: Labelled = serde_json::from_value(line).map_err(|error| error.to_string())?;
    match (labelled.way, &labelled.query) {
        (Way::Common, None) => Err("it is common and has no `query`".to_owned()),
        (Way::Unusual | Way::Refused, Some(_)) => Err("it has a `query` and is not common".to_owned()),
        _ => Ok(labelled),
    }
}

/// The estate that the labelled questions are about.
pub fn estate() -> Vocabulary {
    let account = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Vocabulary {
        providers: texts(PROVIDERS),
        accounts: vec![
            account("111122223333", "prod"),
            account("444455556666", "staging"),
            account("5f1e2d3c-0000-4000-8000-00000000abcd", "azure-dev"),
        ],
        regions: texts(&["eu-west-1", "us-west-2", "us-east-1", "westeurope", "eastus"]),
        tag_keys: texts(&["team", "env", "cost-center", "owner", "app", "backup"]),
        own_tables: Vec::new(),
        names: Vec::new(),
    }
}

const PROVIDERS: &[&str] = &["aws", "azure"];

/// When they were asked: a Saturday.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 0).single().unwrap_or_default()
}

/// Whether two queries ask for the same. The order of conditions and the names of aggregates are no difference, nor are
/// the columns shown where what was wanted names none.
pub fn same(got: &Query, wanted: &Query) -> bool {
    let shows = !wanted.select.is_empty();
    plain(got.clone(), shows) == plain(wanted.clone(), shows)
}

/// A query without what makes no difference.
fn plain(mut query: Query, shows: bool) -> Value {
    if !shows {
        query.select.clear();
    }
    if query.scope.providers.len() == PROVIDERS.len() {
        query.scope.providers.clear();
    }
    query.scope.regions.sort();
    query.scope.accounts.sort();
    let mut value = json!(query);
    for (place, aggregate) in query.aggregate.iter().enumerate() {
        let name = json!(aggregate)["as"].clone();
        value["aggregate"][place]["as"] = json!(place);
        for order in value["order_by"].as_array_mut().into_iter().flatten().filter(|order| order["field"] == name) {
            order["field"] = json!(place);
        }
    }
    if let Some(conditions) = value["where"].as_array_mut() {
        *conditions = std::mem::take(conditions).into_iter().flat_map(all_of).collect();
    }
    for key in ["where", "select", "group_by"] {
        if let Some(list) = value[key].as_array_mut() {
            list.sort_by_key(ToString::to_string);
        }
    }
    value
}

/// A condition, or those that must hold together: all of a query's must.
fn all_of(mut condition: Value) -> Vec<Value> {
    match condition.get_mut("all").map(Value::take) {
        Some(Value::Array(all)) => all.into_iter().flat_map(all_of).collect(),
        _ => vec![condition],
    }
}

#[cfg(test)]
mod tests {
    use super::{Way, questions, same};
    use schema::Query;

    fn query(json: &str) -> Query {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_line_is_held_to_its_route() {
        let read =
            questions("# a remark\n{\"question\": \"x\", \"route\": \"refused\", \"why\": \"small talk\"}\n", None)
                .unwrap();
        assert_eq!((read.len(), read[0].way, read[0].kind()), (1, Way::Refused, "refused"));
        let bad = questions("\n{\"question\": \"x\"}", Some(Way::Common)).unwrap_err();
        assert_eq!(bad.to_string(), "line 2 is no labelled question: it is common and has no `query`");
    }

    #[test]
    fn order_and_names_make_no_difference_and_values_do() {
        let one = query(
            r#"{"from":"costs","aggregate":[{"fn":"sum","field":"EffectiveCost","as":"x"}],"group_by":["ServiceName","RegionId"],
                "order_by":[{"field":"x","dir":"desc"}],"scope":{"providers":["aws","azure"]}}"#,
        );
        let other = query(
            r#"{"from":"costs","aggregate":[{"fn":"sum","field":"EffectiveCost","as":"cost"}],
                "group_by":["RegionId","ServiceName"],"order_by":[{"field":"cost","dir":"desc"}]}"#,
        );
        assert!(same(&one, &other));
        let (apart, together) = (
            query(
                r#"{"from":"volumes","where":[{"field":"size_gib","op":"ge","value":1},{"field":"name","op":"is_null"}]}"#,
            ),
            query(
                r#"{"from":"volumes","where":[{"all":[{"field":"name","op":"is_null"},{"field":"size_gib","op":"ge","value":1}]}]}"#,
            ),
        );
        assert!(same(&apart, &together));
        assert!(!same(&one, &Query { limit: Some(5), ..other }));
    }

    #[test]
    fn columns_count_only_where_they_were_asked_for() {
        let bare = query(r#"{"from":"volumes"}"#);
        let named = query(r#"{"from":"volumes","select":["name"]}"#);
        assert!(same(&named, &bare));
        assert!(!same(&bare, &named));
    }
}
