//! Values that say by themselves which column they are of: "windows", "spot", "gp2", "m5.xlarge or larger", "i-0abc".

use crate::draft::Draft;
use crate::lexicon::{About, Kinds, Role, Sense};
use crate::phrases::{Mark, Marks};
use crate::rules::starts::Starts;
use crate::tokens::{Kind, Shape};
use schema::Column;
use schema::query::{Condition, Literal, Op};

/// EC2's sizes from small to large. Not every family has every size; a size that is not there matches nothing.
const SIZES: &[&str] = &[
    "nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "3xlarge", "4xlarge", "6xlarge", "8xlarge",
    "9xlarge", "10xlarge", "12xlarge", "16xlarge", "18xlarge", "24xlarge", "32xlarge", "48xlarge", "metal",
];

const VOLUME_TYPES: &[&str] = &[
    "gp2",
    "gp3",
    "io1",
    "io2",
    "st1",
    "sc1",
    "Standard_LRS",
    "Premium_LRS",
    "StandardSSD_LRS",
    "UltraSSD_LRS",
    "PremiumV2_LRS",
    "StandardSSD_ZRS",
    "Premium_ZRS",
];

const LANGUAGES: &[&str] = &["python", "nodejs", "node", "java", "dotnet", "ruby", "go", "provided"];

const ENGINES: &[(&str, &str)] = &[
    ("postgres", "postgres"),
    ("postgresql", "postgres"),
    ("pg", "postgres"),
    ("mysql", "mysql"),
    ("mariadb", "mariadb"),
    ("oracle", "oracle"),
    ("sqlserver", "sqlserver"),
    ("aurora", "aurora"),
    ("aurora-mysql", "aurora-mysql"),
    ("aurora-postgresql", "aurora-postgresql"),
];

/// Words for software.
const SOFTWARE: Marks = {
    let (mut marks, mut at) = (Marks::of(LANGUAGES), 0);
    while at < ENGINES.len() {
        marks = marks.with(Mark::of(ENGINES[at].0));
        at += 1;
    }
    marks
};

pub(super) const STARTS: Starts = Starts::at(&[
    "of", "with", "in", "the", "an", "a", "instance", "family", "series", "nano", "metal", "xlarge", "public",
    "private", "ip", "address", "cidr", "range", "has", "block",
])
.and_at(SOFTWARE)
.and_kinds(Kinds::VALUE.and(Kinds::TABLE).and(Kinds::COLUMN))
.and_roles(&[Role::Not, Role::NotIn])
.and_shape(Shape::DIGIT.and(Shape::DASH).and(Shape::DOT).and(Shape::SLASH).and(Shape::JOINT));

/// Reads a value that needs no column named.
pub(crate) fn read(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    closed(draft, at)
        .or_else(|| sized(draft, at))
        .or_else(|| shaped(draft, at))
        .or_else(|| id(draft, at))
        .or_else(|| address(draft, at))
}

/// "windows", "not spot", "arm64 or x86".
fn closed(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "all VMs other than spot".
    let but = draft.role(at, Role::NotIn).filter(|len| one_closed(draft, at + len).is_some());
    let not = draft.role(at, Role::Not).max(but).unwrap_or(0);
    let (len, column, value) = one_closed(draft, at + not)?;
    // "application gateways": the noun says it.
    if not == 0 && draft.noun(at).is_some_and(|(longer, noun)| longer > len && noun.implies.is_some()) {
        return None;
    }
    let mut values = vec![value];
    let mut end = at + not + len;
    while matches!(draft.words.lower(end), "or" | "and") {
        match one_closed(draft, end + 1) {
            Some((len, same, value)) if same == column => {
                values.push(value);
                end += 1 + len;
            }
            _ => break,
        }
    }
    // "arm architecture", "windows os".
    if let Some((len, named)) = draft.column(end)
        && named.name == column
    {
        end += len;
    }
    // "spot capacity", "of spot type": what such values are anyway.
    let kind =
        matches!(draft.words.lower(end), "type") || column == "lifecycle" && draft.words.lower(end) == "capacity";
    end += usize::from(
        kind && (draft.ends(end + 1) || draft.noun(end + 1).is_some() || draft.words.lower(end + 1) == "in"),
    );
    let (op, value) = match (not > 0, values.len()) {
        (false, 1) => (Op::Eq, Literal::from(value)),
        (true, 1) => (Op::Ne, Literal::from(value)),
        (false, _) => (Op::In, Literal::from(values)),
        (true, _) => (Op::NotIn, Literal::from(values)),
    };
    draft.condition(column, op, value);
    Some(end - at)
}

