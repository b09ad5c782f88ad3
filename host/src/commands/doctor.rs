//! `neph doctor`: checks the configuration and what it points to, and says what to mend.

use super::Context;
use crate::app::{App, Estate};
use crate::config::{self, Config};
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::Format;
use crate::model::Writer;
use crate::sources::Lifetime;
use crate::text::{count, visible};
use engine::source::Discovery;
use engine::{Options, Request, What};
use schema::ScopeCoverage;
use schema::scope::ALL_REGIONS;
use serde::Serialize;

/// Checks the configuration and what it points to, and says what to mend.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Call the language model too, with a few words, to see whether it answers
    #[arg(long)]
    pub model: bool,
}

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Well,
    /// Works, with something missing.
    Poor,
    Broken,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    what: String,
    health: Health,
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

impl Check {
    fn new(what: impl Into<String>, health: Health, said: impl Into<String>) -> Self {
        Self { what: what.into(), health, said: said.into(), mend: None }
    }

    fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    fn of_failure(what: &str, failure: Failure) -> Self {
        Self { what: what.to_owned(), health: Health::Broken, said: failure.message, mend: failure.hint }
    }
}

/// Checks.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    if !matches!(cx.global.format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "`neph doctor` writes `table` or `json`").into());
    }
    let checks = checks(args, cx).await;
    cx.write_output(|out| match cx.global.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &serde_json::json!({ "checks": checks }))?;
            writeln!(out)
        }
        _ => checks.iter().try_for_each(|check| {
            let mark = match check.health {
                Health::Well => "ok   ",
                Health::Poor => "poor ",
                Health::Broken => "WRONG",
            };
            writeln!(out, "{mark} {}: {}", check.what, visible(&check.said))?;
            check.mend.iter().try_for_each(|mend| writeln!(out, "      {}", visible(mend)))
        }),
    })?;
    let worst = |health| checks.iter().any(|check| check.health == health);
    Ok(match (worst(Health::Broken), worst(Health::Poor)) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Partial,
        (false, false) => Exit::Complete,
    })
}

async fn checks(args: &Args, cx: &Context) -> Vec<Check> {
    let (config, mut checks) = match cx.config() {
        Ok(loaded) => {
            let from = loaded.file.as_ref().map_or("no file".to_owned(), |file| format!("`{}`", file.display()));
            let from = match loaded.variables.as_slice() {
                [] => from,
                variables => format!("{from}, overridden by {}", variables.join(", ")),
            };
            (loaded.config, vec![Check::new("configuration", Health::Well, from)])
        }
        Err(failure) => return vec![Check::of_failure("configuration", failure)],
    };
    let estate = if cx.global.demo { Estate::Demo } else { Estate::Configured };
    let is_demo = estate == Estate::Demo || !config.has_sources();
    let app = match App::open(config.clone(), estate, Lifetime::OneAnswer, &cx.environment).await {
        Ok(app) => app,
        Err(failure) => {
            checks.push(Check::of_failure("sources", failure));
            checks.push(model(&config, args, cx).await);
            return checks;
        }
    };
    checks.push(store(&app));
    checks.push(learning(&app));
    checks.push(programs(&config));
    if is_demo {
        checks.push(no_sources(cx));
    }
    for (source, discovery) in app.engine.discoveries().await {
        checks.extend(self::source(&source, &discovery));
    }
    if !is_demo {
        checks.extend(billing(&config, &app).await);
        checks.extend(costs(&config));
    }
    checks.push(model(&config, args, cx).await);
    app.close().await;
    checks
}

/// What programs may take of this machine.
fn programs(config: &Config) -> Check {
    let settings = config.programs.settings();
    let (at_once, gib) = (settings.runs_at_once, settings.most_bytes() as f64 / f64::from(1 << 30));
    let said = format!(
        "at most {at_once} run at once, with {} MiB each: {gib:.1} GiB together, if all use what they may",
        config.programs.memory_mib
    );
    Check::new("programs", Health::Well, said)
}

async fn model(config: &Config, args: &Args, cx: &Context) -> Check {
    let what = "language model";
    let Some(section) = &config.model else {
        return Check::new(
            what,
            Health::Well,
            "none is configured, so unusual questions are answered by kept programs",
        )
        .mend("write `[model]` with `provider` and `name` into the configuration, if one is to write programs");
    };
    let settings = match section.settings(&cx.environment) {
        Ok(settings) => settings,
        Err(failure) => return Check::of_failure(what, failure),
    };
    let key = settings.key_variable.as_ref().map_or("no key".to_owned(), |name| format!("key from `{name}`"));
    let said = format!("`{}` of {} at {}, {key}", settings.name, settings.provider, settings.endpoint);
    let greeted = match Writer::new(settings) {
        Ok(writer) if args.model => {
            writer.greet().await.map(|tokens| format!("{said}; it answers ({} tokens)", tokens.total()))
        }
        Ok(_) => return Check::new(what, Health::Well, format!("{said}; `neph doctor --model` calls it")),
        Err(error) => Err(error),
    };
    match greeted {
        Ok(said) => Check::new(what, Health::Well, said),
        Err(error) => Check::of_failure(what, error.into()),
    }
}

