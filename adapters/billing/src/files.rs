//! The files of a location: which there are, by name, size and time.

use crate::settings::{Limits, Location, S3Access, S3Credentials, S3Keys, S3Location};
use crate::snapshot::OpenFile;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use engine::{FetchError, FetchErrorKind};
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AwsCredential};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{CredentialProvider, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A location that can be listed and read.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// Where the bytes come from.
    pub(crate) store: Arc<dyn ObjectStore>,
    /// What people call it, without credentials.
    pub(crate) shown: String,
    prefix: Path,
    folder: Option<PathBuf>,
}

/// One file that may hold billing rows.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its place, size and time.
    pub(crate) meta: ObjectMeta,
    /// Its name under the root, in coverage and messages.
    pub(crate) item: String,
    /// What its name says that it is.
    pub(crate) kind: Kind,
}

/// What a file's name says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, perhaps compressed: the first bytes tell.
    Csv,
    /// Parquet.
    Parquet,
    /// Rows in a form that is not read. Named, so that nobody believes they count.
    Other(&'static str),
    /// Rows that someone is still writing or downloading, as the ending of the name says.
    Unfinished,
    /// What an Azure export says of the files beside it. Holds no rows.
    Manifest,
}

const UNREAD: [(&str, &str); 8] = [
    (".zip", "a zip archive"),
    (".bz2", "compressed with bzip2"),
    (".zst", "compressed with zstd"),
    (".xz", "compressed with xz"),
    (".xlsx", "an Excel workbook"),
    (".tsv", "separated by tabs"),
    (".orc", "an ORC file"),
    (".avro", "an Avro file"),
];

/// Endings that programs add to a name while they write the file.
const UNFINISHED: [&str; 7] = [".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp"];

impl Kind {
    fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        if let Some(rest) = UNFINISHED.iter().find_map(|ending| name.strip_suffix(ending)) {
            return Self::of(rest).map(|_| Self::Unfinished);
        }
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&[".csv", ".csv.gz", ".csv.gzip"]) {
            return Some(Self::Csv);
        }
        if ends(&[".parquet", ".parq", ".pq"]) {
            return Some(Self::Parquet);
        }
        UNREAD.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, what)| Self::Other(what))
    }
}

impl Root {
    /// Opens a location. A folder must be there; a bucket is found out when it is listed.
    pub(crate) fn open(location: &Location) -> Result<Self, FetchError> {
        match location {
            Location::Folder(folder) => Self::open_folder(folder),
            Location::S3(s3) => Self::open_s3(s3),
        }
    }

    fn open_folder(folder: &std::path::Path) -> Result<Self, FetchError> {
        let shown = folder.display().to_string();
        let missing = |error: std::io::Error| {
            failed(format!(
                "billing folder `{shown}` cannot be read ({error}): set `path` under `[billing]` to where the billing export is written"
            ))
        };
        let full = folder.canonicalize().map_err(missing)?;
        let prefix =
            Path::from_absolute_path(&full).map_err(|error| failed(format!("billing folder `{shown}`: {error}")))?;
        Ok(Self { store: Arc::new(LocalFileSystem::new()), shown, prefix, folder: Some(full) })
    }

    fn open_s3(s3: &S3Location) -> Result<Self, FetchError> {
        let shown = format!("s3://{}/{}", s3.bucket, s3.prefix);
        let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_virtual_hosted_style_request(!s3.path_style)
            .with_allow_http(s3.allow_http)
            .with_retry(retry);
        if let Some(endpoint) = &s3.endpoint_url {
            builder = builder.with_endpoint(endpoint);
        }
        builder = match &s3.access {
            S3Access::Keys(keys) => builder
                .with_credentials(Arc::new(object_store::StaticCredentialProvider::new(credential(keys.clone())))),
            S3Access::Provider(provider) => builder.with_credentials(Arc::new(Bridge(Arc::clone(provider)))),
            S3Access::Anonymous => builder.with_skip_signature(true),
        };
        let store = builder.build().map_err(|error| store_error(&error, &shown))?;
        Ok(Self { store: Arc::new(store), shown, prefix: Path::from(s3.prefix.as_str()), folder: None })
    }

