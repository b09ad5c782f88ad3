//! What a plugin's author meets: rows, parameters, findings, tables and HTTP, against the fake host.

use guest_sdk::{
    Class, ColumnDescription, Description, Error, Fake, FetchRequest, Finding, Findings, Host, Level, Parameter,
    Parameters, Request, Resource, Response, Row, Rule, Scanner, Scope, Setting, Severity, Source, SourceDescription,
    Table, Tables, Unknown, Value, Wanted,
};

const RULE: Rule = Rule {
    id: "rule",
    title: "A thing",
    severity: Severity::Low,
    class: Class::Posture,
    why: "because",
    remediation: "",
    missing: None,
    origin: None,
};
const UNDECIDED: Rule = Rule { id: "undecided", missing: Some("things.colour"), ..RULE };
const UNDESCRIBED: Rule = Rule { id: "undescribed", ..RULE };

/// A scanner that does what a test says: the code is the test's own.
struct Does<const N: usize>;

type Body = fn(&Host, &Parameters, &mut Findings) -> Result<(), Error>;

static BODIES: &[Body] = &[
    // 0: a finding for each row, with its size.
    |host, _, findings| {
        for row in host.query("SELECT resource_id, kind, name, provider, account_id, region, size FROM things", &[])? {
            let row = row?;
            findings.emit(Finding::new(&RULE, Resource::of(&row)?).evidence("size", row.optional_integer("size")?))?;
        }
        Ok(())
    },
    // 1: a finding, and then an error of its own.
    |_, _, findings| {
        findings.emit(Finding::new(&RULE, Resource { resource_id: "a".to_owned(), ..Resource::default() }))?;
        Err(Error::Failed("it broke".to_owned()))
    },
    // 2: a finding of a rule that waits for a column.
    |_, _, findings| findings.emit(Finding::new(&UNDECIDED, Resource::default())),
    // 3: a finding of a rule that was not described.
    |_, _, findings| findings.emit(Finding::new(&UNDESCRIBED, Resource::default())),
    // 4: two findings of one rule about one thing, told apart.
    |_, _, findings| {
        findings.emit(Finding::new(&RULE, Resource::default()).part("a"))?;
        findings.emit(Finding::new(&RULE, Resource::default()).part("b"))
    },
    // 5: the same, not told apart.
    |_, _, findings| {
        findings.emit(Finding::new(&RULE, Resource::default()))?;
        findings.emit(Finding::new(&RULE, Resource::default()))
    },
    // 6: its parameters, to the log.
    |host, parameters, _| {
        let (days, share) = (parameters.integer("days")?, parameters.real("share")?);
        let (sum, words) = (parameters.decimal("sum")?, parameters.list("words")?);
        host.log(Level::Info, &format!("{days} {share} {sum} {words:?} {}", parameters.boolean("deep")?));
        Ok(())
    },
    // 7: a parameter that it does not describe.
    |_, parameters, _| parameters.integer("weeks").map(drop),
    // 8: a query with a parameter that it forgets.
    |host, _, _| host.query("SELECT size FROM things WHERE size > $least", &[]).map(drop),
    // 9: savings that are none.
    |_, _, findings| {
        let of = |id: &str| Finding::new(&RULE, Resource { resource_id: id.to_owned(), ..Resource::default() });
        findings.emit(of("a").saving(None))?;
        findings.emit(of("b").saving(Some("-1".parse().map_err(|_| Error::Failed("no decimal".to_owned()))?)))
    },
    // 10: a day.
    |host, _, _| {
        host.log(Level::Debug, &host.today()?.to_string());
        Ok(())
    },
    // 11: every line of every input, to the log; what is wrong with one is said there too.
    |host, _, _| {
        for input in host.inputs() {
            for line in input.lines()? {
                host.log(
                    Level::Info,
                    &line.map_or_else(|e| e.to_string(), |line| format!("{} {}", line.number, line.text)),
                );
            }
        }
        Ok(())
    },
    // 12: how long every line of every input is, until one is wrong that ends it all.
    |host, _, _| {
        for line in host.inputs().map(|input| input.lines()).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
            match line {
                Ok(line) => host.log(Level::Info, &format!("{} {}", line.number, line.text.len())),
                Err(Error::Invalid { message, code }) => host.log(Level::Warn, &format!("{code}: {message}")),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    },
    // 13: what is in every input, as JSON.
    |host, _, _| {
        for input in host.inputs() {
            let json = input.json().map_or_else(|error| format!("{}: {error}", error.code()), |json| json.to_string());
            host.log(Level::Info, &format!("{} {} {} {json}", input.name(), input.file_name(), input.size()));
        }
        Ok(())
    },
    // 14: of which things the size is not known, told as often as `days` says.
    |host, parameters, findings| {
        let mut unknown = Unknown::of("things", "the size is not known");
        for row in host.query("SELECT provider, account_id, region, size FROM things", &[])? {
            let row = row?;
            if row.optional_integer("size")?.is_none() {
                unknown.count(&row)?;
            }
        }
        (0..parameters.integer("days")?).for_each(|_| unknown.tell(findings, &RULE));
        Ok(())
    },
];

impl<const N: usize> Scanner for Does<N> {
    fn describe() -> Description {
        let parameter = |name, default| Parameter { name, default, unit: None, meaning: "a test's" };
        let parameters = vec![
            parameter("days", Setting::Int(30)),
            parameter("share", Setting::Float(0.5)),
            parameter("sum", Setting::Decimal("1.10")),
            parameter("words", Setting::Text("a, b,,")),
            parameter("deep", Setting::Bool(false)),
        ];
        let rules = vec![RULE, UNDECIDED];
        Description { name: "does", version: "1.0.0", summary: "does as a test says", parameters, rules }
    }

    fn scan(host: &Host, parameters: &Parameters, findings: &mut Findings) -> Result<(), Error> {
        BODIES[N](host, parameters, findings)
    }
}

fn things(sizes: &[Option<i64>]) -> Fake {
    let rows = sizes.iter().zip(1..).map(|(size, number)| {
        let common =
            [format!("thing-{number}").into(), Value::Null, Value::Null, Value::Null, Value::Null, Value::Null];
        common.into_iter().chain([(*size).into()]).collect()
    });
    Fake::new().table("things", "resource_id, kind, name, provider, account_id, region, size int", rows.collect())
}

#[test]
fn every_row_of_every_page_comes_once_and_in_order() {
    let host = things(&[Some(1), None, Some(3), Some(4), Some(5)]);
    host.scan::<Does<0>>(&[]).expect("the scan ends well");
    let sizes: Vec<_> = host.findings().iter().map(|finding| finding.evidence[0].value.clone()).collect();
    assert_eq!(sizes, [1.into(), Value::Null, 3.into(), 4.into(), 5.into()]);
    assert_eq!(host.findings()[4].uid, "does/rule/thing-5");
}

#[test]
fn what_was_found_before_an_error_stays() {
    let host = Fake::new();
    let error = host.scan::<Does<1>>(&[]).expect_err("it broke");
    assert_eq!((error.code(), error.to_string()), ("failed", "it broke".to_owned()));
    assert_eq!(host.found(), ["rule a"]);
}

#[test]
fn a_finding_is_of_a_rule_that_the_plugin_describes_and_can_decide() {
    for (ended, id) in
        [(Fake::new().scan::<Does<2>>(&[]), "undecided"), (Fake::new().scan::<Does<3>>(&[]), "undescribed")]
    {
        let error = ended.expect_err("no such rule");
        assert_eq!(error.to_string(), format!("the plugin describes no rule `{id}` that it can decide"));
    }
}

#[test]
fn two_findings_of_one_rule_about_one_thing_need_a_part() {
    let host = Fake::new();
    host.scan::<Does<4>>(&[]).expect("they are told apart");
    assert_eq!(host.findings()[1].uid, "does/rule/#b");
    let error = Fake::new().scan::<Does<5>>(&[]).expect_err("they are not");
    assert_eq!(error.to_string(), "two findings are called `does/rule/`: tell them apart with `part`");
}

#[test]
fn a_host_that_takes_no_more_says_so_with_its_bound() {
    let host = things(&[Some(1), Some(2), Some(3)]).most_findings(2);
    let error = host.scan::<Does<0>>(&[]).expect_err("one too many");
    assert!(matches!(&error, Error::Limit { name, value: 2, .. } if name == "findings"), "{error:?}");
}

#[test]
fn what_is_no_saving_is_none() {
    let host = Fake::new();
    host.scan::<Does<9>>(&[]).expect("the scan ends well");
    assert!(host.findings().iter().all(|finding| finding.monthly_saving.is_none()));
}

/// Where gaps are, and what they say, where these many things of each place (provider, account, region) have no size.
fn unknown(places: &[([Option<&str>; 3], usize)], times: i64) -> Vec<String> {
    let row =
        |place: &[Option<&str>; 3], size: Value| place.map(Value::from).into_iter().chain([size]).collect::<Vec<_>>();
    let known = row(&[Some("aws"), Some("known"), Some("eu-west-1")], 1.into());
    let nulls = places.iter().flat_map(|(place, count)| vec![row(place, Value::Null); *count]);
    let rows = nulls.chain([known]).collect();
    let host = Fake::new().table("things", "provider, account_id, region, size int", rows);
    host.scan::<Does<14>>(&[("days", times.into())]).expect("the scan ends well");
    let said = host.rule_gaps().into_iter().map(|gap| {
        let place = gap.scope.map(|scope| [scope.provider, scope.account_id, scope.region].join("/"));
        format!("{}: {}", place.as_deref().unwrap_or("everywhere"), gap.message)
    });
    said.collect()
}

#[test]
fn what_is_not_known_is_a_gap_of_each_place_that_has_some() {
    let (here, there) = ([Some("aws"), Some("1"), Some("eu-west-1")], [Some("azure"), Some("2"), Some("westeurope")]);
    assert_eq!(unknown(&[], 1), Vec::<String>::new());
    assert_eq!(
        unknown(&[(here, 2), (there, 1), (here, 1)], 1),
        ["aws/1/eu-west-1: of 3 things the size is not known", "azure/2/westeurope: of 1 things the size is not known"]
    );
    // What does not say where it is may be anywhere.
    assert_eq!(unknown(&[([Some("aws"), Some("1"), None], 1)], 1), ["aws/1/*: of 1 things the size is not known"]);
    assert_eq!(unknown(&[([None, Some(""), None], 1)], 1), ["*/*/*: of 1 things the size is not known"]);
}

#[test]
fn of_very_many_places_none_is_named() {
    let accounts: Vec<_> = (0..101).map(|number| format!("{number:03}")).collect();
    let places: Vec<_> = accounts.iter().map(|account| ([Some("aws"), Some(account.as_str()), None], 1)).collect();
    assert_eq!(unknown(&places, 1), ["everywhere: of 101 things the size is not known"]);
    // Nor once many have been named.
    let all = unknown(&places[..100], 6);
    assert_eq!((all.len(), all[499].as_str()), (501, "aws/099/*: of 1 things the size is not known"));
    assert_eq!(all[500], "everywhere: of 100 things the size is not known");
}

#[track_caller]
fn logs(given: &[(&str, Value)], expected: &str) {
    let host = Fake::new();
    let said = match host.scan::<Does<6>>(given) {
        Ok(()) => host.logs()[0].1.clone(),
        Err(error) => format!("{}: {error}", error.code()),
    };
    assert_eq!(said, expected);
}

#[test]
fn parameters_have_their_defaults_and_their_types() {
    logs(&[], r#"30 0.5 1.10 ["a", "b"] false"#);
    logs(
        &[("days", 7.into()), ("share", 1.into()), ("sum", 2.into()), ("deep", true.into())],
        r#"7 1 2 ["a", "b"] true"#,
    );
    logs(&[("days", "7".into())], "invalid: the parameter `days` takes a value of type `int`");
    logs(&[("sum", "much".into())], "invalid: the parameter `sum` takes a value of type `decimal`");
    logs(&[("share", f64::NAN.into())], "invalid: the parameter `share` takes a value of type `float`");
    logs(&[("deep", Value::Null)], "invalid: the parameter `deep` takes a value of type `bool`");
    logs(&[("day", 7.into())], "invalid: there is no parameter `day`; there are days, share, sum, words, deep");
    let error = Fake::new().scan::<Does<7>>(&[]).expect_err("it is not described");
    assert_eq!(error.to_string(), "the plugin describes no parameter `weeks`");
}

#[test]
fn a_table_that_was_not_given_and_a_parameter_that_was_forgotten_are_said() {
    let error = Fake::new().scan::<Does<0>>(&[]).expect_err("no table");
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("denied", "the table `things` is not granted: give the fake host its rows")
    );
    let error = things(&[]).scan::<Does<8>>(&[]).expect_err("no parameter");
    assert_eq!((error.code(), error.to_string().as_str()), ("invalid", "the query has no value for `$least`"));
}

#[test]
fn the_day_is_the_one_that_was_set() {
    let host = Fake::new().today("2024-02-29");
    host.scan::<Does<10>>(&[]).expect("the scan ends well");
    assert_eq!(host.logs(), [(Level::Debug, "2024-02-29".to_owned())]);
}

/// Reads one cell in some way, and logs what came.
struct Reads;

static READERS: &[(&str, fn(&Row) -> Result<String, Error>)] = &[
    ("text", |row| Ok(row.text("cell")?.to_owned())),
    ("boolean", |row| Ok(row.boolean("cell")?.to_string())),
    ("integer", |row| Ok(row.integer("cell")?.to_string())),
    ("real", |row| Ok(row.real("cell")?.to_string())),
    ("decimal", |row| Ok(row.decimal("cell")?.to_string())),
    ("time", |row| Ok(row.time("cell")?.to_string())),
    ("tags", |row| Ok(format!("{:?}", row.tags("cell")?))),
    ("list", |row| Ok(format!("{:?}", row.list("cell")?))),
    ("json", |row| Ok(row.json("cell")?.to_string())),
    ("optional", |row| Ok(format!("{:?}", row.optional_decimal("cell")?))),
    ("another", |row| Ok(row.text("other")?.to_owned())),
];

impl Scanner for Reads {
    fn describe() -> Description {
        let how = Parameter { name: "how", default: Setting::Text(""), unit: None, meaning: "a test's" };
        Description { name: "reads", version: "1.0.0", summary: "reads a cell", parameters: vec![how], rules: vec![] }
    }

    fn scan(host: &Host, parameters: &Parameters, _: &mut Findings) -> Result<(), Error> {
        let how = parameters.text("how")?;
        let reader = READERS.iter().find(|(name, _)| *name == how).map(|(_, reader)| reader);
        for row in host.query("SELECT cell FROM cells", &[])? {
            let read = reader.ok_or_else(|| Error::Failed(format!("there is no reader `{how}`")))?;
            host.log(Level::Info, &read(&row?)?);
        }
        Ok(())
    }
}

#[track_caller]
fn reads(how: &str, kind: &str, cell: impl Into<Value>, expected: &str) {
    let host = Fake::new().table("cells", &format!("cell {kind}, other"), vec![vec![cell.into(), "hidden".into()]]);
    let read = match host.scan::<Reads>(&[("how", how.into())]) {
        Ok(()) => host.logs()[0].1.clone(),
        Err(error) => error.to_string(),
    };
    assert_eq!(read, expected);
}

#[test]
fn a_cell_is_read_as_its_type() {
    reads("text", "text", "héllo", "héllo");
    reads("boolean", "bool", true, "true");
    reads("integer", "int", i64::MAX, "9223372036854775807");
    reads("real", "float", 12.5, "12.5");
    reads("decimal", "decimal", "0.0000008", "0.0000008");
    reads("time", "time", "2026-11-26T09:30:00.250Z", "2026-11-26T09:30:00Z");
    reads("tags", "map", r#"{"env": "prod", "empty": null}"#, r#"{"empty": "", "env": "prod"}"#);
    reads("list", "list", r#"["a", "b"]"#, r#"["a", "b"]"#);
    reads("json", "json", r#"{"a": [1]}"#, r#"{"a":[1]}"#);
    reads("optional", "decimal", Value::Null, "None");
}

#[test]
fn a_cell_that_is_not_as_it_was_taken_for_names_its_column() {
    reads("text", "text", Value::Null, "column `cell`: is null here; read it as optional where that may be");
    reads("decimal", "decimal", Value::Null, "column `cell`: is null here; read it as optional where that may be");
    reads("integer", "float", 1.0, "column `cell`: is read as `int`, and is `float`");
    reads("text", "int", 1, "column `cell`: is read as `text`, and is `int`");
    reads("decimal", "text", "much", "column `cell`: `much` is no decimal");
    reads("time", "text", "now", "column `cell`: `now` is no time: one is written `2026-11-26T09:30:00Z`");
    reads("list", "text", "{}", "column `cell`: `{}` is no list of texts");
    reads("tags", "text", "[]", "column `cell`: `[]` is no map of texts");
}

#[test]
fn a_column_that_the_query_does_not_name_is_not_there() {
    reads("another", "text", "x", "column `other`: the query does not give it; it gives cell");
}

/// A source that does as its one parameter says.
struct Fills;

impl Source for Fills {
    fn describe() -> SourceDescription {
        let column = |name, kind| ColumnDescription { name, kind, unit: None, meaning: "a test's" };
        let columns = vec![
            column("name", "text"),
            column("cores", "int"),
            column("price", "decimal"),
            column("load", "float"),
            column("labels", "map"),
            column("made_at", "time"),
        ];
        let tables = vec![Table { name: "machines", meaning: "one machine", columns }];
        let what = Parameter { name: "what", default: Setting::Text("rows"), unit: None, meaning: "a test's" };
        SourceDescription { name: "fills", version: "1.0.0", summary: "fills a table", parameters: vec![what], tables }
    }

    fn fetch(host: &Host, request: &FetchRequest, tables: &mut Tables) -> Result<(), Error> {
        let scope = || Scope { provider: "x".to_owned(), account_id: "1".to_owned(), region: "global".to_owned() };
        match request.parameters.text("what")? {
            "rows" => {
                for number in 0..1200_u32 {
                    tables.emit("machines", &[("name", format!("m-{number}").into()), ("cores", number.into())])?;
                }
                Ok(())
            }
            "types" => tables.emit("machines", &[("price", 2.into()), ("load", 3.into()), ("made_at", Value::Null)]),
            "table" => tables.emit("machinery", &[]),
            "column" => tables.emit("machines", &[("colour", "red".into())]),
            "float" => tables.emit("machines", &[("cores", 1.5.into())]),
            "map" => tables.emit("machines", &[("labels", "red".into())]),
            "time" => tables.emit("machines", &[("made_at", "today".into())]),
            "then-fails" => {
                tables.emit("machines", &[("name", "m".into())])?;
                Err(Error::Failed("it broke".to_owned()))
            }
            "http" => {
                let asked = Request::post("https://api.example.com/x", "{}").credential("X-Key", "", "key");
                match host.send(&asked).and_then(Response::success) {
                    Ok(reply) => tables.emit("machines", &[("name", reply.text()?.into())]),
                    Err(error) => {
                        tables.gap_in_columns("machines", Some(scope()), &["name"], &error);
                        Ok(())
                    }
                }
            }
            "wanted" => {
                let wanted = request.wants("machines").map(|wanted| wanted.columns.join(" "));
                host.log(Level::Info, &format!("{wanted:?} {}", request.scopes.len()));
                Ok(())
            }
            other => Err(Error::Failed(format!("what is `{other}`?"))),
        }
    }
}

#[track_caller]
fn fills(what: &str, host: &Fake) -> Result<(), Error> {
    host.fetch::<Fills>(&["machines"], &[("what", what.into())])
}

#[test]
fn rows_come_in_their_order_whatever_the_pages() {
    let host = Fake::new();
    fills("rows", &host).expect("the fetch ends well");
    let rows = host.rows("machines");
    let cores: Vec<_> = rows.iter().map(|row| row["cores"].clone()).collect();
    assert_eq!(cores, (0..1200_u32).map(Value::from).collect::<Vec<_>>());
    assert!(!rows[0].contains_key("price"), "what was not said is null");
}

#[test]
fn values_that_fit_are_taken_as_their_column_has_them() {
    let host = Fake::new();
    fills("types", &host).expect("the fetch ends well");
    let row = &host.rows("machines")[0];
    assert_eq!((&row["price"], &row["load"]), (&"2".into(), &3.0.into()));
}

#[test]
fn a_row_that_does_not_fit_is_an_error_that_names_why() {
    let expected = [
        ("table", "the plugin describes no table `machinery`"),
        ("column", "the plugin describes no column `colour` in `machines`"),
        ("float", "column `cores`: takes a value of `int`"),
        ("map", "column `labels`: takes a value of `map`"),
        ("time", "column `made_at`: takes a value of `time`"),
    ];
    for (what, message) in expected {
        let error = fills(what, &Fake::new()).expect_err(what);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn rows_that_were_read_before_an_error_stay() {
    let host = Fake::new();
    fills("then-fails", &host).expect_err("it broke");
    assert_eq!(host.rows("machines").len(), 1);
}

#[test]
fn a_request_needs_its_host_and_its_secret() {
    let url = "https://api.example.com/x";
    let gaps = |host: &Fake| {
        fills("http", host).expect("the fetch ends well");
        host.table_gaps()
            .into_iter()
            .map(|gap| format!("{} {:?} {}", gap.code, gap.columns, gap.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(gaps(&Fake::new()), [r#"denied ["name"] the secret `key` is not granted"#]);
    assert_eq!(
        gaps(&Fake::new().secret("key")),
        [r#"denied ["name"] `POST https://api.example.com/x` is not granted"#]
    );
    let failing = Fake::new().secret("key").http("POST", url, Ok(Response::new(503, "")));
    assert_eq!(gaps(&failing), [r#"upstream ["name"] the server answered with status 503"#]);
    let host = Fake::new().secret("key").http("POST", url, Ok(Response::new(200, "m-1")));
    assert_eq!(gaps(&host), Vec::<String>::new());
    assert_eq!(host.rows("machines")[0]["name"], "m-1".into());
    assert_eq!(host.requests()[0].method(), "POST");
}

#[test]
fn a_source_sees_what_is_wanted_of_it() {
    let host = Fake::new();
    let wanted = vec![Wanted { table: "machines".to_owned(), columns: vec!["name".to_owned(), "cores".to_owned()] }];
    let scope = Scope { provider: "x".to_owned(), account_id: "1".to_owned(), region: "*".to_owned() };
    host.fetch_of::<Fills>(wanted, vec![scope], &[("what", "wanted".into())]).expect("the fetch ends well");
    assert_eq!(host.logs()[0].1, r#"Some("name cores") 1"#);
}

#[track_caller]
fn says<const N: usize>(host: &Fake, expected: &[&str]) {
    host.scan::<Does<N>>(&[]).expect("the scan ends well");
    let said: Vec<_> = host.logs().into_iter().map(|(_, line)| line).collect();
    assert_eq!(said, expected);
}

#[test]
fn a_file_is_read_line_by_line_whatever_ends_a_line_and_the_file() {
    let lines = |text: &[u8]| Fake::new().input("list", "a.txt", text);
    says::<11>(&lines(b""), &[]);
    says::<11>(&lines(b"\n"), &["1 "]);
    says::<11>(&lines(b"a"), &["1 a"]);
    says::<11>(&lines(b"a\r\n\nb\n"), &["1 a", "2 ", "3 b"]);
    says::<11>(&lines(b"\xef\xbb\xbfa\n\xef\xbb\xbfb"), &["1 a", "2 \u{feff}b"]);
    let long = "x".repeat(200);
    says::<11>(&lines(format!("{long}\n{long}").as_bytes()), &[&format!("1 {long}"), &format!("2 {long}")]);
}

#[test]
fn a_line_that_cannot_be_read_is_said_with_its_number_and_the_next_ones_come() {
    let most = guest_sdk::Input::MOST_LINE_BYTES;
    let line = |length: usize| [vec![b'x'; length], vec![b'\n']].concat();
    let bytes = [b"\xff\n".to_vec(), line(most), line(most + 1), line(1), line(most * 2), b"end".to_vec()].concat();
    let said = [
        "not_utf8: line 1 of `a.txt` is no UTF-8",
        &format!("2 {most}"),
        &format!("line_too_long: line 3 of `a.txt` is longer than {most} bytes"),
        "4 1",
        &format!("line_too_long: line 5 of `a.txt` is longer than {most} bytes"),
        "6 3",
    ];
    says::<12>(&Fake::new().input("list", "a.txt", bytes), &said);
    let without_end = line(most + 1)[..=most].to_vec();
    says::<12>(&Fake::new().input("list", "a.txt", without_end), &[&said[2].replace("line 3", "line 1")]);
}

#[test]
fn a_file_whose_reading_fails_half_way_gives_no_half_line() {
    let error = Error::Upstream { message: "the disk is gone".to_owned(), code: "io".to_owned() };
    let host = Fake::new().failing_input("list", "a.txt", "a\nhal", error.clone());
    assert_eq!(host.scan::<Does<12>>(&[]), Err(error.clone()));
    assert_eq!(host.logs().len(), 1, "the whole line came before");
    let host = Fake::new().failing_input("list", "a.txt", "a\nhal", error);
    says::<11>(&host, &["1 a", "the disk is gone"]);
}

#[test]
fn a_file_is_read_as_json() {
    let large = vec![b' '; guest_sdk::Input::MOST_BYTES + 1];
    let host = Fake::new()
        .input("report", "a.json", "\u{feff}{\"a\": [1]}")
        .input("report", "b.json", "{\n\"a\": ")
        .input("other", "c.json", large);
    let said = [
        r#"report a.json 13 {"a":[1]}"#,
        "report b.json 7 invalid: `b.json` is no JSON: EOF while parsing a value at line 2 column 5",
        "other c.json 33554433 invalid: `c.json` is larger than the 33554432 bytes that are read at once",
    ];
    says::<13>(&host, &said);
    says::<13>(&Fake::new(), &[]);
}

#[test]
fn a_source_has_one_scope_of_its_own_name_unless_it_says_which() {
    let scope = Scope { provider: "fills".to_owned(), account_id: "*".to_owned(), region: "*".to_owned() };
    assert_eq!(Fake::new().scopes::<Fills>(&[]), Ok(vec![scope]));
    let error = Fake::new().scopes::<Fills>(&[("when", "now".into())]).expect_err("no such parameter");
    assert_eq!(error.to_string(), "there is no parameter `when`; there are what");
}
