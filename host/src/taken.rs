//! What a text is that comes in as a question: most are one, some are SQL or a query in JSON that somebody pasted.

use crate::app::{Asked, Explained};
use crate::failure::{Code, Failure};
use crate::query_json;
use crate::reply::{Outcome, Reply};
use crate::text::{beginning, seen};
use classifier::MAX_CHARS;
use engine::Engine;
use std::borrow::Cow;

/// How what came in was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    /// What came in as a question and is none.
    pasted: Option<String>,
    /// Whether characters that cannot be seen were left out.
    is_cut: bool,
}

/// What is said where such characters were in a question.
const UNSEEN: &str = "characters that cannot be seen were left out";

impl Taken {
    /// What is meant by what came in; an error where a text is a query in JSON and does not read.
    pub(crate) fn of(asked: Asked, engine: &Engine) -> Result<(Asked, Self), Failure> {
        let Asked::Question(text) = asked else {
            return Ok((asked, Self { pasted: None, is_cut: false }));
        };
        let seen = seen(&text);
        let is_cut = matches!(seen, Cow::Owned(_));
        let question = seen.into_owned();
        if is_json(&question) {
            let query = query_json::parse(&question)
                .map_err(|failure| no_question(failure, "a query in JSON", "`neph query --json FILE`"))?;
            return Ok((Asked::Query(Box::new(query)), Self { pasted: Some(question), is_cut }));
        }
        if is_sql(&question, engine) {
            return Ok((Asked::Sql(question.clone()), Self { pasted: Some(question), is_cut }));
        }
        Ok((Asked::Question(question), Self { pasted: None, is_cut }))
    }

    /// The answer, with what is to be said of how the text was taken.
    pub(crate) fn told(self, result: Result<Reply, Failure>) -> Result<Reply, Failure> {
        let mut reply = result.map_err(|failure| self.hinted(failure))?;
        if self.is_cut {
            note(&mut reply.explanation);
            if let Outcome::Refused(refusal) = &mut reply.outcome {
                note(&mut refusal.why);
            }
        }
        reply.question = self.pasted.or(reply.question);
        Ok(reply)
    }

    /// The same of what an answer would take.
    pub(crate) fn told_of(self, result: Result<Explained, Failure>) -> Result<Explained, Failure> {
        let mut explained = result.map_err(|failure| self.hinted(failure))?;
        if self.is_cut {
            note(&mut explained.explanation);
        }
        let pasted = self.pasted.map(|text| beginning(&text, MAX_CHARS));
        explained.question = pasted.or(explained.question);
        Ok(explained)
    }

    fn hinted(&self, failure: Failure) -> Failure {
        if self.pasted.is_none() || failure.code != Code::BadSql {
            return failure;
        }
        no_question(failure, "SQL", "`neph query 'SELECT …'`")
    }
}

fn note(sentence: &mut String) {
    *sentence = if sentence.is_empty() { UNSEEN.to_owned() } else { format!("{sentence}; {UNSEEN}") };
}

/// What to do about a text that was taken for something else than a question, where nothing better is said.
fn no_question(failure: Failure, what: &str, way: &str) -> Failure {
    if failure.hint.is_some() {
        return failure;
    }
    failure.hint(format!("it was taken for {what}, which {way} runs too; a question is asked in plain words"))
}

/// Whether a text is a query in JSON, rightly written or not.
fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('{') && text.contains("\"from\"")
}

/// Signs that no sentence has beside `SELECT` and `FROM`.
const SIGNS: &[char] = &['*', '(', ';'];

/// Whether a text is SQL, rightly written or not: "select the volumes from Ireland" is none, though the grammar of SQL would
/// have it.
fn is_sql(text: &str, engine: &Engine) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some(first @ ("SELECT" | "select" | "WITH" | "with" | "Select" | "With")) = words.first().copied() else {
        return false;
    };
    let has = |word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if !has("from") || !text.to_ascii_lowercase().contains("select") {
        return false;
    }
    let is_shouted = first.chars().all(|c| c.is_ascii_uppercase()) && words.contains(&"FROM");
    let is_signed = text.contains(SIGNS);
    let reads = |is_named: &dyn Fn(&str) -> bool| {
        words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("from") && is_named(bare(pair[1])))
    };
    let is_table = |name: &str| engine.tables().any(|table| table.name.eq_ignore_ascii_case(name));
    let may_be_table = |name: &str| is_table(name) || schema::tables::nearest(name).is_some();
    if engine.is_query(text) {
        let names = reads(&is_table) || is_signed || is_shouted && reads(&may_be_table);
        return names && (is_signed || !is_sentence(&words, &is_table));
    }
    reads(&is_table) && (is_signed || is_shouted || text.contains(['=', '_']) || has("where"))
}

/// Whether what is selected is said as people say it: with an article, or by the name of a table.
fn is_sentence(words: &[&str], is_table: &dyn Fn(&str) -> bool) -> bool {
    let mut after = words.iter().skip(1).map(|word| word.to_ascii_lowercase());
    let said = after.find(|word| !matches!(word.as_str(), "all" | "distinct"));
    said.is_some_and(|word| {
        is_table(&word)
            || matches!(word.as_str(), "the" | "a" | "an" | "every" | "each" | "any" | "my" | "our" | "those")
    })
}

/// A word of SQL without what stands around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::EngineSettings;

    fn engine() -> Engine {
        Engine::builder(EngineSettings::default()).clock(crate::clock::now).build().expect("an engine of nothing")
    }

    fn kind(text: &str) -> &'static str {
        match Taken::of(Asked::Question(text.to_owned()), &engine()).map(|(asked, _)| asked) {
            Ok(Asked::Question(_)) => "question",
            Ok(Asked::Sql(_)) => "SQL",
            Ok(Asked::Query(_)) => "query",
            Ok(Asked::Program(_)) => "program",
            Err(_) => "error",
        }
    }

    #[tokio::test]
    async fn sql_is_sql_whether_it_is_right_or_not() {
        for text in [
            "SELECT name, cost_30d FROM instances ORDER BY cost_30d LIMIT 5",
            "select count(*) from volumes",
            "select name from instances",
            "SELECT name FROM instanses",
            "SELECT * FROM nothing;",
            "WITH big AS (SELECT * FROM volumes WHERE size_gb > 100) SELECT count(*) FROM big",
            "SELECT name cost_30d region FROM instances",
            "SELECT name FROM instances WHERE",
            "SELECT * FROM instances; DROP TABLE instances",
        ] {
            assert_eq!(kind(text), "SQL", "{text}");
        }
    }

    #[tokio::test]
    async fn a_sentence_that_begins_as_sql_does_stays_a_question() {
        for text in [
            "select all volumes",
            "select the volumes from ireland",
            "Select volumes from account prod",
            "select instances from accounts",
            "select every instance from us-east-1 with cpu under 20%",
            "with which accounts do we spend the most",
            "with cpu over 20% select the instances from prod",
            "list all VMs",
            "{} what is this",
        ] {
            assert_eq!(kind(text), "question", "{text}");
        }
    }

    #[tokio::test]
    async fn a_query_in_json_is_one_and_what_is_wrong_with_it_is_said() {
        assert_eq!(kind(r#"{"from": "instances", "limit": 3}"#), "query");
        let open = r#" {"from": "instances", "#.to_owned();
        let failure = Taken::of(Asked::Question(open), &engine()).expect_err("open");
        assert!(failure.message.starts_with("the query is not right at line 1"), "{failure}");
        assert!(failure.hint.is_some_and(|hint| hint.contains("`neph query --json FILE`")));
    }
}
