//! "untagged", "tag env = prod", "tagged env:prod", "without tag env".

mod keys;
mod neither;

use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Phrases, phrases};
use crate::rules::starts::{Signs, Starts};
use crate::tokens::{Kind, Shape};
pub(crate) use keys::{USUAL_KEYS, field, is_kin, is_reworded, key, may_be_key, note_kin, own_spelling, without_slip};
use keys::{any_key, known_key, own_key};
use schema::query::{Condition, Op};

pub(super) const STARTS: Starts = Starts::at(&["neither"])
    .and_before(&["="])
    .and_roles(&[Role::Untagged, Role::Without, Role::Not, Role::Tagged, Role::With, Role::TagWord])
    // "env:prod".
    .and_shape(Shape::JOINT)
    .and_sign(Signs::KEY);

/// Reads conditions on tags.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.tags_column()?;
    untagged(draft, at).or_else(|| tagged(draft, at)).or_else(|| pair(draft, at, at)).or_else(|| {
        // "carrying backup=none".
        let with = draft.role(at, Role::With).filter(|len| !shows(draft.words.phrase(at, *len)))?;
        pair(draft, at, at + with)
    })
}

/// "untagged", "not tagged", "without tags", "without tag env", "with no env tag".
fn untagged(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let tags = draft.tags_column()?.name;
    if let Some(len) = draft.role(at, Role::Untagged) {
        draft.conditions.push(Condition::is_null(tags));
        return Some(len);
    }
    if let Some(len) = neither::keys(draft, at) {
        return Some(len);
    }
    let from = match (draft.role(at, Role::Without), draft.role(at, Role::Not)) {
        (Some(len), _) => draft.skip(at + len, &["both", "a", "an", "any", "the"]),
        (None, Some(len)) => {
            let word = draft.role(at + len, Role::Tagged)?;
            let from = draft.skip(at + len + word, &["with", "a", "an", "any", "the"]);
            if let Some(len) = pair_not(draft, from) {
                return Some(from + len - at);
            }
            if let Some((n, key)) = key(draft, from) {
                let behind = from + n + usize::from(draft.words.lower(from + n) == "key");
                return absent(draft, at, behind, &key);
            }
            // "not tagged payments": which key is not said.
            if draft.senses.is_unknown(from) && draft.words.kind(from).is_some() {
                return None;
            }
            draft.conditions.push(Condition::is_null(tags));
            return Some(at + len + word - at);
        }
        _ => return None,
    };
    if let Some(len) = draft.role(from, Role::TagWord) {
        let behind = draft.skip(from + len, &["key", "called", "named", "for", ":"]);
        if let Some((n, key)) = any_key(draft, behind) {
            if is_value_sign(draft, behind + n) {
                return None;
            }
            return absent(draft, at, behind + n, &key);
        }
        draft.conditions.push(Condition::is_null(tags));
        return Some(from + len - at);
    }
    let (n, key) = any_key(draft, from)?;
    let known = n > 1 || known_key(draft, draft.words.raw(from)).is_some() && draft.column(from).is_none();
    if draft.role(from + n, Role::TagWord).is_none() && DONE.contains(&draft.words.lower(from)) {
        draft.hint(format!("say `without {key} tag` where the tag is meant: whether it is done is not known"));
        return None;
    }
    match draft.role(from + n, Role::TagWord) {
        Some(len) => absent(draft, at, from + n + len, &key),
        None if (known
            || (at..from).any(|i| draft.words.lower(i) == "both") && draft.words.lower(from + n) == "and")
            && !is_value_sign(draft, from + n)
            && draft.name(from + n).is_none() =>
        {
            absent(draft, at, from + n, &key)
        }
        None => None,
    }
}

/// What is done to things, whose tag says only that it should be: "VMs without backup" may well have the tag.
const DONE: &[&str] = &[
    "backup",
    "backups",
    "monitoring",
    "patching",
    "schedule",
    "snapshot",
    "snapshots",
    "retention",
    "encryption",
    "logging",
    "autoscaling",
    "shutdown",
    "maintenance",
];

