//! The text of a kept program: a header comment that says what it answers and what it may read, then JavaScript.
//!
//! The header is TOML in the first comment of the file, so that the file is a program as it stands and an editor
//! shows it as one. Everything after it is the program; its line numbers count from the top of the file.

use rust_decimal::Decimal;
use schema::query::ScopeFilter;
use schema::{Grant, names, own, tables};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

/// A program's text may be so long. One that answers a question is a page or two.
pub const MAX_BYTES: usize = 64 * 1024;
/// How many parameters a program may have: a question with more is a form.
pub const MAX_PARAMS: usize = 8;
/// How many wordings a question may have beside the first.
pub const MAX_WORDINGS: usize = 32;
/// How long a question, a wording or a reading may be, in bytes; a question is no longer than the classifier reads.
pub const MAX_SENTENCE: usize = classifier::MAX_CHARS;
/// How many optional parts a wording may have: each doubles the ways to say it.
pub const MAX_OPTIONAL: usize = 4;

/// How long an id may be: all digits of a hash.
const MAX_ID: usize = 64;
/// What begins the comment that is a header.
const MARK: &str = "nephoscope";

/// What a program says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Header {
    /// What it answers, with `{name}` where a parameter belongs; empty for a program that says nothing of itself.
    pub question: String,
    /// How the question was read, in one sentence, with `{name}` where a parameter belongs.
    pub reading: String,
    /// Other wordings of the question. `[…]` may be left out.
    pub also: Vec<String>,
    /// What it reads.
    #[serde(flatten)]
    pub needs: Needs,
    /// Its parameters, by name.
    pub params: BTreeMap<String, Param>,
    /// The id of the program that failed for the question and that this one was written in place of: this one goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
}

/// What a program reads: its grant, before that is cut down to what the caller may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// Tables, by name.
    pub tables: BTreeSet<String>,
    /// Where.
    #[serde(flatten)]
    pub scope: ScopeFilter,
    /// The most that the calls of one run may cost, in US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_dollars: Option<Decimal>,
}

impl Needs {
    /// The grant that these needs are.
    pub fn grant(&self) -> Grant {
        Grant { tables: self.tables.clone(), ..Grant::default() }.within(&self.scope)
    }

    /// The tables whose name is a word of a program, and those of sources' own that it names behind FROM or JOIN: a dot elsewhere
    /// is mostly JavaScript's. What it does not name it is not granted.
    pub fn named_in(source: &str) -> Self {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let named = source.split(|c: char| !is_part(c)).filter_map(tables::find).map(|table| table.name.to_owned());
        let words: Vec<&str> =
            source.split(|c: char| !is_part(c) && c != '.').filter(|word| !word.is_empty()).collect();
        let reads = |word: &str| word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("join");
        let behind = words.windows(2).filter(|pair| reads(pair[0])).map(|pair| pair[1].to_ascii_lowercase());
        Self { tables: named.chain(behind.filter(|name| own::could_be_table(name))).collect(), ..Self::default() }
    }
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: ParamKind,
    /// Its value where a question leaves it out.
    pub default: ParamValue,
    /// The least that it takes, of numbers and days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The most that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Whether it takes whole numbers alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
}

impl Param {
    /// One that takes all values of its kind.
    pub const fn new(kind: ParamKind, default: ParamValue) -> Self {
        Self { kind, default, min: None, max: None, whole: false }
    }

    /// Whether a value is of its kind and within its bounds. A question with another is no question for its program.
    pub fn takes(&self, value: &ParamValue) -> bool {
        let is_within = match value {
            ParamValue::Number(number) => {
                self.min.is_none_or(|min| *number >= min)
                    && self.max.is_none_or(|max| *number <= max)
                    && (!self.whole || number.fract() == 0.0)
            }
            ParamValue::Text(_) => true,
        };
        is_within && self.kind.takes(value)
    }

