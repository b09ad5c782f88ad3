//! What has to be on the machine before a task can work, and the command that puts it there.

use crate::environment;
use crate::process::works;
use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Something that a task cannot do without.
pub(crate) struct Prerequisite {
    /// What it is, in the words of the person who lacks it.
    name: &'static str,
    /// Whether it is there and works.
    is_there: fn() -> bool,
    /// The command that installs it, for each package manager: a program's name and a command line.
    /// The first program that is there counts; the last entry is for machines with none of them.
    install: &'static [(&'static str, &'static str)],
}

/// The compiler, in the version that `rust-toolchain.toml` names.
pub(crate) static RUST: Prerequisite = Prerequisite {
    name: "cargo and rustc",
    is_there: || works(Command::new("cargo").arg("--version")) && works(Command::new("rustc").arg("--version")),
    install: &[
        ("rustup", "rustup toolchain install"),
        ("", "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"),
    ],
};

/// SQLite, Zstandard and the TLS library have parts in C.
pub(crate) static C_COMPILER: Prerequisite = Prerequisite {
    name: "a C compiler with the C library's headers",
    is_there: compiles_c,
    install: &[
        ("apt-get", "sudo apt-get install build-essential"),
        ("dnf", "sudo dnf install gcc glibc-devel"),
        ("zypper", "sudo zypper install gcc glibc-devel"),
        ("pacman", "sudo pacman -S base-devel"),
        ("apk", "sudo apk add build-base"),
        ("xcode-select", "xcode-select --install"),
        ("", "install gcc or clang, and set CC to it where it is not called `cc`"),
    ],
};

/// The AWS-compatible test server is written in Python.
pub(crate) static PYTHON: Prerequisite = Prerequisite {
    name: "python3, version 3.10 or later",
    is_there: || python("import sys; sys.exit(sys.version_info < (3, 10))"),
    install: &[
        ("apt-get", "sudo apt-get install python3"),
        ("dnf", "sudo dnf install python3"),
        ("zypper", "sudo zypper install python3"),
        ("pacman", "sudo pacman -S python"),
        ("apk", "sudo apk add python3"),
        ("brew", "brew install python3"),
        ("", "install python3 from https://www.python.org/downloads/"),
    ],
};

/// The types that componentize-py makes of the contract take a later one.
pub(crate) static PYTHON_FOR_PLUGINS: Prerequisite = Prerequisite {
    name: "python3, version 3.11 or later (for the example plugin in Python)",
    is_there: || python("import sys; sys.exit(sys.version_info < (3, 11))"),
    install: PYTHON.install,
};

/// What JavaScript is made a component with.
pub(crate) static NODE: Prerequisite = Prerequisite {
    name: "node, version 20 or later, with npm (for the example plugin in JavaScript)",
    is_there: || {
        let is_recent = "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)";
        works(Command::new("node").args(["-e", is_recent])) && works(Command::new(NPM).arg("--version"))
    },
    install: &[
        ("apt-get", "sudo apt-get install nodejs npm"),
        ("dnf", "sudo dnf install nodejs npm"),
        ("zypper", "sudo zypper install nodejs npm"),
        ("pacman", "sudo pacman -S nodejs npm"),
        ("apk", "sudo apk add nodejs npm"),
        ("brew", "brew install node"),
        ("", "install Node.js from https://nodejs.org/"),
    ],
};

/// npm's own program.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Debian and its like ship Python without the part that makes virtual environments.
pub(crate) static VENV: Prerequisite = Prerequisite {
    name: "python3's venv module",
    is_there: || python("import venv, ensurepip"),
    install: &[
        ("apt-get", "sudo apt-get install python3-venv"),
        ("", "install the part of python3 that holds `venv` and `ensurepip`"),
    ],
};

/// An error that names all that is missing, so that it can be mended in one go.
pub(crate) fn demand(wanted: &[&Prerequisite]) -> Result<()> {
    let missing: Vec<_> = wanted.iter().filter(|p| !(p.is_there)()).map(|p| p.sentence()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("something is missing on this machine\n{}", missing.join("\n"))
}

impl Prerequisite {
    fn sentence(&self) -> String {
        let is_found = |program: &str| program.is_empty() || is_on_path(program);
        let command = self.install.iter().find(|(program, _)| is_found(program));
        format!("  {} is needed\n    hint: {}", self.name, command.map_or("", |(_, line)| *line))
    }
}

fn is_on_path(program: &str) -> bool {
    let path = environment::get("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn python(program: &str) -> bool {
    works(Command::new("python3").args(["-c", program]))
}

/// Compiles four words of C, because a compiler without headers looks whole until the first build script fails.
fn compiles_c() -> bool {
    let folder = std::env::temp_dir().join(format!("neph-cc-{}", std::process::id()));
    let source = folder.join("probe.c");
    let is_written =
        fs::create_dir_all(&folder).is_ok() && fs::write(&source, "#include <stdlib.h>\nint probe;\n").is_ok();
    let compilers =
        environment::get("CC").map_or_else(|| ["cc", "gcc", "clang"].map(PathBuf::from).to_vec(), |cc| vec![cc.into()]);
    let compiles = |cc: &PathBuf| works(Command::new(cc).arg("-c").arg(&source).arg("-o").arg(folder.join("probe.o")));
    let found = is_written && compilers.iter().any(compiles);
    // What is left behind in the temporary folder does no harm.
    let _ = fs::remove_dir_all(&folder);
    found
}
