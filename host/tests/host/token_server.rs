//! A server that gives tokens as Azure's sign-in does, over TLS, and as the identity of a service does, without.

use rcgen::{CertifiedKey, KeyPair};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What somebody asked: all of a request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Method, path and version.
    pub(crate) line: String,
    /// In lower case.
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Asked {
    /// A field of a form, or of the question mark's.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let query = self.line.split(' ').nth(1)?.split_once('?').map_or("", |(_, query)| query);
        let fields = url::form_urlencoded::parse(if self.body.is_empty() { query } else { &self.body }.as_bytes());
        fields.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// A reply: its status, and JSON.
pub(crate) type Answer = (u16, serde_json::Value);

/// The server; it ends with its last handle.
pub(crate) struct TokenServer {
    pub(crate) url: String,
    /// What a client has to trust, where it asks over TLS.
    pub(crate) certificate: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _end: oneshot::Sender<()>,
}

impl TokenServer {
    /// Over TLS, with a certificate of its own.
    pub(crate) fn over_tls(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(Some(rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()), answer)
    }

    /// In plain text, as a machine's own identity is asked for.
    pub(crate) fn plain(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(None, answer)
    }

    fn start(key: Option<CertifiedKey<KeyPair>>, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if key.is_some() { "https" } else { "http" };
        let certificate = key.as_ref().map(|key| key.cert.pem()).unwrap_or_default();
        let tls = key.map(|key| TlsAcceptor::from(Arc::new(config(&key))));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (end, ended) = oneshot::channel();
        let server = serve(listener, tls, asked.clone(), answer);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = server => {}
                    _ = ended => {}
                }
            });
        });
        Self { url: format!("{scheme}://localhost:{port}"), certificate, asked, _end: end }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn config(key: &CertifiedKey<KeyPair>) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let private = PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    builder.with_single_cert(vec![key.cert.der().clone()], private).unwrap()
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    asked: Arc<Mutex<Vec<Asked>>>,
    answer: impl Fn(&Asked) -> Answer,
) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        // One after the other: whoever asks for tokens asks once.
        let reply = |request: Asked| {
            asked.lock().unwrap().push(request.clone());
            answer(&request)
        };
        // A client that does not trust the certificate goes away, which is its right.
        match &tls {
            None => drop(converse(stream, reply).await),
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    drop(converse(stream, reply).await);
                }
            }
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    reply: impl Fn(Asked) -> Answer,
) -> std::io::Result<()> {
    let (mut read, mut part) = (Vec::new(), [0; 4096]);
    let asked = loop {
        let count = stream.read(&mut part).await?;
        read.extend_from_slice(&part[..count]);
        if let Some(asked) = whole(&String::from_utf8_lossy(&read)) {
            break asked;
        }
        if count == 0 {
            return Ok(());
        }
    };
    let (status, body) = reply(asked);
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}

/// The request, once all of it has come.
fn whole(text: &str) -> Option<Asked> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (line, headers) = head.split_once("\r\n")?;
    let headers = headers.to_lowercase();
    let length = headers.lines().find_map(|header| header.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.trim().parse().unwrap());
    (body.len() >= length).then(|| Asked { line: line.to_owned(), headers, body: body.to_owned() })
}