fn one_closed(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str, &'static str)> {
    if !draft.senses.kinds(at).any(Kinds::VALUE) {
        return None;
    }
    // "the public ip of" is an address.
    if matches!(draft.words.lower(at), "public" | "private")
        && matches!(draft.words.lower(at + 1), "ip" | "ips" | "address" | "addresses")
    {
        return None;
    }
    // "Amazon Linux" is one of many, and which it is nothing says.
    if draft.words.lower(at) == "linux"
        && matches!(
            draft.words.lower(at.wrapping_sub(1)),
            "amazon" | "ubuntu" | "debian" | "suse" | "hat" | "oracle" | "rocky" | "alma" | "centos" | "kali" | "arch"
        )
    {
        return None;
    }
    let found = draft.sense(at, |s| match s {
        Sense::Value { column, value } => {
            draft.own(column).filter(|c| c.values.contains(value)).map(|_| (*column, *value))
        }
        _ => None,
    });
    found.map(|(len, (column, value))| (len, column, value))
}

/// "m5.xlarge", "of type m5.xlarge or larger", "m5 instances".
fn sized(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let column = draft.named.machine?;
    let lead = type_words(draft, at, column);
    let at_word = at + lead;
    let words = draft.words;
    let word = words.lower(at_word);
    // Every size and family has a digit or a point, but for some.
    if !words.shape(at_word).any(const { Shape::DIGIT.and(Shape::DOT) })
        && !word.ends_with("xlarge")
        && !matches!(word, "nano" | "metal")
        && !word.starts_with("standard_")
    {
        return None;
    }
    if let Some((family, size)) = size_of(word) {
        if let Some((n, op)) = larger(draft, at_word + 1) {
            let position = SIZES.iter().position(|s| *s == size)?;
            let range = if op == Op::Ge { &SIZES[position..] } else { &SIZES[..=position] };
            let values: Vec<_> = range.iter().map(|s| format!("{family}.{s}")).collect();
            draft.note(format!("`{}` is read within the `{family}` family", draft.words.raw_phrase(at_word, 1 + n)));
            draft.condition(column.name, Op::In, values);
            return Some(lead + 1 + n);
        }
        let mut values = vec![word.to_owned()];
        let mut end = at_word + 1;
        loop {
            let joint = draft.skip(end, &[",", "or", "and"]);
            let word = draft.words.lower(joint);
            if joint == end || size_of(word).is_none() {
                break;
            }
            values.push(word.to_owned());
            end = joint + 1;
        }
        if larger(draft, end).is_some() {
            return None;
        }
        match values.pop() {
            Some(only) if values.is_empty() => draft.condition(column.name, Op::Eq, only),
            Some(last) => {
                values.push(last);
                draft.condition(column.name, Op::In, values);
            }
            None => return None,
        }
        return Some(end - at);
    }
    // "t2.*", "db.t3.*": every size of a family.
    if let Some(stem) = word.strip_suffix(".*").filter(|stem| family(stem.strip_prefix("db.").unwrap_or(stem))) {
        draft.condition(column.name, Op::StartsWith, format!("{stem}."));
        return Some(lead + 1);
    }
    if let Some(end) = families(draft, at_word, lead > 0, column) {
        return Some(end - at);
    }
    let behind = draft.words.lower(at_word + 1);
    // "VMs not t3", "instances other than m5".
    let negated = || {
        draft.ends(at_word + 1)
            && (1..=3).any(|back| {
                at_word >= back
                    && draft.role(at_word - back, Role::Not).max(draft.role(at_word - back, Role::NotIn)) == Some(back)
            })
    };
    let is_family = family(word)
        && (lead > 0
            || negated()
            || draft.noun(at_word + 1).is_some()
            || matches!(behind, "family" | "series" | "type" | "types"));
    // "db.t3 class databases": every class of a database begins so.
    let is_class = column.name == "instance_class"
        && word.strip_prefix("db.").is_some_and(family)
        && (lead > 0 || draft.noun(at_word + 1).is_some() || matches!(behind, "family" | "class" | "classes"));
    if column.name == "instance_type" && is_family || is_class {
        draft.condition(column.name, Op::StartsWith, format!("{word}."));
        let told = matches!(behind, "family" | "series" | "type" | "types") || is_class && behind.starts_with("class");
        let end = at_word + 1 + usize::from(told);
        return Some(end - at);
    }
    // "2xlarge machines": of whatever family.
    let size = word.ends_with("xlarge") || matches!(word, "nano" | "metal");
    if size && SIZES.contains(&word) && (lead > 0 || draft.noun(at_word + 1).is_some()) {
        // Newer ones say how large the metal is: `m7i.metal-24xl`.
        let op = if word == "metal" { Op::Contains } else { Op::EndsWith };
        draft.condition(column.name, op, format!(".{word}"));
        return Some(lead + 1);
    }
    if word.starts_with("standard_") && disk_type(word).is_none() && column.name == "instance_type" {
        let value = draft.words.raw(at_word).to_owned();
        // Values are compared exactly, and nobody can tell the capitals of a size from its small letters.
        if !value.starts_with("Standard_") {
            draft.hint(format!("write `{value}` as Azure spells it, as in `Standard_D4s_v5`"));
            return None;
        }
        // `Standard_E` is a family, a size has its number: `Standard_E4s_v5`.
        if let Some(family) = value.strip_suffix('*') {
            draft.condition(column.name, Op::StartsWith, family);
        } else if value.bytes().any(|b| b.is_ascii_digit()) {
            draft.condition(column.name, Op::Eq, value);
        } else {
            draft.condition(column.name, Op::StartsWith, value);
        }
        return Some(lead + 1);
    }
    None
}

