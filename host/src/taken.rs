//! What a text is that comes in as a question: most are one, some are SQL or a query in JSON that somebody pasted.

use crate::app::{Asked, Explained};
use crate::failure::{Code, Failure};
use crate::query_json;
use crate::reply::{Outcome, Reply};
use crate::text::{beginning, is_unseen, seen};
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
        let whole = unfenced(&seen);
        if is_json(whole) {
            let query = query_json::parse(as_pasted(&text))
                .map_err(|failure| no_question(failure, "a query in JSON", "`neph query --json FILE`"))?;
            return Ok((Asked::Query(Box::new(query)), Self::pasted(text)));
        }
        if is_sql(whole, engine) {
            return Ok((Asked::Sql(as_pasted(&text).to_owned()), Self::pasted(text)));
        }
        let is_cut = matches!(seen, Cow::Owned(_));
        Ok((Asked::Question(seen.into_owned()), Self { pasted: None, is_cut }))
    }

    /// A text that is no question stays as it is: what cannot be seen in it may stand in a value.
    fn pasted(text: String) -> Self {
        Self { pasted: Some(text), is_cut: false }
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

/// What runs of a text that is no question: all of it, without the marks that editors and chats put around it.
fn as_pasted(text: &str) -> &str {
    unfenced(text.trim_matches(is_unseen))
}

/// What chats put around code.
const FENCE: &str = "```";

/// A text without the fence that it stands in, and without the name of a language behind that.
fn unfenced(text: &str) -> &str {
    let inner = text.trim().strip_prefix(FENCE).and_then(|rest| rest.strip_suffix(FENCE));
    let Some(inner) = inner.map(str::trim_start) else { return text };
    let word = inner.split(char::is_whitespace).next().unwrap_or_default();
    let lower = word.to_ascii_lowercase();
    if lower.ends_with("sql") || lower == "json" { &inner[word.len()..] } else { inner }
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
    let head = statement(text);
    let words: Vec<&str> = head.split_whitespace().collect();
    let Some("SELECT" | "select" | "WITH" | "with" | "Select" | "With") = words.first().copied() else {
        return false;
    };
    let has = |word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if !has("from") || !head.to_ascii_lowercase().contains("select") {
        return false;
    }
    // Nobody writes just these of a sentence in capitals.
    if ["SELECT", "FROM"].iter().all(|keyword| words.iter().any(|word| bare(word) == *keyword)) {
        return true;
    }
    let is_signed = head.contains(SIGNS);
    let is_table = |name: &str| engine.tables().any(|table| table.name.eq_ignore_ascii_case(name));
    let reads_table = words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("from") && is_table(bare(pair[1])));
    if engine.is_query(text) {
        return is_signed || reads_table && !is_sentence(&words, &is_table);
    }
    reads_table && (is_signed || head.contains(['=', '_']) || has("where"))
}

/// A text from where its first statement begins: comments and brackets may stand before that.
fn statement(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        let comment = if rest.starts_with("--") {
            rest.split_once('\n')
        } else if rest.starts_with("/*") {
            rest.split_once("*/")
        } else {
            return rest;
        };
        rest = comment.map_or("", |(_, behind)| behind);
    }
}

/// Whether what is selected is said as people say it: with an article, by the name of a table, or in words that only lie side
/// by side where nothing else is as SQL has it.
fn is_sentence(words: &[&str], is_table: &dyn Fn(&str) -> bool) -> bool {
    let lower: Vec<String> = words.iter().skip(1).map(|word| word.to_ascii_lowercase()).collect();
    let from = lower.iter().position(|word| word == "from").unwrap_or(lower.len());
    let (list, behind) = lower.split_at(from);
    let said = list.iter().position(|word| !matches!(word.as_str(), "all" | "distinct")).unwrap_or(from);
    let list = &list[said..];
    let is_said = list.first().is_some_and(|word| {
        is_table(word)
            || matches!(word.as_str(), "the" | "a" | "an" | "every" | "each" | "any" | "my" | "our" | "those")
    });
    let has_marks = || lower.iter().any(|word| word.contains(['=', '\'', '"', '`']));
    is_said || list.len() > 1 && !is_expression(list) && !is_clause(behind) && !has_marks()
}

/// Whether a list of what is selected is joined as only SQL joins it: "5 volumes" and "name and region" are not.
fn is_expression(list: &[String]) -> bool {
    list.iter().any(|word| {
        let is_operator = !word.contains(char::is_alphanumeric);
        word.contains(',') || is_operator || matches!(word.as_str(), "as" | "is" | "between" | "case")
    })
}

/// Whether one of the clauses of SQL follows.
fn is_clause(words: &[String]) -> bool {
    let is_pair = |pair: &[String]| match pair[0].as_str() {
        "group" | "order" => pair[1] == "by",
        "limit" => pair[1].parse::<u64>().is_ok(),
        _ => false,
    };
    words.iter().any(|word| word == "where") || words.windows(2).any(is_pair)
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
            "SELECT id FROM foo",
            "SELECT Name FROM foo WHERE x = 1",
            "SELECT 5 instances FROM accounts",
            "select name n, region from instances",
            "select name as n from instances",
            "select distinct region from instances",
            "select cost_30d / 30 from instances",
            "select name owner from instances order by name",
            "select name owner from instances limit 5",
            "select name owner from instances where region = 'eu-west-1'",
        ] {
            assert_eq!(kind(text), "SQL", "{text}");
        }
    }

    #[tokio::test]
    async fn sql_is_known_behind_comments_and_brackets_and_in_a_fence() {
        for text in [
            "-- top\nSELECT name FROM instances",
            "/* top\nfive */ -- by name\nselect name from instances",
            "(SELECT name FROM instances)",
            "(select name from instances) union (select name from volumes)",
            "```\nSELECT name FROM instances\n```",
            "```sql\nselect name from instances\n```\n",
            "```SELECT name FROM instances```",
        ] {
            assert_eq!(kind(text), "SQL", "{text}");
        }
        assert_eq!(kind("```json\n{\"from\": \"instances\"}\n```"), "query");
        for text in ["-- list all VMs", "(select the volumes from ireland)", "```list all VMs```", "```", "/*", "--"] {
            assert_eq!(kind(text), "question", "{text}");
        }
    }

    #[tokio::test]
    async fn what_is_pasted_runs_as_it_is_and_a_question_without_what_cannot_be_seen() {
        let taken = |text: &str| Taken::of(Asked::Question(text.to_owned()), &engine()).map(|(asked, _)| asked);
        let name = "a\u{200d}b";
        let sql = format!("SELECT name FROM instances WHERE name = '{name}'");
        for text in [sql.clone(), format!("\u{feff}{sql}")] {
            assert!(matches!(taken(&text), Ok(Asked::Sql(found)) if found == sql), "{text:?}");
        }
        let json = format!(r#"{{"from": "instances", "where": [{{"field": "name", "op": "eq", "value": "{name}"}}]}}"#);
        let expected = query_json::parse(&json).expect("a query");
        assert!(matches!(taken(&json), Ok(Asked::Query(found)) if *found == expected));
        assert!(matches!(taken("list V\u{200b}Ms"), Ok(Asked::Question(found)) if found == "list VMs"));
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
            "select 5 instances from accounts",
            "select 10 volumes from instances",
            "select name and region from instances",
            "select running machines from accounts",
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
