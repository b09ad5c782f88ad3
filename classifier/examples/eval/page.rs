//! docs/classifier.md: how the classifier does, in tables.

use crate::figures::{Figures, by_kind, crossed, percentile, reliability, share};
use crate::part::{Outcome, Part};
use classifier::labelled::Way;
use std::fmt::Write;

const HEAD: &str = "\
<!-- Made by `cargo xtask eval`; a change made here would be lost. -->

# How the classifier does

A question becomes a query only where every word of it is understood, or adds nothing and is named; what the classifier abstains from
goes to a program, and what is no question about a cloud is refused. This page says how often that comes out right, on labelled questions in
`classifier/data/questions`, written by several authors, each in several manners.

- **Seen**: the rules were written with these questions at hand, and the trained model learned from them. They show that nothing
  was lost, not how strangers fare.
- **Unseen**: nothing was made from these, and no rule was written against what was wrong among them. They are the measure.

*Routing*: it went where it should (common, unusual, refused). *Exact*: of the questions that should be queries, those read as the
labelled query; the order of conditions, the names of sums and columns that nobody asked for are no difference. *Execution*: those
whose rows on the demo estate are the labelled query's, in its order where it has one; of two different queries that both find
nothing there, nothing is shown, and they count as not the same. *Wrong*: of the questions that were answered by a query, those
answered by another one than the labelled. *Abstained*: neither answered nor refused.
How a question is labelled is said in `classifier/data/questions/README.md`. 240 questions of author-e were labelled a second time
by somebody who had that page and the questions alone: 239 go the same way, and of the 161 queries 159 are the same, so that what
is missing to all of them is the classifier's and not the labels'.
*Always abstains* and *keywords only* (the first table that is named, listed or counted) are what it costs to do without.
";

/// The page.
pub(crate) fn page(parts: &[Part]) -> String {
    let mut page = HEAD.to_owned();
    page += "\n## In short\n\n";
    page += &short(parts);
    page += &times(parts);
    for part in parts {
        let _ = write!(page, "\n## {}\n", title(part));
        let _ = write!(page, "\n### By kind of question\n\n{}", kinds(&part.outcomes));
        let _ = write!(page, "\n### Where they went\n\n{}", ways(&part.outcomes));
        let _ = write!(page, "\n### What confidence is worth\n\n{}", worth(&part.outcomes));
    }
    page
}

/// What a terminal shows.
pub(crate) fn summary(parts: &[Part]) -> String {
    let mut text = short(parts) + &times(parts);
    for part in parts {
        let _ = write!(text, "\n{}\n\n{}\n{}", title(part), ways(&part.outcomes), kinds(&part.outcomes));
    }
    text
}

fn title(part: &Part) -> String {
    let seen = if part.is_unseen { "Unseen" } else { "Seen" };
    format!("{seen}: {} questions ({})", part.outcomes.len(), part.name)
}

/// Whose questions they are, where that is not everybody who is seen.
fn short_title(part: &Part) -> String {
    if part.is_unseen { format!("unseen, {}", part.name.trim_end_matches(".jsonl")) } else { "seen".to_owned() }
}

fn short(parts: &[Part]) -> String {
    let mut text =
        row(&["questions", "read by", "routing", "exact", "execution", "wrong", "abstained", "calibration error"]);
    text += "|---|---|---|---|---|---|---|---|\n";
    for part in parts {
        let seen = short_title(part);
        let of = |name: &str, outcomes: &[Outcome], error: &str| {
            let f = Figures::of(outcomes.iter());
            row(&[
                &seen,
                name,
                &percent(f.routed, f.questions),
                &percent(f.exact, f.common),
                &executed(&f),
                &percent(f.wrong, f.taken),
                &percent(f.abstained, f.questions),
                error,
            ])
        };
        text += &of("the classifier", &part.outcomes, &format!("{:.3}", reliability(&part.outcomes).1));
        for (name, outcomes) in &part.baselines {
            text += &of(name, outcomes, "");
        }
    }
    text
}

fn times(parts: &[Part]) -> String {
    let each = parts.iter().map(|part| {
        let seen = short_title(part);
        format!("{seen}: p50 {:.0} µs, p99 {:.0} µs", percentile(&part.times, 50), percentile(&part.times, 99))
    });
    format!("\nTime for a question, where this was made: {}.\n", each.collect::<Vec<_>>().join("; "))
}

fn kinds(outcomes: &[Outcome]) -> String {
    let mut text = row(&["kind", "questions", "routing", "exact", "execution", "wrong answers", "abstained"])
        + "|---|---|---|---|---|---|---|\n";
    for (kind, f) in by_kind(outcomes) {
        let of_common = |figure: String| if f.common > 0 { figure } else { String::new() };
        let (exact, executed) = (of_common(percent(f.exact, f.common)), of_common(executed(&f)));
        let (routing, abstained) = (percent(f.routed, f.questions), percent(f.abstained, f.questions));
        text += &row(&[kind, &f.questions.to_string(), &routing, &exact, &executed, &f.wrong.to_string(), &abstained]);
    }
    text
}

fn ways(outcomes: &[Outcome]) -> String {
    let mut text = row(&["should go", "common", "unusual", "refused"]) + "|---|---|---|---|\n";
    for (wanted, got) in Way::ALL.iter().zip(crossed(outcomes)) {
        text += &row(&[wanted.name(), &got[0].to_string(), &got[1].to_string(), &got[2].to_string()]);
    }
    text
}

fn worth(outcomes: &[Outcome]) -> String {
    let (steps, error) = reliability(outcomes);
    let mut text = row(&["readings", "mean confidence", "right"]) + "|---|---|---|\n";
    for step in steps {
        text += &row(&[&step.readings.to_string(), &format!("{:.2}", step.confidence), &format!("{:.2}", step.right)]);
    }
    let _ = write!(text, "\nExpected calibration error: {error:.3}.\n");
    text
}

/// The share of the common questions that gave the wanted rows; a dash where nobody looked.
fn executed(f: &Figures) -> String {
    f.executed.map_or("–".to_owned(), |executed| percent(executed, f.common))
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", share(part, whole) * 100.0) }
}