/// "m4 or c4", "m4 and c4 instances": any of some families.
fn families(draft: &mut Draft<'_>, at: usize, led: bool, column: &'static Column) -> Option<usize> {
    let mut found = vec![draft.words.lower(at).to_owned()];
    let mut end = at + 1;
    loop {
        let joint = draft.skip(end, &[",", "or", "and"]);
        if joint == end || !family(draft.words.lower(joint)) {
            break;
        }
        found.push(draft.words.lower(joint).to_owned());
        end = joint + 1;
    }
    let named = matches!(draft.words.lower(end), "family" | "families" | "series" | "types");
    let told = led
        || named
        || draft.noun(end).is_some()
        || matches!(draft.words.lower(at.wrapping_sub(1)), "are" | "on" | "are on" | "like");
    if column.name != "instance_type" || found.len() < 2 || !told || !family(&found[0]) {
        return None;
    }
    let any = found.iter().map(|f| Condition::compare(column.name, Op::StartsWith, format!("{f}."))).collect();
    draft.conditions.push(Condition::Any { any });
    Some(end + usize::from(named))
}

/// "of type", "instance type", before the value.
fn type_words(draft: &Draft<'_>, at: usize, column: &'static Column) -> usize {
    let of = usize::from(matches!(draft.words.lower(at), "of" | "with" | "in"));
    let from = draft.skip(at + of, &["the", "an", "a", "instance", "family", "series"]);
    match draft.columns(from) {
        Some((len, columns)) if columns.iter().any(|c| c.name == column.name) => {
            draft.skip(from + len, &["is", "are", "=", "of", "family"]) - at
        }
        _ if from > at + of => from - at,
        _ => 0,
    }
}

/// Whether "or larger" stands there.
pub(crate) fn has_larger(draft: &Draft<'_>, at: usize) -> bool {
    larger(draft, at).is_some()
}

fn larger(draft: &Draft<'_>, at: usize) -> Option<(usize, Op)> {
    draft.or_more(at).filter(|(_, (_, about))| matches!(about, About::Size | About::Any)).map(|(n, (op, _))| (n, op))
}

