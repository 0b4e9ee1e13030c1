//! A corpus of random accounts: the plan, an oracle that is written by hand, and the simulator must agree on what is refused, and the plan
//! takes no more calls than it needs. What the plan cannot know it says, or it is not knowable at all.
//!
//! A share of them runs always. All: `ACCOUNTS=10000 cargo test --test main -- accounts:: --ignored`; one: `ACCOUNT=17` beside it.

mod account;
mod generator;
mod oracle;
mod run;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use spectrumctl::apply::Status;

use account::{Account, Placed, Wanted};
use oracle::{Codes, Knowable, knowable, refusals};
use run::{Answer, Planned, Room};

/// How many are tried in every run.
const SHARE: u64 = 200;

/// What is wrong with an account, and how often each thing was met.
#[derive(Default)]
struct Tally {
    complaints: Vec<String>,
    met: BTreeMap<String, u64>,
}

impl Tally {
    fn meet(&mut self, what: impl Into<String>) {
        *self.met.entry(what.into()).or_default() += 1;
    }

    fn expect(&mut self, holds: bool, complaint: impl FnOnce() -> String) {
        if !holds {
            self.complaints.push(complaint());
        }
    }
}

/// What is due for each application when one is sent after the other, by the oracle; and what is live then.
fn due(account: &Account) -> (Vec<Codes>, Vec<Placed>) {
    let mut live = account.live.clone();
    let sent = account.wanted.iter().map(|wanted| {
        let others = others(&live, wanted);
        let codes = refusals(account, &wanted.placed, &others);
        if codes.is_empty() && wanted.id.is_none() {
            live.push(wanted.placed.clone());
        }
        codes
    });
    (sent.collect(), live)
}

/// Without the application itself.
fn others(live: &[Placed], wanted: &Wanted) -> Vec<Placed> {
    let is_other = |placed: &&Placed| match &wanted.id {
        Some(id) => placed.app["id"] != id.as_str(),
        None => true,
    };
    live.iter().filter(is_other).cloned().collect()
}

/// Everything that is live or wanted beside an application.
fn around(account: &Account, wanted: &Wanted) -> Vec<Placed> {
    let peers = account.wanted.iter().filter(|peer| peer.address() != wanted.address());
    let peers = peers.filter(|peer| peer.id.is_none()).map(|peer| peer.placed.clone());
    others(&account.live, wanted).into_iter().chain(peers).collect()
}

/// The oracle and the simulator, sent the same one after the other.
fn compare_answers(account: &Account, due: &[Codes], answers: &[Answer], tally: &mut Tally) {
    for ((wanted, due), answer) in account.wanted.iter().zip(due).zip(answers) {
        let agrees = match answer {
            Answer::Unchanged => true,
            Answer::Done => due.is_empty(),
            Answer::Refused(code, _) => due.contains(code),
        };
        tally.expect(agrees, || {
            format!("{}: the oracle says {due:?}, the simulator {answer:?}", wanted.address())
        });
    }
}

/// The codes that may be due, in whatever order the applications are sent.
fn possible(account: &Account, wanted: &Wanted) -> Codes {
    let name = |placed: &Placed| placed.app["dns"]["name"].clone();
    let all = around(account, wanted);
    // Another one that has the hostname as well takes no address of the quota before it is live, and makes none usable.
    let elsewhere: Vec<Placed> =
        all.iter().filter(|other| name(other) != name(&wanted.placed)).cloned().collect();
    let live = others(&account.live, wanted);
    let among = [all, elsewhere, live];
    among.iter().flat_map(|others| refusals(account, &wanted.placed, others)).collect()
}

