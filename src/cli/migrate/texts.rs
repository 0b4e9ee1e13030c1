//! What the migration writes beside the configuration: the way out of Terraform, the way back, and the report.

use super::paths::Paths;
use super::proof::Compared;
use crate::config::terraform::{Deposed, without_indices};

/// Those that were taken over.
fn taken(compared: &[Compared]) -> impl Iterator<Item = &Compared> {
    compared.iter().filter(|one| one.live.is_some())
}

/// Blocks with which Terraform 1.7 and OpenTofu forget the resources and leave them running. A block names a whole resource, so the
/// instances of one are named once.
pub(super) fn removed(compared: &[Compared]) -> String {
    let mut resources: Vec<String> =
        taken(compared).map(|one| without_indices(&one.found.address)).collect();
    resources.sort_unstable();
    resources.dedup();
    let head = "# Terraform 1.7 and later, and OpenTofu: put this file beside the others, delete the resources named here from them, and\n# run `terraform plan`: it must show that they are forgotten, and that nothing is destroyed.\n";
    let blocks = resources.iter().map(|resource| {
        format!(
            "\nremoved {{\n  from = {resource}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        )
    });
    std::iter::once(head.to_owned()).chain(blocks).collect()
}

/// The same as commands, for earlier versions of Terraform.
pub(super) fn remove(compared: &[Compared]) -> String {
    let head = "#!/bin/sh\n# Any version of Terraform: forgets the resources and leaves them running. Delete them from the files as well.\nset -eu\n";
    let lines =
        taken(compared).map(|one| format!("terraform state rm {}\n", quoted(&one.found.address)));
    std::iter::once(head.to_owned()).chain(lines).collect()
}

/// The way back: Terraform takes the resources in again, and ours lets go of them.
pub(super) fn back(compared: &[Compared]) -> String {
    let head = "#!/bin/sh\n# The way back: put the resources into Terraform's files again, then run this. Afterwards `terraform plan` shows what its\n# files have wrong. Then delete spectrum.yaml and its state; that changes nothing that is live.\nset -eu\n";
    let lines = taken(compared).filter_map(|one| {
        let zone = one.zone_id.as_ref().or(one.found.zone_id.as_ref())?;
        let id = format!("{zone}/{}", one.live.as_ref()?.id);
        Some(format!("terraform import {} {}\n", quoted(&one.found.address), quoted(&id)))
    });
    std::iter::once(head.to_owned()).chain(lines).collect()
}

/// What came of it.
pub(super) fn report(compared: &[Compared], deposed: &[Deposed], paths: &Paths) -> String {
    let mut lines = Vec::new();
    for one in compared {
        match &one.live {
            Some(live) => lines.push(format!("{}: taken over as app {}", one.found.address, live.id)),
            None => lines.push(format!(
                "{}: NOT taken over: app {} is not live in {}; Terraform has a resource that is gone",
                one.found.address, one.found.live.id, one.zone
            )),
        }
        lines.extend(one.wrong.iter().map(|(field, theirs, ours)| {
            format!("    Terraform has {} wrong: {theirs}; live is {ours}", field.path())
        }));
    }
    lines.extend(deposed.iter().map(|deposed| {
        format!(
            "{}: NOT taken over: deposed app {}, which Terraform has replaced and not deleted",
            deposed.address, deposed.id
        )
    }));
    let (all, gone) = (compared.len(), compared.iter().filter(|one| one.live.is_none()).count());
    let wrong = compared.iter().filter(|one| !one.wrong.is_empty()).count();
    lines.push(String::new());
    lines.push(format!(
        "{} of {all} taken over; Terraform had {wrong} wrong, and {gone} that are gone.",
        all - gone
    ));
    if gone < all {
        lines.push("Proven: a plan of what was written has no changes.".to_owned());
        lines.push(format!(
            "Next, so that only one tool manages them: {}, or {}.",
            paths.removed.display(),
            paths.remove.display()
        ));
        lines.push(format!("The way back: {}.", paths.back.display()));
    }
    lines.join("\n") + "\n"
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
