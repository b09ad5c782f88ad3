//! Room for new findings of a plugin: one that finds something else each time must not fill the disk.

use sqlx::{Row, Sqlite, Transaction};
use std::collections::HashSet;

/// What is kept of a plugin.
pub(super) async fn uids(transaction: &mut Transaction<'_, Sqlite>, plugin: &str) -> sqlx::Result<HashSet<String>> {
    let query = sqlx::query("SELECT uid FROM findings WHERE plugin = ?").bind(plugin);
    query.fetch_all(&mut **transaction).await?.iter().map(|row| row.try_get(0)).collect()
}

/// Lets go of so many resolved findings of a plugin, those first that were resolved longest ago. Gives back how many there
/// were.
pub(super) async fn make(
    transaction: &mut Transaction<'_, Sqlite>,
    plugin: &str,
    wanted: usize,
) -> sqlx::Result<usize> {
    if wanted == 0 {
        return Ok(0);
    }
    let sql = "DELETE FROM findings WHERE plugin = ?1 AND uid IN (SELECT uid FROM findings \
               WHERE plugin = ?1 AND resolved_at IS NOT NULL ORDER BY resolved_at, uid LIMIT ?2)";
    let query = sqlx::query(sql).bind(plugin).bind(i64::try_from(wanted).unwrap_or(i64::MAX));
    let gone = query.execute(&mut **transaction).await?.rows_affected();
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
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
        let why =
            "2 findings are not kept: 4 of one plugin are the most, and too few of them are resolved to make room";
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
}
