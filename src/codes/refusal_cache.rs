//! What refusals teach: a code whose refusal tells of the account says so in its own file, and a remembered refusal is reported again
//! before the same is asked for a second time.

use jiff::Timestamp;

use super::code::{Code, Scope};
use super::violation::{Violation, Violations};
use crate::finding::Severity;
use crate::model::View;
use crate::model::facts::{CachedRefusal, RefusalKey};

/// What a refusal of a code teaches.
#[derive(Debug)]
pub struct CachePolicy {
    /// Whether it holds for the account or for the zone.
    pub scope: Scope,
    /// What an application asks for, by which a refusal_cache is known; nothing when it does not ask for it.
    pub asks: fn(&View<'_>) -> Option<String>,
    /// The count beside which it asks, for what is refused from some count on; a refusal_cache lapses below the count at which it was made.
    pub beside: Option<fn(&View<'_>) -> Option<u32>>,
    /// Whether the configuration says that it is granted, which outweighs what was learned.
    pub granted: fn(&View<'_>) -> bool,
}

/// What refusals of the application would teach, one for each code that it can.
pub fn subjects(view: &View<'_>) -> Vec<RefusalKey> {
    teaching().filter_map(|(code, teaching)| subject(code, teaching, view)).collect()
}

/// What is remembered against the application, of codes that nothing else is reported of.
pub(super) fn recalled(view: &View<'_>, report: &[Violation]) -> Vec<Violation> {
    let Some(facts) = view.facts.filter(|facts| !facts.cached_refusals.is_empty()) else {
        return Vec::new();
    };
    let open = teaching().filter(|(code, teaching)| {
        !report.iter().any(|violation| violation.code.slug == code.slug)
            && !(teaching.granted)(view)
    });
    let met = open.filter_map(|(code, teaching)| {
        let subject = subject(code, teaching, view)?;
        let holds = |refusal_cache: &&CachedRefusal| {
            subject.is_of(refusal_cache)
                && refusal_cache.at.is_none_or(|at| subject.at.is_some_and(|now| now >= at))
        };
        Some((code, facts.cached_refusals.iter().find(holds)?))
    });
    met.flat_map(|(code, refusal_cache)| recall_refusal(code, refusal_cache, view, facts.now))
        .collect()
}

fn teaching() -> impl Iterator<Item = (&'static Code, &'static CachePolicy)> {
    super::CODES.iter().filter_map(|code| Some((*code, code.teaches.as_ref()?)))
}

fn subject(code: &Code, teaching: &CachePolicy, view: &View<'_>) -> Option<RefusalKey> {
    let is_of_zone = teaching.scope == Scope::Zone;
    Some(RefusalKey {
        code: code.name(),
        account: view.zone.account.clone().filter(|_| !is_of_zone),
        zone: view.zone.id.clone().filter(|_| is_of_zone),
        subject: (teaching.asks)(view)?,
        at: teaching.beside.and_then(|beside| beside(view)),
    })
}

fn recall_refusal(
    code: &'static Code,
    refusal_cache: &CachedRefusal,
    view: &View<'_>,
    now: Timestamp,
) -> Vec<Violation> {
    let cause = code.likely_cause(None, &refusal_cache.evidence);
    let Some(field) = code.field else { return Vec::new() };
    let ray_id = refusal_cache
        .ray_id
        .as_ref()
        .map(|ray_id| format!(", Ray ID {ray_id}"))
        .unwrap_or_default();
    let at = refusal_cache.at.map(|at| format!(" at {at}")).unwrap_or_default();
    let since = refusal_cache.date.strftime("%Y-%m-%d %H:%M UTC");
    let summary = format!(
        "Cloudflare refused {}{at} on {since}{ray_id}: {}",
        refusal_cache.subject, refusal_cache.evidence
    );
    Violations::collect(code, cause, |violations| {
        let violation = violations.report(view, field, summary);
        match refusal_cache.is_fresh(now) {
            true => violation
                .fix(format!("{}; if that was done since, run once with --no-learned", cause.fix)),
            false => {
                violation.severity = Severity::Warning;
                violation.fix(format!(
                    "apply tries it once more and forgets the refusal if it succeeds; else {}",
                    cause.fix
                ))
            }
        };
    })
}
