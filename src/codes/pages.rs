//! The pages of Cloudflare's documentation that the entries refer to.

/// Cloudflare's page on the error codes.
pub(super) const ERROR_CODES: &str =
    "https://developers.cloudflare.com/spectrum/reference/error-codes/";

/// Cloudflare's page on the configuration options.
pub(super) const OPTIONS: &str =
    "https://developers.cloudflare.com/spectrum/reference/configuration-options/";

/// Cloudflare's page on what Spectrum does not do.
pub(super) const LIMITATIONS: &str =
    "https://developers.cloudflare.com/spectrum/reference/limitations/";

/// Cloudflare's page on an account's own edge addresses.
pub(super) const BYOIP: &str = "https://developers.cloudflare.com/spectrum/about/byoip/";

/// Cloudflare's reference of the application object.
pub(super) const API: &str =
    "https://developers.cloudflare.com/api/resources/spectrum/subresources/apps/";

/// Cloudflare's page on the limits of its API.
pub(super) const RATE_LIMITS: &str =
    "https://developers.cloudflare.com/fundamentals/api/reference/limits/";

/// Cloudflare's page on what the permissions of a token open.
pub(super) const TOKENS: &str =
    "https://developers.cloudflare.com/fundamentals/api/reference/permissions/";
