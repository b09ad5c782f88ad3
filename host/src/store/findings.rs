//! What plugins found, with its life: first and last seen, muted, resolved.
//!
//! A finding is resolved by a scan that would have found it and did not: one that read all of its scope and could decide its
//! rule. Whatever a scan could not look at stays as it was.

mod coverage;
mod details;
mod forget;
mod looked;
mod room;
mod table;

pub use table::FindingsTable;

use super::{Store, iso};
use chrono::{DateTime, Utc};
use room::Room;
use sandbox::Scan;
use sandbox::plugin::job::RuleGap;
use schema::ScopeCoverage;
use schema::finding::seen::{Seen, Standing};
use schema::finding::{Class, Finding, Resource, Severity};
use schema::query::ScopeFilter;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Findings that are held in memory at most: what a table of them can have.
pub const MOST: i64 = 500_000;
/// Findings that are kept of one plugin at most, resolved ones among them: two scans that find all that a scan may, and share
/// nothing.
pub const MOST_OF_PLUGIN: usize = 200_000;
/// Bytes that the findings of one plugin take at most, resolved ones among them: four times what one scan may hand over.
pub const MOST_BYTES_OF_PLUGIN: usize = 256 * 1024 * 1024;

/// The findings of a store.
#[derive(Debug, Clone)]
pub struct Findings {
    pool: SqlitePool,
    most_of_plugin: usize,
    most_bytes_of_plugin: usize,
}

/// A scan that is written down.
#[derive(Debug, Clone)]
pub struct Scanned<'a> {
    /// Its id.
    pub id: &'a str,
    /// The plugin's name.
    pub plugin: &'a str,
    /// Its version.
    pub version: &'a str,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Who asked for it.
    pub who: &'a str,
    /// Through which door.
    pub via: &'a str,
    /// What it looked at, where it was not told to look everywhere.
    pub scope: &'a ScopeFilter,
    /// Whether it was told nothing else than usual: no parameter, and no file, of this scan's own. What another question does
    /// not find is not gone.
    pub is_usual: bool,
    /// Whether it looks into tables at all, so that only what its queries covered was looked at.
    pub reads_tables: bool,
    /// Whether it reads files that it is handed.
    pub reads_inputs: bool,
    /// Whether it tells by rule and place where a cost that it needs is not known, as those that are built in do: that nobody
    /// tells costs is then no reason to keep findings open.
    pub tells_unknown: bool,
    /// The rules that it can decide.
    pub rules: &'a HashSet<String>,
    /// Those, and the ones that it cannot decide yet.
    pub known_rules: &'a HashSet<String>,
    /// What came of it.
    pub scan: &'a Scan,
    /// What is known of the resources that were found, by id. Of others, what is stored stays.
    pub known: &'a BTreeMap<String, KnownResource>,
}

/// What the tables say of a resource that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownResource {
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its account's name.
    pub account_name: Option<String>,
}

/// A finding with its life.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What was found, by whom, since when, and what has become of it.
    pub seen: Seen,
    /// When it was found to be gone.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// Why something is not to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mute {
    /// Why.
    pub reason: String,
    /// Who said so.
    pub who: String,
    /// Until when; none until it is lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// What a scan changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Found for the first time, or again after it was gone.
    pub new: usize,
    /// Found before, and again.
    pub open: usize,
    /// Found before, and no longer.
    pub resolved: usize,
    /// Found, and not written down, or not as they are now: the plugin has as much as is kept of one.
    #[serde(skip_serializing_if = "is_none")]
    pub not_kept: usize,
}

