//! A program that was written for one question, made into one for all questions that differ in a value.
//!
//! A value becomes a parameter only where there can be no doubt what it is in the program: it stands once in the question,
//! and once in the program, as a literal; and a number only where something is compared with it, for a number that is
//! calculated with may be a unit (`/ 24`, `* 100`) that happens to stand in the question too. Everything else stays as it
//! was written, and the program answers the one question.

use super::header::{Header, Needs, Param, ParamKind, ParamValue, Parsed};
use super::words::{GROUPS, TIMES};
use crate::javascript::{Place, parts};
use std::collections::BTreeMap;
use std::ops::Range;

/// Smaller whole numbers are too often part of how a program works: an index, a half, the one before.
const SMALLEST: f64 = 3.0;
/// How many values become parameters.
const MOST: usize = 4;

/// A value in a question.
#[derive(Debug, Clone)]
struct Candidate {
    at: Range<usize>,
    name: String,
    kind: ParamKind,
    value: ParamValue,
}

/// The program with those values of its question as parameters that cannot be mistaken.
pub fn generalise(program: &Parsed) -> Parsed {
    try_generalise(program).filter(|general| general.header.check().is_ok()).unwrap_or_else(|| program.clone())
}

fn try_generalise(program: &Parsed) -> Option<Parsed> {
    let Parsed { header, source } = program;
    if !header.params.is_empty() || header.question.contains(['{', '}', '[', ']']) {
        return None;
    }
    // A name of the program's own would hide the parameters where it holds.
    if source.contains("params") {
        return None;
    }
    let parts = parts(source)?;
    let mut found: Vec<(Candidate, Edit)> = Vec::new();
    for candidate in candidates(&header.question) {
        if found.len() == MOST {
            break;
        }
        if !may_vary(&candidate, &header.needs) {
            continue;
        }
        let Some(edit) = edit(source, &parts, &candidate) else { continue };
        if found.iter().any(|(_, other)| other.literal == edit.literal && !edit.is_template) {
            // Two values in one text: which quotes would close which is not worth finding out.
            continue;
        }
        found.push((named_apart(candidate, &found), edit));
    }
    let first = found.first()?;
    debug_assert!(!first.0.name.is_empty());
    let mut general = Header { params: BTreeMap::new(), ..header.clone() };
    for (candidate, _) in &found {
        let Candidate { at, name, kind, value } = candidate.clone();
        let slot = format!("{{{name}}}");
        // `1,000` may be in the reading as it was asked, or as a number.
        general.reading = filled_in(&general.reading, &header.question[at], &slot);
        general.reading = filled_in(&general.reading, &value.to_string(), &slot);
        if kind == ParamKind::Region {
            general.needs.scope.regions.clear();
        }
        general.params.insert(name, param(kind, value));
    }
    let places = found.iter().map(|(candidate, _)| (candidate.at.clone(), format!("{{{}}}", candidate.name)));
    general.question = replaced(&header.question, places.collect());
    let edits = found.iter().map(|(candidate, edit)| (edit.at.clone(), edit.text(source, candidate)));
    Some(Parsed { header: general, source: replaced(source, edits.collect()) })
}

/// Whether the program's needs let the value be another. A region that they name alone is the question's, and goes out of
/// them when it becomes a parameter; beside others it is not known what it is there for.
fn may_vary(candidate: &Candidate, needs: &Needs) -> bool {
    let regions = &needs.scope.regions;
    match &candidate.value {
        ParamValue::Text(region) if candidate.kind == ParamKind::Region => {
            regions.is_empty() || regions.iter().all(|named| named == region)
        }
        _ => true,
    }
}

/// What a program takes in place of a value that it was written for: of numbers no less than nothing, and no part of
/// one where the first was whole.
fn param(kind: ParamKind, value: ParamValue) -> Param {
    match value {
        ParamValue::Number(number) => Param { min: Some(0.0), whole: number.fract() == 0.0, ..Param::new(kind, value) },
        ParamValue::Text(_) => Param::new(kind, value),
    }
}