    /// What it takes, in words.
    pub fn in_words(&self) -> String {
        let kind = match self.kind {
            ParamKind::Number if self.whole => "a whole number",
            ParamKind::Days if self.whole => "a whole number of days",
            kind => kind.in_words(),
        };
        match (self.min, self.max) {
            (None, None) => kind.to_owned(),
            (Some(min), None) => format!("{kind} of at least {min}"),
            (None, Some(max)) => format!("{kind} of at most {max}"),
            (Some(min), Some(max)) => format!("{kind} from {min} to {max}"),
        }
    }
}

/// What the values of a parameter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamKind {
    /// A number.
    Number,
    /// A text: a tag's key or value, a name.
    Text,
    /// A region, by its code.
    Region,
    /// A span of time, in days; a question may say it in weeks, months or years.
    Days,
}

impl ParamKind {
    const fn in_words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Region => "the code of a region",
            Self::Days => "a number of days",
        }
    }

    /// Whether a value is one of this kind.
    pub fn takes(self, value: &ParamValue) -> bool {
        match (self, value) {
            (Self::Number, ParamValue::Number(number)) => number.is_finite(),
            (Self::Days, ParamValue::Number(days)) => days.is_finite() && *days > 0.0,
            (Self::Text | Self::Region, ParamValue::Text(text)) => !text.is_empty() && text.len() <= MAX_SENTENCE,
            _ => false,
        }
    }
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl ParamValue {
    /// As a program gets it; whole numbers without a point.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => whole(*number).map_or_else(|| (*number).into(), Into::into),
        }
    }
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only where nothing is cut off")]
fn whole(number: f64) -> Option<i64> {
    // Beyond 2^53 a float does not hold every whole number.
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}

/// What is wrong with a program's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It is too long.
    #[error("the program has {bytes} bytes, and at most {MAX_BYTES} are taken: have SQL do more of the work")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The comment has no end.
    #[error("the header comment has no end: close it with `*/` before the program begins")]
    Open,
    /// Nothing follows the header.
    #[error("there is no program: write JavaScript that ends in the rows of the answer")]
    Empty,
    /// The TOML is wrong.
    #[error("line {line} of the header: {message}")]
    Toml {
        /// The line of the file.
        line: usize,
        /// What is wrong, in the parser's words.
        message: String,
    },
    /// A value that was given for a parameter is none for it.
    #[error("the parameter `{name}` takes {takes}, and `{given}` is none")]
    Value {
        /// The parameter.
        name: String,
        /// What it takes.
        takes: String,
        /// What was given.
        given: String,
    },
    /// A value was given for a parameter that is none.
    #[error("the program has no parameter `{name}`{hint}")]
    NoParam {
        /// What was given.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// A field is wrong.
    #[error("`{field}` in the header {problem}")]
    Field {
        /// The field.
        field: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
}

fn field(field: impl Into<String>, problem: impl Into<String>) -> HeaderError {
    HeaderError::Field { field: field.into(), problem: problem.into() }
}

/// A program's text, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What it says of itself. A program without a header needs the tables that it names, and has no question.
    pub header: Header,
    /// The program alone, without its header.
    pub source: String,
}

/// The header as it is written, before it is held against the schema.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    question: String,
    #[serde(default)]
    reading: String,
    #[serde(default)]
    also: Vec<String>,
    tables: Option<Vec<String>>,
    #[serde(default)]
    providers: Vec<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    regions: Vec<String>,
    max_dollars: Option<Decimal>,
    #[serde(default)]
    params: BTreeMap<String, Param>,
    instead_of: Option<String>,
}

impl Parsed {
    /// Reads the text of a program.
    pub fn read(text: &str) -> Result<Self, HeaderError> {
        if text.len() > MAX_BYTES {
            return Err(HeaderError::TooLong { bytes: text.len() });
        }
        let (header, source) = match split(text)? {
            None => (Header { needs: Needs::named_in(text), ..Header::default() }, text),
            Some((toml, lines_before, source)) => (read_header(toml, lines_before, source)?, source),
        };
        if source.trim().is_empty() {
            return Err(HeaderError::Empty);
        }
        Ok(Self { header, source: source.trim_start_matches(['\r', '\n']).to_owned() })
    }
}

