//! "owned by team payments", "the payments team's", "teams a and b", "nobody owns": whose the rows are.

use super::quantity::NUMBERS;
use super::{beside, tag};
use crate::draft::Draft;
use crate::lexicon::{Role, Sense};
use crate::phrases::{Marks, Phrases, phrases};
use crate::rules::starts::Starts;
use crate::tokens::{Kind, Shape};
use schema::query::{Condition, Op};

/// Words that go with "team" and are no team's name.
const NO_NAMES: &[&str] = &[
    "tag", "tags", "meeting", "meetings", "lead", "leads", "member", "members", "name", "names", "wise", "level",
    "budget", "budgets", "is", "label", "that", "who", "which", "owns", "own", "has", "have", "run", "runs", "use",
    "uses", "hold", "holds", "operate", "operates", "averages", "average", "ranking", "totals",
];

/// Words before "team" that point at one, and do not name it.
const POINTING: &[&str] = &[
    "whole",
    "entire",
    "another",
    "other",
    "same",
    "every",
    "any",
    "my",
    "your",
    "this",
    "that",
    "which",
    "new",
    "old",
    "responsible",
    "owning",
    "right",
    "wrong",
    "each",
    "one",
    "single",
    "no",
    "some",
    "what",
    "our",
    "their",
    "his",
    "her",
    "current",
    "former",
    "previous",
    "biggest",
    "largest",
    "last",
    "first",
    "next",
];

const NEGATED: Phrases =
    phrases(&["do not", "don't", "does not", "doesn't", "that do not", "that don't", "which do not"]);

pub(super) const STARTS: Starts =
    Starts::at(&["nobody", "noone", "no-one", "no", "unowned", "ownerless", "the", "our", "owner"])
        .and_at(Marks::of(GROUPS))
        .and_at(NEGATED.begins())
        .and_at(NUMBERS)
        .and_before(GROUPS)
        .and_before(&["owns"])
        .and_roles(&[Role::OwnedBy, Role::Not])
        .and_shape(Shape::DIGIT);

/// What a group of people, or what they work on, is called.
const GROUPS: &[&str] = &["team", "teams", "squad", "project", "app", "application"];

/// Reads whose the rows are, by their tags.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.tags_column()?;
    nobody(draft, at)
        .or_else(|| not_theirs(draft, at))
        .or_else(|| keyed(draft, at))
        .or_else(|| before_word(draft, at))
        .or_else(|| owner(draft, at))
        .or_else(|| by(draft, at))
        .or_else(|| owns(draft, at))
}

/// "everything bob owns".
fn owns(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let value = draft.name(at).filter(|_| draft.words.kind(at) == Some(Kind::Word) && draft.senses.is_unknown(at))?;
    let pronoun =
        matches!(draft.words.lower(at), "who" | "he" | "she" | "they" | "we" | "nobody" | "everybody" | "team");
    if draft.words.lower(at + 1) != "owns" || pronoun || POINTING.contains(&draft.words.lower(at)) {
        return None;
    }
    let value = value.to_owned();
    let field = tag::field(draft, "owner");
    draft.note(format!("`{value} owns` is read as the tag `owner`"));
    draft.condition(field, Op::Eq, value);
    Some(2)
}

/// "not owned by team payments", "that do not belong to the data team".
fn not_theirs(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let not = draft.said(at, NEGATED).or_else(|| draft.role(at, Role::Not))?;
    let from = at + not;
    draft.role(from, Role::OwnedBy)?;
    let before = draft.conditions.len();
    let len = keyed(draft, from).or_else(|| before_word(draft, from)).or_else(|| by(draft, from))?;
    let [Condition::Compare(said)] = draft.conditions.get_mut(before..)? else { return None };
    said.op = match said.op {
        Op::Eq => Op::Ne,
        Op::In => Op::NotIn,
        _ => return None,
    };
    draft.notes.pop();
    Some(not + len)
}

