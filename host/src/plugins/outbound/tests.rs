//! Requests of plugins, over real HTTP on loopback: what the grant lets through, and what comes back of a secret.

use super::*;
use axum::Router;
use axum::http::HeaderMap as Headers;
use axum::response::Redirect;
use axum::routing::get;
use manifest::granted::Word;
use manifest::{Granted, HostPattern, HostRule, Manifest};

/// A server on loopback that says what it was sent, redirects, and is slow.
#[expect(clippy::disallowed_methods, reason = "it ends with the test")]
async fn server() -> SocketAddr {
    let echo = |headers: Headers| async move {
        let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("none").to_owned();
        format!("{} {}", of("authorization"), of("x-plain"))
    };
    let router = Router::new()
        .route("/echo", get(echo))
        .route(
            "/to/{port}",
            get(|axum::extract::Path(port): axum::extract::Path<u16>| async move {
                Redirect::temporary(&format!("http://127.0.0.1:{port}/echo"))
            }),
        )
        .route("/metadata", get(|| async { Redirect::temporary("http://169.254.169.254/latest/meta-data/") }))
        .route("/file", get(|| async { Redirect::temporary("file:///etc/passwd") }))
        .route("/tell", get(|| async { Redirect::temporary("https://S3cr3t-Value.example/") }))
        .route("/name", get(|| async { [("x-S3cr3t-Value", "told")] }))
        .route("/round", get(|| async { Redirect::temporary("/round") }))
        .route("/large", get(|| async { "x".repeat(5_000) }))
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(30)).await }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::task::spawn(async move { axum::serve(listener, router).await });
    address
}

const MANIFEST: &str = r#"
name = "caller"
version = "0.1.0"
world = "scanner"
summary = "calls"

[[needs.hosts]]
host = "*"
methods = ["GET"]
why = "to call"

[[needs.secrets]]
name = "token"
why = "to be known"
"#;

/// A door with these hosts, private ones among them, and a secret.
fn door(hosts: &[&str]) -> Door {
    door_of(MANIFEST, hosts, "token")
}

fn door_of(manifest: &str, hosts: &[&str], secret: &str) -> Door {
    let manifest = Manifest::parse(manifest).unwrap();
    let host = |host: &&str| Word::Host(host.parse::<HostPattern>().unwrap(), Reach::Private);
    let mut words: Vec<Word> = hosts.iter().map(host).collect();
    words.push(Word::Secret(secret.to_owned()));
    let granted = Granted::of_words(&manifest, &words).unwrap();
    let secrets = [("token", "S3cr3t-Value"), ("other", "another-value")];
    let secrets = secrets.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Door {
        effective: manifest::effective(&manifest, &granted),
        secrets: Secrets::new(secrets.into()),
        log: Log::default(),
    }
}

fn get_of(url: &str) -> Outgoing {
    Outgoing {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: vec![("X-Plain".to_owned(), "plain".to_owned())],
        credentials: Vec::new(),
        body: None,
        timeout: Duration::from_secs(5),
        response_bytes: 4_000,
    }
}

fn with_secret(url: &str, secret: &str) -> Outgoing {
    let credential = sandbox::plugin::outbound::Credential {
        header: "Authorization".to_owned(),
        prefix: "Bearer ".to_owned(),
        secret: secret.to_owned(),
    };
    Outgoing { credentials: vec![credential], ..get_of(url) }
}

async fn said(door: &Door, request: Outgoing) -> String {
    match door.send(request).await {
        Ok(response) => format!("{} {}", response.status, String::from_utf8(response.body).unwrap()),
        Err(
            OutboundError::Denied { code, .. }
            | OutboundError::Invalid { code, .. }
            | OutboundError::Upstream { code, .. },
        ) => code.to_owned(),
        Err(OutboundError::Limit { name, .. }) => name.to_owned(),
    }
}

#[tokio::test]
async fn what_is_granted_is_called_and_a_secret_that_comes_back_is_cut_out() {
    let at = server().await;
    let door = door(&[&format!("http://{at}")]);
    assert_eq!(said(&door, get_of(&format!("http://{at}/echo"))).await, "200 none plain");
    // The server had the secret, and the plugin does not.
    assert_eq!(said(&door, with_secret(&format!("http://{at}/echo"), "token")).await, "200 Bearer [secret] plain");
    assert_eq!(said(&door, with_secret(&format!("http://{at}/echo"), "other")).await, "secret_not_granted");
    assert!(door.has_secret("token") && !door.has_secret("other"));
}

