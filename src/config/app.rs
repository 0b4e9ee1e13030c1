//! An application of the configuration: its draft, and what the API never sees of it (labels, note, lifecycle).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::decoder::{self, Decoder};
use super::settings::{ON_DRIFT, OnDrift};
use super::variables::Scope;
use crate::finding::Place;
use crate::model::draft::Source;
use crate::model::{Address, Draft, Entry, Field, Node, Protect, did_you_mean};

/// Whether a change that the API refuses may be a delete and a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replace {
    /// It is refused.
    #[default]
    Refuse,
    /// It may.
    Allow,
    /// It may up to and including this day.
    Until(Date),
}

impl Replace {
    /// Whether it is allowed on a day.
    pub fn is_allowed(self, today: Date) -> bool {
        match self {
            Replace::Refuse => false,
            Replace::Allow => true,
            Replace::Until(day) => today <= day,
        }
    }
}

/// A field whose live value is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The fields: one, or all under a top-level name.
    pub fields: Vec<Field>,
    /// The name as written.
    pub name: String,
    /// Why.
    pub reason: String,
    /// The day after which it should be looked at again.
    pub until: Option<Date>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// A check that is allowed to be against an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The code or slug.
    pub check: String,
    /// Why.
    pub reason: String,
    /// The last day on which it is allowed.
    pub until: Option<Date>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// `lifecycle`: what may be done to the application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lifecycle {
    /// What is guarded.
    pub protect: Protect,
    /// Whether it may be replaced.
    pub replace: Replace,
    /// The names of fields that this version does not know and that a replace may lose.
    pub allow_loss: Vec<String>,
    /// The fields that are left alone.
    pub ignore_changes: Vec<Ignored>,
    /// The checks that may be against it.
    pub allow: Vec<Allowed>,
}

/// The row that an application stands for.
#[derive(Debug, Clone)]
pub struct RowOf {
    /// The address of the template.
    pub template: Arc<Address>,
    /// What names the row: `each.region, each.port`.
    pub from: Arc<str>,
    /// How many rows the template has.
    pub count: usize,
    /// Where the value or row is written.
    pub place: Option<Place>,
}

/// An application of the configuration.
#[derive(Debug, Clone)]
pub struct App {
    /// Its address.
    pub address: Address,
    /// What was written.
    pub draft: Draft,
    /// Labels, never sent.
    pub labels: BTreeMap<String, String>,
    /// A note, never sent.
    pub note: Option<String>,
    /// What may be done to it.
    pub lifecycle: Lifecycle,
    /// What is done about drift of this application, if it says so itself.
    pub on_drift: Option<OnDrift>,
    /// The file it stands in, as the state remembers it.
    pub file: String,
    /// Where its key stands.
    pub place: Option<Place>,
    /// The row of `each` that it is, if it is one.
    pub row: Option<RowOf>,
}

/// The keys of an application that are not attributes of the API's object.
const OWN_KEYS: [&str; 5] = ["labels", "note", "lifecycle", "on_drift", "each"];

/// What a zone says of each of its applications that does not say it itself.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) draft: Draft,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) note: Option<String>,
}

/// Where an application is written, and what it takes over from there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    /// The file, as the state remembers it.
    pub(super) file: &'a str,
    /// The place of its key.
    pub(super) place: Option<&'a Place>,
    /// The zone's defaults.
    pub(super) defaults: &'a Defaults,
    /// What may be put into its texts.
    pub(super) scope: Scope<'a>,
}

/// Reads labels, each a text.
pub(super) fn read_labels(node: &Node, decoder: &mut Decoder) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for entry in decoder.open_mapping(node, "labels") {
        if let Some(text) = decoder.shown_text(&entry.value, &format!("labels.{}", entry.key)) {
            labels.insert(entry.key.clone(), text);
        }
    }
    labels
}

