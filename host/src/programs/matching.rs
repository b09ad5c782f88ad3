//! Which kept program answers a question, and with which parameters.
//!
//! A wrong answer is worse than none: a program is found only where every word of the question that matters is a word
//! of one of its wordings, in the same order, or fills one of its places for values; and only if no other program can
//! be read out of the question too.

use super::header::{Header, Param, ParamKind, ParamValue, variants};
use super::words::{self, Braces, GROUPS, Token, Word};
use classifier::Vocabulary;
use schema::query::ScopeFilter;
use std::collections::{BTreeMap, HashMap};

/// The longest name of a region, in words.
const REGION_WORDS: usize = 3;

/// Wordings of many programs, so that a question finds its own in one look. Made once, and again when programs change.
#[derive(Debug, Default)]
pub(super) struct Index {
    patterns: Vec<Pattern>,
    /// Wordings without places for values, by all of their words.
    exact: HashMap<String, usize>,
    /// The others, by their first word; those that begin with a value are under the empty one.
    by_first: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Pattern {
    program: usize,
    parts: Vec<Part>,
    key: String,
    defaults: BTreeMap<String, ParamValue>,
    /// Where the program reads.
    scope: ScopeFilter,
}

#[derive(Debug)]
enum Part {
    Word(Word, String),
    Slot { name: String, param: Param, money: Option<char> },
}

/// What was found: the program's place among those that the index was made of, and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) program: usize,
    pub(super) values: BTreeMap<String, ParamValue>,
}

impl Index {
    /// Of these programs' headers; of two that are asked in the same words, the first is found.
    pub(super) fn new<'a>(headers: impl IntoIterator<Item = &'a Header>) -> Self {
        let mut index = Self::default();
        for (program, header) in headers.into_iter().enumerate() {
            for wording in header.wordings().filter(|wording| !wording.trim().is_empty()) {
                for variant in variants(wording).unwrap_or_default() {
                    index.add(program, header, &variant);
                }
            }
        }
        index
    }

    fn add(&mut self, program: usize, header: &Header, wording: &str) {
        let Some(words) = words::words(wording, Braces::Slots) else { return };
        let Some(pattern) = pattern(program, header, &words) else { return };
        if pattern.parts.iter().all(|part| matches!(part, Part::Word(..))) {
            self.exact.entry(pattern.key.clone()).or_insert(self.patterns.len());
        } else {
            let first = match pattern.parts.first() {
                Some(Part::Word(_, key)) => key.clone(),
                _ => String::new(),
            };
            self.by_first.entry(first).or_default().push(self.patterns.len());
        }
        self.patterns.push(pattern);
    }

    /// The program that a question asks for; none where there is none, or more than one.
    pub(super) fn find(&self, question: &str, vocabulary: &Vocabulary) -> Option<Found> {
        let words = words::words(question, Braces::Text).filter(|words| !words.is_empty())?;
        if let Some(at) = self.exact.get(&key(&words)) {
            let pattern = &self.patterns[*at];
            return Some(Found { program: pattern.program, values: pattern.defaults.clone() });
        }
        let first = words[0].key();
        let mut found: Option<(Found, &str)> = None;
        for at in [first.as_str(), ""].iter().filter_map(|first| self.by_first.get(*first)).flatten() {
            let pattern = &self.patterns[*at];
            let Some(values) = pattern.read(&words, vocabulary) else { continue };
            let next = Found { program: pattern.program, values };
            match &found {
                None => found = Some((next, &pattern.key)),
                // Asked in the very same words: the first of them.
                Some((_, key)) if **key == pattern.key => {}
                Some((one, _)) if *one == next => {}
                Some(_) => return None,
            }
        }
        found.map(|(found, _)| found)
    }
}

fn key(words: &[Token]) -> String {
    words.iter().map(Token::key).collect::<Vec<_>>().join("\u{1f}")
}