/// Of several that would have one name, the later ones are counted.
fn named_apart(mut candidate: Candidate, before: &[(Candidate, Edit)]) -> Candidate {
    let base = candidate.name.clone();
    let mut count = 1;
    while before.iter().any(|(other, _)| other.name == candidate.name) {
        count += 1;
        candidate.name = format!("{base}_{count}");
    }
    candidate
}

/// The text with other texts in some places.
fn replaced(text: &str, mut places: Vec<(Range<usize>, String)>) -> String {
    places.sort_by_key(|(at, _)| at.start);
    let (mut out, mut done) = (String::with_capacity(text.len() + 64), 0);
    for (at, with) in places {
        out.push_str(&text[done..at.start]);
        out.push_str(&with);
        done = at.end;
    }
    out.push_str(&text[done..]);
    out
}

/// The text with every whole word `word` as `with`.
fn filled_in(text: &str, word: &str, with: &str) -> String {
    replaced(text, words_of(text, word).map(|at| (at, with.to_owned())).collect())
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

/// Where a text stands as a whole word.
fn words_of<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(word).map(|(at, found)| at..at + found.len()).filter(|at| {
        let before = at.start.checked_sub(1).map(|before| text.as_bytes()[before]);
        !before.is_some_and(is_part) && !text.as_bytes().get(at.end).copied().is_some_and(is_part)
    })
}

/// The values of a question that stand in it once.
fn candidates(question: &str) -> Vec<Candidate> {
    let words = cut(question);
    let mut found = Vec::new();
    for (at, (range, word)) in words.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| words[before].1).unwrap_or_default();
        let next = words.get(at + 1).map(|(_, next)| next.to_lowercase()).unwrap_or_default();
        let candidate = |name: &str, kind, value| Candidate { at: range.clone(), name: name.to_owned(), kind, value };
        let is_signed = question[..range.start].ends_with(['-', '+', '−', '–']);
        if let Some(number) = number(word).filter(|_| !is_signed) {
            let unit = TIMES.iter().find(|unit| next == **unit || next.strip_suffix('s') == Some(unit));
            let name = unit.map_or_else(|| "number".to_owned(), |unit| format!("{unit}s"));
            if number >= SMALLEST || number.fract() != 0.0 {
                found.push(candidate(&name, ParamKind::Number, ParamValue::Number(number)));
            }
        } else if let Some(inside) = unquoted(word) {
            let name = GROUPS.iter().find(|name| before.eq_ignore_ascii_case(name)).unwrap_or(&"text");
            found.push(candidate(name, ParamKind::Text, ParamValue::Text(inside.to_owned())));
        } else if classifier::regions_called(word) == [*word] {
            found.push(candidate("region", ParamKind::Region, ParamValue::Text((*word).to_owned())));
        } else if let Some(name) = GROUPS.iter().find(|name| before.eq_ignore_ascii_case(name))
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        {
            found.push(candidate(name, ParamKind::Text, ParamValue::Text((*word).to_owned())));
        }
    }
    let is_once = |candidate: &Candidate| {
        let same = |value: &ParamValue| *value == candidate.value;
        found.iter().filter(|other| same(&other.value)).count() == 1
            && match &candidate.value {
                ParamValue::Number(_) => true,
                ParamValue::Text(text) => words_of(&question.to_lowercase(), &text.to_lowercase()).count() == 1,
            }
    };
    found.iter().filter(|candidate| is_once(candidate)).cloned().collect()
}

/// The words of a question with their places; what is in quotes is one word, quotes and all.
fn cut(question: &str) -> Vec<(Range<usize>, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = question[at..].chars().next() {
        let rest = &question[at..];
        let is_quote = matches!(first, '"' | '\'' | '`') && !question[..at].ends_with(char::is_alphanumeric);
        let quoted = is_quote.then(|| rest[1..].find(first)).flatten().filter(|len| *len > 0);
        let len = match quoted {
            Some(len) => len + 2,
            None if first.is_alphanumeric() => {
                let ends =
                    |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | ':' | '/' | '@' | '\''));
                rest.find(ends).unwrap_or(rest.len())
            }
            None => {
                at += first.len_utf8();
                continue;
            }
        };
        let word = if quoted.is_some() { &rest[..len] } else { rest[..len].trim_end_matches(['.', ',', ':', '\'']) };
        words.push((at..at + word.len(), word));
        at += len;
    }
    words
}

