//! What a path of Azure Resource Manager names.

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// In lower case.
    pub(super) subscription_id: Option<String>,
    /// Provider and types without names, such as `Microsoft.Sql/servers/databases`; for what has no provider, the last
    /// part of the path; `subscription` for one of them.
    pub(super) kind: String,
    /// The resource that it lies in, in lower case, where it lies in one.
    pub(super) parent_id: Option<String>,
}

impl Target {
    /// Reads the path of a list, of an action or of a subscription; `None` where it is none of these.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let lower = |part: &str| part.to_ascii_lowercase();
        let is = |part: &str, word: &str| part.eq_ignore_ascii_case(word);
        match parts.as_slice() {
            [one] if is(one, "subscriptions") => Some(Self::plain(None, "subscriptions")),
            [first, id] if is(first, "subscriptions") => Some(Self::plain(Some(lower(id)), "subscription")),
            [first, id, last] if is(first, "subscriptions") => Some(Self::plain(Some(lower(id)), last)),
            [first, provider, types @ ..] if is(first, "providers") => Self::provided(None, provider, types, &parts),
            [first, id, second, provider, types @ ..] if is(first, "subscriptions") && is(second, "providers") => {
                Self::provided(Some(lower(id)), provider, types, &parts)
            }
            [first, id, second, _group, third, provider, types @ ..]
                if is(first, "subscriptions") && is(second, "resourceGroups") && is(third, "providers") =>
            {
                Self::provided(Some(lower(id)), provider, types, &parts)
            }
            _ => None,
        }
    }

    fn plain(subscription_id: Option<String>, kind: &str) -> Self {
        Self { subscription_id, kind: kind.to_owned(), parent_id: None }
    }

    /// Types and names take turns, and a list ends in a type.
    fn provided(subscription_id: Option<String>, provider: &str, types: &[&str], whole: &[&str]) -> Option<Self> {
        if types.len().is_multiple_of(2) {
            return None;
        }
        let kind = types.iter().step_by(2).fold(provider.to_owned(), |kind, part| format!("{kind}/{part}"));
        let above = &whole[..whole.len() - 1];
        let parent_id = (types.len() > 1).then(|| format!("/{}", above.join("/")).to_ascii_lowercase());
        Some(Self { subscription_id, kind, parent_id })
    }

    /// The scope that a role would have to be given for.
    pub(super) fn scope(&self) -> String {
        self.subscription_id.as_ref().map_or_else(|| "/".to_owned(), |id| format!("/subscriptions/{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_path_names_a_kind_in_a_subscription_and_maybe_in_a_resource() {
        let found = |path: &str| {
            let target = Target::parse(path)?;
            Some((target.subscription_id.unwrap_or_default(), target.kind, target.parent_id.unwrap_or_default()))
        };
        let of = |id: &str, kind: &str, parent: &str| Some((id.to_owned(), kind.to_owned(), parent.to_owned()));
        assert_eq!(found("/subscriptions"), of("", "subscriptions", ""));
        assert_eq!(found("/subscriptions/AB"), of("ab", "subscription", ""));
        assert_eq!(found("/Subscriptions/AB/locations"), of("ab", "locations", ""));
        assert_eq!(found("/subscriptions/ab/metrics%3AgetBatch"), of("ab", "metrics:getBatch", ""));
        assert_eq!(found("/subscriptions/ab/providers/A.B/cs"), of("ab", "A.B/cs", ""));
        assert_eq!(found("/providers/A.B/cs"), of("", "A.B/cs", ""));
        let nested = "/subscriptions/ab/resourceGroups/RG/providers/A.B/cs/C1/ds";
        let parent = "/subscriptions/ab/resourcegroups/rg/providers/a.b/cs/c1";
        assert_eq!(found(nested), of("ab", "A.B/cs/ds", parent));
        for neither in ["/", "/other", "/subscriptions/ab/providers/A.B/cs/C1", "/subscriptions/ab/providers/A.B"] {
            assert_eq!(found(neither), None, "{neither}");
        }
    }
}
