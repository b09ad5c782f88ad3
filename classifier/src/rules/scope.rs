//! "on AWS and Azure", "in account prod", "in us-west-2", "in Ireland", "not in eu-west-1", "in all regions".

use super::beside;
use crate::Vocabulary;
use crate::draft::Draft;
use crate::lexicon::{Kinds, Role, Sense, looks_like_code, united_states};
use crate::phrases::phrases;
use crate::rules::starts::{Signs, Starts};
use crate::tokens::{Kind, Shape, Words};
use schema::query::{Condition, Op};

pub(super) const STARTS: Starts =
    Starts::at(&["neither", "but", "limited", "held", "used", "in", "on", "confined", "us"])
        .and_kinds(Kinds::PROVIDER.and(Kinds::REGION))
        .and_roles(&[Role::Everywhere, Role::NotIn, Role::Not, Role::Account, Role::Region])
        .and_shape(Shape::DIGIT.and(Shape::DASH))
        .and_sign(Signs::OWN);

/// Reads where the rows belong.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "anywhere but in us-east-1" is not everywhere.
    if let Some(len) =
        draft.role(at, Role::Everywhere).filter(|len| draft.role(at, Role::NotIn).is_none_or(|n| n <= *len))
    {
        return Some(len);
    }
    // "neither in prod nor in staging".
    if draft.words.lower(at) == "neither" && matches!(draft.words.lower(at + 1), "in" | "on") {
        return outside(draft, at, 1);
    }
    // "in neither prod nor staging".
    if matches!(draft.words.lower(at), "in" | "on") && draft.words.lower(at + 1) == "neither" {
        return outside(draft, at, 2);
    }
    if let Some(len) = draft.role(at, Role::NotIn) {
        return outside(draft, at, len);
    }
    // "in every account but prod".
    let all = |i: usize| matches!(draft.words.lower(i), "every" | "all" | "any");
    if draft.words.lower(at) == "but" && (1..=4).any(|back| at >= back && all(at - back)) {
        return outside(draft, at, 1);
    }
    // "limited to account prod", "held by staging": where they are, in other words.
    let led = draft.said(at, const { phrases(&["limited to", "held by", "used by", "in use by", "confined to"]) });
    if let Some(len) = led {
        let from = draft.skip(at + len, &["the"]);
        let place = draft.role(from, Role::Account).is_some_and(|n| is_own(draft, from + n))
            || is_own(draft, from)
            || provider(draft, from).is_some();
        if place {
            return Some(len);
        }
    }
    // "not us-east-1, not us-west-2: running VMs".
    if let Some(len) = draft.role(at, Role::Not).filter(|len| region(draft, at + len).is_some()) {
        return outside(draft, at, len);
    }
    // "boxes not aws", "everything that is not azure".
    if let Some(len) = draft.role(at, Role::Not).filter(|_| draft.providers.is_empty())
        && let Some((n, _)) = provider(draft, at + len)
        && (draft.ends(at + len + n) || matches!(draft.words.lower(at + len + n), "in" | "with" | "without" | "older"))
    {
        return outside(draft, at, len);
    }
    // "on Azure, not AWS" has said so already.
    if let Some(len) = draft.role(at, Role::Not).filter(|_| !draft.providers.is_empty())
        && let Some((n, others)) = provider(draft, draft.skip(at + len, &["on", "in"]))
        && others.iter().all(|other| !draft.providers.contains(other))
        && draft.ends(draft.skip(at + len, &["on", "in"]) + n)
    {
        return Some(draft.skip(at + len, &["on", "in"]) + n - at);
    }
    let (len, place) = places(draft, at)?;
    let columns = draft.table.scope_columns;
    let list = match place {
        Place::Providers(_) => &mut draft.providers,
        Place::Accounts(_) => &mut draft.accounts,
        Place::Regions(_) => &mut draft.regions,
        Place::Zones(mut zones) => {
            draft.own("zone")?;
            match (zones.len(), zones.pop()) {
                (1, Some(only)) => draft.condition("zone", Op::Eq, only),
                (_, Some(last)) => {
                    zones.push(last);
                    draft.condition("zone", Op::In, zones);
                }
                _ => return None,
            }
            return Some(len);
        }
    };
    // Said twice in different places: which of them is meant cannot be told.
    if !list.is_empty() {
        return None;
    }
    let column = match place {
        Place::Providers(_) => columns.provider,
        Place::Accounts(_) => columns.account_name,
        _ => columns.region,
    };
    let (Place::Providers(found) | Place::Accounts(found) | Place::Regions(found)) = place else { return None };
    *list = found;
    beside::listed(draft, column, many(draft, at, len));
    Some(len)
}

