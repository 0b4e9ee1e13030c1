//! Two applications in canonical form to the fields in which they differ.
//!
//! Floor 3: names `model` only.

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
    })
}