    /// The files, in the order of their names, and what could not be listed.
    pub(crate) async fn list(&self, limits: &Limits) -> Result<(Vec<Found>, Vec<FetchError>), FetchError> {
        let (mut found, problems) = match self.folder {
            Some(_) => self.list_folder(limits.max_files).await?,
            None => (self.list_bucket(limits.max_files).await?, Vec::new()),
        };
        if found.len() > limits.max_files {
            return Err(failed(format!(
                "`{}` holds more than {} billing files (`max_files`): name a folder or prefix with fewer",
                self.shown, limits.max_files
            )));
        }
        if found.is_empty()
            && let Ok(meta) = self.store.head(&self.prefix).await
        {
            found.extend(self.found(meta));
        }
        found.sort_by(|a, b| a.meta.location.cmp(&b.meta.location));
        if self.folder.is_some() {
            keep_first_names(&mut found);
        }
        Ok((found, problems))
    }

    async fn list_bucket(&self, most: usize) -> Result<Vec<Found>, FetchError> {
        let mut found = Vec::new();
        let mut listing = self.store.list(Some(&self.prefix));
        while let Some(meta) = listing.try_next().await.map_err(|error| store_error(&error, &self.shown))? {
            found.extend(self.found(meta));
            if found.len() > most {
                break;
            }
        }
        Ok(found)
    }

    /// What cannot be entered inside a folder leaves the rest readable, and is named.
    ///
    /// Within a runtime the store's listing ends at the first such thing, and what comes after it would be missing. So
    /// this has a thread of its own, where the listing never waits.
    async fn list_folder(&self, most: usize) -> Result<(Vec<Found>, Vec<FetchError>), FetchError> {
        let (listed, listing) = tokio::sync::oneshot::channel();
        let root = self.clone();
        std::thread::spawn(move || {
            let (mut found, mut problems) = (Vec::new(), Vec::new());
            let mut entries = root.store.list(Some(&root.prefix));
            while found.len() <= most && problems.len() <= most {
                match entries.next().now_or_never() {
                    Some(Some(Ok(meta))) => found.extend(root.found(meta)),
                    Some(Some(Err(error))) => problems.push(store_error(&error, &root.shown)),
                    Some(None) => break,
                    None => {
                        problems.push(failed(format!("`{}` could not be listed to its end", root.shown)));
                        break;
                    }
                }
            }
            // Fails where nobody waits for it any more.
            let _ = listed.send((found, problems));
        });
        listing.await.map_err(|_| failed(format!("`{}` could not be listed", self.shown)))
    }

    fn found(&self, meta: ObjectMeta) -> Option<Found> {
        let item = match meta.location.prefix_match(&self.prefix) {
            Some(parts) => parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"),
            None => meta.location.to_string(),
        };
        let item = if item.is_empty() { meta.location.filename()?.to_owned() } else { item };
        let is_hidden =
            item.split('/').any(|part| part.starts_with('.') || part == "_temporary" || part == "_delta_log");
        if is_hidden {
            return None;
        }
        let is_manifest = matches!(meta.location.filename(), Some("manifest.json" | "_manifest.json"));
        let kind = if is_manifest { Kind::Manifest } else { Kind::of(&item)? };
        Some(Found { meta, item, kind })
    }

    /// The first of these files that is no longer as it was listed, and what became of it.
    pub(crate) async fn first_changed(&self, files: &[Arc<OpenFile>]) -> Option<(Path, String)> {
        /// Requests to a bucket at the same time.
        const ASKED_AT_ONCE: usize = 16;
        if self.folder.is_some() {
            let metas: Vec<ObjectMeta> = files.iter().map(|file| file.found.meta.clone()).collect();
            return tokio::task::spawn_blocking(move || first_changed_in_folder(&metas)).await.ok().flatten();
        }
        let asked = files.iter().cloned().map(|file| async move {
            let what = self.change(&file.found.meta).await?;
            Some((file.found.meta.location.clone(), what))
        });
        let mut answers = futures::stream::iter(asked).buffered(ASKED_AT_ONCE);
        while let Some(answer) = answers.next().await {
            if answer.is_some() {
                return answer;
            }
        }
        None
    }

