//! `[billing]`: where billing files are.

use crate::failure::{Code, Failure};
use serde::Deserialize;
use std::path::PathBuf;

/// Where billing files are: a folder (or one file), or a prefix of an S3 bucket.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Billing {
    /// A folder with all that is under it, or one file.
    pub path: Option<PathBuf>,
    /// `s3://bucket/prefix`.
    pub s3: Option<String>,
    /// The bucket's region.
    pub region: Option<String>,
    /// Another server than AWS's, such as `http://localhost:5000`.
    pub endpoint_url: Option<String>,
    /// Whether the bucket is named in the path instead of the host.
    pub force_path_style: bool,
    /// Whether the bucket is public, so that no credentials are needed.
    pub anonymous: bool,
}

/// Keys as the environment has them.
pub type Keys = Option<billing::S3Keys>;

impl Billing {
    /// What the adapter is told.
    pub fn settings(&self, keys: Keys) -> Result<billing::Settings, Failure> {
        let location = match (&self.path, &self.s3) {
            (Some(path), None) => billing::Location::Folder(path.clone()),
            (None, Some(url)) => billing::Location::S3(self.s3_location(url, keys)?),
            _ => return Err(bad("`[billing]` needs either `path` or `s3`")),
        };
        Ok(billing::Settings::new(location))
    }

    fn s3_location(&self, url: &str, keys: Keys) -> Result<billing::S3Location, Failure> {
        let access = match (self.anonymous, keys) {
            (true, _) => billing::S3Access::Anonymous,
            (false, Some(keys)) => billing::S3Access::Keys(keys),
            (false, None) => {
                return Err(bad("`s3` in `[billing]` needs credentials, and the environment has none").hint(
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `anonymous = true` for a public bucket",
                ));
            }
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
