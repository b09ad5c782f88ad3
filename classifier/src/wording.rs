//! Says in one sentence what a `Query` asks, so that a person can see whether they were understood.

use schema::query::{Aggregate, Compare, Condition, Direction, Field, Function, Literal, Op};
use schema::time::TimeRange;
use schema::{ColumnType, Query, tables};
use std::fmt::Write;

/// The query in words.
pub(crate) fn sentence(query: &Query) -> String {
    let mut text = String::with_capacity(160);
    let aggregates: Vec<_> = query.aggregate.iter().map(aggregate).collect();
    if !aggregates.is_empty() {
        let _ = write!(text, "{} of ", aggregates.join(" and "));
    } else if !query.select.is_empty() && usual(query).is_none() {
        let _ = write!(text, "{} of ", fields(&query.select));
    }
    text.push_str(&query.from.replace('_', " "));
    if let Some(more) = usual(query) {
        let _ = write!(text, " with {}", fields(more));
    }
    scope(&mut text, query);
    if let Some(time) = &query.time {
        text.push_str(&when(time));
    }
    if !query.conditions.is_empty() {
        let all: Vec<_> = query.conditions.iter().map(condition).collect();
        let _ = write!(text, ", where {}", all.join(" and "));
    }
    if !query.group_by.is_empty() {
        let _ = write!(text, ", for each {}", fields(&query.group_by));
    }
    for (i, order) in query.order_by.iter().enumerate() {
        let lead = if i == 0 { ", ordered by" } else { ", then" };
        let way = match order.dir {
            Direction::Asc => "smallest first",
            Direction::Desc => "largest first",
        };
        let way = match column_type(query, &order.field) {
            Some(ColumnType::Time) => time_way(order.dir),
            Some(ColumnType::Text) => text_way(order.dir),
            _ => way,
        };
        let _ = write!(text, "{lead} {} ({way})", order.field);
    }
    if let Some(limit) = query.limit {
        let _ = write!(text, ", at most {limit}");
    }
    text
}

/// What is shown beyond the table's usual columns, where those come first.
fn usual(query: &Query) -> Option<&[Field]> {
    let shown = tables::find(&query.from)?.shown;
    let (first, more) = query.select.split_at_checked(shown.len())?;
    let same = first.iter().zip(shown).all(|(field, name)| field.column_name() == *name);
    (same && !more.is_empty()).then_some(more)
}

/// The type of what the rows are ordered by, where it is a column or a width of time.
fn column_type(query: &Query, field: &Field) -> Option<ColumnType> {
    if matches!(field.to_string().as_str(), "day" | "week" | "month" | "hour" | "quarter" | "year") {
        return Some(ColumnType::Time);
    }
    tables::find(&query.from)?.column(field.column_name()).map(|c| c.ty)
}

fn text_way(dir: Direction) -> &'static str {
    match dir {
        Direction::Asc => "a to z",
        Direction::Desc => "z to a",
    }
}

fn time_way(dir: Direction) -> &'static str {
    match dir {
        Direction::Asc => "earliest first",
        Direction::Desc => "latest first",
    }
}

fn scope(text: &mut String, query: &Query) {
    let scope = &query.scope;
    for (word, list) in [("on", &scope.providers), ("in account", &scope.accounts), ("in", &scope.regions)] {
        if !list.is_empty() {
            let _ = write!(text, " {word} {}", list.join(" or "));
        }
    }
}

/// A time, with a blank before it.
pub(crate) fn when(time: &TimeRange) -> String {
    match time {
        TimeRange::Last { last } => format!(" of the last {last}"),
        TimeRange::Between { from, to } => {
            let from = from.map(|t| format!(" from {}", t.format("%Y-%m-%d"))).unwrap_or_default();
            let to = to.map(|t| format!(" until before {}", t.format("%Y-%m-%d"))).unwrap_or_default();
            from + &to
        }
    }
}

fn fields(fields: &[Field]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An aggregate.
pub(crate) fn aggregate(aggregate: &Aggregate) -> String {
    let word = match aggregate.function {
        Function::Count => "the number",
        Function::CountDistinct => "the number of different",
        Function::Sum => "the sum of",
        Function::Avg => "the average of",
        Function::Min => "the lowest",
        Function::Max => "the highest",
    };
    aggregate.field.as_ref().map_or_else(|| word.to_owned(), |field| format!("{word} {field}"))
}

/// A condition.
pub(crate) fn condition(condition: &Condition) -> String {
    let join = |all: &[Condition], word: &str| all.iter().map(self::condition).collect::<Vec<_>>().join(word);
    match condition {
        Condition::Compare(compare) => compared(compare),
        Condition::Any { any } => format!("({})", join(any, " or ")),
        Condition::All { all } => format!("({})", join(all, " and ")),
        Condition::Not { not } if matches!(**not, Condition::Compare(_)) => format!("not ({})", self::condition(not)),
        Condition::Not { not } => format!("not {}", self::condition(not)),
    }
}

fn compared(compare: &Compare) -> String {
    let word = match compare.op {
        Op::Eq => "is",
        Op::Ne => "is not",
        Op::Lt => "is less than",
        Op::Le => "is at most",
        Op::Gt => "is more than",
        Op::Ge => "is at least",
        Op::In => "is one of",
        Op::NotIn => "is none of",
        Op::Contains => "contains",
        Op::StartsWith => "starts with",
        Op::EndsWith => "ends with",
        Op::IsNull => return format!("{} is empty", compare.field),
        Op::NotNull => return format!("{} is not empty", compare.field),
    };
    let is_time = matches!(compare.value, Literal::Ago { .. }) || compare.field.column_name().ends_with("_at");
    let word = match compare.op {
        Op::Lt if is_time => "is before",
        Op::Gt if is_time => "is after",
        Op::Le if is_time => "is at or before",
        Op::Ge if is_time => "is since",
        _ => word,
    };
    format!("{} {word} {}", compare.field, literal(&compare.value))
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Absent => String::new(),
        Literal::Bool(yes) => if *yes { "true" } else { "false" }.to_owned(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => format!("`{text}`"),
        Literal::Ago { ago } => format!("{ago} ago"),
        Literal::List(all) => all.iter().map(literal).collect::<Vec<_>>().join(", "),
    }
}
