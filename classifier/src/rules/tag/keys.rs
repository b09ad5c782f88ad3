//! Keys of tags: those of the estate, and those that people use.

use super::is_value_sign;
use crate::Vocabulary;
use crate::draft::Draft;
use crate::lexicon::Senses;
use crate::phrases::{Mark, Marks};
use crate::rules::assemble::each_field;
use crate::tokens::{Kind, Words};
use schema::Query;
use schema::query::Field;

/// Keys that people tag with, where nothing is known of the estate's own.
pub(crate) const USUAL_KEYS: &[&str] = &[
    "team",
    "env",
    "environment",
    "owner",
    "project",
    "application",
    "app",
    "cost-center",
    "costcenter",
    "cost_center",
    "costcentre",
    "stage",
    "department",
    "dept",
    "component",
    "businessunit",
    "business-unit",
    "squad",
];

const USUAL: Marks = Marks::of(USUAL_KEYS);

/// Words that mean the same key, the usual ones.
const SAME: &[&[&str]] =
    &[&["env", "environment", "stage"], &["app", "application"], &["cost-center", "costcenter", "costcentre"]];

/// How the estate writes a key, where it has one of the same meaning: "environments" are values of `env`.
pub(crate) fn own_spelling<'a>(draft: &Draft<'_>, word: &'a str) -> &'a str {
    if own_key(draft, word).is_some() {
        return word;
    }
    let kin = SAME.iter().find(|set| set.contains(&word));
    kin.and_then(|set| set.iter().find(|other| own_key(draft, other).is_some())).map_or(word, |other| other)
}

/// Whether a known key may stand there. A key of the estate that is a word of a table or a column, as `Name` is everywhere, is
/// one only where it is said to be.
pub(crate) fn may_be_key(words: &Words, senses: &Senses<'_>, own: &Vocabulary, at: usize) -> bool {
    let raw = words.raw(at);
    matches!(words.kind(at), Some(Kind::Word | Kind::Quoted))
        && (words.lower(at).starts_with("tag")
            || words.lower(at) == "cost"
            || senses.is_unknown(at) && own.tag_keys.iter().any(|key| is_same(key, raw))
            || USUAL.has(Mark::of_any_case(raw)) && USUAL_KEYS.iter().any(|key| is_same(key, raw)))
}

/// Whether two texts differ in nothing but their case. Most differ in how they begin, or how long they are.
fn is_same(one: &str, other: &str) -> bool {
    let first = |text: &str| text.as_bytes().first().map(u8::to_ascii_lowercase);
    one.len() == other.len() && first(one) == first(other) && one.eq_ignore_ascii_case(other)
}

/// A known key: `env`, `tags.env`, `tag:env`, `cost center`.
pub(crate) fn key(draft: &Draft<'_>, at: usize) -> Option<(usize, String)> {
    if !draft.keys.get(at).copied().unwrap_or(false) {
        return None;
    }
    let raw = draft.words.raw(at);
    for prefix in ["tags.", "tag:", "tags:", "tag."] {
        if let Some(head) = raw.get(..prefix.len())
            && head.eq_ignore_ascii_case(prefix)
            && raw.len() > prefix.len()
        {
            return Some((1, raw[prefix.len()..].to_owned()));
        }
    }
    if draft.words.phrase(at, 2) == "cost center" || draft.words.phrase(at, 2) == "cost centre" {
        let spelled = ["cost-center", "CostCenter", "costcenter", "cost_center"];
        let known = spelled.iter().find_map(|k| own_key(draft, k)).unwrap_or_else(|| "cost-center".to_owned());
        return Some((2, known));
    }
    known_key(draft, raw).map(|key| (1, key))
}

/// The key that a word is, or the known one that it is a slip of.
pub(crate) fn without_slip(draft: &Draft<'_>, at: usize) -> String {
    let own = draft.cx.vocabulary.tag_keys.iter().map(String::as_str);
    let mut known = own.chain(USUAL_KEYS.iter().copied());
    let word = draft.words.kind(at) == Some(Kind::Word);
    let slip = known.find(|key| word && crate::spelling::is_slip(draft.words.lower(at), &key.to_ascii_lowercase()));
    slip.unwrap_or(draft.words.raw(at)).to_owned()
}

