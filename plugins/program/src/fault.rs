//! What went wrong, as the contract tells it.

use crate::bindings::exports::nephoscope::guest::programs::Fault;
use crate::hint;
use crate::native::{self, Kind};
use crate::source::{self, Form};
use rquickjs::{Ctx, Object, Value};

/// The most of a message that is passed on: it goes to a person, a log and a prompt.
const MESSAGE: usize = 2000;

pub(crate) fn bad_value(message: String) -> Fault {
    of_its_own("BadValue", message)
}

pub(crate) fn no_value(message: &str) -> Fault {
    of_its_own("NoValue", message.to_owned())
}

fn of_its_own(class: &str, message: String) -> Fault {
    Fault { class: class.to_owned(), message: bounded(message), line: None, column: None, code: None }
}

/// What was thrown, or what the engine itself could not do.
pub(crate) fn caught(ctx: &Ctx<'_>, error: &rquickjs::Error, text: &str, form: Form) -> Fault {
    match error {
        rquickjs::Error::Exception => thrown(&ctx.catch(), text, form),
        rquickjs::Error::InvalidString(_) => of_its_own("SyntaxError", "the program holds a NUL character".to_owned()),
        rquickjs::Error::Allocation => out_of_memory(),
        other => of_its_own("InternalError", other.to_string()),
    }
}

fn thrown(value: &Value<'_>, text: &str, form: Form) -> Fault {
    let error = value.as_object().filter(|_| native::kind(value) == Kind::Error);
    let Some(error) = error else { return of_its_own("Error", format!("the program threw {}", shown(value))) };
    let class = member(error, "name").unwrap_or_else(|| "Error".to_owned());
    let message = member(error, "message").unwrap_or_default();
    // The second is what the engine says where there is no memory for the message either.
    if class == "InternalError" && ["out of memory", "Invalid error message"].contains(&message.as_str()) {
        return out_of_memory();
    }
    let place = member(error, "stack").and_then(|stack| source::place(&stack));
    let place = place.map(|(line, column)| form.place(line, column));
    let line = place.and_then(|(line, _)| text.lines().nth(line.saturating_sub(1) as usize)).unwrap_or_default();
    let hint = hint::hint(&class, &message, line, text);
    let message = hint.map_or_else(|| message.clone(), |hint| format!("{message}; {hint}"));
    let code = (class == "QueryError").then(|| member(error, "code")).flatten();
    let (line, column) = (place.map(|(line, _)| line), place.map(|(_, column)| column));
    Fault { class: bounded(class), message: bounded(message), line, column, code: code.map(bounded) }
}

fn out_of_memory() -> Fault {
    let fault = of_its_own("InternalError", "the program needs more memory than it has".to_owned());
    Fault { code: Some("memory".to_owned()), ..fault }
}

/// An error in one line: `TypeError: x is no function`.
pub(crate) fn sentence(error: &Object<'_>) -> String {
    let class = member(error, "name").unwrap_or_else(|| "Error".to_owned());
    let message = member(error, "message").unwrap_or_default();
    bounded(if message.is_empty() { class } else { format!("{class}: {message}") })
}

/// A text among an object's properties. A getter may run, and throw: then there is none.
fn member(object: &Object<'_>, name: &str) -> Option<String> {
    let found: Result<Value<'_>, _> = object.get(name);
    match found {
        Ok(value) if value.is_string() => native::text(&value).ok(),
        Ok(_) => None,
        Err(_) => {
            object.ctx().catch();
            None
        }
    }
}

fn shown(value: &Value<'_>) -> String {
    if value.is_string() || value.is_number() || value.is_bool() || value.is_null() || value.is_big_int() {
        let text = native::text(value).unwrap_or_default();
        return format!("`{text}`");
    }
    if value.is_undefined() { "`undefined`".to_owned() } else { format!("a value of type {}", value.type_name()) }
}

fn bounded(mut message: String) -> String {
    if message.len() > MESSAGE {
        message.truncate(message.floor_char_boundary(MESSAGE));
        message.push('…');
    }
    message
}
