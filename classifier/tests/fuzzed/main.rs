//! The seeds of the fuzzer, so that what it does to each is compiled and run with every test.

mod case;

use std::path::PathBuf;

#[test]
fn what_the_fuzzer_asks_of_any_question_holds_for_its_seeds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/question");
    let files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(!files.is_empty(), "there are no seeds in {folder}");
    for file in files {
        let seed = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&seed);
        case::holds(&text);
        case::is_soon(&text);
    }
}
