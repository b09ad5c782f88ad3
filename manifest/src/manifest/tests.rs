//! Manifests as authors write them, and as they get them wrong.

use super::*;
use crate::limits::{MAX_COLUMNS, MAX_MANIFEST_BYTES, MAX_NEEDS};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A plugin that asks for something of everything.
pub(crate) const PROBE: &str = r#"
name = "probe"
version = "1.4.0"
world = "scanner"
summary = "looks"

[[needs.tables]]
name = "volumes"
columns = ["name", "region"]
why = "to see volumes"

[[needs.scopes]]
provider = "aws"
account_id = "*"
region = "*"
why = "it knows AWS alone"

[[needs.hosts]]
host = "*.example.com"
methods = ["GET"]
why = "to read advisories"

[[needs.hosts]]
host = "*"
methods = ["GET", "HEAD"]
why = "to ask your SonarQube"

[[needs.secrets]]
name = "TOKEN"
hosts = ["*.example.com"]
why = "to log in there"

[[needs.inputs]]
name = "report"
why = "to read what was found"
"#;

const HEAD: &str = "name = \"probe\"\nversion = \"1.4.0\"\nworld = \"scanner\"\nsummary = \"looks\"\n";

fn error(text: &str) -> String {
    Manifest::parse(text).map_or_else(|error| error.to_string(), |manifest| format!("!! {manifest:?}"))
}

fn errors<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|text| error(text.as_ref()) + "\n").collect()
}

#[test]
fn the_manifests_of_our_own_plugins_are_right() {
    for text in [
        include_str!("../../../plugins/architecture/plugin.toml"),
        include_str!("../../../plugins/examples/javascript/plugin.toml"),
        include_str!("../../../plugins/examples/python/plugin.toml"),
        include_str!("../../../plugins/exposure/plugin.toml"),
        include_str!("../../../plugins/gcp-asset/plugin.toml"),
        include_str!("../../../plugins/sonarqube/plugin.toml"),
        include_str!("../../../plugins/tagging/plugin.toml"),
        include_str!("../../../plugins/trivy/plugin.toml"),
        include_str!("../../../plugins/waste/plugin.toml"),
    ] {
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.doubts(), Vec::<String>::new());
        assert!(Manifest::unknown_columns(text).is_empty(), "{}", manifest.name);
        let needs = &manifest.needs;
        assert!(!needs.tables.is_empty() || !needs.hosts.is_empty() || !needs.inputs.is_empty(), "{}", manifest.name);
    }
}

#[test]
fn everything_that_can_be_asked_for_is_read() {
    let manifest = Manifest::parse(
        r#"
        name = "sonar-2"
        version = "0.3.0-rc.1"
        world = "source"
        provider = "sonar"
        fills = ["findings", "projects"]
        summary = "reads findings of a SonarQube"
        needs.hosts = [{ host = "http://*.Example.com:9000", methods = ["POST", "GET"], why = "its API" }]
        needs.secrets = [{ name = "SONAR_TOKEN", why = "to log in" }]
        needs.inputs = [{ name = "report", many = true, why = "to read" }, { name = "map", why = "names of teams" }]
        [[needs.tables]]
        name = "accounts"
        columns = ["account_id"]
        why = "to name accounts"
        [[needs.scopes]]
        provider = "aws"
        account_id = "*"
        region = "*"
        why = "SonarQube knows AWS alone"
        "#,
    )
    .unwrap();
    assert_eq!((manifest.world, manifest.version.to_string().as_str()), (World::Source, "0.3.0-rc.1"));
    let fills = Fills { provider: "sonar".to_owned(), tables: ["findings", "projects"].map(str::to_owned).into() };
    assert_eq!(manifest.fills, Some(fills));
    let (host, need) = manifest.needs.hosts.first_key_value().unwrap();
    assert_eq!(host.to_string(), "http://*.example.com:9000");
    assert_eq!(need.methods, BTreeSet::from([Method::Get, Method::Post]));
    assert_eq!(manifest.needs.scopes.keys().map(ToString::to_string).collect::<Vec<_>>(), ["aws/*/*"]);
    assert_eq!(manifest.needs.inputs["report"].number, Number::Many);
    assert_eq!(manifest.needs.inputs["map"].number, Number::One);
    let secret = &manifest.needs.secrets["SONAR_TOKEN"];
    assert_eq!(
        (&secret.hosts, secret.why.as_str()),
        (&BTreeSet::from([host.clone()]), "to log in"),
        "there is one host"
    );
}

