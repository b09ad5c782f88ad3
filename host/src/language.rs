//! Whether a question is in another language than English, by its letters, or by the small words that every sentence has.
//!
//! Only of what the rules do not read is this asked, to say why. A detector of languages made for long texts guesses at a question
//! of five words; small words do not, and where there are not two of one language, nothing is said.

use classifier::{Reading, Route};
use std::collections::BTreeSet;

/// Small words of English that none of the other languages has.
const ENGLISH: &[&str] = &[
    "and", "are", "by", "does", "from", "has", "have", "how", "list", "many", "my", "not", "our", "show", "than",
    "that", "the", "to", "what", "when", "where", "which", "with", "without",
];

/// Words of English that are said in the middle of other languages too, or that are words of them: only several count.
const ENGLISH_TOO: &[&str] = &[
    "all", "any", "at", "cost", "costs", "disks", "for", "idle", "images", "in", "is", "last", "less", "more", "of",
    "older", "on", "over", "runners", "running", "spend", "stopped", "tagged", "this", "under", "untagged", "unused",
    "we", "who",
];

/// Small words of others that are names, short forms or words in English as well: "la" is Los Angeles, "ci" builds. They count
/// only beside one that is not.
const NAMES_TOO: &[&str] = &[
    "ci", "com", "dan", "das", "den", "die", "dos", "du", "en", "est", "hat", "hay", "la", "las", "los", "met", "na",
    "os", "ou", "sin", "un", "van",
];

/// Small words of others, but for those that every English sentence may have.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "German",
        &[
            "welche", "welcher", "welches", "wie", "viele", "alle", "zeige", "zeig", "mir", "der", "die", "das", "den",
            "dem", "des", "und", "oder", "mit", "ohne", "für", "von", "vom", "nicht", "sind", "ist", "haben", "hat",
            "unsere", "meine", "im", "auf", "über", "unter", "mehr", "als", "gibt", "wird", "werden", "letzten",
            "seit",
        ],
    ),
    (
        "French",
        &[
            "quelles", "quels", "quelle", "quel", "combien", "les", "des", "le", "la", "du", "de", "et", "ou", "avec",
            "sans", "sont", "est", "pas", "dans", "sur", "montre", "montrez", "toutes", "tous", "nos", "mes", "ont",
            "une", "un", "que", "qui", "aux",
        ],
    ),
    (
        "Spanish",
        &[
            "cuáles",
            "cuales",
            "qué",
            "cuántas",
            "cuántos",
            "cuantas",
            "cuantos",
            "las",
            "los",
            "el",
            "la",
            "de",
            "del",
            "con",
            "que",
            "están",
            "muestra",
            "muéstrame",
            "todas",
            "todos",
            "nuestras",
            "nuestros",
            "más",
            "menos",
            "por",
            "para",
            "una",
            "tienen",
            "tiene",
            "hay",
            "sin",
            "en",
        ],
    ),
    (
        "Italian",
        &[
            "quali", "quanti", "quante", "quanto", "mostra", "mostrami", "elenca", "tutte", "tutti", "le", "gli", "il",
            "di", "del", "della", "delle", "dei", "degli", "con", "senza", "sono", "hanno", "che", "più", "meno",
            "nel", "nella", "una", "la", "ci",
        ],
    ),
    (
        "Portuguese",
        &[
            "quais", "quantas", "quantos", "mostre", "mostra", "todas", "todos", "os", "de", "da", "dos", "das", "com",
            "sem", "são", "está", "estão", "que", "não", "mais", "menos", "em", "na", "nos", "nas", "por", "para",
            "uma", "um", "têm", "tem",
        ],
    ),
    (
        "Dutch",
        &[
            "welke", "hoeveel", "toon", "laat", "zien", "alle", "de", "het", "een", "van", "met", "zonder", "zijn",
            "hebben", "heeft", "niet", "meer", "dan", "minder", "onze", "mijn", "voor", "uit", "bij", "die", "dat",
            "naar",
        ],
    ),
];

/// So many small words of a language make a sentence of it.
const ENOUGH: usize = 2;

