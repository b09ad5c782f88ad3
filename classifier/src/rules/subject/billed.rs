//! Whether a question that names no money is about the bill all the same: "Lambda, month to date", "storage, Q1, by account".

use super::super::time::names_a_time;
use crate::lexicon::{Kinds, Noun, Role, Sense, Senses};
use crate::tokens::Words;
use schema::TableKind;

/// What was used is only on the bill: services that have no table, categories, and totals of a time.
pub(super) fn is_meant(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> bool {
    let all = || 0..words.len();
    // "accounts" say where, and "RDS" is a service as well.
    let on_bill = nouns.iter().all(|noun| noun.bare || noun.table.name == "accounts" && !noun.plural);
    const TOLD: Kinds = Kinds::STATE.and(Kinds::FLAG).and(Kinds::COMPARE);
    if !on_bill || senses.kinds_somewhere().any(TOLD) {
        return false;
    }
    // "past 90 days by service".
    let back = |at: usize| {
        matches!(words.lower(at), "days" | "weeks" | "months" | "quarters" | "d")
            && matches!(
                words.lower(at.wrapping_sub(2)),
                "last" | "past" | "trailing" | "rolling" | "previous" | "prior"
            )
    };
    // "since the beginning of 2025".
    let year = |at: usize| {
        let word = words.lower(at);
        word.len() == 4
            && word.starts_with("20")
            && word.bytes().all(|b| b.is_ascii_digit())
            && matches!(
                words.lower(at.wrapping_sub(1)),
                "in" | "of" | "for" | "since" | "during" | "year" | "," | "over"
            )
    };
    let timed = all().any(|at| names_a_time(words, at) || year(at) || back(at) || words.phrase(at, 2) == "to date");
    if !timed {
        return false;
    }
    // "amortised Q3 by account": so only charges are.
    let measured = all().any(|at| {
        matches!(words.lower(at), "amortised" | "amortized")
            || matches!(words.phrase(at, 2), "list price" | "list prices" | "list cost" | "contracted cost")
            || matches!(
                words.phrase(at, 2),
                "pricing category" | "charge category" | "charge class" | "charge frequency"
            )
    });
    if measured {
        return true;
    }
    let made = all().any(|at| {
        matches!(
            words.lower(at),
            "created"
                | "launched"
                | "made"
                | "started"
                | "new"
                | "list"
                | "which"
                | "many"
                | "running"
                | "stopped"
                | "older"
        )
    });
    if made {
        return false;
    }
    let to_date = all().any(|at| {
        matches!(words.phrase(at, 3), "month to date" | "year to date" | "quarter to date" | "week to date")
            || matches!(words.lower(at), "mtd" | "ytd" | "qtd")
    });
    // "monthly totals per account", "November so far".
    let totals = all().any(|at| {
        matches!(words.lower(at + 1), "totals" | "total")
            && matches!(words.lower(at), "hourly" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "annual")
    });
    let so_far = all()
        .any(|at| words.phrase(at, 2) == "so far" && super::super::time::is_month(words.lower(at.wrapping_sub(1))));
    if nouns.iter().all(|noun| noun.bare) && (totals || so_far) {
        return true;
    }
    let much = all().any(|at| {
        matches!(
            words.phrase(at, 2),
            "how much" | "come to" | "comes to" | "came to" | "amount to" | "amounts to" | "amounted to"
        )
    });
    let total = senses.plays_somewhere(Role::Total) || senses.plays_somewhere(Role::Trend);
    let kinds = senses.kinds_somewhere();
    let (service, category) = (kinds.any(Kinds::SERVICE), kinds.any(Kinds::CATEGORY));
    let provider = kinds.any(Kinds::PROVIDER);
    // "Bedrock in October": there is no table of it.
    if nouns.iter().all(|noun| !noun.bare) && (service || category) {
        return true;
    }
    service && (to_date || much || total) || provider && nouns.is_empty() && total || by_service(words, senses)
}

/// "by service", "service by service", "per service category": nothing else is grouped so.
fn by_service(words: &Words, senses: &Senses<'_>) -> bool {
    (1..words.len()).any(|at| {
        let led = matches!(words.lower(at - 1), "by" | "per" | "each")
            || words.phrase(at - 1, 2) == "the service"
            || matches!(words.lower(at + 1), "wise");
        led && senses.columns_at(at).any(|(_, table, column)| {
            table.kind == TableKind::Costs
                && matches!(column.name, "ServiceName" | "ServiceCategory" | "ChargeCategory")
        })
    })
}

/// "unused reservations in October": what was bought and not used is on the bill alone.
pub(super) fn is_unused(words: &Words) -> bool {
    (1..words.len()).any(|at| {
        let bought = matches!(words.lower(at), "reservations" | "reservation" | "commitments" | "commitment" | "ris")
            || matches!(
                words.phrase(at, 2),
                "savings plans" | "savings plan" | "reserved instances" | "reserved instance" | "reserved capacity"
            );
        bought && words.lower(at - 1) == "unused"
    })
}

/// "top services in October": those on which most was spent.
fn is_top_of_services(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> bool {
    nouns.is_empty()
        && (0..words.len()).any(|at| names_a_time(words, at))
        && (1..words.len()).any(|at| {
            let counted =
                words.lower(at - 1).bytes().all(|b| b.is_ascii_digit()) || senses.role(at - 1, Role::Top).is_some();
            words.lower(at) == "services"
                && counted
                && (at.saturating_sub(2)..at).any(|i| senses.role(i, Role::Top).is_some())
        })
}

/// "expensive regions in September", "which two accounts ate the most": what is ranked is what they cost.
pub(super) fn is_ranked(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> bool {
    if is_top_of_services(words, senses, nouns) {
        return true;
    }
    let all = || 0..words.len();
    let ate = all().any(|at| {
        matches!(
            words.lower(at),
            "ate" | "burned" | "burnt" | "consumed" | "guzzled" | "spent" | "eat" | "eats" | "burn" | "burns"
        ) && senses.at(at + 1).any(|(_, s)| matches!(s, Sense::Role(Role::Most | Role::Least)))
    });
    if !ate {
        return false;
    }
    let dimension = all().any(|at| {
        senses.columns_at(at).any(|(_, table, column)| {
            table.kind == TableKind::Costs
                && matches!(column.name, "RegionId" | "ServiceName" | "SubAccountName" | "provider")
        })
    });
    dimension && nouns.iter().all(|noun| noun.table.name == "accounts")
}

/// "EffectiveCost by SubAccountName": columns that the bill alone has, as it writes them.
pub(super) fn names_its_column(words: &Words, senses: &Senses<'_>, nouns: &[Noun]) -> bool {
    let written = |at: usize, name: &str| {
        words.raw(at).eq_ignore_ascii_case(name)
            && name.bytes().filter(u8::is_ascii_uppercase).count() > 1
            && name.len() > 7
    };
    nouns.iter().all(|noun| matches!(noun.table.name, "accounts" | "costs") || noun.bare)
        && (0..words.len()).any(|at| {
            senses
                .columns_at(at)
                .any(|(len, table, column)| len == 1 && table.kind == TableKind::Costs && written(at, column.name))
        })
}
