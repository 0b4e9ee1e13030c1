//! What refusals teach: a code whose refusal tells of the account says so in its own file, and a remembered refusal is told again
//! before the same is asked for a second time.

use super::code::{Code, Scope};
use super::fault::{Fault, Faults};
use crate::finding::Severity;
use crate::model::View;
use crate::model::facts::{Lesson, Subject};

/// What a refusal of a code teaches.
#[derive(Debug)]
pub struct Teaching {
    /// Whether it holds for the account or for the zone.
    pub scope: Scope,
    /// What an application asks for, by which a lesson is known; nothing when it does not ask for it.
    pub asks: fn(&View<'_>) -> Option<String>,
    /// The count beside which it asks, for what is refused from some count on; a lesson lapses below the count at which it was made.
    pub beside: Option<fn(&View<'_>) -> Option<u32>>,
    /// Whether the configuration says that it is granted, which outweighs what was learned.
    pub granted: fn(&View<'_>) -> bool,
}

/// What refusals of the application would teach, one for each code that it can.
pub fn subjects(view: &View<'_>) -> Vec<Subject> {
    teaching().filter_map(|(code, teaching)| subject(code, teaching, view)).collect()
}

/// What is remembered against the application, of codes that nothing else is told of.
pub(super) fn recalled(view: &View<'_>, told: &[Fault]) -> Vec<Fault> {
    let Some(lessons) =
        view.facts.map(|facts| &facts.lessons).filter(|lessons| !lessons.is_empty())
    else {
        return Vec::new();
    };
    let open = teaching().filter(|(code, teaching)| {
        !told.iter().any(|fault| fault.code.slug == code.slug) && !(teaching.granted)(view)
    });
    let met = open.filter_map(|(code, teaching)| {
        let subject = subject(code, teaching, view)?;
        let holds = |lesson: &&Lesson| {
            subject.is_of(lesson)
                && lesson.at.is_none_or(|at| subject.at.is_some_and(|now| now >= at))
        };
        Some((code, lessons.iter().find(holds)?))
    });
    met.flat_map(|(code, lesson)| of_lesson(code, lesson, view)).collect()
}

fn teaching() -> impl Iterator<Item = (&'static Code, &'static Teaching)> {
    super::CODES.iter().filter_map(|code| Some((*code, code.teaches.as_ref()?)))
}

fn subject(code: &Code, teaching: &Teaching, view: &View<'_>) -> Option<Subject> {
    let is_of_zone = teaching.scope == Scope::Zone;
    Some(Subject {
        code: code.name(),
        account: view.zone.account.clone().filter(|_| !is_of_zone),
        zone: view.zone.id.clone().filter(|_| is_of_zone),
        subject: (teaching.asks)(view)?,
        at: teaching.beside.and_then(|beside| beside(view)),
    })
}

fn of_lesson(code: &'static Code, lesson: &Lesson, view: &View<'_>) -> Vec<Fault> {
    let cause = code.likely_cause(None, &lesson.evidence);
    let Some(field) = code.field else { return Vec::new() };
    let ray_id =
        lesson.ray_id.as_ref().map(|ray_id| format!(", Ray ID {ray_id}")).unwrap_or_default();
    let at = lesson.at.map(|at| format!(" at {at}")).unwrap_or_default();
    let since = lesson.since.strftime("%Y-%m-%d %H:%M UTC");
    let summary = format!(
        "Cloudflare refused {}{at} on {since}{ray_id}: {}",
        lesson.subject, lesson.evidence
    );
    Faults::told(code, cause, |faults| {
        let fault = faults.report(view, field, summary);
        match lesson.is_fresh {
            true => fault
                .fix(format!("{}; if that was done since, run once with --no-learned", cause.fix)),
            false => {
                fault.severity = Severity::Warning;
                fault.fix(format!(
                    "apply tries it once more and forgets the refusal if it succeeds; else {}",
                    cause.fix
                ))
            }
        };
    })
}