fn pattern(program: usize, header: &Header, words: &[Token]) -> Option<Pattern> {
    let mut parts = Vec::with_capacity(words.len());
    let mut key = Vec::with_capacity(words.len());
    for token in words {
        let is_day_of_days = token.text() == Some("day")
            && matches!(parts.last(), Some(Part::Slot { param, .. }) if param.kind == ParamKind::Days);
        if is_day_of_days {
            continue;
        }
        match &token.word {
            Word::Slot(name, money) => {
                let param = header.params.get(name)?.clone();
                key.push(format!("{{{:?}}}", param.kind));
                parts.push(Part::Slot { name: name.clone(), param, money: *money });
            }
            word => {
                key.push(token.key());
                parts.push(Part::Word(word.clone(), token.key()));
            }
        }
    }
    // A wording of values alone would be every question.
    let has_word = parts.iter().any(|part| matches!(part, Part::Word(Word::Plain(_), _)));
    has_word.then(|| Pattern {
        program,
        parts,
        key: key.join("\u{1f}"),
        defaults: header.defaults(),
        scope: header.needs.scope.clone(),
    })
}

impl Pattern {
    fn read(&self, words: &[Token], vocabulary: &Vocabulary) -> Option<BTreeMap<String, ParamValue>> {
        let mut values = self.defaults.clone();
        let mut read: BTreeMap<&str, ParamValue> = BTreeMap::new();
        let mut at = 0;
        // Of the number that was read last, in the unit that the question gave it.
        let mut converted = None;
        for (nth, part) in self.parts.iter().enumerate() {
            let token = words.get(at)?;
            match part {
                // The key as well: of two texts in quotes it holds which they are.
                Part::Word(word, key)
                    if (*word == token.word && *key == token.key()) || converted.take() == Some(at) =>
                {
                    at += 1;
                }
                Part::Word(..) => return None,
                Part::Slot { name, param, money } => {
                    if param.kind == ParamKind::Text && self.is_before_tag(nth) && !is_tag_key(token, vocabulary) {
                        return None;
                    }
                    let before = at.checked_sub(1).map(|before| &words[before]);
                    let (mut value, len) = slot(param.kind, *money, &words[at..], before, vocabulary)?;
                    if let (ParamValue::Number(number), None) = (&mut value, money)
                        && let Some(factor) = factor(self.parts.get(nth + 1), words.get(at + len))
                    {
                        *number *= factor;
                        converted = Some(at + len);
                    }
                    if param.kind == ParamKind::Region && !self.reads_in(&value, &param.default) {
                        return None;
                    }
                    // The same place twice must be the same value twice.
                    if read.get(name.as_str()).is_some_and(|known| *known != value) || !param.takes(&value) {
                        return None;
                    }
                    read.insert(name, value);
                    at += len;
                }
            }
        }
        if at != words.len() {
            return None;
        }
        values.extend(read.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Some(values)
    }

    /// Whether the value is a tag's key: "without a {key} tag".
    fn is_before_tag(&self, nth: usize) -> bool {
        matches!(self.parts.get(nth + 1), Some(Part::Word(Word::Plain(next), _)) if next == "tag")
    }

    /// Whether the program reads in a region at all: of one that is outside of its needs it would find nothing, and say
    /// so as if there were nothing.
    fn reads_in(&self, region: &ParamValue, default: &ParamValue) -> bool {
        let ScopeFilter { providers, regions, .. } = &self.scope;
        // AWS writes `eu-west-1`, Azure `westeurope`.
        let has_sign = |value: &ParamValue| value.to_string().contains('-');
        let is_of_provider = providers.is_empty() || has_sign(region) == has_sign(default);
        is_of_provider && (regions.is_empty() || regions.contains(&region.to_string()))
    }
}

/// The value that stands first, and in how many words.
fn slot(
    kind: ParamKind,
    money: Option<char>,
    words: &[Token],
    before: Option<&Token>,
    vocabulary: &Vocabulary,
) -> Option<(ParamValue, usize)> {
    let first = words.first()?;
    match kind {
        ParamKind::Number => match &first.word {
            Word::Number(number, sign) if sign.is_none() || *sign == money => Some((ParamValue::Number(*number), 1)),
            _ => None,
        },
        ParamKind::Days => days(words, before),
        ParamKind::Text => {
            let is_text = matches!(first.word, Word::Quoted) || words::is_value(first);
            is_text.then(|| (ParamValue::Text(first.raw.clone()), 1))
        }
        ParamKind::Region => region(words, vocabulary),
    }
}

/// What a number in the question's unit of time is to be multiplied by, to be one in the wording's: "30 minutes" are half
/// of an "{n} hours".
fn factor(wanted: Option<&Part>, given: Option<&Token>) -> Option<f64> {
    let Some(Part::Word(Word::Plain(wanted), _)) = wanted else { return None };
    Some(seconds(given?.text()?)? / seconds(wanted)?)
}

/// The seconds of a unit of time that always has as many.
fn seconds(unit: &str) -> Option<f64> {
    match unit {
        "second" => Some(1.0),
        "minute" => Some(60.0),
        "hour" => Some(3_600.0),
        "day" => Some(86_400.0),
        "week" => Some(604_800.0),
        _ => None,
    }
}

/// Bare words that are keys of tags, beside what people divide their things by.
const TAG_KEYS: &[&str] = &[
    "application",
    "cluster",
    "component",
    "customer",
    "department",
    "domain",
    "name",
    "product",
    "role",
    "service",
    "stage",
    "tenant",
    "tier",
];

/// Whether a word before `tag` is a key, and not said of the tag: nobody means a key by "without a proper tag".
fn is_tag_key(token: &Token, vocabulary: &Vocabulary) -> bool {
    let is_it = |key: &str| key.eq_ignore_ascii_case(&token.raw);
    // `cost-center`, `CostCenter`, `aws:createdBy`.
    let is_made_up = || token.raw.chars().skip(1).any(|c| !c.is_lowercase());
    matches!(token.word, Word::Quoted)
        || vocabulary.tag_keys.iter().any(|key| is_it(key))
        || GROUPS.iter().chain(TAG_KEYS).any(|key| is_it(key))
        || is_made_up()
}

fn days(words: &[Token], before: Option<&Token>) -> Option<(ParamValue, usize)> {
    let unit = |token: Option<&Token>| match token?.text()? {
        "day" => Some(1.0),
        "week" => Some(7.0),
        "month" => Some(30.0),
        "year" => Some(365.0),
        _ => None,
    };
    match &words.first()?.word {
        Word::Number(number, None) => Some((ParamValue::Number(number * unit(words.get(1))?), 2)),
        // "the past month" and "the last month" are 30 days; "last month" is one of the calendar, and no number of days.
        Word::Plain(_) if before.is_some_and(is_past) => Some((ParamValue::Number(unit(words.first())?), 1)),
        _ => None,
    }
}

fn is_past(token: &Token) -> bool {
    let raw = token.raw.to_lowercase();
    token.text() == Some("last") && (raw.ends_with("past") || raw.ends_with("the last"))
}

/// The region that is called so; of several, the only one that the estate has.
fn region(words: &[Token], vocabulary: &Vocabulary) -> Option<(ParamValue, usize)> {
    for len in (1..=REGION_WORDS.min(words.len())).rev() {
        let name = words[..len].iter().map(|token| token.raw.to_lowercase()).collect::<Vec<_>>().join(" ");
        let codes = classifier::regions_called(&name);
        let here: Vec<_> = codes.iter().filter(|code| vocabulary.regions.iter().any(|known| known == *code)).collect();
        match (codes.as_slice(), here.as_slice()) {
            ([], _) => {}
            (_, [code]) => return Some((ParamValue::Text((**code).to_owned()), len)),
            ([code], []) => return Some((ParamValue::Text((*code).to_owned()), len)),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::built_in;
    use crate::programs::header::Needs;
    use std::sync::LazyLock;
    use std::time::Instant;

    fn vocabulary() -> Vocabulary {
        Vocabulary { regions: vec!["eu-west-1".to_owned(), "westeurope".to_owned()], ..Vocabulary::default() }
    }

    fn headers() -> Vec<(String, Header)> {
        built_in::read().map(|(name, _, parsed)| (name.to_owned(), parsed.expect("read").header)).collect()
    }

    /// The program found among those that ship, with the parameters that are not at their default.
    fn check(question: &str, expected: &str) {
        static SHIPPED: LazyLock<(Vec<(String, Header)>, Index)> = LazyLock::new(|| {
            let headers = headers();
            let index = Index::new(headers.iter().map(|(_, header)| header));
            (headers, index)
        });
        let (headers, index) = &*SHIPPED;
        let found = index.find(question, &vocabulary()).map_or_else(
            || "none".to_owned(),
            |found| {
                let (name, header) = &headers[found.program];
                let defaults = header.defaults();
                let chosen = found.values.iter().filter(|(name, value)| defaults[*name] != **value);
                let chosen: String = chosen.map(|(name, value)| format!(" {name}={value}")).collect();
                format!("{name}{chosen}")
            },
        );
        assert_eq!(found, expected, "{question}");
    }

    /// What a program of one wording reads.
    fn read(wording: &str, param: (&str, ParamKind, ParamValue), question: &str) -> Option<ParamValue> {
        let (name, kind, default) = param;
        let param = Param::new(kind, default);
        let params = BTreeMap::from([(name.to_owned(), param)]);
        let header = Header { question: wording.to_owned(), params, ..Header::default() };
        header.check().expect("a header");
        Some(Index::new([&header]).find(question, &vocabulary())?.values[name].clone())
    }

    #[test]
    fn every_wording_finds_its_own_program() {
        for (name, header) in headers() {
            for wording in header.wordings().flat_map(|wording| variants(wording).expect("closed")) {
                let filled = Header::fill(&wording.replace("{days}", "{days} days"), &header.defaults());
                check(&filled, &name);
            }
        }
    }

    #[test]
    fn other_wordings_and_other_parameters_find_it_too() {
        for (question, expected) in [
            ("Which disks were made within 2 hours of another team's VMs?", "volumes-near-another-team hours=2"),
            ("show me volumes created within an hour of another team's servers", "volumes-near-another-team"),
            (
                "which VMs cost more than 25% above the median of their type in the same region",
                "instances-above-median percent=25",
            ),
            ("servers that are more expensive than the median of their type", "instances-above-median"),
            ("which services' cost grew two months in a row?", "services-that-grew"),
            ("Which services' spending increased three months running", "services-that-grew months=3"),
            ("please list the rightsizing candidates", "next-size-down"),
            ("which machines with less than 20 percent CPU could be downsized", "next-size-down percent=20"),
            (
                "resources that make up 90% of the spend in the past 2 weeks",
                "resources-that-make-up-the-spend days=14 percent=90",
            ),
            ("which resources cause 50% of our bill", "resources-that-make-up-the-spend percent=50"),
            ("spend spikes in the last month", "days-of-unusual-spend days=30"),
            ("spend spikes in the past month", "days-of-unusual-spend days=30"),
            ("spend anomalies over the last month", "days-of-unusual-spend days=30"),
            ("i would like to see spend spikes in the last 2 months", "days-of-unusual-spend days=60"),
            ("could you tell me which services' spend grew 11 months running", "services-that-grew months=11"),
            ("can we see the rightsizing candidates", "next-size-down"),
            ("what would rightsizing save", "next-size-down"),
            ("regions with resources but less than $1,000.50 of spend", "regions-hardly-used amount=1000.5"),
            (
                "which volumes were created within 0.125 hours of another team's instances",
                "volumes-near-another-team hours=0.125",
            ),
            (
                "which volumes were created within 30 minutes of another team's instances",
                "volumes-near-another-team hours=0.5",
            ),
            (
                "which volumes were created within 2 days of another team's instances",
                "volumes-near-another-team hours=48",
            ),
            ("regions with resources but less than $50 of spend", "regions-hardly-used amount=50"),
            (
                "who probably owns the resources without a 'cost-center' tag",
                "owners-of-untagged-resources key=cost-center",
            ),
            ("snapshots of deleted disks", "snapshots-of-gone-volumes"),
            ("idle VMs whose disks cost more than they do", "idle-instances-with-dear-volumes"),
            ("what do our stopped VMs still cost us?", "stopped-instances-that-cost"),
        ] {
            check(question, expected);
        }
    }

    #[test]
    fn a_word_that_is_not_accounted_for_finds_nothing() {
        for question in [
            "",
            "???",
            "volumes",
            "which volumes were not created within 2 hours of another team's instances",
            "which volumes were created within 2 months of another team's instances",
            "which instances were created within 2 hours of another team's volumes",
            "which volumes were created within 2 hours of another team's instances in prod",
            "which volumes were created within 2 hours of another team's instances except snapshots",
            "how many instances cost more than the median of their type",
            "which instances cost less than the median of their type",
            "which instances cost more than twice the median of their type",
            "which instances cost more than the median of their type per account",
            "which services' spend grew two months running on aws only",
            "which services' spend grew in two months",
            "regions with resources but less than €50 of spend",
            "rightsizing candidates and the weather",
            "without rightsizing candidates",
            "stop what stopped instances still cost",
            "who probably owns resources without a owner or team tag",
            "resources that make up 90% of the spend in the last 2 parsecs",
        ] {
            check(question, "none");
        }
    }

    #[test]
    fn a_question_that_only_looks_like_one_finds_nothing() {
        for question in [
            // The future, the past, and what is only supposed.
            "will services' spend grow two months running",
            "will our services' spend grow two months running",
            "will our services' spend keep growing",
            "would services' spend grow two months running",
            "which services' spend will grow two months running",
            "which services' spend could grow two months running",
            "what will stopped instances cost",
            "what will stopped instances cost us",
            "what would stopped instances cost",
            "what would stopped instances cost us",
            "what will our stopped instances still cost",
            "would stopped instances still cost us",
            "what did stopped instances cost",
            "what did our stopped instances still cost us",
            "what will we pay for stopped instances",
            "what would we pay for stopped instances",
            "what did we pay for stopped instances",
            "what had stopped instances cost",
            "which instances were oversized",
            "which instances will be oversized",
            "which resources will make up 80% of the spend",
            "which resources did make up 80% of the spend",
            // Numbers that the program cannot take.
            "which instances cost -20% more than the median of their type",
            "which instances cost −20% more than the median of their type",
            "which instances cost minus 20% more than the median of their type",
            "which volumes were created within -3 hours of another team's instances",
            "which volumes were created within 3-5 hours of another team's instances",
            "regions with resources but less than $-50 of spend",
            "regions with resources but less than -$50 of spend",
            "which services' spend grew 14 months running",
            "which services' spend grew 12 months running",
            "which services' spend grew 0 months running",
            "which services' spend grew 2.5 months running",
            "which services' spend grew -2 months running",
            "which resources make up 800% of the spend",
            "which resources make up 101% of the spend",
            "which resources make up 0% of the spend",
            "which resources make up -10% of the spend",
            "which resources make up 80-90% of the spend",
            "rightsizing candidates under 120% CPU",
            "which resources make up 80% of the spend in the last 0 days",
            "which resources make up 80% of the spend in the last 2.5 days",
            "which resources make up 80% of the spend in the last -7 days",
            "on which days did spend jump in the last -30 days",
            // Numbers of which nobody knows how large they are.
            "which regions have resources but cost less than $1.000 a month",
            "regions with resources but less than $2.500 of spend",
            "regions with resources but less than $1,50 of spend",
            "regions with resources but less than $1 000 of spend",
            // The months of the calendar.
            "resources that make up 80% of the spend last month",
            "resources that make up 80% of the spend in the previous month",
            "resources that make up 80% of the spend this month",
            "resources that make up 80% of the spend in October",
            "spend spikes last month",
            "spend spikes in last week",
            "spend spikes in the previous year",
            // Other money.
            "regions with resources but less than £50 of spend",
            "regions with resources but less than 50 EUR of spend",
            "which regions have resources but cost less than 1000 euros a month",
            // Another subject, or another comparison.
            "cost of volumes of stopped instances",
            "cost of public IPs of stopped instances",
            "what do our stopped databases still cost",
            "what do our running instances still cost",
            "instances open to the world in the same network as a database",
            "databases in the same network as instances that are not open to the world",
            "instances that cost at least 20% more than the median of their type",
            "instances that cost at most 20% more than the median of their type",
            "instances that cost more than 20% less than the median of their type",
            "which regions have resources but cost more than $50 a month",
            "regions without resources but hardly any spend",
            "which services' spend did not grow two months running",
            "which services' spend shrank two months running",
            "which teams' spend grew two months running",
            "which services' spend grew two weeks running",
            "snapshots whose volume is not gone",
            "images whose volume is gone",
            "idle instances whose volumes cost less than they do",
            "tag values that are written in more than one way",
            // One condition more.
            "what do our stopped instances in prod still cost",
            "what do stopped instances still cost per team",
            "what do stopped instances still cost except volumes",
            "rightsizing candidates under 20% CPU and 30% memory",
            "spend spikes in eu-west-1",
            "snapshots of deleted volumes older than 90 days",
            "untagged resources and their probable owner in aws",
        ] {
            check(question, "none");
        }
    }

    #[test]
    fn values_are_read_as_their_kind() {
        use ParamValue::{Number, Text};
        let text = |text: &str| Some(Text(text.to_owned()));
        let region = |question: &str| {
            read("volumes of idle things in {region}", ("region", ParamKind::Region, Text("x".to_owned())), question)
        };
        // Ireland is a region of two providers, of which this estate has one.
        assert_eq!(region("volumes of idle things in Ireland"), text("eu-west-1"));
        assert_eq!(region("volumes of idle things in West Europe"), text("westeurope"));
        assert_eq!(region("volumes of idle things in us-east-2"), text("us-east-2"));
        assert_eq!(region("volumes of idle things in Frankfurt"), None);
        assert_eq!(region("volumes of idle things in Atlantis"), None);
        let team = |question: &str| {
            read("odd volumes of team {team}", ("team", ParamKind::Text, Text("x".to_owned())), question)
        };
        assert_eq!(team("odd volumes of team Payments"), text("Payments"));
        assert_eq!(team("odd disks of team \"Web & Mobile\""), text("Web & Mobile"));
        assert_eq!(team("odd volumes of team vm"), text("vm"));
        for question in ["odd volumes of team without", "odd volumes of team web or data", "odd volumes of team each"] {
            assert_eq!(team(question), None, "{question}");
        }
        let days =
            |question: &str| read("odd cost over the last {days}", ("days", ParamKind::Days, Number(30.0)), question);
        for (question, count) in
            [("in the last 3 weeks", 21.0), ("over the past year", 365.0), ("in the last 90 days", 90.0)]
        {
            let question = format!("odd cost {question}");
            assert_eq!(days(question.as_str()), Some(Number(count)), "{question}");
        }
        for question in ["odd cost last year", "odd cost in the previous month", "odd cost in the last -3 days"] {
            assert_eq!(days(question), None, "{question}");
        }
        for question in ["odd cost in the last 90", "odd cost in the last 0 days", "odd cost in the last 24 hours"] {
            assert_eq!(days(question), None, "{question}");
        }
    }

    #[test]
    fn a_word_before_tag_is_a_key_only_if_it_is_one() {
        let who = |key: &str| format!("who probably owns the resources without a {key} tag");
        for key in ["owner", "env", "cost-center", "CostCenter", "'proper'", "department"] {
            let plain = key.trim_matches('\'');
            check(&who(key), &format!("owners-of-untagged-resources key={plain}"));
        }
        for adjective in ["proper", "single", "valid", "useful"] {
            check(&who(adjective), "none");
        }
        let known = Vocabulary { tag_keys: vec!["squadron".to_owned()], ..vocabulary() };
        let headers = headers();
        let index = Index::new(headers.iter().map(|(_, header)| header));
        assert!(
            index.find(&who("squadron"), &known).is_some() && index.find(&who("squadron"), &vocabulary()).is_none()
        );
    }

    #[test]
    fn a_region_outside_of_what_a_program_reads_is_another_question() {
        let text = |text: &str| ParamValue::Text(text.to_owned());
        let found = |providers: &[&str], regions: &[&str], asked: &str| {
            let list = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect();
            let scope = ScopeFilter { providers: list(providers), regions: list(regions), ..ScopeFilter::default() };
            let header = Header {
                question: "odd volumes in {region}".to_owned(),
                needs: Needs { scope, ..Needs::default() },
                params: BTreeMap::from([("region".to_owned(), Param::new(ParamKind::Region, text("eu-west-1")))]),
                ..Header::default()
            };
            Index::new([&header]).find(&format!("odd volumes in {asked}"), &vocabulary()).is_some()
        };
        assert!(found(&[], &[], "westeurope") && found(&["aws"], &[], "us-east-1"));
        assert!(found(&[], &["eu-west-1", "us-east-1"], "us-east-1"));
        assert!(!found(&["aws"], &[], "westeurope"), "no region of that provider's");
        assert!(!found(&[], &["eu-west-1"], "us-east-1"), "not granted");
    }

    #[test]
    fn a_text_in_quotes_is_that_text_alone_beside_a_place_for_a_value_too() {
        let size = || ("size", ParamKind::Number, ParamValue::Number(1.0));
        let odd = |question: &str| read("odd volumes tagged 'web' above {size} GiB", size(), question);
        assert_eq!(odd("odd volumes tagged \"web\" above 50 GiB"), Some(ParamValue::Number(50.0)));
        for other in ["odd volumes tagged 'data' above 50 GiB", "odd volumes tagged 'Web' above 50 GiB"] {
            assert_eq!(odd(other), None, "{other}");
        }
    }

    #[test]
    fn a_question_that_two_programs_could_mean_finds_neither() {
        let text = ParamValue::Text("x".to_owned());
        let param = Param::new(ParamKind::Text, text);
        let header = |question: &str| Header {
            question: question.to_owned(),
            params: BTreeMap::from([("what".to_owned(), param.clone())]),
            ..Header::default()
        };
        let (one, other) = (header("odd {what} here"), header("odd things {what}"));
        assert!(Index::new([&one]).find("odd things here", &vocabulary()).is_some());
        assert_eq!(Index::new([&one, &other]).find("odd things here", &vocabulary()), None);
        // Asked in the same words, the one that comes first is preferred.
        let same = header("odd {what} here");
        assert_eq!(
            Index::new([&one, &same]).find("odd things here", &vocabulary()).map(|found| found.program),
            Some(0)
        );
    }

    #[test]
    fn hundreds_of_programs_are_looked_through_in_no_time() {
        let mut many: Vec<Header> = headers().into_iter().map(|(_, header)| header).collect();
        for n in 0..500 {
            let mut copy = many[n % 14].clone();
            copy.question = copy.question.replace("which", &format!("thing{n} which"));
            copy.also = copy.also.iter().map(|wording| format!("odd{n} {wording}")).collect();
            many.push(copy);
        }
        let index = Index::new(&many);
        let question = "Which disks were made within 2 hours of another team's VMs in the other account and not here?";
        let began = Instant::now();
        for _ in 0..100 {
            assert_eq!(index.find(question, &vocabulary()), None);
        }
        // A tenth of that where it is optimised.
        assert!(began.elapsed().as_millis() < 200, "{:?} for a hundred questions", began.elapsed());
        assert_eq!(index.find(&"volumes ".repeat(10_000), &vocabulary()), None);
    }
}