/// A key, where the words before have said that one comes.
pub(super) fn any_key(draft: &Draft<'_>, at: usize) -> Option<(usize, String)> {
    // "a mandatory tag" says of what kind it is, and not what it is called.
    const KINDS: &[&str] = &[
        "mandatory",
        "required",
        "compulsory",
        "obligatory",
        "standard",
        "proper",
        "correct",
        "valid",
        "invalid",
        "right",
        "wrong",
        "certain",
        "specific",
        "particular",
        "given",
        "custom",
        "single",
        "second",
        "third",
        "other",
        "additional",
        "extra",
        "such",
        "meaningful",
        "useful",
        "recent",
        "important",
        "expected",
        "agreed",
        "official",
        "allocation",
        "governance",
        "financial",
        "business",
        "technical",
        "duplicate",
        "same",
        "common",
        "essential",
        "minimum",
        "appropriate",
        "sensible",
        "complete",
        "consistent",
        "default",
        "good",
        "real",
    ];
    let own = || own_key(draft, draft.words.raw(at)).filter(|_| draft.words.kind(at) != Some(Kind::Symbol));
    key(draft, at).or_else(|| own().map(|key| (1, key))).or_else(|| {
        if KINDS.contains(&draft.words.lower(at)) && draft.words.kind(at) != Some(Kind::Quoted) {
            return None;
        }
        let name = draft.name(at).filter(|_| {
            draft.words.kind(at) == Some(Kind::Quoted) || draft.senses.is_unknown(at) || is_value_sign(draft, at + 1)
        })?;
        let is_word = draft.words.kind(at) == Some(Kind::Word);
        Some((1, if is_word { without_slip(draft, at) } else { name.to_owned() }))
    })
}

pub(super) fn own_key(draft: &Draft<'_>, word: &str) -> Option<String> {
    let keys = &draft.cx.vocabulary.tag_keys;
    keys.iter().find(|k| *k == word).or_else(|| keys.iter().find(|k| is_same(k, word))).cloned()
}

pub(super) fn known_key(draft: &Draft<'_>, word: &str) -> Option<String> {
    own_key(draft, word).or_else(|| {
        let usual = USUAL_KEYS.iter().find(|k| k.eq_ignore_ascii_case(word))?;
        // Where the estate has the key in another spelling, that one is meant.
        let own = own_spelling(draft, usual);
        Some(if own == *usual { word.to_owned() } else { own.to_owned() })
    })
}

/// The field of a key, written as the estate writes it.
pub(crate) fn field(draft: &Draft<'_>, key: &str) -> Field {
    Field::Key {
        column: draft.tags_column().map_or("tags", |c| c.name).to_owned(),
        key: own_key(draft, key).unwrap_or_else(|| key.to_owned()),
    }
}

/// Whether two keys are two words for one thing, as "environment" and "env" are.
pub(crate) fn is_kin(one: &Field, other: &Field) -> bool {
    match (one, other) {
        (Field::Key { key: one, .. }, Field::Key { key: other, .. }) => {
            one == other || SAME.iter().any(|set| set.contains(&one.as_str()) && set.contains(&other.as_str()))
        }
        _ => false,
    }
}

/// Whether two keys are two words for one thing, and the estate has no more than one of them.
pub(crate) fn is_reworded(draft: &Draft<'_>, one: &Field, other: &Field) -> bool {
    let is_own = |field: &Field| key_of(field).is_some_and(|key| own_key(draft, key).is_some());
    is_kin(one, other) && (one == other || !(is_own(one) && is_own(other)))
}

/// Keys that mean the same where an estate has both of them, beyond those that are read for each other.
const AKIN: &[&[&str]] = &[&["team", "squad"], &["department", "dept"]];

/// Says which keys of the estate mean the same as those that the query looks at: what has only such a one is not found.
pub(crate) fn note_kin(draft: &mut Draft<'_>, query: &Query) {
    if draft.cx.vocabulary.tag_keys.len() < 2 {
        return;
    }
    let mut asked: Vec<&str> = Vec::new();
    let mut see = |field| asked.extend(key_of(field));
    query.conditions.iter().for_each(|condition| each_field(condition, &mut see));
    let computed = query.aggregate.iter().filter_map(|a| a.field.as_ref());
    asked.extend(query.select.iter().chain(&query.group_by).chain(computed).filter_map(key_of));
    for key in &asked {
        let own = draft.cx.vocabulary.tag_keys.iter();
        let others: Vec<String> = own
            .filter(|other| !asked.contains(&other.as_str()) && means_the_same(key, other))
            .map(|other| format!("`{other}`"))
            .collect();
        if !others.is_empty() {
            let others = others.join(" and ");
            draft.note(format!(
                "only the tag `{key}` is looked at; the estate has {others} too, which may mean the same"
            ));
        }
    }
}

fn key_of(field: &Field) -> Option<&str> {
    match field {
        Field::Key { key, .. } => Some(key),
        _ => None,
    }
}

fn means_the_same(one: &str, other: &str) -> bool {
    let plain = |key: &str| key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (one, other) = (plain(one), plain(other));
    let mut sets = SAME.iter().chain(AKIN);
    one == other || sets.any(|set| set.contains(&one.as_str()) && set.contains(&other.as_str()))
}
