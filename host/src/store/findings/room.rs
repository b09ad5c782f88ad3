//! Room for new findings of a plugin: one that finds something else each time must not fill the disk.

use super::Scanned;
use crate::store::iso;
use schema::finding::Finding;
use serde_json::{Value, json};
use sqlx::{Row, Sqlite, Transaction};
use std::collections::HashMap;

/// What a finding takes beside its longer texts, in bytes.
const OVERHEAD: usize = 500;
/// What it takes in all, in SQL; [`bytes_of`] is the same.
macro_rules! bytes {
    () => {
        "(500 + 2 * LENGTH(CAST(uid AS BLOB)) + LENGTH(CAST(title AS BLOB)) + LENGTH(CAST(resource_id AS BLOB)) \
         + COALESCE(LENGTH(CAST(name AS BLOB)), 0) + LENGTH(CAST(tags AS BLOB)) + LENGTH(CAST(evidence AS BLOB)) \
         + COALESCE(LENGTH(CAST(remediation AS BLOB)), 0))"
    };
}

const SIZES: &str = concat!("SELECT uid, ", bytes!(), " FROM findings WHERE plugin = ?");
/// Each resolved one with what those before it have.
const MAKE: &str = concat!(
    "DELETE FROM findings WHERE plugin = ?1 AND uid IN (SELECT uid FROM (SELECT uid, \
     ROW_NUMBER() OVER oldest AS place, SUM(bytes) OVER oldest - bytes AS bytes_before \
     FROM (SELECT uid, resolved_at, ",
    bytes!(),
    " AS bytes FROM findings WHERE plugin = ?1 AND resolved_at IS NOT NULL) \
     WINDOW oldest AS (ORDER BY resolved_at, uid)) WHERE place <= ?2 OR bytes_before < ?3) RETURNING ",
    bytes!()
);

/// What a finding takes, near enough to bound all of them: tags that stay as they are stored count with the next scan. Its uid is
/// in an index as well.
pub(super) fn bytes_of(scanned: &Scanned<'_>, finding: &Finding) -> usize {
    let resource = &finding.resource;
    let tags = scanned.known.get(&resource.resource_id).map_or(2, |known| json!(known.tags).to_string().len());
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let evidence = Value::Object(finding.evidence.clone()).to_string().len();
    let texts = 2 * finding.uid.len() + finding.title.len() + resource.resource_id.len();
    OVERHEAD + texts + optional(&resource.name) + tags + evidence + optional(&finding.remediation)
}

/// What is kept of a plugin: the uid of each, and its bytes.
pub(super) async fn sizes(
    transaction: &mut Transaction<'_, Sqlite>,
    plugin: &str,
) -> sqlx::Result<HashMap<String, usize>> {
    let rows = sqlx::query(SIZES).bind(plugin).fetch_all(&mut **transaction).await?;
    let size = |bytes: i64| usize::try_from(bytes).unwrap_or_default();
    rows.iter().map(|row| Ok((row.try_get(0)?, size(row.try_get(1)?)))).collect()
}

/// Notes that a finding was found again, and leaves what is said of it as it was. Gives back whether it has come back.
pub(super) async fn touch(
    transaction: &mut Transaction<'_, Sqlite>,
    scanned: &Scanned<'_>,
    uid: &str,
) -> sqlx::Result<bool> {
    let sql = "UPDATE findings SET last_seen = ?1, first_seen = CASE WHEN resolved_at IS NULL THEN first_seen ELSE ?1 END, \
               times_seen = CASE WHEN resolved_at IS NULL THEN times_seen + 1 ELSE 1 END, resolved_at = NULL \
               WHERE plugin = ?2 AND uid = ?3 RETURNING times_seen";
    let query = sqlx::query(sql).bind(iso(scanned.ended_at)).bind(scanned.plugin).bind(uid);
    Ok(query.fetch_one(&mut **transaction).await?.try_get::<i64, _>(0)? == 1)
}

/// Room: so many findings, of so many bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) findings: usize,
    pub(super) bytes: usize,
}

