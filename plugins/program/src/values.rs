//! Values from a program to the host and back: the parameters of a query and those of a program.

use crate::bindings::nephoscope::guest::query::{Parameter, Value as Sent};
use crate::native::{self, Kind};
use crate::numbers;
use crate::tools::Tools;
use rquickjs::object::Filter;
use rquickjs::{Atom, Ctx, Exception, Object, Result, Value};

/// What a program hands to `query` behind its SQL: an array for `$1`, `$2`, … or an object for `$name`.
pub(crate) fn parameters<'js>(tools: &Tools, ctx: &Ctx<'js>, given: Option<&Value<'js>>) -> Result<Vec<Parameter>> {
    let Some(given) = given.filter(|given| !given.is_undefined() && !given.is_null()) else { return Ok(Vec::new()) };
    let object = given.as_object().filter(|_| matches!(native::kind(given), Kind::Array | Kind::Other(_)));
    let Some(object) = object else {
        let sentence = "the parameters of `query` are an array, for `$1`, `$2`, or an object, for `$name`";
        return Err(Exception::throw_type(ctx, sentence));
    };
    if given.is_array() { in_order(tools, ctx, object) } else { by_name(tools, ctx, object) }
}

fn in_order<'js>(tools: &Tools, ctx: &Ctx<'js>, array: &Object<'js>) -> Result<Vec<Parameter>> {
    /// Far beyond what a query has, and small enough to be copied.
    const MOST: usize = 1000;
    let length = native::length(array)?;
    if length > MOST as f64 {
        return Err(Exception::throw_range(ctx, &format!("a query takes at most {MOST} parameters")));
    }
    let places = 0..length as u32;
    let parameter = |place: u32| {
        let name = (place + 1).to_string();
        let value = sent(tools, ctx, &name, &array.get(place)?)?;
        Ok(Parameter { name, value })
    };
    places.map(parameter).collect()
}

fn by_name<'js>(tools: &Tools, ctx: &Ctx<'js>, object: &Object<'js>) -> Result<Vec<Parameter>> {
    let names = object.own_keys::<Atom<'js>>(Filter::default());
    let parameter = |name: Result<Atom<'js>>| {
        let atom = name?;
        let name = native::text(&atom.to_value()?)?;
        let value = sent(tools, ctx, &name, &object.get(atom)?)?;
        Ok(Parameter { name, value })
    };
    names.map(parameter).collect()
}

fn sent<'js>(tools: &Tools, ctx: &Ctx<'js>, name: &str, value: &Value<'js>) -> Result<Sent> {
    if let Some(boolean) = value.as_bool() {
        return Ok(Sent::Boolean(boolean));
    }
    if let Some(number) = value.as_number() {
        return match numbers::integer(number) {
            Some(integer) => Ok(Sent::Integer(integer)),
            None if number.is_finite() => Ok(Sent::Real(number)),
            None => Err(refused(ctx, name, "is no number (it is NaN or infinite)")),
        };
    }
    if value.is_string() {
        return native::text(value).map(Sent::Text);
    }
    if value.is_big_int() {
        let digits = native::text(value)?;
        let too_large = || refused(ctx, name, "is an integer of more than 64 bits");
        return digits.parse().map(Sent::Integer).map_err(|_| too_large());
    }
    if value.is_null() {
        return Ok(Sent::Null);
    }
    if value.is_undefined() {
        return Err(refused(ctx, name, "is undefined: hand over null where null is meant"));
    }
    if value.is_object() {
        return match native::kind(value) {
            Kind::Date => date(tools, ctx, name, value),
            Kind::Array => Err(refused(ctx, name, "is an array: write `IN ($1, $2)` with a parameter for each value")),
            Kind::Promise => Err(refused(ctx, name, "is a promise: await it first")),
            _ => Err(refused(ctx, name, "is an object: a parameter is a text, a number, a boolean, a date or null")),
        };
    }
    Err(refused(ctx, name, "is neither a text, a number, a boolean, a date nor null"))
}

fn date<'js>(tools: &Tools, ctx: &Ctx<'js>, name: &str, value: &Value<'js>) -> Result<Sent> {
    let iso = tools.iso(value)?;
    if iso.is_null() { Err(refused(ctx, name, "is a date that is none")) } else { native::text(&iso).map(Sent::Text) }
}

fn refused(ctx: &Ctx<'_>, name: &str, why: &str) -> rquickjs::Error {
    Exception::throw_type(ctx, &format!("parameter `${name}` of `query` {why}"))
}

/// What the host gives a program as `params`.
pub(crate) fn received<'js>(ctx: &Ctx<'js>, value: &Sent) -> Result<Value<'js>> {
    match value {
        Sent::Null => Ok(Value::new_null(ctx.clone())),
        Sent::Boolean(boolean) => Ok(Value::new_bool(ctx.clone(), *boolean)),
        Sent::Integer(integer) => native::integer(ctx, *integer),
        Sent::Real(real) => Ok(Value::new_float(ctx.clone(), *real)),
        Sent::Text(text) => native::string(ctx, text),
    }
}