fn unquoted(word: &str) -> Option<&str> {
    let quote = word.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    word.strip_prefix(quote)?.strip_suffix(quote).filter(|inside| !inside.trim().is_empty())
}

fn number(word: &str) -> Option<f64> {
    let is_number = word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let groups: Vec<&str> = word.split(',').collect();
    let is_grouped = groups[1..].iter().all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3));
    if is_number && is_grouped { word.replace(',', "").parse().ok() } else { None }
}

/// One change of the program.
#[derive(Debug)]
struct Edit {
    /// What is replaced: a token in code or in a template, or all of a text in quotes.
    at: Range<usize>,
    /// The value in it.
    value: Range<usize>,
    /// The literal that it is in.
    literal: Range<usize>,
    place: Place,
    is_template: bool,
    /// Whether the value is a text of SQL's within one of JavaScript's.
    in_sql: bool,
}

impl Edit {
    fn text(&self, source: &str, candidate: &Candidate) -> String {
        let name = format!("params.{}", candidate.name);
        // A quote in a value ends no text of SQL's.
        let value = if self.in_sql { format!("{name}.replaceAll(\"'\", \"''\")") } else { name };
        match self.place {
            Place::Template { .. } => format!("${{{value}}}"),
            Place::Text(quote) if self.at != self.value => {
                let quote = char::from(quote);
                let (before, after) = (&source[self.at.start..self.value.start], &source[self.value.end..self.at.end]);
                // In brackets: what follows the text, such as `.trim()`, is about all of it.
                format!("({before}{quote} + {value} + {quote}{after})")
            }
            _ => value,
        }
    }
}

/// How a value becomes a parameter; none if it stands in the program more than once, or as no literal.
fn edit(source: &str, parts: &[(Place, Range<usize>)], candidate: &Candidate) -> Option<Edit> {
    let mut found = None;
    for (place, range) in parts.iter().filter(|(place, _)| *place != Place::Comment) {
        let text = &source[range.clone()];
        let places: Vec<Range<usize>> = match &candidate.value {
            ParamValue::Number(number) => numbers_of(text, *number),
            // Any other place where it stands, in whatever letters, makes it doubtful.
            ParamValue::Text(value) => {
                let lower = text.to_ascii_lowercase();
                lower.match_indices(&value.to_ascii_lowercase()).map(|(at, same)| at..at + same.len()).collect()
            }
        };
        for at in places {
            if found.is_some() {
                return None;
            }
            found = Some((*place, range.clone(), range.start + at.start..range.start + at.end));
        }
    }
    let (place, literal, value) = found?;
    let follows =
        source[literal.end.max(value.end)..].trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let is_key = follows.starts_with(':') && !matches!(place, Place::Template { .. });
    if is_key || matches!(place, Place::Template { is_tagged: true }) {
        return None;
    }
    let edit = |at: Range<usize>, in_sql| {
        let is_template = matches!(place, Place::Template { .. }) || place == Place::Code;
        Some(Edit { at, value: value.clone(), literal: literal.clone(), place, is_template, in_sql })
    };
    let ParamValue::Text(text) = &candidate.value else {
        let is_bound = match place {
            Place::Code => is_compared(source, &value) || is_bound_by_name(source, parts, &value),
            _ => is_compared_in_sql(source, &literal, &value),
        };
        return match place {
            _ if !is_bound => None,
            Place::Text(_) => edit(literal.start - 1..literal.end + 1, false),
            _ => edit(value.clone(), false),
        };
    };
    if source[value.clone()] != *text {
        return None;
    }
    let is_sql_text = source[..value.start].ends_with('\'') && source[value.end..].starts_with('\'');
    match place {
        Place::Text(_) if value == literal => {
            let all = literal.start - 1..literal.end + 1;
            Some(Edit {
                at: all.clone(),
                value: all,
                literal: literal.clone(),
                place,
                is_template: false,
                in_sql: false,
            })
        }
        Place::Text(b'"') if is_sql_text => edit(literal.start - 1..literal.end + 1, true),
        Place::Template { .. } if is_sql_text => edit(value.clone(), true),
        _ => None,
    }
}

