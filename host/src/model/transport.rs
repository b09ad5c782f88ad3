//! How requests reach a model's provider: bounded in time and size, and never sent on to another host.

use axum::body::Bytes;
use reqwest::{Client, Url, redirect};
use rig_core::http_client::{
    Error, HttpClientExt, LazyBody, MultipartForm, Request, Response, Result, StreamingResponse,
};
use rig_core::wasm_compat::WasmCompatSend;
use std::future::{Future, ready};
use std::time::Duration;

/// The most bytes of one reply. A program of the largest size, twice over, fits with all that is around it.
pub const MOST_BYTES: usize = 256 * 1024;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// A client of one provider.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    client: Client,
    most_bytes: usize,
}

/// The reply is larger than it may be.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a reply larger than {most_bytes} bytes")]
pub(super) struct TooLarge {
    pub(super) most_bytes: usize,
}

/// Nothing here sends or receives that way.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("only whole requests and whole replies")]
struct NotOffered;

/// Whether an address is this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

impl Transport {
    #[expect(clippy::result_large_err, reason = "rig's own error, made once when a model is configured")]
    pub(super) fn new(endpoint: &str, timeout: Duration) -> Result<Self> {
        // A redirect would take the key, or the prompt, to a host that nobody chose.
        let mut builder =
            Client::builder().redirect(redirect::Policy::none()).timeout(timeout).connect_timeout(CONNECT);
        if Url::parse(endpoint).is_ok_and(|url| is_loopback(&url)) {
            // A proxy elsewhere would look for the model on its own machine.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(Error::instance)?;
        Ok(Self { client, most_bytes: MOST_BYTES })
    }

    async fn reply(self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let sent = self.client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body).send();
        // Gemini's key is part of its address, and an error would repeat the address.
        let mut reply = sent.await.map_err(|error| Error::instance(error.without_url()))?;
        let (status, headers) = (reply.status(), reply.headers().clone());
        let mut bytes = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| Error::instance(error.without_url()))? {
            if bytes.len() + chunk.len() > self.most_bytes {
                return Err(Error::instance(TooLarge { most_bytes: self.most_bytes }));
            }
            bytes.extend_from_slice(&chunk);
        }
        if !status.is_success() {
            return Err(Error::non_success_with_details(status, headers, String::from_utf8_lossy(&bytes).into_owned()));
        }
        let mut response = Response::new(Bytes::from(bytes));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl HttpClientExt for Transport {
    fn send<T, U>(
        &self,
        request: Request<T>,
    ) -> impl Future<Output = Result<Response<LazyBody<U>>>> + WasmCompatSend + 'static
    where
        T: Into<Bytes> + WasmCompatSend,
        U: From<Bytes> + WasmCompatSend + 'static,
    {
        let sent = self.clone().reply(request.map(Into::into));
        async move {
            let lazy = |bytes| -> LazyBody<U> { Box::pin(ready(Ok(U::from(bytes)))) };
            Ok(sent.await?.map(lazy))
        }
    }

    fn send_multipart<U>(
        &self,
        _: Request<MultipartForm>,
    ) -> impl Future<Output = Result<Response<LazyBody<U>>>> + WasmCompatSend + 'static
    where
        U: From<Bytes> + WasmCompatSend + 'static,
    {
        ready(Err(Error::instance(NotOffered)))
    }

    fn send_streaming<T>(&self, _: Request<T>) -> impl Future<Output = Result<StreamingResponse>> + WasmCompatSend
    where
        T: Into<Bytes> + WasmCompatSend,
    {
        ready(Err(Error::instance(NotOffered)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for (url, expected) in [
            ("http://localhost:1/v1", true),
            ("http://127.0.0.9/v1", true),
            ("http://[::1]:80/", true),
            ("http://localhost.example.com/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).expect("an address")), expected, "{url}");
        }
    }
}
