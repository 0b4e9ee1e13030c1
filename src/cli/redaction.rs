//! What is hidden of everything that this process writes: the origins of configuration, state and live applications, collected while
//! they are read, and replaced where a text leaves the process.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::context::{OutputOptions, Redact};
use super::format::Format;
use super::load::Files;
use crate::config::Configuration;
use crate::ledger::State;
use crate::model::{Field, Spec, Value};
use crate::plan::{LiveZone, Plan};
use crate::render::redaction::{Public, Redactor, origins_in, origins_of, origins_of_fields};

/// What was collected, and the redactor that hides it.
#[derive(Debug)]
struct Collected {
    origins: BTreeSet<String>,
    /// Made when it is first needed, and again once there is more to hide.
    redactor: Option<Arc<Redactor>>,
}

/// The origins that were read so far. One set for the process, because messages leave it from everywhere.
static COLLECTED: Mutex<Collected> =
    Mutex::new(Collected { origins: BTreeSet::new(), redactor: None });

/// Whether messages on stderr hide origins.
static HIDES_IN_MESSAGES: AtomicBool = AtomicBool::new(false);

/// Whether anything that this run writes may hide origins. Where nothing does, none are collected.
static COLLECTS: AtomicBool = AtomicBool::new(true);

fn collected() -> MutexGuard<'static, Collected> {
    COLLECTED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn add(values: impl IntoIterator<Item = String>) {
    if !COLLECTS.load(Ordering::Relaxed) {
        return;
    }
    let mut collected = collected();
    let before = collected.origins.len();
    collected.origins.extend(values);
    if collected.origins.len() != before {
        collected.redactor = None;
    }
}

fn redactor() -> Option<Arc<Redactor>> {
    let mut collected = collected();
    if collected.redactor.is_none() {
        collected.redactor = Redactor::new(&collected.origins).map(Arc::new);
    }
    collected.redactor.clone()
}

/// Says for the whole run whether messages hide origins, and whether anything may; `posts` is a command that writes what everybody may
/// read, whatever format is asked for.
pub(super) fn start(options: &OutputOptions, posts: bool) {
    HIDES_IN_MESSAGES.store(options.hides_origins(), Ordering::Relaxed);
    COLLECTS.store(may_hide(options, posts), Ordering::Relaxed);
}

/// Whether anything that is written with these options may hide origins.
fn may_hide(options: &OutputOptions, posts: bool) -> bool {
    // A format that is not known is refused later.
    let is_posted = |given: &String| {
        let name = given.split_once('=').map_or(given.as_str(), |(name, _)| name);
        Format::ALL.iter().any(|(known, format)| *known == name && format.is_posted())
    };
    match options.redact {
        Some(redact) => redact == Redact::Origins,
        None => posts || options.format.iter().any(is_posted),
    }
}

