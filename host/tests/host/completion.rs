//! What shells complete: commands, flags, and the words of a question.

use crate::binary::{neph, of};
use std::path::Path;
use std::process::Command;

fn suggested(arguments: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = of(neph(folder.path()).args(["--demo", "suggest"]).args(arguments).output().unwrap());
    assert_eq!(code, 0, "{err}");
    out.lines().map(str::to_owned).collect()
}

#[test]
fn words_of_the_schema_and_names_of_the_estate_are_suggested_one_a_line() {
    assert_eq!(suggested(&["--words", "--", "list all volu"])[0], "volumes");
    assert!(suggested(&["--words", "--", "VMs in account "]).contains(&"sandbox".to_owned()));
    assert!(suggested(&["volumes", "with", "io"]).iter().any(|line| line.starts_with("volumes with iops")));
}

#[test]
fn every_shell_has_a_script() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let (code, out, err) = of(neph(folder.path()).args(["completion", shell]).output().unwrap());
        assert!(code == 0 && out.contains("explain") && out.contains("doctor"), "{shell}: {err}");
        assert!(!out.contains("compile-component"), "{shell}: a hidden command is completed");
    }
    let (code, _, err) = of(neph(folder.path()).args(["completion", "dos"]).output().unwrap());
    assert!(code == 2 && err.contains("bash"), "{err}");
}

/// What bash completes the last of some words to; none where there is no bash.
fn completed(folder: &Path, words: &[&str]) -> Option<Vec<String>> {
    let binary = Path::new(env!("CARGO_BIN_EXE_neph")).parent()?;
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "source <(neph completion bash); COMP_WORDS=({}); COMP_CWORD={}; _neph_or_words neph {} x; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1,
        quoted.last()?
    );
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display());
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &script]).env_clear().env("HOME", folder).env("PATH", path).current_dir(folder);
    let Ok(output) = bash.output() else {
        println!("skipped: there is no bash");
        return None;
    };
    let (code, out, err) = of(output);
    assert_eq!(code, 0, "{err}");
    Some(out.lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_the_words_of_a_question_names_of_tables_and_programs_and_flags_as_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let has = |words: &[&str], expected: &str| {
        let found = completed(folder.path(), words);
        assert!(found.as_ref().is_none_or(|found| found.iter().any(|word| word == expected)), "{words:?}: {found:?}");
    };
    has(&["neph", "ask", "list", "all", "volu"], "volumes");
    has(&["neph", "--demo", "ask", "volumes", "with", "io"], "iops");
    has(&["neph", "expl"], "explain");
    has(&["neph", "ask", "--wh"], "--why");
    has(&["neph", "tables", "vol"], "volumes");
    has(&["neph", "--demo", "program", "show", "services"], "services-that-grew");
    has(&["neph", "program", "explain", ""], "next-size-down");
    has(&["neph", "program", "sh"], "show");
}
