//! The cryptography of every TLS connection of this program: to Cloudflare, to a forge, to a bucket.

use rustls::crypto::ring;

/// Makes ring the cryptography of rustls in this process. Called before each client is made, and harmless when it was called before:
/// the library builds with no provider of its own, because the usual one needs a C compiler, minutes of build time and megabytes.
pub(crate) fn install_provider() {
    // It fails only when a provider is there already, which is what is wanted.
    ring::default_provider().install_default().ok();
}
