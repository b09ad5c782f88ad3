//! Words that may stand in a question without changing what it asks.

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use crate::tokens::Kind;

/// What people want an answer for, which does not change it.
const PURPOSES: &[&str] = &[
    "report",
    "review",
    "audit",
    "auditor",
    "auditors",
    "assessment",
    "testing",
    "meeting",
    "register",
    "exercise",
    "hygiene",
    "evidence",
    "folder",
    "binder",
    "kpi",
    "record",
    "records",
    "purposes",
    "purpose",
    "inspection",
    "certification",
    "presentation",
    "slide",
    "slides",
    "deck",
    "boss",
    "manager",
    "planning",
    "attestation",
    "file",
    "files",
    "submission",
    "workshop",
    "audits",
    "reviews",
    "committee",
    "board",
    "request",
    "showback",
    "chargeback",
    "reconciliation",
    "remediation",
    "control",
    "statement",
    "continuity",
    "documentation",
    "closing",
    "matrix",
    "handover",
    "workshop",
    "newsletter",
    "dashboard",
    "spreadsheet",
];

/// "for the hygiene report", "for audit evidence": what an answer is wanted for. Every other word in it must mean
/// nothing here, so that "for the staging review" is not passed over.
fn purpose(draft: &Draft<'_>, at: usize) -> Option<usize> {
    if draft.words.lower(at) != "for" || is_kept(draft, at) {
        return None;
    }
    let plain = |i: usize| {
        draft.words.kind(i) == Some(Kind::Word)
            && !draft.words.lower(i).contains(|c: char| c.is_ascii_digit() || c == '_')
            && (draft.senses.is_unknown(i)
                || matches!(draft.words.lower(i), "the" | "our" | "my" | "a" | "an" | "this"))
            && !super::scope::is_own(draft, i)
            && super::tag::key(draft, i).is_none()
    };
    let mut end = None;
    for i in at + 1..at + 6 {
        if PURPOSES.contains(&draft.words.lower(i)) {
            end = Some(i + 1);
        } else if !plain(i) {
            break;
        }
    }
    end.filter(|end| draft.ends(*end) || draft.words.lower(*end) == ":").map(|end| end - at)
}

/// "kept for evidence", "meant for the audit": what things are for, and not what an answer is.
pub(super) fn is_kept(draft: &Draft<'_>, at: usize) -> bool {
    matches!(
        draft.words.lower(at.wrapping_sub(1)),
        "kept"
            | "keep"
            | "held"
            | "retained"
            | "reserved"
            | "preserved"
            | "meant"
            | "used"
            | "made"
            | "created"
            | "taken"
            | "bought"
            | "launched"
            | "started"
            | "set"
            | "built"
            | "saved"
    )
}

