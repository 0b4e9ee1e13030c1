//! What each run is held to.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::history::History;
use super::room::Live;
use super::shown::Shown;

impl History {
    /// Nothing is deleted, written or created that was not shown, and what was let go stays.
    pub(super) fn held_to(&mut self, shown: &Shown, before: &Live) {
        let after = self.room.live();
        if let Some(text) = shown.unsaid(before, &after) {
            self.fail(&format!("{text}\n{}", shown.text));
        }
        let is_gone = |id: &&String| before.contains_key(*id) && !after.contains_key(*id);
        if let Some(id) = self.released.iter().find(is_gone) {
            self.fail(&format!("{id} was let go, and a run deleted it\n{}", shown.text));
        }
    }

    /// Remembers what a run that did everything has let go, and what it has taken over again.
    pub(super) fn noted(&mut self, shown: &Shown, code: i32) {
        self.released.retain(|id| !shown.writes.contains_key(id));
        if code == 0 {
            let live = self.room.live();
            let let_go = shown.releases.iter().filter(|id| live.contains_key(*id));
            self.released.extend(let_go.cloned());
        }
    }

    /// What is protected stays so, whatever happens to its application.
    pub(super) fn protection_stays(&mut self) {
        let state = self.room.sandbox.read("state/state.json");
        let state: Json = serde_json::from_str(&state).unwrap();
        for address in &self.protected {
            let recorded = &state["apps"][address];
            if !recorded.is_null() && recorded["protect"] != "on" {
                self.fail(&format!("{address} has lost its protection: {recorded:#}"));
            }
        }
    }

    /// An offer ends only with a change that was shown.
    pub(super) fn offers_stay(&mut self, shown: &Shown) {
        if shown.offers.is_empty() {
            return;
        }
        let now = self.shown(&[]);
        for (address, summary) in &shown.offers {
            let name = summary.split(['(', ' ']).find(|word| word.starts_with('h'));
            let said = shown.changes.to_string();
            let is_said = said.contains(&format!("{address}\""))
                || name.is_some_and(|name| said.contains(name));
            if !is_said && !now.offers.contains_key(address) {
                self.fail(&format!(
                    "the offer of {address} has ended, and no plan said so\n{}",
                    shown.text
                ));
            }
        }
    }

    /// What was deleted for a replacement is live again at its address, will be with the next apply, or is offered.
    pub(super) fn nothing_is_lost(&mut self, shown: &Shown) {
        let after = self.room.live();
        let is_gone = |(id, _): &(&String, &String)| !after.contains_key(*id);
        let gone: Vec<&String> =
            shown.replaced.iter().filter(is_gone).map(|(_, address)| address).collect();
        if gone.is_empty() {
            return;
        }
        let next = self.shown(&[]);
        let changes = next.changes.as_array().unwrap();
        for address in gone {
            let change = changes.iter().find(|change| change["address"] == address.as_str());
            // Where another is there, it is the next one; where none is, an apply creates it, and that may be refused.
            let is_there = match change {
                Some(change) => change["action"] != "create",
                None => next.is_complete,
            };
            if !(is_there || next.offers.contains_key(address)) {
                self.fail(&format!(
                    "{address} is gone and nobody offers it\n{}\n{}",
                    shown.text, next.text
                ));
            }
        }
    }

    /// A run that only reads or only writes the state leaves the world alone.
    pub(super) fn only_looks(&mut self, arguments: &[&str]) {
        let before = self.room.live();
        let ran = self.room.quiet(arguments);
        if self.room.live() != before {
            self.fail(&format!("{arguments:?} wrote: {}", ran.all()));
        }
    }

    pub(super) fn no_identity_twice(&mut self) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (id, app) in self.room.live() {
            let identity = format!("{} {}", app["dns"]["name"], app["protocol"]);
            if let Some(other) = seen.insert(identity.clone(), id.clone()) {
                self.fail(&format!("{identity} is live twice: {other} and {id}"));
            }
        }
    }

    /// Nothing is left to do, but for what is not managed and was listed for the first time: the next apply may delete it.
    #[track_caller]
    pub(super) fn no_changes(&mut self, when: &str) {
        let (code, plan) = self.room.json(&["plan", "--detailed-exitcode"]);
        let is_listed = |change: &Json| change["address"].as_str().unwrap().contains("/?");
        let all_listed = plan["changes"].as_array().unwrap().iter().all(is_listed);
        if !(matches!(code, 0 | 2) && all_listed) {
            self.fail(&format!("{when}, plan exits {code}:\n{plan:#}"));
        }
    }

    #[track_caller]
    pub(super) fn apply_well(&mut self) {
        let ran = self.room.quiet(&["apply", "--auto-approve"]);
        if ran.code != 0 {
            self.fail(&format!("an apply without faults exits {}:\n{}", ran.code, ran.all()));
        }
    }
}
