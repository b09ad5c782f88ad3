//! `neph suggest`: how an unfinished question could go on; shells ask it while somebody types.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::format::table::write_texts;
use crate::text::visible;
use classifier::{Classifier, Suggestion, Vocabulary};
use serde_json::json;
use std::time::Duration;

/// Says how an unfinished question could go on.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question as far as it is typed; a space at its end says that the last word is finished
    #[arg(trailing_var_arg = true)]
    question: Vec<String>,
    /// Only the next word of each, one a line: what a shell completes
    #[arg(long)]
    words: bool,
}

/// So long the names of the estate are waited for: whoever types waits no longer.
const NAMES: Duration = Duration::from_millis(800);

/// Says it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    if !matches!(cx.global.format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "`neph suggest` writes `table` or `json`").into());
    }
    let question = args.question.join(" ");
    let suggestions = match tokio::time::timeout(NAMES, with_names(&question, cx)).await {
        Ok(Ok(suggestions)) => suggestions,
        // A shell shows no error, and words of the schema are there in any case.
        Ok(Err(_)) | Err(_) => Classifier::new().suggest(&question, &Vocabulary::default()),
    };
    cx.write_output(|out| match cx.global.format {
        _ if args.words => next_words(&question, &suggestions).iter().try_for_each(|word| writeln!(out, "{word}")),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &json!({ "suggestions": suggestions }))?;
            writeln!(out)
        }
        _ => write_texts(&["goes on", "about"], &suggestions.iter().map(line).collect::<Vec<_>>(), cx.view(), out),
    })?;
    Ok(Exit::Complete)
}

async fn with_names(question: &str, cx: &Context) -> Result<Vec<Suggestion>, Failure> {
    let app = cx.app_without_source_plugins().await?;
    let suggestions = app.suggest(question).await;
    app.close().await;
    Ok(suggestions)
}

fn line(suggestion: &Suggestion) -> Vec<String> {
    vec![visible(&suggestion.text).into_owned(), visible(&suggestion.about).into_owned()]
}

/// The words that could stand where the last one is being typed. A name that a shell would read as more than a word is left out.
fn next_words(question: &str, suggestions: &[Suggestion]) -> Vec<String> {
    let finished = question.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let is_plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c));
    let mut words: Vec<String> = Vec::new();
    for suggestion in suggestions {
        let word = suggestion.text.get(finished..).and_then(|rest| rest.split_whitespace().next());
        if let Some(word) = word.filter(|word| is_plain(word) && words.iter().all(|other| other != word)) {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, expected: &[&str]) {
        let suggestions = Classifier::new().suggest(question, &classifier::labelled::estate());
        let words = next_words(question, &suggestions);
        assert!(expected.iter().all(|word| words.iter().any(|other| other == word)), "{question:?}: {words:?}");
        assert!(words.iter().all(|word| !word.contains(char::is_whitespace)), "{words:?}");
    }

    #[test]
    fn the_next_word_of_a_phrase_is_what_a_shell_completes() {
        check("list all vol", &["volumes"]);
        check("list all security gr", &["groups"]);
        check("volumes with io", &["iops"]);
        check("volumes with tag ", &["team", "cost-center"]);
        check("VMs in account ", &["prod", "staging"]);
    }

    #[test]
    fn what_a_shell_would_read_as_something_else_is_left_out() {
        let keys = ["a;reboot", "$(x)", "team"].map(str::to_owned);
        let vocabulary = Vocabulary { tag_keys: keys.to_vec(), ..Vocabulary::default() };
        let suggestions = Classifier::new().suggest("volumes with tag ", &vocabulary);
        let words = next_words("volumes with tag ", &suggestions);
        assert!(suggestions.iter().any(|one| one.word == "a;reboot"), "{suggestions:?}");
        assert_eq!(words, ["team"]);
    }
}
