//! Whatever is asked: nothing panics, and the work is bounded by the length of the question. Work is counted in words looked at,
//! for a time would depend on the machine.

use crate::labelled::{estate, now};
use crate::tokens::{Words, steps};
use crate::{Classifier, Context, MAX_CHARS, MAX_WORDS, MOST_SUGGESTIONS, Route};
use std::sync::OnceLock;

/// So often may each word of a question be looked at, for itself. Questions take a third of that.
const STEPS_A_WORD: u64 = 1_200;

/// And so often for each other word: some rules look on to the end of a clause.
const STEPS_A_PAIR: u64 = 8;

/// Mutants of each run.
const MUTANTS: u64 = 300;

static QUESTIONS: &[&str] = &[
    include_str!("../data/questions/author-a.jsonl"),
    include_str!("../data/questions/author-b.jsonl"),
    include_str!("../data/questions/author-d.jsonl"),
    include_str!("../data/questions/author-f.jsonl"),
    include_str!("../data/questions/author-g.jsonl"),
    include_str!("../data/questions/author-h.jsonl"),
    include_str!("../data/questions/author-i.jsonl"),
    include_str!("../data/questions/author-j.jsonl"),
    include_str!("../data/questions/author-k.jsonl"),
    include_str!("../data/questions/author-l.jsonl"),
    include_str!("../data/questions/author-n.jsonl"),
    include_str!("../data/questions/author-o.jsonl"),
];

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(Classifier::new)
}

/// A small generator of its own, so that a failure can be repeated from its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    fn char(&mut self) -> char {
        let most = [0x80, 0x400, 0x3000, 0x11_0000][self.below(4)];
        char::from_u32(u32::try_from(self.below(most)).unwrap()).unwrap_or('\u{202e}')
    }
}

/// Reads a text in every way and holds it to the bound; gives back how many steps it took.
fn check(text: &str) -> u64 {
    let vocabulary = estate();
    let cx = Context { now: now(), vocabulary: &vocabulary };
    let classifier = classifier();
    let (reading, taken) = steps::of(|| classifier.classify(text, &cx));
    let is_read = text.chars().nth(MAX_CHARS).is_none();
    let words = if is_read { Words::new(text).len() as u64 } else { 0 };
    let most = words * (STEPS_A_WORD + STEPS_A_PAIR * words);
    assert!(taken <= most, "{taken} steps for {words} words, which may take {most}: {text:?}");
    if let Route::Common(query) = &reading.route {
        query.to_sql(now()).unwrap();
    }
    assert!((0.0..=1.0).contains(&reading.confidence), "{reading:?}");
    let explanation = classifier.explain(text, &cx);
    assert_eq!(explanation.reading, reading, "{text:?}");
    taken
}

/// Goes on from a text, which reads its words a few times over.
fn check_suggestions(text: &str) {
    let (found, taken) = steps::of(|| classifier().suggest(text, &estate()));
    assert!(found.len() <= MOST_SUGGESTIONS, "{text:?}");
    let words = Words::new(text).len() as u64;
    let most = 4 * (words + 1) * (STEPS_A_WORD + STEPS_A_PAIR * words);
    assert!(taken <= most, "{taken} steps for {words} words, which may take {most}: {text:?}");
}

/// Questions as people write them.
fn questions() -> Vec<String> {
    let lines = QUESTIONS.iter().flat_map(|file| file.lines());
    let question =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["question"].as_str().unwrap().to_owned();
    lines.map(question).collect()
}

/// A question with something done to it, or two made into one.
fn mutant(questions: &[String], random: &mut Random) -> String {
    let mut words: Vec<String> = questions[random.below(questions.len())].split(' ').map(str::to_owned).collect();
    for _ in 0..=random.below(4) {
        let at = random.below(words.len());
        match random.below(8) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[random.below(words.len())].clone()),
            2 => {
                let other = random.below(words.len());
                words.swap(at, other);
            }
            3 => words[at].insert(0, random.char()),
            4 => words[at].push(random.char()),
            5 => words[at] = words[at].chars().rev().collect(),
            6 => words.extend(questions[random.below(questions.len())].split(' ').map(str::to_owned)),
            _ => words[at] = words[at].repeat(1 + random.below(40)),
        }
        if words.is_empty() {
            words.push(String::new());
        }
    }
    words.join(" ")
}

#[test]
fn mutants_of_questions_take_bounded_work() {
    let questions = questions();
    let mut most = 0;
    for seed in 0..MUTANTS {
        let mutant = mutant(&questions, &mut Random(seed));
        most = most.max(check(&mutant));
        if seed % 10 == 0 {
            check_suggestions(&mutant);
        }
    }
    assert!(most > 100, "the steps are not counted: {most}");
}

#[test]
fn the_seeds_of_the_fuzzer_and_their_mutants_take_bounded_work() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/question");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    // In one order, so that every run is the same.
    files.sort();
    let read = |file: &std::path::PathBuf| String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    let seeds: Vec<String> = files.iter().map(read).collect();
    assert!(!seeds.is_empty(), "there are no seeds in {folder}");
    for seed in &seeds {
        check(seed);
        check_suggestions(seed);
    }
    for seed in 0..MUTANTS / 3 {
        check(&mutant(&seeds, &mut Random(seed)));
    }
}

#[test]
fn any_letters_take_bounded_work() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let letters = 1 + random.below(300);
        let text: String = (0..letters).map(|_| random.char()).collect();
        check(&text);
        if seed % 10 == 0 {
            check_suggestions(&text);
        }
    }
}

#[test]
fn the_longest_questions_take_bounded_work() {
    let fitting = |piece: &str| {
        let words = Words::new(piece).len().max(1);
        piece.repeat((MAX_CHARS / piece.chars().count()).min((MAX_WORDS - 2) / words))
    };
    for piece in [
        "a",
        "a ",
        "VMs ",
        "not ",
        "by ",
        "in ",
        "and ",
        "or ",
        "tag ",
        "= ",
        "\"",
        "' ",
        ", ",
        "5 ",
        "< ",
        "last ",
        "between ",
        "cost over ",
        "without tag x ",
        "in eu-west-1 and ",
        "named a or ",
        "é",
        "🙂 ",
        "1,000",
        "1,",
        "-",
        "x/y ",
        "1GB ",
        "since monday ",
        "how many ",
        "most expensive ",
        "i ",
        "because i ",
        "the ",
        "of ",
        "cpu between 1 and ",
        "not in ",
    ] {
        check(&fitting(piece));
        check(&format!("list VMs {}", fitting(piece)).chars().take(MAX_CHARS).collect::<String>());
    }
    check_suggestions(&fitting("the "));
    check_suggestions(&fitting("cost over 5 "));
}

#[test]
fn fifty_filters_take_bounded_work() {
    let filters =
        ["cpu over 20", "cost under $5", "state is running", "tag env = prod", "name contains web", "vcpus at least 4"];
    let all: Vec<_> = (0..50).map(|i| filters[i % filters.len()]).collect();
    check(&format!("VMs with {}", all.join(" and ")));
    check(&format!("VMs with {}", all.join(" or ")));
    check(&format!("VMs with {}", all.join(", not ")));
}

#[test]
fn a_text_of_100_kb_is_not_read() {
    for piece in ["list all VMs ", "🙂", "\u{0}", "SELECT * FROM instances; ", "{\"from\": \"instances\"} "] {
        let text = piece.repeat(100_000 / piece.len() + 1);
        assert_eq!(check(&text), 0, "{piece:?}");
        assert_eq!(classifier().suggest(&text, &estate()), []);
    }
}
