//! The library through its own door, in memory and on files.

use super::*;
use chrono::TimeDelta;
use header::Needs;

const QUESTION: &str = "which volumes are older than their instances";

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time") + TimeDelta::minutes(minute)
}

fn text(question: &str, source: &str) -> String {
    let header = Header::of_question(question, "as it says", Needs::named_in(source));
    Parsed { header, source: source.to_owned() }.to_string()
}

async fn library() -> Library {
    Library::open(None).await.expect("opened")
}

async fn found(library: &Library, question: &str) -> Option<String> {
    Some(library.find(question, &Vocabulary::default()).await?.program.source.clone())
}

async fn learn(library: &Library, source: &str, standing: Standing) -> Arc<Kept> {
    let model = WrittenBy::Model("m-1".to_owned());
    library.keep(&text(QUESTION, source), model, standing, at(0)).await.expect("kept")
}

async fn vote(library: &Library, program: &Kept, answer_id: &str, who: &str, is_up: bool) -> Arc<Kept> {
    let given = Given { answer_id, program_id: &program.id, question: QUESTION, who: "ann", at: at(1), took_ms: 2.0 };
    // Voted on twice, it was given once.
    let _ = library.record_run(&given).await;
    library.feedback(&Vote { answer_id, who, is_up, comment: Some("so"), at: at(2) }).await.expect("voted")
}

#[tokio::test]
async fn what_ships_is_found_listed_and_named_without_a_store() {
    let library = library().await;
    assert_eq!(library.list().await.len(), built_in::ALL.len());
    let found = library.find("rightsizing candidates under 20% CPU", &Vocabulary::default()).await.expect("found");
    assert_eq!(found.params()["percent"], 20);
    assert!(found.reading().contains("below 20%"), "{}", found.reading());
    for name in ["next-size-down", &found.program.id, &found.program.id[..6]] {
        assert_eq!(library.get(name).await.as_ref(), Some(&found.program), "{name}");
    }
    for name in ["next", "", "zzzz", &found.program.id[..2]] {
        assert_eq!(library.get(name).await, None, "{name}");
    }
}

#[tokio::test]
async fn a_program_that_ran_is_found_again_for_the_same_question() {
    let library = library().await;
    assert_eq!(found(&library, QUESTION).await, None);
    let kept = learn(&library, "query('select 1 from volumes')", Standing::Fresh).await;
    assert_eq!((kept.standing, kept.header.needs.grant().allows_table("volumes")), (Standing::Fresh, true));
    assert_eq!(found(&library, "Please show me which disks are older than their VMs").await, Some(kept.source.clone()));
    assert_eq!(found(&library, "which volumes are not older than their instances").await, None);
    // The same text is the same program.
    assert_eq!(learn(&library, &kept.source, Standing::Fresh).await.id, kept.id);
    assert_eq!(library.list().await.len(), built_in::ALL.len() + 1);
}

#[tokio::test]
async fn a_program_that_people_are_against_is_listed_but_not_offered() {
    let library = library().await;
    let kept = learn(&library, "query('select 1 from volumes')", Standing::Fresh).await;
    let voted = vote(&library, &kept, "one", "ann", false).await;
    assert_eq!((voted.thumbs_up, voted.thumbs_down, voted.runs, voted.last_ms), (0, 1, 1, Some(2.0)));
    assert_eq!(found(&library, QUESTION).await, None);
    assert!(library.list().await.iter().any(|listed| listed.id == kept.id));
    assert!(library.similar(QUESTION, 3).await.iter().all(|similar| similar.id != kept.id));
    // Another's vote for it makes it even, and keeps it.
    let voted = vote(&library, &kept, "two", "bob", true).await;
    assert_eq!(voted.standing, Standing::Kept);
    assert!(found(&library, QUESTION).await.is_some());
}

