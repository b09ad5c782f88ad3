//! "In accordance with our policy, …", "the auditors ask for …", "Evidence request: …": what leads up to a question.
//!
//! Passed over only where none of its words could say which rows are meant.

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::starts::{Signs, Starts};
use crate::tokens::Kind;

/// What a formal reason begins with.
const REASONS: Phrases = phrases(&[
    "in accordance with",
    "for the purposes of",
    "for the purpose of",
    "for completeness of",
    "for completeness",
    "in the interest of",
    "in the interests of",
    "in preparation for",
    "in preparation of",
    "in connection with",
    "in the context of",
    "in support of",
    "in response to",
    "in view of",
    "in line with",
    "in order to",
    "in fulfilment of",
    "as part of",
    "as per",
    "as required by",
    "as requested by",
    "as evidence for",
    "as input for",
    "as an input to",
    "as an",
    "as a",
    "as we",
    "with reference to",
    "with regard to",
    "with a view to",
    "further to",
    "following up on",
    "following",
    "pursuant to",
    "contrary to",
    "which is contrary to",
    "to substantiate",
    "to support",
    "to prepare",
    "to complete",
    "ahead of",
    "for discussion with",
    "for inclusion in",
    "for remediation of",
    "for use in",
    "for submission to",
    "on behalf of",
    "given",
    "i want to",
    "we want to",
    "i just want to",
    "i'm trying to",
    "we're trying to",
    "so i can",
    "so that i can",
    "so we can",
    "so that we can",
]);

/// What is read, held and written, and is no thing of a cloud.
const PAPERS: &[&str] = &[
    "policy",
    "policies",
    "review",
    "reviews",
    "audit",
    "audits",
    "report",
    "reports",
    "documentation",
    "assessment",
    "request",
    "requirement",
    "requirements",
    "standard",
    "standards",
    "control",
    "controls",
    "finding",
    "register",
    "inventory",
    "meeting",
    "evidence",
    "statement",
    "presentation",
    "planning",
    "exercise",
    "inspection",
    "certification",
    "procedure",
    "guideline",
    "guidelines",
    "baseline",
    "board",
    "committee",
    "continuity",
    "reconciliation",
    "remediation",
    "closing",
    "owners",
    "process",
    "programme",
    "program",
    "project",
    "initiative",
    "framework",
    "regulation",
    "regulations",
    "contract",
    "memo",
    "mail",
    "email",
    "conversation",
    "discussion",
    "call",
    "ticket",
    "matrix",
    "picture",
    "chart",
    "slide",
    "slides",
    "deck",
    "recharge",
    "sample",
    "sampling",
    "newsletter",
    "renewal",
    "fee",
    "purposes",
    "postmortem",
    "workshop",
    "handover",
    "session",
    "brief",
    "briefing",
    "forum",
    "townhall",
    "standup",
    "retro",
    "sync",
    "qbr",
    "auditors",
    "units",
];

/// Behind these stands a number of its own: "control NET-04", "section 4.2".
const NUMBERED: &[&str] = &[
    "control",
    "policy",
    "finding",
    "section",
    "ticket",
    "clause",
    "article",
    "requirement",
    "standard",
    "annex",
    "case",
    "incident",
    "request",
    "ref",
    "reference",
    "item",
    "appendix",
    "chapter",
];

/// What a heading ends in.
const HEADINGS: &[&str] = &[
    "request",
    "report",
    "gap",
    "coverage",
    "view",
    "overview",
    "shortlist",
    "review",
    "audit",
    "check",
    "inventory",
    "question",
    "summary",
    "statement",
    "analysis",
    "briefing",
    "evidence",
    "hygiene",
    "showback",
    "chargeback",
    "task",
    "ask",
    "candidates",
    "candidate",
    "opportunities",
    "closing",
    "pack",
    "deck",
    "prep",
    "numbers",
    "figures",
    "reporting",
    "reconciliation",
    "recon",
];

/// People who want to know something.
const PEOPLE: &[&str] = &[
    "committee",
    "auditor",
    "auditors",
    "board",
    "boss",
    "manager",
    "finance",
    "management",
    "colleague",
    "colleagues",
    "cfo",
    "cto",
    "cio",
    "ciso",
    "ceo",
    "director",
    "controller",
    "customer",
    "undersigned",
    "people",
    "lead",
    "department",
];

/// Whether a word is of something that is read, held or written.
pub(super) fn is_paper(word: &str) -> bool {
    PAPERS.contains(&word)
}

/// Whether one of those words is a paper, or somebody who reads it.
pub(super) fn holds_paper(draft: &Draft<'_>, from: usize, to: usize) -> bool {
    const READERS: &[&str] = &[
        "auditors",
        "auditor",
        "boss",
        "board",
        "committee",
        "cfo",
        "cto",
        "ceo",
        "ciso",
        "cio",
        "management",
        "execs",
        "leadership",
    ];
    (from..to).any(|at| is_paper(draft.words.lower(at)) || READERS.contains(&draft.words.lower(at)))
}

pub(super) const STARTS: Starts = Starts::at(&["the", "our", "my", "a", "finance", "management", "for"])
    .and_at(REASONS.begins())
    .and_at(Marks::of(NUMBERED))
    .and_sign(Signs::FIRST);

/// Passes over what leads up to a question, or stands behind it.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    heading(draft, at)
        .or_else(|| people(draft, at))
        .or_else(|| for_paper(draft, at))
        .or_else(|| reason(draft, at))
        .or_else(|| numbered(draft, at))
}