/// The TOML of the header, how many lines stand before it, and what follows it; none where there is no header.
fn split(text: &str) -> Result<Option<(&str, usize, &str)>, HeaderError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let Some(inside) = start.strip_prefix("/*") else { return Ok(None) };
    let Some(toml) = inside.trim_start().strip_prefix(MARK) else { return Ok(None) };
    if !toml.starts_with(char::is_whitespace) && !toml.starts_with("*/") {
        return Ok(None);
    }
    let (toml, source) = toml.split_once("*/").ok_or(HeaderError::Open)?;
    let before = text.len() - source.len() - "*/".len() - toml.len();
    Ok(Some((toml, text[..before].matches('\n').count(), source)))
}

fn read_header(toml: &str, lines_before: usize, source: &str) -> Result<Header, HeaderError> {
    let read: Unchecked = toml::from_str(toml).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(toml.len());
        let line = lines_before + 1 + toml.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        HeaderError::Toml { line, message: error.message().replace('\n', "; ") }
    })?;
    let scope = ScopeFilter { providers: read.providers, accounts: read.accounts, regions: read.regions };
    let needs = match read.tables {
        None => Needs { scope, max_dollars: read.max_dollars, ..Needs::named_in(source) },
        Some(named) => Needs { tables: known_tables(&named)?, scope, max_dollars: read.max_dollars },
    };
    let header = Header {
        question: read.question,
        reading: read.reading,
        also: read.also,
        needs,
        params: read.params,
        instead_of: read.instead_of,
    };
    header.check()?;
    Ok(header)
}

fn known_tables(named: &[String]) -> Result<BTreeSet<String>, HeaderError> {
    let known = |name: &String| {
        // A source's own table is looked for when the program runs: its source may be gone, or not be there yet.
        let own = Some(name.to_ascii_lowercase()).filter(|name| own::could_be_table(name));
        tables::find(name).map(|table| table.name.to_owned()).or(own).ok_or_else(|| {
            let hint = tables::nearest(name).map_or_else(
                || "; `neph tables` lists the tables".to_owned(),
                |nearest| format!("; did you mean `{nearest}`?"),
            );
            field("tables", format!("names `{name}`, and there is no such table{hint}"))
        })
    };
    named.iter().map(known).collect()
}

impl Header {
    /// What a program made for one question says of itself: it has no slots.
    pub fn of_question(question: &str, reading: &str, needs: Needs) -> Self {
        Self { question: unslotted(question), reading: unslotted(reading), needs, ..Self::default() }
    }

    /// Everything that the question may be asked as.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// The values of all parameters that nobody chose.
    pub fn defaults(&self) -> BTreeMap<String, ParamValue> {
        self.params.iter().map(|(name, param)| (name.clone(), param.default.clone())).collect()
    }

    /// A question or reading with the values in place of the slots.
    pub fn fill(text: &str, values: &BTreeMap<String, ParamValue>) -> String {
        let mut filled = text.to_owned();
        for (name, value) in values {
            filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
        }
        filled
    }

