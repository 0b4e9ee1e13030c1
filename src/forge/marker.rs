//! The hidden first line of a comment, by which it is found again: whose it is, which plan it shows, and a seal that tells whether
//! somebody else has written or edited it.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::model::hexadecimal;

/// What every mark begins with.
const BEGIN: &str = "<!-- spectrumctl ";
/// What every mark ends with.
const END: &str = " -->";

/// The most that the list of changes may take of a comment, in bytes.
const MOST_SHOWN: usize = 4_000;

/// The changes that a comment shows: for each address the action and the beginning of a hash over its fields.
pub type Shown = BTreeMap<String, String>;

/// The hidden line. Its stored form is JSON: readers ignore keys that they do not know, and a key that is missing is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What the comment is for: `plan`, `apply` or `drift`.
    pub what: String,
    /// The name of the configuration, so that several of one repository do not share a comment.
    pub name: String,
    /// The digest of the plan that the comment shows; none when no plan could be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The commit that the plan was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The changes, where they are few enough to be listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// The seal, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal: Option<String>,
}

/// The key that comments are sealed with.
pub struct MarkKey(SecretString);

impl MarkKey {
    /// A key of at least 16 characters.
    ///
    /// # Errors
    /// Why the text is no key.
    pub fn new(text: SecretString) -> Result<MarkKey, String> {
        match text.expose_secret().trim().len() {
            0..16 => Err("a key has at least 16 characters".to_owned()),
            _ => Ok(MarkKey(text)),
        }
    }
}

impl fmt::Debug for MarkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MarkKey(hidden)")
    }
}

/// Whether a comment is as this tool wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The seal fits.
    Sealed,
    /// There is no key to check a seal with.
    Unchecked,
    /// There is a key, and the seal is missing or does not fit.
    Broken,
}

impl Mark {
    /// A mark without a plan.
    pub fn new(what: &str, name: &str) -> Mark {
        Mark {
            what: what.to_owned(),
            name: name.to_owned(),
            digest: None,
            commit: None,
            shown: None,
            seal: None,
        }
    }

    /// Adds the digest of the plan that the comment shows.
    #[must_use]
    pub fn with_digest(self, digest: &str) -> Mark {
        Mark { digest: Some(digest.to_owned()), ..self }
    }

    /// Adds the commit that the plan was made for.
    #[must_use]
    pub fn made_for(self, commit: &str) -> Mark {
        Mark { commit: Some(commit.to_owned()), ..self }
    }

    /// Adds the list of changes, where it is short enough.
    #[must_use]
    pub fn showing(self, shown: Shown) -> Mark {
        let length: usize = shown.iter().map(|(name, hash)| name.len() + hash.len() + 6).sum();
        Mark { shown: (length <= MOST_SHOWN).then_some(shown), ..self }
    }

    /// The whole comment: the mark, sealed where there is a key, and the text. `number` is that of the pull request.
    pub fn comment(&self, number: u64, text: &str, key: Option<&MarkKey>) -> String {
        let bare = Mark { seal: None, ..self.clone() };
        let seal =
            key.map(|key| hexadecimal(&bare.code(number, text, key).finalize().into_bytes()));
        format!("{BEGIN}{}{END}\n{text}", Mark { seal, ..bare }.line())
    }

    /// The mark of a comment, and the text below it.
    pub fn read(body: &str) -> Option<(Mark, &str)> {
        let rest = body.trim_start().strip_prefix(BEGIN)?;
        let (line, text) = rest.split_once(END)?;
        serde_json::from_str(line).ok().map(|mark| (mark, text))
    }

    /// Whether the comment on this pull request is as it was written.
    pub fn trust(&self, number: u64, text: &str, key: Option<&MarkKey>) -> Trust {
        let Some(key) = key else { return Trust::Unchecked };
        let bare = Mark { seal: None, ..self.clone() };
        let seal = self.seal.as_deref().and_then(bytes);
        let fits =
            seal.is_some_and(|seal| bare.code(number, text, key).verify_slice(&seal).is_ok());
        if fits { Trust::Sealed } else { Trust::Broken }
    }

    /// Whether the comment is for the same thing.
    pub fn is_for(&self, other: &Mark) -> bool {
        self.what == other.what && self.name == other.name
    }

    /// The mark as JSON in which nothing ends an HTML comment.
    fn line(&self) -> String {
        let json = serde_json::to_string(self).expect("text and numbers are JSON");
        json.replace('<', "\\u003c").replace('>', "\\u003e").replace("--", "-\\u002d")
    }

    /// Forges change line ends and trim what is at the ends, so neither counts.
    fn code(&self, number: u64, text: &str, key: &MarkKey) -> Hmac<Sha256> {
        let mut code = Hmac::<Sha256>::new_from_slice(key.0.expose_secret().trim().as_bytes())
            .expect("a key may have any length");
        code.update(format!("{number}\n{}\n", self.line()).as_bytes());
        code.update(text.replace("\r\n", "\n").trim().as_bytes());
        code
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    hex.len().is_multiple_of(2).then(|| (0..hex.len()).step_by(2).map(pair).collect())?
}
