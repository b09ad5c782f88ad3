//! Locks as they are written and read.

use super::*;
use crate::granted::{HostGrant, Reach};
use crate::limits::{MAX_LOCK_BYTES, MAX_REASONS};
use crate::manifest::Manifest;
use crate::manifest::tests::PROBE;
use crate::signing::KeyPair;

fn lock() -> Lock {
    let manifest = Manifest::parse(PROBE).unwrap();
    let mut granted = Granted::everything_in(&manifest);
    let methods = [crate::Method::Get].into();
    granted.hosts.insert("http://127.0.0.1:9000".parse().unwrap(), HostGrant { methods, reach: Reach::Private });
    Lock {
        name: manifest.name,
        version: manifest.version,
        component: ComponentHash::of(b"component"),
        signer: Signer::Key(KeyPair::generate(&[1; 32], "ann".parse().unwrap()).public),
        granted,
        state: State::Held(vec!["table `costs` is asked for anew".to_owned()]),
        traps_in_a_row: 2,
        installed_at: "2026-11-27T02:00:00Z".to_owned(),
    }
}

#[test]
fn a_lock_comes_back_as_it_was_written() {
    for lock in [
        lock(),
        Lock { signer: Signer::Unsigned, ..lock() },
        Lock { state: State::Enabled, granted: Granted::default(), traps_in_a_row: 0, ..lock() },
    ] {
        assert_eq!(Lock::from_toml(&lock.to_toml().unwrap()), Ok(lock));
    }
}