#[tokio::test]
async fn a_program_that_ships_is_voted_down_by_several_people_and_kept_again_by_one() {
    let library = library().await;
    let kept = library.get("next-size-down").await.expect("there");
    // However often somebody says so, it is one person.
    for (answer, who) in [("one", "ann"), ("two", "ann"), ("three", "ann"), ("four", "bob")] {
        vote(&library, &kept, answer, who, false).await;
        assert!(found(&library, "rightsizing candidates").await.is_some(), "{answer}");
    }
    let voted = vote(&library, &kept, "five", "cem", false).await;
    assert_eq!((voted.thumbs_down, voted.is_offered()), (3, false));
    assert_eq!(found(&library, "rightsizing candidates").await, None);
    let again = library.keep(&kept.text, kept.written_by.clone(), Standing::Kept, at(3)).await.expect("kept");
    assert_eq!((again.thumbs_down, again.is_offered(), again.name()), (0, true, "next-size-down"));
    assert!(found(&library, "rightsizing candidates").await.is_some());
}

#[tokio::test]
async fn a_program_that_a_person_keeps_is_not_voted_down_by_one() {
    let library = library().await;
    let text = text(QUESTION, "query('select 1 from volumes')");
    let by = WrittenBy::Hand("ann".to_owned());
    let kept = library.keep(&text, by, Standing::Kept, at(0)).await.expect("kept");
    for (answer, who, is_found) in [("one", "ann", true), ("two", "bob", true), ("three", "cem", false)] {
        vote(&library, &kept, answer, who, false).await;
        assert_eq!(found(&library, QUESTION).await.is_some(), is_found, "{answer}");
    }
}

#[tokio::test]
async fn a_program_that_was_voted_down_is_offered_again_when_it_is_kept_but_not_when_it_is_learnt() {
    let library = library().await;
    let kept = learn(&library, "query('select 1 from volumes')", Standing::Fresh).await;
    vote(&library, &kept, "one", "ann", false).await;
    learn(&library, "query('select 1 from volumes')", Standing::Fresh).await;
    assert_eq!(found(&library, QUESTION).await, None);
    learn(&library, "query('select 1 from volumes')", Standing::Kept).await;
    assert!(found(&library, QUESTION).await.is_some());
}

#[tokio::test]
async fn an_id_that_several_begin_with_names_them_all() {
    let library = library().await;
    let mut begun: HashMap<String, String> = HashMap::new();
    let twins = (0..5_000).find_map(|n| {
        let source = format!("query('select {n} from volumes')");
        let begin = hash(&text(QUESTION, &source))[..SHORTEST_ID].to_owned();
        Some((begin.clone(), begun.insert(begin, source.clone())?, source))
    });
    let (begin, one, other) = twins.expect("two ids of thousands begin with the same four digits");
    learn(&library, &one, Standing::Fresh).await;
    assert!(library.get(&begin).await.is_some());
    learn(&library, &other, Standing::Fresh).await;
    assert_eq!((library.named(&begin).await.len(), library.get(&begin).await), (2, None));
}

#[test]
fn a_question_of_days_has_its_unit_once() {
    let question = |text: &str| {
        let text = format!("/* nephoscope\nquestion = \"{text}\"\n[params.days]\ntype = \"days\"\ndefault = 90\n*/\n1");
        Kept::new(&text, Parsed::read(&text).expect("read"), WrittenBy::Hand("ann".to_owned()), Standing::Kept)
            .question()
    };
    assert_eq!(question("odd instances older than {days} days"), "odd instances older than 90 days");
    assert_eq!(question("odd spend of the last {days}"), "odd spend of the last 90 days");
}