/// Passes over words that say nothing more.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if let Some(len) = purpose(draft, at) {
        return Some(len);
    }
    // "VMs where cpu < 20"; a question that begins with "where" asks for a place.
    if draft.words.lower(at) == "where" {
        // "where did the money go, by service" says which places.
        let told = draft.is_bill()
            && (1..draft.words.len())
                .any(|i| draft.role(i, Role::By).is_some_and(|len| super::group::dimension(draft, i + len).is_some()));
        return (at > 0 || told).then_some(1);
    }
    // "are all volumes encrypted" wants a yes or a no, and the volumes that are would look like a yes.
    if at == 0
        && matches!(
            draft.words.phrase(0, 2),
            "are all"
                | "were all"
                | "was every"
                | "did all"
                | "did every"
                | "has every"
                | "has all"
                | "is every"
                | "do all"
                | "have all"
                | "is all"
                | "does every"
                | "is each"
        )
    {
        return None;
    }
    // "is there any spend in sa-east-1": a sum of nothing says no.
    let asks_of_any = || {
        matches!(
            draft.words.phrase(0, 2),
            "is there" | "are there" | "was there" | "were there" | "has any" | "have any"
        ) || matches!(draft.words.phrase(0, 3), "have we spent" | "are we spending")
    };
    if at == 0
        && draft.is_bill()
        && matches!(draft.words.lower(0), "has" | "have" | "is" | "was" | "were" | "are")
        && !asks_of_any()
    {
        return None;
    }
    // "with a public IP but no owner": both must hold. "everything but VMs" leaves some out.
    if draft.words.lower(at) == "but" && at > 0 {
        let next = at + 1;
        let goes_on =
            [Role::Without, Role::Not, Role::With, Role::Untagged, Role::Detached, Role::Attached, Role::NotIn]
                .iter()
                .any(|role| draft.role(next, *role).is_some())
                || draft.compare(next).is_some()
                || draft.sense(next, |s| matches!(s, Sense::Flag { .. } | Sense::State(_)).then_some(())).is_some()
                || matches!(draft.words.lower(next), "are" | "is" | "still" | "only" | "just");
        return goes_on.then_some(1);
    }
    // "snapshots taken from volume vol-0abc": what they are of stands behind.
    if matches!(
        draft.words.lower(at),
        "taken"
            | "made"
            | "created"
            | "built"
            | "copied"
            | "restored"
            | "launched"
            | "come"
            | "comes"
            | "coming"
            | "came"
            | "stem"
            | "originate"
            | "derived"
            | "cloned"
            | "started"
    ) && matches!(draft.words.lower(at + 1), "from" | "of" | "off" | "with")
        && super::value::found_id(draft, draft.skip(at + 2, &["the", "image", "ami", "snapshot", "volume", "disk"]))
            .is_some()
    {
        return Some(2);
    }
    // "how many public IPs does each account hold".
    let distinct = || draft.aggregates.iter().any(|a| a.function == schema::query::Function::CountDistinct);
    if (draft.count && (!draft.groups.is_empty() || draft.role(at + 1, Role::By).is_some()) || distinct())
        && (draft.ends(at + 1) || draft.role(at + 1, Role::By).is_some())
        && matches!(
            draft.words.lower(at),
            "hold" | "holds" | "own" | "owns" | "use" | "uses" | "contain" | "contains" | "run" | "runs" | "operate"
        )
    {
        return Some(1);
    }
    // "how many instance types are in use": nothing uses a machine.
    if draft.words.phrase(at, 2) == "in use" && draft.table.name == "instances" && at > 2 {
        return Some(2);
    }
    // "rank services by cost", "sort the databases by size": by what, stands behind.
    let ranks = matches!(draft.words.lower(at), "rank" | "sort" | "order" | "group") && draft.opens_at(at);
    if ranks && (at + 1..draft.words.len()).any(|i| draft.words.lower(i) == "by") {
        return Some(1);
    }
    if matches!(draft.words.lower(at), "ordered" | "sorted" | "ranked") && draft.words.lower(at + 1) == "from" {
        return Some(2);
    }
    // "the buckets who have no tag".
    let behind_noun = (1..=3).any(|back| at >= back && draft.noun(at - back).is_some_and(|(len, _)| len == back));
    if draft.words.lower(at) == "who" && behind_noun {
        return Some(1);
    }
    // "storage buckets", "managed disks", "reserved public IPs": what such things are anyway.
    let kind = match draft.words.lower(at) {
        "storage" => &["buckets", "volumes"][..],
        "managed" => &["volumes", "databases"][..],
        "block" => &["volumes"][..],
        "reserved" | "allocated" => &["public_ips"][..],
        _ => &[],
    };
    if kind.contains(&draft.table.name) && draft.noun(at + 1).is_some() {
        return Some(1);
    }
    // "security groups having rules open to the world", "whose ports are open to anyone".
    if draft.table.name == "security_groups" && matches!(draft.words.lower(at), "rules" | "ports" | "inbound") {
        let from = draft.skip(at + 1, &["rules", "that", "which", "are", "is"]);
        let open = draft.sense(from, |s| matches!(s, Sense::Flag { column: "open_to_world", .. }).then_some(()));
        if open.is_some() {
            return Some(from - at);
        }
    }
    // "in either prod or staging".
    let either = draft.words.lower(at) == "either"
        && at > 0
        && (at + 2..at + 6).any(|i| draft.words.lower(i) == "or")
        && draft.role(at.wrapping_sub(1), Role::Not).is_none();
    if either {
        return Some(1);
    }
    if let Some(len) = super::each::closes(draft, at) {
        return Some(len);
    }
    // "the monthly cost of stopped machines": that is what the column holds.
    if draft.words.lower(at) == "monthly"
        && draft.cost_column().is_some()
        && draft.role(at + 1, Role::Cost).or_else(|| draft.role(at + 1, Role::Spend)).is_some()
    {
        return Some(1);
    }
    // "our single priciest machine", "which single account".
    if draft.words.lower(at) == "single"
        && matches!(draft.words.lower(at.wrapping_sub(1)), "which" | "our" | "the" | "what's")
    {
        return Some(1);
    }
    // "new machines this month" says when they were made.
    let severe = |at: usize| {
        draft.table.name == "findings"
            && (super::finding::SEVERITIES.contains(&draft.words.lower(at)) || draft.words.lower(at) == "open")
    };
    let leads = |at: usize| draft.noun(at).or_else(|| draft.noun(at + 1).filter(|_| severe(at))).is_some();
    if let Some(len) = newly(draft, at).filter(|len| leads(at + len)) {
        let timed = super::time::is_said(draft);
        let dated = draft.own("created_at").is_some() || draft.table.name == "findings";
        return (timed && dated && !draft.is_bill()).then_some(len);
    }
    // "how did weekly spend develop": told by the group.
    let develops = |i: usize| matches!(draft.words.lower(i), "develop" | "developed" | "evolve" | "evolved");
    if draft.is_bill() && at > 0 && (develops(at) || draft.words.lower(at) == "development") && !draft.groups.is_empty()
    {
        return Some(1);
    }
    if at > 0
        && draft.is_bill()
        && develops(at)
        && (at + 1..draft.words.len())
            .any(|i| draft.words.phrase(i, 3) == "month by month" || draft.role(i, Role::By).is_some())
    {
        return Some(1);
    }
    let tells = |i: usize| super::group::develops(draft, i) || stands(draft, i) || develops(i);
    let asks = |at: usize| {
        matches!(draft.words.lower(at), "do" | "does" | "did" | "is" | "are" | "was" | "were" | "has" | "have")
    };
    let how = draft.words.lower(at) == "how" && (at == 0 || at <= 2 && draft.opens_at(at));
    if how && draft.is_bill() && asks(at + 1) && (at + 2..draft.words.len()).any(tells) {
        return Some(if at == 0 { 2 } else { 1 });
    }
    // "how does the month to date look per service": told by the group.
    if at > 0 && draft.is_bill() && stands(draft, at) {
        return Some(1);
    }
    // "how are instances distributed over regions".
    if at == 0 && draft.words.lower(0) == "how" && matches!(draft.words.lower(1), "are" | "is" | "do" | "does") {
        let spread = (2..draft.words.len()).any(|i| {
            matches!(draft.words.lower(i), "distributed" | "spread" | "split")
                && draft.role(i, Role::By).is_some_and(|len| len > 1)
        });
        return spread.then_some(2);
    }
    // "volumes I created": whose, and not only when.
    let of_one = matches!(draft.words.lower(at), "i" | "he" | "she" | "they") && at > 0;
    if of_one && draft.column(at + 1).is_some_and(|(_, c)| c.ty == schema::ColumnType::Time) {
        return None;
    }
    // "resources added to the prod account".
    if draft.words.lower(at) == "to"
        && draft.table.name == "changes"
        && matches!(draft.words.lower(at.wrapping_sub(1)), "added" | "made" | "changes" | "additions")
        && super::scope::is_own(draft, draft.skip(at + 1, &["the", "our", "account"]))
    {
        return Some(1);
    }
    // "how much storage have our databases allocated in total".
    if matches!(draft.words.lower(at), "allocated" | "provisioned" | "reserved")
        && (draft.total || !draft.aggregates.is_empty())
        && draft.first_of(&["size_gib", "storage_gib"]).is_some()
        && (draft.ends(at + 1) || draft.words.phrase(at + 1, 2) == "in total")
    {
        return Some(1);
    }
    // "what do all buckets cost together per month": that is what the column holds.
    let cost = draft.cost_at.is_some()
        || draft.aggregates.iter().any(|a| a.field.as_ref().is_some_and(|f| f.column_name() == "cost_30d"));
    if let Some(len) = draft.role(at, Role::Monthly).filter(|_| cost && !draft.is_bill())
        && draft.ends(at + len)
    {
        return Some(len);
    }
    // "credits we received": nobody else gets them.
    let credit = draft.is_bill() && (0..at).any(|i| matches!(draft.words.lower(i), "credit" | "credits" | "refunds"));
    if credit
        && let Some(len) = draft.said(at, &["we received", "received", "we got", "we have received", "granted to us"])
    {
        return Some(len);
    }
    // "on major version 11".
    if draft.words.lower(at) == "major" && matches!(draft.words.lower(at + 1), "version" | "versions" | "release") {
        return Some(1);
    }
    // "what each server is for".
    if matches!(draft.words.lower(at), "for" | "of" | "with" | "from" | "on") && draft.words.lower(at + 1).is_empty() {
        return None;
    }
    // "at the end of September" is not all of it.
    if draft.words.phrase(at, 4) == "at the end of" {
        return None;
    }
    if at == 0 && (defines(draft) || wants_yes_or_no(draft)) {
        return None;
    }
    draft.role(at, Role::Filler)
}