#[tokio::test]
async fn a_secret_goes_to_the_hosts_that_it_is_granted_for_and_to_no_other() {
    let (at, other) = (server().await, server().await);
    let manifest = MANIFEST.replace("host = \"*\"", &format!("host = \"http://{at}\""))
        + &format!(
            "hosts = [\"http://{at}\"]\n[[needs.hosts]]\nhost = \"http://{other}\"\nmethods = [\"GET\"]\nwhy = \"to report\""
        );
    let both = door_of(&manifest, &[&format!("http://{at}"), &format!("http://{other}")], "token");
    assert_eq!(said(&both, with_secret(&format!("http://{at}/echo"), "token")).await, "200 Bearer [secret] plain");
    assert_eq!(said(&both, get_of(&format!("http://{other}/echo"))).await, "200 none plain");
    assert_eq!(said(&both, with_secret(&format!("http://{other}/echo"), "token")).await, "secret_not_granted");
    // Of several hosts that the operator names for one plugin, the secret may be for one.
    let hosts = [format!("http://{at}"), format!("http://{other}")];
    let one = door_of(MANIFEST, &[&hosts[0], &hosts[1]], &format!("token=http://{at}"));
    assert_eq!(said(&one, with_secret(&format!("http://{at}/echo"), "token")).await, "200 Bearer [secret] plain");
    assert_eq!(said(&one, with_secret(&format!("http://{other}/echo"), "token")).await, "secret_not_granted");
}

#[tokio::test]
async fn a_secret_is_not_sent_unencrypted_out_of_the_private_network() {
    let hosts = ["http://192.0.2.1", "http://[2606:4700::1111]", "http://example.com"];
    let private = door(&hosts);
    for host in &hosts[..2] {
        assert_eq!(said(&private, with_secret(host, "token")).await, "secret_unencrypted", "{host}");
    }
    let at = server().await;
    let rule = HostRule {
        host: format!("http://{at}").parse().unwrap(),
        methods: [manifest::Method::Get].into(),
        reach: Reach::Public,
    };
    let secrets = [("token".to_owned(), [rule.host.clone()].into())].into();
    let effective = Effective { hosts: vec![rule], secrets, ..Effective::default() };
    let secrets = Secrets::new([("token".to_owned(), "s3cr3t-value".to_owned())].into());
    let public = Door { effective, secrets, log: Log::default() };
    assert_eq!(said(&public, with_secret(&format!("http://{at}/echo"), "token")).await, "address_not_granted");
    // What a name leads to is asked when it is resolved.
    assert!(AT_HOME_ALONE.resolve("localhost".parse().unwrap()).await.is_ok());
    let public_only = Within { allows: |address| !Reach::is_private(address), ..AT_HOME_ALONE };
    let error = public_only.resolve("localhost".parse().unwrap()).await.err().unwrap();
    assert!(error.is::<InTheClear>());
}

#[tokio::test]
async fn another_host_port_scheme_or_method_is_denied() {
    let (at, other) = (server().await, server().await);
    let door = door(&[&format!("http://{at}")]);
    for url in
        [format!("http://{other}/echo"), format!("https://{at}/echo"), format!("http://localhost:{}/echo", at.port())]
    {
        assert_eq!(said(&door, get_of(&url)).await, "host_not_granted", "{url}");
    }
    let post = Outgoing { method: "POST".to_owned(), ..get_of(&format!("http://{at}/echo")) };
    assert_eq!(said(&door, post).await, "host_not_granted");
}

#[tokio::test]
async fn a_redirect_is_held_to_the_grant_and_takes_no_secret_along() {
    let (at, other) = (server().await, server().await);
    let narrow = door(&[&format!("http://{at}")]);
    let across = format!("http://{at}/to/{}", other.port());
    assert_eq!(said(&narrow, with_secret(&across, "token")).await, "host_not_granted");
    let wide = door(&[&format!("http://{at}"), &format!("http://{other}")]);
    assert_eq!(said(&wide, with_secret(&across, "token")).await, "200 none plain");
    let within = format!("http://{at}/to/{}", at.port());
    assert_eq!(said(&wide, with_secret(&within, "token")).await, "200 Bearer [secret] plain");
    assert_eq!(said(&wide, get_of(&format!("http://{at}/metadata"))).await, "host_not_granted");
    assert_eq!(said(&wide, get_of(&format!("http://{at}/file"))).await, "bad_url");
    assert_eq!(said(&wide, get_of(&format!("http://{at}/round"))).await, "redirects");
}

