//! The lists that a server has of what it holds against a project.

/// One of them.
pub(crate) struct List {
    pub(crate) path: &'static str,
    /// Under which its items lie in a reply.
    pub(crate) key: &'static str,
    /// What a query calls the project.
    pub(crate) project: &'static str,
    /// Whether it has items of several types, of which a query chooses.
    pub(crate) has_types: bool,
    /// What a query asks besides.
    pub(crate) query: &'static [(&'static str, &'static str)],
}

/// The worst come first: where there are more than a server gives, they are not among those that are missing.
pub(crate) static ISSUES: List = List {
    path: "/api/issues/search",
    key: "issues",
    // Servers before 10.2 and SonarQube Cloud know no other name, and leave out what they do not know; later ones take both.
    project: "componentKeys",
    has_types: true,
    query: &[("resolved", "false"), ("s", "SEVERITY"), ("asc", "false")],
};

/// What someone should look at; what was reviewed is as good as resolved.
pub(crate) static HOTSPOTS: List = List {
    path: "/api/hotspots/search",
    key: "hotspots",
    project: "projectKey",
    has_types: false,
    query: &[("status", "TO_REVIEW")],
};

pub(crate) static ALL: &[&List] = &[&ISSUES, &HOTSPOTS];