/// Every error of the plan is due, and it is not all taken.
fn no_false_alarm(account: &Account, plan: &Planned, answers: &[Answer], tally: &mut Tally) {
    for (address, code) in plan.errors() {
        let Some(wanted) = account.wanted.iter().find(|wanted| wanted.address() == address) else {
            tally.complaints.push(format!("an error of nothing: {address} {code}"));
            continue;
        };
        tally.meet(format!("{code} is found"));
        let due = possible(account, wanted);
        // An address outside of the declared `edge_prefixes` may be one that a zone holds which the token does not show: the
        // call is refused either way, and only what no run can read tells 11033 from 11019.
        let says_prefixes = account.said(&wanted.placed.zone, "edge_prefixes").is_some();
        let is_unseen = code == 11019 && says_prefixes && due.contains(&11033);
        // Of two entries with one identity the first has the live application of the other; the error page has 11004 also for a
        // change of its record type. The oracle sends the first as a create, which overlaps.
        let is_twice = |peer: &&Wanted| {
            peer.key != wanted.key && oracle::is_same(&peer.placed, &wanted.placed)
        };
        let is_taken_over = code == 11004
            && due.contains(&1004)
            && account.wanted.iter().filter(is_twice).any(|peer| peer.id.is_some());
        let is_due = due.contains(&code) || is_unseen || is_taken_over;
        tally
            .expect(is_due, || format!("{address}: the plan finds {code}, and the oracle {due:?}"));
    }
    for (address, code, _) in plan.told.iter().filter(|(_, _, is_error)| !is_error) {
        let wanted = account.wanted.iter().find(|wanted| wanted.address() == *address);
        let doubts = wanted.filter(|_| code == "11019");
        let is_known = doubts.is_some_and(|wanted| {
            oracle::is_surely_usable(account, &wanted.placed)
                && !possible(account, wanted).contains(&11019)
        });
        tally.expect(!is_known, || format!("{address}: {code} is a doubt about what was read"));
    }
    let is_taken = answers.iter().all(|answer| !matches!(answer, Answer::Refused(..)));
    tally.expect(!(is_taken && plan.has_errors()), || {
        format!("the plan is refused, and all of it is taken: {:?}", plan.told)
    });
}

/// Whether an application that others have made is the wanted one: a plan takes it over, and creates none.
fn is_live_already(account: &Account, wanted: &Wanted) -> bool {
    let mut live = account.live.iter();
    wanted.id.is_none() && live.any(|live| oracle::is_same(live, &wanted.placed))
}

/// What is refused was told, or could not be known.
fn no_surprise(account: &Account, plan: &Planned, answers: &[Answer], tally: &mut Tally) {
    let mut live = account.live.clone();
    for (wanted, answer) in account.wanted.iter().zip(answers) {
        if is_live_already(account, wanted) {
            continue;
        }
        if let Answer::Refused(code, message) = answer {
            let others = others(&live, wanted);
            let known = knowable(account, &wanted.placed, &others, *code);
            let is_told = plan.tells(&wanted.address(), *code);
            tally.meet(format!("{code} is refused, {known:?}"));
            let holds = match known {
                Knowable::Yes => is_told,
                Knowable::NotWithThisToken => is_told || plan.is_blind(),
                Knowable::No => true,
            };
            tally.expect(holds, || {
                format!(
                    "{}: refused with {message}, the plan says {:?}",
                    wanted.address(),
                    plan.told
                )
            });
        } else if matches!(answer, Answer::Done) && wanted.id.is_none() {
            live.push(wanted.placed.clone());
        }
    }
}

/// At most two calls for the token, a page for fifty zones, and what the changes need.
fn few_calls(account: &Account, plan: &Planned, tally: &mut Tally) {
    let changed: Vec<&Wanted> = account.wanted.iter().filter(|wanted| !wanted.unchanged).collect();
    let of_zone = |zone: &str| {
        let own = changed.iter().filter(|wanted| wanted.placed.zone == zone);
        own.fold(0, |sum, wanted| {
            let origin = wanted.placed.app.pointer("/origin_dns/name").and_then(Json::as_str);
            let wildcards = origin.map_or(0, |name| name.matches('.').count());
            sum + if sum == 0 { 2 } else { 0 } + 2 + wildcards
        })
    };
    let zones: usize = account.said.iter().map(|(zone, _)| of_zone(zone)).sum();
    let is_static = changed.iter().any(|wanted| oracle::is_static(&wanted.placed.app));
    let has_network =
        changed.iter().any(|wanted| wanted.placed.app.get("virtual_network_id").is_some());
    let own = account.zones.iter().filter(|zone| zone.own && account.shows(&zone.name));
    let pages = own.count().div_ceil(50).max(1);
    let most = 2 + pages + zones + if is_static { 5 } else { 0 } + if has_network { 2 } else { 0 };
    let beside = plan.calls_beside_lists();
    tally.expect(beside.len() <= most, || {
        format!("{} calls, not {most}: {beside:#?}", beside.len())
    });
    let lists = plan.calls_of("/spectrum/apps?");
    let others = if is_static { account.zones.len() } else { 0 };
    tally.expect(lists <= account.said.len() + others, || {
        format!("{lists} lists: {:#?}", plan.calls)
    });
}

