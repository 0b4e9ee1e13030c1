//! The page of a field of the application: what it is, its values, its default, who may use it, what a change does, an example, and the
//! codes that judge it. Everything comes from the attribute table and from the codes.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::page::{Line, Page, Section, line};
use crate::codes::{self, Code};
use crate::model::Field;
use crate::model::field::{Attribute, Impact, Mutability};
use crate::model::parse::Parse;
use crate::model::scalar::list_keywords;

#[derive(Serialize)]
struct FieldsEntry<'a> {
    field: &'a str,
    fields: Vec<FieldEntry>,
    codes: Vec<CodeName>,
}

#[derive(Serialize)]
struct FieldEntry {
    path: &'static str,
    about: &'static str,
    values: String,
    default: Option<Json>,
    in_place: bool,
    impact: Impact,
    pay_as_you_go: bool,
    example: &'static str,
}

#[derive(Serialize)]
struct CodeName {
    code: String,
    title: &'static str,
}

/// The page of a field, or of a top-level name with all the fields under it; `mentions` are further codes that the word may mean.
pub fn field_page(name: &str, fields: &[Field], mentions: &[&'static Code]) -> Page {
    let codes = judging(fields, mentions);
    let is_one = fields.iter().any(|field| field.path() == name);
    let sections = fields.iter().map(|field| section(field.row()));
    let examples = example_section(fields);
    let data = FieldsEntry {
        field: name,
        fields: fields.iter().map(|field| entry(field.row())).collect(),
        codes: codes.iter().map(|code| CodeName { code: code.name(), title: code.title }).collect(),
    };
    let title = match fields {
        [field] if is_one => format!("{name}: {}", field.row().about),
        _ => format!("{name}: {} fields", fields.len()),
    };
    let (facts, sections) = match fields {
        [field] if is_one => (facts(field.row()), Vec::new()),
        _ => (Vec::new(), sections.collect()),
    };
    Page {
        title,
        facts,
        sections: sections.into_iter().chain([examples, codes_section(&codes)]).collect(),
        data: json!(data),
    }
}

/// The codes about these fields, then those that the word also names, each once.
fn judging(fields: &[Field], mentions: &[&'static Code]) -> Vec<&'static Code> {
    let mut found: Vec<&'static Code> = Vec::new();
    let judging = fields.iter().flat_map(|field| codes::judging(*field));
    for code in judging.chain(mentions.iter().copied()) {
        if !found.iter().any(|known| known.slug == code.slug) {
            found.push(code);
        }
    }
    found
}

fn section(row: &Attribute) -> Section {
    let about = line("what", row.about);
    Section {
        title: row.path.to_owned(),
        lines: std::iter::once(about).chain(facts(row)).collect(),
        ..Section::default()
    }
}

fn facts(row: &Attribute) -> Vec<Line> {
    let default = row.default.map_or_else(|| "none".to_owned(), ToString::to_string);
    vec![
        line("values", values(row.parse)),
        line("default", default),
        line("plans", plans(row)),
        line("change", change(row)),
        line("impact", impact(row.impact)),
    ]
}

/// What may be written.
fn values(parse: Parse) -> String {
    let text = match parse {
        Parse::Keyword(keywords) => {
            return list_keywords(keywords.iter().map(|keyword| keyword.text()));
        }
        Parse::Protocol => {
            "a transport with a port or a range, such as tcp/22 or udp/1000-2000; ssh, rdp or minecraft"
        }
        Parse::Hostname => "a full hostname, such as app.example.com",
        Parse::Addresses => "a list of IP addresses, such as [198.51.100.7]",
        Parse::Origins => {
            "a list of tcp://IP:PORT or udp://IP:PORT; IPv6 addresses in brackets; a range of ports is allowed"
        }
        Parse::Ports => "a port such as 443, or a range such as \"3000-4000\"",
        Parse::Number => "a whole number",
        Parse::Flag => "true or false",
        Parse::Text => "a text",
        Parse::Uuid => "a UUID, such as f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
    };
    text.to_owned()
}

/// Which plans may send the field, and the codes that refuse it where something was not bought.
fn plans(row: &Attribute) -> String {
    let who = match row.pay_as_you_go {
        true => "every plan with Spectrum".to_owned(),
        false => {
            let refusal = codes::find("pay-as-you-go-fields").map(Code::name).unwrap_or_default();
            format!("enterprise; pro and business zones refuse it ({refusal})")
        }
    };
    let is_extra = |code: &&Code| code.http_status.contains(&403);
    let extras = codes::judging(row.field).filter(is_extra);
    let extras: Vec<String> =
        extras.map(|code| format!("{} ({})", code.title, code.name())).collect();
    match extras.is_empty() {
        true => who,
        false => format!("{who}; needs an entitlement, else: {}", extras.join(", ")),
    }
}

fn change(row: &Attribute) -> &'static str {
    match row.change {
        Mutability::InPlace => "in place, by an update",
        Mutability::ForcesReplace => {
            "only by a replace: delete and create, with `lifecycle: {replace: allow}`"
        }
    }
}

fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::None => "none: no client notices a change",
        Impact::NewConnections => {
            "new connections: a change takes effect for new connections, open ones stay as they are"
        }
        Impact::Outage => "outage: a change may cut clients off",
    }
}

/// The examples of the fields, each once.
fn example_section(fields: &[Field]) -> Section {
    let mut examples: Vec<&str> = Vec::new();
    for example in fields.iter().map(|field| field.row().example) {
        if !examples.contains(&example) {
            examples.push(example);
        }
    }
    let blocks = examples.into_iter().map(|example| line("write", example)).collect();
    Section {
        title: "example".to_owned(),
        note: "fields of an application".to_owned(),
        blocks,
        ..Section::default()
    }
}

fn codes_section(codes: &[&'static Code]) -> Section {
    Section {
        title: "codes about it".to_owned(),
        note: "`spectrumctl explain CODE` has more".to_owned(),
        lines: codes.iter().map(|code| line(code.name(), code.title)).collect(),
        ..Section::default()
    }
}

fn entry(row: &Attribute) -> FieldEntry {
    FieldEntry {
        path: row.path,
        about: row.about,
        values: values(row.parse),
        default: row.default.map(crate::model::Value::to_json),
        in_place: row.change == Mutability::InPlace,
        impact: row.impact,
        pay_as_you_go: row.pay_as_you_go,
        example: row.example,
    }
}
