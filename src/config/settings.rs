//! `settings`: how the tool is to act on this configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decoder::Decoder;
use crate::finding::{Place, Severity};
use crate::model::{Entry, Node};

/// What is done about a live value that differs from what was last applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnDrift {
    /// It is set back to the configuration.
    #[default]
    Repair,
    /// It is shown and left alone.
    Hold,
    /// The run is refused.
    Refuse,
}

/// The words of `on_drift`.
pub(super) const ON_DRIFT: [(&str, OnDrift); 3] =
    [("repair", OnDrift::Repair), ("hold", OnDrift::Hold), ("refuse", OnDrift::Refuse)];

/// What apply does after a step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Goes on with what does not depend on it.
    #[default]
    Continue,
    /// Finishes what is running and stops.
    Stop,
}

/// How much one apply may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most deletes.
    pub max_deletes: u32,
    /// The most deletes in percent of the recorded applications, overall and by zone.
    pub max_delete_percent: u32,
    /// The most replaces.
    pub max_replaces: u32,
    /// The most updates.
    pub max_updates: u32,
    /// The most connections that outages cut, together.
    pub max_connections_cut: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_deletes: 10,
            max_delete_percent: 30,
            max_replaces: 5,
            max_updates: 100,
            max_connections_cut: None,
        }
    }
}

/// What a check weighs by `settings.checks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeverityOverride {
    /// As said.
    DefaultSeverity(Severity),
    /// It is not looked at.
    Off,
}

/// The settings, each with its default.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file that holds them; the state folder is relative to it.
    pub file: Option<Arc<str>>,
    /// Whose the state is, if it is given.
    pub name: Option<String>,
    /// Where the state is kept: a folder or a URL.
    pub state: Option<String>,
    /// Whether a live application with the same identity but other values may be taken over.
    pub adopt: bool,
    /// What is done about drift.
    pub on_drift: OnDrift,
    /// What is done after a failed step.
    pub on_error: OnError,
    /// How many steps run side by side.
    pub parallelism: Option<u32>,
    /// How much one apply may change.
    pub limits: Limits,
    /// What each check weighs, by code or slug, with where it is said.
    pub checks: BTreeMap<String, (SeverityOverride, Option<Place>)>,
}

const KEYS: [&str; 8] =
    ["name", "state", "adopt", "on_drift", "on_error", "parallelism", "limits", "checks"];
const LIMITS: [&str; 5] =
    ["max_deletes", "max_delete_percent", "max_replaces", "max_updates", "max_connections_cut"];
const WEIGHTS: [(&str, SeverityOverride); 3] = [
    ("error", SeverityOverride::DefaultSeverity(Severity::Error)),
    ("warn", SeverityOverride::DefaultSeverity(Severity::Warning)),
    ("off", SeverityOverride::Off),
];

/// Where a state can be.
const STATE_PLACES: &str =
    "a folder, or s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX";

/// Whether a state is said to be where none can be.
fn is_unknown_place(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    text.trim().is_empty() || scheme.is_some_and(|scheme| !["s3", "gs", "az"].contains(&scheme))
}

impl Settings {
    /// Reads `settings`.
    pub(super) fn read(node: &Node, file: &Arc<str>, decoder: &mut Decoder) -> Settings {
        let mut settings = Settings { file: Some(file.clone()), ..Settings::default() };
        for entry in decoder.mapping(node, "settings", &KEYS) {
            settings.read_key(entry, decoder);
        }
        settings
    }

    fn read_key(&mut self, entry: &Entry, decoder: &mut Decoder) {
        let path = format!("settings.{}", entry.key);
        let node = &entry.value;
        match entry.key.as_str() {
            "name" => {
                self.name = decoder.text(node, &path).filter(|name| !name.trim().is_empty());
                if self.name.is_none() && node.scalar().is_some() && node.mask.is_none() {
                    decoder.wrong_type(node, &path, "a name");
                }
            }
            "state" => {
                self.state = decoder.text(node, &path);
                if node.mask.is_none() && self.state.as_deref().is_some_and(is_unknown_place) {
                    decoder.wrong_type(node, &path, STATE_PLACES);
                }
            }
            "adopt" => self.adopt = decoder.flag(node, &path).unwrap_or_default(),
            "on_drift" => {
                self.on_drift = decoder.keyword(node, &path, &ON_DRIFT).unwrap_or_default()
            }
            "on_error" => {
                self.on_error = decoder
                    .keyword(
                        node,
                        &path,
                        &[("continue", OnError::Continue), ("stop", OnError::Stop)],
                    )
                    .unwrap_or_default()
            }
            "parallelism" => self.parallelism = decoder.number_in(node, &path, 1..=u32::MAX),
            "limits" => self.read_limits(node, decoder),
            "checks" => self.read_checks(node, decoder),
            _ => {}
        }
    }

    fn read_limits(&mut self, node: &Node, decoder: &mut Decoder) {
        for entry in decoder.mapping(node, "settings.limits", &LIMITS) {
            let most = if entry.key == "max_delete_percent" { 100 } else { u32::MAX };
            let path = format!("settings.limits.{}", entry.key);
            let Some(number) = decoder.number_in(&entry.value, &path, 0..=most) else {
                continue;
            };
            match entry.key.as_str() {
                "max_deletes" => self.limits.max_deletes = number,
                "max_delete_percent" => self.limits.max_delete_percent = number,
                "max_replaces" => self.limits.max_replaces = number,
                "max_updates" => self.limits.max_updates = number,
                "max_connections_cut" => self.limits.max_connections_cut = Some(number),
                _ => {}
            }
        }
    }

    fn read_checks(&mut self, node: &Node, decoder: &mut Decoder) {
        for entry in decoder.open_mapping(node, "settings.checks") {
            let path = format!("settings.checks.{}", entry.key);
            if let Some(code) =
                crate::codes::find(&entry.key).filter(|_| !crate::codes::is_check(&entry.key))
            {
                decoder.say(
                    super::decoder::not_a_check(&entry.key, code)
                        .on(&path)
                        .at(entry.key_place.as_ref()),
                );
            } else if crate::codes::find(&entry.key).is_none() {
                let known: Vec<&str> = crate::codes::CODES.iter().map(|code| code.slug).collect();
                decoder.unknown_key(
                    &entry.key,
                    entry.key_place.as_ref(),
                    "settings.checks",
                    &known,
                );
            } else if let Some(weight) = decoder.keyword(&entry.value, &path, &WEIGHTS) {
                self.checks.insert(entry.key.clone(), (weight, entry.key_place.clone()));
            }
        }
    }
}