enum Place {
    Providers(Vec<String>),
    Accounts(Vec<String>),
    Regions(Vec<String>),
    Zones(Vec<String>),
}

/// Reads where the rows do not belong, so many words behind a place.
pub(super) fn outside(draft: &mut Draft<'_>, at: usize, len: usize) -> Option<usize> {
    let from = draft.skip(at + len, &["in", "on", "the", "those", "ones", "that", "which", "are", "lie", "located"]);
    let (n, place) = places(draft, from)?;
    let (n, place) = nor(draft, from, n, place)?;
    let columns = draft.table.scope_columns;
    match place {
        Place::Providers(all) => draft.condition(columns.provider, Op::NotIn, all),
        Place::Regions(all) => draft.condition(columns.region, Op::NotIn, all),
        Place::Accounts(all) => {
            draft.condition(columns.account_id, Op::NotIn, all.clone());
            draft.condition(columns.account_name, Op::NotIn, all);
        }
        Place::Zones(zones) => {
            draft.own("zone")?;
            match zones.as_slice() {
                [only] => draft.conditions.push(Condition::compare("zone", Op::Ne, only.as_str())),
                _ => draft.condition("zone", Op::NotIn, zones),
            }
        }
    }
    Some(from + n - at)
}

/// "… nor in staging": one more of the same kind.
fn nor(draft: &mut Draft<'_>, from: usize, len: usize, mut place: Place) -> Option<(usize, Place)> {
    let mut end = from + len;
    let goes_on = |draft: &Draft<'_>, end: usize| {
        let comma = usize::from(matches!(draft.words.lower(end), "," | "and"));
        match draft.words.lower(end + comma) {
            "nor" => Some(end + comma + 1),
            "not" if region(draft, end + comma + 1).is_some() => Some(end + comma + 1),
            _ => None,
        }
    };
    while let Some(next) = goes_on(draft, end) {
        let next = draft.skip(next, &["in", "on", "the"]);
        let (n, more) = places(draft, next)?;
        match (&mut place, more) {
            (Place::Providers(all), Place::Providers(more))
            | (Place::Accounts(all), Place::Accounts(more))
            | (Place::Regions(all), Place::Regions(more)) => all.extend(more),
            _ => return None,
        }
        end = next + n;
    }
    Some((end - from, place))
}

fn places(draft: &mut Draft<'_>, at: usize) -> Option<(usize, Place)> {
    if let Some((len, providers)) = list(draft, at, provider) {
        return Some((len, Place::Providers(providers)));
    }
    if let Some((len, accounts)) = accounts(draft, at) {
        return Some((len, Place::Accounts(accounts)));
    }
    let word = draft.role(at, Role::Region).filter(|len| region(draft, at + len).is_some()).unwrap_or(0);
    if let Some((len, regions)) = list(draft, at + word, region) {
        let behind = draft.role(at + word + len, Role::Region).filter(|_| word == 0).unwrap_or(0);
        return Some((word + len + behind, Place::Regions(regions)));
    }
    list(draft, at, zone).map(|(len, zones)| (len, Place::Zones(zones)))
}

/// "us-east-1a": a region's code and a letter.
fn zone(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    if !draft.words.shape(at).any(Shape::DASH) {
        return None;
    }
    let word = draft.words.lower(at);
    let code = word.strip_suffix(|c: char| c.is_ascii_lowercase())?;
    looks_like_code(code).then(|| (1, vec![word.to_owned()]))
}

/// How many places are named there: each joint leads on to one more.
fn many(draft: &Draft<'_>, at: usize, len: usize) -> usize {
    let joint =
        |i: usize| matches!(draft.words.lower(i), "," | "and" | "or" | "&" | "/") || beside::against(draft, i) > 0;
    1 + (at..at + len).filter(|i| joint(*i)).count()
}

