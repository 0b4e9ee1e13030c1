//! The fields of a change: which differ, who made them differ, and how they may be shown.

use std::collections::BTreeMap;

use super::change::{ChangeCause, FieldChange, Side};
use super::input::Policy;
use crate::config::App;
use crate::diff::Delta;
use crate::model::value::CHANGED;
use crate::model::{Field, Live, Recorded, Source, Spec, Value};

/// What decides how values are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldView<'a> {
    pub(super) policy: &'a Policy,
}

/// Who made a field differ: the live value is what was last written, or the desired one is, or neither.
pub(super) fn cause_of(delta: &Delta, recorded: Option<&Spec>) -> ChangeCause {
    let Some(recorded) = recorded else { return ChangeCause::Config };
    let written = recorded.effective(delta.field);
    if written == delta.after.as_ref() {
        ChangeCause::Drift
    } else if written == delta.before.as_ref() {
        ChangeCause::Config
    } else {
        ChangeCause::Both
    }
}

impl FieldView<'_> {
    /// The fields of an update.
    pub(super) fn describe_deltas(
        self,
        deltas: &[Delta],
        app: &App,
        recorded: Option<&Recorded>,
    ) -> Vec<FieldChange> {
        let written = recorded.map(Recorded::spec);
        deltas
            .iter()
            .map(|delta| {
                self.describe_delta(delta, app, recorded, cause_of(delta, written.as_ref()))
            })
            .collect()
    }

    fn describe_delta(
        self,
        delta: &Delta,
        app: &App,
        recorded: Option<&Recorded>,
        cause: ChangeCause,
    ) -> FieldChange {
        let given = app.draft.given.get(&delta.field);
        let mask = given.and_then(|given| given.mask.as_deref());
        let former = recorded
            .and_then(|recorded| recorded.masks.get(delta.field.path()))
            .map(String::as_str);
        let changed = mask.map(|mask| {
            if delta.before.is_some() { format!("{mask}{CHANGED}") } else { mask.to_owned() }
        });
        FieldChange {
            field: delta.field,
            before: delta
                .before
                .as_ref()
                .map(|value| self.side(delta.field, value, former.or(mask))),
            after: delta
                .after
                .as_ref()
                .map(|value| self.side(delta.field, value, changed.as_deref())),
            cause,
            source: given.map_or(Source::ApiDefault, |given| given.source),
            forces_replace: delta.field.row().change
                == crate::model::field::Mutability::ForcesReplace
                && delta.before.is_some(),
            is_unseen: delta.is_unseen,
            digest_input: [digest_text(delta.before.as_ref()), digest_text(delta.after.as_ref())],
        }
    }

    /// The fields of a create: what is declared, and what is not the default.
    pub(super) fn describe_create(self, desired: &Spec, app: &App) -> Vec<FieldChange> {
        let declared = desired.values().map(|(field, value)| Delta {
            field,
            before: None,
            after: Some(value.clone()),
            by_default: false,
            is_unseen: false,
        });
        declared.map(|delta| self.describe_delta(&delta, app, None, ChangeCause::Config)).collect()
    }

    /// The fields of a delete: the live values that are not the default.
    pub(super) fn describe_delete(
        self,
        live: &Live,
        recorded: Option<&Recorded>,
    ) -> Vec<FieldChange> {
        let set = live.spec.values().filter(|(field, value)| field.row().default != Some(*value));
        set.map(|(field, value)| {
            let mask =
                recorded.and_then(|recorded| recorded.masks.get(field.path())).map(String::as_str);
            FieldChange {
                field,
                before: Some(self.side(field, value, mask)),
                after: None,
                cause: ChangeCause::Config,
                source: Source::App,
                forces_replace: false,
                is_unseen: false,
                digest_input: [digest_text(Some(value)), String::new()],
            }
        })
        .collect()
    }

    pub(super) fn side(self, field: Field, value: &Value, mask: Option<&str>) -> Side {
        let hidden = self.policy.redact_origins && field.row().origin;
        match mask.or(hidden.then_some("‹redacted›")) {
            Some(mask) => Side { json: value.masked(mask), text: mask.to_owned(), members: None },
            None => {
                Side { json: value.to_json(), text: value.to_string(), members: value.members() }
            }
        }
    }
}

/// The value for the digest.
fn digest_text(value: Option<&Value>) -> String {
    value.map(|value| value.canonical().to_string()).unwrap_or_default()
}

/// The masks of an application's fields, by path.
pub(super) fn masks_of(app: &App) -> BTreeMap<String, String> {
    let masked = app
        .draft
        .given
        .iter()
        .filter_map(|(field, given)| Some((field.path().to_owned(), given.mask.clone()?)));
    masked.collect()
}
