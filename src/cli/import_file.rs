//! `import --write FILE`: adds a live application to a file of the configuration, or prints what to add.

use std::io;
use std::path::Path;

use super::exit::Exit;
use super::failure::Failure;
use super::fit::{allow, fit};
use super::loaded::Loaded;
use super::whole_file::{self, Readers, unwritable};
use crate::codes;
use crate::config::format::writer::indented;
use crate::config::{self, format};
use crate::finding::Finding;
use crate::model::{Address, Live};
use crate::render::export::{ExportedApp, ZoneExport, application};

/// Adds the application to the file; where none is named, or nothing can be added to it safely, the failure holds what to add.
pub(super) fn add_to_file(
    loaded: &Loaded,
    address: &Address,
    live: &Live,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let block = block(loaded, address, live)?;
    let Some(path) = file else {
        let summary = format!("the configuration does not hold {address}");
        return Err(by_hand(summary, address, &block));
    };
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|error| unwritable(&name, &error))?,
    };
    let Some(added) = config::insert(&text, &address.zone, &address.key, &block) else {
        let summary = format!("nothing can be added safely to {name} as it is written");
        return Err(by_hand(summary, address, &block));
    };
    let added = format::edited(&name, &text, added);
    Ok(whole_file::replace(path, added.as_bytes(), Readers::AsBefore)?)
}

/// The YAML of the application.
pub(super) fn block(loaded: &Loaded, address: &Address, live: &Live) -> Result<String, Failure> {
    let entry = ExportedApp::new(address.key.clone(), live.clone());
    if !entry.unreadable().is_empty() {
        let summary =
            format!("the live application {} has a value that this version cannot read", live.id);
        let why = "a value that cannot be read cannot be written into the configuration";
        let finding = Finding::new(&codes::UNREAD_VALUE, summary).as_error().why(why);
        return Err(refused(finding));
    }
    let mut sheets = [ZoneExport { zone: address.zone.clone(), head: None, entries: vec![entry] }];
    let against = fit(&mut sheets, loaded);
    allow(&mut sheets, &against);
    Ok(application(&sheets[0].entries[0]))
}

fn by_hand(summary: String, address: &Address, block: &str) -> Failure {
    let fix = format!(
        "add this, or name a file with --write:\nzones:\n  {}:\n    apps:\n{}",
        address.zone,
        indented(block, 6)
    );
    refused(Finding::new(&codes::NOT_CONFIGURED, summary).fix(fix))
}

fn refused(finding: Finding) -> Failure {
    Failure::new(Exit::Findings, vec![finding])
}
