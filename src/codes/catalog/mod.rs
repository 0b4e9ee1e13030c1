//! What can go wrong besides the errors of the API and the rules for an application: one entry a code, without a check.
//!
//! A call site reports an entry with `Finding::new(&codes::STATE_LOCKED, summary)`. The entry gives severity, why and fix; the call
//! site adds only what is particular about its case. A name that is not in these tables does not compile.

pub(super) mod events;
pub(super) mod files;
pub(super) mod guards;
pub(super) mod runs;
mod table;
