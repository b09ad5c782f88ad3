//! `neph completion`: what a shell loads to complete commands, flags and, in bash, the words of a question.

use super::Context;
use crate::cli::Cli;
use crate::exit::Exit;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

/// Writes what a shell loads to complete this program's commands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whose
    shell: Shell,
}

/// Bash hands over a function, so that the words of a question can be asked for. Flags are completed as everywhere.
const BASH: &str = r#"
_neph_or_words() {
    local at
    for ((at = 1; at < COMP_CWORD; at++)); do
        if [[ ${COMP_WORDS[at]} == ask || ${COMP_WORDS[at]} == explain ]] && [[ ${COMP_WORDS[COMP_CWORD]} != -* ]]; then
            local IFS=$' \n'
            COMPREPLY=($(neph suggest --words -- "${COMP_WORDS[*]:at+1}" 2>/dev/null))
            return
        fi
    done
    _neph "$@"
}
complete -F _neph_or_words -o nosort -o bashdefault -o default neph
"#;

/// Writes it.
pub fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(&Cli::command()), "neph", &mut script);
    if args.shell == Shell::Bash {
        script.extend_from_slice(BASH.as_bytes());
    }
    cx.write_output(|out| out.write_all(&script))?;
    Ok(Exit::Complete)
}

/// The commands that help shows: clap's scripts would complete hidden ones too.
fn shown(all: &Command) -> Command {
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("neph").args(all.get_arguments().cloned()).subcommands(commands)
}
