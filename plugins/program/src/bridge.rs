//! What a program finds in its world beside the language: `query`, `today`, `progress` and `console`.

use crate::bindings::nephoscope::guest::log::{self, Level};
use crate::bindings::nephoscope::guest::query::{self, Error as Failure};
use crate::bindings::nephoscope::guest::{clock, progress};
use crate::json::{self, Manner};
use crate::native::{self, Kind};
use crate::rows::{self, Stopped};
use crate::tools::Tools;
use crate::values;
use rquickjs::function::Rest;
use rquickjs::{Ctx, Error, Exception, Function, Object, Result, Value};

/// The most of one thing that a line of the log shows.
const SHOWN: usize = 4096;

/// What the engine offers and a program must not lean on: when garbage is collected is not for an answer to depend on.
const LEFT_OUT: &[&str] =
    &["performance", "WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "DOMException", "gc"];

pub(crate) fn install<'js>(ctx: &Ctx<'js>, tools: &Tools) -> Result<()> {
    let globals = ctx.globals();
    for name in LEFT_OUT {
        globals.remove(*name)?;
    }
    let own = tools.clone();
    let query = move |ctx: Ctx<'js>, args: Rest<Value<'js>>| answer(&own, ctx, args);
    globals.set("query", Function::new(ctx.clone(), query)?.with_name("query")?)?;
    globals.set("today", Function::new(ctx.clone(), clock::today)?.with_name("today")?)?;
    globals.set("progress", Function::new(ctx.clone(), report)?.with_name("progress")?)?;
    globals.set("console", console(ctx, tools)?)
}

fn console<'js>(ctx: &Ctx<'js>, tools: &Tools) -> Result<Object<'js>> {
    let console = Object::new(ctx.clone())?;
    let levels = [
        ("log", Level::Info),
        ("info", Level::Info),
        ("warn", Level::Warn),
        ("error", Level::Error),
        ("debug", Level::Debug),
        ("table", Level::Info),
    ];
    for (name, level) in levels {
        let own = tools.clone();
        let write = move |args: Rest<Value<'_>>| log::write(level, &line(&own, &args));
        console.set(name, Function::new(ctx.clone(), write)?.with_name(name)?)?;
    }
    Ok(console)
}

/// Texts as they are, everything else as JSON. What is beyond the bound is left here: the host would not take it.
fn line(tools: &Tools, args: &[Value<'_>]) -> String {
    let mut line = String::new();
    for value in args {
        if line.len() > SHOWN {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&shown(tools, value));
    }
    cut(line)
}

fn shown(tools: &Tools, value: &Value<'_>) -> String {
    if value.is_string() {
        return cut(native::text(value).unwrap_or_default());
    }
    if value.is_undefined() {
        return "undefined".to_owned();
    }
    json::write(tools, value, SHOWN, Manner::Lenient).unwrap_or_else(|_| {
        value.ctx().catch();
        "[much]".to_owned()
    })
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(SHOWN));
    text
}

fn report(args: Rest<Value<'_>>) {
    let count = |place: usize| args.get(place).and_then(Value::as_number).unwrap_or(0.0) as u32;
    let message = args.get(2).filter(|value| value.is_string()).and_then(|value| native::text(value).ok());
    progress::report(count(0), count(1), &cut(message.unwrap_or_default()));
}

fn answer<'js>(tools: &Tools, ctx: Ctx<'js>, args: Rest<Value<'js>>) -> Result<Value<'js>> {
    let asked = args.first().cloned().unwrap_or_else(|| Value::new_undefined(ctx.clone()));
    let cursor = if asked.is_string() {
        let params = values::parameters(tools, &ctx, args.get(1))?;
        query::sql(&native::text(&asked)?, &params)
    } else if asked.is_object() && matches!(native::kind(&asked), Kind::Other(_)) {
        query::typed(&typed(tools, &ctx, &asked)?)
    } else {
        return Err(Exception::throw_type(&ctx, "`query` takes a text, which is SQL, and then its parameters"));
    };
    let cursor = cursor.map_err(|failure| failed(tools, &ctx, failure))?;
    rows::read(&ctx, &cursor).map_err(|stopped| match stopped {
        Stopped::Thrown(error) => error,
        Stopped::Failed(failure) => failed(tools, &ctx, failure),
        Stopped::Twice(name) => {
            let message = format!("two columns are called `{name}`: give each a name of its own with AS");
            raise(tools, &ctx, &message, "invalid", "duplicate_column", None)
        }
    })
}

fn typed(tools: &Tools, ctx: &Ctx<'_>, asked: &Value<'_>) -> Result<String> {
    /// Beyond what any query of ours is.
    const MOST: usize = 64 * 1024;
    json::write(tools, asked, MOST, Manner::Strict).map_err(|stopped| match stopped {
        json::Stopped::Thrown(error) => error,
        json::Stopped::Fault(fault) => Exception::throw_type(ctx, &fault.message),
    })
}

fn failed(tools: &Tools, ctx: &Ctx<'_>, failure: Failure) -> Error {
    match failure {
        Failure::Denied(why) => raise(tools, ctx, &why.message, "denied", &why.code, None),
        Failure::Invalid(why) => raise(tools, ctx, &why.message, "invalid", &why.code, None),
        Failure::Upstream(why) => raise(tools, ctx, &why.message, "upstream", &why.code, None),
        Failure::Limit(bound) => raise(tools, ctx, &bound.message, "limit", &bound.name, None),
        Failure::Throttled(why) => raise(tools, ctx, &why.message, "throttled", "throttled", why.retry_after_seconds),
    }
}

fn raise(tools: &Tools, ctx: &Ctx<'_>, message: &str, code: &str, reason: &str, retry_after: Option<u32>) -> Error {
    match tools.failed(ctx, message, code, reason, retry_after) {
        Ok(error) => ctx.throw(error),
        Err(error) => error,
    }
}
