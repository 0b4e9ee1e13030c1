//! From a URL and the cloud's own settings to an object store. The settings are handed over; nothing here reads the environment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{BackoffConfig, Certificate, ClientOptions, ObjectStore, RetryConfig};
use url::{Host, Url};

use crate::api::tls;
use crate::state::error::StoreError;
use crate::state::state_key::StateKey;

/// How long one request may take. Together with the repetitions it stays below what a taker of an expired lock waits beyond the lease.
const REQUEST: Duration = Duration::from_secs(20);
/// For how long a request is repeated.
const REPEAT: Duration = Duration::from_secs(20);
/// How often a request is repeated.
const REPETITIONS: usize = 4;

/// What a remote state is opened with.
#[derive(Debug, Clone, Default)]
pub struct RemoteSettings {
    /// The variables that the cloud's own tools read, by name: `AWS_…`, `GOOGLE_…`, `AZURE_…`. Others are not looked at.
    pub variables: BTreeMap<String, String>,
    /// Certificates in PEM form that are trusted beside the system's own.
    pub ca_pem: Option<Vec<u8>>,
    /// What the objects are encrypted with, if they are.
    pub state_key: Option<StateKey>,
    /// Whether the machine's own instance metadata service may be asked for credentials. Somebody must
    /// have said so in the environment: a configuration alone must not choose where a runner's cloud
    /// identity is used.
    pub instance_role: bool,
}

/// Variables that would turn off what the state relies on.
const NOT_OURS: [&str; 2] = ["AWS_CONDITIONAL_PUT", "AWS_COPY_IF_NOT_EXISTS"];

/// What says so in the environment.
pub const INSTANCE_ROLE: &str = "SPECTRUMCTL_STATE_INSTANCE_ROLE";

/// The credentials that the clouds' own variables bring. Without any of them the libraries ask the
/// instance metadata service.
const S3_CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_SKIP_SIGNATURE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];
const GOOGLE_CREDENTIALS: [&str; 5] = [
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "GOOGLE_SKIP_SIGNATURE",
];
const AZURE_CREDENTIALS: [&str; 14] = [
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_IDENTITY_ENDPOINT",
    "AZURE_MSI_ENDPOINT",
    "AZURE_SKIP_SIGNATURE",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_CLIENT_SECRET",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_TOKEN",
    "AZURE_STORAGE_USE_EMULATOR",
    "AZURE_USE_AZURE_CLI",
];

/// The store and the prefix behind a URL.
pub(super) fn open(
    url: &str,
    settings: &RemoteSettings,
) -> Result<(Arc<dyn ObjectStore>, Path), StoreError> {
    let unusable = |why: String| StoreError::Unusable { place: url.to_owned(), why };
    let parsed = Url::parse(url).map_err(|error| unusable(error.to_string()))?;
    let bucket = parsed
        .host_str()
        .filter(|bucket| !bucket.is_empty())
        .ok_or_else(|| unusable("it names no bucket".to_owned()))?;
    refuse_odd_names(url, bucket).map_err(unusable)?;
    let prefix = Path::from_url_path(parsed.path()).map_err(|error| unusable(error.to_string()))?;
    if parsed.query().is_some()
        || parsed.fragment().is_some()
        || !parsed.username().is_empty()
        || parsed.password().is_some()
    {
        return Err(unusable(
            "it holds more than a bucket and a prefix; credentials do not belong there".to_owned(),
        ));
    }
    let store = match parsed.scheme() {
        "s3" => of_s3(bucket, settings),
        "gs" => open_google(bucket, settings),
        "az" => open_azure(bucket, settings),
        other => Err(format!("{other}:// is not known")),
    };
    Ok((store.map_err(unusable)?, prefix))
}

