//! Azure's clouds: each has its own sign-in, and takes tokens that are made for its own addresses only.

use azure_core::cloud::CloudConfiguration;
use url::Url;

/// One of Azure's clouds.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Where its resource manager is.
    host: &'static str,
    /// Where its metrics are asked for, by region.
    pub(crate) metrics: &'static str,
    /// Whom a token for its metrics is for.
    pub(crate) metrics_audience: &'static str,
    /// Where one signs in.
    pub(crate) sign_in: SignIn,
}

/// Where one signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// As the environment says (`AZURE_AUTHORITY_HOST`), else at the public cloud's.
    Usual,
    Government,
    China,
}

/// The public cloud.
pub(crate) static PUBLIC: Cloud = Cloud {
    host: "management.azure.com",
    metrics: "https://{region}.metrics.monitor.azure.com",
    metrics_audience: "https://metrics.monitor.azure.com/.default",
    sign_in: SignIn::Usual,
};

static OTHERS: &[Cloud] = &[
    Cloud {
        host: "management.usgovcloudapi.net",
        metrics: "https://{region}.metrics.monitor.azure.us",
        metrics_audience: "https://metrics.monitor.azure.us/.default",
        sign_in: SignIn::Government,
    },
    Cloud {
        host: "management.chinacloudapi.cn",
        metrics: "https://{region}.metrics.monitor.azure.cn",
        metrics_audience: "https://metrics.monitor.azure.cn/.default",
        sign_in: SignIn::China,
    },
];

impl Cloud {
    /// The cloud whose resource manager is at an address; none where that is nobody's, as of a proxy.
    pub(crate) fn at(endpoint: &str) -> Option<&'static Self> {
        let url = Url::parse(endpoint).ok()?;
        let host = url.host_str()?;
        std::iter::once(&PUBLIC).chain(OTHERS).find(|cloud| cloud.host.eq_ignore_ascii_case(host))
    }

    /// The resource manager's address.
    pub(crate) fn endpoint(&self) -> String {
        format!("https://{}", self.host)
    }
}

impl SignIn {
    /// The same in the words of the credentials.
    pub(crate) fn configuration(self) -> Option<CloudConfiguration> {
        match self {
            Self::Usual => None,
            Self::Government => Some(CloudConfiguration::AzureGovernment),
            Self::China => Some(CloudConfiguration::AzureChina),
        }
    }
}

/// An audience as tokens are asked for: `https://management.azure.com` is `https://management.azure.com/.default`.
pub(crate) fn scope_of(audience: &str) -> String {
    let bare = audience.strip_suffix("/.default").unwrap_or(audience).trim_end_matches('/');
    format!("{bare}/.default")
}
