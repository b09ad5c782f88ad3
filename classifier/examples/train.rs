//! Makes the model of the classifier from the labelled questions: `train` writes `data/model.bin`, and `train --check` says
//! whether that is what a training makes. `cargo xtask train` runs it.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use classifier::model::{self, Source};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let check = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            eprintln!("usage: train [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = model::SOURCES.iter().map(|source| read(folder, source)).collect::<Result<Vec<_>, _>>()?;
    let trained = model::train_from(&sources)?;
    for line in &trained.report {
        println!("{line}");
    }
    let path: PathBuf = folder.join(model::FILE);
    if !check {
        std::fs::write(&path, &trained.file)?;
        println!("wrote {} ({} bytes)", model::FILE, trained.file.len());
        return Ok(ExitCode::SUCCESS);
    }
    if std::fs::read(&path)? == trained.file {
        println!("{} is what a training makes", model::FILE);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: {} is not what a training makes: run `cargo xtask train`", model::FILE);
    Ok(ExitCode::FAILURE)
}

fn read(folder: &Path, source: &'static Source) -> Result<(&'static Source, String), String> {
    let path = folder.join(source.path);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("`{}` could not be read: {error}", path.display()))?;
    Ok((source, text))
}
