//! A prefix of a bucket, against moto: an S3 that we did not write.

use super::*;
use crate::{S3Access, S3Credentials, S3Keys, S3Location};
use async_trait::async_trait;
use engine::FetchError;
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, ObjectStoreExt};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A moto server of our own, ended when it is dropped.
struct Moto {
    process: Child,
    port: u16,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Moto {
    async fn start() -> Option<Self> {
        let program = program()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { process, port };
        for _ in 0..600 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return Some(moto);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("moto did not listen within a minute");
    }

    async fn make_bucket(&self) {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        let request = b"PUT /bills HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        socket.write_all(request).await.unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }

    fn location(&self, prefix: &str, access: S3Access) -> S3Location {
        let mut location = S3Location::from_url(&format!("s3://bills/{prefix}"), "us-east-1", access).unwrap();
        location.endpoint_url = Some(format!("http://127.0.0.1:{}", self.port));
        location.path_style = true;
        location.allow_http = true;
        location
    }

    fn store(&self) -> impl ObjectStore {
        AmazonS3Builder::new()
            .with_bucket_name("bills")
            .with_region("us-east-1")
            .with_endpoint(format!("http://127.0.0.1:{}", self.port))
            .with_allow_http(true)
            .with_access_key_id("test")
            .with_secret_access_key("test")
            .build()
            .unwrap()
    }
}

#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test that looks for a foreign server, and must not look like it passed without"
)]
fn program() -> Option<PathBuf> {
    let beside_the_build = || Some(std::env::current_exe().ok()?.ancestors().nth(3)?.join("moto/bin/moto_server"));
    let program = std::env::var_os("NEPH_MOTO").map(PathBuf::from).or_else(beside_the_build)?;
    if program.exists() {
        return Some(program);
    }
    eprintln!("skipped: moto is not at `{}`; `cargo xtask test` sets it up, or set NEPH_MOTO", program.display());
    None
}

fn keys() -> S3Keys {
    S3Keys { access_key_id: "test".into(), secret_access_key: "very-secret".into(), session_token: None }
}

#[derive(Debug, Default)]
struct Counted(AtomicUsize);

#[async_trait]
impl S3Credentials for Counted {
    async fn keys(&self) -> Result<S3Keys, FetchError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(keys())
    }
}

fn at(location: S3Location, verify_at_open_bytes: u64) -> Billing {
    let mut settings = Settings::new(Location::S3(location));
    settings.limits.verify_at_open_bytes = verify_at_open_bytes;
    Billing::new(settings)
}

#[tokio::test]
async fn a_prefix_of_a_bucket_is_read_like_a_folder() {
    let Some(moto) = Moto::start().await else { return };
    moto.make_bucket().await;
    let store = moto.store();
    let cost: datafusion::arrow::array::ArrayRef = Arc::new(datafusion::arrow::array::Float64Array::from(vec![0.5; 4]));
    let time: datafusion::arrow::array::ArrayRef =
        Arc::new(datafusion::arrow::array::StringArray::from(vec!["2024-09-01"; 4]));
    let columnar = super::kinds::parquet(
        &RecordBatch::try_from_iter([("BilledCost", cost), ("ChargePeriodStart", time)]).unwrap(),
    );
    let objects: [(&str, Vec<u8>); 5] = [
        ("focus/a.csv", csv(2).into()),
        ("focus/2024/b.csv.gz", [gzip(&csv(1)), gzip(&csv(1).replacen(HEADER, "", 1))].concat()),
        ("focus/2024/c.parquet", columnar),
        ("focus/2024/bad.csv", csv(2).replace("1.25", "x").into()),
        ("other/d.csv", csv(9).into()),
    ];
    for (key, bytes) in objects {
        store.put(&key.into(), bytes.into()).await.unwrap();
    }
    for verify in [0, Limits::default().verify_at_open_bytes] {
        let counted = Arc::new(Counted::default());
        let billing = at(moto.location("focus", S3Access::Provider(counted.clone())), verify);
        let (rows, opened) = ask(&billing, SUMS).await;
        assert_eq!(rows, ["8 | 8 | 5"]);
        let named = named(&opened);
        assert_eq!(named.len(), 1);
        assert!(named[0].0 == "2024/bad.csv" && named[0].1.contains("row 1, column `EffectiveCost`"), "{named:?}");
        assert!(counted.0.load(Ordering::Relaxed) > 3);
    }
    // Replaced between opening and reading: the answer counts neither half.
    let billing = at(moto.location("focus/a.csv", S3Access::Keys(keys())), 0);
    let opened = billing.open().await.unwrap();
    store.put(&"focus/a.csv".into(), csv(5).into_bytes().into()).await.unwrap();
    let error = run(&opened, SUMS).await.unwrap_err();
    assert_eq!(part_failed(&error).unwrap().item, "a.csv");
    assert_eq!(ask(&billing, SUMS).await.0, ["5 | 7.5 | 6.25"]);
    // What is not there is said, and no secret with it.
    let error = at(moto.location("nothing/here", S3Access::Keys(keys())), 0).open().await.unwrap_err();
    assert!(error.message.contains("`s3://bills/nothing/here` holds no billing files"), "{error}");
    let mut elsewhere = moto.location("focus", S3Access::Keys(keys()));
    elsewhere.bucket = "no-such-bucket".into();
    let error = at(elsewhere, 0).open().await.unwrap_err();
    assert!(error.message.contains("no-such-bucket") && !error.message.contains("very-secret"), "{error}");
}

#[test]
fn an_s3_address_is_taken_apart() {
    let check = |url: &str, expected: Option<(&str, &str)>| {
        let location = S3Location::from_url(url, "eu-west-1", S3Access::Anonymous);
        assert_eq!(location.as_ref().map(|s3| (s3.bucket.as_str(), s3.prefix.as_str())), expected, "{url}");
    };
    check("s3://bucket", Some(("bucket", "")));
    check("s3://bucket/a/b/", Some(("bucket", "a/b")));
    check("s3:///a", None);
    check("https://bucket/a", None);
    assert!(!format!("{:?}", keys()).contains("very-secret"));
}

#[derive(Debug)]
struct NoKeys;

#[async_trait]
impl S3Credentials for NoKeys {
    async fn keys(&self) -> Result<S3Keys, FetchError> {
        Err(FetchError::new(engine::FetchErrorKind::Expired, "the session of profile `prod` ran out: log in again"))
    }
}

#[tokio::test]
async fn keys_that_cannot_be_had_and_a_server_that_is_not_there_are_told_apart() {
    let location = |access| {
        let mut location = S3Location::from_url("s3://bills/focus", "us-east-1", access).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        location.endpoint_url = Some(format!("http://127.0.0.1:{port}"));
        location.allow_http = true;
        location.path_style = true;
        location
    };
    let error = at(location(S3Access::Provider(Arc::new(NoKeys))), 0).open().await.unwrap_err();
    assert_eq!(error.kind, engine::FetchErrorKind::Expired);
    assert!(error.message.contains("the session of profile `prod` ran out"), "{error}");
    let error = at(location(S3Access::Anonymous), 0).open().await.unwrap_err();
    assert_eq!(error.kind, engine::FetchErrorKind::Transient);
    assert!(error.message.starts_with("`s3://bills/focus` cannot be read"), "{error}");
}