/// The example of the documentation is a program, and its question goes to it.
#[tokio::test]
async fn the_example_of_the_documentation_does_what_it_says() {
    let page = include_str!("../../../docs/programs.md");
    let between = |begin: &str, end: &str| {
        let rest = &page[page.find(begin).expect(begin) + begin.len()..];
        &rest[..rest.find(end).expect(end)]
    };
    let (text, asked) = (between("```js\n", "```"), between("neph ask \"", "\""));
    let library = library().await;
    let hand = WrittenBy::Hand("ann".to_owned());
    let kept = library.keep(text, hand, Standing::Kept, at(0)).await.expect("kept");
    let vocabulary = Vocabulary { regions: vec!["eu-west-1".to_owned()], ..Vocabulary::default() };
    for question in [asked.to_owned(), kept.question()] {
        let cx = classifier::Context { now: at(0), vocabulary: &vocabulary };
        let reading = classifier::Classifier::new().classify(&question, &cx);
        assert!(matches!(reading.route, classifier::Route::Unusual { .. }), "{question}: {:?}", reading.route);
        let found = library.find(&question, &vocabulary).await.expect(&question);
        assert_eq!(found.program.id, kept.id, "{question}");
    }
}

#[tokio::test]
async fn of_two_for_one_question_what_people_chose_goes_before_what_is_fresh() {
    let library = library().await;
    let old = learn(&library, "query('select 1 from volumes')", Standing::Fresh).await;
    let new = learn(&library, "query('select 2 from volumes')", Standing::Fresh).await;
    assert_eq!(found(&library, QUESTION).await, Some(new.source.clone()));
    vote(&library, &old, "one", "ann", true).await;
    assert_eq!(found(&library, QUESTION).await, Some(old.source.clone()));
}

#[tokio::test]
async fn a_program_without_a_header_is_kept_and_answers_no_question() {
    let library = library().await;
    let hand = WrittenBy::Hand("ann".to_owned());
    let kept = library.keep("query('select * from volumes')", hand, Standing::Kept, at(0)).await.expect("kept");
    assert!(!kept.is_offered());
    assert_eq!(library.get(&kept.id).await, Some(kept));
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let library = library().await;
    let hand = WrittenBy::Hand("ann".to_owned());
    let error = library.keep("/* nephoscope\n", hand, Standing::Kept, at(0)).await.expect_err("refused");
    assert!(matches!(error, LibraryError::Text(HeaderError::Open)));
    let vote = Vote { answer_id: "x", who: "ann", is_up: true, comment: None, at: at(0) };
    let error = library.feedback(&vote).await.expect_err("refused");
    assert_eq!(error.to_string(), "there is no answer `x` of a program that can be voted on");
}

#[tokio::test]
async fn two_processes_learn_from_each_other_and_from_what_was_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = tokio::join!(Store::open(folder.path()), Store::open(folder.path()));
    let (one_store, other_store) = (one.expect("first"), other.expect("second"));
    let one = Library::open(Some(&one_store)).await.expect("opened");
    let other = Library::open(Some(&other_store)).await.expect("opened");
    assert_eq!(found(&other, QUESTION).await, None);
    let kept = learn(&one, "query('select 1 from volumes')", Standing::Fresh).await;
    assert_eq!(found(&other, QUESTION).await, Some(kept.source.clone()));
    vote(&other, &kept, "one", "bob", false).await;
    assert_eq!(found(&one, QUESTION).await, None);
    vote(&one, &kept, "one", "bob", true).await;
    one_store.close().await;
    other_store.close().await;

    let store = Store::open(folder.path()).await.expect("opened again");
    let later = Library::open(Some(&store)).await.expect("opened");
    assert_eq!(later.get(&kept.id).await.map(|kept| kept.standing), Some(Standing::Kept));
}

#[tokio::test]
async fn a_store_that_fails_leaves_what_ships() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("opened");
    let library = Library::open(Some(&store)).await.expect("opened");
    store.close().await;
    assert!(found(&library, "rightsizing candidates").await.is_some());
}

#[tokio::test]
async fn near_questions_are_given_as_they_can_be_asked() {
    let library = library().await;
    let near = library.nearest_questions("which services cost ever more", 2).await;
    assert_eq!(near[0], "which services' spend grew 2 months running");
    for question in library.nearest_questions("spend of resources that jumped", 5).await {
        assert!(found(&library, &question).await.is_some(), "{question}");
    }
}
