//! The SDK's clients: one a service, shared by all accounts and regions, so that connections are pooled and memory
//! does not grow with accounts. Account and region come with each call, as an override of the configuration.

use crate::arn;
use crate::credentials::Credentials;
use crate::settings::{Settings, is_pattern};
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3control::config::endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Opening a connection takes milliseconds; a host that does not answer within this will not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A bound of last resort on one reply. The engine's own time-out of a call is shorter.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// One client a service.
#[derive(Debug)]
pub(crate) struct Clients {
    pub(crate) classic_elb: aws_sdk_elasticloadbalancing::Client,
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) cost_explorer: aws_sdk_costexplorer::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) eks: aws_sdk_eks::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) lambda: aws_sdk_lambda::Client,
    pub(crate) organizations: aws_sdk_organizations::Client,
    pub(crate) rds: aws_sdk_rds::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) s3_control: aws_sdk_s3control::Client,
    pub(crate) sts: aws_sdk_sts::Client,
}

impl Clients {
    pub(crate) fn new(settings: &Settings, config: &SdkConfig) -> Self {
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(settings.force_path_style).build();
        Self {
            classic_elb: aws_sdk_elasticloadbalancing::Client::new(config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(config),
            cost_explorer: aws_sdk_costexplorer::Client::new(config),
            ec2: aws_sdk_ec2::Client::new(config),
            eks: aws_sdk_eks::Client::new(config),
            elb: aws_sdk_elasticloadbalancingv2::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            organizations: aws_sdk_organizations::Client::new(config),
            rds: aws_sdk_rds::Client::new(config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            s3_control: s3_control(config),
            sts: aws_sdk_sts::Client::new(config),
        }
    }
}

fn s3_control(config: &SdkConfig) -> aws_sdk_s3control::Client {
    let builder = aws_sdk_s3control::config::Builder::from(config);
    let builder = match config.endpoint_url() {
        Some(url) => builder.endpoint_resolver(AsWritten(url.to_owned())),
        None => builder,
    };
    aws_sdk_s3control::Client::from_conf(builder.build())
}

/// Calls where all services are called, as that is written. The SDK would put the account's id before the host, as it is
/// at AWS: `111122223333.127.0.0.1` is nowhere.
#[derive(Debug)]
struct AsWritten(String);

impl ResolveEndpoint for AsWritten {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url(self.0.clone()).build()))
    }
}

/// What a profile, or the default chain, gives to begin with: a configuration and credentials.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) config: SdkConfig,
    pub(crate) credentials: Arc<Credentials>,
}

impl Base {
    /// The region in which the account itself is asked about: STS, its list of regions.
    pub(crate) fn region(&self) -> String {
        self.config.region().map_or_else(|| arn::home_region("aws").to_owned(), ToString::to_string)
    }
}

/// The bases of all profiles that the settings name. No profile: the default chain.
#[derive(Debug)]
pub(crate) struct Bases {
    of: BTreeMap<Option<String>, Arc<Base>>,
    default: Arc<Base>,
}

impl Bases {
    /// Reads the SDK's files and environment.
    pub(crate) async fn load(settings: &Settings) -> Self {
        let mut of = BTreeMap::new();
        for profile in profiles(settings) {
            let base = Arc::new(load(settings, profile.as_deref()).await);
            of.insert(profile, base);
        }
        Self::new(of)
    }

    /// One base for all profiles.
    pub(crate) fn of(settings: &Settings, provider: SharedCredentialsProvider) -> Self {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(first_region(settings, None).unwrap_or_else(|| arn::home_region("aws").to_owned())))
            .identity_cache(IdentityCache::no_cache())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        let config = match &settings.endpoint_url {
            Some(url) => config.endpoint_url(url),
            None => config,
        };
        let credentials = Arc::new(Credentials::provided(provider.clone(), "the given provider".to_owned()));
        let base = Arc::new(Base { config: config.credentials_provider(provider).build(), credentials });
        Self::new(profiles(settings).into_iter().map(|profile| (profile, base.clone())).collect())
    }

    fn new(of: BTreeMap<Option<String>, Arc<Base>>) -> Self {
        // `profiles` always lists the default chain, under no name.
        let default = of[&None].clone();
        Self { of, default }
    }

    pub(crate) fn get(&self, profile: Option<&str>) -> &Arc<Base> {
        self.of.get(&profile.map(str::to_owned)).unwrap_or(&self.default)
    }

    pub(crate) fn default_config(&self) -> &SdkConfig {
        &self.default.config
    }
}

fn profiles(settings: &Settings) -> Vec<Option<String>> {
    let listed = settings.accounts.iter().map(|account| account.profile.clone());
    let organization = settings.organization.iter().map(|organization| organization.profile.clone());
    let mut profiles: Vec<_> = listed.chain(organization).chain([None]).collect();
    profiles.sort();
    profiles.dedup();
    profiles
}

pub(crate) async fn load(settings: &Settings, profile: Option<&str>) -> Base {
    let mut loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let region = match first_region(settings, profile) {
        Some(region) => Region::new(region),
        None => file_region(profile).await.unwrap_or_else(|| Region::from_static("us-east-1")),
    };
    if let Some(profile) = profile {
        loader = loader.profile_name(profile).credentials_provider(of_profile(profile, &region));
    }
    let config = loader.region(region).load().await;
    let what = match profile {
        Some(profile) => format!("profile `{profile}`"),
        None => "the default credential chain".to_owned(),
    };
    let credentials = match config.credentials_provider() {
        Some(provider) => Credentials::provided(provider, what),
        None => Credentials::provided(SharedCredentialsProvider::new(NoCredentials), what),
    };
    Base { config, credentials: Arc::new(credentials) }
}

/// A profile's credentials and no others: the default chain would take keys of the environment first, and read
/// another account under the profile's name.
fn of_profile(profile: &str, region: &Region) -> ProfileFileCredentialsProvider {
    let config = ProviderConfig::without_region().with_region(Some(region.clone()));
    ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&config).build()
}

/// The region of the environment or the profile. The instance metadata service is not asked: away from EC2 it only
/// costs a second.
async fn file_region(profile: Option<&str>) -> Option<Region> {
    use aws_config::environment::region::EnvironmentVariableRegionProvider;
    let mut files = aws_config::profile::region::ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        files = files.profile_name(profile);
    }
    let chain = aws_config::meta::region::RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
    chain.or_else(files.build()).region().await
}

/// The first region that is written out for the accounts of a profile, else for all accounts. It says in which
/// partition (China, GovCloud) the profile is at home.
fn first_region(settings: &Settings, profile: Option<&str>) -> Option<String> {
    let accounts = settings.accounts.iter().filter(|account| account.profile.as_deref() == profile);
    let own = accounts.filter_map(|account| account.regions.as_ref()).flatten();
    own.chain(&settings.regions).find(|region| !is_pattern(region)).cloned()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build()
}

#[derive(Debug)]
struct NoCredentials;

impl aws_credential_types::provider::ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        use aws_credential_types::provider::error::CredentialsError;
        let error = CredentialsError::not_loaded("no credentials are configured");
        aws_credential_types::provider::future::ProvideCredentials::ready(Err(error))
    }
}
