//! The version that every stored form begins with: the part that every program can read.

use serde::Deserialize;

/// The version that this program writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// Why bytes are not a state that this program may use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// They are no state, or a damaged one.
    #[error("it is not a state of spectrumctl: {why}")]
    Broken {
        /// What is wrong and in which line, in the JSON reader's words.
        why: String,
    },
    /// A later program wrote them.
    #[error(
        "its format is version {version}, and this program reads up to version {FORMAT_VERSION}"
    )]
    Newer {
        /// The version that they say.
        version: u32,
    },
}

/// The part of every stored form that every program can read.
#[derive(Deserialize)]
struct Header {
    format_version: u32,
}

/// Refuses what a later program wrote and what bears no version at all.
///
/// # Errors
/// [`Unreadable::Newer`] and [`Unreadable::Broken`].
pub fn check_version(bytes: &[u8]) -> Result<(), Unreadable> {
    let broken = |why: String| Unreadable::Broken { why };
    match serde_json::from_slice::<Header>(bytes)
        .map_err(|error| broken(error.to_string()))?
        .format_version
    {
        0 => Err(broken("format version 0 was never written".to_owned())),
        1..=FORMAT_VERSION => Ok(()),
        version => Err(Unreadable::Newer { version }),
    }
}