/// The key's absence; "without a and b" could mean either, so that it is left alone.
fn absent(draft: &mut Draft<'_>, at: usize, mut end: usize, key: &str) -> Option<usize> {
    let mut fields = vec![field(draft, key)];
    // "missing an owner or an env tag": one of them, or both.
    let vague = matches!(draft.words.lower(at), "missing" | "lacking" | "lack" | "lacks" | "miss" | "misses");
    if vague && draft.words.lower(end) == "or" {
        draft.hint("say `without owner tag and without env tag`, or ask for one after the other");
        return None;
    }
    // "missing both the owner and the team tag".
    let both = (at..end).any(|i| draft.words.lower(i) == "both");
    while matches!(draft.words.lower(end), "or" | "nor") || both && draft.words.lower(end) == "and" {
        let from = draft.skip(end + 1, &["a", "an", "any", "the", "tag"]);
        let (n, key) = any_key(draft, from)?;
        fields.push(field(draft, &key));
        end = from + n + draft.role(from + n, Role::TagWord).unwrap_or(0);
    }
    if draft.words.lower(end) == "and"
        && draft.words.kind(end + 1).is_some()
        && any_key(draft, end + 1).is_some_and(|(_, k)| known_key(draft, &k).is_some())
    {
        return None;
    }
    draft.conditions.extend(fields.into_iter().map(Condition::is_null));
    Some(end - at)
}

/// "tagged env=prod", "with tag env", "tag env is prod", "env tag", "tagged".
fn tagged(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.role(at, Role::Tagged).or_else(|| {
        draft.role(at, Role::With).filter(|len| !shows(draft.words.phrase(at, *len))).filter(|len| {
            let from = draft.skip(at + len, &["a", "an", "the"]);
            draft.role(from, Role::TagWord).is_some()
                || key(draft, from).is_some_and(|(n, _)| draft.role(from + n, Role::TagWord).is_some())
        })
    });
    let from = at + lead.unwrap_or(0);
    let from = if lead.is_some() { draft.skip(from, &["a", "an", "the", "with"]) } else { from };
    let word = draft.role(from, Role::TagWord);
    if lead.is_none() && word.is_none() {
        return keyed(draft, at);
    }
    let behind = draft.skip(from + word.unwrap_or(0), &["key", "called", "named", "of", "with", ":"]);
    if let Some(len) = pair(draft, behind, behind) {
        return Some(behind + len - at);
    }
    // "carrying a cost-center tag other than 4200", "with backup tag missing".
    if lead.is_some()
        && word.is_none()
        && let Some(len) = keyed(draft, from)
    {
        return Some(from + len - at);
    }
    // "with tag env": the key is there, whatever its value.
    let found = if word.is_some() { any_key(draft, behind) } else { key(draft, behind) };
    if let Some((n, key)) = found {
        // "tagged env prod": a value without a sign.
        let behind = behind + n;
        let n = draft.role(behind, Role::TagWord).filter(|_| word.is_none()).unwrap_or(0);
        if let Some(value) = draft.name(behind + n).filter(|_| draft.senses.is_unknown(behind + n)) {
            let value = value.to_owned();
            // "tag backup missing" has no value.
            if matches!(value.as_str(), "missing" | "unset" | "absent" | "empty") {
                let field = field(draft, &key);
                draft.conditions.push(Condition::is_null(field));
                return Some(behind + n + 1 - at);
            }
            if is_there(&value) && !matches!(draft.words.lower(behind + n + 1), "to" | "as" | "by" | "or") {
                let field = field(draft, &key);
                draft.conditions.push(Condition::is_not_null(field));
                return Some(behind + n + 1 - at);
            }
            let end = says_one_of(draft, behind + n + 1, &key, value);
            return Some(end - at);
        }
        // "tag backup missing", "tag owner not set".
        if let Some(gone) = is_gone(draft, behind + n).filter(|_| lead.is_none()) {
            let field = field(draft, &key);
            draft.conditions.push(Condition::is_null(field));
            return Some(behind + n + gone - at);
        }
        lead?;
        if is_value_sign(draft, behind + n) {
            return None;
        }
        // "with the tag prod" means a value, of a key that is not said.
        let is_value = matches!(
            key.to_ascii_lowercase().as_str(),
            "prod" | "production" | "dev" | "development" | "staging" | "test" | "testing" | "qa" | "uat"
        );
        if is_value && own_key(draft, &key).is_none() {
            draft.hint("say which tag has that value, as in `tag env = prod`");
            return None;
        }
        // "…, with owner tag and cost" lists what to show.
        let next = draft.skip(behind + n, &[",", "and"]);
        let listed = next > behind + n
            && draft
                .columns(next)
                .is_some_and(|(len, _)| draft.ends(next + len) || matches!(draft.words.lower(next + len), "," | "and"))
            && draft.noun(next).is_none();
        if listed && draft.words.lower(at) == "with" && from == at + 1 {
            return None;
        }
        let field = field(draft, &key);
        draft.conditions.push(Condition::is_not_null(field));
        return Some(behind + n - at);
    }
    lead?;
    if draft.words.kind(behind).is_some() && draft.senses.is_unknown(behind) {
        draft.hint("say which tag has that value, as in `tag env = prod`");
        return None;
    }
    // "instances tagged stopped": a value as well; "tagged stopped instances" are both.
    if word.is_none() && is_value_behind(draft, at, behind) {
        draft.hint("say which tag has that value, as in `tag env = prod`");
        return None;
    }
    // "VMs and their tags" wants to see them.
    if lead.is_some_and(|len| matches!(draft.words.lower(at + len - 1), "their" | "its")) {
        return None;
    }
    let tags = draft.tags_column()?.name;
    draft.conditions.push(Condition::is_not_null(tags));
    Some(from + word.unwrap_or(0) - at)
}

