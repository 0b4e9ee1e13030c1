//! What the configuration is read from: the text of each file, and the variables that may be put into it. Filled by `cli`, so that
//! nothing below reads a file or the environment.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of a configuration, by path, in the order in which they are read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Path as the user named it, and text.
    pub files: Vec<(Arc<str>, Arc<str>)>,
}

impl Sources {
    /// Sources of these files.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Sources { files: files.into_iter().map(|(path, text)| (Arc::from(path), Arc::from(text))).collect() }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|(name, _)| &**name == path).map(|(_, text)| &**text)
    }
}

/// The variables `SPECTRUM_VAR_NAME`, by `NAME`.
#[derive(Debug, Clone, Default)]
pub struct Vars {
    /// Name without its prefix, and value.
    pub values: BTreeMap<String, String>,
}

impl Vars {
    /// The prefix of the environment variables that may be read.
    pub const PREFIX: &'static str = "SPECTRUM_VAR_";
}