/// Whether code compares something with the value as it stands: neither it nor what stands beside it is calculated with.
fn is_compared(source: &str, at: &Range<usize>) -> bool {
    let (before, after) = (source[..at.start].trim_end(), source[at.end..].trim_start());
    if ends_in_comparison(before) {
        let is_last = after.is_empty() || after.starts_with([')', ']', '}', ',', ';', '?', ':', '`']);
        return is_last || after.starts_with("&&") || after.starts_with("||");
    }
    let is_first = before.is_empty() || before.ends_with(['(', '[', '{', ',', ';', '?', ':', '&', '|', '!']);
    (is_first || before.ends_with("=>")) && starts_with_comparison(after)
}

fn ends_in_comparison(before: &str) -> bool {
    let is_shift = before.ends_with("<<") || before.ends_with(">>");
    // `=>` begins a function's result.
    let is_one = before.ends_with(['<', '>']) && !before.ends_with("=>");
    (is_one && !is_shift) || ["<=", ">=", "==", "!="].iter().any(|sign| before.ends_with(sign))
}

fn starts_with_comparison(after: &str) -> bool {
    let is_shift = after.starts_with("<<") || after.starts_with(">>");
    !is_shift && (after.starts_with(['<', '>']) || after.starts_with("==") || after.starts_with("!="))
}

/// Whether the value is all that a constant is, and that is only ever compared with.
fn is_bound_by_name(source: &str, parts: &[(Place, Range<usize>)], at: &Range<usize>) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let Some(before) = source[..at.start].trim_end().strip_suffix('=').map(str::trim_end) else { return false };
    let start = before.rfind(|c| !is_name(c)).map_or(0, |end| end + 1);
    let name = &before[start..];
    let is_constant = before[..start].trim_end().ends_with("const") && source[at.end..].trim_start().starts_with(';');
    if name.is_empty() || !is_constant {
        return false;
    }
    let uses = parts.iter().filter(|(place, _)| *place == Place::Code).flat_map(|(_, part)| {
        source[part.clone()]
            .match_indices(name)
            .map(move |(found, _)| (part, part.start + found..part.start + found + name.len()))
    });
    let mut others = uses.filter(|(_, found)| {
        let is_part = source[..found.start].ends_with(is_name) || source[found.end..].starts_with(is_name);
        !is_part && found.start != start
    });
    let is_compared_with = |(part, found): (&Range<usize>, Range<usize>)| {
        let is_all = source[part.clone()].trim() == name && source[..part.start].ends_with("${");
        // In a template it stands where its value would.
        let in_sql =
            is_all && is_compared_in(&source[..part.start - 2], source.get(part.end + 1..).unwrap_or_default());
        in_sql || is_compared(source, &found)
    };
    let mut count = 0;
    others.all(|found| {
        count += 1;
        is_compared_with(found)
    }) && count > 0
}

/// Whether SQL compares something with the value, or makes a span of time of it.
fn is_compared_in_sql(source: &str, literal: &Range<usize>, value: &Range<usize>) -> bool {
    is_compared_in(&source[literal.start..value.start], &source[value.end..literal.end])
}

fn is_compared_in(before: &str, after: &str) -> bool {
    let interval = before.strip_suffix('\'').map(str::trim_end).map(str::to_ascii_lowercase);
    if interval.is_some_and(|before| before.ends_with("interval")) {
        return true;
    }
    let after = after.trim_start();
    let is_calculated = after.starts_with(['*', '/', '%', '+', '-', '|', '&', '^', '#', '.', '\'', ':', '[', '(']);
    let before = before.trim_end();
    // `=>` names an argument.
    before.ends_with(['<', '>', '='])
        && !before.ends_with("=>")
        && !before.ends_with("<<")
        && !before.ends_with(">>")
        && !is_calculated
}

