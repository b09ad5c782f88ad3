//! Signing in to Azure: the binary finds a token in each of the ways that people set up, renews it where it is refused or
//! runs out, and says what to do where there is none.
//!
//! A virtual machine's identity is asked for at an address that cannot be moved, and is tried nowhere here.

use crate::binary::{neph, of};
use crate::token_server::{Answer, Asked, TokenServer};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use standin::{Behaviour, Estate, Fault, FaultKind, GenerateSettings, Standin};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const TENANT: &str = "0f0e0d0c-1111-4222-8333-444455556666";
const CLIENT: &str = "99998888-7777-4666-8555-444433332222";
const SECRET: &str = "hunter2-of-the-test";
const SCOPE: &str = "https://management.azure.com/.default";
const DISKS: &str = "Microsoft.Compute/disks/read";

/// One subscription of Azure.
fn start(faults: Vec<Fault>) -> Standin {
    let now: DateTime<Utc> = "2026-11-20T09:30:00Z".parse().unwrap();
    let settings = GenerateSettings { subscriptions: 1, ..GenerateSettings::sized(now, 0, 1, 10) };
    Standin::start(Estate::generate(&settings), Behaviour { faults, ..Behaviour::default() }).unwrap()
}

/// The token that the subscription knows.
fn token(standin: &Standin) -> String {
    standin.estate().subscriptions[0].tokens[0].clone()
}

/// Azure's refusal of a token in the middle of a query: those before it were taken.
fn refused_once() -> Vec<Fault> {
    vec![Fault::new(FaultKind::ExpiredToken).action(DISKS).call(1)]
}

/// A folder that is configured for the stand-in, and the binary in it.
fn command(folder: &Path, standin: &Standin, settings: &str) -> Command {
    let text = format!("[azure]\nendpoint = \"{}\"\n{settings}", standin.url());
    std::fs::write(folder.join("nephoscope.toml"), text).unwrap();
    neph(folder)
}

