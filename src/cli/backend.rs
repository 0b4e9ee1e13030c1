//! Where the state is kept, and what its backend is opened with. The settings of the clouds come from the variables that their own tools
//! read, and are handed over; no backend reads the environment.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::context::FileOptions;
use super::load::Files;
use super::loaded::Loaded;
use crate::codes;
use crate::finding::Finding;
use crate::plan::StatePlace;
use crate::state::{INSTANCE_ROLE, Local, Remote, RemoteSettings, StateKey, Store};

/// What the variables of the clouds begin with.
const CLOUDS: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];
/// The variable that holds the key of an encrypted state.
const KEY: &str = "SPECTRUMCTL_STATE_KEY";

/// The place of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A prefix in a bucket.
    Url(String),
}

impl Place {
    /// `--state`, else `settings.state` beside the file that holds it, else `state/` beside the configuration.
    pub(super) fn new(options: &FileOptions, loaded: &Loaded) -> Place {
        let settings = &loaded.configuration.settings;
        let beside =
            |file: &str| Path::new(file).parent().map(Path::to_path_buf).unwrap_or_default();
        let (named, base) = match (&options.state, &settings.state) {
            (Some(state), _) => (state.as_str(), PathBuf::new()),
            (None, Some(state)) => {
                (state.as_str(), settings.file.as_deref().map(beside).unwrap_or_default())
            }
            (None, None) => return Place::Folder(loaded.files.home.join("state")),
        };
        match named.split_once("://") {
            Some(("file", path)) => Place::Folder(PathBuf::from(path)),
            Some(_) => Place::Url(named.to_owned()),
            None => Place::Folder(base.join(named)),
        }
    }

    /// The place as `--state` takes it.
    pub(super) fn text(&self) -> String {
        match self {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Url(url) => url.clone(),
        }
    }

    /// The place as a plan knows it.
    pub(super) fn for_plan(&self) -> StatePlace {
        match self {
            Place::Folder(_) => StatePlace::Folder,
            Place::Url(url) => StatePlace::Bucket(url.clone()),
        }
    }

    /// The folder, or the usual one where the state is in a bucket: a simulated state is never kept there.
    pub(super) fn folder(&self, files: &Files) -> PathBuf {
        match self {
            Place::Folder(folder) => folder.clone(),
            Place::Url(_) => files.home.join("state"),
        }
    }

    /// Whether the absence of a state is more likely a loss than a beginning: a pipeline that keeps it in a folder, which nobody has
    /// named for this run.
    pub(super) fn is_expected(&self, options: &FileOptions) -> bool {
        let in_pipeline =
            variable("CI").is_some_and(|value| !matches!(value.as_str(), "false" | "0"));
        in_pipeline && options.state.is_none() && matches!(self, Place::Folder(_))
    }
}

/// The backend of a place.
pub(super) fn open(place: &Place, ca_pem: Option<Vec<u8>>) -> Result<Store, Box<Finding>> {
    let state_key = state_key()?;
    match place {
        Place::Folder(folder) => Ok(Store::Folder(Local::with_key(folder, state_key))),
        Place::Url(url) => {
            let instance_role = variable(INSTANCE_ROLE).is_some_and(|value| value == "1");
            let variables = variables();
            let settings = RemoteSettings { variables, ca_pem, state_key, instance_role };
            Remote::open(url, &settings)
                .map(Box::new)
                .map(Store::Bucket)
                .map_err(|error| Box::new(error.to_finding()))
        }
    }
}

/// What the state is encrypted with, if a key is set.
fn state_key() -> Result<Option<StateKey>, Box<Finding>> {
    let Some(key) = variable(KEY) else { return Ok(None) };
    StateKey::from_key(&SecretString::from(key)).map(Some).map_err(|error| {
        let summary = format!("{KEY} is set, but {error}");
        Box::new(Finding::new(&codes::STATE_KEY, summary))
    })
}

fn variables() -> std::collections::BTreeMap<String, String> {
    let of_cloud =
        |name: &str| name == "HOME" || CLOUDS.iter().any(|cloud| name.starts_with(cloud));
    let named = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    named.filter(|(name, value)| of_cloud(name) && !value.is_empty()).collect()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