#[tokio::test]
async fn a_secret_is_in_no_message_and_in_no_name_of_a_header() {
    let at = server().await;
    let door = door(&[&format!("http://{at}")]);
    let told = door.send(with_secret(&format!("http://{at}/tell"), "token")).await.unwrap_err();
    assert_eq!(told.to_string(), "GET to `https://[secret].example` is not granted to this plugin");
    let named = door.send(with_secret(&format!("http://{at}/name"), "token")).await.unwrap();
    assert!(named.headers.contains(&("x-[secret]".to_owned(), "told".to_owned())), "{:?}", named.headers);
}

#[tokio::test]
async fn names_that_lead_to_this_machine_and_addresses_of_metadata_are_denied() {
    // A name that leads to this machine, granted as if it did not.
    let rule = HostRule {
        host: "http://localhost".parse().unwrap(),
        methods: [manifest::Method::Get].into(),
        reach: Reach::Public,
    };
    let effective = Effective { hosts: vec![rule], ..Effective::default() };
    let public = Door { effective, secrets: Secrets::default(), log: Log::default() };
    assert_eq!(said(&public, get_of("http://localhost/")).await, "address_not_granted");
    // Where clouds keep credentials cannot be granted at all, however it is written.
    let far = door(&["http://192.0.2.1"]);
    for url in ["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://2852039166/"] {
        assert_eq!(said(&far, get_of(url)).await, "host_not_granted", "{url}");
    }
    assert!("http://169.254.169.254".parse::<HostPattern>().is_err());
}

/// A system whose names lead to the addresses that they are made of: `10-0-0-1.and.192-0-2-1.example`, `_` for each colon.
#[expect(clippy::needless_pass_by_value, reason = "what looks names up takes them by value")]
fn by_their_spelling(name: Name) -> Looked {
    let addresses = name.as_str().trim_end_matches(".example").split(".and.");
    let address = |text: &str| SocketAddr::new(text.replace('-', ".").replace('_', ":").parse().unwrap(), 0);
    let found: Vec<SocketAddr> = addresses.map(address).collect();
    Box::pin(async move { Ok(found) })
}

#[tokio::test]
async fn a_name_that_leads_to_an_address_of_metadata_or_further_than_granted_is_not_connected_to() {
    let refused = async |within: Within, name: &str| {
        let url: Url = format!("http://{name}.example:1/latest/meta-data/").parse().unwrap();
        let client = client(Within { look_up: by_their_spelling, ..within }).unwrap();
        let error = client.get(url.clone()).timeout(Duration::from_secs(5)).send().await.unwrap_err();
        match failed(&url, &error) {
            OutboundError::Denied { code, .. } | OutboundError::Upstream { code, .. } => code,
            other => panic!("{other}"),
        }
    };
    // Where clouds keep credentials, though private addresses are granted, and though another address is one of them.
    for name in ["169-254-169-254", "fd00_ec2__254", "__ffff_169-254-169-254", "127-0-0-1.and.169-254-169-254"] {
        assert_eq!(refused(PRIVATELY, name).await, "address_not_granted", "{name}");
    }
    for name in ["127-0-0-1", "__1", "10-0-0-1", "192-168-1-1", "1-1-1-1.and.127-0-0-1"] {
        assert_eq!(refused(PUBLICLY, name).await, "address_not_granted", "{name}");
    }
    // With private addresses it is tried, and nobody listens there.
    assert_eq!(refused(PRIVATELY, "127-0-0-1").await, "connection_failed");
}

