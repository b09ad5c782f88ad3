//! "is maintained" behind a tag, "burstable" before a family, "say" before "by month": words that say once more what is said
//! beside them, and nothing where it is not.

use super::{tag, value};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};

/// Passes over words that are needless where they stand.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.is_bill() { on_bill(draft, at) } else { of_rows(draft, at) }
}

fn on_bill(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let later = |role: Role| (at + 1..draft.words.len()).any(|i| draft.role(i, role).is_some());
    match draft.words.lower(at) {
        // "unallocated spend, i.e. everything lacking a cost-center tag".
        "unallocated" | "unattributed" | "unassigned" => {
            let told = (at + 1..draft.words.len())
                .any(|i| draft.role(i, Role::Without).is_some() && (i..i + 6).any(|j| tag::key(draft, j).is_some()));
            told.then_some(1)
        }
        // "say by month".
        "say" => draft.role(at + 1, Role::By).map(|_| 1),
        "numbers" | "consolidated" | "overall" | "upon" => Some(1),
        // "owner bob, what was his spend".
        "his" | "her" => (!draft.conditions.is_empty()).then_some(1),
        "showback" | "chargeback" => matches!(draft.words.lower(at + 1), "report" | "reports").then_some(2),
        // "which zones drove EC2 cost".
        "drove" | "drives" | "drive" => {
            let money = |i: usize| draft.role(i, Role::Cost).or_else(|| draft.role(i, Role::Spend)).is_some();
            (at > 0 && (at + 1..at + 4).any(money)).then_some(1)
        }
        // "on which services was nothing" is more than that.
        "run" => (at > 0
            && later(Role::Cost) | later(Role::Spend)
            && draft.words.lower(at + 1) == "of"
            && !draft.groups.is_empty())
        .then_some(2),
        _ => None,
    }
}

fn of_rows(draft: &Draft<'_>, at: usize) -> Option<usize> {
    const SET: Phrases = phrases(&[
        "is maintained",
        "is set",
        "is recorded",
        "is present",
        "is applied",
        "is given",
        "has been set",
        "has been maintained",
        "has been applied",
        "has ever been set",
        "is defined",
    ]);
    // "for which no cost-center tag is maintained".
    let behind_tag = at > 2 && draft.role(at - 1, Role::TagWord).is_some() && !draft.conditions.is_empty();
    let set = draft.said(at, SET).filter(|len| behind_tag && draft.ends(at + len));
    // "burstable t4g machines", "previous-generation m4": what the family is.
    let family = matches!(
        draft.words.lower(at),
        "burstable"
            | "previous-generation"
            | "current-generation"
            | "old-generation"
            | "memory-optimised"
            | "compute-optimised"
    ) && draft.own("instance_type").is_some()
        && value::is_family(draft.words.lower(at + 1));
    // "who has 52.18.44.201, public ip", "who is using ami-0abc".
    let who = (at == 0)
        .then(|| {
            draft.said(0, const { phrases(&["who has", "who's using", "whos using", "who is using", "who uses"]) })
        })
        .flatten();
    let who = who.filter(|len| {
        let raw = draft.words.raw(*len);
        value::found_id(draft, *len).is_some() || raw.parse::<std::net::Ipv4Addr>().is_ok()
    });
    // "public IPs allocated to instance i-0abc".
    let held = draft.said(
        at,
        const { phrases(&["allocated to", "assigned to", "given to", "placed within", "placed in", "sitting in"]) },
    );
    let held = held.filter(|len| value::found_id(draft, draft.skip(at + len, &["the"])).is_some());
    // "vms mem > 256gb, who owns (name + owner)".
    let owns = draft.said(at, const { phrases(&["who owns them", "who owns it", "who owns these", "who owns"]) });
    let owns = owns.filter(|len| {
        at > 1
            && draft.ends(at + len)
            && (at + len..draft.words.len()).any(|i| matches!(draft.words.lower(i), "owner" | "owners"))
    });
    // "what languages are our functions written in".
    let written = draft
        .said(at, const { phrases(&["written in", "built with"]) })
        .filter(|len| draft.table.name == "functions" && draft.ends(at + len));
    // "snapshots stored without encryption".
    let stored = matches!(draft.words.raw(at), "stored" | "kept") && draft.role(at + 1, Role::Without).is_some();
    // "NAT gateways stuck pending", "down (stopped)".
    let is_state = |i: usize| draft.sense(i, |s| matches!(s, Sense::State(_)).then_some(())).is_some();
    let stuck = match draft.words.lower(at) {
        "stuck" | "remain" | "remaining" | "remains" => {
            let state = draft.skip(at + 1, &["in", "a", "an", "the"]);
            is_state(state).then_some(state - at)
        }
        "down" => (draft.words.lower(at + 1) == "," && is_state(at + 2)).then_some(1),
        // "which VPC owns the range 10.64.0.0/16".
        "owns" | "owning" => {
            let from = draft.skip(at + 1, &["the", "cidr", "range", "block"]);
            draft.words.raw(from).starts_with(|c: char| c.is_ascii_digit()).then_some(1)
        }
        // "does subscription azure-dev contain VMs with a public IP".
        "contain" | "hold" | "host" => {
            (at > 1 && super::scope::is_own(draft, at - 1) && draft.noun(at + 1).is_some()).then_some(1)
        }
        _ => None,
    };
    // "images in use by our instances".
    let used = draft.said(at, const { phrases(&["in use by", "used by"]) });
    let used = used.filter(|len| draft.noun(draft.skip(at + len, &["our", "the", "my", "all"])).is_some());
    set.or(stuck)
        .or(used)
        .or(stored.then_some(1))
        .or(family.then_some(1))
        .or(who)
        .or(held)
        .or(owns)
        .or(written)
        .or_else(|| {
            let potential =
                draft.table.name == "recommendations" && matches!(draft.words.lower(at), "potential" | "possible");
            potential.then_some(1)
        })
}
