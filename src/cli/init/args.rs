//! The arguments of `init`.

use clap::Args;

use super::pipeline::Pipeline;
use crate::model::AccountId;

/// The arguments of `init`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct InitArgs {
    /// The account of the zone, by its id
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<AccountId>,
    /// Begin with what is live in the zone of --zone
    #[arg(long)]
    pub(super) from_live: bool,
    /// Also write a pipeline: github, gitlab or forgejo
    #[arg(long = "ci", value_enum, value_name = "WHERE")]
    pub(super) pipeline: Option<Pipeline>,
    /// The release that the pipeline installs
    #[arg(long, value_name = "URL", requires = "pipeline", value_parser = https_url)]
    pub(super) archive: Option<String>,
    /// The checksum of the archive
    #[arg(long, value_name = "HEX", requires = "pipeline", value_parser = checksum)]
    pub(super) sha256: Option<String>,
}

fn https_url(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|error| error.to_string())?;
    let is_plain = !text.contains(['"', '\\', '$']);
    match url.scheme() {
        "https" if is_plain => Ok(text.to_owned()),
        _ => Err("write an address that begins with https://".to_owned()),
    }
}

fn checksum(text: &str) -> Result<String, String> {
    let is_sha256 = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sha256 {
        return Ok(text.to_ascii_lowercase());
    }
    Err("write the 64 hexadecimal digits that `sha256sum` prints".to_owned())
}
