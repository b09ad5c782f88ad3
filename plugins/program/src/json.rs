//! A program's value as JSON. The engine's own `JSON.stringify` will not do: it leaves out what it does not know
//! (functions, maps, iterators), a program can change it, and it builds all before anyone can say that it is too much.

use crate::bindings::exports::nephoscope::guest::programs::Fault;
use crate::fault;
use crate::native::{self, Kind};
use crate::numbers;
use crate::tools::Tools;
use rquickjs::object::Filter;
use rquickjs::{Atom, Object, Value, qjs};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::rc::Rc;

/// How deep a value may go. Rows are two deep, and what a provider calls properties seldom ten.
const DEPTH: usize = 32;

/// What to do with what is no value of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Say so and stop: it would be missing from the answer.
    Strict,
    /// Write a word in its place: the line goes to a log.
    Lenient,
}

/// Why there is no JSON.
pub(crate) enum Stopped {
    Fault(Box<Fault>),
    Thrown(rquickjs::Error),
}

impl From<rquickjs::Error> for Stopped {
    fn from(error: rquickjs::Error) -> Self {
        Self::Thrown(error)
    }
}

type Outcome = Result<(), Stopped>;

/// One step from a value to one that it holds.
enum Step {
    Place(u32),
    Name(Rc<str>),
    Member,
}

/// Writes one value.
pub(crate) struct Writer<'a, 'js> {
    tools: &'a Tools,
    /// The class of what `{}` makes: other classes hold what their properties do not tell.
    plain: qjs::JSClassID,
    manner: Manner,
    most: usize,
    out: String,
    path: Vec<Step>,
    /// The objects that hold the one that is being written, to see whether one holds itself.
    holders: Vec<Value<'js>>,
    /// Rows have the same names over and over. The hash needs no secret: a program can only slow itself down.
    names: HashMap<Atom<'js>, (Rc<str>, Rc<str>), BuildHasherDefault<DefaultHasher>>,
}

/// The JSON of a value, of at most so many bytes.
pub(crate) fn write<'js>(tools: &Tools, value: &Value<'js>, most: usize, manner: Manner) -> Result<String, Stopped> {
    let plain = native::class(Object::new(value.ctx().clone())?.as_value());
    let mut writer = Writer {
        tools,
        plain,
        manner,
        most,
        out: String::new(),
        path: Vec::new(),
        holders: Vec::new(),
        names: HashMap::default(),
    };
    writer.value(value)?;
    Ok(writer.out)
}