/// "look", "break down", "stack up" in a question of how things do, with what they are grouped by behind it.
fn stands(draft: &Draft<'_>, at: usize) -> bool {
    draft.words.lower(0) == "how"
        && matches!(
            draft.words.lower(at),
            "look" | "looks" | "looking" | "break" | "breaks" | "split" | "splits" | "stack"
        )
        && (at + 1..at + 3).any(|i| draft.role(i, Role::By).is_some())
}

/// How many words say that something was made lately: "new", "newly created".
pub(super) fn newly(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const MADE: Phrases = phrases(&["new", "newly created", "brand new", "newly made", "newly launched"]);
    const FOUND: Phrases = phrases(&[
        "newly found",
        "newly discovered",
        "newly detected",
        "newly reported",
        "newly raised",
        "newly identified",
    ]);
    let found = || draft.said(at, FOUND).filter(|_| draft.table.name == "findings");
    draft.said(at, MADE).or_else(found)
}

/// "what is an EC2 instance", "what are security groups": asks what the word means.
fn defines(draft: &Draft<'_>) -> bool {
    matches!(draft.words.phrase(0, 3), "what is a" | "what is an")
        || matches!(draft.words.phrase(0, 2), "what a" | "what an")
        || (matches!(draft.words.phrase(0, 2), "what are" | "what is")
            && draft.noun(2).is_some_and(|(len, _)| draft.ends(2 + len)))
}

/// "are our volumes encrypted", "has the bucket been deleted", "have we deleted any snapshots": a list of those that are
/// would look like a yes.
fn wants_yes_or_no(draft: &Draft<'_>) -> bool {
    if draft.is_bill() || !matches!(draft.words.lower(0), "are" | "is" | "have" | "has" | "was" | "were") {
        return false;
    }
    let from = draft.skip(1, &["our", "the", "my", "these", "those", "your"]);
    let any = matches!(draft.words.lower(from), "anything" | "something");
    (draft.noun(from).is_some() && !any)
        || (matches!(draft.words.lower(1), "we" | "i")
            && draft.sense(2, |s| matches!(s, Sense::State(_)).then_some(())).is_some())
}
