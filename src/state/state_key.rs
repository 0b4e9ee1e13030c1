//! Encryption at rest, on the user's side: XChaCha20-Poly1305 with a key of 32 bytes and a nonce drawn for each writing. The name under
//! which the bytes are kept is authenticated with them, so that one file cannot be put in another's place unnoticed.
//!
//! The form is one line of JSON: `{"format_version":1,"sealed":"BASE64 of nonce and ciphertext"}`.
//!
//! - **Old reader, new data:** a greater `format_version` is refused as encrypted in a way that is not known.
//! - **New reader, old data:** every version is read for ever; what is not encrypted is read as it is, and encrypted when it is next
//!   written, so that a key can be introduced at any time.
//! - **Old writer, new data:** cannot happen, because the writer reads first and refuses.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Generate, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// The version of the sealed form.
const SEALED_VERSION: u32 = 1;
/// The length of a nonce in bytes.
const NONCE: usize = 24;

/// What bytes are encrypted with.
#[derive(Clone)]
pub struct StateKey {
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for StateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateKey(…)")
    }
}

/// Why bytes could not be decrypted, or a key is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateKeyError {
    /// A key in another form.
    #[error("the key of the state is not 64 hexadecimal digits")]
    NoKey,
    /// Encrypted bytes, and no key was given.
    #[error("it is encrypted, and there is no key; set SPECTRUMCTL_STATE_KEY")]
    Missing,
    /// Bytes that were encrypted with another key, or were changed since.
    #[error(
        "it cannot be decrypted: SPECTRUMCTL_STATE_KEY is not the key that it was written with, or it was changed since"
    )]
    Wrong,
    /// Bytes that a later program encrypted.
    #[error(
        "it is encrypted in a way (version {0}) that this program does not know; use the program that wrote it, or a later one"
    )]
    Newer(u32),
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    format_version: u32,
    sealed: String,
}

impl StateKey {
    /// The key as 64 hexadecimal digits, such as `openssl rand -hex 32` prints.
    ///
    /// # Errors
    /// `NoKey` for anything else.
    pub fn from_key(key: &SecretString) -> Result<StateKey, StateKeyError> {
        let digits = key.expose_secret().trim();
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(StateKeyError::NoKey);
        }
        let mut bytes = Key::default();
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte =
                u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| StateKeyError::NoKey)?;
        }
        Ok(StateKey { cipher: XChaCha20Poly1305::new(&bytes) })
    }

    /// Encrypts what is kept under a name.
    pub(super) fn close(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let payload = Payload { msg: bytes, aad: name.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&nonce, payload)
            .expect("only messages beyond 256 GiB cannot be encrypted");
        let text = STANDARD.encode([&nonce[..], &sealed].concat());
        let form = Sealed { format_version: SEALED_VERSION, sealed: text };
        let mut line = serde_json::to_vec(&form).expect("a number and a text are plain data");
        line.push(b'\n');
        line
    }

    /// Decrypts what is kept under a name; what is not encrypted, torn or damaged stays as it is, and its reader says so.
    pub(super) fn open(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, StateKeyError> {
        let Some(sealed) = sealed_text(bytes)? else { return Ok(bytes.to_vec()) };
        let raw = STANDARD.decode(sealed).map_err(|_| StateKeyError::Wrong)?;
        let (nonce, message) = raw.split_at_checked(NONCE).ok_or(StateKeyError::Wrong)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| StateKeyError::Wrong)?;
        self.cipher
            .decrypt(&nonce, Payload { msg: message, aad: name.as_bytes() })
            .map_err(|_| StateKeyError::Wrong)
    }

    /// Refuses encrypted bytes where there is no key: they are neither absent nor damaged, and must not be written over.
    pub(super) fn refuse(bytes: &[u8]) -> Result<(), StateKeyError> {
        sealed_text(bytes)?.map_or(Ok(()), |_| Err(StateKeyError::Missing))
    }
}

/// The text inside the sealed form, if the bytes have it.
fn sealed_text(bytes: &[u8]) -> Result<Option<String>, StateKeyError> {
    if !bytes.starts_with(b"{\"format_version\":")
        || !bytes.windows(10).take(64).any(|part| part == b"\"sealed\":\"")
    {
        return Ok(None);
    }
    match serde_json::from_slice::<Sealed>(bytes) {
        Ok(Sealed { format_version: SEALED_VERSION, sealed }) => Ok(Some(sealed)),
        Ok(Sealed { format_version, .. }) => Err(StateKeyError::Newer(format_version)),
        Err(_) => Ok(None),
    }
}