fn of_s3(bucket: &str, settings: &RemoteSettings) -> Result<Arc<dyn ObjectStore>, String> {
    let has = |name: &str| settings.variables.contains_key(name);
    if has("AWS_PROFILE") && !has("AWS_ACCESS_KEY_ID") && !has("AWS_WEB_IDENTITY_TOKEN_FILE") {
        let way_out = "run `eval \"$(aws configure export-credentials --format env)\"` first";
        return Err(format!(
            "AWS_PROFILE names a profile, and profiles are not read here; {way_out}"
        ));
    }
    must_have_credentials(settings, &S3_CREDENTIALS)?;
    let mut builder =
        AmazonS3Builder::new().with_client_options(client(settings)?).with_retry(patience());
    for (name, value) in cloud_settings(settings, "AWS_") {
        if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    let endpoint = settings
        .variables
        .get("AWS_ENDPOINT_URL_S3")
        .or_else(|| settings.variables.get("AWS_ENDPOINT_URL"));
    if endpoint.is_some_and(|endpoint| is_near(endpoint)) {
        builder = builder.with_allow_http(true);
    }
    builder.with_bucket_name(bucket).build().map(shared).map_err(|error| error.to_string())
}

fn open_google(bucket: &str, settings: &RemoteSettings) -> Result<Arc<dyn ObjectStore>, String> {
    // The Google command line keeps credentials of its own in a file.
    let kept = settings.variables.get("HOME").is_some_and(|home| {
        std::path::Path::new(home)
            .join(".config/gcloud/application_default_credentials.json")
            .exists()
    });
    if !kept {
        must_have_credentials(settings, &GOOGLE_CREDENTIALS)?;
    }
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_client_options(client(settings)?)
        .with_retry(patience());
    for (name, value) in cloud_settings(settings, "GOOGLE_") {
        if let Ok(key) = name.to_ascii_lowercase().parse::<GoogleConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    builder.with_bucket_name(bucket).build().map(shared).map_err(|error| error.to_string())
}

fn open_azure(container: &str, settings: &RemoteSettings) -> Result<Arc<dyn ObjectStore>, String> {
    must_have_credentials(settings, &AZURE_CREDENTIALS)?;
    let mut builder =
        MicrosoftAzureBuilder::new().with_client_options(client(settings)?).with_retry(patience());
    for (name, value) in cloud_settings(settings, "AZURE_") {
        // The Azure command line has shorter names for the two that matter most.
        let key = match name {
            "AZURE_STORAGE_ACCOUNT" => Ok(AzureConfigKey::AccountName),
            "AZURE_STORAGE_KEY" => Ok(AzureConfigKey::AccessKey),
            _ => name.to_ascii_lowercase().parse(),
        };
        if let Ok(key) = key {
            builder = builder.with_config(key, value);
        }
    }
    builder.with_container_name(container).build().map(shared).map_err(|error| error.to_string())
}

/// Refuses to ask the instance metadata service where nobody has said that it may be asked.
fn must_have_credentials(settings: &RemoteSettings, names: &[&str]) -> Result<(), String> {
    let has = |name: &&str| settings.variables.contains_key(*name);
    if settings.instance_role || names.iter().any(has) {
        return Ok(());
    }
    Err(format!(
        "the environment has no credentials for it; set {}, or {INSTANCE_ROLE}=1 to use the identity of \
         this machine",
        names[0]
    ))
}

/// Refuses names that two programs could read in two ways: steps up, empty parts, escapes.
fn refuse_odd_names(url: &str, bucket: &str) -> Result<(), String> {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    if !bucket.chars().all(plain) {
        return Err(format!("{bucket:?} is no name of a bucket"));
    }
    let (_, named) = url.split_once("://").unwrap_or_default();
    let parts: Vec<&str> = named.trim_end_matches('/').split('/').collect();
    let is_odd = |part: &&&str| matches!(**part, "" | "." | "..");
    if let Some(part) = parts.iter().find(is_odd) {
        return Err(format!("{part:?} is no part of a prefix"));
    }
    if named.contains(['%', '\\']) || named.chars().any(char::is_control) {
        return Err("a prefix has no %, no backslash and no control character".to_owned());
    }
    Ok(())
}

fn shared(store: impl ObjectStore) -> Arc<dyn ObjectStore> {
    Arc::new(store)
}

/// The variables of a cloud.
fn cloud_settings<'a>(
    settings: &'a RemoteSettings,
    prefix: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let cloud_settings =
        settings.variables.iter().filter(move |(name, _)| name.starts_with(prefix));
    cloud_settings
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !NOT_OURS.contains(name))
}

fn client(settings: &RemoteSettings) -> Result<ClientOptions, String> {
    tls::install_provider();
    let options =
        ClientOptions::new().with_timeout(REQUEST).with_connect_timeout(Duration::from_secs(10));
    let Some(pem) = &settings.ca_pem else { return Ok(options) };
    let certificates = Certificate::from_pem_bundle(pem).map_err(|error| error.to_string())?;
    Ok(certificates.into_iter().fold(options, ClientOptions::with_root_certificate))
}

fn patience() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: REPETITIONS,
        retry_timeout: REPEAT,
    }
}

/// Whether a server is on this very machine, where plain http is no risk.
fn is_near(endpoint: &str) -> bool {
    let Ok(url) = Url::parse(endpoint) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