/// "For the monthly report, …": how often it is written says nothing of the rows.
fn for_paper(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let begins = draft.words.lower(at) == "for" && (at == 0 || draft.ends(at - 1));
    if !begins {
        return None;
    }
    let from = draft.skip(at + 1, &["the", "our", "my", "a", "this", "next"]);
    let often = matches!(draft.words.lower(from), "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "annual");
    let paper = draft.skip(from + 1, &["cost", "spend", "finance", "management", "board", "team", "cloud"]);
    let whole = is_paper(draft.words.lower(paper)) && draft.ends(paper + 1);
    (often && whole && draft.words.len() > paper + 3).then_some(paper + 1 - at)
}

/// "Evidence request: …", "Tag coverage: …".
fn heading(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if at > 0 {
        return None;
    }
    let end = (1..4).find(|end| draft.ends(*end))?;
    let plain = (0..end).all(|i| {
        is_plain(draft, i) || draft.role(i, Role::TagWord).is_some() || HEADINGS.contains(&draft.words.lower(i))
    });
    (plain && end + 2 < draft.words.len() && HEADINGS.contains(&draft.words.lower(end - 1))).then_some(end)
}

/// "the finance committee has asked us for", "our auditors require sight of".
fn people(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let begins = at == 0 || draft.ends(at - 1) || draft.role(at - 1, Role::Filler).is_some();
    let who = draft.skip(at, &["the", "our", "my", "a"]);
    if !begins || who == at && draft.words.lower(at) != "finance" && draft.words.lower(at) != "management" {
        return None;
    }
    let noun = (who..who + 3)
        .take_while(|i| is_plain(draft, *i) || PEOPLE.contains(&draft.words.lower(*i)))
        .filter(|i| PEOPLE.contains(&draft.words.lower(*i)))
        .last()?;
    let verb = draft.skip(noun + 1, &["has", "have", "would", "also", "again", "now", "just", "still"]);
    if !matches!(
        draft.words.lower(verb),
        "wishes"
            | "wish"
            | "wants"
            | "want"
            | "asks"
            | "ask"
            | "asked"
            | "requires"
            | "require"
            | "needs"
            | "need"
            | "requests"
            | "requested"
            | "appreciate"
            | "like"
    ) {
        return None;
    }
    let end = draft.skip(
        verb + 1,
        &[
            "me",
            "us",
            "receiving",
            "to",
            "see",
            "know",
            "have",
            "get",
            "evidence",
            "for",
            "about",
            "sight",
            "of",
            "from",
        ],
    );
    (end < draft.words.len()).then_some(end - at)
}

/// "In preparation for the supervisory board, …", "…, contrary to the hardening baseline".
fn reason(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.said(at, REASONS)?;
    let begins = at == 0 || draft.ends(at - 1) || draft.role(at - 1, Role::Filler).is_some() || at > 2;
    let mut end = at + lead;
    let mut paper = false;
    while !draft.ends(end) {
        let known = PAPERS.contains(&draft.words.lower(end))
            || PAPERS.contains(&draft.words.lower(end + 1)) && is_weak(draft, end);
        paper |= PAPERS.contains(&draft.words.lower(end));
        if let Some(len) = number(draft, end) {
            end += len;
            continue;
        }
        if !known && !is_plain(draft, end) {
            return None;
        }
        end += 1;
    }
    // The whole of a question is no reason; a short one that ends it needs a paper to be told by.
    let rest = if at == 0 { end + 2 < draft.words.len() } else { at > 1 };
    (begins && rest && (paper || at == 0 && end - at > lead)).then_some(end - at)
}

/// "(control NET-04)".
fn numbered(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if at == 0 || !draft.ends(at - 1) {
        return None;
    }
    let len = number(draft, at)?;
    draft.ends(at + len).then_some(len)
}

/// "section 4.2", "policy BCP-2".
fn number(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let id = draft.words.lower(at + 1);
    let shaped = || id.contains(|c: char| c.is_ascii_digit()) && super::value::found_id(draft, at + 1).is_none();
    (NUMBERED.contains(&draft.words.lower(at)) && shaped()).then_some(2)
}

/// Whether a known word before a paper says no more than which paper it is: "network documentation".
fn is_weak(draft: &Draft<'_>, at: usize) -> bool {
    !super::scope::is_own(draft, at)
        && super::tag::key(draft, at).is_none()
        && draft.senses.at(at).all(|(_, s)| {
            matches!(
                s,
                Sense::Table(_)
                    | Sense::Category(_)
                    | Sense::Bucket(_)
                    | Sense::Role(Role::Filler | Role::Cost)
                    | Sense::Command
                    | Sense::Off(_)
            )
        })
}

/// Whether a word means nothing here, and nothing that could change what is asked.
fn is_plain(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    let free = draft.senses.is_unknown(at)
        || draft.senses.at(at).all(|(len, s)| {
            len > 1
                || matches!(
                    s,
                    Sense::Role(Role::Filler) | Sense::Category(_) | Sense::Bucket(_) | Sense::Command | Sense::Off(_)
                )
        });
    draft.words.kind(at) == Some(Kind::Word)
        && free
        && !super::aside::tells(word)
        && !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '=' | ':' | '/' | '*'))
        && draft.column(at).is_none()
        && !super::scope::is_own(draft, at)
        && super::tag::key(draft, at).is_none()
        && super::time::when(draft, at).is_none()
        && !super::value::names_software(draft, at)
}
