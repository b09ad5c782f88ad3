//! Where the billing files are, how they may be read, and the bounds of one source.

use async_trait::async_trait;
use engine::FetchError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// One billing source.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name in coverage and configuration. Unique in an engine.
    pub id: String,
    /// Where the files are.
    pub location: Location,
    /// The source's bounds.
    pub limits: Limits,
}

impl Settings {
    /// A source named `billing` with the usual bounds.
    pub fn new(location: Location) -> Self {
        Self { id: "billing".to_owned(), location, limits: Limits::default() }
    }
}

/// Where the files are.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder with all that is under it, or one file.
    Folder(PathBuf),
    /// What is under a prefix of a bucket, or one object.
    S3(S3Location),
}

/// A prefix of a bucket, and how to reach it.
#[derive(Debug, Clone)]
pub struct S3Location {
    /// The bucket's name.
    pub bucket: String,
    /// The prefix, without a slash at its begin. Empty: the whole bucket.
    pub prefix: String,
    /// The bucket's region.
    pub region: String,
    /// Another server than AWS's, such as `http://localhost:5000`.
    pub endpoint_url: Option<String>,
    /// Whether the bucket is named in the path instead of the host.
    pub path_style: bool,
    /// Whether the endpoint may be spoken to without TLS.
    pub allow_http: bool,
    /// Whose rights are used.
    pub access: S3Access,
}

impl S3Location {
    /// The bucket and prefix of `s3://bucket/prefix`, in AWS's own S3. None if it is not such an address.
    pub fn from_url(url: &str, region: impl Into<String>, access: S3Access) -> Option<Self> {
        let (bucket, prefix) = match url.strip_prefix("s3://")?.split_once('/') {
            Some((bucket, prefix)) => (bucket, prefix.trim_matches('/')),
            None => (url.strip_prefix("s3://")?, ""),
        };
        if bucket.is_empty() {
            return None;
        }
        Some(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            region: region.into(),
            endpoint_url: None,
            path_style: false,
            allow_http: false,
            access,
        })
    }
}

/// Whose rights S3 is read with.
#[derive(Debug, Clone)]
pub enum S3Access {
    /// Keys that do not change.
    Keys(S3Keys),
    /// Keys that are asked for before each call, and may change.
    Provider(Arc<dyn S3Credentials>),
    /// None: the bucket is public.
    Anonymous,
}

/// Gives the keys that S3 is read with. The host bridges its own chain of credentials to this.
#[async_trait]
pub trait S3Credentials: fmt::Debug + Send + Sync + 'static {
    /// Keys that are good now. Called before each request, so it keeps them until they run out.
    async fn keys(&self) -> Result<S3Keys, FetchError>;
}

/// Keys as AWS hands them out. Their secret parts are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Keys {
    /// The access key's id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The session's token, for keys that run out.
    pub session_token: Option<String>,
}

impl fmt::Debug for S3Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Keys").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// The bounds of one source. Every bound has its reason.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Files in one location. Ten years of daily exports of 25 accounts are 91,000.
    pub max_files: usize,
    /// Columns of one file. FOCUS has 65; AWS's older reports with all tags switched on reach 1,000.
    pub max_columns: usize,
    /// Bytes that the header line of a CSV file may take: 2,000 columns with long names.
    pub header_bytes: u64,
    /// Bytes of a run's `manifest.json`: it has about 200 for each part.
    pub manifest_bytes: u64,
    /// Days of resource groups in one of Azure's files: 4,000 subscriptions of 30 groups in a month are 3,720,000. They
    /// are kept while the file is there, to tell which rows of two exports are the same charges.
    pub account_days: usize,
    /// Columns beyond FOCUS's, of all files together. Each one is a column of every plan.
    pub extra_columns: usize,
    /// While no more bytes than this are new, files are read to their end before their first row counts, so that
    /// a bad cell is named whichever columns the first query asks for. Takes about a quarter of a second.
    /// Larger files are found out when a query meets the bad part.
    pub verify_at_open_bytes: u64,
    /// CSV files from this size on, in a folder, are read in parts by several cores, if they can be cut. Whether they
    /// can takes one quick look at every byte.
    pub split_from_bytes: u64,
    /// How long a bucket's listing may be used again. A request opens its sources several times.
    pub listing_kept: Duration,
    /// Files whose headers are read at the same time. Bounds connections to S3 and open files.
    pub concurrent_headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_files: 100_000,
            max_columns: 2_000,
            header_bytes: 256 * 1024,
            manifest_bytes: 1024 * 1024,
            account_days: 4_000_000,
            extra_columns: 500,
            verify_at_open_bytes: 32 * 1024 * 1024,
            split_from_bytes: 32 * 1024 * 1024,
            listing_kept: Duration::from_secs(2),
            concurrent_headers: 16,
        }
    }
}

impl Limits {
    /// Small enough for tests to hit.
    pub fn for_testing() -> Self {
        Self {
            max_files: 300,
            max_columns: 100,
            header_bytes: 4 * 1024,
            manifest_bytes: 1024,
            account_days: 100,
            extra_columns: 4,
            verify_at_open_bytes: 0,
            split_from_bytes: 1024,
            listing_kept: Duration::ZERO,
            concurrent_headers: 4,
        }
    }
}
