//! A history and its bookkeeping: what the last plan showed, what is live, and what each run may have done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::lots::Lots;
use super::room::{Live, Room, ZONE_IDS};
use super::wish::Configuration;

const EFFECTS: [&str; 12] = [
    "{status: 400}",
    "{status: 403}",
    "{status: 500}",
    "{status: 500, committed: true}",
    "{status: 503, committed: true}",
    "{html: 502}",
    "{html: 502, committed: true}",
    "empty_body",
    "truncated_json",
    "reset_before_commit",
    "reset_after_commit",
    "{stale_list: {lists: 1}}",
];

/// What a plan says that an apply would do.
struct Shown {
    /// Ids that may be deleted.
    deletes: BTreeSet<String>,
    /// Ids that may be written.
    writes: BTreeSet<String>,
    /// How many applications may come, beside those that come back.
    creates: usize,
    /// Everything that was printed, for a failure.
    text: String,
}

impl Shown {
    fn new(plan: &Json) -> Shown {
        let mut shown = Shown {
            deletes: BTreeSet::new(),
            writes: BTreeSet::new(),
            creates: 0,
            text: serde_json::to_string_pretty(plan).unwrap(),
        };
        for change in plan["changes"].as_array().unwrap() {
            let id = change["app_id"].as_str().map(str::to_owned);
            match change["action"].as_str().unwrap() {
                "create" => shown.creates += 1,
                "delete" => shown.deletes.extend(id),
                "replace" => {
                    shown.deletes.extend(id);
                    shown.creates += 1;
                }
                "move" if !change["fields"].as_array().unwrap().is_empty() => {
                    shown.writes.extend(id.clone());
                    shown.deletes.extend(id);
                    shown.creates += 1;
                }
                _ => shown.writes.extend(id),
            }
        }
        shown
    }
}

/// A history of one seed.
pub(super) struct History {
    seed: u64,
    lots: Lots,
    room: Room,
    wish: Configuration,
    /// Earlier configurations, to which a commit may go back.
    past: Vec<Configuration>,
    /// What happened, for a failure.
    log: Vec<String>,
}

impl History {
    pub(super) fn new(seed: u64) -> History {
        let wish = Configuration::first();
        let mut history = History {
            seed,
            lots: Lots(seed),
            room: Room::new(),
            past: vec![wish.clone()],
            wish,
            log: Vec::new(),
        };
        history.write();
        history.apply_well();
        history
    }

    fn write(&mut self) {
        self.room.sandbox.write("spectrum.yaml", self.wish.text());
    }

    fn note(&mut self, text: impl Into<String>) {
        self.log.push(text.into());
    }

    #[track_caller]
    fn fail(&self, text: &str) -> ! {
        panic!("seed {}: {text}\nhistory:\n  {}", self.seed, self.log.join("\n  "));
    }

    /// One step: somebody edits, somebody meddles, or a run goes well or wrong.
    pub(super) fn step(&mut self, number: usize) {
        match self.lots.next(10) {
            0..=2 => {
                for part in 0..=self.lots.next(3) {
                    self.wish.edit(&mut self.lots, number * 10 + part);
                }
                self.note("the configuration is edited");
                self.past.push(self.wish.clone());
                self.write();
            }
            3 => {
                self.wish = self.lots.of(&self.past).clone();
                self.note("a commit is reverted");
                self.write();
            }
            4 => self.meddle(number),
            5 => self.partial(),
            6 => self.late_plan(),
            _ => self.apply_badly(number),
        }
        self.no_identity_twice();
    }

    /// Somebody changes, deletes or creates an application outside.
    fn meddle(&mut self, number: usize) {
        let live = self.room.live();
        let Some((id, app)) = live.iter().nth(self.lots.next(live.len().max(1))) else { return };
        let path = format!("/zones/{}/spectrum/apps/{id}", app["zone"].as_str().unwrap());
        match self.lots.next(3) {
            0 => {
                self.note(format!("outside: {id} gets tls strict"));
                self.room.call("PATCH", &path, Some(&json!({"tls": "strict"})));
            }
            1 => {
                self.note(format!("outside: {id} is deleted"));
                self.room.call("DELETE", &path, None);
            }
            _ => {
                self.note("outside: an application appears");
                let body = json!({"protocol": format!("tcp/{}", 9000 + number), "dns": {"type": "CNAME",
                    "name": "foreign.one.example"}, "origin_direct": ["tcp://192.0.2.9:9"]});
                self.room.call(
                    "POST",
                    &format!("/zones/{}/spectrum/apps", ZONE_IDS[0]),
                    Some(&body),
                );
            }
        }
    }

    /// A token that sees one zone of two: nothing is green, and nothing is written.
    fn partial(&mut self) {
        self.note("runs with a token for one zone of two");
        let before = self.room.live();
        for arguments in
            [&["plan", "--detailed-exitcode"][..], &["drift"], &["apply", "--auto-approve"]]
        {
            let ran = self.room.run(arguments, "[]", "one-zone-only", None).unwrap();
            if ran.code == 0 {
                self.fail(&format!(
                    "{arguments:?} is green although a zone was not read:\n{}",
                    ran.all()
                ));
            }
        }
        if self.room.live() != before {
            self.fail("an apply wrote although a zone was not read");
        }
    }

