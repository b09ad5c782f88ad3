//! "checkout boxes", "what does billing-portal cost", "the atlas app": words that no other rule knows, and the estate does.

use super::tag;
use crate::draft::Draft;
use crate::names::{LONGEST_NAME, Name, NameOf};
use crate::tokens::{Kind, Words};
use crate::{Context, Vocabulary};
use schema::query::{Compare, Condition, Field, Literal, Op};
use schema::{Table, tables};

/// Words before a name that turn its meaning round, or ask for rows by it.
const TURNING: &[&str] = &[
    "not",
    "no",
    "non",
    "except",
    "excluding",
    "exclude",
    "but",
    "without",
    "than",
    "minus",
    "besides",
    "by",
    "per",
    "like",
    "other",
    "aside",
    "outside",
    "unlike",
    "neither",
    "nor",
    "any",
    "each",
    "every",
];

/// What joins two values of one key.
const JOINING: &[&str] = &["and", "or", ",", "&", "plus"];

/// Reads a name of the estate.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    if draft.cx.vocabulary.names.is_empty() {
        return None;
    }
    let (len, names) = called_there(draft.words, draft.cx, at)?;
    let before = draft.skip_back(at, &["the", "our", "my", "all", "of"]);
    if TURNING.contains(&draft.words.lower(before)) && before < at {
        return None;
    }
    let (field, what) = match meaning(draft, at, len, &names) {
        Ok(meaning) => meaning,
        Err(hint) => {
            draft.hint(hint);
            return None;
        }
    };
    let spelled: Vec<String> = names.iter().filter(|name| what.is(&name.of)).map(|name| name.text.clone()).collect();
    let behind = what.key().map_or(Some(0), |key| key_behind(draft, at + len, key))?;
    let said = draft.words.raw_phrase(at, len).to_owned();
    add(draft, at, &field, spelled)?;
    let note = match &what {
        NameOf::Tag(key) => format!("`{said}` is read as the tag `{key}`, which the estate has it in"),
        NameOf::Row(table) => format!("`{said}` is read as the name of rows in `{table}`"),
        NameOf::Service => format!("`{said}` is read as the service of that name"),
    };
    draft.note(note);
    Some(len + behind)
}

/// The table whose rows alone have a name that stands in the question: what it is about where it says no other.
pub(crate) fn table_of_name(words: &Words, vocabulary: &Vocabulary) -> Option<&'static Table> {
    let named =
        |name: &&Name| (0..words.len()).any(|at| (1..=LONGEST_NAME).any(|len| words.phrase(at, len) == name.said));
    let mut found = vocabulary.names.iter().filter(named).map(|name| match &name.of {
        NameOf::Row(table) => Some(table.as_str()),
        NameOf::Tag(_) | NameOf::Service => None,
    });
    let first = found.next()??;
    found.all(|other| other == Some(first)).then(|| tables::find(first)).flatten()
}

/// The longest phrase there that the estate knows, with all that is called so.
fn called_there<'a>(words: &Words, cx: &Context<'a>, at: usize) -> Option<(usize, Vec<&'a Name>)> {
    let names = &cx.vocabulary.names;
    (1..=LONGEST_NAME.min(words.len() - at)).rev().find_map(|len| {
        let phrase = words.phrase(at, len);
        let called: Vec<&Name> = names.iter().filter(|name| name.said == phrase).collect();
        (!called.is_empty()).then_some((len, called))
    })
}

impl NameOf {
    /// Whether it is the same but for how a key is written.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tag(one), Self::Tag(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        }
    }

    fn key(&self) -> Option<&str> {
        match self {
            Self::Tag(key) => Some(key),
            Self::Row(_) | Self::Service => None,
        }
    }
}

