//! The flags that say what a plugin is granted, and what it asks for in words.

use crate::failure::{Code, Failure};
use crate::text::visible;
use manifest::granted::Word;
use manifest::{Granted, HostPattern, Manifest, Reach, ScopePattern};

/// What is granted of what a plugin asks for.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Granting {
    /// Grant all that it asks for, but hosts that you must name
    #[arg(long, help_heading = "Grant")]
    all: bool,
    /// Grant a table with the columns that it asks for, or with some of them (may be repeated)
    #[arg(long, value_name = "TABLE[:COLUMN,…]", help_heading = "Grant")]
    table: Vec<String>,
    /// Grant a scope, `*` for all of a part (may be repeated)
    #[arg(long, value_name = "PROVIDER/ACCOUNT/REGION", help_heading = "Grant")]
    scope: Vec<ScopePattern>,
    /// Grant a host (may be repeated)
    #[arg(long, value_name = "HOST", help_heading = "Grant")]
    host: Vec<HostPattern>,
    /// The hosts named may be at private addresses, and on this machine
    #[arg(long, requires = "host", help_heading = "Grant")]
    private: bool,
    /// Grant a secret, which is put into requests and never shown to it, for the granted hosts that it is asked for, or for
    /// some of them (may be repeated)
    #[arg(long, value_name = "NAME[=HOST,…]", help_heading = "Grant")]
    secret: Vec<String>,
    /// Grant an input, for which it may be handed files (may be repeated)
    #[arg(long, value_name = "NAME", help_heading = "Grant")]
    input: Vec<String>,
}

impl Granting {
    /// Whether nothing is named.
    pub(super) fn is_empty(&self) -> bool {
        self.words().is_empty()
    }

    /// What is granted; a word that the plugin does not ask for is a slip.
    pub(super) fn granted(&self, manifest: &Manifest) -> Result<Granted, Failure> {
        let mut words = self.words();
        // A table without a scope could be read nowhere: whoever names tables alone means all that is asked for.
        if !self.table.is_empty() && self.scope.is_empty() && !self.all {
            words.extend(manifest.needs.scopes.keys().cloned().map(Word::Scope));
        }
        let wrong = |error: &dyn std::fmt::Display| Failure::new(Code::BadRequest, error.to_string());
        let granted = Granted::of_words(manifest, &words).map_err(|error| wrong(&error))?;
        // Said now: a plugin with such a grant would be refused whenever it is to run.
        manifest::effective(manifest, &granted).query_grant().map_err(|error| wrong(&error))?;
        Ok(granted)
    }

    fn words(&self) -> Vec<Word> {
        let reach = if self.private { Reach::Private } else { Reach::Public };
        let mut words = Vec::new();
        words.extend(self.all.then_some(Word::All));
        words.extend(self.table.iter().cloned().map(Word::Table));
        words.extend(self.scope.iter().cloned().map(Word::Scope));
        words.extend(self.host.iter().cloned().map(|host| Word::Host(host, reach)));
        words.extend(self.secret.iter().cloned().map(Word::Secret));
        words.extend(self.input.iter().cloned().map(Word::Input));
        words
    }
}

/// What a source fills, in a line.
pub(super) fn fills(manifest: &Manifest) -> Option<String> {
    let fills = manifest.fills.as_ref()?;
    let tables: Vec<String> = fills.tables.iter().map(|table| format!("`{table}`")).collect();
    Some(format!("to fill {} with rows of the provider `{}`", tables.join(", "), fills.provider))
}

/// What a manifest asks for, a line each.
pub(super) fn needs(manifest: &Manifest) -> Vec<String> {
    let needs = &manifest.needs;
    let mut lines: Vec<String> = fills(manifest).into_iter().collect();
    for (name, need) in &needs.tables {
        let columns: Vec<&str> = need.columns.iter().map(String::as_str).collect();
        lines.push(format!("table `{name}` ({}): {}", columns.join(", "), need.why));
    }
    lines.extend(needs.scopes.iter().map(|(scope, why)| format!("scope `{scope}`: {why}")));
    for (host, need) in &needs.hosts {
        let methods: Vec<&str> = need.methods.iter().map(|method| method.as_str()).collect();
        let unencrypted = if host.is_unencrypted() { ", unencrypted" } else { "" };
        lines.push(format!("host `{host}` ({}{unencrypted}): {}", methods.join(", "), need.why));
    }
    for (name, need) in &needs.secrets {
        let hosts: Vec<String> = need.hosts.iter().map(ToString::to_string).collect();
        let hosts = match need.hosts.iter().any(HostPattern::is_any) {
            true => "the hosts that you name".to_owned(),
            false if hosts.is_empty() => "no host".to_owned(),
            false => hosts.join(", "),
        };
        lines.push(format!("secret `{name}` (for {hosts}): {}", need.why));
    }
    lines.extend(needs.inputs.iter().map(|(name, need)| format!("input `{name}`: {}", need.why)));
    if lines.is_empty() {
        lines.push("nothing".to_owned());
    }
    lines.iter().map(|line| visible(line).into_owned()).collect()
}
