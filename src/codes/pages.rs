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

/// The section of the configuration options on origins in a virtual network.
pub(super) const NETWORK_ORIGIN: &str = "https://developers.cloudflare.com/spectrum/reference/configuration-options/#virtual-network-origin";

/// How a route to a network is added.
pub(super) const ROUTES: &str = "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/private-net/cloudflared/connect-cidr/";

/// The call that lists virtual networks.
pub(super) const NETWORKS: &str = "https://developers.cloudflare.com/api/resources/zero_trust/subresources/networks/subresources/virtual_networks/methods/list/";

/// What a Ray ID is.
pub(super) const RAY_ID: &str =
    "https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/";