/// Whether a word behind "tagged" can only be the value of a tag, for what is tagged was named before.
fn is_value_behind(draft: &Draft<'_>, at: usize, behind: usize) -> bool {
    let named = (1..=3).any(|len| at >= len && draft.noun(at - len).is_some_and(|(found, _)| found == len));
    let value = draft.sense(behind, |s| {
        matches!(s, Sense::State(_) | Sense::Provider(_) | Sense::Region(_) | Sense::Flag { .. } | Sense::Value { .. })
            .then_some(())
    });
    named && value.is_some_and(|(len, ())| draft.noun(behind + len).is_none())
}

/// "with their", "together with": what follows is to be seen.
fn shows(phrase: &str) -> bool {
    phrase.ends_with("their") || phrase.starts_with("together") || phrase.starts_with("along")
}

/// "env tag is prod", "whose team tag is payments".
fn keyed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (n, key) = key(draft, at)?;
    let Some(word) = draft.role(at + n, Role::TagWord) else {
        // "owner is null", "cost-center not set".
        let gone = is_gone(draft, at + n).filter(|_| draft.column(at).is_none())?;
        let field = field(draft, &key);
        draft.conditions.push(Condition::is_null(field));
        return Some(n + gone);
    };
    // "owner tag missing", "whose owner tag is not set".
    let end = at + n + word;
    if let Some(gone) = is_gone(draft, end) {
        let field = field(draft, &key);
        draft.conditions.push(Condition::is_null(field));
        return Some(n + word + gone);
    }
    // "by environment (env tag)": which tag was meant.
    if let Some(len) = explains(draft, at, n + word, &key) {
        return Some(len);
    }
    if let Some(len) = piece(draft, at, end, &key) {
        return Some(len);
    }
    if let Some(len) = neither::of(draft, end, &key) {
        return Some(end + len - at);
    }
    let Some((len, op, value)) = value(draft, at + n + word) else {
        // "with a team tag of payments", "owner tag dave".
        let end = end + usize::from(draft.words.lower(end) == "of");
        let free = draft.senses.is_unknown(end) || draft.words.kind(end) == Some(Kind::Quoted);
        let value = draft.name(end).filter(|_| free && draft.ends(end + 1))?.to_owned();
        let field = field(draft, &key);
        // "with the env tag set": whatever it is.
        if is_there(&value) {
            draft.conditions.push(Condition::is_not_null(field));
            return Some(end + 1 - at);
        }
        draft.condition(field, Op::Eq, value);
        return Some(end + 1 - at);
    };
    if op == Op::Eq {
        return Some(says_one_of(draft, at + n + word + len, &key, value) - at);
    }
    let field = field(draft, &key);
    draft.condition(field, op, value);
    Some(n + word + len)
}

