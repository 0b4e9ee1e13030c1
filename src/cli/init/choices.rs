//! What `init` writes about: the zone, its account, and whether it begins with an example or with what is live. Flags say so, else a person
//! on a terminal is asked; without either it is an example of example.com.

use std::io::{self, IsTerminal};

use super::args::InitArgs;
use crate::api::wire;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::output::say;
use crate::cli::question;
use crate::cli::session::{self, Session};
use crate::model::{AccountId, Hostname, ZoneId};
use crate::render::counted;

/// The zone of the example where none is named.
const EXAMPLE: &str = "example.com";
/// How many zones are listed at most.
const LISTED: usize = 20;

/// What is written about.
#[derive(Debug, Clone)]
pub(super) struct Choices {
    pub(super) zone: String,
    pub(super) id: Option<ZoneId>,
    pub(super) account: Option<AccountId>,
    pub(super) from_live: bool,
}

/// What was chosen; none where a person ended the questions.
pub(super) async fn choose(args: &InitArgs, context: &Context) -> Result<Option<Choices>, Failure> {
    let zone = match context.selection.zone.as_slice() {
        [] => None,
        [zone] => Some(zone_name(zone).map_err(Failure::usage)?),
        _ => return Err(Failure::usage("init writes one zone; name one with --zone")),
    };
    let is_said = zone.is_some() || args.account.is_some() || args.from_live;
    if !is_said && !context.output.quiet && io::stdin().is_terminal() && io::stderr().is_terminal()
    {
        return Ok(ask_all(context, zones(context).await).await);
    }
    if args.from_live && zone.is_none() {
        return Err(Failure::usage("--from-live reads one zone; name it with --zone"));
    }
    Ok(Some(Choices {
        zone: zone.unwrap_or_else(|| EXAMPLE.to_owned()),
        id: None,
        account: args.account.clone(),
        from_live: args.from_live,
    }))
}

/// The zones of the token; none without a token, and none but a word of why where they cannot be read.
async fn zones(context: &Context) -> Vec<wire::Zone> {
    if !session::has_credentials(context) {
        return Vec::new();
    }
    let listed = async {
        let session = Session::open(context, &Loaded::empty()).await.map_err(|found| *found)?;
        let zones = session.api.all_zones().await.map_err(|error| error.to_finding());
        session.close().await;
        zones
    };
    listed.await.unwrap_or_else(|finding| {
        say(format_args!("The zones of the token are unknown: {}.", finding.summary));
        Vec::new()
    })
}

async fn ask_all(context: &Context, zones: Vec<wire::Zone>) -> Option<Choices> {
    list(&zones);
    let first = zones.first().map_or(EXAMPLE, |zone| &zone.name);
    let zone = ask("Zone", first, zone_name).await?;
    let known = zones.iter().find(|known| known.name == zone);
    let account = known.and_then(|zone| zone.account.clone());
    let shown = account.as_ref().map(ToString::to_string).unwrap_or_default();
    let account = ask("Account id, or nothing to leave it out", &shown, account_id).await?;
    let from_live = session::has_credentials(context)
        && ask("Begin with an example or with what is live (example, live)", "example", beginning)
            .await?;
    Some(Choices { id: known.map(|zone| zone.id.clone()), zone, account, from_live })
}

fn list(zones: &[wire::Zone]) {
    if zones.is_empty() {
        return;
    }
    say(format_args!("The token has access to {}:", counted(zones.len(), "zone")));
    zones.iter().take(LISTED).for_each(|zone| say(format_args!("  {}", zone.name)));
    if zones.len() > LISTED {
        say(format_args!("  … and {} more", zones.len() - LISTED));
    }
}

/// The answer to a question, asked again until it can be read; none at the end of the input.
async fn ask<T>(question: &str, default: &str, read: fn(&str) -> Result<T, String>) -> Option<T> {
    let offered = if default.is_empty() { String::new() } else { format!(" [{default}]") };
    loop {
        let answer = question::ask(&format!("{question}{offered}:")).await?;
        let answer = answer.trim();
        match read(if answer.is_empty() { default } else { answer }) {
            Ok(value) => return Some(value),
            Err(why) => say(why),
        }
    }
}

fn zone_name(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('.');
    match text.parse::<Hostname>() {
        Ok(name) if text.contains('.') => Ok(name.to_string()),
        _ => Err(format!("{text} is no zone; write a name such as example.com")),
    }
}

fn account_id(text: &str) -> Result<Option<AccountId>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("{text} is no account id; write its 32 hexadecimal digits");
    text.parse().map(Some).map_err(|_| wrong())
}

fn beginning(text: &str) -> Result<bool, String> {
    match text {
        "example" | "e" => Ok(false),
        "live" | "l" => Ok(true),
        other => Err(format!("write example or live, not {other}")),
    }
}
