//! Forgetting a plugin: what is removed finds nothing any more, and so nothing of it would ever be resolved.

use super::Findings;

impl Findings {
    /// Forgets all of a plugin: its findings, their mutes, and when it scanned. Gives back how many findings there were; none
    /// where nothing was kept of it at all.
    pub async fn forget(&self, plugin: &str) -> sqlx::Result<Option<u64>> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut gone = [0; 3];
        let all = [
            "DELETE FROM findings WHERE plugin = ?",
            "DELETE FROM finding_mutes WHERE plugin = ?",
            "DELETE FROM scans WHERE plugin = ?",
        ];
        for (sql, gone) in all.into_iter().zip(&mut gone) {
            *gone = sqlx::query(sql).bind(plugin).execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(gone.iter().any(|count| *count > 0).then_some(gone[0]))
    }
}
