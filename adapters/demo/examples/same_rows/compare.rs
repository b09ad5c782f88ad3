//! What makes two answers the same: the columns that were wanted, their values, and their order where one was wanted.

use engine::{Answer, cells};
use schema::query::Field;
use schema::{ColumnType, Query};
use serde_json::Value;

/// An answer as texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn of(answer: &Answer) -> Self {
        let types: Vec<ColumnType> = answer.columns.iter().map(|column| column.ty).collect();
        let rows = answer.batches.iter().flat_map(|batch| {
            let cell = |row, at: usize| shown(&cells::json(batch, row, at), types[at]);
            (0..batch.num_rows()).map(|row| (0..types.len()).map(|at| cell(row, at)).collect()).collect::<Vec<_>>()
        });
        Self { columns: answer.columns.iter().map(|column| column.name.clone()).collect(), rows: rows.collect() }
    }
}

/// A cell; of a measured number as many digits as two ways of adding up agree on.
fn shown(value: &Value, ty: ColumnType) -> String {
    let number = match (value, ty) {
        (Value::Number(number), _) => number.as_f64(),
        (Value::String(text), ColumnType::Decimal) => text.parse().ok(),
        _ => None,
    };
    number.map_or_else(|| value.to_string(), |number| format!("{number:.6e}"))
}

/// Two queries without what makes no difference: columns that were not asked for, and the names of aggregates.
pub(crate) fn alike(gold: Query, mut read: Query) -> (Query, Query) {
    if gold.select.is_empty() {
        read.select.clear();
    }
    (plainly_named(gold), plainly_named(read))
}

fn plainly_named(mut query: Query) -> Query {
    for aggregate in &mut query.aggregate {
        let named = Field::from(aggregate.output_name().as_str());
        aggregate.name = None;
        let plain = Field::from(aggregate.output_name().as_str());
        for order in query.order_by.iter_mut().filter(|order| order.field == named) {
            order.field = plain.clone();
        }
    }
    query
}

/// Whether what was read gives the rows that were wanted. Two that both find nothing on this estate show nothing, and are not
/// counted as the same.
pub(crate) fn same(wanted: &Query, gold: &Rows, read: &Rows) -> bool {
    let place = |name: &String| read.columns.iter().position(|other| other == name);
    let Some(places) = gold.columns.iter().map(place).collect::<Option<Vec<_>>>() else { return false };
    let chosen = |row: &Vec<String>| places.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
    let read: Vec<Vec<String>> = read.rows.iter().map(chosen).collect();
    let sorted = |rows: &[Vec<String>]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    if gold.rows.is_empty() || sorted(&gold.rows) != sorted(&read) {
        return false;
    }
    // Rows that the order does not tell apart may stand either way.
    let keys = wanted.order_by.iter().filter_map(|order| {
        let name = order.field.output_name();
        gold.columns.iter().position(|column| *column == name)
    });
    keys.into_iter().all(|at| gold.rows.iter().zip(&read).all(|(gold, read)| gold[at] == read[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(columns: &[&str], rows: &[&[&str]]) -> Rows {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        Rows { columns: texts(columns), rows: rows.iter().map(|row| texts(row)).collect() }
    }

    fn query(json: &str) -> Query {
        serde_json::from_str(json).expect("a query")
    }

    #[test]
    fn more_columns_are_no_difference_and_fewer_are() {
        let (one, more) = (rows(&["name"], &[&["a"], &["b"]]), rows(&["size", "name"], &[&["1", "b"], &["2", "a"]]));
        let wanted = query(r#"{"from":"volumes"}"#);
        assert!(same(&wanted, &one, &more));
        assert!(!same(&wanted, &more, &one));
    }

    #[test]
    fn the_order_counts_where_one_was_wanted() {
        let (up, down) = (rows(&["name"], &[&["a"], &["b"]]), rows(&["name"], &[&["b"], &["a"]]));
        assert!(same(&query(r#"{"from":"volumes"}"#), &up, &down));
        assert!(!same(&query(r#"{"from":"volumes","order_by":[{"field":"name"}]}"#), &up, &down));
    }

    #[test]
    fn a_row_more_a_row_twice_or_no_row_at_all_is_not_the_same() {
        let wanted = query(r#"{"from":"volumes"}"#);
        let (one, twice) = (rows(&["name"], &[&["a"], &["b"]]), rows(&["name"], &[&["a"], &["a"]]));
        assert!(!same(&wanted, &one, &twice));
        assert!(!same(&wanted, &one, &rows(&["name"], &[&["a"], &["b"], &["c"]])));
        assert!(!same(&wanted, &rows(&["name"], &[]), &rows(&["name"], &[])));
    }

    #[test]
    fn the_names_of_aggregates_are_no_difference() {
        let named = |name: &str| {
            query(&format!(
                r#"{{"from":"volumes","group_by":["region"],"aggregate":[{{"fn":"sum","field":"size_gib","as":"{name}"}}],
                    "order_by":[{{"field":"{name}","dir":"desc"}}]}}"#
            ))
        };
        let (one, other) = alike(named("total"), named("gib"));
        assert_eq!(one, other);
    }

    #[test]
    fn numbers_are_the_same_as_far_as_they_are_measured() {
        let (one, other) = (serde_json::json!(0.1 + 0.2), serde_json::json!(0.3));
        assert_eq!(shown(&one, ColumnType::Float), shown(&other, ColumnType::Float));
        assert_eq!(
            shown(&serde_json::json!("1.50"), ColumnType::Decimal),
            shown(&serde_json::json!("1.5"), ColumnType::Decimal)
        );
        assert_ne!(
            shown(&serde_json::json!("1.50"), ColumnType::Text),
            shown(&serde_json::json!("1.5"), ColumnType::Text)
        );
    }
}