impl App {
    /// Reads an application with these entries, and lays the zone's defaults under it.
    pub(super) fn read(
        address: Address,
        entries: &[Entry],
        site: Site<'_>,
        decoder: &mut Decoder,
    ) -> App {
        decoder.address = Some(address.to_string());
        let mut app = App::begin(address, entries, site);
        let mut entries = entries.to_vec();
        entries.iter_mut().for_each(|entry| site.scope.resolve_entry(entry));
        app.read_entries(entries, decoder);
        decoder.address = None;
        app
    }

    /// An application that has nothing yet but the defaults that its entries do not replace.
    pub(super) fn begin<'e>(
        address: Address,
        entries: impl IntoIterator<Item = &'e Entry>,
        site: Site<'_>,
    ) -> App {
        let mut draft = Draft { place: site.place.cloned(), ..Draft::default() };
        let own: BTreeSet<&str> = entries.into_iter().map(|it| it.key.as_str()).collect();
        let Defaults { draft: defaults, labels, note } = site.defaults;
        draft.inherit(defaults, &own);
        let labels = if own.contains("labels") { BTreeMap::new() } else { labels.clone() };
        App {
            address,
            draft,
            labels,
            note: note.clone().filter(|_| !own.contains("note")),
            lifecycle: Lifecycle::default(),
            on_drift: None,
            file: site.file.to_owned(),
            place: site.place.cloned(),
            row: None,
        }
    }

    /// Reads entries into which the values were put already.
    pub(super) fn read_entries(&mut self, entries: Vec<Entry>, decoder: &mut Decoder) {
        let (own, fields): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| OWN_KEYS.contains(&entry.key.as_str()));
        self.draft.add(&fields, Source::App, &BTreeSet::new());
        for entry in &own {
            self.read_key(entry, decoder);
        }
    }

    fn read_key(&mut self, entry: &Entry, decoder: &mut Decoder) {
        match entry.key.as_str() {
            "labels" if entry.value.is_null() => {}
            "labels" => self.labels = read_labels(&entry.value, decoder),
            "note" if !entry.value.is_null() => {
                self.note = decoder.shown_text(&entry.value, "note")
            }
            "on_drift" => self.on_drift = decoder.keyword(&entry.value, "on_drift", &ON_DRIFT),
            "lifecycle" => {
                let entries = decoder.mapping(
                    &entry.value,
                    "lifecycle",
                    &["protect", "replace", "ignore_changes", "allow", "on_drift"],
                );
                for entry in entries {
                    self.read_lifecycle(entry, decoder);
                }
            }
            _ => {}
        }
    }

    fn read_lifecycle(&mut self, entry: &Entry, decoder: &mut Decoder) {
        let node = &entry.value;
        match entry.key.as_str() {
            "protect" => {
                let words =
                    [("true", Protect::On), ("false", Protect::Off), ("strict", Protect::Strict)];
                self.lifecycle.protect =
                    decoder.keyword(node, "lifecycle.protect", &words).unwrap_or_default();
            }
            "replace" => {
                (self.lifecycle.replace, self.lifecycle.allow_loss) = read_replace(node, decoder)
            }
            "on_drift" => self.on_drift = decoder.keyword(node, "lifecycle.on_drift", &ON_DRIFT),
            "ignore_changes" => {
                self.lifecycle.ignore_changes = decoder
                    .list(node, "lifecycle.ignore_changes")
                    .iter()
                    .filter_map(|item| read_ignored(item, decoder))
                    .collect()
            }
            "allow" => {
                self.lifecycle.allow = decoder
                    .list(node, "lifecycle.allow")
                    .iter()
                    .filter_map(|item| read_allowed(item, decoder))
                    .collect()
            }
            _ => {}
        }
    }
}