#[test]
fn the_rows_of_a_source_that_names_no_provider_are_of_one_that_is_called_like_itself() {
    let text = HEAD.replace("scanner", "source") + "fills = [\"zones\"]";
    assert_eq!(Manifest::parse(&text).unwrap().fills.unwrap().provider, "probe");
}

#[test]
fn an_error_names_the_place_the_thing_and_what_to_do() {
    let with = |rest: &str| format!("{HEAD}{rest}");
    insta::assert_snapshot!(errors([
        String::new(),
        "name = ".to_owned(),
        HEAD.replace("probe", "Probe!"),
        HEAD.replace("1.4.0", "1.4"),
        HEAD.replace("scanner", "program"),
        HEAD.replace("looks", "lo\\u001b[2Joks"),
        HEAD.replace("\"looks\"", "\"\"\"lo\noks\"\"\""),
        HEAD.replace("\"looks\"", "7"),
        with("sumary = \"twice\""),
        with("licence = \"MIT\""),
        with("name = \"again\""),
        with("needs = 1"),
        HEAD.replace("scanner", "source"),
        HEAD.replace("scanner", "source") + "fills = []",
        HEAD.replace("scanner", "source") + "fills = [\"a b\"]",
        with("fills = [\"instances\"]"),
        with("provider = \"aws\""),
        with("[needs]\ntable = []"),
        with("[[needs.tables]]\nname = \"volumes\"\ncolumn = []"),
        with("[[needs.tables]]\nname = \"volumes\"\ncolumns = [\"name\"]\nwhy = \"\""),
        with("[[needs.tables]]\nname = \"volumes\"\ncolumns = []\nwhy = \"x\""),
        with("[[needs.tables]]\nname = \"volumes\"\ncolumns = [\"a b\"]\nwhy = \"x\""),
        with("[[needs.tables]]\nname = \"volumes\"\ncolumns = [\"name\"]\nwhy = \"x\""),
        with("[[needs.scopes]]\nprovider = \"aws\"\naccount_id = \"1*\"\nregion = \"*\"\nwhy = \"x\""),
        with("[[needs.scopes]]\nprovider = \"aws\"\naccount_id = \"1\"\nregion = \"*\"\nwhy = \"x\""),
        with("[[needs.hosts]]\nhost = \"https://a.example/x\"\nmethods = [\"GET\"]\nwhy = \"x\""),
        with("[[needs.hosts]]\nhost = \"a.example\"\nmethods = [\"get\"]\nwhy = \"x\""),
        with("[[needs.hosts]]\nhost = \"a.example\"\nmethods = [\"GET\"]"),
        with("[[needs.inputs]]\nname = \"report\"\nmany = \"yes\"\nwhy = \"x\""),
        with("needs.secrets = [{ name = \"T\", why = \"x\" }, { name = \"T\", why = \"y\" }]"),
        PROBE.replace("hosts = [\"*.example.com\"]\n", ""),
        PROBE.replace("hosts = [\"*.example.com\"]", "hosts = []"),
        PROBE.replace("host = \"*\"", "host = \"a.example\"").replace("hosts = [\"", "hosts = [\"b.example\", \""),
    ]), @r#"
    plugin.toml, line 1, column 1: the manifest has no `name`; add it
    plugin.toml, line 1, column 8: the manifest is no TOML: string values must be quoted, expected literal string
    plugin.toml, line 1, column 8: `name`: `Probe!` is no name for a plugin; a name has 2 to 40 lower-case letters, digits and `-`, and begins and ends with a letter or a digit
    plugin.toml, line 2, column 11: `version` is `1.4`; write a version as in `1.4.0`
    plugin.toml, line 3, column 9: `world`: `program` is no world; there are `scanner`, which finds, and `source`, which fills tables
    plugin.toml, line 4, column 11: `summary` has the character U+001B, which a terminal does not show; leave it out
    plugin.toml, line 4, column 11: `summary` has a line break; write it on one line
    plugin.toml, line 4, column 11: `summary` is an integer, and must be a text
    plugin.toml, line 5, column 1: there is no key `sumary`; did you mean `summary`?
    plugin.toml, line 5, column 1: there is no key `licence`; there are `name`, `version`, `world`, `summary`, `provider`, `fills`, `needs`
    plugin.toml, line 5, column 1: the manifest is no TOML: duplicate key
    plugin.toml, line 5, column 9: `needs` is an integer, and must be a table
    plugin.toml, line 1, column 1: the manifest of a source says which tables it fills; add `fills`, such as `fills = ["instances"]`
    plugin.toml, line 5, column 9: `fills` is empty; name the tables that it fills
    plugin.toml, line 5, column 10: `fills` is `a b`; a name has 1 to 64 letters, digits, `_`, `-` and `.`, without spaces
    plugin.toml, line 5, column 9: `fills` is for a source; a scanner fills no table
    plugin.toml, line 5, column 12: `provider` is for a source; a scanner fills no table
    plugin.toml, line 6, column 1: there is no key `table` in `needs`; did you mean `tables`?
    plugin.toml, line 7, column 1: there is no key `column` in `needs.tables`; did you mean `columns`?
    plugin.toml, line 8, column 7: `needs.tables.why` is empty; say it in a sentence that an operator understands
    plugin.toml, line 7, column 11: `needs.tables.columns` is empty; name the columns that are read
    plugin.toml, line 7, column 12: `needs.tables.columns` is `a b`; a name has 1 to 64 letters, digits, `_`, `-` and `.`, without spaces
    plugin.toml, line 5, column 3: `needs.tables` asks for tables and nothing says where; add `[[needs.scopes]]` with `provider`, `account_id`, `region` (each `"*"` for all) and `why`
    plugin.toml, line 5, column 1: `account_id` is `1*`; write a name without spaces, of at most 256 characters, or `*` alone for all
    plugin.toml, line 5, column 3: `needs.scopes` says where to read and nothing says what; add `[[needs.tables]]`, or leave the scopes out
    plugin.toml, line 6, column 8: `needs.hosts.host`: `https://a.example/x` is no host: it has a path, or is a range; write one host alone
    plugin.toml, line 7, column 12: `needs.hosts.methods`: `get` is no method; there are GET, HEAD, OPTIONS, POST, PUT, PATCH and DELETE, in capitals
    plugin.toml, line 5, column 1: `needs.hosts` has no `why`; add it
    plugin.toml, line 7, column 8: `needs.inputs.many` is a string, and must be `true` or `false`
    plugin.toml, line 5, column 54: `needs.secrets.name` is asked for twice (`T`); make one entry of both
    plugin.toml, line 28, column 1: `needs.secrets` does not say which of `[[needs.hosts]]` the secret goes to; add `hosts`, a list of them
    plugin.toml, line 30, column 9: `needs.secrets.hosts` is empty; name the hosts that the secret goes to
    plugin.toml, line 30, column 10: `needs.secrets.hosts` has `https://b.example`, which is not in `[[needs.hosts]]`
    "#);
}

#[test]
fn every_list_and_text_has_a_bound() {
    let secrets = |n: usize| -> String {
        let all = (0..n).map(|i| format!("[[needs.secrets]]\nname = \"s{i}\"\nwhy = \"x\"\n"));
        HEAD.to_owned() + &all.collect::<String>()
    };
    let columns = |n: usize| {
        let all = (0..n).map(|i| format!("\"c{i}\",")).collect::<String>();
        format!("{HEAD}[[needs.tables]]\nname = \"t\"\ncolumns = [{all}]\nwhy = \"x\"\n")
            + "[[needs.scopes]]\nprovider = \"*\"\naccount_id = \"*\"\nregion = \"*\"\nwhy = \"x\""
    };
    assert!(Manifest::parse(&secrets(MAX_NEEDS)).is_ok() && Manifest::parse(&columns(MAX_COLUMNS)).is_ok());
    insta::assert_snapshot!(errors([
        secrets(MAX_NEEDS + 1),
        columns(MAX_COLUMNS + 1),
        HEAD.replace("looks", &"x".repeat(301)),
        HEAD.replace("1.4.0", &format!("1.4.0-{}", "x".repeat(64))),
        format!("{HEAD}#{}", "x".repeat(MAX_MANIFEST_BYTES)),
        format!("{HEAD}needs = {}", "[".repeat(10_000)),
    ]), @r#"
    plugin.toml, line 5, column 1: `needs.secrets` has 65 entries; 64 is the most
    plugin.toml, line 7, column 11: `needs.tables.columns` has 257 entries; 256 is the most
    plugin.toml, line 4, column 11: `summary` has 301 characters; 300 is the most
    plugin.toml, line 2, column 11: `version` is `1.4.0-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`; write a version as in `1.4.0`
    plugin.toml, line 1, column 1: the manifest has 65606 bytes; 65536 is the most
    plugin.toml, line 5, column 89: the manifest is no TOML: cannot recurse further; max recursion depth met
    "#);
}

#[test]
fn a_table_or_column_that_the_host_does_not_have_is_doubted_and_not_refused() {
    let text = format!(
        "{HEAD}[[needs.tables]]\nname = \"instanses\"\ncolumns = [\"name\"]\nwhy = \"x\"\n\
         [[needs.tables]]\nname = \"volumes\"\ncolumns = [\"name\", \"size\"]\nwhy = \"x\"\n\
         [[needs.scopes]]\nprovider = \"*\"\naccount_id = \"*\"\nregion = \"*\"\nwhy = \"x\""
    );
    let doubt =
        "there is no table `instanses` (did you mean `instances`?); only a source that fills it can give it rows";
    assert_eq!(Manifest::parse(&text).unwrap().doubts(), [doubt]);
    let unknown: Vec<String> = Manifest::unknown_columns(&text).iter().map(ToString::to_string).collect();
    let why = "table `volumes` has no column `size` (did you mean `size_gib`?)";
    assert_eq!(unknown, [format!("plugin.toml, line 11, column 20: {why}")]);
    assert!(Manifest::unknown_columns("[[needs.tables]]\nname = 3").is_empty());
}

#[test]
fn no_text_makes_it_fall_over() {
    let words = [
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\n",
        "=",
        "why",
        "[[needs.tables]]",
        "needs",
        "*",
        "https://",
        "0x",
        "\u{1b}",
        "ü",
        "1e9",
    ];
    for seed in 0..2_000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut text: Vec<char> = PROBE.chars().collect();
        for _ in 0..rng.random_range(1..5) {
            let (at, word) = (rng.random_range(0..text.len()), words[rng.random_range(0..words.len())]);
            let end = text.len().min(at + rng.random_range(0..8));
            text.splice(at..end, word.chars());
        }
        let text: String = text.into_iter().collect();
        // What is refused is refused at a place that there is, in words that a terminal can show.
        if let Err(error) = Manifest::parse(&text) {
            assert!(error.line <= text.matches('\n').count() + 1, "{error}");
            assert!(!error.to_string().chars().any(crate::text::is_unseen), "{error:?}");
        }
    }
}