/// Words that say of a tag that it is there, and are no value.
fn is_there(value: &str) -> bool {
    ["set", "present", "there", "defined", "filled", "maintained", "recorded", "applied", "existing"]
        .iter()
        .any(|known| value.eq_ignore_ascii_case(known))
}

/// "whose env tag starts with dev", "contains dev": a piece of the value.
fn piece(draft: &mut Draft<'_>, at: usize, end: usize, key: &str) -> Option<usize> {
    let roles = [(Role::StartsWith, Op::StartsWith), (Role::EndsWith, Op::EndsWith), (Role::Contains, Op::Contains)];
    let (len, op) = roles.iter().find_map(|(role, op)| draft.role(end, *role).map(|len| (len, *op)))?;
    // "with env tag like prod" could mean the whole.
    if draft.words.phrase(end, len).ends_with("like") || draft.words.phrase(end, len).ends_with("prefix") {
        return None;
    }
    let free = draft.senses.is_unknown(end + len) || draft.words.kind(end + len) == Some(Kind::Quoted);
    let value = draft.name(end + len).filter(|_| free && !draft.words.raw(end + len).contains(['*', '%']))?.to_owned();
    if matches!(draft.words.lower(end + len + 1), "or" | "nor") {
        return None;
    }
    let field = field(draft, key);
    draft.condition(field, op, value);
    Some(end + len + 1 - at)
}

/// "is missing", "not set", behind a key: how many words.
fn is_gone(draft: &Draft<'_>, at: usize) -> Option<usize> {
    let is = usize::from(matches!(draft.words.lower(at), "is" | "are" | "was"));
    let been = usize::from(matches!(draft.words.phrase(at, 2), "has been" | "have been")) * 2;
    let is = is.max(been);
    let gone = match (draft.words.lower(at + is), draft.words.lower(at + is + 1)) {
        ("missing" | "absent" | "unset" | "empty" | "null" | "blank" | "undefined", _) => 1,
        (
            "not",
            "set" | "present" | "there" | "given" | "defined" | "filled" | "maintained" | "recorded" | "specified"
            | "provided",
        ) => 2,
        ("isn't" | "wasn't", "set" | "present" | "there" | "given" | "defined" | "filled" | "maintained") => 2,
        _ => return None,
    };
    let more = matches!(draft.words.lower(at + is + gone), "or" | "and" | "nor");
    (!more).then_some(is + gone)
}

/// "by environment, going by the env tag": the tag behind says which was meant by the word before.
fn explains(draft: &mut Draft<'_>, at: usize, len: usize, key: &str) -> Option<usize> {
    if !draft.ends(at + len) || at < 3 {
        return None;
    }
    let said = field(draft, key);
    let place = draft.groups.iter().position(|other| is_kin(other, &said))?;
    draft.groups[place] = said;
    Some(len)
}