/// Where a number stands as a token of its own.
fn numbers_of(text: &str, wanted: f64) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let len = bytes[at..].iter().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_')).count();
        let token = text[at..at + len].trim_end_matches(['.', '_']);
        let joins = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$'));
        let is_own =
            !joins(at.checked_sub(1).and_then(|before| bytes.get(before))) && !joins(bytes.get(at + token.len()));
        if is_own && token.parse() == Ok(wanted) {
            found.push(at..at + token.len());
        }
        at += len;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::query::ScopeFilter;

    fn check(question: &str, source: &str, expected: (&str, &str)) {
        let program =
            Parsed { header: Header::of_question(question, question, Needs::default()), source: source.to_owned() };
        let general = generalise(&program);
        assert_eq!((general.header.question.as_str(), general.source.as_str()), expected);
        let filled = Header::fill(&general.header.reading, &general.header.defaults());
        assert_eq!(filled.replace(['"', '\''], ""), question.replace(['"', '\''], "").replace("1,000", "1000"));
    }

    fn stays(question: &str, source: &str) {
        check(question, source, (question, source));
    }

    #[test]
    fn a_value_that_stands_once_in_both_becomes_a_parameter() {
        check(
            "volumes above 100 GiB of team payments in eu-west-1",
            "query(`select name from volumes where size_gib > 100 and tags['team'] = 'payments' and region = 'eu-west-1'`)",
            (
                "volumes above {number} GiB of team {team} in {region}",
                "query(`select name from volumes where size_gib > ${params.number} and tags['team'] = \
                 '${params.team.replaceAll(\"'\", \"''\")}' and region = '${params.region.replaceAll(\"'\", \"''\")}'`)",
            ),
        );
        check(
            "odd cost of the last 90 days above $1,000",
            "const min = 1000; query(\"select 1 from costs where x > now() - INTERVAL '90 days'\").filter(r => r.c > min)",
            (
                "odd cost of the last {days} days above ${number}",
                "const min = params.number; query((\"select 1 from costs where x > now() - INTERVAL '\" + params.days + \" days'\")).filter(r => r.c > min)",
            ),
        );
        check(
            "instances tagged 'Red Team' that are odd",
            "rows.filter(r => r.tags.x === \"Red Team\" && r.n < 10 / 3)",
            ("instances tagged {text} that are odd", "rows.filter(r => r.tags.x === params.text && r.n < 10 / 3)"),
        );
    }

    #[test]
    fn a_value_in_doubt_stays_as_it_is() {
        // Twice in the program, twice in the question, not at all, part of a name, a comment, a key, a small number.
        stays("odd volumes of 30 days", "query(`where a > 30 and b < 30`)");
        stays("odd volumes of 30 days and 30 GiB", "query(`where a > 30`)");
        stays("odd volumes of 30 percent", "query(`where a > 0.3`)");
        stays("odd volumes of 30 days", "query(`select cost_30d, x30, 1.30, 30.5`)");
        stays("odd volumes of 30 days", "1 // 30\n/* 30 */");
        stays("odd volumes of 30 days", "({ 30: 1, \"30\": 2 })");
        stays("odd volumes of 2 days", "query(`where a > 2`)");
        stays("odd volumes of team web", "query(`where tags['team'] like '%web%'`)");
        stays("odd volumes of team web", "query(`where a = 'web' or b = 'web-old'`)");
        stays("odd volumes of team web", "query(`where a = 'Web'`)");
        stays("odd volumes of team web", "query('where a = \\'web\\'')");
        stays("odd volumes of 30 days", "String.raw`30`");
    }

    #[test]
    fn a_program_with_a_name_params_of_its_own_stays_as_it_is() {
        stays(
            "odd volumes above 700 GiB",
            "const ask = (sql, params) => query(sql, params).filter(r => r.size_gib > 700); ask('…', [])",
        );
    }

    #[test]
    fn a_region_that_becomes_a_parameter_is_no_bound_of_the_program_any_more() {
        let general = |regions: &[&str]| {
            let scope = ScopeFilter { regions: regions.iter().map(|&r| r.to_owned()).collect(), ..Default::default() };
            let needs = Needs { scope, ..Needs::default() };
            let question = "odd volumes in eu-west-1 above 700 GiB";
            let source = "query(`where region = 'eu-west-1' and size > 700`)".to_owned();
            let general = generalise(&Parsed { header: Header::of_question(question, "", needs), source });
            (general.header.question, general.header.needs.scope.regions)
        };
        let both = "odd volumes in {region} above {number} GiB";
        assert_eq!(general(&[]), (both.to_owned(), Vec::new()));
        assert_eq!(general(&["eu-west-1"]), (both.to_owned(), Vec::new()));
        let two = ["eu-west-1", "us-east-1"];
        let one = "odd volumes in eu-west-1 above {number} GiB".to_owned();
        assert_eq!(general(&two), (one, two.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_number_that_is_calculated_with_stays_as_it_is() {
        // What is a unit in the program only happens to stand in the question.
        stays("odd growth of 100 percent", "rows.filter(r => r.b > r.a * 2).map(r => r.b / r.a * 100)");
        stays("odd volumes of 24 hours", "rows.filter(r => r.ms / 3600000 / 24 > 1)");
        stays("odd volumes of 30 days", "rows.filter(r => r.age > 30 * DAY)");
        stays("odd volumes of 30 days", "rows.filter(r => 30 * DAY < r.age)");
        stays("odd volumes of 30 days", "rows.filter(r => r.age > DAY\n * 30)");
        stays("odd volumes of 30 days", "rows.filter(r => r.age > -30)");
        stays("odd volumes of 30 days", "rows.slice(0, 30)");
        stays("odd volumes of 30 days", "rows.map(r => 30)");
        stays("odd volumes of 30 days", "x >> 30");
        stays("odd volumes of 30 days", "query(`select a / 30 from volumes where b > 1`)");
        stays("odd volumes of 30 days", "query(`select 1 from volumes where b > 30 * 24`)");
        stays("odd volumes of 30 days", "query(`select 1 from volumes where b > 24 * 30`)");
        stays("odd volumes of 30 days", "query(`select 1 from volumes limit 30`)");
        stays("odd volumes of 30 days", "const n = 30; rows.filter(r => r.age > n).map(r => r.a / n)");
        stays("odd volumes of 30 days", "const n = 30; rows.slice(0, n)");
        stays("odd volumes of 30 days", "const n = 30; 1");
        stays("odd volumes of 30 days", "let n = 30; n = n + 1; r.age > n");
        stays("odd volumes of 30 days", "const n = 30 * 24; r.age > n");
        stays("odd volumes of -30 days", "r.age > 30");
    }

    #[test]
    fn a_number_that_something_is_compared_with_becomes_a_parameter() {
        for (program, general) in [
            ("f(r => r.age >= 30 && r.b)", "f(r => r.age >= params.days && r.b)"),
            ("f(r => 30 < r.age)", "f(r => params.days < r.age)"),
            ("f(r => r.age === 30 ? 1 : 2)", "f(r => r.age === params.days ? 1 : 2)"),
            ("const n = 30; r.age > n", "const n = params.days; r.age > n"),
            ("const n = 30; query(`where a > ${n} and b`)", "const n = params.days; query(`where a > ${n} and b`)"),
            ("query(`where a >= 30\n and b`)", "query(`where a >= ${params.days}\n and b`)"),
            ("query(`a > now() - interval '30 days'`)", "query(`a > now() - interval '${params.days} days'`)"),
        ] {
            check("odd volumes of 30 days", program, ("odd volumes of {days} days", general));
        }
    }

    #[test]
    fn a_number_that_is_no_parameter_stays_in_the_question_beside_one_that_is() {
        check(
            "odd volumes above 50 GiB that grew 100 percent",
            "rows.filter(r => r.size > 50 && r.b > r.a * 2).map(r => r.b / r.a * 100)",
            (
                "odd volumes above {number} GiB that grew 100 percent",
                "rows.filter(r => r.size > params.number && r.b > r.a * 2).map(r => r.b / r.a * 100)",
            ),
        );
    }

    #[test]
    fn code_that_is_hard_to_read_is_read_rightly_or_left_alone() {
        stays("odd volumes of 30 days", "x.replace(/[/\"]30/, '') + 30 + `");
        check(
            "odd volumes of 30 days",
            "x.replace(/[/\"`]/g, `${a ? `${{b: 1}.b}` : \"}\"}`) > 30",
            ("odd volumes of {days} days", "x.replace(/[/\"`]/g, `${a ? `${{b: 1}.b}` : \"}\"}`) > params.days"),
        );
        check(
            "odd volumes of 30 days",
            "\"a < 30 days\".trim()",
            ("odd volumes of {days} days", "(\"a < \" + params.days + \" days\").trim()"),
        );
    }
}