/// The table whose things alone have a word as their size or id.
pub(crate) fn table_of(word: &str) -> Option<&'static str> {
    if size_of(word).is_some() || word.strip_suffix(".*").is_some_and(family) {
        let head = word.split('.').next().unwrap_or_default();
        return match head {
            "db" => Some("databases"),
            "cache" => None,
            _ => Some("instances"),
        };
    }
    if word.starts_with("standard_") && word.bytes().any(|b| b.is_ascii_digit()) && disk_type(word).is_none() {
        return Some("instances");
    }
    if disk_type(word).is_some() {
        return Some("volumes");
    }
    if engine(word).is_some() {
        return Some("databases");
    }
    if LANGUAGES.iter().any(|l| word.strip_prefix(*l).is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()))) {
        return Some("functions");
    }
    if !word.bytes().any(|b| b == b'-') {
        return None;
    }
    let (prefix, rest) = word.split_once('-')?;
    let short = rest.len() < 3 || rest.len() < 8 && !rest.bytes().any(|b| b.is_ascii_digit());
    if short || !rest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    match prefix {
        "i" => Some("instances"),
        "vol" => Some("volumes"),
        "snap" => Some("snapshots"),
        "ami" => Some("images"),
        "vpc" => Some("networks"),
        "subnet" => Some("subnets"),
        "sg" => Some("security_groups"),
        _ => None,
    }
}

/// The family and size of an EC2 or RDS type: `m5.xlarge`, `db.r5.large`.
fn size_of(word: &str) -> Option<(&str, &str)> {
    if !word.bytes().any(|b| b == b'.') {
        return None;
    }
    let (family, size) = word.rsplit_once('.')?;
    let known = SIZES.contains(&size)
        || size.strip_suffix("xlarge").is_some_and(|n| n.parse::<u32>().is_ok())
        || size.starts_with("metal-");
    let head = family.strip_prefix("db.").or_else(|| family.strip_prefix("cache.")).unwrap_or(family);
    (known && self::family(head)).then_some((family, size))
}

/// Whether a word is a family of EC2 instances.
pub(super) fn is_family(word: &str) -> bool {
    family(word)
}

