//! Nearest right names for mistyped ones.

/// The candidate that a mistyped name most probably means, or none if nothing is near.
///
/// ```text
/// nearest("instanse", ["instances", "volumes"]) == Some("instances")
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let mut score = strsim::jaro_winkler(&wanted, &lower);
            // `cost` for `cost_30d`, `type` for `instance_type`: a whole word of the name counts as near.
            if wanted.len() >= 3 && lower.split('_').any(|word| word == wanted) {
                score = score.max(0.9);
            }
            (score, candidate)
        })
        .filter(|(score, _)| *score >= 0.8)
        // Of equals the first wins: tables list the column that people mean before its variants.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = ["instances", "volumes", "cost_30d", "cpu_avg"];
        assert_eq!(nearest("instanse", names), Some("instances"));
        assert_eq!(nearest("cost", names), Some("cost_30d"));
        assert_eq!(nearest("CPU_AVERAGE", names), Some("cpu_avg"));
        assert_eq!(nearest("zebra", names), None);
    }
}
