//! What people and programs get to see: plans and findings as text, JSON, Markdown, SARIF, workflow commands and JUnit.

mod findings;
mod plans;
mod samples;

use samples::{full_plan, some_findings, text};
use spectrumctl::render::findings::RenderOptions;
use spectrumctl::render::{self, TermStyle};

#[test]
fn colours_are_written_only_with_colour_and_change_nothing_else() {
    let (plan, (sources, findings)) = (full_plan(false), some_findings());
    let of = |colour| {
        let style = TermStyle { colour, width: 80 };
        let options = RenderOptions { sources: &sources, style, redact: false, closing: None };
        text(|out| {
            render::plan_text::write(out, &plan, style)?;
            render::findings::write(out, &findings, options)?;
            render::explain::write_list(out, style)
        })
    };
    let (plain, coloured) = (of(false), of(true));
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains('\u{1b}'));
    let stripped = coloured.split('\u{1b}').map(|part| {
        part.split_once('m').filter(|_| part.starts_with('[')).map_or(part, |(_, rest)| rest)
    });
    assert_eq!(stripped.collect::<String>(), plain);
}

#[test]
fn ten_runs_give_the_same_bytes() {
    let all = || {
        let (plan, (sources, findings)) = (full_plan(true), some_findings());
        let options = RenderOptions {
            sources: &sources,
            style: TermStyle { colour: true, width: 80 },
            redact: false,
            closing: None,
        };
        text(|out| {
            render::plan_text::write(out, &plan, options.style)?;
            render::plan_json::write(out, &plan)?;
            render::plan_markdown::write(out, &plan, None)?;
            render::findings::write(out, &findings, options)?;
            render::sarif::write(out, &findings, "spectrum.yaml")?;
            render::github::write_plan(out, &plan)?;
            render::junit::write_plan(out, &plan)
        })
    };
    let first = all();
    assert!((0..9).all(|_| all() == first));
}