#[test]
fn a_lock_is_a_file_that_one_can_read() {
    insta::assert_snapshot!(lock().to_toml().unwrap(), @r#"
    format = 1
    name = "probe"
    version = "1.4.0"
    sha256 = "6985ca1f4daa5a584a28eae043a239cb96689af1337ea13afb63e00c2bf512fa"
    signer = "neph-plugin-key ed25519 iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w= ann"
    installed_at = "2026-11-27T02:00:00Z"
    state = "held"
    held_for = ["table `costs` is asked for anew"]
    traps_in_a_row = 2

    [granted]
    scopes = ["aws/*/*"]

    [granted.tables]
    volumes = ["name", "region"]

    [granted.hosts."https://*.example.com"]
    methods = ["GET"]
    reach = "public"

    [granted.hosts."http://127.0.0.1:9000"]
    methods = ["GET"]
    reach = "private"

    [granted.secrets]
    TOKEN = ["https://*.example.com"]

    [granted.inputs]
    report = "one"
    "#);
}

#[test]
fn a_secret_that_was_granted_before_secrets_had_hosts_is_for_the_one_host_that_was_granted() {
    let host = |name: &str| format!("[granted.hosts.\"https://{name}\"]\nmethods = [\"GET\"]\nreach = \"public\"\n");
    let head = Lock { granted: Granted::default(), ..lock() }.to_toml().unwrap();
    let head = head.split("[granted]").next().unwrap().to_owned() + "[granted]\nsecrets = [\"TOKEN\"]\n";
    let hosts = |text: &str| Lock::from_toml(text).unwrap().granted.secrets["TOKEN"].len();
    assert_eq!(hosts(&head), 0);
    assert_eq!(hosts(&(head.clone() + &host("a.example"))), 1);
    assert_eq!(hosts(&(head + &host("a.example") + &host("b.example"))), 0, "nobody has said which");
}

#[test]
fn a_lock_that_is_wrong_says_what_is_wrong() {
    let sound = lock().to_toml().unwrap();
    let signer = sound.lines().find(|line| line.starts_with("signer")).unwrap();
    let texts = [
        String::new(),
        "format = ".to_owned(),
        sound.replace("format = 1", "format = 2"),
        sound.replace("format = 1", "format = 1\nmore = 1"),
        sound.replace("format = 1", "format = 1\n\"mo\\u001bre\" = 1"),
        sound.replace(signer, ""),
        sound.replace(signer, &format!("{signer}\nunsigned = true")),
        sound.replace("\"held\"", "\"enabled\""),
        sound.replace("\"held\"", "\"paused\""),
        sound.replace("probe", "../probe"),
        sound.replace("1.4.0", "1"),
        sound.replace("aws/*/*", "aws"),
        sound.replace("https://*.example.com", "*"),
        sound.replace("http://127.0.0.1:9000", "http://169.254.169.254"),
        sound.replace("TOKEN", "\"TO KEN\""),
        sound.replace("anew", "a\\u001bnew"),
        sound.replace("traps_in_a_row = 2", "traps_in_a_row = -1"),
        sound.replace("\"private\"", "\"link-local\""),
        format!("{sound}#{}", "x".repeat(MAX_LOCK_BYTES)),
    ];
    let said =
        texts.map(|text| Lock::from_toml(&text).map_or_else(|error| error.to_string(), |lock| format!("!! {lock:?}")));
    insta::assert_snapshot!(said.join("\n"), @r#"
    the plugin's lock file is wrong: line 1, column 1: missing field `format`; install the plugin once more
    the plugin's lock file is wrong: line 1, column 10: string values must be quoted, expected literal string; install the plugin once more
    the plugin's lock file has the format 2, and this `neph` knows 1; update `neph`, or install the plugin once more
    the plugin's lock file is wrong: line 2, column 1: unknown field `more`, expected one of `format`, `name`, `version`, `sha256`, `signer`, `unsigned`, `installed_at`, `state`, `held_for`, `traps_in_a_row`, `granted`; install the plugin once more
    the plugin's lock file is wrong: line 2, column 1: unknown field `mo�re`, expected one of `format`, `name`, `version`, `sha256`, `signer`, `unsigned`, `installed_at`, `state`, `held_for`, `traps_in_a_row`, `granted`; install the plugin once more
    the plugin's lock file is wrong: it has no `signer` and does not say `unsigned = true`; install the plugin once more
    the plugin's lock file is wrong: it has a `signer` and says `unsigned = true`; install the plugin once more
    the plugin's lock file is wrong: it is `enabled` and has reasons in `held_for`; install the plugin once more
    the plugin's lock file is wrong: line 7, column 9: unknown variant `paused`, expected `enabled` or `held`; install the plugin once more
    the plugin's lock file is wrong: line 2, column 8: `../probe` is no name for a plugin; a name has 2 to 40 lower-case letters, digits and `-`, and begins and ends with a letter or a digit; install the plugin once more
    the plugin's lock file is wrong: `version` is no version; install the plugin once more
    the plugin's lock file is wrong: line 12, column 10: `aws` is no scope; write `provider/account/region`, with `*` for all, as in `aws/111122223333/*`; install the plugin once more
    the plugin's lock file is wrong: the host `*` cannot be granted; name the hosts one by one; install the plugin once more
    the plugin's lock file is wrong: line 21, column 16: `http://169.254.169.254` is no host: it is an address where clouds keep the credentials of machines, or of no host in particular; it cannot be asked for; install the plugin once more
    the plugin's lock file is wrong: a granted name is `TO KEN`; a name has 1 to 64 letters, digits, `_`, `-` and `.`, without spaces; install the plugin once more
    the plugin's lock file is wrong: a reason in `held_for` has the character U+001B, which a terminal does not show; leave it out; install the plugin once more
    the plugin's lock file is wrong: line 9, column 18: invalid value: integer `-1`, expected u32; install the plugin once more
    the plugin's lock file is wrong: line 23, column 9: unknown variant `link-local`, expected `public` or `private`; install the plugin once more
    the plugin's lock file has 262786 bytes; 262144 is the most
    "#);
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let many = State::Held(vec!["x".to_owned(); MAX_REASONS + 1]);
    for lock in [
        Lock { state: many, ..lock() },
        Lock { state: State::Held(Vec::new()), ..lock() },
        Lock { installed_at: "a\nb".to_owned(), ..lock() },
    ] {
        assert!(lock.to_toml().is_err());
    }
}
