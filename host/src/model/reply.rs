//! A model's reply, read leniently: a JSON object, wherever in the text it stands.
//!
//! Not every server keeps to a schema that it is asked to keep to, so none is asked: a fence around the object, prose
//! before it and line breaks within its texts are forgiven. What is missing is a complaint, in words that the model
//! can act on.

use schema::query::ScopeFilter;
use schema::{Grant, tables};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most bytes of a program. The longest that people keep is a tenth of it.
pub const MOST_PROGRAM: usize = 32 * 1024;
/// The most characters of how the question was read, and of why it cannot be answered: two sentences.
const MOST_SAID: usize = 600;
/// The most names in one list of needs.
const MOST_NAMES: usize = 100;
/// The most characters of one name.
const MOST_NAME: usize = 256;
/// How many braces are tried as the begin of the object.
const MOST_BEGINS: usize = 100;

/// A program that a model wrote, before anything of it is known to be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// How the question was read, in one sentence.
    pub reading: String,
    /// What the program says that it reads.
    pub needs: Needs,
    /// Its source.
    pub program: String,
}

/// What a program says that it reads. Empty lists of scopes: all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Needs {
    /// Tables.
    pub tables: Vec<String>,
    /// Providers.
    pub providers: Vec<String>,
    /// Accounts, by id or name.
    pub accounts: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

impl Needs {
    /// What a program with these needs is granted at most.
    pub fn grant(&self) -> Grant {
        Grant::of_tables(self.tables.iter().map(String::as_str)).within(&ScopeFilter {
            providers: self.providers.clone(),
            accounts: self.accounts.clone(),
            regions: self.regions.clone(),
        })
    }
}

/// What a model replied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A program.
    Draft(Draft),
    /// It cannot be answered, and why.
    Cannot(String),
}

/// Reads a reply, or says what is wrong with it, to the model.
pub fn read(text: &str) -> Result<Reply, String> {
    let Some(object) = object(text) else {
        return Err(
            "the reply holds no JSON object with `program` or `cannot`; reply with that object alone".to_owned()
        );
    };
    if let Some(why) = object.get("cannot").and_then(Value::as_str).map(one_line).filter(|why| !why.is_empty()) {
        return Ok(Reply::Cannot(why));
    }
    let program = object.get("program").and_then(Value::as_str).map(without_fence).unwrap_or_default();
    if program.trim().is_empty() {
        return Err("`program` is empty; it must be the program's source, as a JSON string".to_owned());
    }
    if program.len() > MOST_PROGRAM {
        return Err(format!("`program` is longer than {MOST_PROGRAM} bytes; write a shorter one"));
    }
    let reading = object.get("reading").and_then(Value::as_str).map(one_line).unwrap_or_default();
    if reading.is_empty() {
        return Err("`reading` is empty; say in one sentence how you read the question".to_owned());
    }
    let needs = needs(object.get("needs").unwrap_or(&Value::Null))?;
    Ok(Reply::Draft(Draft { reading, needs, program: program.to_owned() }))
}

fn needs(value: &Value) -> Result<Needs, String> {
    let list = |name: &str| names(&value[name]).map_err(|what| format!("`needs.{name}` {what}"));
    let needs = Needs {
        tables: list("tables")?,
        providers: list("providers")?,
        accounts: list("accounts")?,
        regions: list("regions")?,
    };
    if needs.tables.is_empty() {
        return Err("`needs.tables` is empty; name every table that the program reads".to_owned());
    }
    match needs.tables.iter().find(|name| !tables::ALL.iter().any(|table| table.name == name.as_str())) {
        Some(name) => {
            let nearest = tables::nearest(name).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(format!("`needs.tables`: there is no table `{}`{nearest}", short(name, 60)))
        }
        None => Ok(needs),
    }
}

/// A list of names; nothing and null are an empty one.
fn names(value: &Value) -> Result<Vec<String>, String> {
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) if list.len() <= MOST_NAMES => list,
        Value::Array(_) => return Err(format!("has more than {MOST_NAMES} names")),
        _ => return Err("is no list of names".to_owned()),
    };
    let name = |value: &Value| value.as_str().filter(|name| name.len() <= MOST_NAME).map(str::to_owned);
    list.iter().map(name).collect::<Option<_>>().ok_or_else(|| "is no list of names".to_owned())
}

/// The object of a reply: the first that has one of its two fields.
fn object(text: &str) -> Option<Value> {
    let begins = text.match_indices('{').map(|(at, _)| at).take(MOST_BEGINS);
    begins.filter_map(|at| parsed(&text[at..])).find(|value| value.get("program").or(value.get("cannot")).is_some())
}

/// The JSON that a text begins with.
fn parsed(text: &str) -> Option<Value> {
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok();
    first(text).or_else(|| first(&with_line_breaks_escaped(text)))
}

