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
        /// The plugin that found it, where several call something so
        #[arg(long, value_name = "NAME")]
        plugin: Option<String>,
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
        /// The plugin that found it, where several call something so
        #[arg(long, value_name = "NAME")]
        plugin: Option<String>,
    },
    /// Forget all that a plugin found, with its scans and mutes: for one that is removed, or that is to begin anew
    Forget {
        /// Its name
        #[arg(long, value_name = "NAME")]
        plugin: String,
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
        Action::Mute { uid, plugin, reason, time } => {
            let mute = mute(reason, *time, app, cx)?;
            let plugin = finder(findings, uid, plugin.as_deref()).await?;
            if !findings.mute(&plugin, uid, &mute, app.now()).await? {
                return Err(not_found(uid).into());
            }
            cx.say(&match mute.until {
                Some(until) => format!("muted until {}", until.format("%Y-%m-%d %H:%M UTC")),
                None => "muted until it is unmuted".to_owned(),
            });
        }
        Action::Unmute { uid, plugin } => {
            let plugin = finder(findings, uid, plugin.as_deref()).await?;
            if !findings.unmute(&plugin, uid).await? {
                let message = format!("no finding `{uid}` is muted");
                return Err(Failure::new(Code::FindingNotFound, message).into());
            }
            cx.say("unmuted");
        }
        Action::Forget { plugin } => {
            let Some(count) = findings.forget(plugin).await? else {
                let message = format!("nothing is kept of a plugin `{plugin}`");
                return Err(Failure::new(Code::FindingNotFound, message).into());
            };
            cx.say(&format!("forgot {}, and when `{plugin}` scanned", crate::text::count(count, "finding")));
        }
    }
    Ok(Exit::Complete)
}

/// Whose finding it is. One plugin may have called something like another's, so that whoever mutes the one would mute the other.
async fn finder(findings: &Findings, uid: &str, named: Option<&str>) -> anyhow::Result<String> {
    let finders = findings.finders(uid).await?;
    let of_name = |name: &str| finders.iter().find(|finder| *finder == name).cloned();
    match (named, finders.as_slice()) {
        (Some(name), _) => Ok(of_name(name).ok_or_else(|| not_found(uid))?),
        (None, [one]) => Ok(one.clone()),
        (None, []) => Err(not_found(uid).into()),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} each found something that they call `{uid}`", names.join(" and "));
            Err(Failure::new(Code::BadRequest, message).hint("say whose is meant: `--plugin NAME`").into())
        }
    }
}

fn not_found(uid: &str) -> Failure {
    Failure::new(Code::FindingNotFound, format!("there is no finding `{uid}`"))
        .hint("`neph query 'SELECT plugin, uid, title FROM findings'` lists them")
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
    if time.is_some_and(|time| time.is_zero()) {
        let message = "a mute of no time mutes nothing";
        return Err(
            Failure::new(Code::BadRequest, message).hint("`--for 30d` says for how long; without it, it has no end")
        );
    }
    let until = time.map(|time| TimeDelta::from_std(time).ok().and_then(|time| app.now().checked_add_signed(time)));
    if until == Some(None) {
        return Err(Failure::new(Code::BadRequest, "that is longer than the calendar goes"));
    }
    Ok(Mute { reason: reason.to_owned(), who: cx.caller().who, until: until.flatten() })
}
