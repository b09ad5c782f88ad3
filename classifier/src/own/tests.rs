//! Tables of a source's own through the front door: what is read of them, and what is not.

use crate::labelled::{estate, now};
use crate::{Classifier, Context, Reading, Route, Vocabulary};
use schema::own::{OwnColumn, OwnTable};
use schema::{ColumnType, Table};
use std::sync::OnceLock;

fn table(source: &str, name: &str) -> &'static Table {
    let column = |(name, ty): (&str, ColumnType)| OwnColumn {
        name: name.to_owned(),
        ty,
        meaning: "what a test needs".to_owned(),
    };
    let columns = [
        ("part", ColumnType::Text),
        ("amount", ColumnType::Int),
        ("load", ColumnType::Float),
        ("price", ColumnType::Decimal),
        ("is_spare", ColumnType::Bool),
        ("made_at", ColumnType::Time),
    ];
    let columns = columns.map(column).into();
    OwnTable { name: name.to_owned(), meaning: "one".to_owned(), columns }.made(source).unwrap()
}

fn read_with(question: &str, own_tables: Vec<&'static Table>) -> Reading {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    let vocabulary = Vocabulary { own_tables, ..estate() };
    let cx = Context { now: now(), vocabulary: &vocabulary };
    let classifier = CLASSIFIER.get_or_init(Classifier::new);
    let reading = classifier.classify(question, &cx);
    assert_eq!(classifier.explain(question, &cx).reading, reading, "{question}");
    reading
}

fn own() -> Vec<&'static Table> {
    static OWN: OnceLock<Vec<&'static Table>> = OnceLock::new();
    OWN.get_or_init(|| vec![table("my-rack", "parts"), table("my-rack", "spare_racks"), table("web", "servers")])
        .clone()
}

fn read(question: &str) -> Reading {
    read_with(question, own())
}

fn asked(reading: &Reading) -> String {
    match &reading.route {
        Route::Common(query) => serde_json::to_string(query).unwrap(),
        Route::Unusual { why, .. } => format!("unusual: {why}"),
        Route::Refused { why } => format!("refused: {why}"),
    }
}

