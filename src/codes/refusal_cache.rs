//! What earlier refusals teach: a code whose refusal tells of the account or zone has a [`CachePolicy`], and a remembered refusal is
//! reported again before the same is asked for a second time.

use jiff::Timestamp;

use super::code::{CachePolicy, Code, Scope};
use super::violation::{Violation, Violations};
use crate::finding::Severity;
use crate::model::View;
use crate::model::facts::{CachedRefusal, RefusalKey};

/// The keys under which refusals of the application would be remembered, one for each code with a policy.
pub(super) fn keys(codes: &[&'static Code], view: &View<'_>) -> Vec<RefusalKey> {
    policies(codes).filter_map(|(code, policy)| key(code, policy, view)).collect()
}

/// What is remembered against the application, for codes of which the checks found nothing.
pub(super) fn recall(
    codes: &[&'static Code],
    view: &View<'_>,
    found: &[Violation],
) -> Vec<Violation> {
    let Some(facts) = view.facts.filter(|facts| !facts.cached_refusals.is_empty()) else {
        return Vec::new();
    };
    let open = policies(codes).filter(|(code, policy)| {
        !found.iter().any(|violation| violation.code.slug == code.slug) && !(policy.granted)(view)
    });
    let met = open.filter_map(|(code, policy)| {
        let subject = key(code, policy, view)?;
        let holds = |refusal_cache: &&CachedRefusal| {
            subject.is_of(refusal_cache)
                && refusal_cache.at.is_none_or(|at| subject.at.is_some_and(|now| now >= at))
        };
        Some((code, facts.cached_refusals.iter().find(holds)?))
    });
    met.flat_map(|(code, refusal_cache)| recall_refusal(code, refusal_cache, view, facts.now))
        .collect()
}

fn policies(
    codes: &[&'static Code],
) -> impl Iterator<Item = (&'static Code, &'static CachePolicy)> {
    codes.iter().filter_map(|code| Some((*code, code.teaches.as_ref()?)))
}

fn key(code: &Code, policy: &CachePolicy, view: &View<'_>) -> Option<RefusalKey> {
    let is_of_zone = policy.scope == Scope::Zone;
    Some(RefusalKey {
        code: code.name(),
        account: view.zone.account.clone().filter(|_| !is_of_zone),
        zone: view.zone.id.clone().filter(|_| is_of_zone),
        subject: (policy.asks)(view)?,
        at: policy.beside.and_then(|beside| beside(view)),
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
