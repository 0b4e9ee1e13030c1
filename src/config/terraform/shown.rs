//! The document: its resources, in modules or not, and what is in them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::attributes::as_api;
use super::resource;
use crate::model::{AppId, Field, Live, ZoneId};

/// The resource.
const RESOURCE: &str = "cloudflare_spectrum_application";

/// What a document without any resource may have at its top.
const TOP: [&str; 5] = ["format_version", "terraform_version", "values", "checks", "timestamp"];

/// What the document says.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The applications, in the document's order.
    pub apps: Vec<Found>,
    /// Those that Terraform has replaced and not deleted yet.
    pub deposed: Vec<Deposed>,
    /// The names of the zones that the document has too, by id.
    pub zones: BTreeMap<ZoneId, String>,
}

/// An application that Terraform manages.
#[derive(Debug, Clone)]
pub struct Found {
    /// The name that its address gives, modules and index included.
    pub name: String,
    /// The address in Terraform's own form.
    pub address: String,
    /// The id of its zone.
    pub zone_id: Option<ZoneId>,
    /// The application.
    pub live: Live,
}

/// An application that Terraform has replaced and not deleted yet.
#[derive(Debug, Clone)]
pub struct Deposed {
    /// The address of what has replaced it.
    pub address: String,
    /// Its id.
    pub id: AppId,
}

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum NotTerraform {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is a state file.
    #[error("it is a state file itself, not what `terraform show -json` writes")]
    StateFile,
    /// It is JSON of something else.
    #[error("it has neither `values` nor `planned_values`, as `terraform show -json` writes them")]
    Other,
}

impl Found {
    /// What an application needs and the document does not have of this one, as after an import that failed (TPC#6343).
    pub fn missing(&self) -> Vec<&'static str> {
        let spec = &self.live.spec;
        let needed = [Field::DnsName, Field::DnsType, Field::Protocol].into_iter();
        let mut missing: Vec<&str> =
            needed.filter(|field| spec.get(*field).is_none()).map(Field::path).collect();
        let origins = [Field::OriginDirect, Field::OriginDnsName, Field::OriginWorkerId];
        if origins.iter().all(|field| spec.get(*field).is_none()) {
            missing.push("an origin");
        }
        missing
    }
}

/// Reads the document; one without a resource is empty.
///
/// # Errors
/// The text is not what `terraform show -json` writes.
pub fn read(text: &str) -> Result<Shown, NotTerraform> {
    if text.trim().is_empty() {
        return Ok(Shown::default());
    }
    let document: Json = serde_json::from_str(text)?;
    let parts = ["values", "planned_values"].iter().filter_map(|name| document.get(name));
    let Some(values) = parts.clone().find(|values| values["root_module"].is_object()) else {
        return if is_empty(&document) { Ok(Shown::default()) } else { Err(other(&document)) };
    };
    let mut resources = Vec::new();
    gather(&values["root_module"], &mut resources);
    let mut earlier = Vec::new();
    gather(&document["prior_state"]["values"]["root_module"], &mut earlier);
    let is_app = |resource: &&&Json| resource["type"] == RESOURCE && resource["mode"] != "data";
    let (deposed, current): (Vec<&Json>, Vec<&Json>) =
        resources.iter().filter(is_app).partition(|resource| resource["deposed_key"].is_string());
    Ok(Shown {
        apps: current.into_iter().filter_map(found).collect(),
        deposed: deposed.into_iter().filter_map(replaced).collect(),
        zones: resources.iter().chain(&earlier).flat_map(|resource| zones(resource)).collect(),
    })
}

/// Whether a document is Terraform's and holds nothing: a state without a resource, shown or as it is kept.
fn is_empty(document: &Json) -> bool {
    let Some(fields) = document.as_object() else { return false };
    let is_shown = document["format_version"].is_string()
        && fields.keys().all(|name| TOP.contains(&name.as_str()));
    let has_none = document["resources"].as_array().is_some_and(Vec::is_empty);
    is_shown || (is_state_file(document) && has_none)
}

fn is_state_file(document: &Json) -> bool {
    document["version"].is_number() && document["serial"].is_number()
}

fn other(document: &Json) -> NotTerraform {
    if is_state_file(document) { NotTerraform::StateFile } else { NotTerraform::Other }
}

fn gather<'j>(module: &'j Json, resources: &mut Vec<&'j Json>) {
    let list = |name: &str| module.get(name).and_then(Json::as_array).into_iter().flatten();
    resources.extend(list("resources"));
    for child in list("child_modules") {
        gather(child, resources);
    }
}

/// The zones that a resource or data source names: `cloudflare_zone`, whose name is `zone` up to version 4 and `name` in version 5, and
/// `cloudflare_zones`, which lists them.
fn zones(resource: &Json) -> Vec<(ZoneId, String)> {
    let values = &resource["values"];
    let listed = |name: &str| values[name].as_array().into_iter().flatten();
    let read = |zone: &Json| {
        let text = |name: &str| zone[name].as_str().filter(|text| !text.is_empty());
        let id = text("zone_id").or_else(|| text("id"))?.parse().ok()?;
        Some((id, text("name").or_else(|| text("zone"))?.to_ascii_lowercase()))
    };
    match resource["type"].as_str() {
        Some("cloudflare_zone") => read(values).into_iter().collect(),
        Some("cloudflare_zones") => {
            listed("zones").chain(listed("result")).filter_map(read).collect()
        }
        _ => Vec::new(),
    }
}

fn address(resource: &Json) -> String {
    resource["address"].as_str().unwrap_or_default().to_owned()
}

fn found(resource: &Json) -> Option<Found> {
    let object = as_api(resource["values"].as_object()?);
    let address = address(resource);
    Some(Found {
        name: resource::name(&address),
        address,
        zone_id: resource["values"]["zone_id"].as_str().and_then(|id| id.parse().ok()),
        live: Live::read(&object)?,
    })
}

fn replaced(resource: &Json) -> Option<Deposed> {
    let id = as_api(resource["values"].as_object()?).get("id")?.as_str().map(AppId::from_api)?;
    Some(Deposed { address: address(resource), id })
}
