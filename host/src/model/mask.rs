//! What of an error a model may see where it may see no row: errors can repeat values, and a program can throw any.
//!
//! A word passes that the model wrote itself, that is a name of the schema, or, in an error of the program's own,
//! that is one of the interpreter's. Everything else becomes `…`.

use schema::tables;
use std::collections::HashSet;

/// The words of QuickJS's own errors.
static INTERPRETERS: &[&str] = &[
    "a",
    "already",
    "an",
    "and",
    "argument",
    "arguments",
    "array",
    "arrow",
    "assign",
    "assignment",
    "at",
    "be",
    "been",
    "before",
    "bigint",
    "call",
    "can",
    "cannot",
    "circular",
    "class",
    "constant",
    "constructor",
    "convert",
    "declaration",
    "define",
    "defined",
    "delete",
    "did",
    "division",
    "duplicate",
    "end",
    "error",
    "escape",
    "expected",
    "expecting",
    "expression",
    "extensible",
    "field",
    "finished",
    "flags",
    "for",
    "from",
    "function",
    "generator",
    "get",
    "had",
    "has",
    "have",
    "identifier",
    "in",
    "initialized",
    "initializer",
    "input",
    "instanceof",
    "internal",
    "interrupted",
    "into",
    "invalid",
    "is",
    "iterable",
    "iterator",
    "key",
    "label",
    "left",
    "length",
    "lexical",
    "limit",
    "literal",
    "loop",
    "many",
    "mean",
    "meant",
    "memory",
    "method",
    "missing",
    "must",
    "name",
    "new",
    "no",
    "not",
    "null",
    "number",
    "object",
    "of",
    "on",
    "operand",
    "operator",
    "or",
    "out",
    "overflow",
    "pattern",
    "private",
    "properties",
    "property",
    "prototype",
    "proxy",
    "range",
    "read",
    "redeclaration",
    "redefine",
    "reference",
    "referenceerror",
    "regex",
    "regexp",
    "regular",
    "reserved",
    "return",
    "right",
    "rows",
    "set",
    "size",
    "stack",
    "statement",
    "string",
    "super",
    "symbol",
    "syntax",
    "syntaxerror",
    "target",
    "template",
    "the",
    "this",
    "to",
    "token",
    "too",
    "type",
    "typeerror",
    "undefined",
    "unexpected",
    "uninitialized",
    "unsupported",
    "use",
    "used",
    "value",
    "variable",
    "was",
    "with",
    "without",
    "yield",
    "zero",
];

/// An error of the host's own making, which quotes what it is about: what is quoted is looked at.
pub(super) fn host(message: &str, program: &str) -> String {
    let known = known(program);
    let mut masked = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(['\'', '"', '`']) {
        let quote = &rest[at..=at];
        let Some(length) = rest[at + 1..].find(quote) else { break };
        let quoted = &rest[at + 1..at + 1 + length];
        // The apostrophe of "don't" opens nothing.
        let is_apostrophe = quote == "'" && rest[..at].ends_with(char::is_alphanumeric);
        if is_apostrophe {
            masked.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        }
        masked.push_str(&rest[..=at]);
        let passes = words(quoted).all(|word| known.contains(word.to_lowercase().as_str()));
        masked.push_str(if passes { quoted } else { "…" });
        masked.push_str(quote);
        rest = &rest[at + 2 + length..];
    }
    masked.push_str(rest);
    masked
}

/// An error that the program raised, or that its interpreter did, which nobody can tell apart: every word is looked at.
pub(super) fn program(message: &str, program: &str) -> String {
    let known = known(program);
    let mut masked = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(is_of_word) {
        masked.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let word = rest[..end].to_lowercase();
        let passes = known.contains(word.as_str()) || INTERPRETERS.contains(&word.as_str());
        masked.push_str(if passes { &rest[..end] } else { "…" });
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_of_word(c)).filter(|word| !word.is_empty())
}

/// The words of a program, and the schema's names; lower case.
fn known(program: &str) -> HashSet<String> {
    let columns = tables::ALL.iter().flat_map(|table| table.columns()).map(|column| column.name);
    let names = tables::ALL.iter().map(|table| table.name).chain(columns);
    // Types and functions that errors about types speak of.
    let types =
        ["utf8", "int64", "float64", "boolean", "decimal128", "timestamp", "date32", "interval", "null", "list"];
    let types = types.into_iter().chain(["map", "bool", "int", "float", "decimal", "text", "time", "json"]);
    names.chain(types).chain(words(program)).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "const rows = query(\"SELECT nam FROM volumes\", []);\nthrow new Error(rows[0].owner)";

    #[test]
    fn the_host_may_quote_what_the_model_wrote_and_the_schema_and_no_value() {
        for (message, expected) in [
            ("there is no column `nam`; did you mean `name`?", "there is no column `nam`; did you mean `name`?"),
            ("cannot cast string 'db-7 of payroll' to Int64", "cannot cast string '…' to Int64"),
            ("don't read `volumes` and \"alice's box\"", "don't read `volumes` and \"…\""),
            ("an open ' quote", "an open ' quote"),
        ] {
            assert_eq!(host(message, PROGRAM), expected);
        }
    }

    #[test]
    fn a_program_cannot_throw_a_value_at_the_model() {
        for (message, expected) in [
            ("cannot read property 'owner' of undefined", "cannot read property 'owner' of undefined"),
            ("payroll-db-7 belongs to alice", "…-…-… … to …"),
            ("rows is not iterable", "rows is not iterable"),
            ("é日本 1234", "… …"),
        ] {
            assert_eq!(program(message, PROGRAM), expected);
        }
    }
}