fn counted(mut command: Command) -> (i32, Value, String) {
    let (code, out, err) =
        of(command.args(["-f", "json", "query", "SELECT count(*) AS n FROM volumes"]).output().unwrap());
    (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")), err)
}

/// All disks were counted, and nothing lacks.
fn is_whole(standin: &Standin, counted: (i32, Value, String)) {
    let (code, answer, err) = counted;
    assert_eq!((code, &answer["coverage"]["complete"]), (0, &json!(true)), "{answer:#}{err}");
    assert_eq!(answer["rows"][0]["n"], standin.estate().subscriptions[0].disks.len());
}

/// No token: the answer is partial, and its coverage says what to do.
fn is_told(counted: (i32, Value, String), what: &str) {
    let (code, answer, err) = counted;
    assert_eq!(code, 3, "{answer:#}{err}");
    let said = answer["coverage"]["scopes"][0]["error"]["message"].as_str().unwrap();
    assert!(said.contains(what), "{said}");
    assert!(!format!("{answer}{err}").contains(SECRET), "a secret was told");
}

/// What the sign-in gives for a token that lasts so many seconds.
fn signed_in(token: &str, seconds: u64) -> Answer {
    (200, json!({ "token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token }))
}

/// The binary, which signs in at a server of the test's as if it were Microsoft's.
fn at_server(mut command: Command, folder: &Path, server: &TokenServer) -> Command {
    let trusted = folder.join("trusted.pem");
    std::fs::write(&trusted, &server.certificate).unwrap();
    command.env("AZURE_AUTHORITY_HOST", &server.url).env("SSL_CERT_FILE", trusted);
    command
}

fn principal(secret: &str) -> String {
    format!(
        "credential = \"service_principal\"\ntenant_id = \"{TENANT}\"\nclient_id = \"{CLIENT}\"\nclient_secret = \"{secret}\"\n"
    )
}

/// Checks the secret as Microsoft does.
fn check_secret(asked: &Asked, given: Answer) -> Answer {
    if asked.field("client_secret").as_deref() == Some(SECRET) {
        return given;
    }
    let text = "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2";
    (401, json!({ "error": "invalid_client", "error_description": text, "error_codes": [7_000_215] }))
}

/// A service principal's sign-in for a token that lasts so many seconds, how often it was asked for, and the answer.
fn by_principal(faults: Vec<Fault>, secret: &str, seconds: u64) -> (Standin, Vec<Asked>, (i32, Value, String)) {
    let standin = start(faults);
    let given = signed_in(&token(&standin), seconds);
    let server = TokenServer::over_tls(move |asked| check_secret(asked, given.clone()));
    let folder = tempfile::tempdir().unwrap();
    let command = at_server(command(folder.path(), &standin, &principal(secret)), folder.path(), &server);
    let counted = counted(command);
    (standin, server.asked(), counted)
}

#[test]
fn a_service_principal_signs_in_once_with_its_secret() {
    let (standin, asked, counted) = by_principal(Vec::new(), SECRET, 3600);
    is_whole(&standin, counted);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].line.starts_with(&format!("POST /{TENANT}/oauth2/v2.0/token ")), "{}", asked[0].line);
    for (field, value) in [("grant_type", "client_credentials"), ("client_id", CLIENT), ("scope", SCOPE)] {
        assert_eq!(asked[0].field(field).as_deref(), Some(value));
    }
}

#[test]
fn a_token_that_is_refused_in_the_middle_of_a_query_is_renewed_and_nothing_lacks() {
    let (standin, asked, counted) = by_principal(refused_once(), SECRET, 3600);
    is_whole(&standin, counted);
    assert_eq!((asked.len(), standin.counts().of(DISKS)), (2, 2), "{asked:?}");
}

#[test]
fn a_token_that_is_about_to_run_out_is_not_used_twice() {
    let (standin, asked, counted) = by_principal(Vec::new(), SECRET, 30);
    is_whole(&standin, counted);
    assert_eq!(asked.len() as u64, standin.counts().total, "one for each call");
}

#[test]
fn a_wrong_secret_is_told_by_microsofts_code_and_not_shown() {
    let (standin, asked, counted) = by_principal(Vec::new(), "another-hunter2-of-the-test", 3600);
    is_told(counted, "(`AADSTS7000215`): the service principal was refused");
    assert!(!asked.is_empty());
    assert_eq!(standin.counts().total, 0, "without a token nothing is called");
}

#[test]
fn a_sign_in_that_nobody_vouches_for_gets_no_secret() {
    let standin = start(Vec::new());
    let server = TokenServer::over_tls(|asked| check_secret(asked, signed_in("x", 3600)));
    let another = TokenServer::over_tls(|_| (500, Value::Null));
    let folder = tempfile::tempdir().unwrap();
    let mut command = at_server(command(folder.path(), &standin, &principal(SECRET)), folder.path(), &another);
    command.env("AZURE_AUTHORITY_HOST", &server.url);
    is_told(counted(command), "the service principal was refused or not reached");
    assert!(server.asked().is_empty());
}

/// A pod with a workload identity: its token lies in a file, and the environment says whose it is.
fn in_a_pod(folder: &Path, command: Command, server: &TokenServer) -> Command {
    let file = folder.join("federated");
    std::fs::write(&file, "the-pods-own-token").unwrap();
    let mut command = at_server(command, folder, server);
    command.env("AZURE_FEDERATED_TOKEN_FILE", file).env("AZURE_TENANT_ID", TENANT).env("AZURE_CLIENT_ID", CLIENT);
    command
}

#[test]
fn a_pods_identity_is_found_and_renewed_in_the_middle_of_a_query() {
    for settings in ["credential = \"workload_identity\"\n", ""] {
        let standin = start(refused_once());
        let given = signed_in(&token(&standin), 3600);
        let server = TokenServer::over_tls(move |_| given.clone());
        let folder = tempfile::tempdir().unwrap();
        is_whole(&standin, counted(in_a_pod(folder.path(), command(folder.path(), &standin, settings), &server)));
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        for asked in asked {
            assert_eq!(asked.field("client_assertion").as_deref(), Some("the-pods-own-token"));
            assert_eq!(
                (asked.field("client_id").as_deref(), asked.field("scope").as_deref()),
                (Some(CLIENT), Some(SCOPE))
            );
        }
    }
}

/// The identity of a service such as App Service, which gives tokens to whoever has its secret.
fn identity(standin: &Standin) -> TokenServer {
    let token = token(standin);
    TokenServer::plain(move |asked| {
        if !asked.headers.contains("x-identity-header: the-services-secret") {
            return (401, json!({ "statusCode": 401, "message": "No Managed Identity found" }));
        }
        let ends = (Utc::now().timestamp() + 3600).to_string();
        let resource = asked.field("resource");
        (200, json!({ "access_token": token, "expires_on": ends, "resource": resource, "token_type": "Bearer" }))
    })
}

#[test]
fn a_services_identity_is_asked_for_at_the_address_that_the_service_says_and_renewed() {
    for settings in [format!("credential = \"managed_identity\"\nclient_id = \"{CLIENT}\"\n"), String::new()] {
        let standin = start(refused_once());
        let server = identity(&standin);
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(folder.path(), &standin, &settings);
        let endpoint = format!("{}/msi/token", server.url);
        command.env("IDENTITY_ENDPOINT", endpoint).env("IDENTITY_HEADER", "the-services-secret");
        is_whole(&standin, counted(command));
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        for asked in asked {
            assert!(asked.line.starts_with("GET /msi/token?"), "{}", asked.line);
            assert_eq!(asked.field("resource").as_deref(), Some("https://management.azure.com"));
            assert_eq!(asked.field("client_id").as_deref(), Some(CLIENT).filter(|_| !settings.is_empty()));
        }
    }
}

#[test]
fn an_identity_that_is_refused_is_told_with_what_to_do() {
    let standin = start(Vec::new());
    let server = identity(&standin);
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &standin, "credential = \"managed_identity\"\n");
    command.env("IDENTITY_ENDPOINT", format!("{}/msi/token", server.url)).env("IDENTITY_HEADER", "another");
    is_told(counted(command), "this machine has no managed identity that gives one");
}

/// A folder with a program `az` that does what a script says, and notes what it was asked.
fn az(folder: &Path, script: &str) -> String {
    let (bin, program) = (folder.join("bin"), folder.join("bin/az"));
    std::fs::create_dir(&bin).unwrap();
    let text = format!("#!/bin/sh\necho \"$@\" >> '{}'\n{script}\n", folder.join("asked").display());
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/bin:/bin", bin.display())
}

/// What the command line prints of a token that lasts so many seconds.
fn printed(token: &str, seconds: i64) -> String {
    let ends = Utc::now().timestamp() + seconds;
    let said = json!({ "accessToken": token, "expiresOn": "", "expires_on": ends, "tokenType": "Bearer" });
    format!("echo '{said}'")
}

#[test]
fn the_command_lines_sign_in_is_used_and_renewed_in_the_middle_of_a_query() {
    for settings in [format!("credential = \"azure_cli\"\ntenant_id = \"{TENANT}\"\n"), String::new()] {
        let standin = start(refused_once());
        let folder = tempfile::tempdir().unwrap();
        let path = az(folder.path(), &printed(&token(&standin), 3600));
        let mut command = command(folder.path(), &standin, &settings);
        command.env("PATH", path);
        is_whole(&standin, counted(command));
        let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
        let tenant = if settings.is_empty() { String::new() } else { format!(" --tenant {TENANT}") };
        let line = format!("account get-access-token -o json --scope {SCOPE}{tenant}");
        assert_eq!(asked.lines().collect::<Vec<_>>(), [line.as_str(), line.as_str()]);
    }
}

#[test]
fn who_is_not_signed_in_is_told_to_sign_in() {
    let not_signed_in = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1";
    for (script, found) in [(not_signed_in, true), ("echo '{}'", true), ("", false)] {
        let standin = start(Vec::new());
        let folder = tempfile::tempdir().unwrap();
        let path = if found { az(folder.path(), script) } else { "/nowhere".to_owned() };
        let mut command = command(folder.path(), &standin, "credential = \"azure_cli\"\n");
        command.env("PATH", path);
        is_told(counted(command), "the Azure command line gave none; install it, and sign in with `az login`");
        assert_eq!(standin.counts().total, 0);
    }
}