    /// Values for the parameters from their texts, the defaults for the rest.
    pub fn values(&self, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, ParamValue>, HeaderError> {
        let mut values = self.defaults();
        for (name, text) in given {
            let Some(param) = self.params.get(name) else {
                let hint = names::nearest(name, self.params.keys().map(String::as_str));
                let hint = hint.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
                return Err(HeaderError::NoParam { name: name.clone(), hint });
            };
            let value = match param.kind {
                ParamKind::Number | ParamKind::Days => text.trim().parse().ok().map(ParamValue::Number),
                ParamKind::Text | ParamKind::Region => Some(ParamValue::Text(text.clone())),
            };
            let value = value.filter(|value| param.takes(value)).ok_or_else(|| HeaderError::Value {
                name: name.clone(),
                takes: param.in_words(),
                given: text.clone(),
            })?;
            values.insert(name.clone(), value);
        }
        Ok(values)
    }

    /// Whether it keeps the rules of a header.
    pub fn check(&self) -> Result<(), HeaderError> {
        if self.question.trim().is_empty() {
            return Err(field("question", "is empty: write what the program answers, or leave the header out"));
        }
        if self.also.len() > MAX_WORDINGS {
            return Err(field(
                "also",
                format!("has {} wordings, and at most {MAX_WORDINGS} are taken", self.also.len()),
            ));
        }
        if self.params.len() > MAX_PARAMS {
            return Err(field("params", format!("has {}, and at most {MAX_PARAMS} are taken", self.params.len())));
        }
        if self.needs.max_dollars.is_some_and(|most| most.is_sign_negative()) {
            return Err(field("max_dollars", "is less than nothing"));
        }
        if self.instead_of.as_ref().is_some_and(|id| id.len() > MAX_ID) {
            return Err(field("instead_of", "is no id: `neph program list` has the ids"));
        }
        for (name, param) in &self.params {
            check_param(name, param)?;
        }
        self.check_wording("question", &self.question)?;
        self.check_wording("reading", &self.reading)?;
        for wording in &self.also {
            self.check_wording("also", wording)?;
        }
        let asked: BTreeSet<&str> = self.wordings().filter_map(slots).flatten().collect();
        match self.params.keys().find(|name| !asked.contains(name.as_str())) {
            Some(name) => {
                let problem = format!("has no `{{{name}}}`, nor has a wording: write it where the parameter belongs");
                Err(field("question", problem))
            }
            None => Ok(()),
        }
    }

    fn check_wording(&self, of: &str, text: &str) -> Result<(), HeaderError> {
        if text.len() > MAX_SENTENCE {
            return Err(field(of, format!("has a sentence of more than {MAX_SENTENCE} bytes: say it in fewer words")));
        }
        let Some(slots) = slots(text) else {
            return Err(field(of, format!("has a `{{` without its `}}` in `{text}`")));
        };
        if let Some(slot) = slots.iter().find(|slot| !self.params.contains_key(**slot)) {
            let hint = names::nearest(slot, self.params.keys().map(String::as_str))
                .map_or_else(|| format!("add `[params.{slot}]`"), |nearest| format!("did you mean `{{{nearest}}}`?"));
            return Err(field(of, format!("has `{{{slot}}}`, which is no parameter; {hint}")));
        }
        let optional = text.matches('[').count();
        if optional > 0 && of != "also" {
            return Err(field(of, "has a `[`: only the wordings in `also` have parts that may be left out"));
        }
        if optional > MAX_OPTIONAL {
            return Err(field(of, format!("has {optional} parts in `[…]`, and at most {MAX_OPTIONAL} are taken")));
        }
        if variants(text).is_none() {
            return Err(field(of, format!("has a `[` without its `]` in `{text}`")));
        }
        Ok(())
    }
}

fn check_param(name: &str, param: &Param) -> Result<(), HeaderError> {
    let is_name = name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !is_name {
        return Err(field(format!("params.{name}"), "is no name: use small letters, digits and `_`, at most 40"));
    }
    let has_bounds = param.min.is_some() || param.max.is_some() || param.whole;
    if has_bounds && matches!(param.kind, ParamKind::Text | ParamKind::Region) {
        let problem = format!("takes {}: `min`, `max` and `whole` are for numbers and days", param.kind.in_words());
        return Err(field(format!("params.{name}"), problem));
    }
    if !param.takes(&param.default) {
        let problem = format!("takes {}, and its default `{}` is none", param.in_words(), param.default);
        return Err(field(format!("params.{name}"), problem));
    }
    Ok(())
}

/// The names in `{…}`; none where a brace is left open.
pub fn slots(text: &str) -> Option<Vec<&str>> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(at) = rest.find(['{', '}']) {
        let inside = rest[at..].strip_prefix('{')?;
        let (name, after) = inside.split_once('}')?;
        if name.contains('{') {
            return None;
        }
        found.push(name);
        rest = after;
    }
    Some(found)
}

