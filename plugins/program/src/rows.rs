//! A cursor's pages as the array of objects that a program sees.

use crate::bindings::nephoscope::guest::query::{Column, Cursor, Error as Failure, Page, Values};
use crate::native::{self, Name};
use rquickjs::{Array, Ctx, Object, Result, Value};

/// How many rows are asked for at once: enough that calls cost nothing, few enough that a page is small beside the
/// objects that are made of it.
const PAGE: u32 = 1024;

/// What came in the way: the query's own error, or one of the interpreter.
pub(crate) enum Stopped {
    Failed(Failure),
    Twice(String),
    Thrown(rquickjs::Error),
}

impl From<rquickjs::Error> for Stopped {
    fn from(error: rquickjs::Error) -> Self {
        Self::Thrown(error)
    }
}

/// How a column's values become JavaScript's.
#[derive(Clone, Copy)]
enum Reading {
    AsItIs,
    Number,
    Json,
}

/// Reads a cursor to its end.
pub(crate) fn read<'js>(ctx: &Ctx<'js>, cursor: &Cursor) -> std::result::Result<Value<'js>, Stopped> {
    let columns = cursor.columns();
    if let Some(twice) = twice(&columns) {
        return Err(Stopped::Twice(twice.to_owned()));
    }
    let names = columns.iter().map(|column| Name::new(ctx, &column.name)).collect::<Result<Vec<_>>>()?;
    let readings: Vec<Reading> = columns.iter().map(|column| reading(&column.type_)).collect();
    let rows = Array::new(ctx.clone())?.into_object();
    let mut count = 0;
    while let Some(page) = cursor.next(PAGE).map_err(Stopped::Failed)? {
        append(ctx, &rows, &mut count, &names, &readings, &page)?;
    }
    Ok(rows.into_value())
}

/// The second of two columns would silently take the place of the first.
fn twice(columns: &[Column]) -> Option<&str> {
    let is_earlier = |place: usize, name: &str| columns[..place].iter().any(|earlier| earlier.name == name);
    let names = columns.iter().map(|column| column.name.as_str()).enumerate();
    names.into_iter().find_map(|(place, name)| is_earlier(place, name).then_some(name))
}

fn reading(word: &str) -> Reading {
    match word {
        "decimal" => Reading::Number,
        "map" | "list" | "json" => Reading::Json,
        _ => Reading::AsItIs,
    }
}

fn append<'js>(
    ctx: &Ctx<'js>,
    rows: &Object<'js>,
    count: &mut u32,
    names: &[Name<'js>],
    readings: &[Reading],
    page: &Page,
) -> Result<()> {
    for at in 0..page.rows as usize {
        let row = Object::new(ctx.clone())?;
        for ((name, reading), values) in names.iter().zip(readings).zip(&page.columns) {
            native::define(&row, name, value(ctx, *reading, values, at)?)?;
        }
        native::define_at(rows, *count, row.into_value())?;
        *count += 1;
    }
    Ok(())
}

fn value<'js>(ctx: &Ctx<'js>, reading: Reading, values: &Values, at: usize) -> Result<Value<'js>> {
    let found = match values {
        Values::Booleans(values) => at_place(values, at).map(|boolean| Ok(Value::new_bool(ctx.clone(), *boolean))),
        Values::Integers(values) => at_place(values, at).map(|integer| native::integer(ctx, *integer)),
        Values::Reals(values) => at_place(values, at).map(|real| Ok(Value::new_number(ctx.clone(), *real))),
        Values::Texts(values) => at_place(values, at).map(|text| from_text(ctx, reading, text)),
    };
    found.unwrap_or_else(|| Ok(Value::new_null(ctx.clone())))
}

fn at_place<T>(values: &[Option<T>], at: usize) -> Option<&T> {
    values.get(at)?.as_ref()
}

fn from_text<'js>(ctx: &Ctx<'js>, reading: Reading, text: &str) -> Result<Value<'js>> {
    match reading {
        Reading::Number => match text.parse() {
            Ok(number) => Ok(Value::new_number(ctx.clone(), number)),
            Err(_) => native::string(ctx, text),
        },
        Reading::Json => ctx.json_parse(text).or_else(|_| {
            ctx.catch();
            native::string(ctx, text)
        }),
        Reading::AsItIs => native::string(ctx, text),
    }
}
