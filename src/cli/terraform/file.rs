//! Reads Terraform's file.

use std::path::Path;

use crate::cli::failure::describe_io_error;
use crate::codes;
use crate::config::terraform::{self, NotTerraform, Shown};
use crate::finding::Finding;

/// What Terraform's file holds.
pub(in crate::cli) fn read(path: &Path) -> Result<Shown, Box<Finding>> {
    let bytes =
        std::fs::read(path).map_err(|error| unreadable(path, &describe_io_error(&error)))?;
    let text = terraform::decode(&bytes).ok_or_else(|| unreadable(path, "it is no text"))?;
    terraform::read(&text).map_err(|error| {
        let finding = unreadable(path, &error.to_string());
        match error {
            NotTerraform::StateFile => {
                let shown = format!("terraform show -json {} > shown.json", path.display());
                Box::new(finding.fix(format!("run `{shown}`, and name that file")))
            }
            _ => finding,
        }
    })
}

fn unreadable(path: &Path, because: &str) -> Box<Finding> {
    let summary = format!("failed to read {}: {because}", path.display());
    Box::new(Finding::new(&codes::TERRAFORM, summary))
}