/// "owned by nobody", "nobody owns", "unowned", "nobody has tagged with a cost centre".
fn nobody(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let none = |at: usize| match (draft.words.lower(at), draft.words.lower(at + 1)) {
        ("nobody" | "noone" | "no-one", _) => 1,
        ("no", "one" | "person" | "team") => 2,
        _ => 0,
    };
    let by = draft.role(at, Role::OwnedBy).unwrap_or(0);
    let len = none(at + by);
    let mut end = at + by + len;
    let team = draft.words.phrase(at + by, 2) == "no team";
    let mut key = if team { "team" } else { "owner" }.to_owned();
    if matches!(draft.words.lower(at), "unowned" | "ownerless") {
        end = at + 1;
    } else if len == 0 {
        return None;
    } else if by == 0 {
        let verb = draft.skip(end, &["has", "have", "ever"]);
        match draft.words.lower(verb) {
            "owns" | "own" | "claims" | "claimed" => end = verb + 1,
            "tagged" | "put" | "set" => {
                let from = draft.skip(verb + 1, &["with", "a", "an", "the", "any"]);
                if draft.words.lower(verb) == "tagged" && draft.ends(from) {
                    let tags = draft.tags_column()?.name;
                    draft.conditions.push(Condition::is_null(tags));
                    return Some(from - at);
                }
                let (n, said) = tag::key(draft, from)?;
                key = said;
                end = from + n + draft.role(from + n, Role::TagWord).unwrap_or(0);
                end = draft.skip(end, &["on", "to", "for"]);
            }
            _ => return None,
        }
    }
    let field = tag::field(draft, &key);
    draft.note(format!("`{}` is read as without the tag `{field}`", draft.words.raw_phrase(at, end - at)));
    draft.conditions.push(Condition::is_null(field));
    Some(end - at)
}

/// "team payments", "teams payments and checkout", "project apollo owns".
fn keyed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let by = draft.role(at, Role::OwnedBy).unwrap_or(0);
    // "assigned to team payments" names it with the word.
    let by = by - usize::from(by > 1 && draft.words.lower(at + by - 1) == "team");
    let from = draft.skip(at + by, &["the"]);
    // "the three teams a, b and c".
    let number = super::quantity::number(draft, from).filter(|_| draft.words.lower(from + 1) == "teams");
    let from = from + usize::from(number.is_some());
    let (key, many) = match draft.words.lower(from) {
        "team" => ("team", false),
        "squad" => ("squad", false),
        "teams" => ("team", true),
        "project" => ("project", false),
        // The estate may write it otherwise.
        word @ ("app" | "application") => (tag::own_spelling(draft, word), false),
        _ => return None,
    };
    let before = draft.words.lower(at.wrapping_sub(1));
    // "that my team forgot" names no team.
    if matches!(
        before,
        "my" | "our" | "your" | "their" | "his" | "her" | "a" | "any" | "each" | "every" | "which" | "per"
    ) && by == 0
    {
        return None;
    }
    let led = by > 0
        || matches!(
            before,
            "of" | "for"
                | "by"
                | "to"
                | "from"
                | "in"
                | "does"
                | "do"
                | "did"
                | "that"
                | "everything"
                | "has"
                | "and"
                | "what"
        );
    let mut values = vec![value(draft, from + 1).or_else(|| {
        let single = !many && matches!(key, "team" | "squad");
        let led = by > 0 || matches!(before, "of" | "for" | "to" | "from" | "have" | "has" | "with" | "," | "");
        craft(draft, from + 1).filter(|_| single && led && closes(draft, from + 2))
    })?];
    let mut end = from + 2;
    while let against = beside::against(draft, end)
        && let next = draft.skip(end + against, &[",", "and", "or", "team"])
        && (many && next > end || draft.words.lower(end) == "or" || against > 0)
        && let Some(more) = value(draft, next)
    {
        if against > 0 {
            draft.beside.get_or_insert((end, against));
        }
        values.push(more);
        end = next + 1;
    }
    // "team checkout databases".
    let first = draft.ends(end) || draft.noun(end).is_some();
    let alone = (at == 0 || before == ",") && first && draft.words.len() > 2;
    // Who asks for many names them all.
    let last = draft.ends(end) && at > 1 && draft.words.len() > 3;
    let owns = verb(draft, end);
    let compared = draft.beside.is_some() && values.len() > 1;
    if number.is_some_and(|number| usize_of(number) != Some(values.len())) {
        return None;
    }
    if many != (values.len() > 1) && many || !(led || alone || last || owns > 0 || compared) {
        return None;
    }
    // "app checkout" could be anything where nothing leads to it.
    if matches!(key, "project" | "app" | "application") && !(led || alone) {
        return None;
    }
    end += owns;
    Some(says(draft, at, end, key, values))
}