#[test]
fn plain_questions_are_read() {
    let all = r#"{"from":"my_rack.parts"}"#;
    let number = r#"{"from":"my_rack.parts","aggregate":[{"fn":"count","as":"count"}]}"#;
    let of = |conditions: &str| format!(r#"{{"from":"my_rack.parts","where":[{conditions}]}}"#);
    for (question, expected) in [
        ("list my_rack.parts", all.to_owned()),
        ("show me all the my-rack.parts, please?", all.to_owned()),
        ("My_Rack.Parts", all.to_owned()),
        ("list my rack parts", all.to_owned()),
        ("list all parts", all.to_owned()),
        ("how many my_rack.parts are there?", number.to_owned()),
        ("how many parts do we have", number.to_owned()),
        ("count my_rack.parts", number.to_owned()),
        ("list parts where part is P-7", of(r#"{"field":"part","op":"eq","value":"P-7"}"#)),
        ("list my_rack.parts where part = 'a and b'", of(r#"{"field":"part","op":"eq","value":"a and b"}"#)),
        ("list my_rack.parts whose amount is over 5", of(r#"{"field":"amount","op":"gt","value":5}"#)),
        ("list my_rack.parts with amount>=5", of(r#"{"field":"amount","op":"ge","value":5}"#)),
        ("list my_rack.parts where load below 0.5", of(r#"{"field":"load","op":"lt","value":0.5}"#)),
        ("list my_rack.parts where price is 12.50", of(r#"{"field":"price","op":"eq","value":"12.50"}"#)),
        (
            "show parts where is spare is yes and account name is north",
            of(r#"{"field":"is_spare","op":"eq","value":true},{"field":"account_name","op":"eq","value":"north"}"#),
        ),
        (
            "how many spare racks where region is hall-1",
            r#"{"from":"my_rack.spare_racks","where":[{"field":"region","op":"eq","value":"hall-1"}],"aggregate":[{"fn":"count","as":"count"}]}"#.to_owned(),
        ),
    ] {
        assert_eq!(asked(&read(question)), expected, "{question}");
    }
    let reading = read("list parts where amount is over 5").reading;
    assert!(reading.starts_with("my_rack.parts, where amount"), "{reading}");
}

#[test]
fn whatever_has_another_form_is_not_read_and_says_how_to_ask() {
    for (question, why) in [
        ("list my_rack.parts by price", "`by` cannot be placed"),
        ("average price of my_rack.parts", ""),
        ("list my_rack.parts and volumes", "`and` cannot be placed"),
        ("list my_rack.parts where colour is red", "`my_rack.parts` has no column `colour`"),
        ("list my_rack.parts where part is not P-7", "`not` is no value that `part` is compared with"),
        ("list my_rack.parts where part is null", "`null` is no value that `part` is compared with"),
        ("list my_rack.parts where part is a or b", "`a` is no value that `part` is compared with"),
        ("list my_rack.parts where part is x or amount is 5", "`or` cannot be placed"),
        ("list my_rack.parts where part is x, y", "`x,` is no value that `part` is compared with"),
        ("list my_rack.parts where part is over 5", "`5` is no value that `part` is compared with"),
        ("list my_rack.parts where amount is 5.5", "`5.5` is no value that `amount` is compared with"),
        ("list my_rack.parts where amount != 5", "what `amount` is compared with cannot be read"),
        ("list my_rack.parts where amount is over 5 GB", "`GB` cannot be placed"),
        ("list my_rack.parts where price is cheap", "cheap"),
        ("list my_rack.parts where made_at is yesterday", "`yesterday` is no value that `made_at` is compared with"),
        ("list my_rack.parts where is_spare is over true", "`true` is no value that `is_spare` is compared with"),
        ("list my_rack.parts where part is", "there is nothing that `part` is compared with"),
        ("list my_rack.parts in prod", "`in` cannot be placed"),
    ] {
        let said = asked(&read(question));
        assert!(said.starts_with("unusual: ") && said.contains(why), "{question}: {said}");
        assert!(said.contains("in SQL, such as `SELECT * FROM my_rack.parts`"), "{question}: {said}");
    }
    let Route::Unusual { nearest, .. } = read("most expensive my_rack.parts").route else { panic!("read") };
    assert_eq!(nearest, ["list my_rack.parts", "how many my_rack.parts"]);
}

#[test]
fn words_that_mean_something_without_the_source_keep_their_meaning() {
    // `web servers` and `servers` are machines wherever no source is named.
    for question in ["list servers", "how many servers are there", "list volumes", "list all VMs with CPU under 20 %"] {
        assert_eq!(asked(&read(question)), asked(&read_with(question, Vec::new())), "{question}");
        assert!(asked(&read(question)).starts_with(r#"{"from""#), "{question}");
    }
    assert_eq!(asked(&read("list web.servers")), r#"{"from":"web.servers"}"#);
    // What would change something is refused as ever.
    for question in ["delete my_rack.parts", "delete all parts"] {
        assert!(asked(&read(question)).starts_with("refused: "), "{question}: {}", asked(&read(question)));
    }
}

#[test]
fn a_name_that_two_sources_have_is_asked_back() {
    let both = vec![table("my-rack", "parts"), table("your-rack", "parts")];
    let said = asked(&read_with("list parts", both.clone()));
    assert!(said.contains("it may be about `my_rack.parts` or `your_rack.parts`: write the whole name"), "{said}");
    assert_eq!(asked(&read_with("list your_rack.parts", both.clone())), r#"{"from":"your_rack.parts"}"#);
    assert_eq!(asked(&read_with("list your rack parts", both.clone())), r#"{"from":"your_rack.parts"}"#);
    let said = asked(&read_with("list my_rack.parts and your_rack.parts", both));
    assert!(said.contains("it is about several tables"), "{said}");
}

#[test]
fn without_such_a_source_nothing_is_known_of_its_tables() {
    let said = asked(&read_with("list my_rack.parts", Vec::new()));
    assert!(said.starts_with("unusual: ") && !said.contains("a source's own"), "{said}");
}
