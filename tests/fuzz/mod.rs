//! Texts and bytes that nobody would write: each way into the program takes what is in the corpus, and what chance makes of it.
//!
//! A corpus is small and in the tree: `corpus/TARGET/`, with the files that other tests have. The ordinary run takes the same hundreds of
//! mutations each time; with `SPECTRUMCTL_FUZZ_SECONDS=60` each target runs so long, with other ones each time. What fails is made
//! smaller and shown, and belongs into the corpus once it is mended.

mod mutation;
mod targets;

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::support::{Dice, repository};
use mutation::mutated;

/// How many mutations the ordinary run takes of each target.
const USUAL: usize = 300;

/// How many pieces are tried to be left out of what fails.
const SHRINKS: usize = 2_000;

/// Runs a target with its corpus, what stands in these files or folders of the repository, and mutations of both.
fn fuzz(name: &str, also: &[&str], run: fn(&[u8])) {
    let own = format!("tests/fuzz/corpus/{name}");
    let seeds: Vec<Vec<u8>> = std::iter::once(own.as_str())
        .chain(also.iter().copied())
        .flat_map(|path| files(&repository().join(path)))
        .collect();
    assert!(!seeds.is_empty(), "{name} has a corpus");
    seeds.iter().for_each(|seed| must_hold(name, run, seed));
    let seconds = std::env::var("SPECTRUMCTL_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos() as u64;
    let mut dice = Dice::new(if until.is_some() { now } else { 14 });
    let mut taken = 0;
    while until.map_or(taken < USUAL, |until| Instant::now() < until) {
        must_hold(name, run, &mutated(&seeds, &mut dice));
        taken += 1;
    }
}

/// What stands in a file, or in the files of a folder.
fn files(path: &Path) -> Vec<Vec<u8>> {
    let mut found: Vec<_> = match std::fs::read_dir(path) {
        Ok(entries) => {
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
        }
        Err(_) => vec![path.to_owned()].into_iter().filter(|path| path.exists()).collect(),
    };
    found.sort();
    found.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn holds(run: fn(&[u8]), input: &[u8]) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| run(input))).is_ok()
}

/// Shows a failure with the least that still fails.
fn must_hold(name: &str, run: fn(&[u8]), input: &[u8]) {
    if holds(run, input) {
        return;
    }
    let least = shrunk(run, input.to_vec());
    let kept = repository().join("target").join(format!("fuzz-{name}"));
    std::fs::write(&kept, &least).unwrap();
    panic!(
        "{name} fails with {} (in {}):\n{}",
        least.len(),
        kept.display(),
        String::from_utf8_lossy(&least)
    );
}

/// Leaves out pieces, large ones first, while what is left still fails.
fn shrunk(run: fn(&[u8]), mut input: Vec<u8>) -> Vec<u8> {
    let (mut size, mut tried) = (input.len().div_ceil(2), 0);
    while size > 0 && tried < SHRINKS {
        let mut at = 0;
        while at < input.len() && tried < SHRINKS {
            let end = (at + size).min(input.len());
            let less = [&input[..at], &input[end..]].concat();
            tried += 1;
            match holds(run, &less) {
                true => at += size,
                false => input = less,
            }
        }
        size /= 2;
    }
    input
}

#[test]
fn a_configuration_of_any_text_is_read_and_its_findings_have_places_in_it() {
    fuzz("configuration", &["tests/config", "examples/quickstart"], targets::configuration);
}

#[test]
fn what_is_written_out_says_what_the_configuration_says() {
    fuzz("expansion", &["examples/quickstart"], targets::expansion);
}

#[test]
fn an_answer_of_any_form_is_read_as_far_as_it_is_understood() {
    fuzz(
        "answers",
        &["tests/contract", "tests/contract/pages", "tests/contract/errors"],
        targets::answer,
    );
}

#[test]
fn a_state_of_any_bytes_is_read_whole_or_refused() {
    fuzz("state", &["tests/state/state-v1.json"], targets::state);
}

#[test]
fn a_journal_of_any_bytes_is_read_up_to_what_is_damaged() {
    fuzz("journal", &["tests/state/journal-v1.jsonl"], targets::journal);
}

#[test]
fn a_saved_plan_of_any_content_is_shown_or_refused() {
    fuzz("plan", &[], targets::saved_plan);
}

#[test]
fn the_simulator_answers_every_request() {
    fuzz("requests", &[], targets::request);
}

#[test]
fn what_terraform_may_have_written_is_read_or_refused() {
    fuzz("terraform", &[], targets::terraform);
}

#[test]
fn a_formatted_text_says_the_same_and_is_in_canonical_form() {
    fuzz("format", &["tests/config", "examples/quickstart"], targets::format);
}

#[test]
fn the_markdown_of_any_plan_is_well_formed_and_has_its_addresses() {
    fuzz("markdown", &["tests/config"], targets::markdown);
}
