//! The object store that one plan reads through: it hands out the files as they were listed, or none.

use crate::files::{Root, is_same};
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A store under an address of its own in a runtime, for as long as this lives.
pub(crate) struct Registered {
    /// The address.
    pub(crate) url: ObjectStoreUrl,
    runtime: Arc<RuntimeEnv>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registered").field(&self.url.as_str()).finish()
    }
}

impl Registered {
    /// Puts the store under a new address. Plans of different requests see different listings, so they never share one.
    pub(crate) fn new<'a>(
        runtime: Arc<RuntimeEnv>,
        root: &Root,
        files: impl IntoIterator<Item = &'a ObjectMeta>,
    ) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let url = ObjectStoreUrl::parse(format!("billing-{number}://files"))
            .unwrap_or_else(|_| ObjectStoreUrl::local_filesystem());
        let listed = files.into_iter().map(|meta| (meta.location.clone(), meta.clone())).collect();
        let store = Checked { inner: Arc::clone(&root.store), listed, is_folder: root.is_folder() };
        runtime.register_object_store(url.as_ref(), Arc::new(store));
        Self { url, runtime }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // Fails only if it is not there.
        let _ = self.runtime.deregister_object_store(self.url.as_ref());
    }
}

/// Reads listed files only, and only while they are as they were listed. Writes nothing.
#[derive(Debug)]
struct Checked {
    inner: Arc<dyn ObjectStore>,
    listed: HashMap<Path, ObjectMeta>,
    is_folder: bool,
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "billing files of {}", self.inner)
    }
}

fn refused() -> Error {
    Error::NotSupported { source: "billing files are only read".into() }
}

#[async_trait]
impl ObjectStore for Checked {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let missing =
            || Error::NotFound { path: location.to_string(), source: "it is not among the listed files".into() };
        let listed = self.listed.get(location).ok_or_else(missing)?;
        let result = self.inner.get_opts(location, options).await?;
        if is_same(listed, &result.meta) {
            return Ok(result);
        }
        Err(Error::Precondition { path: location.to_string(), source: "it changed since it was listed".into() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if self.is_folder {
            // One opening for all ranges; whether the file changed is seen at the plan's end.
            return self.inner.get_ranges(location, ranges).await;
        }
        let get = |range| object_store::ObjectStoreExt::get_range(self, location, range);
        object_store::coalesce_ranges(ranges, get, object_store::OBJECT_STORE_COALESCE_DEFAULT).await
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(refused())
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(refused())
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        locations.map(|_| Err(refused())).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let all: Vec<_> = self.listed.values().cloned().map(Ok).collect();
        futures::stream::iter(all).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(refused())
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused())
    }
}