impl<'js> Writer<'_, 'js> {
    fn value(&mut self, value: &Value<'js>) -> Outcome {
        if let Some(boolean) = value.as_bool() {
            return self.push(if boolean { "true" } else { "false" });
        }
        if let Some(integer) = value.as_int() {
            return self.number(format_args!("{integer}"));
        }
        if let Some(number) = value.as_number() {
            return self.push(&numbers::json(number));
        }
        if value.is_string() {
            return self.text(&native::text(value)?);
        }
        if value.is_null() || value.is_undefined() {
            return self.push("null");
        }
        if value.is_big_int() {
            return self.big_integer(&native::text(value)?);
        }
        if value.is_object() {
            return self.object(value);
        }
        self.refuse("is a symbol, which is no value", "[symbol]")
    }

    fn object(&mut self, value: &Value<'js>) -> Outcome {
        let object = value.as_object().ok_or(rquickjs::Error::Unknown)?;
        if self.holders.contains(value) {
            return self.refuse("holds itself", "[circular]");
        }
        if self.holders.len() >= DEPTH {
            return self.refuse(&format!("is more than {DEPTH} deep"), "[deep]");
        }
        self.holders.push(value.clone());
        match native::kind(value) {
            Kind::Array => self.array(object),
            Kind::Date => self.date(value),
            Kind::Map => self.map(value),
            Kind::Set => self.array(&self.tools.members(value)?),
            Kind::Error => self.text(&fault::sentence(object)),
            Kind::Promise => self.refuse("is a promise: await it, several with `await Promise.all(…)`", "[promise]"),
            Kind::Function => self.refuse("is a function, which is no value: call it", "[function]"),
            Kind::Other(class) if class == self.plain || value.is_proxy() => self.members(object),
            Kind::Other(_) => self.special(value, object),
        }?;
        self.holders.pop();
        Ok(())
    }

    fn array(&mut self, array: &Object<'js>) -> Outcome {
        let length = native::length(array)? as u64;
        self.push("[")?;
        for place in 0..length {
            if place > 0 {
                self.push(",")?;
            }
            let place = place as u32;
            self.path.push(Step::Place(place));
            self.value(&array.get(place)?)?;
            self.path.pop();
        }
        self.push("]")
    }

    fn members(&mut self, object: &Object<'js>) -> Outcome {
        self.push("{")?;
        let mut separator = "";
        for atom in object.own_keys::<Atom<'js>>(Filter::default()) {
            let atom = atom?;
            let value: Value<'js> = object.get(atom.clone())?;
            let (name, key) = self.name(atom)?;
            self.push(separator)?;
            separator = ",";
            self.push(&key)?;
            self.path.push(Step::Name(name));
            self.value(&value)?;
            self.path.pop();
        }
        self.push("}")
    }

    /// A property's name, and how it is written before its value.
    fn name(&mut self, atom: Atom<'js>) -> Result<(Rc<str>, Rc<str>), Stopped> {
        if let Some(known) = self.names.get(&atom) {
            return Ok(known.clone());
        }
        let name = native::text(&atom.to_value()?)?;
        let mut key = String::new();
        quote(&mut key, &name);
        key.push(':');
        let names: (Rc<str>, Rc<str>) = (name.into(), key.into());
        self.names.insert(atom, names.clone());
        Ok(names)
    }

    /// An object where every key is a text, otherwise an array of keys and values.
    fn map(&mut self, map: &Value<'js>) -> Outcome {
        let (keys, values) = self.tools.entries(map)?;
        let length = native::length(&keys)? as u32;
        let mut texts = Vec::new();
        for place in 0..length {
            let key: Value<'js> = keys.get(place)?;
            if !key.is_string() {
                return self.pairs(&keys, &values, length);
            }
            texts.push(native::text(&key)?);
        }
        self.push("{")?;
        for (place, key) in texts.into_iter().enumerate() {
            if place > 0 {
                self.push(",")?;
            }
            self.text(&key)?;
            self.push(":")?;
            self.path.push(Step::Name(key.into()));
            self.value(&values.get(place as u32)?)?;
            self.path.pop();
        }
        self.push("}")
    }

    fn pairs(&mut self, keys: &Object<'js>, values: &Object<'js>, length: u32) -> Outcome {
        self.push("[")?;
        for place in 0..length {
            self.push(if place > 0 { ",{\"key\":" } else { "{\"key\":" })?;
            self.path.push(Step::Member);
            self.value(&keys.get(place)?)?;
            self.push(",\"value\":")?;
            self.value(&values.get(place)?)?;
            self.path.pop();
            self.push("}")?;
        }
        self.push("]")
    }

    fn date(&mut self, date: &Value<'js>) -> Outcome {
        let iso = self.tools.iso(date)?;
        if iso.is_null() { self.push("null") } else { self.text(&native::text(&iso)?) }
    }

    /// What is neither plain nor known: boxed values say what they hold, the rest (iterators, expressions, buffers)
    /// would be written as an empty object.
    fn special(&mut self, value: &Value<'js>, object: &Object<'js>) -> Outcome {
        let inner = self.tools.unboxed(value)?;
        if !inner.is_undefined() {
            return self.value(&inner);
        }
        if native::is_typed_array(value) {
            return self.array(object);
        }
        let why = "is neither a plain object nor an array: spread an iterator into one with `[...it]`";
        self.refuse(why, "[object]")
    }

    fn big_integer(&mut self, digits: &str) -> Outcome {
        match digits.parse::<i64>() {
            Ok(_) => self.push(digits),
            Err(_) => self.text(digits),
        }
    }

    fn number(&mut self, number: std::fmt::Arguments<'_>) -> Outcome {
        // Writing to a `String` does not fail.
        let _ = self.out.write_fmt(number);
        self.bounded()
    }

    fn text(&mut self, text: &str) -> Outcome {
        if text.len() > self.most {
            return self.too_much();
        }
        quote(&mut self.out, text);
        self.bounded()
    }

    fn push(&mut self, json: &str) -> Outcome {
        self.out.push_str(json);
        self.bounded()
    }

    fn bounded(&self) -> Outcome {
        if self.out.len() > self.most { self.too_much() } else { Ok(()) }
    }

    fn too_much(&self) -> Outcome {
        let sentence = format!("the program's value is more than {} bytes of JSON: return fewer rows", self.most);
        Err(Stopped::Fault(Box::new(Fault { code: Some("out_bytes".to_owned()), ..fault::bad_value(sentence) })))
    }

    fn refuse(&mut self, why: &str, instead: &str) -> Outcome {
        match self.manner {
            Manner::Lenient => {
                // Of an object that is not written, nothing is to be taken back.
                self.push(instead)
            }
            Manner::Strict => Err(Stopped::Fault(Box::new(fault::bad_value(format!("`{}` {why}", self.place()))))),
        }
    }

    /// Where the writer is: `value[3].parent`.
    fn place(&self) -> String {
        let mut place = "value".to_owned();
        for step in &self.path {
            match step {
                Step::Place(index) => place.push_str(&format!("[{index}]")),
                Step::Name(name) if is_word(name) => place.push_str(&format!(".{name}")),
                Step::Name(name) => {
                    place.push('[');
                    quote(&mut place, name);
                    place.push(']');
                }
                Step::Member => place.push_str("[…]"),
            }
        }
        place
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// A text in JSON's quotes.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[from..at]);
        from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            other => out.push_str(&format!("\\u{other:04x}")),
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_keeps_for_itself_is_escaped() {
        let mut out = String::new();
        quote(&mut out, "a \"b\" \\ \n\u{1} é 🌩");
        assert_eq!(out, r#""a \"b\" \\ \n\u0001 é 🌩""#);
    }
}
