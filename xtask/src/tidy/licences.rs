//! Every package that a build uses comes under a licence that `deny.toml` allows.

use super::bans::texts;
use super::tree::Tree;
use crate::workspace;
use anyhow::{Context, Result};

pub(super) fn check(tree: &Tree) -> Result<Vec<String>> {
    let deny: toml::Value = toml::from_str(tree.text("deny.toml")?).context("deny.toml is no TOML")?;
    let allowed = texts(&deny["licenses"]["allow"]);
    let packages = workspace::packages(&tree.workspace.root)?;
    let complaints = packages.iter().filter_map(|package| {
        let licence = package.licence.as_deref();
        let is_allowed = licence.is_some_and(|text| is_satisfied(text, &allowed));
        let says = licence.unwrap_or("nothing of its licence");
        (!is_allowed)
            .then(|| format!("`{} {}` says {says}, which deny.toml does not allow", package.name, package.version))
    });
    Ok(complaints.collect())
}

/// Whether an SPDX expression can be satisfied with the allowed licences alone. What is no expression cannot be.
fn is_satisfied(expression: &str, allowed: &[String]) -> bool {
    // Older manifests write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut parser = Parser { words: spaced.split_whitespace().collect(), at: 0, allowed };
    let satisfied = parser.any();
    satisfied && parser.at == parser.words.len()
}

struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
    allowed: &'a [String],
}

impl Parser<'_> {
    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }

    /// `a OR b`. Both sides are read whatever the first says, so that the whole text is.
    fn any(&mut self) -> bool {
        let mut satisfied = self.all();
        while self.take("OR") {
            satisfied |= self.all();
        }
        satisfied
    }

    /// `a AND b`.
    fn all(&mut self) -> bool {
        let mut satisfied = self.one();
        while self.take("AND") {
            satisfied &= self.one();
        }
        satisfied
    }

    /// A licence, one with an exception, or an expression in brackets.
    fn one(&mut self) -> bool {
        if self.take("(") {
            let satisfied = self.any();
            return self.take(")") && satisfied;
        }
        let Some(licence) = self.words.get(self.at).copied() else {
            return false;
        };
        self.at += 1;
        if !self.take("WITH") {
            return self.allowed.iter().any(|allowed| allowed == licence);
        }
        let exception = self.words.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        self.allowed.contains(&format!("{licence} WITH {exception}"))
    }
}

#[cfg(test)]
mod tests {
    use super::is_satisfied;

    fn check(expression: &str, expected: bool) {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        assert_eq!(is_satisfied(expression, &allowed), expected, "{expression}");
    }

    #[test]
    fn an_expression_is_read_as_spdx_reads_it() {
        check("MIT", true);
        check("GPL-3.0", false);
        check("GPL-3.0 OR MIT", true);
        check("GPL-3.0/MIT", true);
        check("MIT AND GPL-3.0", false);
        check("ISC AND (GPL-3.0 OR MIT)", true);
        check("MIT OR ISC AND GPL-3.0", true);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("Apache-2.0 WITH other-exception", false);
        check("", false);
        check("(MIT", false);
        check("MIT ISC", false);
    }
}
