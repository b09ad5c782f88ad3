//! `neph completion`: what a shell loads to complete commands, flags and, in bash, the words of a question.

use super::Context;
use crate::cli::Cli;
use crate::exit::Exit;
use crate::programs::built_in;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use schema::tables;

/// Writes what a shell loads to complete this program's commands.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whose
    shell: Shell,
}

/// Bash hands over a function, so that the words of a question can be asked for, and names of tables and programs be offered.
/// Flags are completed as everywhere.
const BASH: &str = r#"
_neph_or_words() {
    local at current=${COMP_WORDS[COMP_CWORD]} names=
    for ((at = 1; at < COMP_CWORD; at++)); do
        [[ $current == -* ]] && break
        case ${COMP_WORDS[at]} in
            ask | explain)
                local IFS=$' \n'
                COMPREPLY=($(neph suggest --words -- "${COMP_WORDS[*]:at+1}" 2>/dev/null))
                return
                ;;
            tables)
                ((at + 1 == COMP_CWORD)) && names='{tables}'
                break
                ;;
            program)
                [[ ${COMP_WORDS[at+1]} == @(show|run|explain) ]] && ((at + 2 == COMP_CWORD)) && names='{programs}'
                break
                ;;
        esac
    done
    if [[ -n $names ]]; then
        COMPREPLY=($(compgen -W "$names" -- "$current"))
        return
    fi
    _neph "$@"
}
complete -F _neph_or_words -o nosort -o bashdefault -o default neph
"#;

/// Writes it.
pub fn run(args: &Args, cx: &Context) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(&Cli::command()), "neph", &mut script);
    if args.shell == Shell::Bash {
        script.extend_from_slice(bash().as_bytes());
    }
    cx.write_output(|out| out.write_all(&script))?;
    Ok(Exit::Complete)
}

/// With the names that are always there: those of tables, and of the programs that ship.
fn bash() -> String {
    let tables: Vec<_> = tables::ALL.iter().map(|table| table.name).collect();
    let programs: Vec<_> = built_in::ALL.iter().map(|(name, _)| *name).collect();
    BASH.replace("{tables}", &tables.join(" ")).replace("{programs}", &programs.join(" "))
}

/// The commands that help shows: clap's scripts would complete hidden ones too.
fn shown(all: &Command) -> Command {
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("neph").args(all.get_arguments().cloned()).subcommands(commands)
}
