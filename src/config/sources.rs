//! What the configuration is read from: the text of each file. Filled by `cli`, so nothing below reads a file.

use std::sync::Arc;

/// The files of a configuration, by path, in the order in which they are read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Path as the user named it, and text.
    pub files: Vec<(Arc<str>, Arc<str>)>,
    /// The folder that belongs to the configuration, as the user named it; empty for the working folder.
    pub home: String,
}

impl Sources {
    /// Sources of these files.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Sources {
            files: files
                .into_iter()
                .map(|(path, text)| (Arc::from(path), Arc::from(text)))
                .collect(),
            home: String::new(),
        }
    }

    /// The path of a file as the state remembers it: relative to the configuration's folder, so that it does not matter from where the
    /// program was started.
    pub fn remembered(&self, path: &str) -> String {
        let inside = path.strip_prefix(self.home.as_str()).and_then(|rest| rest.strip_prefix('/'));
        inside.unwrap_or(path).trim_start_matches("./").to_owned()
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|(name, _)| &**name == path).map(|(_, text)| &**text)
    }
}