/// Every way to say a wording: with and without each part in `[…]`. None where a bracket is left open.
pub fn variants(text: &str) -> Option<Vec<String>> {
    let Some(at) = text.find(['[', ']']) else { return Some(vec![text.to_owned()]) };
    let (inside, after) = text[at..].strip_prefix('[')?.split_once(']')?;
    if inside.contains('[') {
        return None;
    }
    let ends = variants(after)?;
    let begin = &text[..at];
    Some(["", inside].iter().flat_map(|part| ends.iter().map(move |end| format!("{begin}{part}{end}"))).collect())
}

/// Text in which nothing is a slot or may be left out.
fn unslotted(text: &str) -> String {
    text.replace(['{', '}', '[', ']'], " ")
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |all: &mut dyn Iterator<Item = &String>| all.map(|text| quote(text)).collect::<Vec<_>>().join(", ");
        writeln!(f, "/* {MARK}")?;
        writeln!(f, "question = {}", quote(&self.question))?;
        writeln!(f, "reading = {}", quote(&self.reading))?;
        if !self.also.is_empty() {
            writeln!(f, "also = [")?;
            for wording in &self.also {
                writeln!(f, "    {},", quote(wording))?;
            }
            writeln!(f, "]")?;
        }
        writeln!(f, "tables = [{}]", list(&mut self.needs.tables.iter()))?;
        let ScopeFilter { providers, accounts, regions } = &self.needs.scope;
        for (name, values) in [("providers", providers), ("accounts", accounts), ("regions", regions)] {
            if !values.is_empty() {
                writeln!(f, "{name} = [{}]", list(&mut values.iter()))?;
            }
        }
        if let Some(most) = &self.needs.max_dollars {
            writeln!(f, "max_dollars = {most}")?;
        }
        if let Some(id) = &self.instead_of {
            writeln!(f, "instead_of = {}", quote(id))?;
        }
        for (name, Param { kind, default, min, max, whole: is_whole }) in &self.params {
            let kind = format!("{kind:?}").to_lowercase();
            let default = match default {
                ParamValue::Text(text) => quote(text),
                ParamValue::Number(number) => plain(*number),
            };
            writeln!(f, "\n[params.{name}]\ntype = \"{kind}\"\ndefault = {default}")?;
            for (name, bound) in [("min", min), ("max", max)] {
                if let Some(bound) = bound {
                    writeln!(f, "{name} = {}", plain(*bound))?;
                }
            }
            if *is_whole {
                writeln!(f, "whole = true")?;
            }
        }
        writeln!(f, "*/")
    }
}

impl fmt::Display for Parsed {
    /// The text of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.header.question.is_empty() {
            self.header.fmt(f)?;
        }
        f.write_str(&self.source)
    }
}

/// A number as TOML has it, a whole one without its point.
fn plain(number: f64) -> String {
    whole(number).map_or_else(|| number.to_string(), |number| number.to_string())
}