/// A plan without errors is applied: what is refused was told, and afterwards nothing is left to do, with the lists alone.
async fn applied(account: &Account, room: &Room, plan: Planned, tally: &mut Tally) {
    let told = plan.told.clone();
    let report = room.apply(plan).await;
    for step in &report.outcomes {
        let Some(error) = step.error.as_deref() else { continue };
        let code = run::number(&error.code);
        let address = step.address.to_string();
        let wanted = account.wanted.iter().find(|wanted| wanted.address() == address);
        let wanted = wanted.expect("a step is of an application that is wanted");
        let known = knowable(account, &wanted.placed, &around(account, wanted), code);
        let is_told = run::tells(&told, &address, code);
        let is_blind = run::is_blind(&told);
        let holds =
            is_told || known == Knowable::No || known == Knowable::NotWithThisToken && is_blind;
        tally.expect(holds, || format!("{address}: apply is refused with {code}: {told:?}"));
    }
    let is_done = report.outcomes.iter().all(|step| step.status == Status::Done);
    tally.meet(if is_done { "applied" } else { "applied in part" });
    if !is_done {
        return;
    }
    let after = room.plan(&account.configuration()).await;
    tally.expect(after.is_empty(), || format!("something is left to do: {:?}", after.plan.changes));
    let beside = after.calls_beside_lists();
    tally.expect(beside.is_empty(), || format!("calls for nothing: {beside:?}"));
}

async fn check(seed: u64, room: &Room, tally: &mut Tally) {
    let account = generator::account(seed);
    room.load(&account);
    let (due, _) = due(&account);
    let answers = room.send_all(&account);
    compare_answers(&account, &due, &answers, tally);
    let plan = room.plan(&account.configuration()).await;
    no_false_alarm(&account, &plan, &answers, tally);
    no_surprise(&account, &plan, &answers, tally);
    few_calls(&account, &plan, tally);
    if !plan.has_errors() {
        tally.expect(!plan.plan.verdict.guarded && !plan.plan.verdict.unread, || {
            format!("a guard or an unread zone: {:?}", plan.told)
        });
        applied(&account, room, plan, tally).await;
    }
}

/// Tries the accounts of these seeds; what is wrong, each with its seed.
async fn try_all(seeds: impl Iterator<Item = u64>) -> Tally {
    let room = Room::new().await;
    let mut all = Tally::default();
    for seed in seeds {
        let mut tally = Tally { met: std::mem::take(&mut all.met), ..Tally::default() };
        check(seed, &room, &mut tally).await;
        let complaints = tally.complaints.into_iter();
        all.complaints.extend(complaints.map(|complaint| format!("ACCOUNT={seed}: {complaint}")));
        all.met = tally.met;
    }
    all
}

fn judge(tally: &Tally, count: u64) {
    let shown = tally.complaints.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    let number = tally.complaints.len();
    assert!(number == 0, "{number} complaints about {count} accounts:\n{shown}");
}

#[tokio::test]
async fn plan_oracle_and_simulator_agree_on_a_share_of_random_accounts() {
    let tally = try_all(0..SHARE).await;
    judge(&tally, SHARE);
    let met = |what: &str| tally.met.iter().filter(|(met, _)| met.starts_with(what)).count();
    // A corpus in which nothing goes wrong would pass whatever the program does.
    let codes =
        [1004, 10012, 11014, 11018, 11019, 11026, 11033, 11044, 11050, 12005, 13002, 16001, 81053];
    let both = codes.iter().filter(|code| {
        met(&format!("{code} is found")) > 0 && met(&format!("{code} is refused")) > 0
    });
    assert!(both.count() >= 10, "{:#?}", tally.met);
    assert!(tally.met["applied"] >= 5, "{:#?}", tally.met);
}

#[tokio::test]
#[ignore = "takes minutes; the share above runs always"]
#[expect(clippy::print_stdout, reason = "a long run says which seeds it tries and what it met")]
async fn plan_oracle_and_simulator_agree_on_many_random_accounts() {
    let variable = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (first, count) = match variable("ACCOUNT") {
        Some(seed) => (seed, 1),
        None => (variable("ACCOUNTS_FROM").unwrap_or(0), variable("ACCOUNTS").unwrap_or(10_000)),
    };
    println!("seeds {first} to {}", first + count - 1);
    let tally = try_all(first..first + count).await;
    println!("{:#?}", tally.met);
    judge(&tally, count);
}
