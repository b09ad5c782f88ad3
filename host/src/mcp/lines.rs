//! Messages of a client as lines of a stream, none longer than a bound: what is beyond it is not kept, its client is told so, and
//! the next line is read as ever.

use rmcp::RoleServer;
use rmcp::model::ErrorData;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

/// A client on the other side of two streams.
pub(crate) struct Lines<R: AsyncRead + Unpin, W: AsyncWrite> {
    inner: AsyncRwTransport<RoleServer, Cut<R>, W>,
    most: usize,
    too_long: mpsc::UnboundedReceiver<()>,
    /// What came in, the end of the input as well, for as long as something is to be said before it.
    received: Option<Option<RxJsonRpcMessage<RoleServer>>>,
}

impl<R, W> Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    /// Whose lines have so many bytes at most.
    pub(crate) fn new(reader: R, writer: W, most: usize) -> Self {
        let (tell, too_long) = mpsc::unbounded_channel();
        let inner = AsyncRwTransport::new(Cut { inner: reader, most, length: 0, tell }, writer);
        Self { inner, most, too_long, received: None }
    }

    /// Tells the client that a line of its was not read. None where it cannot be told anything any more.
    async fn refuse(&mut self) -> Option<()> {
        let message = format!("a message is longer than {} bytes, and was not read; ask for less at once", self.most);
        // Which call it was would have been in it.
        let refusal = TxJsonRpcMessage::<RoleServer>::error(ErrorData::invalid_request(message, None), None);
        self.inner.send(refusal).await.ok()
    }
}

impl<R, W> Transport<RoleServer> for Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            while self.too_long.try_recv().is_ok() {
                self.refuse().await?;
            }
            // Kept meanwhile, for whoever waits for this may give up waiting and begin anew.
            if let Some(received) = self.received.take() {
                return received;
            }
            tokio::select! {
                biased;
                Some(()) = self.too_long.recv() => self.refuse().await?,
                received = self.inner.receive() => self.received = Some(received),
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}

/// A stream whose lines end at a bound: the rest of each that is longer is left out, and told of.
struct Cut<R> {
    inner: R,
    most: usize,
    /// Of the line that is being read, so far.
    length: usize,
    tell: mpsc::UnboundedSender<()>,
}

impl<R> Cut<R> {
    /// Moves what is to be read to the front, and says how much that is.
    fn cut(&mut self, bytes: &mut [u8]) -> usize {
        let (mut at, mut kept) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            self.length = if byte == b'\n' { 0 } else { self.length + 1 };
            if self.length == self.most + 1 {
                // Where nobody listens any more, nobody is to be told.
                let _ = self.tell.send(());
            }
            if self.length <= self.most {
                bytes[kept] = byte;
                kept += 1;
            }
        }
        kept
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Cut<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
            let kept = this.cut(&mut buf.filled_mut()[before..]);
            let is_at_its_end = buf.filled().len() == before;
            buf.set_filled(before + kept);
            // To hand over nothing would be to say that this is the end.
            if kept > 0 || is_at_its_end {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut_and_told_of_once_and_the_others_are_whole() {
        for at_once in [1, 2, 3, 64] {
            let (reader, mut writer) = tokio::io::duplex(at_once);
            let (tell, mut told) = mpsc::unbounded_channel();
            let mut cut = Cut { inner: reader, most: 4, length: 0, tell };
            let writing = async move { writer.write_all(b"abc\nabcdefghi\n\nabcd\nabcde").await.unwrap() };
            let mut read = String::new();
            let (read_bytes, ()) = tokio::join!(cut.read_to_string(&mut read), writing);
            read_bytes.unwrap();
            assert_eq!(read, "abc\nabcd\n\nabcd\nabcd", "{at_once}");
            drop(cut);
            assert_eq!((told.recv().await, told.recv().await, told.recv().await), (Some(()), Some(()), None));
        }
    }
}