/// What a scan changed, and which findings it resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How many.
    pub changed: Changed,
    /// The uids of what was found before, and no longer.
    pub resolved: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Findings {
    /// The findings of a store.
    pub fn new(store: &Store) -> Self {
        let (most_of_plugin, most_bytes_of_plugin) = (MOST_OF_PLUGIN, MOST_BYTES_OF_PLUGIN);
        Self { pool: store.pool.clone(), most_of_plugin, most_bytes_of_plugin }
    }

    /// With another bound on what is kept of one plugin.
    #[must_use]
    pub fn with_most_of_plugin(self, most_of_plugin: usize) -> Self {
        Self { most_of_plugin, ..self }
    }

    /// With another bound on the bytes of what is kept of one plugin.
    #[must_use]
    pub fn with_most_bytes_of_plugin(self, most_bytes_of_plugin: usize) -> Self {
        Self { most_bytes_of_plugin, ..self }
    }

    /// Writes down a scan and what it found, in one piece.
    pub async fn record(&self, scanned: &Scanned<'_>) -> sqlx::Result<Recorded> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut changed = Changed::default();
        let sizes = room::sizes(&mut transaction, scanned.plugin).await?;
        let (again, new): (Vec<&Finding>, Vec<&Finding>) =
            scanned.scan.findings.iter().partition(|finding| sizes.contains_key(&finding.uid));
        let mut taken = Room { findings: sizes.len(), bytes: sizes.values().sum() };
        let grown = self.put_again(&mut transaction, scanned, &again, &sizes, &mut taken, &mut changed).await?;
        let resolved = looked::resolve(&mut transaction, scanned).await?;
        changed.resolved = resolved.len();
        // After what is found again and what is resolved, so that what makes room is what nobody finds any more.
        let bytes_of_new: usize = new.iter().map(|finding| room::bytes_of(scanned, finding)).sum();
        let wanted = Room {
            findings: (taken.findings + new.len()).saturating_sub(self.most_of_plugin),
            bytes: (taken.bytes + grown + bytes_of_new).saturating_sub(self.most_bytes_of_plugin),
        };
        let gone = room::make(&mut transaction, scanned.plugin, wanted).await?;
        taken.findings = taken.findings.saturating_sub(gone.findings);
        taken.bytes = taken.bytes.saturating_sub(gone.bytes);
        self.put_new(&mut transaction, scanned, &new, &mut taken, &mut changed).await?;
        let not_kept = (changed.not_kept > 0).then(|| self.not_kept(changed.not_kept));
        put_scan(&mut transaction, scanned, not_kept).await?;
        transaction.commit().await?;
        Ok(Recorded { changed, resolved })
    }

    /// Puts what was found before. What has grown beyond the bound stays as it was; gives back the bytes that it lacks, which are
    /// there for the next scan.
    async fn put_again(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        scanned: &Scanned<'_>,
        again: &[&Finding],
        sizes: &HashMap<String, usize>,
        taken: &mut Room,
        changed: &mut Changed,
    ) -> sqlx::Result<usize> {
        let mut grown = 0;
        for finding in again {
            let before = sizes.get(&finding.uid).copied().unwrap_or_default();
            let after = taken.bytes.saturating_sub(before) + room::bytes_of(scanned, finding);
            let is_first = if after <= taken.bytes.max(self.most_bytes_of_plugin) {
                taken.bytes = after;
                put(transaction, scanned, finding).await?
            } else {
                grown += after - taken.bytes;
                changed.not_kept += 1;
                room::touch(transaction, scanned, &finding.uid).await?
            };
            match is_first {
                true => changed.new += 1,
                false => changed.open += 1,
            }
        }
        Ok(grown)
    }

    /// Puts what was not found before, as far as there is room.
    async fn put_new(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        scanned: &Scanned<'_>,
        new: &[&Finding],
        taken: &mut Room,
        changed: &mut Changed,
    ) -> sqlx::Result<()> {
        for finding in new {
            let after = taken.bytes + room::bytes_of(scanned, finding);
            if taken.findings >= self.most_of_plugin || after > self.most_bytes_of_plugin {
                changed.not_kept += 1;
                continue;
            }
            put(transaction, scanned, finding).await?;
            (taken.findings, taken.bytes) = (taken.findings + 1, after);
            changed.new += 1;
        }
        Ok(())
    }

    /// What is said where a flood of findings had no room.
    pub fn not_kept(&self, count: usize) -> String {
        let (most, bytes) = (self.most_of_plugin, self.most_bytes_of_plugin);
        let size = if bytes < 1 << 20 { format!("{bytes} bytes") } else { format!("{} MiB", bytes >> 20) };
        format!(
            "{count} findings are not kept, or not as they are now: {most} of one plugin and {size} are the most, and too few of \
             them are resolved to make room"
        )
    }

    /// All findings, the latest first; one more than [`MOST`] where there are more.
    pub async fn all(&self, now: DateTime<Utc>) -> sqlx::Result<Vec<Kept>> {
        self.list(None, None, now).await
    }

    /// Those of one plugin.
    pub async fn of_plugin(&self, plugin: &str, now: DateTime<Utc>) -> sqlx::Result<Vec<Kept>> {
        self.list(Some(plugin), None, now).await
    }

    /// Those of one plugin that were found, or found to be gone, since then.
    pub async fn of_plugin_since(
        &self,
        plugin: &str,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<Kept>> {
        self.list(Some(plugin), Some(since), now).await
    }

    async fn list(
        &self,
        plugin: Option<&str>,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<Kept>> {
        let rows = sqlx::query(
            "SELECT f.*, m.reason AS mute_reason, m.who AS mute_who, m.until AS mute_until \
             FROM findings f LEFT JOIN finding_mutes m ON m.plugin = f.plugin AND m.uid = f.uid \
             AND (m.until IS NULL OR m.until > ?1) WHERE (?2 IS NULL OR f.plugin = ?2) \
             AND (?4 IS NULL OR f.last_seen >= ?4 OR f.resolved_at >= ?4) \
             ORDER BY f.last_seen DESC, f.plugin, f.uid LIMIT ?3",
        );
        let rows = rows.bind(iso(now)).bind(plugin).bind(MOST + 1).bind(since.map(iso));
        let rows = rows.fetch_all(&self.pool).await?;
        rows.iter().map(kept).collect()
    }

    /// A number that differs when the findings do.
    pub async fn version(&self, now: DateTime<Utc>) -> sqlx::Result<u64> {
        // Findings change with scans alone: each leaves one, and what is forgotten takes its scans along. After that a number
        // of a scan is given once more, but not its id.
        let sql = "SELECT COALESCE((SELECT id FROM scans ORDER BY seq DESC LIMIT 1), ''), (SELECT COUNT(*) FROM scans), \
                   (SELECT COUNT(*) FROM finding_mutes WHERE until IS NULL OR until > ?), \
                   (SELECT COALESCE(MAX(at), '') FROM finding_mutes)";
        let row = sqlx::query(sql).bind(iso(now)).fetch_one(&self.pool).await?;
        let (last, scans, mutes, at): (String, i64, i64, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        let mut hasher = std::hash::DefaultHasher::new();
        std::hash::Hash::hash(&(last, scans, mutes, at), &mut hasher);
        Ok(std::hash::Hasher::finish(&hasher))
    }

    /// The last scan of each plugin: its name, when it ended, whether it was complete, and why not.
    pub async fn last_scans(&self) -> sqlx::Result<Vec<LastScan>> {
        let sql = "SELECT plugin, ended_at, complete, failure, details FROM scans \
                   WHERE seq IN (SELECT COALESCE(MAX(CASE WHEN narrow = 0 THEN seq END), MAX(seq)) FROM scans GROUP BY plugin) \
                   ORDER BY plugin";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let details: Value = parsed(&row.try_get::<String, _>("details")?)?;
                Ok(LastScan {
                    plugin: row.try_get("plugin")?,
                    ended_at: time(&row.try_get::<String, _>("ended_at")?)?,
                    complete: row.try_get("complete")?,
                    failure: row.try_get("failure")?,
                    gaps: details["gaps"].as_array().cloned().unwrap_or_default(),
                    not_read: details::not_read(&details),
                    is_cut: details::is_cut(&details),
                })
            })
            .collect()
    }

    /// The plugins that found something of that uid, or of which a mute of it outlived what was found. A uid is its plugin's word: what two call the same is not the same.
    pub async fn finders(&self, uid: &str) -> sqlx::Result<Vec<String>> {
        let query = sqlx::query_scalar(
            "SELECT plugin FROM findings WHERE uid = ?1 UNION SELECT plugin FROM finding_mutes WHERE uid = ?1 ORDER BY plugin",
        );
        query.bind(uid).fetch_all(&self.pool).await
    }

    /// Mutes a finding of a plugin. Gives back whether there is such a one.
    pub async fn mute(&self, plugin: &str, uid: &str, mute: &Mute, at: DateTime<Utc>) -> sqlx::Result<bool> {
        let sql = "INSERT INTO finding_mutes (plugin, uid, reason, who, at, until) \
                   SELECT plugin, uid, ?, ?, ?, ? FROM findings WHERE plugin = ? AND uid = ? \
                   ON CONFLICT (plugin, uid) DO UPDATE SET reason = excluded.reason, who = excluded.who, at = excluded.at, until = excluded.until";
        let query = sqlx::query(sql).bind(&mute.reason).bind(&mute.who).bind(iso(at)).bind(mute.until.map(iso));
        Ok(query.bind(plugin).bind(uid).execute(&self.pool).await?.rows_affected() > 0)
    }

    /// Lifts a mute of a plugin's finding. Gives back whether there was one.
    pub async fn unmute(&self, plugin: &str, uid: &str) -> sqlx::Result<bool> {
        let query = sqlx::query("DELETE FROM finding_mutes WHERE plugin = ? AND uid = ?").bind(plugin).bind(uid);
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }
}

/// How the last scan of a plugin ended.
#[derive(Debug, Clone, PartialEq)]
pub struct LastScan {
    /// The plugin's name.
    pub plugin: String,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Whether no finding means that nothing is the matter.
    pub complete: bool,
    /// Why it did not end well.
    pub failure: Option<String>,
    /// What it could not decide.
    pub gaps: Vec<Value>,
    /// What it could not read.
    pub not_read: Vec<ScopeCoverage>,
    /// Whether there was more of either than is kept.
    pub is_cut: bool,
}

/// Puts one finding in its place. Gives back whether it is new, or has come back.
async fn put(
    transaction: &mut Transaction<'_, Sqlite>,
    scanned: &Scanned<'_>,
    finding: &Finding,
) -> sqlx::Result<bool> {
    let resource = &finding.resource;
    let known = scanned.known.get(&resource.resource_id);
    let sql = "INSERT INTO findings (plugin, uid, version, rule, class, severity, title, provider, account_id, account_name, region, \
        resource_id, kind, name, tags, evidence, remediation, monthly_saving, currency, status, first_seen, last_seen, times_seen) \
        VALUES (?1, ?2, ?21, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, COALESCE(?14, '{}'), ?15, ?16, ?17, ?18, ?19, ?20, ?20, 1) \
        ON CONFLICT (plugin, uid) DO UPDATE SET version = ?21, rule = ?3, class = ?4, severity = ?5, title = ?6, provider = ?7, account_id = ?8, \
        account_name = CASE WHEN ?14 IS NULL THEN account_name ELSE ?9 END, region = ?10, resource_id = ?11, kind = ?12, name = ?13, \
        tags = COALESCE(?14, tags), evidence = ?15, remediation = ?16, \
        monthly_saving = ?17, currency = ?18, status = ?19, last_seen = ?20, \
        first_seen = CASE WHEN resolved_at IS NULL THEN first_seen ELSE ?20 END, \
        times_seen = CASE WHEN resolved_at IS NULL THEN times_seen + 1 ELSE 1 END, resolved_at = NULL \
        RETURNING times_seen";
    let row = sqlx::query(sql)
        .bind(scanned.plugin)
        .bind(&finding.uid)
        .bind(&finding.rule)
        .bind(finding.class.as_str())
        .bind(finding.severity.as_str())
        .bind(&finding.title)
        .bind(&resource.provider)
        .bind(&resource.account_id)
        .bind(known.and_then(|known| known.account_name.as_deref()))
        .bind(&resource.region)
        .bind(&resource.resource_id)
        .bind(&resource.kind)
        .bind(&resource.name)
        .bind(known.map(|known| json!(known.tags).to_string()))
        .bind(Value::Object(finding.evidence.clone()).to_string())
        .bind(&finding.remediation)
        .bind(finding.monthly_saving.map(|amount| amount.to_string()))
        .bind(&finding.currency)
        .bind(&finding.status)
        .bind(iso(scanned.ended_at))
        .bind(scanned.version)
        .fetch_one(&mut **transaction)
        .await?;
    Ok(row.try_get::<i64, _>(0)? == 1)
}

/// Writes down the scan itself. What it found and what is not kept makes it less than complete.
async fn put_scan(
    transaction: &mut Transaction<'_, Sqlite>,
    scanned: &Scanned<'_>,
    not_kept: Option<String>,
) -> sqlx::Result<()> {
    let scan = scanned.scan;
    let is_complete = scan.is_complete() && not_kept.is_none();
    let of_store =
        not_kept.map(|message| RuleGap { rule: "*".to_owned(), scope: None, code: "limit".to_owned(), message });
    let details = details::of(scanned, of_store.as_ref());
    let sql = "INSERT INTO scans (id, plugin, version, started_at, ended_at, who, via, found, complete, failure, details, narrow) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(scanned.id)
        .bind(scanned.plugin)
        .bind(scanned.version)
        .bind(iso(scanned.started_at))
        .bind(iso(scanned.ended_at))
        .bind(scanned.who)
        .bind(scanned.via)
        .bind(i64::try_from(scan.findings.len()).unwrap_or(i64::MAX))
        .bind(is_complete)
        .bind(scan.failure.as_ref().map(|failure| failure.message.clone()))
        .bind(details)
        .bind(!scanned.is_usual || !scanned.scope.is_all())
        .execute(&mut **transaction)
        .await?;
    room::of_scans(transaction, scanned.plugin).await
}

fn kept(row: &SqliteRow) -> sqlx::Result<Kept> {
    let (first_seen, last_seen) = (time(row.try_get("first_seen")?)?, time(row.try_get("last_seen")?)?);
    let resolved_at = row.try_get::<Option<&str>, _>("resolved_at")?.map(time).transpose()?;
    let reason: Option<String> = row.try_get("mute_reason")?;
    let until = row.try_get::<Option<&str>, _>("mute_until")?.map(time).transpose()?;
    let finding = finding(row)?;
    let standing = match (resolved_at, reason, row.try_get::<i64, _>("times_seen")?) {
        (Some(_), ..) => Standing::Resolved,
        (None, Some(reason), _) => Standing::Muted { reason: Some(reason), until },
        (None, None, times) => Standing::by_scanner(&finding.status, times == 1),
    };
    let seen = Seen {
        finding,
        plugin: row.try_get("plugin")?,
        plugin_version: row.try_get("version")?,
        first_seen,
        last_seen,
        standing,
        tags: parsed(row.try_get("tags")?)?,
        account_name: row.try_get("account_name")?,
    };
    Ok(Kept { seen, resolved_at })
}

fn finding(row: &SqliteRow) -> sqlx::Result<Finding> {
    let (class, severity): (&str, &str) = (row.try_get("class")?, row.try_get("severity")?);
    let saving = row.try_get::<Option<&str>, _>("monthly_saving")?;
    Ok(Finding {
        uid: row.try_get("uid")?,
        class: Class::named(class).ok_or_else(|| unreadable("a class"))?,
        title: row.try_get("title")?,
        severity: Severity::named(severity).ok_or_else(|| unreadable("a severity"))?,
        status: row.try_get("status")?,
        rule: row.try_get("rule")?,
        resource: Resource {
            resource_id: row.try_get("resource_id")?,
            kind: row.try_get("kind")?,
            name: row.try_get("name")?,
            provider: row.try_get("provider")?,
            account_id: row.try_get("account_id")?,
            region: row.try_get("region")?,
        },
        evidence: parsed::<Map<String, Value>>(row.try_get("evidence")?)?,
        remediation: row.try_get("remediation")?,
        monthly_saving: saving.map(|digits| digits.parse().map_err(|_| unreadable("a saving"))).transpose()?,
        currency: row.try_get("currency")?,
    })
}

fn time(text: &str) -> sqlx::Result<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc)).map_err(|_| unreadable("a time"))
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> sqlx::Result<T> {
    serde_json::from_str(text).map_err(|_| unreadable("JSON"))
}

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{what} in the store of findings cannot be read").into())
}

#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;
