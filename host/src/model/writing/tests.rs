//! The loop, with a model that says what a test tells it to, and a trial that wants one certain program.

use super::*;
use crate::model::Origin;
use std::collections::VecDeque;
use std::sync::Mutex;

/// Says its lines in order, and remembers what it was asked.
#[derive(Debug, Default)]
struct Scripted {
    lines: Mutex<VecDeque<Result<String, ModelError>>>,
    asked: Mutex<Vec<Conversation>>,
    most: Mutex<Vec<u64>>,
    takes: Duration,
}

impl Scripted {
    fn new(lines: impl IntoIterator<Item = Result<String, ModelError>>) -> Arc<Self> {
        Arc::new(Self { lines: Mutex::new(lines.into_iter().collect()), ..Self::default() })
    }
}

#[async_trait]
impl Model for Scripted {
    fn name(&self) -> String {
        "m of test".to_owned()
    }

    async fn complete(&self, conversation: &Conversation, most_tokens: u64) -> Result<Completion, ModelError> {
        self.most.lock().unwrap().push(most_tokens);
        self.asked.lock().unwrap().push(conversation.clone());
        tokio::time::sleep(self.takes).await;
        let line = self.lines.lock().unwrap().pop_front().expect("it is asked no more often than it has lines");
        line.map(|text| Completion { text, tokens: Tokens { read: 1_000, written: 100 } })
    }
}

/// Takes the program `good`; complains of every other, with values in the complaint.
struct Wants(&'static str);

#[async_trait]
impl Trial for Wants {
    type Done = u32;

    async fn try_draft(&self, draft: &Draft, attempt: u32) -> Result<u32, Complaint> {
        match draft.program.as_str() {
            "good" => Ok(attempt),
            "hopeless" => {
                Err(Complaint { again: Again::Useless, ..Complaint::new("denied", "no account can be read") })
            }
            "throws" => Err(Complaint {
                origin: Origin::Run,
                line: Some(3),
                ..Complaint::new("Error", "web-1 of payroll is not a function")
            }),
            _ => Err(Complaint {
                hint: Some(self.0.to_owned()),
                ..Complaint::new("no_column", "there is no column `nam`; 'web-1' is no number")
            }),
        }
    }
}

fn draft(program: &str) -> Result<String, ModelError> {
    Ok(format!(r#"{{"reading": "r", "needs": {{"tables": ["volumes"]}}, "program": "{program}"}}"#))
}

const BOUNDS: Bounds = Bounds { attempts: 3, tokens: 10_000, time: Duration::from_secs(60), sees_values: false };

async fn write(model: Arc<Scripted>, bounds: Bounds) -> (Outcome<u32>, Vec<String>) {
    let steps = Mutex::new(Vec::new());
    let prompt = Prompt { system: "rules".to_owned(), user: "question".to_owned(), ..Prompt::default() };
    let writer = Writer::over(model, bounds);
    let progress = |step: &Step| steps.lock().unwrap().push(step.to_string());
    let outcome = writer.write(&prompt, &Wants("did you mean `name`?"), &progress).await;
    (outcome, steps.into_inner().unwrap())
}

#[tokio::test]
async fn a_draft_that_is_right_ends_it() {
    let (outcome, steps) = write(Scripted::new([draft("good")]), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::Written { done: 1, .. }), "{outcome:?}");
    assert_eq!((outcome.attempts, outcome.tokens), (1, Tokens { read: 1_000, written: 100 }));
    assert_eq!(steps, ["asking m of test", "trying the program"]);
}

#[tokio::test]
async fn a_complaint_goes_back_and_the_mended_draft_is_taken() {
    let model = Scripted::new([draft("bad"), draft("good")]);
    let (outcome, steps) = write(model.clone(), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::Written { done: 2, .. }), "{outcome:?}");
    assert_eq!((outcome.complaints.len(), outcome.tokens.total()), (1, 2_200));
    assert_eq!(steps[2..], ["asking m of test, attempt 2", "trying the program of attempt 2"]);
    let asked = model.asked.lock().unwrap();
    assert_eq!(asked[1].turns.len(), 3);
    assert_eq!(asked[1].turns[1], Turn::Model(draft("bad").unwrap()));
    insta::assert_snapshot!(asked[1].turns[2].text(), @"
    That did not work. no_column: there is no column `…`; '…' is no number
    Hint: did you mean `name`?
    Reply with the whole JSON object again, mended.
    ");
}

#[tokio::test]
async fn values_reach_the_model_only_where_the_configuration_says_so() {
    let model = Scripted::new([draft("throws"), draft("good")]);
    write(model.clone(), BOUNDS).await;
    let told = model.asked.lock().unwrap()[1].turns[2].text().to_owned();
    assert!(told.contains("Error at line 3: … is not a function"), "{told}");

    let model = Scripted::new([draft("bad"), draft("good")]);
    write(model.clone(), Bounds { sees_values: true, ..BOUNDS }).await;
    let told = model.asked.lock().unwrap()[1].turns[2].text().to_owned();
    assert!(told.contains("'web-1' is no number"), "{told}");
}

#[tokio::test]
async fn drafts_that_are_never_right_are_given_up() {
    let (outcome, _) = write(Scripted::new([draft("bad"), Ok("prose".to_owned()), draft("throws")]), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::GaveUp), "{outcome:?}");
    let classes: Vec<_> = outcome.complaints.iter().map(|complaint| complaint.class.as_str()).collect();
    assert_eq!(classes, ["no_column", "Reply", "Error"]);
    let (outcome, _) = write(Scripted::new([draft("hopeless")]), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::Blocked) && outcome.attempts == 1, "{outcome:?}");
}