/// Whether a word is a family of EC2: letters, a digit, letters.
fn family(word: &str) -> bool {
    const HEADS: &[&str] = &[
        "a", "c", "d", "dl", "f", "g", "gr", "h", "hpc", "i", "im", "is", "inf", "m", "mac", "p", "r", "t", "trn", "u",
        "vt", "x", "z",
    ];
    let Some(digit) = word.find(|c: char| c.is_ascii_digit()) else { return false };
    let (head, rest) = word.split_at(digit);
    HEADS.contains(&head) && rest.len() <= 7 && rest[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// "gp2", "python3.8", "postgres".
fn shaped(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    // "runtime python" names the column first.
    if let Some((len, column)) = draft.column(at)
        && column.name == "runtime"
        && LANGUAGES.contains(&draft.words.lower(at + len))
    {
        return shaped(draft, at + len).map(|n| len + n);
    }
    let words = draft.words;
    let word = words.lower(at);
    // Every type of a disk has a digit or a joint, and every version a digit.
    if !words.shape(at).any(const { Shape::DIGIT.and(Shape::JOINT) })
        && !SOFTWARE.has(words.mark(at))
        && !draft.senses.plays(at, Role::Not)
        && !draft.senses.plays(at, Role::NotIn)
    {
        return None;
    }
    if draft.named.volume_type.is_some() {
        if draft.role(at, Role::Not) == Some(1)
            && let Some(value) = disk_type(draft.words.lower(at + 1))
        {
            // "not gp2 or gp3" could mean either.
            if matches!(draft.words.lower(at + 2), "or" | "and" | ",") && disk_type(draft.words.lower(at + 3)).is_some()
            {
                return None;
            }
            draft.condition("volume_type", Op::Ne, value);
            return Some(2);
        }
        return volume_types(draft, at, word);
    }
    if let Some(column) = draft.named.runtime
        && let Some(language) = LANGUAGES.iter().find(|l| {
            word.strip_prefix(**l).is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    {
        if let Some(len) = runtimes(draft, at).or_else(|| languages(draft, at)) {
            return Some(len);
        }
        let number = matches!(draft.words.kind(at + 1), Some(Kind::Number(_))) && word == *language;
        let n = 1 + usize::from(number);
        if word == *language && !number {
            draft.condition(column.name, Op::StartsWith, word);
        } else {
            let version = if number { draft.words.lower(at + 1) } else { &word[language.len()..] };
            let language = if *language == "node" { "nodejs" } else { language };
            let value = format!("{language}{version}");
            // "python3.12" and "nodejs18.x" are whole names; "python3" is a family of them.
            if version.contains('.') {
                draft.condition(column.name, Op::Eq, value);
            } else {
                draft.conditions.push(release(column.name, &value));
            }
        }
        return Some(n + named_behind(draft, at + n, "runtime"));
    }
    engines(draft, at)
}

/// "nodejs14.x or nodejs16.x": each the whole name of one.
fn runtimes(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let whole = |at: usize| {
        let word = draft.words.lower(at);
        let known = LANGUAGES
            .iter()
            .any(|l| word.strip_prefix(*l).is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit())));
        (known && word.contains('.')).then(|| word.to_owned())
    };
    let mut values = vec![whole(at)?];
    let mut end = at + 1;
    loop {
        let joint = draft.skip(end, &[",", "or", "and"]);
        let Some(more) = whole(joint).filter(|_| joint > end) else { break };
        values.push(more);
        end = joint + 1;
    }
    if values.len() < 2 || draft.words.lower(end) == "or" {
        return None;
    }
    draft.condition("runtime", Op::In, values);
    Some(end + named_behind(draft, end, "runtime") - at)
}

/// "java or python": whatever their version is.
fn languages(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let plain = |at: usize| LANGUAGES.iter().find(|l| **l == draft.words.lower(at));
    let (first, second) = (plain(at)?, plain(at + 2)?);
    if !matches!(draft.words.lower(at + 1), "or" | "and")
        || matches!(draft.words.lower(at + 3), "or" | "and" | ",") && plain(at + 4).is_some()
    {
        return None;
    }
    if matches!(draft.words.kind(at + 3), Some(Kind::Number(_))) {
        return None;
    }
    let any = [first, second].iter().map(|l| Condition::compare("runtime", Op::StartsWith, **l)).collect();
    draft.conditions.push(Condition::Any { any });
    Some(3 + named_behind(draft, at + 3, "runtime"))
}

/// "postgres", "mysql or mariadb", "postgres 14".
fn engines(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    draft.named.engine?;
    // "databases other than postgres".
    let not = draft.role(at, Role::NotIn).or_else(|| draft.role(at, Role::Not)).unwrap_or(0);
    if not > 0 {
        let other = engine(draft.words.lower(at + not))?;
        let more = matches!(draft.words.lower(at + not + 1), "or" | "and" | ",")
            && engine(draft.words.lower(at + not + 2)).is_some();
        let numbered = matches!(draft.words.kind(at + not + 1), Some(Kind::Number(_)));
        if more || numbered {
            return None;
        }
        draft.conditions.push(Condition::Not { not: Box::new(Condition::compare("engine", Op::Contains, other)) });
        return Some(not + 1 + named_behind(draft, at + not + 1, "engine"));
    }
    let first = engine(draft.words.lower(at))?;
    // "aurora postgresql" is one engine of its own.
    let aurora = match engine(draft.words.lower(at + 1)) {
        Some("postgres") if first == "aurora" => Some("aurora-postgresql"),
        Some("mysql") if first == "aurora" => Some("aurora-mysql"),
        _ => None,
    };
    let mut found = vec![aurora.unwrap_or(first)];
    let mut end = at + 1 + usize::from(aurora.is_some());
    loop {
        let joint = draft.skip(end, &[",", "or", "and"]);
        let Some(more) = engine(draft.words.lower(joint)).filter(|_| joint > end) else { break };
        found.push(more);
        end = joint + 1;
    }
    for engine in &found {
        draft.note(format!("`{engine}` is read as every engine whose name holds it"));
    }
    let mut all: Vec<_> = found.iter().map(|e| Condition::compare("engine", Op::Contains, *e)).collect();
    match all.len() {
        1 => draft.conditions.append(&mut all),
        _ => draft.conditions.push(Condition::Any { any: all }),
    }
    // "postgres, major version 11", "mysql on release 5.7".
    let version = draft.skip(end, &["on", "in", "at", "of", "with", "major", "version", "versions", "release"]);
    if version > end
        && matches!(draft.words.lower(version - 1), "version" | "versions" | "release")
        && matches!(draft.words.kind(version), Some(Kind::Number(_)))
        && draft.column(version + 1).is_none()
        && draft.or_more(version + 1).is_none()
    {
        end = version;
    }
    if found.len() == 1 && matches!(draft.words.kind(end), Some(Kind::Number(_))) {
        draft.conditions.push(release("engine_version", draft.words.raw(end)));
        end += 1;
    } else if found.len() == 1
        && let Some(version) = draft.words.lower(end).strip_suffix(".x")
        && version.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        // "14.x".
        draft.conditions.push(release("engine_version", version));
        end += 1;
    }
    Some(end + named_behind(draft, end, "engine") - at)
}

pub(crate) fn engine(word: &str) -> Option<&'static str> {
    ENGINES.iter().find(|(w, _)| w.len() == word.len() && *w == word).map(|(_, engine)| *engine)
}

