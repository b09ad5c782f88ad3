//! `neph eval --from-log`: how the classifier did on the questions that were kept, and those that it can be trained with.

use super::Context;
use crate::exit::Exit;
use crate::failure::{Code, Failure};
use crate::format::table::write_texts;
use crate::format::{Format, View};
use crate::learning::export::labelled;
use crate::learning::report::{Candidate, Correction, Report};
use crate::store::questions::KeptQuestion;
use crate::text::{count, visible};
use crate::whole_file;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Says how the classifier did on your own questions.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// On the questions that were kept, with the consent of `keep` in `[learning]`
    #[arg(long)]
    from_log: bool,
    /// Write those that somebody judged to a file, as labelled questions for `cargo xtask train --also FILE`
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

/// Says it.
pub async fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let format = cx.global.format;
    if !matches!(format, Format::Table | Format::Json) {
        return Err(Failure::new(Code::BadRequest, "`neph eval` writes `table` or `json`").into());
    }
    if !args.from_log {
        return Err(Failure::new(Code::BadRequest, "it is not said on which questions")
            .hint("`neph eval --from-log` is on those that were kept here; docs/classifier.md is on labelled ones")
            .into());
    }
    let app = cx.app_without_source_plugins().await?;
    let kept = match app.learning() {
        Ok(learning) => learning.all().await,
        Err(failure) => Err(failure),
    };
    app.close().await;
    let kept = kept?;
    if let Some(file) = &args.export {
        return export(&kept, file, cx);
    }
    let report = Report::of(&kept);
    cx.write_output(|out| match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)
        }
        _ => write(&report, cx.view(), out),
    })?;
    Ok(Exit::Complete)
}

fn export(kept: &[KeptQuestion], file: &Path, cx: &Context) -> anyhow::Result<Exit> {
    let lines = labelled(kept);
    whole_file::write(file, |out| {
        lines.iter().try_for_each(|line| {
            serde_json::to_writer(&mut *out, line)?;
            writeln!(out)
        })
    })
    .with_context(|| format!("`{}` could not be written", file.display()))?;
    let (written, all) = (count(lines.len() as u64, "labelled question"), count(kept.len() as u64, "kept one"));
    cx.say(&format!("wrote {written} of {all} to `{}`: those that somebody judged", file.display()));
    Ok(Exit::Complete)
}

fn write(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    let (Some(since), Some(until)) = (&report.since, &report.until) else {
        return writeln!(out, "no question was kept yet");
    };
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    writeln!(out, "{} from {} to {}", count(report.questions as u64, "question"), day(since), day(until))?;
    writeln!(out, "went: {}", tally(&report.routes))?;
    writeln!(out, "decided by: {}", tally(&report.layers))?;
    writeln!(out, "abstained from: {}", percent(report.abstention_rate))?;
    match report.thumbs_down_rate {
        Some(rate) => {
            writeln!(out, "thumbs: {} up, {} down ({} down)", report.thumbs_up, report.thumbs_down, percent(rate))?;
        }
        None => writeln!(out, "thumbs: none")?,
    }
    writeln!(out, "asked again in other words: {}", percent(report.reworded_rate))?;
    if !report.corrected.is_empty() {
        writeln!(out, "\nnot as it should have been:")?;
        let lines: Vec<_> = report.corrected.iter().map(correction).collect();
        write_texts(&["question", "read as", "what says so", "should have been"], &lines, view, out)?;
    }
    if !report.candidates.is_empty() {
        writeln!(out, "\nasked again and again, and not read:")?;
        let lines: Vec<_> = report.candidates.iter().map(candidate).collect();
        write_texts(&["question", "times", "answered by a program", "words not placed"], &lines, view, out)?;
    }
    Ok(())
}

fn tally(counts: &BTreeMap<String, usize>) -> String {
    counts.iter().map(|(word, n)| format!("{word} {n}")).collect::<Vec<_>>().join(", ")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn correction(one: &Correction) -> Vec<String> {
    let read_as = match (one.read_as.as_str(), one.unread.as_str()) {
        ("", "") => "not read".to_owned(),
        ("", unread) => format!("not read: {unread}"),
        (reading, _) => reading.to_owned(),
    };
    let wanted = one.query.as_ref().map(ToString::to_string).or_else(|| one.reworded.clone()).unwrap_or_default();
    shown(&[one.question.clone(), read_as, one.how.name().to_owned(), wanted])
}

fn candidate(one: &Candidate) -> Vec<String> {
    shown(&[one.question.clone(), one.times.to_string(), one.answered.to_string(), one.unread.clone()])
}

/// What people typed is data, and may hold what would move the cursor.
fn shown(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| visible(text).into_owned()).collect()
}