    /// A plan is saved, the world moves, and the saved plan is applied.
    fn late_plan(&mut self) {
        let (_, plan) = self.room.json(&["plan", "--out", "late.plan"]);
        let saved = self.room.sandbox.path("late.plan").exists();
        self.note(format!("a plan is saved: {saved}"));
        if self.lots.next(2) == 0 {
            self.meddle(77);
        }
        if saved {
            let before = self.room.live();
            let ran = self.room.quiet(&["apply", "late.plan"]);
            self.note(format!("the saved plan is applied: exit {}", ran.code));
            self.held_to(&Shown::new(&plan), &before);
            self.room.sandbox.remove("late.plan");
        }
    }

    /// An apply while something goes wrong: a fault at some calls, or a kill.
    fn apply_badly(&mut self, number: usize) {
        let (_, plan) = self.room.json(&["plan"]);
        let shown = Shown::new(&plan);
        let before = self.room.live();
        let effect = self.lots.of(&EFFECTS).to_owned();
        let method = self.lots.of(&["POST", "PUT", "DELETE"]).to_owned();
        let faults = format!(
            "[{{method: {method}, nth: {}, effect: {effect}}}, \
             {{method: {method}, probability: 0.2, seed: {number}, effect: {effect}}}]",
            1 + self.lots.next(3)
        );
        let life = (self.lots.next(3) == 0)
            .then(|| Duration::from_millis(20 + self.lots.next(180) as u64));
        let slow = if life.is_some() {
            "[{method: PUT, effect: {delay_ms: 30}}, {method: POST, effect: {delay_ms: 40}}, {method: DELETE, effect: {delay_ms: 30}}]"
        } else {
            &faults
        };
        let ran = self.room.run(&["apply", "--auto-approve"], slow, "whole-account", life);
        let end = ran.as_ref().map_or_else(|| "killed".to_owned(), |ran| ran.code.to_string());
        self.note(format!("apply with {slow}: {end}"));
        self.held_to(&shown, &before);
        self.nothing_is_lost(&shown, &before);
        if let Some(ran) = ran
            && ran.code == 0
        {
            self.no_changes("after an apply that ended with 0");
        }
    }

    /// Nothing is deleted, written or created that was not shown.
    fn held_to(&mut self, shown: &Shown, before: &Live) {
        let after = self.room.live();
        for (id, app) in before {
            match after.get(id) {
                None if !shown.deletes.contains(id) => {
                    self.fail(&format!("{id} is gone, and no plan said so: {app}\n{}", shown.text));
                }
                Some(now) if now != app && !shown.writes.contains(id) => {
                    self.fail(&format!(
                        "{id} was written, and no plan said so: {app} → {now}\n{}",
                        shown.text
                    ));
                }
                _ => {}
            }
        }
        let came = after.keys().filter(|id| !before.contains_key(*id)).count();
        if came > shown.creates {
            self.fail(&format!("{came} came, {} were shown\n{}", shown.creates, shown.text));
        }
    }

    /// What was deleted for a replacement is live again, will be with the next apply, or is offered.
    fn nothing_is_lost(&mut self, shown: &Shown, before: &Live) {
        let after = self.room.live();
        let gone: Vec<&Json> =
            before.iter().filter(|(id, _)| !after.contains_key(*id)).map(|(_, app)| app).collect();
        if gone.is_empty() {
            return;
        }
        let (_, plan) = self.room.json(&["plan"]);
        let text = plan.to_string();
        for app in gone {
            let name = app["dns"]["name"].as_str().unwrap();
            let is_wanted = self.wish.text().contains(&format!("name: {name}}}"));
            let is_live = after.values().any(|live| live["dns"]["name"] == app["dns"]["name"]);
            if is_wanted && !is_live && !text.contains(name) {
                self.fail(&format!("{app} is gone and nobody offers it\n{}\n{text}", shown.text));
            }
        }
    }

    fn no_identity_twice(&mut self) {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (id, app) in self.room.live() {
            let identity = format!("{} {}", app["dns"]["name"], app["protocol"]);
            if let Some(other) = seen.insert(identity.clone(), id.clone()) {
                self.fail(&format!("{identity} is live twice: {other} and {id}"));
            }
        }
    }

    #[track_caller]
    fn no_changes(&mut self, when: &str) {
        let ran = self.room.quiet(&["plan", "--detailed-exitcode"]);
        if ran.code != 0 {
            self.fail(&format!("{when}, plan exits {}:\n{}", ran.code, ran.all()));
        }
    }

    #[track_caller]
    fn apply_well(&mut self) {
        let ran = self.room.quiet(&["apply", "--auto-approve"]);
        if ran.code != 0 {
            self.fail(&format!("an apply without faults exits {}:\n{}", ran.code, ran.all()));
        }
    }

    /// The faults are over: one apply, and there is nothing left to do; what is wanted is live, whole.
    pub(super) fn ends_well(&mut self) {
        // Protection is lifted in the configuration first, so an apply may do whatever the history asks for.
        for wish in self.wish.0.values_mut() {
            wish.protect = false;
        }
        self.write();
        let before = self.room.live();
        let (_, plan) = self.room.json(&["plan"]);
        self.note("the faults are over");
        let refused: Vec<&str> = plan["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .filter_map(|finding| finding["code"].as_str())
            .collect();
        if refused.iter().all(|code| *code == "protected") && !refused.is_empty() {
            return;
        }
        self.apply_well();
        self.held_to(&Shown::new(&plan), &before);
        self.no_changes("after the last apply");
        let ran = self.room.quiet(&["drift"]);
        if !matches!(ran.code, 0 | 2) {
            self.fail(&format!("drift exits {}:\n{}", ran.code, ran.all()));
        }
    }
}