/// One or more of a kind: "a, b and c", "a or b", "a vs b".
fn list(
    draft: &mut Draft<'_>,
    at: usize,
    one: fn(&Draft<'_>, usize) -> Option<(usize, Vec<String>)>,
) -> Option<(usize, Vec<String>)> {
    let (len, mut found) = one(draft, at)?;
    let mut end = at + len;
    loop {
        let against = beside::against(draft, end);
        // "West Europe region or East US region".
        let word =
            draft.role(end, Role::Region).filter(|len| matches!(draft.words.lower(end + len), "or" | "and" | ","));
        let word = word.filter(|len| one(draft, end + len + 1).is_some()).unwrap_or(0);
        let joint = draft.skip(end + word + against, &[",", "and", "or", "in", "on", "&", "/", "the", "our"]);
        // "in account prod in us-east-1" goes on about something else.
        if joint == end || (end..joint).all(|at| matches!(draft.words.lower(at), "in" | "on" | "the" | "our")) {
            break;
        }
        let Some((len, more)) = one(draft, joint) else { break };
        if against > 0 {
            draft.beside.get_or_insert((end, against));
        }
        found.extend(more);
        end = joint + len;
    }
    found.dedup();
    Some((end - at, found))
}

fn provider(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    if !draft.senses.kinds(at).any(Kinds::PROVIDER) {
        return None;
    }
    draft
        .sense(at, |s| match s {
            Sense::Provider(provider) => Some(vec![(*provider).to_owned()]),
            _ => None,
        })
        // "AWS account X" is about the account.
        .filter(|(len, _)| draft.role(at, Role::Account).is_none_or(|n| n <= *len))
        // "on the AWS side".
        .map(|(len, found)| {
            (len + draft.said(at + len, const { phrases(&["side", "side of things"]) }).unwrap_or(0), found)
        })
}

fn region(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    let named = draft.sense(at, |s| match s {
        Sense::Region(codes) => Some(*codes),
        _ => None,
    });
    // "US" is a place where it is written so, "us" is none.
    let states =
        draft.words.raw(at) == "US" || draft.words.lower(at) == "us" && draft.words.lower(at.wrapping_sub(1)) == "in";
    let states = states.then(|| (1, united_states()));
    if let Some((len, codes)) = named.or(states) {
        let wanted = |provider: &str| {
            let said = draft.providers.iter().any(|p| p == provider) || draft.implied_providers.contains(&provider);
            said || (draft.providers.is_empty() && draft.implied_providers.is_empty())
        };
        let codes: Vec<_> = codes.iter().filter(|(p, _)| wanted(p)).map(|(_, code)| (*code).to_owned()).collect();
        // "the European regions eu-west-1 and eu-central-1" are these.
        if codes.len() > 1 && looks_like_code(draft.words.lower(at + len)) {
            return region(draft, at + len).map(|(n, codes)| (len + n, codes));
        }
        return (!codes.is_empty()).then_some((len, codes));
    }
    if draft.words.kind(at) != Some(Kind::Word) && draft.words.kind(at) != Some(Kind::Quoted) {
        return None;
    }
    let word = draft.words.lower(at);
    let own = draft.cx.vocabulary.regions.iter().find(|r| r.eq_ignore_ascii_case(word));
    if let Some(region) = own.filter(|_| !draft.is_grammar(at)) {
        return Some((1, vec![region.clone()]));
    }
    looks_like_code(word).then(|| (1, vec![word.to_owned()]))
}

/// "account X", "the X account", or the name of one alone.
fn accounts(draft: &mut Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    if let Some(len) = draft.role(at, Role::Account) {
        let from = draft.skip(at + len, &["called", "named", "id", "#", ":", "is", "="]);
        let (n, found) = list(draft, from, account)?;
        // "accounts suspended", "accounts joined in 2026": a plain word is no account's name.
        let many = draft.words.lower(at + len - 1).ends_with('s');
        let plain = found.len() == 1
            && draft.words.kind(from) == Some(Kind::Word)
            && own_account(draft, from).is_none()
            && !found[0].contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
        // "account ids and names" are columns.
        if own_account(draft, from).is_none()
            && draft.words.kind(from) != Some(Kind::Quoted)
            && draft.column(from).is_some()
        {
            return None;
        }
        let participle = ["ed", "ing"].iter().any(|end| found[0].ends_with(end));
        if plain && (many || participle) {
            return None;
        }
        return Some((from + n - at, found));
    }
    if let Some((n, found)) = list(draft, at, own_account) {
        let behind = draft.role(at + n, Role::Account).filter(|len| *len == 1).unwrap_or(0);
        let leads = matches!(
            draft.words.lower(at.wrapping_sub(1)),
            "in" | "for"
                | "of"
                | "from"
                | "on"
                | "across"
                | "the"
                | "within"
                | "under"
                | "our"
                | "by"
                | "either"
                | "both"
        );
        // "how much did staging cost": who spends.
        let spends = draft.is_bill() && matches!(draft.words.lower(at.wrapping_sub(1)), "did" | "does");
        if behind > 0 || leads || spends || draft.words.kind(at).is_some_and(|k| matches!(k, Kind::Number(_))) {
            return Some((n + behind, found));
        }
        // "prod vms", "cost by service, staging": the name of an account of the estate, standing alone.
        let tagged = matches!(
            draft.words.lower(at.wrapping_sub(1)),
            "tag"
                | "tagged"
                | "named"
                | "called"
                | "="
                | "is"
                | "env"
                | "environment"
                | "stage"
                | "team"
                | "not"
                | "no"
                | "without"
                | "or"
                | "non"
        ) || matches!(
            draft.words.lower(at + n),
            "tag" | "tags" | "tagged" | "labelled" | "labeled" | "=" | "in" | "or" | "team" | "env" | "environment"
        ) || at > 0 && draft.unread.last() == Some(&(at - 1, 1));
        // "prod machines" may as well be those tagged so, where some are.
        let known = |name: &String| draft.cx.vocabulary.has_in_name(&name.to_lowercase());
        let adjective = draft.noun(at + n).is_some() && found.iter().any(known);
        if !tagged && !adjective && !draft.words.kind(at).is_some_and(|k| matches!(k, Kind::Quoted)) {
            draft.note(format!("`{}` is read as the account of that name", draft.words.raw_phrase(at, n)));
            return Some((n, found));
        }
    }
    if draft.role(at + 1, Role::Account) != Some(1) {
        return None;
    }
    // "in the prod account", with a name that nobody has told us.
    let leads = matches!(draft.words.lower(at.wrapping_sub(1)), "in" | "the" | "for" | "from" | "of");
    let vague = matches!(
        draft.words.lower(at),
        "other"
            | "another"
            | "different"
            | "same"
            | "wrong"
            | "new"
            | "old"
            | "whole"
            | "right"
            | "entire"
            | "single"
            | "second"
            | "third"
            | "next"
    );
    // "the production account prod".
    if draft.senses.is_unknown(at)
        && let Some((n, found)) = own_account(draft, at + 2)
        && draft.name(at).and_then(|name| known_as(draft, name)).is_some_and(|meant| found == [meant])
    {
        return Some((2 + n, found));
    }
    if leads && !vague && draft.senses.is_unknown(at) {
        return Some((2, vec![known_as(draft, draft.name(at)?)?]));
    }
    None
}

/// The account that a name means: "production" is the one called `prod`. Where the accounts are known, no other name
/// is taken for one.
fn known_as(draft: &mut Draft<'_>, name: &str) -> Option<String> {
    const SHORT: &[(&str, &str)] = &[
        ("production", "prod"),
        ("development", "dev"),
        ("staging", "stage"),
        ("testing", "test"),
        ("sandbox", "sbx"),
    ];
    let accounts = &draft.cx.vocabulary.accounts;
    if accounts.is_empty() {
        return Some(name.to_owned());
    }
    let other = |word: &str| {
        SHORT.iter().find_map(|(long, short)| match word.eq_ignore_ascii_case(long) {
            true => Some(*short),
            false => word.eq_ignore_ascii_case(short).then_some(*long),
        })
    };
    let meant = other(name)?;
    let known = accounts.iter().find(|(_, known)| known.eq_ignore_ascii_case(meant))?.1.clone();
    draft.note(format!("`{name}` is read as the account `{known}`"));
    Some(known)
}

/// An account by name or id, known or not: the engine says so if there is none.
fn account(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    own_account(draft, at).or_else(|| {
        // "account prod, 2026": a year is no account.
        let name = draft.name(at).filter(|_| region(draft, at).is_none() && provider(draft, at).is_none())?;
        // "account prod, September, service by service".
        let another = super::time::names_a_time(draft.words, at) || draft.words.lower(at + 2) == draft.words.lower(at);
        // "which account owns sg-0abc" asks for one.
        let asked = at > 1
            && matches!(draft.words.lower(at - 2), "which" | "what")
            && draft.role(at - 1, Role::Account).is_some();
        if another
            || asked
            || matches!(draft.words.kind(at), Some(Kind::Number(_)))
            || matches!(draft.words.lower(at), "other" | "same" | "another" | "different" | "wrong" | "else")
            || is_participle(draft, at)
            || draft.words.lower(at.wrapping_sub(1)) == "," && draft.columns(at).is_some()
        {
            return None;
        }
        let is_name = draft.words.kind(at) == Some(Kind::Quoted)
            || draft.senses.is_unknown(at)
            || draft.senses.at(at).all(|(len, s)| len == 1 && matches!(s, Sense::Value { .. } | Sense::Category(_)));
        is_name.then(|| (1, vec![name.to_owned()]))
    })
}

/// "account staging, splitted per week": behind a break, a plain word of a verb goes on about something else.
fn is_participle(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    draft.words.kind(at) == Some(Kind::Word)
        && draft.words.lower(at.wrapping_sub(1)) == ","
        && draft.words.shape(at).is_plain()
        && (word.ends_with("ed") || word.ends_with("ing"))
}

/// The longest name of an account of the estate, or the id of any.
fn own_account(draft: &Draft<'_>, at: usize) -> Option<(usize, Vec<String>)> {
    let word = draft.words.lower(at);
    let mut best: Option<(usize, &str)> = None;
    if draft.may_be_account.get(at).copied().unwrap_or(false) {
        for text in names_beginning(draft.cx.vocabulary, word) {
            let len = text.split_whitespace().count();
            if best.is_none_or(|(n, _)| len > n) && same(draft.words.phrase(at, len), text) {
                best = Some((len, text));
            }
        }
    }
    if let Some((len, name)) = best.filter(|(len, _)| *len > 1 || !draft.is_grammar(at)) {
        return Some((len, vec![name.to_owned()]));
    }
    // "1111-2222-3333", as the console writes it.
    let dashed =
        word.len() == 14 && word.split('-').all(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()));
    if dashed {
        return Some((1, vec![word.replace('-', "")]));
    }
    let is_id = word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit());
    let is_guid = word.len() == 36
        && word.bytes().filter(|b| *b == b'-').count() == 4
        && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (is_id || is_guid).then(|| (1, vec![word.to_owned()]))
}

