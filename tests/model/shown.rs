//! What a plan says that an apply would do: all that a run may do afterwards.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::room::Live;

/// What a plan says that an apply would do.
pub(super) struct Shown {
    /// Ids that may be deleted.
    pub(super) deletes: BTreeSet<String>,
    /// Ids that may be written, and which fields of each.
    pub(super) writes: BTreeMap<String, BTreeSet<String>>,
    /// The addresses of what is deleted so that another can be created in its place, by id.
    pub(super) replaced: BTreeMap<String, String>,
    /// Ids that are let go alive.
    pub(super) releases: BTreeSet<String>,
    /// How many applications may come, beside those that come back.
    pub(super) creates: usize,
    /// The addresses whose applications were deleted and wait to come back, each with what is said of it.
    pub(super) offers: BTreeMap<String, String>,
    /// Whether everything was planned.
    pub(super) is_complete: bool,
    /// The changes, for comparison with another plan.
    pub(super) changes: Json,
    /// Everything that was printed, for a failure.
    pub(super) text: String,
}

/// The top-level names of the fields that a change shows.
fn fields(change: &Json) -> BTreeSet<String> {
    let shown = change["fields"].as_array().unwrap().iter();
    shown
        .map(|field| field["path"].as_str().unwrap().split('.').next().unwrap().to_owned())
        .collect()
}

impl Shown {
    pub(super) fn new(plan: &Json) -> Shown {
        let mut shown = Shown {
            deletes: BTreeSet::new(),
            writes: BTreeMap::new(),
            replaced: BTreeMap::new(),
            releases: BTreeSet::new(),
            creates: 0,
            offers: BTreeMap::new(),
            is_complete: plan["complete"] == true,
            changes: plan["changes"].clone(),
            text: serde_json::to_string_pretty(plan).unwrap(),
        };
        for finding in plan["findings"].as_array().unwrap() {
            if let ("lost-application", Some(address)) =
                (finding["code"].as_str().unwrap(), finding["address"].as_str())
            {
                shown.offers.insert(address.to_owned(), finding["summary"].to_string());
            }
        }
        for change in plan["changes"].as_array().unwrap() {
            shown.take(change);
        }
        shown
    }

    /// What the changes do, without why and what for.
    pub(super) fn effects(&self) -> Vec<[Json; 5]> {
        let field = |field: &Json| ["path", "before", "after"].map(|name| field[name].clone());
        let effect = |change: &Json| {
            let fields = change["fields"].as_array().unwrap().iter().map(field);
            let fields = fields.map(|field| Json::Array(field.into())).collect();
            let [address, id, action, from] =
                ["address", "app_id", "action", "moved_from"].map(|name| change[name].clone());
            [address, id, action, from, Json::Array(fields)]
        };
        self.changes.as_array().unwrap().iter().map(effect).collect()
    }

    fn take(&mut self, change: &Json) {
        let id = change["app_id"].as_str().map(str::to_owned);
        match change["action"].as_str().unwrap() {
            "create" => self.creates += 1,
            "delete" => self.deletes.extend(id),
            "replace" => {
                let address = change["address"].as_str().unwrap().to_owned();
                self.replaced.extend(id.clone().map(|id| (id, address)));
                self.deletes.extend(id);
                self.creates += 1;
            }
            "forget" => self.releases.extend(id),
            "move" if !change["fields"].as_array().unwrap().is_empty() => {
                self.writes.extend(id.clone().map(|id| (id, fields(change))));
                self.deletes.extend(id);
                self.creates += 1;
            }
            _ => self.writes.extend(id.map(|id| (id, fields(change)))),
        }
    }

    /// What differs between two sights of the world that was not shown; none if all of it was.
    pub(super) fn unsaid(&self, before: &Live, after: &Live) -> Option<String> {
        for (id, app) in before {
            match (after.get(id), self.writes.get(id)) {
                (None, _) if !self.deletes.contains(id) => {
                    return Some(format!("{id} is gone, and no plan said so: {app}"));
                }
                (Some(now), None) if now != app => {
                    return Some(format!("{id} was written, and no plan said so: {app} → {now}"));
                }
                (Some(now), Some(fields)) => {
                    let names =
                        app.as_object().unwrap().keys().chain(now.as_object().unwrap().keys());
                    let mut changed = names.filter(|name| app[*name] != now[*name]);
                    if let Some(name) = changed.find(|name| !fields.contains(*name)) {
                        return Some(format!(
                            "{name} of {id} was written, and no plan said so: {app} → {now}"
                        ));
                    }
                }
                _ => {}
            }
        }
        let came = after.keys().filter(|id| !before.contains_key(*id)).count();
        (came > self.creates).then(|| format!("{came} came, {} were shown", self.creates))
    }
}