#[tokio::test]
async fn a_model_may_refuse_and_may_fail() {
    let (outcome, _) = write(Scripted::new([Ok(r#"{"cannot": "no table has the weather"}"#.to_owned())]), BOUNDS).await;
    assert!(matches!(&outcome.ending, Ending::Refused { why } if why == "no table has the weather"), "{outcome:?}");
    let refused = ModelError::KeyRefused { provider: "openai".to_owned(), status: 401 };
    let (outcome, _) = write(Scripted::new([draft("bad"), Err(refused.clone())]), BOUNDS).await;
    assert!(matches!(&outcome.ending, Ending::Failed(error) if *error == refused), "{outcome:?}");
    assert_eq!(outcome.complaints.len(), 1);
}

#[tokio::test]
async fn a_reply_that_is_cut_off_counts_as_an_attempt() {
    let cut = ModelError::CutOff { max_tokens: 900, tokens: Tokens { read: 50, written: 900 } };
    let model = Scripted::new([Err(cut), draft("good")]);
    let (outcome, _) = write(model.clone(), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::Written { done: 2, .. }), "{outcome:?}");
    assert_eq!(outcome.tokens, Tokens { read: 1_050, written: 1_000 });
    assert!(model.asked.lock().unwrap()[1].turns[2].text().contains("cut off at 900 tokens"));
}

#[tokio::test]
async fn a_reply_may_be_no_longer_than_what_is_left_of_the_budget() {
    let model = Scripted::new([draft("bad"), draft("good")]);
    let (outcome, _) = write(model.clone(), Bounds { tokens: 2_000, ..BOUNDS }).await;
    assert!(matches!(outcome.ending, Ending::Written { .. }), "{outcome:?}");
    let read: Vec<u64> = model.asked.lock().unwrap().iter().map(Conversation::tokens).collect();
    assert_eq!(*model.most.lock().unwrap(), [2_000 - read[0], 2_000 - 1_100 - read[1]]);
    let model = Scripted::new([]);
    let (outcome, _) = write(model, Bounds { tokens: LEAST_TOKENS, ..BOUNDS }).await;
    assert!(matches!(outcome.ending, Ending::BudgetSpent(Budget::Tokens)) && outcome.attempts == 0, "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn each_budget_ends_it() {
    let (outcome, _) = write(Scripted::new([draft("bad")]), Bounds { tokens: 1_000, ..BOUNDS }).await;
    assert!(matches!(outcome.ending, Ending::BudgetSpent(Budget::Tokens)) && outcome.attempts == 1, "{outcome:?}");
    let slow = Scripted {
        lines: Mutex::new([draft("bad"), draft("good")].into()),
        takes: Duration::from_secs(40),
        ..Scripted::default()
    };
    let (outcome, _) = write(Arc::new(slow), BOUNDS).await;
    assert!(matches!(outcome.ending, Ending::BudgetSpent(Budget::Time)) && outcome.attempts == 2, "{outcome:?}");
    assert_eq!(Budget::Time.setting(), "time_budget");
}