/// Collects the origins of a configuration: those that were understood, and what may be one in its text.
pub(super) fn collect_configuration(files: &Files, configuration: &Configuration) {
    if !COLLECTS.load(Ordering::Relaxed) {
        return;
    }
    let drafts =
        || configuration.zones.values().flat_map(|zone| zone.apps.values()).map(|app| &app.draft);
    let addresses: BTreeSet<IpAddr> = drafts()
        .filter_map(|draft| match draft.get(Field::EdgeIpsIps) {
            Some(Value::Addresses(addresses)) => Some(addresses.0.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    let names = drafts().filter_map(|draft| match draft.get(Field::DnsName) {
        Some(Value::Hostname(name)) => Some(name.to_string().to_ascii_lowercase()),
        _ => None,
    });
    let names = names.chain(configuration.zones.keys().cloned()).collect();
    let public = Public { addresses, names };
    for (_, text) in &files.sources.files {
        add(origins_in(text, &public));
    }
    for draft in drafts() {
        let given = draft.given.iter().map(|(field, given)| (*field, given.value.clone()));
        add(origins_of(&Spec::new(given)));
    }
}

/// Collects the origins that the state holds.
pub(super) fn collect_state(state: &State) {
    add(state.apps.values().flat_map(|recorded| origins_of_fields(&recorded.fields)));
    let kept = state.kept.values().flat_map(|kept| [&kept.values, &kept.applied]);
    add(kept.flat_map(origins_of_fields));
    add(state.pending_restore.values().flat_map(|backup| origins_of(&backup.spec())));
}

/// Collects the origins of live applications.
pub(super) fn collect_live(zones: &[LiveZone]) {
    add(zones.iter().flat_map(|zone| &zone.apps).flat_map(|live| origins_of(&live.spec)));
}

/// Collects the origins that a plan shows.
pub(super) fn collect_plan(plan: &Plan) {
    let fields = plan.changes.iter().flat_map(|change| &change.fields);
    let sides = fields
        .filter(|field| matches!(field.field, Field::OriginDirect | Field::OriginDnsName))
        .flat_map(|field| field.before.iter().chain(&field.after));
    for side in sides {
        let texts = side.members.as_deref().unwrap_or(std::slice::from_ref(&side.text));
        let public = Public::default();
        add(texts.iter().flat_map(|text| origins_in(&format!("origin {text}"), &public)));
    }
}

/// What is hidden in one output.
#[derive(Debug)]
pub(super) struct Redaction(Option<Arc<Redactor>>);

impl Redaction {
    /// What is hidden in a format: what `--redact` says; without it, origins in what is posted in public, unless the repository is
    /// known to be private.
    pub(super) fn for_format(options: Option<Redact>, format: Format) -> Redaction {
        let hides = match options {
            Some(Redact::Origins) => true,
            Some(Redact::None) => false,
            None => format.is_posted() && !is_private_repository(),
        };
        assert!(!hides || COLLECTS.load(Ordering::Relaxed), "what is hidden was collected");
        Redaction(hides.then(redactor).flatten())
    }

    /// What is hidden in messages on stderr.
    pub(super) fn for_messages() -> Redaction {
        Redaction(HIDES_IN_MESSAGES.load(Ordering::Relaxed).then(redactor).flatten())
    }

    /// The text as it may leave the process.
    pub(super) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0.as_ref().map_or(Cow::Borrowed(text), |redactor| redactor.redact(text))
    }

    /// Writes what `render` makes, as it may leave the process.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.0.is_none() {
            return render(out);
        }
        let mut bytes = Vec::new();
        render(&mut bytes)?;
        out.write_all(self.apply(&String::from_utf8_lossy(&bytes)).as_bytes())
    }
}

/// Whether the pipeline says that few may read what it posts. Where it says nothing, everybody may.
fn is_private_repository() -> bool {
    if let Ok(visibility) = std::env::var("CI_PROJECT_VISIBILITY") {
        return visibility == "private" || visibility == "internal";
    }
    let event = std::env::var_os("GITHUB_EVENT_PATH").and_then(|path| std::fs::read(path).ok());
    let event: Option<serde_json::Value> =
        event.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let repository = event.as_ref().and_then(|event| event.get("repository"));
    repository.is_some_and(|repository| {
        let visibility = repository.get("visibility").and_then(serde_json::Value::as_str);
        let is_private = repository.get("private").and_then(serde_json::Value::as_bool);
        visibility.map_or(is_private == Some(true), |visibility| visibility != "public")
    })
}

#[cfg(test)]
mod tests {
    use super::super::context::{Colour, LogFormat};
    use super::*;

    fn options(redact: Option<Redact>, formats: &[&str]) -> OutputOptions {
        OutputOptions {
            format: formats.iter().map(|format| (*format).to_owned()).collect(),
            color: Colour::Auto,
            redact,
            quiet: false,
            verbose: 0,
            log_format: LogFormat::Text,
        }
    }

    #[test]
    fn origins_are_collected_where_anything_may_hide_them_and_nowhere_else() {
        let may = |redact, formats: &[&str], posts| may_hide(&options(redact, formats), posts);
        assert!(!may(None, &[], false));
        assert!(!may(None, &["human", "json=plan.json", "concise"], false));
        assert!(may(None, &["json", "markdown=comment.md"], false));
        for posted in ["markdown", "github", "sarif", "junit"] {
            assert!(may(None, &[posted], false), "{posted}");
            assert!(!may(Some(Redact::None), &[posted], true), "{posted}");
        }
        assert!(may(None, &[], true), "a command that posts");
        assert!(may(Some(Redact::Origins), &[], false));
    }
}
