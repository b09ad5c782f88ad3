//! Puts parameters into SQL: `$1`, `$2`, … and `?` by place, `$name` by name.
//!
//! What comes out is SQL with literals in it, so what runs, what is written down and what is given again are one text.
//! A value can never become anything else than one literal: placeholders are found by the tokenizer, and quotes in
//! texts are doubled.

use crate::error::EngineError;
use crate::gate;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A parameter's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text; times and decimals too.
    Text(String),
}

/// Parameters with their names; by place they are named `1`, `2`, ….
pub type Params = [(String, Param)];

/// The SQL with its parameters in their places. An error if one is missing, or one is given that nothing names.
pub fn bind<'a>(sql: &'a str, params: &Params) -> Result<Cow<'a, str>, EngineError> {
    let wrong = |message: String| EngineError::Sql { message };
    gate::check_length(sql.len())?;
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize_with_location()
        .map_err(|error| wrong(format!("the SQL cannot be read: {}", gate::in_words(&error.to_string()))))?;
    let mut places = Places::of(sql);
    let values: BTreeMap<&str, &Param> = params.iter().rev().map(|(name, value)| (name.as_str(), value)).collect();
    let (mut bound, mut done, mut place, mut used) = (String::new(), 0, 0, BTreeSet::new());
    for token in &tokens {
        let Token::Placeholder(text) = &token.token else { continue };
        let name = match text.as_str() {
            "?" => {
                place += 1;
                place.to_string()
            }
            text => text.trim_start_matches(['$', ':', '@']).to_owned(),
        };
        let Some(value) = values.get(name.as_str()) else {
            return Err(wrong(missing(text, &name, params)));
        };
        let (from, to) = (places.byte(token.span.start), places.byte(token.span.end));
        bound.push_str(sql.get(done..from).unwrap_or_default());
        // `E$1` must not become `E'…'`, in which a backslash means something, nor `'a'$1` one text.
        if bound.ends_with(|c: char| c.is_alphanumeric() || "_'\"&".contains(c)) {
            bound.push(' ');
        }
        write_literal(&mut bound, value).map_err(|what| wrong(format!("the parameter `{text}` is {what}")))?;
        // Ten thousand places for one long text would make much out of little.
        gate::check_length(bound.len())?;
        done = to;
        used.insert(name);
    }
    if let Some((name, _)) = params.iter().find(|(name, _)| !used.contains(name)) {
        return Err(wrong(format!("the parameter `{name}` is given, but the SQL has no `${name}`")));
    }
    if done == 0 {
        return Ok(Cow::Borrowed(sql));
    }
    bound.push_str(sql.get(done..).unwrap_or_default());
    Ok(Cow::Owned(bound))
}

fn missing(text: &str, name: &str, params: &Params) -> String {
    if params.is_empty() {
        return format!("the SQL has `{text}`, and no parameters are given");
    }
    let given: Vec<&str> = params.iter().map(|(name, _)| name.as_str()).collect();
    format!("the SQL has `{text}`, and no parameter `{name}` is given (there are: {})", given.join(", "))
}

fn write_literal(out: &mut String, value: &Param) -> Result<(), String> {
    match value {
        Param::Null => out.push_str("NULL"),
        Param::Bool(true) => out.push_str("TRUE"),
        Param::Bool(false) => out.push_str("FALSE"),
        // In brackets: `x -$1` with -1 must not become a comment.
        Param::Int(number) if *number < 0 => drop(write!(out, "({number})")),
        Param::Int(number) => drop(write!(out, "{number}")),
        Param::Float(number) if !number.is_finite() => return Err("no finite number".to_owned()),
        Param::Float(number) if *number < 0.0 => drop(write!(out, "({number})")),
        Param::Float(number) => drop(write!(out, "{number}")),
        Param::Text(text) if text.contains('\0') => return Err("a text with a NUL character in it".to_owned()),
        Param::Text(text) => drop(write!(out, "'{}'", text.replace('\'', "''"))),
    }
    Ok(())
}

