//! `[billing]`: where billing files are.

use crate::failure::{Code, Failure};
use async_trait::async_trait;
use engine::FetchError;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Where billing files are: a folder (or one file), or a prefix of an S3 bucket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Billing {
    /// A folder with all that is under it, or one file.
    pub path: Option<PathBuf>,
    /// `s3://bucket/prefix`.
    pub s3: Option<String>,
    /// The profile of the AWS configuration whose credentials read the bucket; the default chain when absent.
    pub profile: Option<String>,
    /// The bucket's region.
    pub region: Option<String>,
    /// Another server than AWS's, such as `http://localhost:5000`.
    pub endpoint_url: Option<String>,
    /// Whether the bucket is named in the path instead of the host.
    pub force_path_style: bool,
    /// Whether the bucket is public, so that no credentials are needed.
    pub anonymous: bool,
}

/// The credentials of the AWS adapter's own chain, for the reader of billing files.
#[derive(Debug)]
struct Chain(aws::KeyChain);

#[async_trait]
impl billing::S3Credentials for Chain {
    async fn keys(&self) -> Result<billing::S3Keys, FetchError> {
        let keys = self.0.keys().await?;
        Ok(billing::S3Keys {
            access_key_id: keys.access_key_id,
            secret_access_key: keys.secret_access_key,
            session_token: keys.session_token,
        })
    }
}

impl Billing {
    /// What the adapter is told.
    pub async fn settings(&self) -> Result<billing::Settings, Failure> {
        let location = match (&self.path, &self.s3) {
            (Some(path), None) => billing::Location::Folder(path.clone()),
            (None, Some(url)) => billing::Location::S3(self.s3_location(url).await?),
            _ => return Err(bad("`[billing]` needs either `path` or `s3`")),
        };
        Ok(billing::Settings::new(location))
    }

    async fn s3_location(&self, url: &str) -> Result<billing::S3Location, Failure> {
        let access = if self.anonymous {
            billing::S3Access::Anonymous
        } else {
            let chain = aws::KeyChain::load(self.profile.as_deref()).await;
            billing::S3Access::Provider(Arc::new(Chain(chain)))
        };
        let region = self.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
        let mut location = billing::S3Location::from_url(url, region, access).ok_or_else(|| {
            bad(&format!("`{url}` in `[billing]` is no address in S3")).hint("write `s3://bucket/prefix`")
        })?;
        location.endpoint_url.clone_from(&self.endpoint_url);
        location.path_style = self.force_path_style;
        location.allow_http = self.endpoint_url.as_ref().is_some_and(|url| url.starts_with("http://"));
        Ok(location)
    }
}

fn bad(message: &str) -> Failure {
    Failure::new(Code::BadConfig, message)
}
