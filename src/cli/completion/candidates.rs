//! What may come next: the names of the configuration and of a state in a folder, and those that the program itself has.

use std::collections::BTreeSet;

use clap_complete::engine::CompletionCandidate;

use super::words::words;
use crate::cli::format::Format;
use crate::cli::loaded::Loaded;
use crate::cli::session;
use crate::codes;
use crate::model::{Address, field};
use crate::state::Store;

type Candidates = Vec<CompletionCandidate>;

/// The configuration of the words that were typed; an unreadable one has what of it can be read.
fn configuration() -> Option<Loaded> {
    Some(Loaded::read(&words()?.files))
}

/// The state, where it is a folder: a bucket is never asked.
fn store() -> Option<Store> {
    let context = words()?;
    let loaded = Loaded::read(&context.files);
    session::store(&context, &loaded).ok().filter(|store| matches!(store, Store::Folder(_)))
}

fn wait<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    Some(runtime.block_on(work))
}

fn named(names: impl IntoIterator<Item = String>) -> Candidates {
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The zones of the configuration.
pub(super) fn zones() -> Candidates {
    let loaded = configuration();
    named(loaded.into_iter().flat_map(|loaded| loaded.configuration.zones.into_keys()))
}

/// The addresses that are configured or recorded.
pub(super) fn addresses() -> Candidates {
    named(known().iter().map(ToString::to_string))
}

fn known() -> BTreeSet<Address> {
    let loaded = configuration();
    let configured =
        loaded.iter().flat_map(|loaded| loaded.configuration.apps().map(|app| app.address.clone()));
    let recorded = store().and_then(|store| wait(store.read())).and_then(Result::ok);
    let recorded = recorded.into_iter().flat_map(|snapshot| snapshot.state.apps.into_addresses());
    configured.chain(recorded).collect()
}

/// Addresses, and what means several of them.
pub(super) fn patterns() -> Candidates {
    let known = known();
    let zones: BTreeSet<String> =
        known.iter().map(|address| format!("{}/*", address.zone)).collect();
    named(zones.into_iter().chain(known.iter().map(ToString::to_string)))
}

/// The codes and slugs that `explain` knows, with their titles, and the names of fields.
pub(super) fn codes_and_fields() -> Candidates {
    let titled = |code: &codes::Code| {
        CompletionCandidate::new(code.name()).help(Some(code.title.to_owned().into()))
    };
    codes::all()
        .map(titled)
        .chain(named(field::top_names().into_iter().map(str::to_owned)))
        .collect()
}

/// The codes of the API.
pub(super) fn numbers() -> Candidates {
    named(codes::all().filter(|code| code.number.is_some()).map(codes::Code::name))
}

/// The formats.
pub(super) fn formats() -> Candidates {
    let one = |(name, format): &(&str, Format)| {
        CompletionCandidate::new(*name).help(Some(format.about().to_owned().into()))
    };
    Format::ALL.iter().map(one).collect()
}

/// The guards that `--allow` lifts.
pub(super) fn guards() -> Candidates {
    let zones =
        configuration().into_iter().flat_map(|loaded| loaded.configuration.zones.into_keys());
    let zones = zones.map(|zone| format!("zone={zone}"));
    let plain =
        ["empty", "vanished", "no-state", "state-moved", "zone=", "file="].map(str::to_owned);
    named(plain.into_iter().chain(zones))
}

/// The versions of the state that are kept.
pub(super) fn versions() -> Candidates {
    let kept = store().and_then(|store| wait(async move { store.history().await }));
    let kept = kept.and_then(Result::ok).unwrap_or_default();
    named(kept.iter().map(|version| version.serial.to_string()))
}
