//! The pages of the simulator's files: every key with what it is, taken from the schema, and an example that uses all of them.

use serde_json::{Map, Value as Json, json};

use super::page::{Line, Page, Section, line};
use crate::render::schema::{Subject, build};

/// A seed with every key.
const SEED: &str = include_str!("sim_seed.yaml");

/// A script with every key.
const FAULTS: &str = include_str!("sim_faults.yaml");

/// The page of a seed.
pub fn seed_page() -> Page {
    let schema = build(Subject::SimSeed);
    let keys = properties(&schema, &schema);
    let sections = keys.iter().map(|(name, key)| key_section(&schema, name, key)).collect();
    page(
        "sim-seed: what the simulator's account holds",
        "`sim.yaml` beside the configuration, with `--sim`; or the FILE of `spectrumctl sim --seed FILE`",
        "sim-seed",
        sections,
        SEED,
        schema,
    )
}

/// The page of a script of faults.
pub fn faults_page() -> Page {
    let schema = build(Subject::SimFaults);
    let fault = resolved(&schema, &schema["items"]);
    let effect = resolved(&schema, &fault["properties"]["effect"]);
    let words = effect["anyOf"][0]["oneOf"].as_array().cloned().unwrap_or_default();
    let words = words.iter().map(|word| line(text(word, "const"), about(word)));
    let with_more = resolved(&schema, &effect["anyOf"][1]);
    let sections = vec![
        section("each fault", "a list of them", lines(&schema, fault)),
        section("effect, one word", "nothing more to say", words.collect()),
        section(
            "effect, a mapping",
            "one key that names it, and what belongs to it",
            lines(&schema, with_more),
        ),
    ];
    page(
        "sim-faults: what goes wrong at the simulator",
        "the FILE of `spectrumctl sim --faults FILE`",
        "sim-faults",
        sections,
        FAULTS,
        schema,
    )
}

fn page(
    title: &str,
    file: &str,
    subject: &str,
    mut sections: Vec<Section>,
    example: &str,
    schema: Json,
) -> Page {
    sections.push(Section {
        title: "example".to_owned(),
        blocks: vec![line("write", example.trim_end())],
        ..Section::default()
    });
    let facts = vec![line("file", file), line("schema", format!("`spectrumctl schema {subject}`"))];
    let data = json!({"file": subject, "example": example, "schema": schema});
    Page { title: title.to_owned(), facts, sections, data }
}

fn section(title: &str, note: &str, lines: Vec<Line>) -> Section {
    Section { title: title.to_owned(), note: note.to_owned(), lines, blocks: Vec::new() }
}

/// A top-level key with the keys of each of its entries.
fn key_section(schema: &Json, name: &str, key: &Json) -> Section {
    let entry = resolved(schema, &key["items"]);
    section(name, about(key).trim_end_matches('.'), lines(schema, entry))
}

/// The keys of an object, each with what it is and whether it must be there.
fn lines(schema: &Json, object: &Json) -> Vec<Line> {
    let required = object["required"].as_array().cloned().unwrap_or_default();
    let keys = properties(schema, object);
    let described = keys.iter().map(|(name, key)| {
        let must = if required.contains(&json!(name)) { "required: " } else { "" };
        let words = words(schema, key);
        let words = match words.is_empty() {
            true => String::new(),
            false => format!(": {}", words.join(", ")),
        };
        line(name.as_str(), format!("{must}{}{words}", about(key).trim_end_matches('.')))
    });
    described.collect()
}

/// The words that a key may have, or the members of its list; none where it is no list of words.
fn words<'a>(schema: &'a Json, key: &'a Json) -> Vec<&'a str> {
    let key = resolved(schema, key);
    let inner = key.get("items").into_iter();
    let ways = ["anyOf", "oneOf"].iter().filter_map(|way| key[*way].as_array()).flatten();
    let deeper = ways.chain(inner).flat_map(|way| words(schema, way));
    let own = key["enum"].as_array().into_iter().flatten().chain([&key["const"]]);
    own.filter_map(Json::as_str).chain(deeper).collect()
}

fn properties(schema: &Json, object: &Json) -> Map<String, Json> {
    resolved(schema, object)["properties"].as_object().cloned().unwrap_or_default()
}

/// The schema that a reference leads to; of one that may be nothing, what it is otherwise.
fn resolved<'a>(schema: &'a Json, part: &'a Json) -> &'a Json {
    let name = part["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    name.and_then(|pointer| schema.pointer(pointer)).unwrap_or(part)
}

fn about(part: &Json) -> &str {
    part["description"].as_str().unwrap_or_default()
}

fn text<'a>(part: &'a Json, key: &str) -> &'a str {
    part[key].as_str().unwrap_or_default()
}
