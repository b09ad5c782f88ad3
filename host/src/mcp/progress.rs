//! Tells a client that asked for it how far a call has come.

use super::tool::Call;
use crate::progress::line;
use engine::Progress;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::time::Duration;
use tokio::sync::watch;

/// Often enough for an eye, and not more than a client can draw.
const EVERY: Duration = Duration::from_millis(400);

/// Does some work, and tells its progress while it lasts.
pub(super) async fn told<T, F>(call: &Call<'_>, work: impl FnOnce(Option<watch::Sender<Progress>>) -> F) -> T
where
    F: Future<Output = T>,
{
    let Some(token) = &call.token else { return work(None).await };
    let (sender, progress) = watch::channel(Progress::default());
    tokio::select! {
        result = work(Some(sender)) => result,
        never = tell(call.peer, token, progress) => match never {},
    }
}

async fn tell(peer: &Peer<RoleServer>, token: &ProgressToken, progress: watch::Receiver<Progress>) -> Infallible {
    let mut last = -1.0;
    loop {
        tokio::time::sleep(EVERY).await;
        let seen = progress.borrow().clone();
        let done = done(&seen);
        if done <= last {
            continue;
        }
        last = done;
        let mut said = ProgressNotificationParam::new(token.clone(), done).with_message(line(&seen));
        if seen.scopes_total > 0 {
            #[expect(clippy::cast_precision_loss, reason = "nobody has so many scopes")]
            let total = seen.scopes_total as f64;
            said = said.with_total(total);
        }
        if peer.notify_progress(said).await.is_err() {
            // The client does not listen; the call goes on until it is cancelled.
            pending::<()>().await;
        }
    }
}

/// How far it has come, in scopes. The protocol wants each figure larger than the one before, so calls count as the
/// begin of a scope: the more of them, the nearer to a whole one.
#[expect(clippy::cast_precision_loss, reason = "nobody has so many scopes or calls")]
fn done(progress: &Progress) -> f64 {
    let calls = progress.calls as f64;
    progress.scopes_done as f64 + calls / (calls + 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_and_every_scope_is_progress_and_calls_are_less_than_a_scope() {
        let at = |scopes_done, calls| done(&Progress { scopes_total: 9, scopes_done, calls, ..Progress::default() });
        assert!(at(0, 0) < at(0, 1) && at(0, 1) < at(0, 50) && at(0, 50) < at(1, 50) && at(0, 1_000_000) < 1.0);
    }
}