/// A small number that is a whole one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in the range")]
fn usize_of(number: f64) -> Option<usize> {
    (number.fract() == 0.0 && (1.0..=100.0).contains(&number)).then_some(number as usize)
}

/// What a team does with its things, behind its name.
fn verb(draft: &Draft<'_>, at: usize) -> usize {
    const VERBS: Phrases = phrases(&[
        "is responsible for",
        "are responsible for",
        "is using",
        "looks after",
        "owns",
        "own",
        "runs",
        "operates",
        "has",
        "have",
        "uses",
        "created",
        "manages",
    ]);
    let found = draft.said(at, VERBS).unwrap_or(0);
    let vague = matches!(draft.words.lower(at), "created" | "has" | "have");
    if vague && !draft.ends(at + found) { 0 } else { found }
}

/// A name behind "team".
fn value(draft: &Draft<'_>, at: usize) -> Option<String> {
    let value = draft.name(at)?;
    // "team October" is no team of that name.
    if draft.words.kind(at) != Some(Kind::Quoted) && super::time::names_a_time(draft.words, at) {
        return None;
    }
    let fits = draft.words.kind(at) == Some(Kind::Quoted)
        || !NO_NAMES.contains(&draft.words.lower(at)) && draft.words.kind(at) == Some(Kind::Word) && is_free(draft, at);
    fits.then(|| value.to_owned())
}

/// "the platform team", "the network team": named for what it works on.
fn craft(draft: &Draft<'_>, at: usize) -> Option<String> {
    let plain = |s: &Sense| match s {
        Sense::Table(noun) => noun.table.name != "resources",
        Sense::Role(role) => draft.words.lower(at) == "billing" && *role == Role::Spend,
        s => matches!(s, Sense::Category(_) | Sense::Command | Sense::Off(_) | Sense::Value { .. }),
    };
    let single = draft.words.kind(at) == Some(Kind::Word) && !draft.words.lower(at).ends_with('s');
    (single && draft.senses.at(at).all(|(_, s)| plain(s))).then(|| draft.words.raw(at).to_owned())
}

/// Whether a name ends there: at the end of a clause, at the things that are the team's, or where they are.
fn closes(draft: &Draft<'_>, at: usize) -> bool {
    draft.ends(at)
        || draft.noun(at).is_some()
        || matches!(draft.words.lower(at), "in" | "on" | "and" | "that" | "which")
}

/// Whether a word means nothing that could not be a team's name as well.
fn is_free(draft: &Draft<'_>, at: usize) -> bool {
    let named = |s: &Sense| matches!(s, Sense::Category(_) | Sense::Command | Sense::Off(_));
    // "data for" holds sentences together, and "data" may well be a team.
    draft.senses.at(at).all(|(len, s)| named(s) || len > 1 && matches!(s, Sense::Role(Role::Filler)))
        && draft.column(at).is_none()
}

