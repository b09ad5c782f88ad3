//! What of an error a model may see where it may see no row: errors can repeat values, and a program can throw any.
//!
//! Of what was said before any row was read, a word passes that the model wrote itself, that is a name of the schema or
//! that errors are made of; everything else becomes `…`. Once rows were read that is not enough: a program can spell
//! them in words of its own, `yes` and `no` among them. Then only sentences that are known beforehand pass.

use crate::javascript::{Place, parts};
use schema::tables;
use std::collections::HashSet;

/// The words that QuickJS's, the planner's and our own errors are made of. None is a name that people give to things
/// alone, and no number is among them.
static WORDS: &str = "
    a account accounts add aggregate all alone already ambiguous an and another any appear are argument arguments
    array arrow as ask asks assign assignment at await backticks be been before between bigint bits boolean bound
    broke by bytes call called can candidate candidates cannot cast catalogue change character choose circular class
    clause coerce coercion column columns command compare compatible console constant constructor convert could date
    declaration deep define defined defines delete did division does down duplicate each else empty end ends error
    escape every execution exist expected expecting explain export expression extensible failed fence fewer field
    file filter finished first flags for found from function functions generator get give gives grant granted group had
    hand happens has have having here holds identifier implicit import in infinite initialized initializer input
    instanceof integer internal interrupted into invalid is it iterable iterator its itself javascript join json
    kept key known label last later leave left length let lexical limit line literal long loop made make many match
    may mean meant memory method missing modules more most must name nan nearest needs neither nested never new no
    none nor not nothing nul null number object of offered on once one only operand operator or order out over
    overflow own parameter parameters params parser part pattern plain plan planned planning private program programs
    progress projection promise properties property prototype provider providers proxy queries query range read
    reads recursive redeclaration redefine reference referenceerror regex regexp region regions regular reserved
    resolved result results return returns right rows run s schema scope select set several signature signatures
    size something spread sql stack statement string subquery such super supported supports symbol syntax
    syntaxerror table tables takes target template text texts than that the then there they this threw time times
    timestamp to today together token too took two type typeerror types undefined unexpected uninitialized union
    unknown unsupported up use used value variable waits was way what where which window with without world would
    write yield you your zero
";

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

