//! Rows that were fetched before: kept in memory within a bound, and handed to a store that outlives the process.
//!
//! An entry is one table of one scope. It serves a request if it has all the costly columns asked for, was fetched
//! with no condition that the request does not have too, and covers its time; DataFusion filters again in any case.

use crate::error::FetchError;
use crate::source::FetchRequest;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use schema::query::Condition;
use schema::{Scope, Table, tables};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Keeps fetched rows over restarts. Every method may fail silently: a cache that cannot be kept is no error.
#[async_trait]
pub trait CacheStore: Send + Sync + 'static {
    /// What is kept.
    async fn index(&self) -> Vec<CacheMeta>;
    /// The bytes of an entry; none if they are gone or damaged.
    async fn load(&self, id: &str) -> Option<Vec<u8>>;
    /// Keeps an entry, in place of the one with the same id.
    async fn save(&self, meta: &CacheMeta, bytes: Vec<u8>);
    /// Forgets an entry.
    async fn remove(&self, id: &str);
}

/// Hears of rows when they were fetched, to make something of its own of them.
pub trait RowsListener: Send + Sync + 'static {
    /// Rows of one table of one scope were fetched. Called on the way to an answer, so that it must return at once.
    fn fetched(&self, meta: &CacheMeta, batches: &Arc<Vec<RecordBatch>>);
}

/// What an entry holds, without its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheMeta {
    /// Hash of all that says what it holds; an entry that is fetched again replaces itself.
    pub id: String,
    /// The source's id.
    pub source: String,
    /// What the source was configured as, and the columns that this version knows: another one's rows are not ours.
    pub fingerprint: u64,
    /// The scope.
    pub scope: Scope,
    /// The table.
    pub table: String,
    /// The costly columns that it has.
    pub costly: BTreeSet<String>,
    /// The conditions that it was fetched with.
    pub filters: Vec<Condition>,
    /// The time that it covers.
    pub time: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// When it was fetched.
    pub fetched_at: DateTime<Utc>,
    /// How many rows it has.
    pub rows: u64,
}

/// One line about a part that could not be read, kept with the rows so that a cached answer says it too.
#[derive(Debug, Clone)]
pub(crate) struct GapLine {
    pub(crate) columns: Vec<&'static str>,
    pub(crate) item: Option<String>,
    pub(crate) error: FetchError,
}

/// An entry with its rows.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) meta: CacheMeta,
    pub(crate) batches: Arc<Vec<RecordBatch>>,
    pub(crate) gaps: Vec<GapLine>,
    pub(crate) warnings: Vec<String>,
}

impl CacheMeta {
    pub(crate) fn of(source: &str, fingerprint: u64, request: &FetchRequest, fetched_at: DateTime<Utc>) -> Self {
        let mut meta = Self {
            id: String::new(),
            source: source.to_owned(),
            fingerprint: fingerprint ^ table_fingerprint(request.table),
            scope: request.scope.clone(),
            table: request.table.name.to_owned(),
            costly: request.costly.iter().map(|c| (*c).to_owned()).collect(),
            filters: request.filters.clone(),
            time: request.time,
            fetched_at,
            rows: 0,
        };
        meta.id = meta.hash();
        meta
    }