/// What the names there mean for the question's table: a field, and what of the estate it is. What may be two things is not
/// guessed; then it is said which.
fn meaning(draft: &Draft<'_>, at: usize, len: usize, names: &[&Name]) -> Result<(Field, NameOf), String> {
    let said = draft.words.raw_phrase(at, len);
    let mut fitting: Vec<(Field, NameOf)> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for name in names {
        match field_of(draft, at, len, name) {
            Some(field) if fitting.iter().all(|(_, of)| !of.is(&name.of)) => fitting.push((field, name.of.clone())),
            Some(_) => {}
            None => others.extend(match &name.of {
                NameOf::Row(table) => Some(table.as_str()),
                NameOf::Tag(_) | NameOf::Service => None,
            }),
        }
    }
    if draft.may_be_account.get(at).copied().unwrap_or(false) && !fitting.is_empty() {
        return Err(format!("`{said}` is an account, and {} too: say which is meant", told(&fitting)));
    }
    match (fitting.len(), others.first()) {
        (1, _) => Ok(fitting.remove(0)),
        (0, Some(table)) => {
            Err(format!("`{said}` is a name in `{table}`, and the question is about `{}`", draft.table.name))
        }
        (0, None) => Err(format!("the estate has `{said}` in tags, and `{}` has none", draft.table.name)),
        _ => Err(format!("`{said}` is {}: say which is meant", told(&fitting))),
    }
}

fn told(meanings: &[(Field, NameOf)]) -> String {
    let one = |(_, of): &(Field, NameOf)| match of {
        NameOf::Tag(key) => format!("a value of the tag `{key}`"),
        NameOf::Row(table) => format!("a name in `{table}`"),
        NameOf::Service => "a service".to_owned(),
    };
    meanings.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// The field that a name is a value of, where the question's table has it.
fn field_of(draft: &Draft<'_>, at: usize, len: usize, name: &Name) -> Option<Field> {
    match &name.of {
        NameOf::Tag(key) => draft.tags_column().map(|_| tag::field(draft, key)),
        NameOf::Service => draft.own("ServiceName").map(|column| Field::column(column.name)),
        NameOf::Row(table) => {
            // "core" and "web" name machines, and much else that somebody may have meant.
            let plain = len == 1
                && draft.words.kind(at) == Some(Kind::Word)
                && name.said.bytes().all(|b| b.is_ascii_alphabetic());
            let fits = draft.is_bill() || draft.table.name == *table || draft.table.name == tables::RESOURCES.name;
            let column = if draft.is_bill() { "ResourceName" } else { "name" };
            draft.own(column).filter(|_| fits && !plain).map(|column| Field::column(column.name))
        }
    }
}

/// "checkout app", "payments team": how many words say the key once more; none where another key is said.
fn key_behind(draft: &Draft<'_>, at: usize, key: &str) -> Option<usize> {
    let word = draft.words.lower(at);
    let own = tag::own_spelling(draft, word);
    if own.eq_ignore_ascii_case(key) || tag::is_kin(&tag::field(draft, word), &tag::field(draft, key)) {
        return Some(1);
    }
    let other = tag::key(draft, at).is_some() && !matches!(draft.words.lower(at + 1), "tag" | "tags");
    (!other).then_some(0)
}

/// Adds the condition, or joins it to that of a value before: rows have one value of a key.
fn add(draft: &mut Draft<'_>, at: usize, field: &Field, spelled: Vec<String>) -> Option<()> {
    let joins = JOINING.contains(&draft.words.lower(at.wrapping_sub(1)));
    let same = draft.conditions.iter_mut().find_map(|condition| match condition {
        Condition::Compare(compare) if compare.field == *field => Some(compare),
        _ => None,
    });
    match same {
        Some(compare) => join(compare, joins, spelled),
        None => {
            let condition = match <[String; 1]>::try_from(spelled) {
                Ok([one]) => Condition::compare(field.clone(), Op::Eq, one),
                Err(several) => Condition::compare(field.clone(), Op::In, Literal::from(several)),
            };
            draft.conditions.push(condition);
            Some(())
        }
    }
}

fn join(compare: &mut Compare, joins: bool, spelled: Vec<String>) -> Option<()> {
    let mut all = match (&compare.op, std::mem::take(&mut compare.value)) {
        (Op::Eq, Literal::Text(one)) if joins => vec![Literal::Text(one)],
        (Op::In, Literal::List(several)) if joins => several,
        (_, value) => {
            compare.value = value;
            return None;
        }
    };
    all.extend(spelled.into_iter().map(Literal::Text));
    (compare.op, compare.value) = (Op::In, Literal::List(all));
    Some(())
}