/// Says that a question which is not read is in another language, where it is; and whether it is.
pub(crate) fn told_in(question: &str, reading: &mut Reading) -> bool {
    let Some(language) = other(question) else { return false };
    let told = format!("only English is read, and this seems to be {language}: ask it in English, or as SQL");
    match &mut reading.route {
        Route::Common(_) => return false,
        Route::Refused { why } => *why = told,
        Route::Unusual { why, nearest } => {
            *why = told;
            nearest.clear();
        }
    }
    true
}

/// The language that a question is in, where that is not English.
fn other(question: &str) -> Option<&'static str> {
    if is_mostly_of_other_letters(question) {
        return Some("another language");
    }
    let words: BTreeSet<String> = question
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty() && !is_short_form(word))
        .map(str::to_lowercase)
        .collect();
    let has = |word: &str| words.contains(word);
    if ENGLISH.iter().any(|word| has(word)) {
        return None;
    }
    let count = |small: &[&str]| {
        let found: Vec<&str> = small.iter().copied().filter(|word| has(word)).collect();
        if found.iter().all(|word| NAMES_TOO.contains(word)) { 0 } else { found.len() }
    };
    let counts = OTHERS.iter().map(|(language, small)| (count(small), *language));
    // Of equals the first.
    let (most, language) = counts.reduce(|most, next| if next.0 > most.0 { next } else { most })?;
    let english = ENGLISH_TOO.iter().filter(|word| has(word)).count();
    let is_english = english >= ENOUGH && english >= most;
    (most >= ENOUGH && !is_english).then_some(language)
}

/// "CI", "LA", "OS": in capitals, a word is the short form of something.
fn is_short_form(word: &str) -> bool {
    word.chars().all(char::is_uppercase)
}

/// Names in quotation marks may be in any letters.
fn is_mostly_of_other_letters(question: &str) -> bool {
    let unquoted = question.split('"').step_by(2).flat_map(str::chars);
    let (latin, others): (Vec<char>, Vec<char>) = unquoted.filter(|c| c.is_alphabetic()).partition(|c| is_latin(*c));
    others.len() > latin.len()
}

fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_other_languages_are_known_by_their_small_words_or_letters() {
        for (question, expected) in [
            ("welche Instanzen kosten mehr als 100 Dollar im Monat", "German"),
            ("zeige mir alle gestoppten Server ohne Tag", "German"),
            ("quelles machines sont arrêtées dans la région de Paris", "French"),
            ("combien coûtent les disques par compte", "French"),
            ("cuántas máquinas están apagadas y cuánto cuestan por cuenta", "Spanish"),
            ("muestra los discos de la cuenta", "Spanish"),
            ("quali istanze sono ferme e senza etichetta", "Italian"),
            ("quais máquinas não têm etiqueta", "Portuguese"),
            ("welke machines staan uit en hoeveel kosten zijn er", "Dutch"),
            ("hoeveel kosten de machines van onze klanten in Ohio of in Oregon", "Dutch"),
            ("停止しているインスタンスを一覧表示して", "another language"),
            ("покажи все остановленные машины", "another language"),
            ("列出所有已停止的虚拟机", "another language"),
        ] {
            assert_eq!(other(question), Some(expected), "{question}");
        }
    }

    #[test]
    fn english_is_english_whatever_its_names_are_called() {
        for question in
            ["list all VMs named 日本", "show volumes of \"продакшен база данных\"", "cost of über-server", "VMs", ""]
        {
            assert_eq!(other(question), None, "{question}");
        }
    }

    #[test]
    fn short_forms_and_names_make_no_sentence_of_another_language() {
        for question in [
            "idle CI runners in LA",
            "idle ci runners in la",
            "machines for CI in LA over 100 dollars",
            "machines for ci in la over 100 dollars",
            "untagged OS disks in NA",
            "untagged os disks in na",
            "OS images for NA region",
            "os images for na region",
            "spend in los angeles, las vegas",
            "los angeles, las vegas, la jolla",
            "idle disks of de la cruz",
        ] {
            assert_eq!(other(question), None, "{question}");
        }
    }

    #[test]
    fn no_labelled_question_is_taken_for_another_language() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../classifier/data/questions");
        for author in ["a", "b", "d", "f", "g", "h", "i", "j", "k", "l"] {
            let text = std::fs::read_to_string(format!("{folder}/author-{author}.jsonl")).expect("labelled questions");
            for line in text.lines() {
                let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
                let question = line["question"].as_str().expect("a question");
                assert_eq!(other(question), None, "{question}");
            }
        }
    }
}