/// Walks over a text once, from one place that the tokenizer names to the next.
struct Places<'a> {
    text: &'a str,
    byte: usize,
    at: Location,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, byte: 0, at: Location::new(1, 1) }
    }

    /// Where a place is, in bytes. The tokenizer counts lines and characters from 1; places come in their order.
    fn byte(&mut self, place: Location) -> usize {
        for character in self.text[self.byte..].chars() {
            if self.at >= place {
                break;
            }
            self.byte += character.len_utf8();
            self.at = match character {
                '\n' => Location::new(self.at.line + 1, 1),
                _ => Location::new(self.at.line, self.at.column + 1),
            };
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, params: &[(&str, Param)], expected: &str) {
        let params: Vec<(String, Param)> = params.iter().map(|(n, p)| ((*n).to_owned(), p.clone())).collect();
        let bound = bind(sql, &params).map(Cow::into_owned).unwrap_or_else(|error| format!("error: {error}"));
        assert_eq!(bound, expected);
    }

    fn text(text: &str) -> Param {
        Param::Text(text.to_owned())
    }

    #[test]
    fn parameters_take_their_places() {
        check("SELECT 1", &[], "SELECT 1");
        check("SELECT $1, $2", &[("1", Param::Int(7)), ("2", text("a"))], "SELECT 7, 'a'");
        check("SELECT ?, ?", &[("1", Param::Float(0.5)), ("2", Param::Null)], "SELECT 0.5, NULL");
        check("WHERE x > $min AND y < $min", &[("min", Param::Int(-3))], "WHERE x > (-3) AND y < (-3)");
        check("é\n  = $1\n OR $1", &[("1", Param::Bool(true))], "é\n  = TRUE\n OR TRUE");
    }

    #[test]
    fn a_value_stays_one_literal() {
        check("name = $1", &[("1", text("x' OR '1'='1"))], "name = 'x'' OR ''1''=''1'");
        check("name = $1", &[("1", text("\\'; --"))], "name = '\\''; --'");
        check("name = $1", &[("1", text("$1 ?"))], "name = '$1 ?'");
        check("a -$1", &[("1", Param::Int(-1))], "a -(-1)");
    }

    #[test]
    fn a_value_is_a_literal_of_its_own_whatever_stands_before_it() {
        check("name = E?", &[("1", text("\\' OR 1 = 1 --"))], "name = E '\\'' OR 1 = 1 --'");
        check("'a'?", &[("1", text("b"))], "'a' 'b'");
        check("LIMIT 1?", &[("1", Param::Int(5))], "LIMIT 1 5");
    }

    #[test]
    fn what_becomes_too_long_is_refused_at_once() {
        let long = "x".repeat(10_000);
        let sql = format!("SELECT {} 1", "$1, ".repeat(20_000));
        let params = [("1".to_owned(), text(&long))];
        assert!(matches!(bind(&sql, &params), Err(EngineError::Limit { .. })));
        let sql = "?".repeat(300_000);
        assert!(matches!(bind(&sql, &[]), Err(EngineError::Limit { .. })));
    }

    #[test]
    fn placeholders_in_texts_and_comments_are_none() {
        check("SELECT '$1', \"$1\" -- $1\n /* ? */", &[], "SELECT '$1', \"$1\" -- $1\n /* ? */");
    }

    #[test]
    fn parameters_and_places_must_fit() {
        check("SELECT $1", &[], "error: the SQL has `$1`, and no parameters are given");
        check(
            "SELECT $2",
            &[("1", Param::Int(1))],
            "error: the SQL has `$2`, and no parameter `2` is given (there are: 1)",
        );
        check("SELECT 1", &[("1", Param::Int(1))], "error: the parameter `1` is given, but the SQL has no `$1`");
        check("SELECT $1", &[("1", Param::Float(f64::NAN))], "error: the parameter `$1` is no finite number");
    }
}
