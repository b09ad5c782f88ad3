//! "because finance wants to know", "so I can show them", "by Friday": why or when something is asked, behind it.

use super::LONGEST;
use super::fit::fits;
use crate::draft::Draft;
use crate::phrases::{Phrases, phrases};
use crate::rules::{filler, preamble};

/// Whether everything from that place to the end of the clause says why a question is asked.
pub(super) fn trails(draft: &Draft<'_>, at: usize, end: usize) -> bool {
    const WHY: Phrases = phrases(&[
        "because",
        "cause",
        "cos",
        "coz",
        "so that i",
        "so that we",
        "so i can",
        "so we can",
        "so i could",
        "so i know",
        "so we know",
        "so they",
        "in order to",
        "in case",
        "since finance",
        "since i",
        "since i'm",
        "since we",
        "since my",
        "as finance",
        "as my",
        "as our",
        "as i",
        "as they",
        "to satisfy",
        "to support",
        "to settle",
        "to help me",
        "to help us",
        "to keep the",
        "to keep my",
        "to be safe",
        "to be sure",
        "to show my",
        "to show the",
        "to show them",
        "to put in",
        "to put into",
        "to put on",
        "to take to",
        "to bring to",
        "to convince",
        "to prove",
        "to reassure",
        "to calm",
        "to brief",
        "to answer",
        "to report",
        "to present",
        "to discuss",
        "to prepare",
        "to complete",
        "to pass",
        "to paste",
        "to see if",
        "to make sure",
        "to double check",
        "to sanity check",
        "to get rid of",
        "to clean up",
        "before i",
        "before we",
        "before my",
        "before our",
        "before somebody",
        "before someone",
        "before anyone",
        "due to",
        "owing to",
        "on behalf of",
        "at the request of",
        "requested by",
        "as requested",
        "as required",
        "as part of",
        "ahead of",
        "in preparation for",
        "in time for",
        "for my",
        "for our",
        "for the",
        "for a",
        "for an",
        "for this",
        "for next",
        "for tomorrow",
        "for monday",
        "for tuesday",
        "for wednesday",
        "for thursday",
        "for friday",
        "by friday",
        "by monday",
        "by tomorrow",
        "by tonight",
        "by noon",
        "by eod",
        "by cob",
        "by end of day",
        "by end of business",
        "by close of business",
        "if you can",
        "if you could",
        "if possible",
        "if you have",
        "if you don't",
        "if that's",
        "if it isn't",
        "if it's not",
        "when you",
        "whenever you",
        "i need it",
        "i need this",
        "we need it",
        "we need this",
        "i'd like to know",
        "would be",
        "will do",
    ]);
    if end - at > LONGEST {
        return false;
    }
    let Some(len) = draft.said(at, WHY) else { return false };
    let word = draft.words.lower(at);
    // "created before we moved", "made for the finance team": which rows.
    let before = (at.saturating_sub(3)..at).any(|i| is_time_column(draft, i));
    let kept = word == "for" && filler::is_kept(draft, at);
    if kept || before && matches!(word, "before" | "since" | "for" | "by" | "as") {
        return false;
    }
    // "for the board deck": what it is for must be a paper or somebody who reads it.
    let needs_paper = matches!(word, "for" | "ahead") && !preamble::holds_paper(draft, at + 1, end);
    !needs_paper && (at + len..end).all(|i| fits(draft, i, at))
}

pub(super) fn is_time_column(draft: &Draft<'_>, at: usize) -> bool {
    draft.senses.columns_at(at).any(|(_, _, column)| column.ty == schema::ColumnType::Time)
        || matches!(draft.words.lower(at), "tagged" | "owned" | "ran" | "run" | "running" | "stopped" | "deleted")
}