/// "env=prod", "env:prod", "env is prod", where the key is one.
fn pair(draft: &mut Draft<'_>, at: usize, from: usize) -> Option<usize> {
    let explicit = from > 0
        && (draft.role(from - 1, Role::TagWord).is_some()
            || draft.words.lower(from - 1) == "with"
            || draft.role(from - 1, Role::Tagged).is_some());
    if let Some((key, value)) = glued(draft, from, explicit) {
        let end = says_one_of(draft, from + 1, &key, value);
        return Some(end - at);
    }
    // "with engine = postgres" is about the column, where the table has one.
    let own = explicit && draft.words.lower(from - 1) == "with" && draft.column(from).is_some();
    let (n, key) =
        if explicit && !own && draft.words.lower(from + 1) == "=" { any_key(draft, from)? } else { key(draft, from)? };
    let Some((len, op, value)) = value(draft, from + n) else {
        // "env prod": what an environment is called needs no sign.
        let value = draft.words.raw(from + n).to_owned();
        let numbered = key.to_ascii_lowercase().starts_with("cost")
            && value.bytes().any(|b| b.is_ascii_digit())
            && draft.senses.is_unknown(from + n)
            && super::quantity::quantity(draft, from + n).is_none_or(|(len, _)| len == 1);
        if !(numbered || names_environment(&key) && is_environment(&value)) {
            return None;
        }
        let end = says_one_of(draft, from + n + 1, &key, value);
        return Some(end - at);
    };
    if op == Op::Eq {
        let end = says_one_of(draft, from + n + len, &key, value);
        return Some(end - at);
    }
    let field = field(draft, &key);
    draft.condition(field, op, value);
    Some(from + n + len - at)
}