/// A version and its releases: "14" is 14 and 14.7, and not 140.
pub(crate) fn release(column: &str, version: &str) -> Condition {
    let begins = Condition::compare(column, Op::StartsWith, format!("{version}."));
    Condition::Any { any: vec![Condition::compare(column, Op::Eq, version), begins] }
}

/// Whether a word is a database engine.
pub(crate) fn is_engine(word: &str) -> bool {
    engine(word).is_some()
}

/// Whether a word is a database engine or a language that functions are written in.
pub(crate) fn names_software(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    (draft.named.engine.is_some() && engine(word).is_some())
        || (draft.named.runtime.is_some()
            && LANGUAGES.iter().any(|l| {
                word.strip_prefix(*l)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
            }))
}

fn volume_types(draft: &mut Draft<'_>, at: usize, word: &str) -> Option<usize> {
    let mut values = vec![disk_type(word)?];
    let mut end = at + 1;
    loop {
        let joint = draft.skip(end, &[",", "or", "and"]);
        let Some(more) = disk_type(draft.words.lower(joint)).filter(|_| joint > end) else { break };
        values.push(more);
        end = joint + 1;
    }
    end += usize::from(draft.words.lower(end) == "type" && draft.noun(end + 1).is_some());
    if values.len() == 1 {
        draft.condition("volume_type", Op::Eq, values.remove(0));
    } else {
        draft.condition("volume_type", Op::In, values);
    }
    Some(end - at)
}

/// The type as its provider spells it.
pub(super) fn disk_type(word: &str) -> Option<&'static str> {
    // Each has a digit or a joint.
    if !word.bytes().any(|b| b.is_ascii_digit() || b == b'_') {
        return None;
    }
    VOLUME_TYPES.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}

fn named_behind(draft: &Draft<'_>, at: usize, column: &str) -> usize {
    draft.column(at).filter(|(_, c)| c.name == column).map_or(0, |(len, _)| len)
}

/// Whether a size, family, disk type or id stands there, which says by itself what it is of.
pub(crate) fn is_shaped(draft: &Draft<'_>, at: usize) -> bool {
    let word = draft.words.lower(at);
    size_of(word).is_some()
        || draft.own("instance_type").is_some() && family(word)
        || draft.named.volume_type.is_some() && disk_type(word).is_some()
        || draft.own("image_id").is_some() && word.starts_with("ami-")
        || one_closed(draft, at).is_some()
        || found_id(draft, at).is_some()
}

/// Whether a word is one of the usual values of a column.
pub(crate) fn is_usual(column: &Column, word: &str) -> bool {
    column.name == "engine" && ENGINES.iter().any(|(known, _)| known.eq_ignore_ascii_case(word))
}

/// A value of a column, as the providers spell it.
pub(crate) fn spelled(column: &Column, value: &str) -> String {
    let lower = value.to_ascii_lowercase();
    if let Some(known) = disk_type(&lower).filter(|_| column.name == "volume_type") {
        return known.to_owned();
    }
    let aws = size_of(&lower).is_some() || column.name == "runtime";
    if aws { lower } else { value.to_owned() }
}

