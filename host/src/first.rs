//! First questions for an estate: what its own rows say is worth a look, each with the question that shows it.

use crate::app::App;
use classifier::{Route, Suggestion, SuggestionKind};
use engine::{Options, Request, What, cells};
use schema::Query;
use schema::query::Aggregate;
use serde::Serialize;
use std::time::Duration;

/// Something that is worth a look where there is any.
struct Look {
    /// What `neph ask` reads as the query that lists it.
    question: &'static str,
    /// What is said of one, after its number.
    one: &'static str,
    /// What is said of several.
    many: &'static str,
}

/// What is looked for, what matters most first: what strangers can reach, what costs money for nothing, what nobody answers for.
/// Only what listing tables tells: utilisation and costs take calls of their own.
static LOOKS: &[Look] = &[
    Look {
        question: "publicly accessible databases",
        one: "database has a public address",
        many: "databases have a public address",
    },
    Look {
        question: "security groups open to the world",
        one: "security group lets every address in",
        many: "security groups let every address in",
    },
    Look { question: "unencrypted databases", one: "database is not encrypted", many: "databases are not encrypted" },
    Look { question: "unencrypted volumes", one: "volume is not encrypted", many: "volumes are not encrypted" },
    Look {
        question: "recommendations with rule stopped_instance_volume",
        one: "volume is attached to an instance that was stopped long ago",
        many: "volumes are attached to instances that were stopped long ago",
    },
    Look {
        question: "volumes not attached to anything",
        one: "volume is attached to nothing",
        many: "volumes are attached to nothing",
    },
    Look {
        question: "recommendations with rule orphaned_snapshot",
        one: "snapshot is of a volume that is gone",
        many: "snapshots are of volumes that are gone",
    },
    Look {
        question: "public IPs that are not associated",
        one: "public address is held by nothing",
        many: "public addresses are held by nothing",
    },
    Look {
        question: "stopped instances",
        one: "instance is stopped, and its disks are paid for",
        many: "instances are stopped, and their disks are paid for",
    },
    Look {
        question: "snapshots older than 90 days",
        one: "snapshot is older than 90 days",
        many: "snapshots are older than 90 days",
    },
    Look {
        question: "gp2 volumes",
        one: "volume is gp2, and gp3 costs less",
        many: "volumes are gp2, and gp3 costs less",
    },
    Look { question: "untagged instances", one: "instance has no tag", many: "instances have no tag" },
    Look { question: "untagged volumes", one: "volume has no tag", many: "volumes have no tag" },
];

/// What may be done to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Tables may be listed.
    Fetch,
    /// Only rows that are kept may be looked at: somebody is typing, and waits for nothing.
    Kept,
}

/// How old kept rows may be: what was exposed an hour ago is still worth a look.
const MAX_AGE: Duration = Duration::from_secs(24 * 3_600);
/// How long one look may take.
const ONE_LOOK: Duration = Duration::from_secs(60);
/// So many are among the suggestions for a question that is not begun yet: the usual beginnings need room too.
const SUGGESTED: usize = 5;

/// A question that is worth asking of this estate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct First {
    /// The question, as `neph ask` reads it.
    pub question: String,
    /// What there is, in a sentence.
    pub says: String,
    /// How many.
    pub count: u64,
    /// Whether there may be more, for something could not be read.
    pub at_least: bool,
}

impl App {
    /// The questions that are worth asking of this estate, what matters most first. What cannot be found out is left out.
    pub async fn first(&self, reach: Reach, options: &Options) -> Vec<First> {
        let mut found = Vec::new();
        // One after the other: most of them read the same few tables, whose scopes are read side by side.
        for look in LOOKS {
            let looked = tokio::time::timeout(ONE_LOOK, self.look(look, reach, options)).await;
            found.extend(looked.ok().flatten());
        }
        found
    }

    async fn look(&self, look: &Look, reach: Reach, options: &Options) -> Option<First> {
        let Route::Common(query) = self.why(look.question).await.reading.route else { return None };
        let options = Options { max_age: options.max_age.or(Some(MAX_AGE)), ..options.clone() };
        let request = Request { what: What::Query(counted(query)), options };
        if reach == Reach::Kept {
            let plan = self.engine.explain(request.clone()).await.ok()?;
            if plan.scopes.is_empty() || plan.scopes.iter().any(|scope| !scope.cached) {
                return None;
            }
        }
        let answer = self.engine.run(request).await.ok()?;
        // A count that may be too high is no reason to look: of what tags were not read, all would be untagged.
        if answer.coverage.unknown {
            return None;
        }
        let count = cells::text(answer.batches.first()?, 0, 0)?.parse().ok().filter(|count| *count > 0)?;
        let at_least = !answer.coverage.complete;
        let says = format!(
            "{}{count} {}",
            if at_least { "at least " } else { "" },
            if count == 1 { look.one } else { look.many }
        );
        Some(First { question: look.question.to_owned(), says, count, at_least })
    }

