//! What the words after `explain` mean: a code or slug, a field, an exit code, a status, or a file of the simulator, in any case.

use super::exit::Exit;
use super::failure::Failure;
use crate::codes::{self, Code};
use crate::model::Field;
use crate::model::field::top_names;
use crate::model::scalar::near_names;
use crate::render::explain::{
    Page, code_page, exit_page, faults_page, field_page, seed_page, status_page,
};

/// A way of reading a word.
type Reading = fn(&str) -> Option<Page>;

/// The words that say what the next one is, each with how it is read then.
const KINDS: [(&str, Reading); 8] = [
    ("code", code),
    ("error", code),
    ("slug", code),
    ("event", code),
    ("field", field),
    ("exit", exit),
    ("http", status),
    ("status", any_status),
];

/// What a word may be by itself; the first reading that fits is taken. A number is a code before it is an exit code.
const READINGS: [Reading; 5] = [sim_file, field, code, exit, status];

/// The page that the words ask for.
pub(super) fn find(words: &[String]) -> Result<Page, Failure> {
    let words = words.iter().flat_map(|word| word.split_whitespace());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let joined = words.join("-");
    if let Some(page) = READINGS.iter().find_map(|read| read(&joined)) {
        return Ok(page);
    }
    if let [kind, rest @ ..] = words.as_slice()
        && !rest.is_empty()
        && let Some((_, read)) = KINDS.iter().find(|(name, _)| name == kind)
    {
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let rest: Vec<&str> =
            rest.into_iter().filter(|word| !matches!(*word, "code" | "status")).collect();
        let rest = rest.join("-");
        return read(&rest).ok_or_else(|| unknown(&rest));
    }
    match codes::about(&joined).as_slice() {
        [] => Err(unknown(&joined)),
        [code] => Ok(code_page(code)),
        several => {
            Err(Failure::usage(format!("{joined} may mean one of several: {}", listed(several))))
        }
    }
}

fn code(word: &str) -> Option<Page> {
    codes::find(word).map(code_page)
}

/// A field by its path, by the object that holds it, or by its own name where only one field has it.
fn field(word: &str) -> Option<Page> {
    let is_named = |field: &Field| field.path() == word || field.top() == word;
    let mut fields: Vec<Field> = Field::all().filter(is_named).collect();
    if fields.is_empty() {
        fields = Field::all().filter(|field| field.split().1 == word).collect();
        fields.truncate(if fields.len() == 1 { 1 } else { 0 });
    }
    let name = match fields.as_slice() {
        [] => return None,
        [field] => field.path(),
        [field, ..] => field.top(),
    };
    let mentions = codes::about(word);
    Some(field_page(name, &fields, &mentions))
}

fn exit(word: &str) -> Option<Page> {
    let number: u8 = word.parse().ok()?;
    let exit = Exit::ALL.into_iter().find(|exit| exit.code() == number)?;
    Some(exit_page(number, exit.meaning()))
}

fn status(word: &str) -> Option<Page> {
    status_page(word.parse().ok()?)
}

/// A status of an answer of the API, or of an event in the log.
fn any_status(word: &str) -> Option<Page> {
    status(word).or_else(|| code(word))
}

fn sim_file(word: &str) -> Option<Page> {
    match word {
        "sim-seed" | "seed" | "sim.yaml" => Some(seed_page()),
        "sim-faults" | "faults" => Some(faults_page()),
        _ => None,
    }
}

/// `udp-tls (TLS on UDP), worker-origin (…)`.
fn listed(codes: &[&Code]) -> String {
    let named = codes.iter().map(|code| format!("{} ({})", code.name(), code.title));
    named.collect::<Vec<_>>().join(", ")
}

/// A word that nothing has, with the names that are near to it.
fn unknown(word: &str) -> Failure {
    let codes = codes::all().flat_map(|code| {
        let causes = code.causes.iter().map(|cause| cause.slug.to_owned());
        [code.name(), code.slug.to_owned()].into_iter().chain(causes)
    });
    let fields = Field::all().map(Field::path).chain(top_names()).map(str::to_owned);
    let files = ["sim-seed", "sim-faults"].map(str::to_owned);
    let names: Vec<String> = codes.chain(fields).chain(files).collect();
    let near = match word.parse() {
        Ok(number) => near_numbers(number),
        Err(_) => near_names(word, names.iter().map(String::as_str), 3)
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    let near = match near.as_slice() {
        [] => String::new(),
        near => format!("; near to it: {}", near.join(", ")),
    };
    Failure::usage(format!(
        "{word} is no code, slug, field, exit code or status{near}; `spectrumctl explain --list` shows all codes"
    ))
}

/// The three codes whose numbers are nearest.
fn near_numbers(number: u32) -> Vec<String> {
    let mut numbers: Vec<u32> = codes::all().filter_map(|code| code.number).collect();
    numbers.sort_by_key(|known| known.abs_diff(number));
    numbers.into_iter().take(3).map(|number| number.to_string()).collect()
}
