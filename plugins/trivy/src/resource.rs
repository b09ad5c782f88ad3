//! What a report is about as a resource: one that the tables know, where there is one, else the artifact itself.

use crate::report::Head;
use guest_sdk::{Error, Host, Level, Resource};

pub(crate) fn of(host: &Host, head: &Head) -> Resource {
    let known = if is_machine(head) { known(host, head) } else { None };
    known.unwrap_or_else(|| Resource {
        resource_id: head.id.clone(),
        kind: kind(head).map(str::to_owned),
        name: Some(head.id.clone()),
        ..Resource::default()
    })
}

/// No table has container images yet.
fn kind(head: &Head) -> Option<&'static str> {
    match head.kind.as_str() {
        "container_image" => Some("container.image"),
        "repository" => Some("code.repository"),
        "filesystem" => Some("code.folder"),
        _ if is_machine(head) => Some("compute.image"),
        _ => None,
    }
}

fn is_machine(head: &Head) -> bool {
    head.kind == "vm"
}

/// `ami:ami-0abc` is an image, `ebs:snap-0abc` a snapshot; a disk in a file is neither.
fn known(host: &Host, head: &Head) -> Option<Resource> {
    let id = head.id.strip_prefix("ami:").or_else(|| head.id.strip_prefix("ebs:")).unwrap_or(&head.id);
    let table = match id {
        _ if id.starts_with("ami-") => "images",
        _ if id.starts_with("snap-") => "snapshots",
        _ => return None,
    };
    look_up(host, table, id).unwrap_or_else(|error| {
        host.log(Level::Warn, &format!("`{id}` was not looked up in `{table}`: {error}"));
        None
    })
}

fn look_up(host: &Host, table: &str, id: &str) -> Result<Option<Resource>, Error> {
    let sql = format!("SELECT {}, native_id FROM {table} WHERE native_id = $id", Resource::COLUMNS);
    for row in host.query(&sql, &[("id", id.into())])? {
        let row = row?;
        if row.optional_text("native_id")? == Some(id) {
            return Resource::of(&row).map(Some);
        }
    }
    Ok(None)
}