/// The ids and names of accounts that begin with a word.
fn names_beginning<'a>(own: &'a Vocabulary, word: &str) -> impl Iterator<Item = &'a str> {
    let first = word.as_bytes().first().map(u8::to_ascii_lowercase);
    let begins = move |text: &&str| {
        text.as_bytes().first().map(u8::to_ascii_lowercase) == first
            && text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    own.accounts.iter().flat_map(|(id, name)| [id.as_str(), name.as_str()]).filter(begins)
}

/// Whether a place of the estate may be named there, or "the prod account".
pub(super) fn may_be_own(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    draft.may_be_account.get(at).copied().unwrap_or(false)
        || draft.senses.plays(at + 1, Role::Account)
        || draft
            .cx
            .vocabulary
            .regions
            .iter()
            .any(|region| region.len() == word.len() && region.eq_ignore_ascii_case(word))
}

/// Whether an account of the estate may be named there.
pub(crate) fn may_be_account(words: &Words, own: &Vocabulary, at: usize) -> bool {
    let word = words.lower(at);
    !word.is_empty() && names_beginning(own, word).next().is_some()
}

/// Whether the word there is a place of the user's own estate.
pub(super) fn is_own(draft: &Draft<'_>, at: usize) -> bool {
    own_account(draft, at).is_some() || region(draft, at).is_some()
}

/// Whether an account of the estate, or the id of one, stands there.
pub(super) fn is_account(draft: &Draft<'_>, at: usize) -> bool {
    own_account(draft, at).is_some()
}

fn same(phrase: &str, name: &str) -> bool {
    phrase.split(' ').map(str::to_owned).eq(name.split_whitespace().map(str::to_lowercase))
}