fn read_replace(node: &Node, decoder: &mut Decoder) -> (Replace, Vec<String>) {
    if node.entries().is_none() {
        let words = [("allow", Replace::Allow), ("refuse", Replace::Refuse)];
        let replace = decoder.keyword(node, "lifecycle.replace", &words).unwrap_or_default();
        return (replace, Vec::new());
    }
    let entries = decoder.mapping(node, "lifecycle.replace", &["until", "allow_loss"]);
    let at = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
    let until = at("until").map(|node| decoder.date(node, "lifecycle.replace.until"));
    let path = "lifecycle.replace.allow_loss";
    let allow_loss: Vec<String> = at("allow_loss")
        .map(|node| {
            decoder.list(node, path).iter().filter_map(|item| decoder.text(item, path)).collect()
        })
        .unwrap_or_default();
    let replace = match until {
        Some(until) => until.map_or(Replace::Refuse, Replace::Until),
        None if allow_loss.is_empty() => Replace::Refuse,
        None => Replace::Allow,
    };
    (replace, allow_loss)
}

/// The text and date that `ignore_changes` and `allow` have in common.
struct Exception {
    subject: Option<(String, Option<Place>)>,
    reason: String,
    until: Option<Date>,
}

fn read_exception(node: &Node, path: &str, subject: &str, decoder: &mut Decoder) -> Exception {
    let mut exception = Exception { subject: None, reason: String::new(), until: None };
    for entry in decoder.mapping(node, path, &[subject, "reason", "until"]) {
        let path = format!("{path}.{}", entry.key);
        match entry.key.as_str() {
            "reason" => {
                exception.reason = decoder.shown_text(&entry.value, &path).unwrap_or_default()
            }
            "until" => exception.until = decoder.date(&entry.value, &path),
            key if key == subject => {
                exception.subject =
                    decoder.text(&entry.value, &path).map(|text| (text, entry.value.place.clone()))
            }
            _ => {}
        }
    }
    if node.entries().is_some() && exception.subject.is_none() {
        decoder.missing(
            node.place.as_ref(),
            &format!("{path}.{subject}"),
            None,
            &format!("add `{subject}`"),
        );
    }
    if node.entries().is_some() && exception.reason.trim().is_empty() {
        decoder.missing(
            node.place.as_ref(),
            &format!("{path}.reason"),
            Some("an exception outlives the memory of why it was made"),
            "add `reason`, such as reason: \"ticket 4711\"",
        );
    }
    exception
}

fn read_ignored(node: &Node, decoder: &mut Decoder) -> Option<Ignored> {
    let Exception { subject, reason, until } =
        read_exception(node, "lifecycle.ignore_changes", "field", decoder);
    let (name, place) = subject?;
    let fields: Vec<Field> = Field::with_path(&name)
        .into_iter()
        .chain(Field::under(&name).filter(|field| field.path() != name))
        .collect();
    if fields.is_empty() {
        let known: Vec<&str> = Field::all().map(Field::path).collect();
        let near = did_you_mean(&name, known.iter().copied());
        let fix = near.map_or_else(
            || format!("write one of {}", known.join(", ")),
            |near| format!("write {near}"),
        );
        let finding =
            decoder::invalid(format!("`{name}` is not a field of an application")).fix(fix);
        decoder.say(finding.on("lifecycle.ignore_changes.field").at(place.as_ref()));
        return None;
    }
    Some(Ignored { fields, name, reason, until, place })
}

fn read_allowed(node: &Node, decoder: &mut Decoder) -> Option<Allowed> {
    let Exception { subject, reason, until } =
        read_exception(node, "lifecycle.allow", "check", decoder);
    let (check, place) = subject?;
    if crate::codes::find(&check).is_none() {
        let finding = decoder::invalid(format!("`{check}` is not a check"))
            .fix("write the code or slug of a check; `spectrumctl explain --list` shows them");
        decoder.say(finding.on("lifecycle.allow.check").at(place.as_ref()));
        return None;
    }
    if let Some(code) = crate::codes::find(&check).filter(|_| !crate::codes::is_check(&check)) {
        decoder
            .say(decoder::not_a_check(&check, code).on("lifecycle.allow.check").at(place.as_ref()));
        return None;
    }
    Some(Allowed { check, reason, until, place })
}
