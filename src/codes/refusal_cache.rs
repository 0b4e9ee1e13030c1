//! What earlier refusals teach: a code whose refusal tells of the account or zone has a [`CachePolicy`], and a remembered refusal is
//! reported again before the same is asked for a second time.

use jiff::Timestamp;

use super::code::{CachePolicy, Cause, Code, Scope};
use super::explanation::{Explanation, Verdicts, from_causes, is_of_account, left};
use super::violation::{Violation, Violations};
use crate::finding::Severity;
use crate::model::View;
use crate::model::facts::{CachedRefusal, RefusalKey};

/// The keys under which refusals of the application would be remembered, one for each code with a policy.
pub(super) fn keys(codes: &[&'static Code], view: &View<'_>) -> Vec<RefusalKey> {
    policies(codes).filter_map(|(code, policy)| key(code, policy, view)).collect()
}

/// What is remembered against the application, for codes of which the checks found no error. Nothing is told of what the view knows
/// to be otherwise.
pub(super) fn recall(
    codes: &[&'static Code],
    view: &View<'_>,
    found: &[Violation],
) -> Vec<Violation> {
    let Some(facts) = view.facts.filter(|facts| !facts.cached_refusals.is_empty()) else {
        return Vec::new();
    };
    let is_found = |code: &Code| {
        let mut found = found.iter().filter(|violation| violation.code.slug == code.slug);
        found.any(|violation| violation.severity == Severity::Error)
    };
    let open = policies(codes).filter(|(code, policy)| !is_found(code) && !(policy.granted)(view));
    let met = open.filter_map(|(code, policy)| {
        let key = key(code, policy, view)?;
        let holds = |refusal: &&CachedRefusal| {
            key.is_of(refusal) && refusal.at.is_none_or(|at| key.at.is_some_and(|now| now >= at))
        };
        Some((code, facts.cached_refusals.iter().find(holds)?))
    });
    met.flat_map(|(code, refusal)| recall_refusal(code, refusal, view, facts.now)).collect()
}

fn policies(
    codes: &[&'static Code],
) -> impl Iterator<Item = (&'static Code, &'static CachePolicy)> {
    codes.iter().filter_map(|code| Some((*code, code.teaches.as_ref()?)))
}

fn key(code: &Code, policy: &CachePolicy, view: &View<'_>) -> Option<RefusalKey> {
    let is_of_zone = policy.scope == Scope::Zone;
    let subject = (policy.asks)(view)?;
    let shown = view.app.masked(&subject);
    Some(RefusalKey {
        code: code.name(),
        account: view.zone.account.clone().filter(|_| !is_of_zone),
        zone: view.zone.id.clone().filter(|_| is_of_zone),
        shown: Some(shown).filter(|shown| *shown != subject),
        subject,
        at: policy.beside.and_then(|beside| beside(view)),
    })
}

fn recall_refusal(
    code: &'static Code,
    refusal: &CachedRefusal,
    view: &View<'_>,
    now: Timestamp,
) -> Vec<Violation> {
    let verdicts = Verdicts::new(&[code], view);
    let left = left(code, Some(&verdicts), None, &refusal.evidence).into_iter();
    let left: Vec<&Cause> = left.filter(|cause| is_of_account(cause)).collect();
    let Some(cause) = left.first() else { return Vec::new() };
    let Explanation { why, fix, field } = from_causes(code, &left);
    let ray_id = refusal.ray_id.as_ref().map(|ray_id| format!(", Ray ID {ray_id}"));
    let at = refusal.at.map(|at| format!(" at {at}")).unwrap_or_default();
    let summary = format!(
        "Cloudflare refused {}{at} on {}{}: {}",
        refusal.shown(),
        refusal.date.strftime("%Y-%m-%d %H:%M UTC"),
        ray_id.unwrap_or_default(),
        refusal.evidence
    );
    Violations::collect(code, cause, |violations| {
        let violation = match field {
            Some(field) => violations.report(view, field, summary),
            None => violations.report_top(view, named_top(view, &refusal.evidence), summary),
        };
        violation.why(why);
        match refusal.is_fresh(now) {
            true => {
                violation.fix(format!("{fix}; if that was done since, run once with --no-learned"))
            }
            false => violation.as_warning().fix(format!(
                "apply tries it once more and forgets the refusal if it succeeds; else {fix}"
            )),
        };
    })
}

/// The top-level name that a message names, else the last of the application.
fn named_top<'a>(view: &View<'a>, message: &str) -> &'a str {
    let tops = || view.app.present.keys().copied();
    let named = tops().filter(|top| message.contains(top)).max_by_key(|top| top.len());
    named.or_else(|| tops().last()).unwrap_or_default()
}