/// A text as TOML has it, in which nothing ends the comment that it stands in.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut last = '\0';
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '/' if last == '*' => quoted.push_str("\\u002F"),
            c if c.is_control() => {
                // Writing to a text cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
        last = c;
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"/* nephoscope
question = "volumes created within {hours} hours of an instance in {region}"
reading = "volumes whose creation lies within {hours} hours of an instance's"
also = ["disks made [at most] {hours} hours from a machine in {region}"]
tables = ["instances", "volumes"]
providers = ["aws"]

[params.hours]
type = "number"
default = 1

[params.region]
type = "region"
default = "eu-west-1"
*/
query("SELECT 1 FROM volumes", [])
"#;

    fn check(text: &str, expected: &str) {
        let error = Parsed::read(text).expect_err("refused");
        assert_eq!(error.to_string(), expected, "{text}");
    }

    fn with(line: &str, instead: &str) -> String {
        assert!(GOOD.contains(line), "{line}");
        GOOD.replace(line, instead)
    }

    #[test]
    fn a_header_is_read_and_written_back_the_same() {
        let parsed = Parsed::read(GOOD).expect("read");
        assert_eq!(parsed.source, "query(\"SELECT 1 FROM volumes\", [])\n");
        assert_eq!(parsed.header.params["hours"].default, ParamValue::Number(1.0));
        let grant = parsed.header.needs.grant();
        assert!(grant.allows_table("volumes") && !grant.allows_table("costs"));
        assert_eq!(grant.scopes_in_words(), "aws");
        assert_eq!(parsed.to_string(), GOOD.replace("also = [\"", "also = [\n    \"").replace("}\"]", "}\",\n]"));
        assert_eq!(Parsed::read(&parsed.to_string()).expect("read again"), parsed);
    }

    #[test]
    fn a_program_without_a_header_needs_the_tables_that_it_names() {
        for text in ["query('select name from Volumes join costs')", "/* a comment */ volumes + costs"] {
            let parsed = Parsed::read(text).expect("read");
            assert_eq!(parsed.header.question, "");
            assert_eq!(parsed.header.needs.grant(), Grant::of_tables(["volumes", "costs"]), "{text}");
            assert_eq!(parsed.source, text);
        }
        assert_eq!(Needs::named_in("my_volumes, volumesque, row.name").grant(), Grant::default());
        let own =
            Needs::named_in("query(`select n FROM my_dns.zones z join my_dns.hosts h on z.id = h.zone`).map(r => r.n)");
        assert_eq!(own.grant(), Grant::of_tables(["my_dns.zones", "my_dns.hosts"]));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_or_field() {
        check(
            &with("\"volumes\"]", "\"volums\"]"),
            "`tables` in the header names `volums`, and there is no such table; did you mean `volumes`?",
        );
        check(
            &with("{hours} hours from", "{hour} hours from"),
            "`also` in the header has `{hour}`, which is no parameter; did you mean `{hours}`?",
        );
        check(
            &with("[at most]", "[at most"),
            "`also` in the header has a `[` without its `]` in `disks made [at most {hours} hours from a machine in {region}`",
        );
        check(
            &with("default = 1\n", "default = \"one\"\n"),
            "`params.hours` in the header takes a number, and its default `one` is none",
        );
        check(
            &with(" in {region}\"\nreading", "\"\nreading").replace("machine in {region}", "machine"),
            "`question` in the header has no `{region}`, nor has a wording: write it where the parameter belongs",
        );
        check(
            "/* nephoscope\nquestion = \"x\"",
            "the header comment has no end: close it with `*/` before the program begins",
        );
        check(
            "/* nephoscope\nquestion = \"x\"\n*/\n  ",
            "there is no program: write JavaScript that ends in the rows of the answer",
        );
        let error = Parsed::read(&with("tables = [\"instances\"", "tables = [instances")).expect_err("refused");
        assert!(matches!(error, HeaderError::Toml { line: 5, .. }), "{error}");
        let error = Parsed::read(&with("reading =", "raeding =")).expect_err("refused");
        assert!(error.to_string().contains("line 3 of the header: unknown field `raeding`"), "{error}");
        let error = Parsed::read(&"x".repeat(MAX_BYTES + 1)).expect_err("refused");
        assert!(matches!(error, HeaderError::TooLong { .. }));
    }

    #[test]
    fn what_a_run_may_cost_is_read_and_written_back() {
        for dollars in ["0.25", "3", "0"] {
            let text = GOOD.replace("providers = ", &format!("max_dollars = {dollars}\nproviders = "));
            let header = Parsed::read(&text).expect("read").header;
            assert_eq!(header.needs.max_dollars, dollars.parse().ok());
            assert_eq!(Parsed::read(&format!("{header}1")).expect("read again").header, header);
        }
        let less = GOOD.replace("providers = ", "max_dollars = -1\nproviders = ");
        check(&less, "`max_dollars` in the header is less than nothing");
    }

    #[test]
    fn what_it_was_written_in_place_of_is_read_and_written_back() {
        let text = GOOD.replace("providers = ", "instead_of = \"0123456789ab\"\nproviders = ");
        let header = Parsed::read(&text).expect("read").header;
        assert_eq!(header.instead_of.as_deref(), Some("0123456789ab"));
        assert_eq!(Parsed::read(&format!("{header}1")).expect("read again").header, header);
        check(
            &text.replace("0123456789ab", &"0".repeat(65)),
            "`instead_of` in the header is no id: `neph program list` has the ids",
        );
    }

    #[test]
    fn text_in_a_question_cannot_end_its_comment() {
        let question = "a */ query(1) \"quoted\" \\ {slot} [or]\u{7} \u{85} *//";
        let header = Header::of_question(question, "", Needs::named_in("volumes"));
        let text = Parsed { header: header.clone(), source: "1".to_owned() }.to_string();
        let parsed = Parsed::read(&text).expect("read");
        assert_eq!((parsed.header, parsed.source.as_str()), (header, "1"));
    }

    #[test]
    fn parts_in_brackets_may_be_left_out() {
        assert_eq!(variants("a [b] c[ d]").expect("closed"), ["a  c", "a  c d", "a b c", "a b c d"]);
        assert_eq!((variants("a [b"), variants("a ]b"), variants("[a [b]]")), (None, None, None));
    }

    #[test]
    fn bounds_are_read_written_back_and_held_to() {
        let bounded = GOOD.replace("default = 1\n", "default = 1\nmin = 0.5\nmax = 24\n");
        let header = Parsed::read(&bounded).expect("read").header;
        assert_eq!(Parsed::read(&format!("{header}1")).expect("read again").header, header);
        let given =
            |header: &Header, text: &str| header.values(&BTreeMap::from([("hours".to_owned(), text.to_owned())]));
        assert!(given(&header, "24").is_ok() && given(&header, "0.5").is_ok());
        let error = given(&header, "24.5").expect_err("refused").to_string();
        assert_eq!(error, "the parameter `hours` takes a number from 0.5 to 24, and `24.5` is none");
        let whole = Parsed::read(&bounded.replace("min = 0.5", "whole = true")).expect("read").header;
        assert_eq!(Parsed::read(&format!("{whole}1")).expect("read again").header, whole);
        assert!(given(&whole, "2").is_ok() && given(&whole, "2.5").is_err());
        check(
            &bounded.replace("max = 24", "max = 0.9"),
            "`params.hours` in the header takes a number from 0.5 to 0.9, and its default `1` is none",
        );
        check(
            &GOOD.replace("default = \"eu-west-1\"", "default = \"eu-west-1\"\nmin = 1"),
            "`params.region` in the header takes the code of a region: `min`, `max` and `whole` are for numbers and days",
        );
    }

    #[test]
    fn values_are_held_to_their_kind() {
        let header = Parsed::read(GOOD).expect("read").header;
        let given = |name: &str, text: &str| header.values(&BTreeMap::from([(name.to_owned(), text.to_owned())]));
        assert_eq!(given("hours", "2.5").expect("a number")["hours"], ParamValue::Number(2.5));
        assert_eq!(given("region", "x").expect("a text")["hours"], ParamValue::Number(1.0));
        for (name, text) in [("hours", "two"), ("hours", "inf"), ("hour", "2"), ("region", "")] {
            assert!(given(name, text).is_err(), "{name}={text}");
        }
    }
}
