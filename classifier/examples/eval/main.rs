//! How the classifier does on labelled questions: `eval [OPTIONS] [FILE…]`, which `cargo xtask eval` runs. Without a FILE,
//! on all of `data/questions`.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod arguments;
mod baselines;
mod figures;
mod page;
mod part;
mod told;
mod verdicts;

use arguments::Arguments;
use part::Part;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("error: {error}\n\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let parts = arguments.files.iter().map(|file| Part::measure(file)).collect::<Result<Vec<_>, _>>()?;
    let mut parts = part::joined(parts);
    if let Some(file) = &arguments.verdicts {
        verdicts::apply(file, &mut parts)?;
    }
    if arguments.wrong {
        parts.iter().for_each(|part| told::wrong(part, arguments.tell_unseen));
    }
    print!("{}", page::summary(&parts));
    if cfg!(debug_assertions) {
        println!("\nthe times are those of a debug build: `--release` gives the ones that count");
    }
    if let Some(path) = &arguments.json {
        write(path, &format!("{:#}\n", told::json(&parts, arguments.tell_unseen)))?;
    }
    if let Some(path) = &arguments.pairs {
        write(path, &told::pairs(&parts, arguments.tell_unseen))?;
    }
    if let Some(path) = &arguments.page {
        write(path, &page::page(&parts))?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("`{}` could not be written: {error}", path.display()))
}
