//! What a report is about, as an id that is the same in every report about it.

/// The artifact's name, which of a path says too little: `.` and `src` are in every repository. There the repository's
/// address is added, where the report has it; else, of a path that is no whole one, the report's own name.
pub(crate) fn id(name: &str, kind: &str, repository: Option<&str>, file_name: &str) -> String {
    let is_here = matches!(name.trim_end_matches('/'), "" | ".");
    let report = file_name.trim_end_matches(".json");
    match repository {
        Some(url) if is_here => open(url),
        Some(url) if is_path(name, kind) => format!("{}:{name}", open(url)),
        None if is_here || is_path(name, kind) && !name.starts_with('/') => format!("{report}:{name}"),
        _ => open(name),
    }
}

/// Whether the artifact is something at a path of the machine that Trivy ran on.
pub(crate) fn is_path(name: &str, kind: &str) -> bool {
    match kind {
        "filesystem" | "cyclonedx" | "spdx" => true,
        // `github.com/shop/web` is an address, as `https://…` and `git@…:…` are.
        "repository" => {
            let first = name.split('/').next().unwrap_or_default();
            matches!(first, "" | "." | "..") || !first.contains(['.', ':'])
        }
        _ => false,
    }
}

/// An address without the name and the password that may stand in it.
fn open(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn an_id_tells_folders_of_two_repositories_apart_and_has_no_password() {
        let of = |name, kind, repository, expected: &str| assert_eq!(id(name, kind, repository, "web.json"), expected);
        of("src", "filesystem", None, "web:src");
        of(".", "filesystem", None, "web:.");
        of("/srv/src", "filesystem", None, "/srv/src");
        of(".", "filesystem", Some("https://bot:hunter2@git.example.com/shop/web"), "https://git.example.com/shop/web");
        of("src", "repository", Some("git@git.example.com:shop/web"), "git@git.example.com:shop/web:src");
        of("github.com/shop/web", "repository", None, "github.com/shop/web");
        of("https://bot@github.com/shop/web", "repository", None, "https://github.com/shop/web");
        of("./web", "repository", None, "web:./web");
        of("sbom.cdx.json", "cyclonedx", None, "web:sbom.cdx.json");
        of("shop/web:4.2", "container_image", Some("https://git.example.com/shop/web"), "shop/web:4.2");
        of("ami-0abc", "vm", None, "ami-0abc");
    }
}
