//! What `terraform show -json` says of `cloudflare_spectrum_application`, for those who come from there. Version 4 of the provider
//! writes blocks as lists of one object and a range of origin ports as an object of its own; version 5 writes nested objects.
//!
//! Source: the provider's documentation of the resource in both versions.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::model::{Live, ZoneId};

/// The resource.
const RESOURCE: &str = "cloudflare_spectrum_application";

/// The fields that version 4 writes as lists of one object.
const BLOCKS: [&str; 3] = ["dns", "origin_dns", "edge_ips"];

/// An application that Terraform manages.
#[derive(Debug, Clone)]
pub struct Found {
    /// The resource's name, with its index where it has one.
    pub name: String,
    /// The address in Terraform's own form.
    pub address: String,
    /// The id of its zone.
    pub zone_id: Option<ZoneId>,
    /// The name of its zone, where the file tells it.
    pub zone: Option<String>,
    /// The application.
    pub live: Live,
}

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum NotTerraform {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON of something else.
    #[error(
        "it has neither `values` nor `planned_values`, so that it is not what `terraform show -json` writes"
    )]
    Other,
}

/// Reads the applications, in the file's order.
///
/// # Errors
/// The text is not what `terraform show -json` writes.
pub fn read(text: &str) -> Result<Vec<Found>, NotTerraform> {
    let shown: Json = serde_json::from_str(text)?;
    let values = ["values", "planned_values"]
        .iter()
        .find_map(|name| shown.get(name).filter(|values| !values.is_null()));
    let mut resources = Vec::new();
    gather(
        values.and_then(|values| values.get("root_module")).ok_or(NotTerraform::Other)?,
        &mut resources,
    );
    let zones = zone_names(&resources);
    let apps = resources
        .iter()
        .filter(|resource| resource["type"] == RESOURCE && resource["mode"] != "data");
    Ok(apps.filter_map(|resource| found(resource, &zones)).collect())
}

fn gather<'j>(module: &'j Json, resources: &mut Vec<&'j Json>) {
    let list = |name: &str| module.get(name).and_then(Json::as_array).into_iter().flatten();
    resources.extend(list("resources"));
    for child in list("child_modules") {
        gather(child, resources);
    }
}

/// The names of the zones that the file has too: `zone` in version 4, `name` in version 5.
fn zone_names(resources: &[&Json]) -> BTreeMap<String, String> {
    let zones = resources.iter().filter(|resource| resource["type"] == "cloudflare_zone");
    let named = zones.filter_map(|resource| {
        let text = |name: &str| {
            resource["values"][name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Some((text("id").or_else(|| text("zone_id"))?, text("zone").or_else(|| text("name"))?))
    });
    named.collect()
}

fn found(resource: &Json, zones: &BTreeMap<String, String>) -> Option<Found> {
    let object = as_api(resource.get("values")?.as_object()?);
    let text =
        |name: &str| resource.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let index = match resource.get("index") {
        Some(Json::String(index)) => format!("-{index}"),
        Some(Json::Number(index)) => format!("-{index}"),
        _ => String::new(),
    };
    let zone_id = resource["values"]["zone_id"].as_str();
    Some(Found {
        name: format!("{}{index}", text("name")),
        address: text("address"),
        zone_id: zone_id.and_then(|id| id.parse().ok()),
        zone: zone_id.and_then(|id| zones.get(id)).cloned(),
        live: Live::read(&object)?,
    })
}

/// The attributes in the API's form: blocks as objects, nothing that is null, empty or Terraform's own.
fn as_api(values: &Map<String, Json>) -> Map<String, Json> {
    let mut object: Map<String, Json> = values
        .iter()
        .filter(|(name, _)| {
            !matches!(name.as_str(), "zone_id" | "app_id" | "timeouts" | "origin_port_range")
        })
        .map(|(name, value)| (name.clone(), unblocked(name, value)))
        .filter(|(_, value)| !value.is_null())
        .collect();
    if let Some(range) = values
        .get("origin_port_range")
        .map(unblocked_block)
        .filter(|range| range["start"].is_number())
    {
        object.insert(
            "origin_port".to_owned(),
            Json::from(format!("{}-{}", range["start"], range["end"])),
        );
    }
    for name in ["tls", "proxy_protocol", "traffic_type", "protocol"] {
        if object.get(name).and_then(Json::as_str) == Some("") {
            object.remove(name);
        }
    }
    object.entry("id").or_insert_with(|| Json::from(""));
    object
}

fn unblocked(name: &str, value: &Json) -> Json {
    if BLOCKS.contains(&name) { unblocked_block(value) } else { value.clone() }
}

/// The object of a block, without what is null, empty or zero in it.
fn unblocked_block(value: &Json) -> Json {
    let inner = match value {
        Json::Array(items) => items.first().unwrap_or(&Json::Null),
        other => other,
    };
    let Json::Object(fields) = inner else { return Json::Null };
    let is_set = |value: &Json| match value {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    };
    Json::Object(
        fields
            .iter()
            .filter(|(_, value)| is_set(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}
