//! The fields in which two applications differ.

use crate::model::field::Absent;
use crate::model::{Field, Keyword, Spec, Value};

/// A field in which two applications differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The field.
    pub field: Field,
    /// What the live application has; `None` for nothing.
    pub before: Option<Value>,
    /// What it is to have; `None` for nothing.
    pub after: Option<Value>,
    /// Whether `after` is the API's default because nothing is declared.
    pub by_default: bool,
    /// Whether answers leave the field out, so that `before` is what was last applied and the change cannot be read back.
    pub is_unseen: bool,
}

/// The form of a live application as far as it is known: where answers leave a field out, what was last applied decides.
pub fn known(live: &Spec, applied: Option<&Spec>) -> Spec {
    let mut known = live.clone();
    for field in Field::all().filter(|field| is_unseen(*field, live)) {
        if let Some(value) = applied.and_then(|applied| applied.get(field)) {
            known.set(field, value.clone());
        }
    }
    known
}

/// Whether answers leave the field out where it is set, so that nothing can be told from its absence.
pub fn is_unseen(field: Field, live: &Spec) -> bool {
    let beside = field.split().1.is_empty()
        || Field::under(field.top()).any(|other| live.get(other).is_some());
    live.get(field).is_none() && live.absence(field) == Absent::Unknown && beside
}

/// What must be written so that a live application becomes exactly another form, in table order. `applied` is what was last written
/// to it.
pub fn changes(live: &Spec, applied: Option<&Spec>, form: &Spec) -> Vec<Delta> {
    let known = known(live, applied);
    let change = |field| {
        let (before, after) = (known.effective(field), form.effective(field));
        let is_moot = field == Field::EdgeIpsConnectivity
            && form.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
        let is_unseen = is_unseen(field, live);
        let is_unknown = is_unseen && applied.is_none();
        (before != after && !is_moot).then(|| Delta {
            field,
            before: before.filter(|_| !is_unknown).cloned(),
            after: after.cloned(),
            by_default: form.get(field).is_none() && after.is_some(),
            is_unseen,
        })
    };
    Field::all().filter_map(change).collect()
}

/// The fields in which a live application differs from a desired one, in table order.
///
/// What is not declared counts as the API's default. A live value that this version cannot read is left alone unless something else is declared, and
/// so is one that the API chooses itself.
pub fn between(live: &Spec, desired: &Spec) -> Vec<Delta> {
    Field::all().filter_map(|field| compare_field(field, live, desired)).collect()
}

fn compare_field(field: Field, live: &Spec, desired: &Spec) -> Option<Delta> {
    let (before, after) = (live.effective(field), desired.effective(field));
    if before == after {
        return None;
    }
    let declared = desired.get(field).is_some();
    let unknown = [live, desired].iter().any(|spec| spec.absence(field) == Absent::Unknown);
    let silent = unknown && (live.get(field).is_none() || !declared);
    let unread = !declared && matches!(before, Some(Value::Unread(_)));
    let moot = field == Field::EdgeIpsConnectivity
        && desired.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    if silent || unread || moot {
        return None;
    }
    Some(Delta {
        field,
        before: before.cloned(),
        after: after.cloned(),
        by_default: !declared && after.is_some(),
        is_unseen: false,
    })
}