    /// What became of a file since it was listed, if anything did.
    pub(crate) async fn change(&self, then: &ObjectMeta) -> Option<String> {
        match self.store.head(&then.location).await {
            Ok(now) if is_same(then, &now) => None,
            Ok(_) => Some(CHANGED.to_owned()),
            Err(object_store::Error::NotFound { .. }) => Some(VANISHED.to_owned()),
            Err(error) => Some(format!("can no longer be reached: {error}")),
        }
    }

    /// Where a file is on this machine, if it is.
    pub(crate) fn path(&self, meta: &ObjectMeta) -> Option<PathBuf> {
        self.folder.as_ref()?;
        LocalFileSystem::new().path_to_filesystem(&meta.location).ok()
    }

    /// Whether its files can change while they are read: S3's objects are replaced whole, and each call is checked.
    pub(crate) fn is_folder(&self) -> bool {
        self.folder.is_some()
    }
}

/// A file with several names in a folder (`latest.csv`, linked to this month's) counts once.
fn keep_first_names(found: &mut Vec<Found>) {
    // On Unix a local file's tag holds its inode, its time and its size; elsewhere the inode is missing.
    if cfg!(unix) {
        let mut seen = HashSet::new();
        found.retain(|file| file.meta.e_tag.clone().is_none_or(|tag| seen.insert(tag)));
    }
}

const CHANGED: &str = "changed while it was read";
const VANISHED: &str = "vanished while it was read";

/// Ten thousand files are looked at after every query, so this goes past the store's one task for each file.
fn first_changed_in_folder(then: &[ObjectMeta]) -> Option<(Path, String)> {
    let store = LocalFileSystem::new();
    then.iter().find_map(|meta| {
        let now = store.path_to_filesystem(&meta.location).ok().and_then(|path| path.metadata().ok());
        let what = match now {
            None => VANISHED,
            Some(now) => {
                let is_same = now.len() == meta.size
                    && now.modified().is_ok_and(|time| DateTime::<Utc>::from(time) == meta.last_modified);
                if is_same {
                    return None;
                }
                CHANGED
            }
        };
        Some((meta.location.clone(), what.to_owned()))
    })
}

/// Whether two listings of a file speak of the same bytes.
pub(crate) fn is_same(a: &ObjectMeta, b: &ObjectMeta) -> bool {
    a.size == b.size
        && a.last_modified == b.last_modified
        && (a.e_tag == b.e_tag || a.e_tag.is_none() || b.e_tag.is_none())
}

/// A failure that trying again does not mend.
pub(crate) fn failed(message: impl Into<String>) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, message)
}

/// What went wrong with a location or a file, in our words.
pub(crate) fn store_error(error: &object_store::Error, shown: &str) -> FetchError {
    use object_store::Error;
    let kind = match error {
        // What the host said of its credentials is kept.
        Error::Unauthenticated { source, .. } => {
            source.downcast_ref::<FetchError>().map_or(FetchErrorKind::Denied, |own| own.kind)
        }
        Error::PermissionDenied { .. } => FetchErrorKind::Denied,
        // A connection, a server, too many open files: none of it says that the file is bad.
        Error::Generic { .. } => FetchErrorKind::Transient,
        _ => FetchErrorKind::Failed,
    };
    let hint = match kind {
        FetchErrorKind::Denied => ": `s3:ListBucket` on the bucket and `s3:GetObject` on the prefix are needed",
        _ => "",
    };
    FetchError::new(kind, format!("`{shown}` cannot be read{hint} ({error})"))
}

fn credential(keys: S3Keys) -> AwsCredential {
    AwsCredential { key_id: keys.access_key_id, secret_key: keys.secret_access_key, token: keys.session_token }
}

/// The host's credentials, as the object store asks for them.
#[derive(Debug)]
struct Bridge(Arc<dyn S3Credentials>);

#[async_trait]
impl CredentialProvider for Bridge {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let keys = self
            .0
            .keys()
            .await
            .map_err(|error| object_store::Error::Unauthenticated { path: String::new(), source: Box::new(error) })?;
        Ok(Arc::new(credential(keys)))
    }
}