#[tokio::test]
async fn size_and_time_are_bounded_and_addresses_are_whole() {
    let at = server().await;
    let door = door(&[&format!("http://{at}")]);
    assert_eq!(said(&door, get_of(&format!("http://{at}/large"))).await, "response_bytes");
    let slow = Outgoing { timeout: Duration::from_millis(200), ..get_of(&format!("http://{at}/slow")) };
    assert_eq!(said(&door, slow).await, "time");
    for url in ["", "echo", "file:///etc/passwd", "ftp://x/", "http://user:pass@127.0.0.1/", "gopher://x"] {
        assert_eq!(said(&door, get_of(url)).await, "bad_url", "{url}");
    }
    for (name, value) in [("Host", "evil"), ("X\nY", "z"), ("X", "a\r\nb: c")] {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let request = Outgoing { headers, ..get_of(&format!("http://{at}/echo")) };
        assert_eq!(said(&door, request).await, "bad_header", "{name:?}");
    }
}

/// The lines of the audit log that requests through a door have left.
async fn lines_of(mut door: Door, requests: Vec<Outgoing>) -> Vec<String> {
    use crate::config::audit::Audit;
    use crate::store::Store;
    use crate::store::audit::AuditLog;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let audit = AuditLog::start(&store, &Audit::default());
    door.log = Log { plugin: "caller".to_owned(), requests: Requests::default() };
    audit.takes_in(&door.log.requests);
    for request in requests {
        drop(door.send(request).await);
    }
    let beyond = OutboundError::Limit { name: "requests", value: 1, message: "1 is the most".to_owned() };
    door.refused("GET", "https://ann:S3cr3t-Value@a.example/b?c", &beyond);
    audit.flush().await;
    let sql = "SELECT plugin || ' ' || method || ' ' || host || ' ' || path || ' ' || coalesce(status, '-') || ' ' || bytes \
               || ' ' || coalesce(error_code, '-') || ' ' || coalesce(error, '-') FROM plugin_requests ORDER BY seq";
    sqlx::query_scalar(sql).fetch_all(&store.pool).await.unwrap()
}

#[tokio::test]
async fn each_request_redirect_and_refusal_is_a_line_of_the_audit_log() {
    let (at, other) = (server().await, server().await);
    let url = |path: &str| format!("http://{at}{path}");
    let requests = vec![
        with_secret(&url("/echo?key=S3cr3t-Value#part"), "token"),
        get_of(&url(&format!("/to/{}?key=1", at.port()))),
        get_of(&url(&format!("/to/{}", other.port()))),
        with_secret(&url("/echo"), "other"),
        get_of(&url("/large")),
        get_of(&url("/none")),
        Outgoing { timeout: Duration::from_millis(100), ..get_of(&url("/slow")) },
        get_of(&format!("http://ann:secret@{at}/echo")),
        get_of("nothing"),
    ];
    let lines = lines_of(door(&[&url("")]), requests).await;
    let expected = [
        format!("caller GET http://{at} /echo 200 21 - -"),
        format!("caller GET http://{at} /to/{} 307 0 - -", at.port()),
        format!("caller GET http://{at} /echo 200 10 - -"),
        format!("caller GET http://{at} /to/{} 307 0 - -", other.port()),
        format!(
            "caller GET http://{other} /echo - 0 host_not_granted GET to `http://{other}` is not granted to this plugin"
        ),
        format!(
            "caller GET http://{at} /echo - 0 secret_not_granted the secret `other` is not granted to this plugin, or has no value"
        ),
        format!("caller GET http://{at} /large - 0 response_bytes the response is larger than 4000 bytes"),
        format!("caller GET http://{at} /none 404 0 - -"),
        format!(
            "caller GET http://{at} /slow - 0 given_up given up before a reply was there: its time was over, or its run was ended"
        ),
        format!(
            "caller GET http://{at} /echo - 0 bad_url an address has no user and no password; name a secret in a credential"
        ),
        "caller GET   - 0 bad_url the address is none".to_owned(),
        "caller GET https://a.example /b - 0 requests 1 is the most".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn where_no_host_is_granted_an_attempt_is_a_line_all_the_same() {
    let at = server().await;
    let door = Door { effective: Effective::default(), secrets: Secrets::default(), log: Log::default() };
    let lines = lines_of(door, vec![get_of(&format!("http://{at}/echo"))]).await;
    let expected = format!("caller GET http://{at} /echo - 0 host_not_granted no host is granted to this plugin");
    assert_eq!(lines[0], expected);
}