/// An error that is about the text alone, made before any row was read: every word is looked at.
pub(super) fn text(message: &str, program: &str) -> String {
    let known = known(program);
    let mut masked = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(is_of_word) {
        masked.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let word = rest[..end].to_lowercase();
        let passes = known.contains(word.as_str()) || WORDS.split_whitespace().any(|own| own == word);
        masked.push_str(if passes { &rest[..end] } else { "…" });
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

/// The classes of errors that are there without the program's doing.
static CLASSES: &[&str] = &[
    "AggregateError",
    "BadValue",
    "Error",
    "EvalError",
    "InternalError",
    "NoValue",
    "QueryError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
];

/// The class of an error of a run, if no program made it up.
pub(super) fn class(class: &str) -> Option<&'static str> {
    CLASSES.iter().find(|known| **known == class).copied()
}

/// What the interpreter says by itself, in words that are the same in every run; `{}` is a name.
static INTERPRETERS: &[&str] = &[
    "not a function",
    "{} is not a function",
    "property is not a function",
    "cannot read property '{}' of undefined",
    "cannot read property '{}' of null",
    "cannot set property '{}' of undefined",
    "cannot set property '{}' of null",
    "'{}' is not defined",
    "{} is not defined",
    "{} is not initialized",
    "'{}' is read-only",
    "redeclaration of '{}'",
    "value is not iterable",
    "value has no property",
    "not an object",
    "not a constructor",
    "not a number",
    "not a symbol",
    "not a Date object",
    "cannot convert to object",
    "Cannot convert undefined or null to object",
    "Cannot mix BigInt and other types, use explicit conversions",
    "cannot convert BigInt to number",
    "cannot convert symbol to number",
    "cannot convert symbol to string",
    "BigInt division by zero",
    "BigInt are forbidden in JSON.stringify",
    "Date value is NaN",
    "empty array",
    "object is not extensible",
    "invalid 'in' operand",
    "invalid 'instanceof' right operand",
    "invalid array length",
    "invalid string length",
    "invalid repeat count",
    "invalid number of digits",
    "invalid regular expression flags",
    "toString() radix argument must be between 2 and 36",
    "must be called with new",
    "constructor requires 'new'",
    "class constructors must be invoked with 'new'",
    "circular reference",
    "eval is not supported",
    "Maximum call stack size exceeded",
    "the program waits for a promise that is never kept: nothing here happens later by itself",
    "the program defines `main` and ends in no value: call it last, and let it return the rows",
    "the program returns nothing on the way that it took: return the rows at its end",
    "the program ends in no value: let its last line be an expression, such as `rows`",
    "`{}` holds itself",
    "`{}` is a promise: await it, several with `await Promise.all(…)`",
    "`{}` is a function, which is no value: call it",
    "`{}` is a symbol, which is no value",
];

/// What queries say whose sentence names one thing.
static QUERIES: &[&str] =
    &["there is no column `{}`", "there is no table `{}`", "the table `{}` is not granted", "`{}` of `"];

/// With one of these a program words its errors itself, as the interpreter would if it likes.
static OWN_WORDS: &[&str] = &["throw", "reject", "eval", "Function", "constructor"];

/// Of an error of a run, the sentence if it is one that is known beforehand. The name in it passes if it is a word of
/// the program's code or, where a query was wrong, of its texts; one name tells next to nothing of a row.
pub(super) fn run(class: &str, message: &str, program: &str) -> Option<String> {
    let in_program: HashSet<&str> = words(program).collect();
    // In comments and texts too: what looks like one may be code, and then the sentence would be the program's own.
    if in_program.iter().any(|word| OWN_WORDS.contains(word) || word.ends_with("Error")) {
        return None;
    }
    let code = code(program)?;
    let in_code: HashSet<&str> = words(&code).collect();
    if class == "QueryError" {
        return QUERIES.iter().find_map(|sentence| fitted(sentence, message, &in_program, ""));
    }
    INTERPRETERS.iter().find_map(|sentence| fitted(sentence, message, &in_code, "; "))
}

/// The sentence with the name that the message has in it. What follows the sentence, behind `more`, is left out.
fn fitted(sentence: &str, message: &str, known: &HashSet<&str>, more: &str) -> Option<String> {
    let (before, after) = sentence.split_once("{}").unwrap_or((sentence, ""));
    let rest = message.strip_prefix(before)?;
    let (name, rest) = if sentence.contains("{}") { rest.split_once(after)? } else { ("", rest) };
    (rest.is_empty() || rest.starts_with(more)).then(|| {
        let name = if known.contains(name) { name } else { "…" };
        sentence.replace("{}", name)
    })
}

/// A program without its comments and texts; none where it cannot be told which these are.
fn code(program: &str) -> Option<String> {
    let parts = parts(program)?;
    let code = parts.into_iter().filter(|(place, _)| *place == Place::Code);
    Some(code.map(|(_, at)| &program[at]).collect::<Vec<_>>().join(" "))
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
    fn before_any_row_is_read_every_word_is_looked_at() {
        for (message, expected) in [
            ("cannot read property 'owner' of undefined", "cannot read property 'owner' of undefined"),
            ("payroll-db-7 belongs to alice", "…-…-… … to …"),
            ("rows is not iterable", "rows is not iterable"),
            ("é日本 1234", "… …"),
        ] {
            assert_eq!(text(message, PROGRAM), expected);
        }
    }

    const READS: &str =
        "/* yes no */ const rows = query(`SELECT nmae, \"no\" FROM volumes`);\nrows.map(r => r.owner.length)";

    #[test]
    fn of_a_run_only_sentences_pass_that_are_known_beforehand() {
        for (class, message, expected) in [
            ("TypeError", "cannot read property 'length' of null", Some("cannot read property 'length' of null")),
            ("TypeError", "cannot read property 'alice' of null", Some("cannot read property '…' of null")),
            ("TypeError", "cannot read property 'yes' of null", Some("cannot read property '…' of null")),
            ("TypeError", "not a function", Some("not a function")),
            ("ReferenceError", "rows is not defined; a hint", Some("rows is not defined")),
            ("ReferenceError", "yes no rows is not defined", Some("… is not defined")),
            ("SyntaxError", "unexpected token: 'alice'", None),
            ("Error", "rows rows map rows", None),
            ("TypeError", "not a function or alice", None),
            ("BadValue", "`value[3].alice` holds itself", Some("`…` holds itself")),
            ("QueryError", "there is no column `nmae`; did you mean `name`?", Some("there is no column `nmae`")),
            ("QueryError", "there is no column `alice`", Some("there is no column `…`")),
            ("QueryError", "the SQL cannot be planned: alice", None),
        ] {
            assert_eq!(run(class, message, READS).as_deref(), expected, "{message}");
        }
    }

    #[test]
    fn a_program_that_can_word_errors_itself_is_not_quoted() {
        for more in [
            "throw e",
            "e = TypeError",
            "Promise.reject(1)",
            "[].constructor",
            "`${(() => { throw e })()}`",
            "x.replace(/\\//, ''); throw e",
            "// throw",
            "'open",
        ] {
            let program = format!("{READS};\n{more}");
            assert_eq!(run("TypeError", "cannot read property 'length' of null", &program), None, "{more}");
        }
        let said = format!("{READS}; // thrown\nconsole.log('rejected')");
        assert!(run("TypeError", "not a function", &said).is_some());
        assert_eq!((class("TypeError"), class("payroll")), (Some("TypeError"), None));
    }
}
