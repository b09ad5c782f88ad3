//! A moto server of a test's own: started on a free port, killed when the test ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running moto server.
pub(crate) struct Moto {
    child: Child,
    port: u16,
}

impl Moto {
    /// Starts one, or says that there is none to start.
    #[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = program() else {
            println!("skipped: moto is not installed; `cargo xtask test` installs it");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        let moto = Self { child: command.spawn().unwrap(), port };
        for _ in 0..1_200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(moto);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("moto did not open port {port} within two minutes");
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A request beside the SDK's, for what no client of the tests can ask. Gives the reply, head and body.
    pub(crate) fn post(&self, path: &str, content_type: &str, extra: &str, body: &str) -> String {
        self.send("POST", path, content_type, extra, body)
    }

    fn send(&self, method: &str, path: &str, content_type: &str, extra: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: {content_type}\r\n{extra}\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}",
            self.port
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 2"), "{path}: {reply}");
        reply
    }

    /// From now on IAM is enforced: whoever has no policy is refused.
    pub(crate) fn enforce_permissions(&self) {
        self.post("/moto-api/reset-auth", "text/plain", "", "0");
    }

    /// Has a whole account ignore ACLs that open its buckets, signed with the account's key. The SDK would look for S3
    /// Control at a host of the account's own.
    pub(crate) fn ignore_public_acls(&self, access_key_id: &str, token: &str, account: &str) {
        let signature = signature(access_key_id, token, "s3");
        let extra = format!("{signature}X-Amz-Account-Id: {account}\r\n");
        let body = "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
        self.send("PUT", "/v20180820/configuration/publicAccessBlock", "application/xml", &extra, body);
    }

    /// Makes the role that Lambda functions run as, signed with an account's key.
    pub(crate) fn create_role(&self, access_key_id: &str, token: &str, name: &str) {
        let signature = signature(access_key_id, token, "iam");
        let body = format!(
            "Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22\
             %2C%22Statement%22%3A%5B%5D%7D"
        );
        self.post("/", "application/x-www-form-urlencoded", &signature, &body);
    }
}

/// The headers of a request that is signed, though with no true signature: moto takes any.
fn signature(access_key_id: &str, token: &str, service: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={access_key_id}/20261121/us-east-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=0\r\nX-Amz-Date: 20261121T000000Z\r\nX-Amz-Security-Token: {token}\r\n"
    )
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `NEPH_MOTO`, else the one that `cargo xtask test` installs in the target folder.
fn program() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch, which no product code sees")]
    let named = std::env::var_os("NEPH_MOTO").map(PathBuf::from);
    if named.is_some() {
        return named.filter(|path| path.is_file());
    }
    let test = std::env::current_exe().ok()?;
    test.ancestors().map(|folder| folder.join("moto/bin/moto_server")).find(|path| path.is_file())
}
