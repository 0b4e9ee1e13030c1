//! From a refused call back to what was written: address, field, place, the code's likely cause, and the server's own words.

use crate::api::ApiError;
use crate::codes::{self, Code};
use crate::finding::{Finding, Refusal};
use crate::plan::Change;

/// The finding that a call's failure makes of a change. A code that is not known is told as the server gave it.
pub(super) fn finding_of(change: &Change, error: &ApiError) -> Finding {
    let told = error.to_finding();
    let message = error.kind.to_string();
    let masked = |text: &str| change.refusals.masked(text);
    let code = error
        .known_code()
        .or_else(|| codes::find_message(&message).filter(|_| !error.errors().is_empty()));
    let path = told.path.clone().or_else(|| Some(code?.field?.path().to_owned()));
    let place = path
        .as_deref()
        .map_or_else(|| change.refusals.place_of(""), |path| change.refusals.place_of(path));
    let mut finding = Finding {
        summary: masked(&format!(
            "failed to {} {}: {}",
            change.action.text(),
            change.address,
            told.summary
        )),
        refusal: told.refusal.as_deref().map(|refusal| {
            Box::new(Refusal { message: masked(&refusal.message), ..refusal.clone() })
        }),
        ..told.clone()
    };
    finding.path = path;
    finding = finding.about(&change.address).at(place);
    match code.filter(|_| !error.is_about_credentials()) {
        Some(code) => explained(finding, code, &message),
        None => finding,
    }
}

/// The finding with the reason and the way out of the cause that the message probably means.
fn explained(finding: Finding, code: &'static Code, message: &str) -> Finding {
    let cause = code.likely_cause(None, message);
    Finding {
        why: cause.why.map(str::to_owned),
        fix: cause.fix.to_owned(),
        docs: Some(code.docs.to_owned()),
        ..finding
    }
}
