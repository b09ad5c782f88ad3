//! `neph demo`: shows on the made-up estate what this can do, then serves it.

use super::{Context, serve};
use crate::app::{App, Asked, Caller, Estate};
use crate::cli::interruptible;
use crate::config::demo::Demo;
use crate::exit::Exit;
use crate::format::View;
use crate::http::server;
use crate::sources::Lifetime;
use crate::{format, remarks};
use engine::Options;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Shows on the made-up estate what this can do, then serves it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many times as large as usual (about 2,000 resources) the estate is
    #[arg(long, value_name = "TIMES")]
    scale: Option<f64>,
    /// End after the show
    #[arg(long)]
    no_serve: bool,
    /// Address and port to serve on
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_serve")]
    listen: Option<SocketAddr>,
}

/// What is asked, and why somebody would.
const SHOW: &[(&str, &str)] = &[
    ("How large is it?", "how many resources of each kind in each account"),
    ("Who wastes money?", "VMs with CPU below 20% and cost over $100"),
    ("What is forgotten?", "volumes not attached to anything"),
    ("Where does the money go?", "cost by service last month"),
    ("Who spends it?", "spend per team tag over the last 30 days"),
    ("What is not seen?", "which accounts could not be read"),
];

/// The account that cannot be read in the show, so that an answer with a gap is seen too.
const DENIES: &str = "sandbox";

/// Rows of each answer that are shown.
const ROWS: usize = 6;

/// Shows and serves.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let mut config = cx.config()?.config;
    let mut estate = config.demo.unwrap_or_else(|| Demo { deny: vec![DENIES.to_owned()], ..Demo::default() });
    estate.scale = args.scale.unwrap_or(estate.scale);
    config.demo = Some(estate);
    let app = Arc::new(App::open(config, Estate::Demo, Lifetime::ManyAnswers, &cx.environment).await?);
    let shown = interruptible(cx, show(&app, cx)).await?;
    if args.no_serve || shown != Exit::Complete {
        app.close().await;
        return Ok(shown);
    }
    let listener = match args.listen {
        Some(address) => serve::bind(address).await?,
        // Something else on the usual port is no reason to show nothing.
        None => match serve::bind(app.config.server.listen).await {
            Ok(listener) => listener,
            Err(_) => serve::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?,
        },
    };
    let address = listener.local_addr()?;
    cx.write_output(|out| invite(address, out))?;
    server::run(app, listener).await?;
    Ok(Exit::Complete)
}

async fn show(app: &App, cx: &Context) -> anyhow::Result<Exit> {
    cx.write_output(|out| {
        writeln!(out, "A made-up estate: AWS accounts and Azure subscriptions, read as real ones are. One account denies its reader, as in life.\n")
    })?;
    let view = View { first_rows: Some(ROWS), ..cx.view() };
    let caller = Caller { via: "demo", ..cx.caller() };
    for (why, question) in SHOW {
        let reply = app.answer(Asked::Question((*question).to_owned()), Options::default(), &caller).await?;
        cx.write_output(|out| {
            writeln!(out, "{why}\n$ neph --demo ask \"{question}\"")?;
            format::table::write(&reply, view, out)?;
            remarks::of(&reply).iter().try_for_each(|line| writeln!(out, "{line}"))?;
            writeln!(out)
        })?;
    }
    Ok(Exit::Complete)
}

fn invite(address: SocketAddr, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "Serving it on http://{address} (Ctrl-C ends). Try:")?;
    writeln!(out, "  neph --demo ask \"top 10 most expensive instances\"")?;
    writeln!(out, "  neph --demo explain \"average CPU by instance type\"")?;
    writeln!(
        out,
        "  curl -s http://{address}/v1/ask -H 'content-type: application/json' -d '{{\"question\": \"untagged volumes\"}}'"
    )
}