/// Line breaks and tabs in JSON's texts, which JSON forbids and some models write.
fn with_line_breaks_escaped(text: &str) -> String {
    let (mut escaped, mut in_text, mut after_backslash) = (String::with_capacity(text.len() + 64), false, false);
    for c in text.chars() {
        match c {
            '\n' if in_text => escaped.push_str("\\n"),
            '\r' if in_text => escaped.push_str("\\r"),
            '\t' if in_text => escaped.push_str("\\t"),
            c => escaped.push(c),
        }
        in_text ^= c == '"' && !after_backslash;
        after_backslash = c == '\\' && !after_backslash && in_text;
    }
    escaped
}

/// A program that stands in a fence of its own.
fn without_fence(program: &str) -> &str {
    let trimmed = program.trim();
    let Some(inner) = trimmed.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return program };
    // The rest of the first line names the language.
    inner.split_once('\n').map_or(inner, |(_, program)| program)
}

fn one_line(text: &str) -> String {
    short(&text.split_whitespace().collect::<Vec<_>>().join(" "), MOST_SAID)
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(program: &str) -> Result<Reply, String> {
        let needs = Needs { tables: vec!["volumes".to_owned()], ..Needs::default() };
        Ok(Reply::Draft(Draft { reading: "large volumes".to_owned(), needs, program: program.to_owned() }))
    }

    #[expect(clippy::needless_pass_by_value, reason = "each is made where it is expected")]
    fn check(text: &str, expected: Result<Reply, String>) {
        assert_eq!(read(text), expected, "{text}");
    }

    const GOOD: &str =
        r#"{"reading": "large  volumes", "needs": {"tables": ["volumes"]}, "program": "let a = {};\na"}"#;

    #[test]
    fn an_object_is_found_wherever_it_stands() {
        check(GOOD, draft("let a = {};\na"));
        check(&format!("```json\n{GOOD}\n```"), draft("let a = {};\na"));
        check(&format!("Here {{it}} is:\n\n{GOOD}\nIt reads {{volumes}}."), draft("let a = {};\na"));
    }

    #[test]
    fn line_breaks_in_texts_and_fences_around_programs_are_forgiven() {
        let begin = r#"{"reading": "large volumes", "needs": {"tables": ["volumes"], "regions": null}, "program": ""#;
        check(&format!("{begin}let a = '\\\"';\n\ta\"}}"), draft("let a = '\"';\n\ta"));
        check(&format!("{begin}```js\\na\\n```\"}}"), draft("a\n"));
    }

    #[test]
    fn a_model_may_say_that_it_cannot() {
        check(r#"{"cannot": "this is about the\nweather"}"#, Ok(Reply::Cannot("this is about the weather".to_owned())));
    }

    #[test]
    fn what_is_wrong_is_said_to_the_model() {
        let complaint = |text: &str| Err(text.to_owned());
        let none = "the reply holds no JSON object with `program` or `cannot`; reply with that object alone";
        check("select * from volumes", complaint(none));
        check(r#"{"program": "a", "#, complaint(none));
        check(r#"[1, {"a": 2}]"#, complaint(none));
        check(r#"{"program": ""}"#, complaint("`program` is empty; it must be the program's source, as a JSON string"));
        check(
            r#"{"program": ["a"]}"#,
            complaint("`program` is empty; it must be the program's source, as a JSON string"),
        );
        check(r#"{"program": "a"}"#, complaint("`reading` is empty; say in one sentence how you read the question"));
        check(
            r#"{"program": "a", "reading": "r"}"#,
            complaint("`needs.tables` is empty; name every table that the program reads"),
        );
        check(
            r#"{"program": "a", "reading": "r", "needs": {"tables": ["volume"]}}"#,
            complaint("`needs.tables`: there is no table `volume`; did you mean `volumes`?"),
        );
        check(
            r#"{"program": "a", "reading": "r", "needs": {"tables": ["volumes"], "regions": "eu"}}"#,
            complaint("`needs.regions` is no list of names"),
        );
        let long = "a".repeat(MOST_PROGRAM + 1);
        check(
            &format!(r#"{{"program": "{long}"}}"#),
            complaint("`program` is longer than 32768 bytes; write a shorter one"),
        );
    }

    #[test]
    fn needs_become_a_grant_of_nothing_more() {
        let needs =
            Needs { tables: vec!["volumes".to_owned()], regions: vec!["eu-west-1".to_owned()], ..Needs::default() };
        let grant = needs.grant();
        assert!(grant.allows_table("volumes") && !grant.allows_table("instances"));
        assert_eq!(grant.scopes_in_words(), "in eu-west-1");
    }

    #[test]
    fn a_long_text_of_braces_is_given_up() {
        let began = std::time::Instant::now();
        assert!(read(&"{".repeat(256 * 1024)).is_err());
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
    }
}