/// "the payments team", "payments team, instances by state", "our data squad".
fn before_word(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let by = draft.role(at, Role::OwnedBy).unwrap_or(0);
    let from = draft.skip(at + by, &["the", "our"]);
    let key = match draft.words.lower(from + 1) {
        "team" | "squad" => "team",
        "project" => "project",
        _ => return None,
    };
    let before = draft.words.lower(at.wrapping_sub(1));
    let led = by > 0
        || from > at
        || at == 0
        || matches!(before, "the" | "of" | "for" | "by" | "," | "does" | "did" | "our" | "everything" | "in");
    if !led
        || draft.words.lower(from + 2) == "tag"
        || draft.words.kind(from + 2).is_some() && draft.words.lower(from + 2) == "members"
    {
        return None;
    }
    // "alice's team" is one that is not named.
    if POINTING.contains(&draft.words.lower(from)) || super::given::is_person(draft.words.lower(from)) {
        return None;
    }
    let mut value = value(draft, from).or_else(|| craft(draft, from))?;
    // A sentence begins with a capital, whatever the team is called.
    let begins = from == 0 && value.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    if begins {
        value.make_ascii_lowercase();
    }
    let end = from + 2;
    Some(says(draft, at, end + verb(draft, end), key, vec![value]))
}

/// "owner ravi", "for owner anita".
fn owner(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let leads = at == 0
        || matches!(
            draft.words.lower(at - 1),
            "of" | "for" | "by" | "from" | "does" | "," | "with" | "has" | "have" | "having" | "whose"
        );
    if draft.words.lower(at) != "owner" || !leads || !draft.senses.is_unknown(at + 1) {
        return None;
    }
    let value = draft.name(at + 1)?.to_owned();
    Some(says(draft, at, at + 2, "owner", vec![value]))
}

/// "owned by alice".
fn by(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let by = draft.role(at, Role::OwnedBy)?;
    let from = at + by;
    const NO_OWNERS: &[&str] = &[
        "none", "anyone", "anybody", "someone", "somebody", "owner", "departed", "neither", "either", "both", "which",
        "whom", "them", "everyone",
    ];
    if NO_OWNERS.contains(&draft.words.lower(from)) {
        draft.hint("say `without owner tag`");
        return None;
    }
    // "which volumes belong to i-0abc" is about what they are attached to.
    if super::value::found_id(draft, from).is_some() {
        return Some(by);
    }
    let free = draft.senses.is_unknown(from) || draft.words.kind(from) == Some(Kind::Quoted);
    let value = draft.name(from).filter(|_| free)?.to_owned();
    // "belong to prod": an environment owns nothing.
    if tag::is_environment(&value) {
        draft.hint(format!("say `in account {value}`, or `tag env = {value}`"));
        return None;
    }
    let mut values = vec![value];
    let mut end = from + 1;
    // "owned by yusuf or by ines".
    while draft.words.lower(end) == "or" {
        let next = end + 1 + usize::from(draft.words.lower(end + 1) == "by");
        let known = draft.words.kind(next) != Some(Kind::Quoted) && !draft.senses.is_unknown(next);
        let ends = draft.ends(next + 1)
            || matches!(draft.words.lower(next + 1), "or" | "in" | "on" | "that" | "which" | "with" | "and");
        let Some(more) = draft.name(next).filter(|_| ends && !known && !NO_OWNERS.contains(&draft.words.lower(next)))
        else {
            break;
        };
        values.push(more.to_owned());
        end = next + 1;
    }
    Some(says(draft, at, end, "owner", values))
}

fn says(draft: &mut Draft<'_>, at: usize, end: usize, key: &str, mut values: Vec<String>) -> usize {
    let field = tag::field(draft, key);
    let said = values.join("` or `");
    draft.note(format!("`{}` is read as the tag `{field}` being `{said}`", draft.words.raw_phrase(at, end - at)));
    beside::listed(draft, field.clone(), values.len());
    match values.pop() {
        Some(only) if values.is_empty() => draft.condition(field, Op::Eq, only),
        Some(last) => {
            values.push(last);
            draft.condition(field, Op::In, values);
        }
        None => {}
    }
    end - at
}
