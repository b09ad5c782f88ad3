//! `neph finding`: mutes a finding that somebody has looked at, with why and for how long.

use super::Context;
use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::store::findings::{Findings, Mute};
use crate::text::parse_duration;
use chrono::TimeDelta;
use clap::Subcommand;
use std::time::Duration;

/// Findings that somebody has looked at. `neph query 'SELECT * FROM findings'` lists all.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    action: Action,
}

/// What to do with a finding.
#[derive(Debug, Subcommand)]
enum Action {
    /// Mute one: scans go on finding it, and its state is `muted`
    Mute {
        /// Its `uid`
        uid: String,
        /// Why: whoever finds it muted will want to know
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// For how long (`12h`, `30d`); without it, until it is unmuted
        #[arg(long = "for", value_name = "TIME", value_parser = parse_duration)]
        time: Option<Duration>,
    },
    /// Unmute one
    Unmute {
        /// Its `uid`
        uid: String,
    },
}

/// The most of a reason, in bytes.
const REASON: usize = 1_000;

/// Does it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let app = cx.app().await?;
    let done = act(&args.action, &app, cx).await;
    app.close().await;
    done
}

async fn act(action: &Action, app: &App, cx: &Context) -> anyhow::Result<Exit> {
    let findings = findings(app)?;
    match action {
        Action::Mute { uid, reason, time } => {
            let mute = mute(reason, *time, app, cx)?;
            if !findings.mute(uid, &mute, app.now()).await? {
                return Err(Failure::new(Code::FindingNotFound, format!("there is no finding `{uid}`"))
                    .hint("`neph query 'SELECT uid, title FROM findings'` lists them")
                    .into());
            }
            cx.say(&match mute.until {
                Some(until) => format!("muted until {}", until.format("%Y-%m-%d %H:%M UTC")),
                None => "muted until it is unmuted".to_owned(),
            });
        }
        Action::Unmute { uid } => {
            if !findings.unmute(uid).await? {
                let message = format!("no finding `{uid}` is muted");
                return Err(Failure::new(Code::FindingNotFound, message).into());
            }
            cx.say("unmuted");
        }
    }
    Ok(Exit::Complete)
}

fn findings(app: &App) -> Result<&Findings, Failure> {
    app.findings.as_ref().ok_or_else(|| {
        Failure::new(Code::BadConfig, "there is no folder that findings are kept in: the demo estate keeps nothing")
            .hint("name one: `data_dir` in `[cache]`, or `NEPH_CACHE__DATA_DIR=FOLDER`")
    })
}

fn mute(reason: &str, time: Option<Duration>, app: &App, cx: &Context) -> Result<Mute, Failure> {
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > REASON {
        return Err(Failure::new(Code::BadRequest, format!("a reason has 1 to {REASON} bytes")));
    }
    let until = time.map(|time| TimeDelta::from_std(time).ok().and_then(|time| app.now().checked_add_signed(time)));
    if until == Some(None) {
        return Err(Failure::new(Code::BadRequest, "that is longer than the calendar goes"));
    }
    Ok(Mute { reason: reason.to_owned(), who: cx.caller().who, until: until.flatten() })
}
