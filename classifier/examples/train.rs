//! Makes the model of the classifier from the labelled questions: `train` writes `data/model.bin`, `train --check` says
//! whether that is what a training makes, and `train --also FILE` learns from questions of one's own too, such as those that
//! `neph eval --from-log --export FILE` writes. `cargo xtask train` runs it.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use classifier::model::{self, Source};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: train [--check] [--also FILE]…";

/// What was asked for.
#[derive(Default)]
struct Arguments {
    check: bool,
    also: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let Some(arguments) = parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut given: impl Iterator<Item = String>) -> Option<Arguments> {
    let mut arguments = Arguments::default();
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--check" => arguments.check = true,
            "--also" => arguments.also.push(PathBuf::from(given.next()?)),
            _ => return None,
        }
    }
    Some(arguments)
}

fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = model::SOURCES.iter().map(|source| read(&folder.join(source.path), source));
    let own = arguments.also.iter().map(|file| read(file, &model::OWN));
    let sources = committed.chain(own).collect::<Result<Vec<_>, _>>()?;
    let trained = model::train_from(&sources)?;
    for line in &trained.report {
        println!("{line}");
    }
    let path: PathBuf = folder.join(model::FILE);
    if !arguments.check {
        std::fs::write(&path, &trained.file)?;
        println!("wrote {} ({} bytes)", model::FILE, trained.file.len());
        if !arguments.also.is_empty() {
            println!("it has learned from questions of your own: build `neph` with it");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if std::fs::read(&path)? == trained.file {
        println!("{} is what a training makes", model::FILE);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: {} is not what a training makes: run `cargo xtask train`", model::FILE);
    Ok(ExitCode::FAILURE)
}

fn read(path: &Path, source: &'static Source) -> Result<(&'static Source, String), String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("`{}` could not be read: {error}", path.display()))?;
    Ok((source, text))
}