fn names_environment(key: &str) -> bool {
    ["env", "environment", "stage"].iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// Whether a word is one of the usual names of an environment.
pub(crate) fn is_environment(word: &str) -> bool {
    [
        "prod",
        "production",
        "dev",
        "development",
        "staging",
        "stage",
        "test",
        "testing",
        "qa",
        "uat",
        "sandbox",
        "preprod",
        "pre-prod",
    ]
    .iter()
    .any(|known| word.eq_ignore_ascii_case(known))
}

/// "env=prod or env=staging", "env prod or staging": the values that a key may have, and where they end.
fn says_one_of(draft: &mut Draft<'_>, at: usize, key: &str, first: String) -> usize {
    let mut values = vec![first];
    let mut end = at;
    while draft.words.lower(end) == "or" {
        let Some((next, value)) = one_more(draft, end + 1, key) else { break };
        values.push(value);
        end = next;
    }
    // "env prod and staging" cannot be, and "and" may well stand for "or".
    if draft.words.lower(end) == "and"
        && one_more(draft, end + 1, key).is_some_and(|(_, value)| is_environment(&value) || values.len() > 1)
    {
        draft.hint(format!("a tag has one value: say `or` where either of `{key}` will do"));
        draft.unread.push((end, 2));
    }
    // "with env=prod tag".
    if values.len() == 1 && draft.role(end, Role::TagWord) == Some(1) && draft.ends(end + 1) {
        end += 1;
    }
    let field = field(draft, key);
    match values.pop() {
        Some(only) if values.is_empty() => draft.condition(field, Op::Eq, only),
        Some(last) => {
            values.push(last);
            draft.condition(field, Op::In, values);
        }
        None => {}
    }
    end
}

/// One more value of the same key: with the key said again, or a plain word that means nothing else.
fn one_more(draft: &Draft<'_>, at: usize, same: &str) -> Option<(usize, String)> {
    if let Some((key, value)) = glued(draft, at, false) {
        return key.eq_ignore_ascii_case(same).then_some((at + 1, value));
    }
    if let Some((n, key)) = key(draft, at) {
        let Some((len, op, value)) = value(draft, at + n) else {
            // "team payments or team checkout".
            let free = key.eq_ignore_ascii_case(same) && draft.senses.is_unknown(at + n);
            let word = draft.name(at + n).filter(|_| free && draft.words.kind(at + n) == Some(Kind::Word))?;
            return Some((at + n + 1, word.to_owned()));
        };
        return (key.eq_ignore_ascii_case(same) && op == Op::Eq).then_some((at + n + len, value));
    }
    let word = draft.name(at).filter(|_| draft.senses.is_unknown(at) || draft.words.kind(at) == Some(Kind::Quoted))?;
    let another =
        draft.role(at + 1, Role::Account).is_some() || matches!(draft.words.lower(at + 1), "=" | "is" | "tag");
    (!another).then(|| (at + 1, word.to_owned()))
}

/// "not tagged env=prod".
fn pair_not(draft: &mut Draft<'_>, from: usize) -> Option<usize> {
    if let Some((key, value)) = glued(draft, from, true) {
        let field = field(draft, &key);
        draft.condition(field, Op::Ne, value);
        return Some(1);
    }
    let (n, key) = key(draft, from)?;
    let (len, op, value) = value(draft, from + n)?;
    if op != Op::Eq {
        return None;
    }
    let field = field(draft, &key);
    draft.condition(field, Op::Ne, value);
    Some(n + len)
}

/// "env:prod", in one word.
fn glued(draft: &Draft<'_>, at: usize, explicit: bool) -> Option<(String, String)> {
    if draft.words.kind(at) != Some(Kind::Word) {
        return None;
    }
    let raw = draft.words.raw(at);
    let (key, value) = raw.split_once(':')?;
    if value.is_empty() || value.contains(':') || matches!(key, "tag" | "tags" | "arn") || raw.contains("//") {
        return None;
    }
    (explicit || known_key(draft, key).is_some()).then(|| (key.to_owned(), value.to_owned()))
}

fn value(draft: &Draft<'_>, at: usize) -> Option<(usize, Op, String)> {
    const OTHER: Phrases = phrases(&[
        "is anything other than",
        "is anything but",
        "is something other than",
        "other than",
        "anything other than",
        "anything but",
        "of anything other than",
        "of anything but",
        "of any value other than",
        "of any value but",
        "of other than",
        "is different from",
        "different from",
        "differing from",
        "which is not",
        "that is not",
        "unequal to",
    ]);
    let other = draft.said(at, OTHER);
    let should = usize::from(matches!(draft.words.lower(at), "should" | "must"));
    let says = should
        + usize::from(matches!(draft.words.lower(at + should), "says" | "reads" | "say" | "read" | "be" | "being"));
    let says = if should == 1 && says < 2 || draft.words.lower(at) == "be" { 0 } else { says };
    let (len, op) = match draft.role(at, Role::IsNot).max(other) {
        Some(len) => (len, Op::Ne),
        None if says > 0 => (says, Op::Eq),
        None => (draft.role(at, Role::Is).filter(|_| draft.words.lower(at) != "of")?, Op::Eq),
    };
    // A value may be any word: "prod", "on-demand", "data".
    let signed = says > 0 || draft.words.lower(at + len - 1) == "=" || draft.words.phrase(at, len).ends_with("set to");
    let value = match draft.words.kind(at + len)? {
        Kind::Symbol => return None,
        Kind::Word if signed && matches!(draft.words.lower(at + len), "none" | "null" | "unknown") => {
            draft.words.raw(at + len)
        }
        // "whose owner tag is missing" has no value.
        Kind::Word
            if matches!(
                draft.words.lower(at + len),
                "absent"
                    | "missing"
                    | "empty"
                    | "unset"
                    | "blank"
                    | "null"
                    | "none"
                    | "there"
                    | "present"
                    | "set"
                    | "known"
                    | "unknown"
                    | "anything"
                    | "something"
                    | "nothing"
                    | "neither"
                    | "either"
                    | "defined"
            ) =>
        {
            return None;
        }
        _ if !signed && draft.is_grammar(at + len) && draft.words.kind(at + len) != Some(Kind::Quoted) => return None,
        _ => draft.words.raw(at + len),
    };
    Some((len + 1, op, value.to_owned()))
}

fn is_value_sign(draft: &Draft<'_>, at: usize) -> bool {
    matches!(draft.words.lower(at), "=" | "is" | "!=" | "equals" | "set" | "equal" | "not")
}
