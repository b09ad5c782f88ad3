//! Progress of long fetches, on a terminal only: who waits wants to know what for.

use engine::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// What takes less than this is not worth a flicker.
const AFTER: Duration = Duration::from_millis(300);
const EVERY: Duration = Duration::from_millis(100);

/// Does some work, and shows its progress on standard error while it lasts.
pub async fn shown<T, F>(is_terminal: bool, work: impl FnOnce(Option<watch::Sender<Progress>>) -> F) -> T
where
    F: Future<Output = T>,
{
    if !is_terminal {
        return work(None).await;
    }
    let (sender, progress) = watch::channel(Progress::default());
    tokio::select! {
        result = work(Some(sender)) => result,
        never = draw(progress) => match never {},
    }
}

async fn draw(progress: watch::Receiver<Progress>) -> Infallible {
    tokio::time::sleep(AFTER).await;
    let bar = Shown(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
        bar.0.set_style(style);
    }
    loop {
        let line = line(&progress.borrow());
        bar.0.set_message(line);
        bar.0.tick();
        tokio::time::sleep(EVERY).await;
    }
}

/// Leaves nothing on the terminal, also when the work is cancelled.
struct Shown(ProgressBar);

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Shorter waits are every call's own, and worth no words.
const SHORTEST_WAIT_SAID: Duration = Duration::from_millis(100);

pub(crate) fn line(progress: &Progress) -> String {
    if progress.scopes_total == 0 {
        return "finding out accounts and regions".to_owned();
    }
    let mut line = format!(
        "{} of {} scopes, {} rows, {} calls",
        progress.scopes_done, progress.scopes_total, progress.rows, progress.calls
    );
    if progress.waited >= SHORTEST_WAIT_SAID {
        line.push_str(&format!(", {:.1} s waited for limits", progress.waited.as_secs_f64()));
    }
    if !progress.current.is_empty() {
        line.push_str(", last ");
        line.push_str(&crate::text::visible(&progress.current));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_has_come() {
        let progress = Progress {
            scopes_total: 15,
            scopes_done: 4,
            rows: 812,
            calls: 9,
            waited: Duration::from_millis(20),
            current: "instances aws/1/eu-west-1".to_owned(),
        };
        assert_eq!(line(&progress), "4 of 15 scopes, 812 rows, 9 calls, last instances aws/1/eu-west-1");
        let waited = Progress { waited: Duration::from_millis(2_340), current: String::new(), ..progress };
        assert_eq!(line(&waited), "4 of 15 scopes, 812 rows, 9 calls, 2.3 s waited for limits");
    }
}