/// "i-0abc", "vpc-123", an ARN: the row itself, or the column that refers to such a thing.
fn id(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let (len, field, value) = found_id(draft, at)?;
    if let Some((_, noun)) = draft.noun(at).filter(|(n, _)| *n + 1 == len) {
        draft.imply(noun);
    }
    let mut values = vec![value];
    let mut end = at + len;
    while draft.words.lower(end) == "or"
        && let Some((n, same, more)) = found_id(draft, end + 1)
        && same == field
    {
        values.push(more);
        end += 1 + n;
    }
    match values.pop() {
        Some(only) if values.is_empty() => draft.condition(field, Op::Eq, only),
        Some(last) => {
            values.push(last);
            draft.condition(field, Op::In, values);
        }
        None => {}
    }
    Some(end - at)
}

/// "10.0.0.5", "ip 52.18.44.201", "10.40.0.0/20": an address is of the column that holds such.
fn address(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    let lead = draft.skip(at, &["public", "private", "ip", "address", "cidr", "range", "has", "with", "the", "block"]);
    let word = draft.words.raw(lead);
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (host, prefix) = word.split_once('/').map_or((word, None), |(host, bits)| (host, Some(bits)));
    let ip: std::net::Ipv4Addr = host.parse().ok()?;
    let names: &[&str] = match (prefix, ip.is_private()) {
        (Some(bits), _) => {
            bits.parse::<u8>().ok().filter(|bits| *bits <= 32)?;
            &["cidr_block", "cidr_blocks"]
        }
        (None, true) => &["private_ip"],
        (None, false) => &["public_ip", "address", "public_ips"],
    };
    let column = draft.first_of(names)?.name;
    let value = word.to_owned();
    draft.condition(column, Op::Eq, value);
    Some(lead + 1 - at)
}

/// The id there, with the noun or column named before it: how many words, the column, the value.
pub(crate) fn found_id(draft: &Draft<'_>, at: usize) -> Option<(usize, &'static str, String)> {
    let lead = id_words(draft, at);
    let raw = draft.words.raw(at + lead);
    if !raw.bytes().any(|b| matches!(b, b'-' | b'/')) {
        return None;
    }
    if raw.starts_with("arn:aws") || raw.to_ascii_lowercase().starts_with("/subscriptions/") {
        let value = if raw.starts_with('/') { raw.to_ascii_lowercase() } else { raw.to_owned() };
        let column = draft.own("resource_id")?;
        return Some((lead + 1, column.name, value));
    }
    // "what is in subnet-0abc": what it holds is of several tables.
    if draft.table.name == "resources" && matches!(draft.words.lower(at.wrapping_sub(1)), "in" | "inside" | "within") {
        return None;
    }
    let (prefix, rest) = raw.split_once('-')?;
    if rest.len() < 3 || !rest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let (table, column) = match prefix {
        "i" => ("instances", "instance_id"),
        "vol" => ("volumes", "volume_id"),
        "snap" => ("snapshots", "snapshot_id"),
        "ami" => ("images", "image_id"),
        "vpc" => ("networks", "network_id"),
        "subnet" => ("subnets", "subnet_id"),
        "sg" => ("security_groups", "security_group_ids"),
        "eipalloc" => ("public_ips", ""),
        "nat" => ("nat_gateways", ""),
        _ => return None,
    };
    let own = draft.table.name == table || draft.table.name == "resources";
    let field = if own { "native_id" } else { column };
    // "lbs in subnet-0abc", "image with snapshot snap-0abc": some have more than one.
    let field = draft.own(field).or_else(|| draft.own(&format!("{column}s")))?.name;
    Some((lead + 1, field, raw.to_owned()))
}

/// "security group" in "security group sg-0abc", "on instance" in "on instance i-0abc".
fn id_words(draft: &Draft<'_>, at: usize) -> usize {
    if !draft.senses.kinds(at).any(const { Kinds::TABLE.and(Kinds::COLUMN) }) {
        return 0;
    }
    let noun = draft.sense(at, |s| matches!(s, Sense::Table(_)).then_some(())).map(|(len, ())| len);
    let column = draft.column(at).map(|(len, _)| len);
    let behind = noun.max(column).unwrap_or(0);
    let id = draft.words.raw(at + behind);
    let shaped = id.split_once('-').is_some_and(|(head, rest)| {
        matches!(head, "i" | "vol" | "snap" | "ami" | "vpc" | "subnet" | "sg")
            && rest.bytes().all(|b| b.is_ascii_hexdigit())
    });
    if shaped { behind } else { 0 }
}