    /// How a question could begin: with what is worth a look, as far as kept rows tell, and as questions usually do.
    pub async fn beginnings(&self) -> Vec<Suggestion> {
        let first = self.first(Reach::Kept, &Options::default()).await.into_iter().take(SUGGESTED);
        let mut all: Vec<Suggestion> = first.map(Suggestion::from).collect();
        for usual in self.suggest("").await {
            if all.len() < classifier::MOST_SUGGESTIONS && all.iter().all(|other| other.text != usual.text) {
                all.push(usual);
            }
        }
        all
    }
}

impl From<First> for Suggestion {
    fn from(first: First) -> Self {
        let (text, word) = (first.question.clone(), first.question);
        Self { text, word, kind: SuggestionKind::Question, about: first.says }
    }
}

/// How many rows a query has.
fn counted(query: Query) -> Query {
    Query { select: Vec::new(), order_by: Vec::new(), limit: None, aggregate: vec![Aggregate::count("count")], ..query }
}

#[cfg(test)]
mod tests {
    use super::*;
    use classifier::labelled::{estate, now, same};
    use classifier::{Classifier, Context};

    /// What each question must be read as.
    static QUERIES: &[(&str, &str)] = &[
        (
            "publicly accessible databases",
            r#"{"from":"databases","where":[{"field":"publicly_accessible","op":"eq","value":true}]}"#,
        ),
        (
            "security groups open to the world",
            r#"{"from":"security_groups","where":[{"field":"open_to_world","op":"eq","value":true}]}"#,
        ),
        ("unencrypted databases", r#"{"from":"databases","where":[{"field":"encrypted","op":"eq","value":false}]}"#),
        ("unencrypted volumes", r#"{"from":"volumes","where":[{"field":"encrypted","op":"eq","value":false}]}"#),
        (
            "recommendations with rule stopped_instance_volume",
            r#"{"from":"recommendations","where":[{"field":"rule","op":"eq","value":"stopped_instance_volume"}],
                "order_by":[{"field":"saving_30d","dir":"desc"}]}"#,
        ),
        ("volumes not attached to anything", r#"{"from":"volumes","where":[{"field":"instance_id","op":"is_null"}]}"#),
        (
            "recommendations with rule orphaned_snapshot",
            r#"{"from":"recommendations","where":[{"field":"rule","op":"eq","value":"orphaned_snapshot"}],
                "order_by":[{"field":"saving_30d","dir":"desc"}]}"#,
        ),
        (
            "public IPs that are not associated",
            r#"{"from":"public_ips","where":[{"field":"associated_with","op":"is_null"}]}"#,
        ),
        ("stopped instances", r#"{"from":"instances","where":[{"field":"state","op":"eq","value":"stopped"}]}"#),
        (
            "snapshots older than 90 days",
            r#"{"from":"snapshots","where":[{"field":"created_at","op":"lt","value":{"ago":"90d"}}]}"#,
        ),
        ("gp2 volumes", r#"{"from":"volumes","where":[{"field":"volume_type","op":"eq","value":"gp2"}]}"#),
        ("untagged instances", r#"{"from":"instances","where":[{"field":"tags","op":"is_null"}]}"#),
        ("untagged volumes", r#"{"from":"volumes","where":[{"field":"tags","op":"is_null"}]}"#),
    ];

    #[test]
    fn each_question_is_read_as_just_its_query() {
        let (classifier, vocabulary) = (Classifier::new(), estate());
        assert_eq!(LOOKS.len(), QUERIES.len());
        for (look, (question, query)) in LOOKS.iter().zip(QUERIES) {
            assert_eq!(look.question, *question);
            let wanted: Query = serde_json::from_str(query).expect(question);
            let reading = classifier.classify(question, &Context { now: now(), vocabulary: &vocabulary });
            let Route::Common(got) = reading.route else { panic!("{question}: {:?}", reading.route) };
            assert!(same(&got, &wanted), "{question}: {got:?}");
        }
    }
}
