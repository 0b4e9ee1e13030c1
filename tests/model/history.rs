//! A history and its bookkeeping: what the last plan showed, what is live, and what each run may have done.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::lots::Lots;
use super::room::{Room, ZONE_IDS};
use super::shown::Shown;
use super::wish::{Configuration, ZONES};

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

/// A history of one seed.
pub(super) struct History {
    pub(super) seed: u64,
    pub(super) lots: Lots,
    pub(super) room: Room,
    pub(super) wish: Configuration,
    /// Earlier configurations, to which a commit may go back.
    past: Vec<Configuration>,
    /// Live applications that were let go: no run deletes them.
    pub(super) released: BTreeSet<String>,
    /// The addresses that are protected: configured so since an apply that did everything.
    pub(super) protected: BTreeSet<String>,
    /// Whether somebody has created an application of ours again.
    is_recreated: bool,
    /// Whether the configuration has ever let anything go.
    lets_go: bool,
    /// Whether the state was lost: what is not ours any more as far as is known is asked about.
    has_lost_state: bool,
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
            released: BTreeSet::new(),
            protected: BTreeSet::new(),
            is_recreated: false,
            lets_go: false,
            has_lost_state: false,
            log: Vec::new(),
        };
        history.write();
        history.apply_well();
        history
    }

    fn write(&mut self) {
        self.room.sandbox.write("spectrum.yaml", self.wish.text());
        self.lets_go |= self.wish.lets_go();
        let still = self.wish.protected();
        self.protected.retain(|address| still.contains(address));
    }

    fn note(&mut self, text: impl Into<String>) {
        self.log.push(text.into());
    }

    #[track_caller]
    pub(super) fn fail(&self, text: &str) -> ! {
        panic!("seed {}: {text}\nhistory:\n  {}", self.seed, self.log.join("\n  "));
    }

    /// One step: somebody edits, somebody meddles, or a run goes well or wrong.
    pub(super) fn step(&mut self, number: usize) {
        match self.lots.next(18) {
            0..=2 => self.edit(number),
            3 => {
                self.wish = self.lots.of(&self.past).clone();
                self.note("a commit is reverted");
                self.write();
            }
            4 => self.meddle(number),
            5 => self.partial(),
            6 => self.unreadable(),
            7 => self.late_plan(),
            8 => self.approved_digest(number),
            9 => self.selected(number),
            10 => self.only_look(),
            11 => self.lose_the_state(),
            12 => self.bring_back(),
            _ => self.apply_badly(number, &[]),
        }
        self.no_identity_twice();
    }

    fn edit(&mut self, number: usize) {
        for part in 0..=self.lots.next(3) {
            self.wish.edit(&mut self.lots, number * 10 + part);
        }
        self.note("the configuration is edited");
        self.past.push(self.wish.clone());
        self.write();
    }

    /// Somebody changes, deletes, creates again or creates an application outside.
    fn meddle(&mut self, number: usize) {
        let live = self.room.live();
        let Some((id, app)) = live.iter().nth(self.lots.next(live.len().max(1))) else { return };
        let apps = format!("/zones/{}/spectrum/apps", app["zone"].as_str().unwrap());
        let path = format!("{apps}/{id}");
        match self.lots.next(5) {
            0 => {
                self.note(format!("outside: {id} gets tls strict"));
                self.room.call("PATCH", &path, Some(&json!({"tls": "strict"})));
            }
            1 => {
                self.note(format!("outside: {id} gets another origin"));
                let origin = json!({"origin_direct": ["tcp://192.0.2.77:22"]});
                self.room.call("PATCH", &path, Some(&origin));
            }
            2 => {
                self.note(format!("outside: {id} is deleted"));
                self.room.call("DELETE", &path, None);
            }
            3 => {
                self.note(format!("outside: {id} is deleted and created again"));
                self.is_recreated = true;
                self.room.call("DELETE", &path, None);
                let mut body = app.clone();
                body.as_object_mut().unwrap().remove("zone");
                self.room.call("POST", &apps, Some(&body));
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

    /// The list of one zone cannot be read: nothing is green, and nothing is written.
    fn unreadable(&mut self) {
        let zone = self.lots.of(&ZONE_IDS).to_owned();
        self.note(format!("the list of {zone} cannot be read"));
        let faults = format!(
            "[{{method: GET, path: \"*/zones/{zone}/spectrum/apps*\", effect: {{status: 400}}}}]"
        );
        self.nothing_is_green(&faults, "whole-account");
    }

    /// A token that sees one zone of two: nothing is green, and nothing is written.
    fn partial(&mut self) {
        self.note("runs with a token for one zone of two");
        self.nothing_is_green("[]", "one-zone-only");
    }

    /// A zone of two is not read.
    fn nothing_is_green(&mut self, faults: &str, token: &str) {
        let before = self.room.live();
        for arguments in
            [&["plan", "--detailed-exitcode"][..], &["drift"], &["apply", "--auto-approve"]]
        {
            let ran = self.room.run(arguments, faults, token, None).unwrap();
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

    /// What a plan with these arguments says.
    pub(super) fn shown(&mut self, arguments: &[&str]) -> Shown {
        let (_, plan) = self.room.json(&[&["plan"], arguments].concat());
        let shown = Shown::new(&plan);
        for change in plan["changes"].as_array().unwrap() {
            let address = change["address"].as_str().unwrap();
            let leaves_drift = self.wish.leaves_drift(address) && change["action"] == "update";
            let drifted = |field: &Json| field["cause"] == "drift";
            let mut fields = change["fields"].as_array().unwrap().iter();
            if leaves_drift && change["moved_from"].is_null() && fields.any(drifted) {
                self.fail(&format!("drift of {address} is to be held: {change:#}"));
            }
        }
        shown
    }

    /// A plan is approved by its digest; perhaps the world or the configuration moves before it is applied.
    fn approved_digest(&mut self, number: usize) {
        let (_, plan) = self.room.json(&["plan"]);
        let approved = Shown::new(&plan);
        let digest = plan["digest"].as_str().unwrap().to_owned();
        match self.lots.next(3) {
            0 => self.meddle(number),
            1 => self.edit(number),
            _ => {}
        }
        let (shown, before) = (self.shown(&[]), self.room.live());
        let ran = self.room.quiet(&["apply", "--approve", &digest]);
        self.note(format!("the digest is approved: exit {}", ran.code));
        let other = approved.effects() != shown.effects();
        if other && (ran.code == 0 || self.room.live() != before) {
            let (was, is) = (approved.text, shown.text);
            self.fail(&format!("a plan was applied that nobody approved:\n{was}\n{is}"));
        }
        self.held_to(&shown, &before);
        self.noted(&shown, ran.code);
    }

    /// An apply of a part while something goes wrong.
    fn selected(&mut self, number: usize) {
        let Some((zone, key)) = self.wish.0.keys().nth(self.lots.next(self.wish.0.len())).cloned()
        else {
            return;
        };
        let address = format!("{}/{key}", ZONES[zone]);
        self.apply_badly(number, &["--target", &address]);
    }

    /// Somebody looks at drift, or writes down what is live.
    fn only_look(&mut self) {
        let arguments = *self.lots.of(&[
            &["drift"][..],
            &["apply", "--refresh-only", "--auto-approve"],
            &["show", "--live"],
            &["import", "--all"],
        ]);
        self.note(format!("{arguments:?}"));
        self.only_looks(arguments);
    }

    /// What a replacement has deleted is brought back: one application comes, and nothing else happens.
    fn bring_back(&mut self) {
        let offers = self.shown(&[]).offers;
        let Some(address) = offers.keys().nth(self.lots.next(offers.len().max(1))) else { return };
        let before = self.room.live();
        let ran = self.room.quiet(&["apply", "--restore", address, "--auto-approve"]);
        self.note(format!("{address} is restored: exit {}", ran.code));
        let after = self.room.live();
        let stays = before.iter().all(|(id, app)| after.get(id) == Some(app));
        let came = after.len() - before.len();
        if !stays || came != usize::from(ran.code == 0) {
            self.fail(&format!("a restore of {address} did something else:\n{}", ran.all()));
        }
        if ran.code == 0 && self.shown(&[]).offers.contains_key(address) {
            self.fail(&format!("{address} is back and offered again"));
        }
    }

    /// The state is gone: what was protected and offered is forgotten with it, what was let go is not.
    fn lose_the_state(&mut self) {
        let again = *self.lots.of(&[&["state", "rebuild"][..], &["import", "--all"]]);
        std::fs::remove_dir_all(self.room.sandbox.path("state")).unwrap();
        self.only_looks(again);
        self.note(format!("the state is lost, then {again:?}"));
        self.protected.clear();
        self.has_lost_state = true;
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
            let shown = Shown::new(&plan);
            self.held_to(&shown, &before);
            self.noted(&shown, ran.code);
            self.room.sandbox.remove("late.plan");
        }
    }

    /// An apply while something goes wrong: a fault at some calls, or a kill.
    fn apply_badly(&mut self, number: usize, part: &[&str]) {
        let (shown, before) = (self.shown(part), self.room.live());
        let effect = self.lots.of(&EFFECTS).to_owned();
        let method = self.lots.of(&["POST", "PUT", "DELETE"]).to_owned();
        let mut faults = format!(
            "[{{method: {method}, nth: {}, effect: {effect}}}, \
             {{method: {method}, probability: 0.2, seed: {number}, effect: {effect}}}]",
            1 + self.lots.next(3)
        );
        if self.lots.next(4) == 0 {
            // Neither the way there nor the way back can create anything.
            faults = "[{method: POST, effect: {status: 400}}]".to_owned();
        }
        let life = (self.lots.next(3) == 0)
            .then(|| Duration::from_millis(20 + self.lots.next(180) as u64));
        let slow = if life.is_some() {
            "[{method: PUT, effect: {delay_ms: 30}}, {method: POST, effect: {delay_ms: 40}}, {method: DELETE, effect: {delay_ms: 30}}]"
        } else {
            &faults
        };
        let arguments = [&["apply", "--auto-approve"], part].concat();
        let ran = self.room.run(&arguments, slow, "whole-account", life);
        let end = ran.as_ref().map_or_else(|| "killed".to_owned(), |ran| ran.code.to_string());
        self.note(format!("{arguments:?} with {slow}: {end}"));
        self.held_to(&shown, &before);
        self.nothing_is_lost(&shown);
        self.offers_stay(&shown);
        let Some(ran) = ran else { return };
        self.protection_stays();
        if ran.code == 0 && part.is_empty() {
            self.no_changes("after an apply that ended with 0");
            self.protected = self.wish.protected();
        }
        self.noted(&shown, ran.code);
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
        // An application that was created again outside is asked about, which is right; so is one that stands where another is to go, or
        // was let go and has its hostname's old type of record.
        let may_refuse = [
            "protected",
            "adoption-resets",
            "live-overlap",
            "hostname-edge",
            "replace-group",
            "unused-entry",
        ];
        let may_refuse = &may_refuse[..if self.is_recreated || self.lets_go { 6 } else { 1 }];
        if self.has_lost_state && !refused.is_empty() {
            return;
        }
        if refused.iter().all(|code| may_refuse.contains(code)) && !refused.is_empty() {
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