fn no_sources(cx: &Context) -> Check {
    if cx.global.demo {
        return Check::new("sources", Health::Well, "the demo estate, as `--demo` asks");
    }
    let places: Vec<_> = config::places(&cx.environment).iter().map(|p| format!("`{}`", p.display())).collect();
    Check::new("sources", Health::Poor, "none is configured, so answers come from the demo estate")
        .mend(format!("write `[aws]`, `[azure]` or `[billing]` into {}", places.join(" or ")))
}

fn store(app: &App) -> Check {
    match (&app.data_dir, app.store_is_well()) {
        (None, _) => Check::new("data folder", Health::Well, "none is needed for the demo estate"),
        (Some(folder), true) => Check::new("data folder", Health::Well, format!("`{}`", folder.display())),
        (Some(folder), false) => Check::new(
            "data folder",
            Health::Broken,
            format!("`{}` cannot be written", folder.display()),
        )
        .mend(
            "mend its permissions, or name another with `data_dir` in `[cache]`; answers work without, nothing is kept",
        ),
    }
}

fn learning(app: &App) -> Check {
    let said = match (app.config.learning.keep, app.learning()) {
        (_, Ok(_)) => "questions are kept, as `keep` in `[learning]` consents; `neph eval --from-log` tells of them",
        (Some(true), Err(_)) => {
            "`keep` in `[learning]` consents, and there is no folder that questions could be kept in"
        }
        (_, Err(_)) => "questions are not kept; `keep = true` in `[learning]` would",
    };
    Check::new("learning", Health::Well, said)
}

fn source(id: &str, discovery: &Discovery) -> Vec<Check> {
    let accounts: std::collections::BTreeSet<_> = discovery.scopes.iter().map(|scope| &scope.account_id).collect();
    let own = discovery.scopes.iter().map(|scope| &scope.region).filter(|region| *region != ALL_REGIONS);
    let regions: std::collections::BTreeSet<_> = own.chain(&discovery.regions).collect();
    let what = format!("source `{id}`");
    let said = format!("{} in {}", count(accounts.len() as u64, "account"), count(regions.len() as u64, "region"));
    let health = if discovery.scopes.is_empty() { Health::Broken } else { Health::Well };
    let mut checks = vec![Check::new(what.clone(), health, said)];
    checks.extend(discovery.gaps.iter().map(|gap| {
        let said = format!("{} {} cannot be read: {}", gap.scope.account_name, gap.scope.region, gap.error);
        Check::new(what.clone(), Health::Poor, said).mend(advice(&gap.error))
    }));
    checks
}

fn advice(error: &engine::FetchError) -> &'static str {
    use engine::FetchErrorKind::{Denied, Expired, Failed, Limited, Throttled, Timeout, Transient};
    match error.kind {
        Denied => "grant the permission that it names; `neph explain \"…\"` lists what a question needs, with a policy",
        Expired => "sign in again, or renew the credentials",
        Throttled | Transient => "try again later",
        Timeout => "check the network, a proxy, and the endpoint in the configuration",
        Limited => "see the configuration that it names",
        Failed => "check the credentials, the accounts and the regions in the configuration",
    }
}

async fn billing(config: &Config, app: &App) -> Vec<Check> {
    if config.billing.is_none() {
        return Vec::new();
    }
    let sql = "SELECT count(*) AS charges FROM costs".to_owned();
    let result = app.engine.run(Request { what: What::Sql(sql), options: Options::default() }).await;
    let answer = match result {
        Ok(answer) => answer,
        Err(error) => return vec![Check::of_failure("billing files", error.into())],
    };
    let bad = |line: &&ScopeCoverage| !line.status.is_complete();
    let charges = answer.batches.first().and_then(|batch| engine::cells::text(batch, 0, 0)).unwrap_or_default();
    let health = if charges == "0" { Health::Poor } else { Health::Well };
    let mut checks = vec![Check::new("billing files", health, format!("{charges} charges"))];
    checks.extend(answer.coverage.scopes.iter().filter(bad).map(|line| {
        let why = line.error.as_ref().map_or("", |error| error.message.as_str());
        match line.item.as_deref() {
            Some(item) => Check::new("billing files", Health::Poor, format!("{item}: {why}"))
                .mend("mend or remove the file; the others count"),
            // No file but the place itself: nothing counts.
            None => {
                Check::new("billing files", Health::Broken, why.to_owned()).mend("check `path` or `s3` in `[billing]`")
            }
        }
    }));
    checks
}

fn costs(config: &Config) -> Option<Check> {
    if config.billing.is_some() || config.costs.allow_paid_calls {
        return None;
    }
    let said = "`cost_30d` and `costs` stay unknown: there are no billing files, and paid calls are not allowed";
    let mend = "point `path` in `[billing]` to FOCUS or Azure cost exports, or set `allow_paid_calls = true` in `[costs]` ($0.01 a request)";
    Some(Check::new("costs", Health::Well, said).mend(mend))
}