    fn hash(&self) -> String {
        let what = (&self.source, self.fingerprint, &self.scope, &self.table, &self.costly, &self.filters, &self.time);
        let text = serde_json::to_vec(&what).unwrap_or_default();
        Sha256::digest(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn serves(&self, wanted: &Self) -> bool {
        self.fingerprint == wanted.fingerprint
            && wanted.costly.is_subset(&self.costly)
            && self.filters.iter().all(|f| wanted.filters.contains(f))
            && match (self.time, wanted.time) {
                (Some(have), Some(want)) => have.0 <= want.0 && want.1 <= have.1,
                (have, want) => have == want,
            }
    }
}

fn table_fingerprint(table: &'static Table) -> u64 {
    let columns: Vec<_> = table.columns().map(|c| (c.name, c.ty.name())).collect();
    let hash = Sha256::digest(serde_json::to_vec(&columns).unwrap_or_default());
    hash.iter().take(8).fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

/// How old an entry's rows are at `now`. A clock that was set back makes them new, not an error.
pub(crate) fn age(fetched_at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (now - fetched_at).max(TimeDelta::zero()).to_std().unwrap_or_default()
}

type Place = (String, String, String, String);

/// Entries in memory, and the way to those that are not.
pub(crate) struct Cache {
    store: Option<Arc<dyn CacheStore>>,
    listener: Option<Arc<dyn RowsListener>>,
    max_bytes: usize,
    /// The most memory of rows that the store has too.
    max_stored_bytes: usize,
    state: Mutex<State>,
    loaded: tokio::sync::OnceCell<()>,
    /// Grows with every entry, so that answers made before it are not given again.
    inserts: AtomicU64,
}

#[derive(Default)]
struct State {
    places: HashMap<Place, Vec<Slot>>,
    bytes: usize,
    /// The part of them that the store has too.
    stored_bytes: usize,
    clock: u64,
}

struct Slot {
    meta: CacheMeta,
    /// Its rows, while they are in memory.
    entry: Option<Arc<Entry>>,
    /// Whether the store was given them too.
    is_stored: bool,
    bytes: usize,
    used: u64,
}

/// Memory of entries that are dropped.
#[derive(Default)]
struct Freed {
    bytes: usize,
    stored: usize,
}

impl Freed {
    fn add(&mut self, slot: &Slot) {
        self.bytes += slot.bytes;
        self.stored += if slot.is_stored { slot.bytes } else { 0 };
    }
}

impl State {
    /// Lets rows go, of some slots, those that were used longest ago, until so many bytes of them are gone or all are.
    fn let_go(&mut self, bytes: usize, of: impl Fn(&Slot) -> bool) {
        let mut held: Vec<_> =
            self.places.values_mut().flatten().filter(|slot| slot.entry.is_some() && of(slot)).collect();
        held.sort_unstable_by_key(|slot| slot.used);
        let mut freed = Freed::default();
        for slot in held {
            if freed.bytes >= bytes {
                break;
            }
            freed.add(slot);
            (slot.entry, slot.bytes) = (None, 0);
        }
        self.bytes -= freed.bytes;
        self.stored_bytes -= freed.stored;
    }
}

impl Cache {
    pub(crate) fn new(max_bytes: u64, max_stored_bytes: u64, store: Option<Arc<dyn CacheStore>>) -> Self {
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        Self {
            store,
            listener: None,
            max_bytes: size(max_bytes),
            max_stored_bytes: size(max_stored_bytes),
            state: Mutex::default(),
            loaded: tokio::sync::OnceCell::new(),
            inserts: AtomicU64::new(0),
        }
    }

    /// With somebody who hears of fetched rows.
    pub(crate) fn heard_by(self, listener: Option<Arc<dyn RowsListener>>) -> Self {
        Self { listener, ..self }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The youngest entry that serves a request and is not older than `max_age`.
    pub(crate) async fn find(&self, wanted: &CacheMeta, now: DateTime<Utc>, max_age: Duration) -> Option<Arc<Entry>> {
        if max_age.is_zero() {
            return None;
        }
        self.load_index().await;
        loop {
            let (meta, entry) = self.youngest(wanted, now, max_age)?;
            if let Some(entry) = entry {
                return Some(entry);
            }
            match self.load(&meta).await {
                Some(entry) => {
                    let entry = Arc::new(entry);
                    self.put(entry.clone(), true);
                    return Some(entry);
                }
                None => self.forget(&meta),
            }
        }
    }

    fn youngest(
        &self,
        wanted: &CacheMeta,
        now: DateTime<Utc>,
        max_age: Duration,
    ) -> Option<(CacheMeta, Option<Arc<Entry>>)> {
        let mut state = self.state();
        state.clock += 1;
        let clock = state.clock;
        let slot = state
            .places
            .get_mut(&place(wanted))?
            .iter_mut()
            .filter(|slot| slot.meta.serves(wanted) && age(slot.meta.fetched_at, now) <= max_age)
            .max_by_key(|slot| slot.meta.fetched_at)?;
        slot.used = clock;
        Some((slot.meta.clone(), slot.entry.clone()))
    }

    /// Whether [`Cache::find`] would find one, without reading it.
    pub(crate) async fn has(&self, wanted: &CacheMeta, now: DateTime<Utc>, max_age: Duration) -> bool {
        if max_age.is_zero() {
            return false;
        }
        self.load_index().await;
        self.youngest(wanted, now, max_age).is_some()
    }

    /// How many rows the youngest entry of that source, scope and table has that no condition cut down, whatever its age.
    pub(crate) async fn last_rows(&self, wanted: &CacheMeta) -> Option<u64> {
        self.load_index().await;
        let state = self.state();
        let whole = state.places.get(&place(wanted))?.iter().filter(|slot| slot.meta.filters.is_empty());
        whole.max_by_key(|slot| slot.meta.fetched_at).map(|slot| slot.meta.rows)
    }

    /// How many entries have come so far.
    pub(crate) fn inserts(&self) -> u64 {
        self.inserts.load(Ordering::SeqCst)
    }

    /// Keeps an entry, here and in the store.
    pub(crate) async fn insert(&self, entry: Entry) {
        if let Some(listener) = &self.listener {
            listener.fetched(&entry.meta, &entry.batches);
        }
        let keeps_over_restarts = entry.gaps.is_empty() && entry.warnings.is_empty();
        if let Some(store) = self.store.as_ref().filter(|_| keeps_over_restarts) {
            // Encoding a large table takes a while; it must not hold up other fetches on this thread.
            let (batches, fetched_at) = (entry.batches.clone(), entry.meta.fetched_at);
            let encoded = tokio::task::spawn_blocking(move || encode(&batches, fetched_at)).await;
            if let Ok(Some(bytes)) = encoded {
                store.save(&entry.meta, bytes).await;
            }
        }
        self.put(Arc::new(entry), keeps_over_restarts && self.store.is_some());
        // Only now: an answer that began to count earlier may have been made from the rows before these.
        self.inserts.fetch_add(1, Ordering::SeqCst);
    }

    fn put(&self, entry: Arc<Entry>, is_stored: bool) {
        let bytes: usize = entry.batches.iter().map(RecordBatch::get_array_memory_size).sum();
        let mut state = self.state();
        state.clock += 1;
        let used = state.clock;
        let slots = state.places.entry(place(&entry.meta)).or_default();
        // Rows that were on their way from the store while newer ones were fetched come too late.
        if slots.iter().any(|slot| slot.meta.id == entry.meta.id && slot.meta.fetched_at > entry.meta.fetched_at) {
            return;
        }
        let mut freed = Freed::default();
        slots.retain(|slot| {
            // What the new entry serves as well, and more freshly, is of no use any more.
            let replaced = slot.meta.id == entry.meta.id
                || (entry.meta.serves(&slot.meta) && slot.meta.fetched_at <= entry.meta.fetched_at);
            if replaced {
                freed.add(slot);
            }
            !replaced
        });
        // Mostly it stays the only one of its place, and a list's first guess is four.
        slots.reserve_exact(1);
        slots.push(Slot { meta: entry.meta.clone(), entry: Some(entry), is_stored, bytes, used });
        if let Some(oldest) = drop_oldest(slots) {
            freed.add(&oldest);
        }
        state.bytes = state.bytes + bytes - freed.bytes;
        state.stored_bytes = state.stored_bytes + if is_stored { bytes } else { 0 } - freed.stored;
        if state.stored_bytes > self.max_stored_bytes {
            let too_many = state.stored_bytes - room_made(self.max_stored_bytes);
            state.let_go(too_many, |slot| slot.is_stored);
        }
        if state.bytes > self.max_bytes {
            let too_many = state.bytes - room_made(self.max_bytes);
            state.let_go(too_many, |_| true);
            if self.store.is_none() {
                state.places.retain(|_, slots| {
                    slots.retain(|slot| slot.entry.is_some());
                    !slots.is_empty()
                });
            }
        }
    }

    fn forget(&self, meta: &CacheMeta) {
        if let Some(slots) = self.state().places.get_mut(&place(meta)) {
            slots.retain(|slot| slot.meta.id != meta.id);
        }
    }

    async fn load_index(&self) {
        let Some(store) = &self.store else { return };
        self.loaded
            .get_or_init(async || {
                let index = store.index().await;
                let mut state = self.state();
                for meta in index {
                    let slots = state.places.entry(place(&meta)).or_default();
                    if !slots.iter().any(|slot| slot.meta.id == meta.id) {
                        slots.reserve_exact(1);
                        slots.push(Slot { meta, entry: None, is_stored: true, bytes: 0, used: 0 });
                    }
                }
            })
            .await;
    }

    async fn load(&self, meta: &CacheMeta) -> Option<Entry> {
        let store = self.store.as_ref()?;
        // A table of a source's own may be another one by now, and is read anew.
        let table = tables::find(&meta.table)?;
        let bytes = store.load(&meta.id).await?;
        let batches = decode(&bytes, table, meta.fetched_at);
        if batches.is_none() {
            tracing::debug!(cache.id = %meta.id, "kept rows are damaged and are fetched again");
            store.remove(&meta.id).await;
        }
        Some(Entry { meta: meta.clone(), batches: Arc::new(batches?), gaps: Vec::new(), warnings: Vec::new() })
    }
}

/// What is kept of a bound that was passed. Finding what was used longest ago looks at every entry, so that it makes room
/// for the next ones too.
fn room_made(bound: usize) -> usize {
    bound - bound / 8
}

/// How many entries of one table in one scope are kept: each is another set of conditions, columns or time. Without
/// a bound, a question for each tag's value would be remembered for ever.
const MOST_ENTRIES: usize = 64;

fn drop_oldest(slots: &mut Vec<Slot>) -> Option<Slot> {
    if slots.len() <= MOST_ENTRIES {
        return None;
    }
    let oldest = slots.iter().enumerate().min_by_key(|(_, slot)| slot.meta.fetched_at).map(|(at, _)| at);
    oldest.map(|at| slots.remove(at))
}

fn place(meta: &CacheMeta) -> Place {
    (meta.source.clone(), meta.scope.account_id.clone(), meta.scope.region.clone(), meta.table.clone())
}

/// The time of the fetch, then the rows. The time says whether these are the rows that the index means: a newer
/// fetch whose rows were not kept must not come back with an older one's.
fn encode(batches: &[RecordBatch], fetched_at: DateTime<Utc>) -> Option<Vec<u8>> {
    let mut bytes = fetched_at.timestamp_micros().to_le_bytes().to_vec();
    let Some(first) = batches.first() else {
        return Some(bytes);
    };
    let mut writer = StreamWriter::try_new(&mut bytes, &first.schema()).ok()?;
    batches.iter().try_for_each(|batch| writer.write(batch)).ok()?;
    writer.finish().ok()?;
    drop(writer);
    Some(bytes)
}

fn decode(bytes: &[u8], table: &'static Table, fetched_at: DateTime<Utc>) -> Option<Vec<RecordBatch>> {
    let (time, rows) = bytes.split_first_chunk::<8>()?;
    if i64::from_le_bytes(*time) != fetched_at.timestamp_micros() {
        return None;
    }
    if rows.is_empty() {
        return Some(Vec::new());
    }
    let reader = StreamReader::try_new(rows, None).ok()?;
    if reader.schema() != crate::arrow::schema_of(table) {
        return None;
    }
    reader.collect::<Result<_, _>>().ok()
}
