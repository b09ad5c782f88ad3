//! What of an error a model may see where it may see no row: errors can repeat values, and a program can throw any.
//!
//! A word passes that the model wrote itself, that is a name of the schema or, in an error that came through the
//! program, one that errors are made of. Everything else becomes `…`.

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
    file filter finished first flags for from function functions generator get give gives grant granted group had
    hand happens has have having here holds identifier implicit import in infinite initialized initializer input
    instanceof integer internal interrupted into invalid is it iterable iterator its itself javascript join json
    kept key known label last later leave left length let lexical limit line literal long loop made make many match
    may mean meant memory method missing modules more most must name nan nearest needs neither nested never new no
    none nor not nothing nul null number object of offered on once one only operand operator or order out over
    overflow own parameter parameters params part pattern plain plan planned planning private program programs
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
        let passes = known.contains(word.as_str()) || WORDS.split_whitespace().any(|own| own == word);
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
