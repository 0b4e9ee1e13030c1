//! What a comparison of live and applied gives: the report of `drift`.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, FieldChange, Reason, Selected, Side, UnmanagedApp, Verdict};
use super::digest;
use crate::finding::{Finding, Place, in_order};
use crate::model::{Address, AppId, Impact, ZoneId};

/// How many events are listed of one application.
const EVENTS_LISTED: usize = 3;

/// Who did something to an application, as the audit log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditEvent {
    /// When, RFC 3339.
    pub time: String,
    /// What: `create`, `update`, `delete`.
    pub action: String,
    /// Who: a user's address or a token's name.
    pub actor: String,
    /// By which means: `dash`, `api_token`, `api_key`.
    pub means: Option<String>,
}

/// A field that somebody else has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct DriftedField {
    /// What a repair would do: before it the live value, after it the desired one.
    pub change: FieldChange,
    /// What was last applied; `None` for nothing.
    pub applied: Option<Side>,
}

/// An application that is no longer as it was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifted {
    /// The address.
    pub address: Address,
    /// The zone's id.
    pub zone_id: ZoneId,
    /// The live application's id.
    pub app_id: AppId,
    /// The id that it was applied under, where it was created again outside.
    pub former_id: Option<AppId>,
    /// What the next apply does about it.
    pub action: Action,
    /// `differs`, or `recreated_outside`.
    pub reason: Reason,
    /// What clients notice of a repair.
    pub impact: Impact,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// When it was last modified, as the API wrote it.
    pub modified_on: Option<String>,
    /// What differs, in table order.
    pub fields: Vec<DriftedField>,
    /// Where it is configured.
    pub place: Option<Place>,
    /// Who has done something to it, the newest first.
    pub who: Vec<AuditEvent>,
}

/// An application that was applied and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The address.
    pub address: Address,
    /// The id that it had.
    pub app_id: AppId,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Where it is configured.
    pub place: Option<Place>,
    /// Who deleted it.
    pub who: Vec<AuditEvent>,
}

impl Missing {
    /// What happened, as far as it is known: what was never recorded may never have been there.
    pub fn happened(&self) -> &'static str {
        match self.app_id.as_str() {
            "" => "configured and not live",
            _ => "deleted outside",
        }
    }
}

/// A live application that the configuration does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The application.
    pub unmanaged_app: UnmanagedApp,
    /// Whether no apply has met it yet.
    pub appeared: bool,
    /// Who created it.
    pub who: Vec<AuditEvent>,
}

/// What is live against what was last applied.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Applications that were changed or created again outside, by address.
    pub changed: Vec<Drifted>,
    /// Applications that are gone, by address.
    pub missing: Vec<Missing>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<Appearance>,
    /// Changes in fields that the configuration ignores.
    pub ignored: Vec<Drifted>,
    /// Changes that the configuration has taken over since.
    pub accepted: Vec<Drifted>,
    /// How many applications are as they were applied.
    pub unchanged: usize,
    /// How many changes an apply would make for another reason than drift.
    pub pending: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What stands against relying on it.
    pub verdict: Verdict,
    /// The names of the zones that were not read.
    pub unread: Vec<String>,
    /// Whether every zone was read and nothing is wrong.
    pub complete: bool,
    /// The digest of the plan that would repair it.
    pub digest: String,
    /// What was selected, and how much that left out; none for everything.
    pub selection: Option<Selected>,
    /// Whether the audit log was asked.
    pub asked: bool,
    /// Whether it was looked for in a simulator.
    pub simulated: bool,
}

impl Drift {
    /// A report that could not be made, for what is wrong.
    pub fn refused(findings: Vec<Finding>, verdict: Verdict, simulated: bool) -> Drift {
        Drift {
            findings: in_order(findings),
            verdict,
            digest: digest::of_nothing(),
            simulated,
            ..Drift::default()
        }
    }

    /// Whether anything drifted: a field, an application that is missing, or one that appeared.
    pub fn is_any(&self) -> bool {
        !self.changed.is_empty() || !self.missing.is_empty() || self.appeared().next().is_some()
    }

    /// The live applications that no apply has met.
    pub fn appeared(&self) -> impl Iterator<Item = &Appearance> {
        self.unmanaged.iter().filter(|unmanaged_app| unmanaged_app.appeared)
    }

    /// The ids that the audit log may know something about, by zone.
    pub fn ids(&self) -> BTreeMap<&str, BTreeSet<&AppId>> {
        let mut ids: BTreeMap<&str, BTreeSet<&AppId>> = BTreeMap::new();
        for drifted in self.changed.iter().chain(&self.ignored) {
            ids.entry(&drifted.address.zone)
                .or_default()
                .extend([&drifted.app_id].into_iter().chain(&drifted.former_id));
        }
        for missing in &self.missing {
            ids.entry(&missing.address.zone).or_default().insert(&missing.app_id);
        }
        for appeared in self.appeared() {
            ids.entry(&appeared.unmanaged_app.zone)
                .or_default()
                .insert(&appeared.unmanaged_app.app_id);
        }
        ids
    }

    /// Takes over what the audit log tells, by application and with the newest first. A change is told by updates, an application that
    /// is new by its creation, one that is gone by its deletion.
    pub fn attribute(&mut self, events: &BTreeMap<AppId, Vec<AuditEvent>>) {
        let of = |id: &AppId, actions: &[&str]| -> Vec<AuditEvent> {
            let all = events.get(id).into_iter().flatten();
            all.filter(|event| actions.contains(&event.action.as_str()))
                .take(EVENTS_LISTED)
                .cloned()
                .collect()
        };
        for drifted in self.changed.iter_mut().chain(&mut self.ignored) {
            drifted.who = match &drifted.former_id {
                Some(former) => of(&drifted.app_id, &["create", "update"])
                    .into_iter()
                    .chain(of(former, &["delete"]))
                    .collect(),
                None => of(&drifted.app_id, &["update"]),
            };
        }
        self.missing.iter_mut().for_each(|missing| missing.who = of(&missing.app_id, &["delete"]));
        self.unmanaged.iter_mut().for_each(|unmanaged_app| {
            unmanaged_app.who = of(&unmanaged_app.unmanaged_app.app_id, &["create"])
        });
        self.asked = true;
    }
}