/// Lets go of as many resolved findings of a plugin, those first that were resolved longest ago. Gives back what that were.
pub(super) async fn make(transaction: &mut Transaction<'_, Sqlite>, plugin: &str, wanted: Room) -> sqlx::Result<Room> {
    if wanted == Room::default() {
        return Ok(wanted);
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let query = sqlx::query_scalar(MAKE).bind(plugin).bind(number(wanted.findings)).bind(number(wanted.bytes));
    let gone: Vec<i64> = query.fetch_all(&mut **transaction).await?;
    let bytes = gone.iter().map(|bytes| usize::try_from(*bytes).unwrap_or_default()).sum();
    Ok(Room { findings: gone.len(), bytes })
}

/// The most scans of a plugin that are kept: a week of one each hour.
const MOST_SCANS: u32 = 168;

/// Lets go of a plugin's oldest scans. The last that looked at everything stays: it is what coverage tells of.
pub(super) async fn of_scans(transaction: &mut Transaction<'_, Sqlite>, plugin: &str) -> sqlx::Result<()> {
    let sql = "DELETE FROM scans WHERE plugin = ?1 \
               AND seq NOT IN (SELECT seq FROM scans WHERE plugin = ?1 ORDER BY seq DESC LIMIT ?2) \
               AND seq IS NOT (SELECT MAX(seq) FROM scans WHERE plugin = ?1 AND narrow = 0)";
    sqlx::query(sql).bind(plugin).bind(MOST_SCANS).execute(&mut **transaction).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use crate::store::findings::made::{Made, at, finding, named, states};
    use crate::store::findings::{Changed, Findings};

    /// A scan at that minute that found these.
    async fn scan(findings: &Findings, plugin: &str, minute: i64, uids: &[&str]) -> Changed {
        scan_of(findings, plugin, minute, uids, true).await
    }

    async fn scan_of(findings: &Findings, plugin: &str, minute: i64, uids: &[&str], is_usual: bool) -> Changed {
        let found = uids.iter().map(|uid| finding(uid, "rule", "new")).collect();
        Made { plugin, minute, rules: &["rule"], found, is_complete: true, is_usual }.record(findings).await
    }

    #[tokio::test]
    async fn the_oldest_scans_are_let_go_but_not_the_last_that_looked_at_everything() {
        let (_folder, findings) = findings(4).await;
        scan(&findings, "other", 0, &[]).await;
        scan(&findings, "p", 0, &["a"]).await;
        scan(&findings, "p", 1, &["a"]).await;
        for minute in 2..180 {
            scan_of(&findings, "p", minute, &["a"], false).await;
        }
        let sql = "SELECT id FROM scans ORDER BY seq";
        let ids: Vec<String> = sqlx::query_scalar(sql).fetch_all(&findings.pool).await.unwrap();
        assert_eq!(ids.len(), 1 + 1 + 168, "{ids:?}");
        assert_eq!(ids[..3], ["other-0", "p-1", "p-12"]);
        let last = findings.last_scans().await.unwrap().into_iter().find(|last| last.plugin == "p").unwrap();
        assert_eq!(last.ended_at, at(1));
    }

    async fn findings(most: usize) -> (tempfile::TempDir, Findings) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        (folder, Findings::new(&store).with_most_of_plugin(most))
    }

    #[tokio::test]
    async fn resolved_findings_make_room_for_new_ones_the_longest_resolved_first() {
        let (_folder, findings) = findings(4).await;
        scan(&findings, "p", 0, &["a", "b"]).await;
        scan(&findings, "p", 1, &["b", "c"]).await;
        let changed = scan(&findings, "p", 2, &["c", "d"]).await;
        assert_eq!(changed, Changed { new: 1, open: 1, resolved: 1, not_kept: 0 });
        assert_eq!(
            named(&states(&findings, "p").await),
            [("a", "resolved"), ("b", "resolved"), ("c", "open"), ("d", "new")]
        );
        // `a` was resolved before `b`; what is found again in the same scan makes no room.
        let changed = scan(&findings, "p", 3, &["c", "d", "e"]).await;
        assert_eq!(changed, Changed { new: 1, open: 2, resolved: 0, not_kept: 0 });
        assert_eq!(
            named(&states(&findings, "p").await),
            [("b", "resolved"), ("c", "open"), ("d", "open"), ("e", "new")]
        );
        let changed = scan(&findings, "p", 4, &["b", "c", "d", "e"]).await;
        assert_eq!((changed.new, changed.open, changed.not_kept), (1, 3, 0), "`b` has come back");
    }

    #[tokio::test]
    async fn a_flood_of_ever_new_findings_stays_within_the_bound_and_that_is_written_down() {
        let (_folder, findings) = findings(4).await;
        scan(&findings, "other", 0, &["x"]).await;
        let changed = scan(&findings, "p", 0, &["a", "b", "c", "d", "e", "f"]).await;
        assert_eq!(changed, Changed { new: 4, open: 0, resolved: 0, not_kept: 2 });
        let last = findings.last_scans().await.unwrap().into_iter().find(|last| last.plugin == "p").unwrap();
        assert!(!last.complete);
        let why = "2 findings are not kept, or not as they are now: 4 of one plugin and 256 MiB are the most, and too few of them are \
             resolved to make room";
        assert_eq!((last.gaps[0]["code"].as_str(), last.gaps[0]["message"].as_str()), (Some("limit"), Some(why)));
        for minute in 1..20 {
            let uids: Vec<String> = (0..6).map(|at| format!("{minute}-{at}")).collect();
            let uids: Vec<&str> = uids.iter().map(String::as_str).collect();
            let changed = scan(&findings, "p", minute, &uids).await;
            assert_eq!((changed.new, changed.resolved, changed.not_kept), (4, 4, 2), "{minute}");
            assert_eq!(states(&findings, "p").await.len(), 4);
        }
        assert_eq!(named(&states(&findings, "other").await), [("x", "new")], "others have room of their own");
    }
    /// A scan at that minute that found these, each with so much evidence.
    async fn heavy(findings: &Findings, minute: i64, found: &[(&str, usize)]) -> Changed {
        let found = found.iter().map(|(uid, bytes)| {
            let mut found = finding(uid, "rule", "new");
            found.evidence.insert("what".to_owned(), "x".repeat(*bytes).into());
            found
        });
        let found = found.collect();
        Made { plugin: "p", minute, rules: &["rule"], found, is_complete: true, is_usual: true }.record(findings).await
    }

    #[tokio::test]
    async fn few_findings_of_many_bytes_stay_within_the_bound_too() {
        let (_folder, findings) = findings(100).await;
        let findings = findings.with_most_bytes_of_plugin(10_000);
        let changed = heavy(&findings, 0, &[("a", 3_000), ("b", 3_000), ("c", 3_000)]).await;
        assert_eq!((changed.new, changed.not_kept), (2, 1));
        // What is resolved makes room, in bytes as in number.
        let changed = heavy(&findings, 1, &[("b", 3_000), ("c", 3_000)]).await;
        assert_eq!(changed, Changed { new: 1, open: 1, resolved: 1, not_kept: 0 });
        assert_eq!(named(&states(&findings, "p").await), [("b", "open"), ("c", "new")]);
        // One that grows beyond the bound is seen again, and stays as it was.
        let changed = heavy(&findings, 2, &[("b", 9_000), ("c", 3_000)]).await;
        assert_eq!(changed, Changed { new: 0, open: 2, resolved: 0, not_kept: 1 });
        let kept = findings.of_plugin("p", at(3)).await.unwrap();
        let b = kept.iter().find(|one| one.seen.finding.uid == "b").unwrap();
        assert_eq!((b.seen.finding.evidence["what"].as_str().unwrap().len(), b.seen.last_seen), (3_000, at(2)));
        // One that comes back with more than there is room for is there since then all the same.
        heavy(&findings, 3, &[("c", 3_000)]).await;
        let changed = heavy(&findings, 4, &[("b", 9_000), ("c", 3_000)]).await;
        assert_eq!(changed, Changed { new: 1, open: 1, resolved: 0, not_kept: 1 });
        let kept = findings.of_plugin("p", at(5)).await.unwrap();
        let b = kept.iter().find(|one| one.seen.finding.uid == "b").unwrap();
        assert_eq!((b.seen.first_seen, b.seen.standing.as_str()), (at(4), "new"));
        let mut transaction = findings.pool.begin().await.unwrap();
        let used: usize = super::sizes(&mut transaction, "p").await.unwrap().values().sum();
        assert!((7_000..10_000).contains(&used), "{used}");
    }
}
