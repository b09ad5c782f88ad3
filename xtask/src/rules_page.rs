//! `cargo xtask docs`: the page of the rules behind `recommendations`, made from their file.

use schema::rules::{Rule, Thresholds, all};
use std::fmt::Write;

/// Where the page lies, from the root.
pub(crate) const PAGE: &str = "docs/recommendations.md";

const HEAD: &str = "\
<!-- Made from `schema/src/rules.json` by `cargo xtask docs`; a change made here would be lost. -->

# Recommendations

The table `recommendations` says what could be saved, on every provider alike:

```console
$ neph ask \"what can I save\"
$ neph query \"SELECT rule, count(*), sum(saving_30d) FROM recommendations GROUP BY rule\"
```

Each row is found by a rule over the other tables. Only the rules that a query asks for are run (`WHERE rule = …`,
`WHERE category = …`), and `neph explain` tells what their tables take to read. `evidence` holds the values that led to
a row. `saving_30d` is reckoned from the actual cost of the last 30 days; it is null where that is not known, and where
another recommendation about the resource counts the same cost, so that savings add up.

What could not be read makes no recommendation. Coverage says what that was, and sums are then a lower bound.

A threshold is changed in the configuration:

```toml
[recommendations.thresholds.unattached_volume]
old_days = 30
```

In a condition `{rule.threshold}` is that of another rule: what one leaves to the other follows it.

What these tables cannot decide has no rule: a load balancer or a NAT gateway without traffic looks like any other.
";

/// The page as it should be.
pub(crate) fn page() -> String {
    all().iter().fold(HEAD.to_owned(), |page, rule| page + &section(rule))
}

fn section(rule: &Rule) -> String {
    let filled = |text: &str| rule.filled(text, &Thresholds::new());
    let mut text = format!(
        "\n## {}\n\n{}: {}.\n\nCategory `{}`, confidence `{}`. About `{}`",
        rule.name, rule.title, rule.why, rule.category, rule.confidence, rule.from
    );
    if !rule.gone.is_empty() {
        let tables: Vec<_> = rule.gone.iter().map(|gone| format!("`{}`", gone.table)).collect();
        let _ = write!(text, ", where all of {} could be read", tables.join(" and "));
    }
    let _ = write!(text, ". Saving: {}.\n\n```sql\n{}\n```\n", filled(&rule.saving_basis), rule.condition);
    if !rule.parameters.is_empty() {
        text += "\n| threshold | what | default |\n|---|---|---|\n";
    }
    for parameter in &rule.parameters {
        let _ = writeln!(text, "| `{}` | {} | {} |", parameter.name, parameter.meaning, parameter.default);
    }
    text
}
