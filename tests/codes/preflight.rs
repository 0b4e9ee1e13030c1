//! A case that reading the account can know: a plan of the real program reports it at its line and writes nothing.

use std::collections::BTreeSet;

use super::case::{Case, Reported};
use crate::support::account::Account;

pub(super) fn can_know(case: &Case) -> bool {
    case.known() == "preflight"
}

/// The exit code of a plan, what it reports but for these codes, and how many applications it created.
async fn planned(case: &Case, file: &str, aside: &[&str]) -> (i32, BTreeSet<Reported>, usize) {
    let account = Account::holding(&case.text("seed.yaml").expect("it has a seed")).await;
    account.configure(&case.text(file).expect("it has the file"));
    let ran = account.plan(&[]).await;
    let reported = ran.told().into_iter().filter(|(code, ..)| !aside.contains(&code.as_str()));
    (ran.exit, reported.collect(), ran.calls_of("POST"))
}

/// Runs to the end, on two threads: one serves the account.
fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime can be made").block_on(test)
}

pub(super) fn is_reported_by_a_plan(case: &Case) {
    let aside = ["preflight-skipped"];
    let stops = case.findings().iter().any(|(_, severity, ..)| severity == "error");
    let exit = if stops { 3 } else { 0 };
    assert_eq!(block_on(planned(case, "spectrum.yaml", &aside)), (exit, case.findings(), 0));
    let beside = block_on(planned(case, "beside.yaml", &aside));
    assert_eq!(beside, (0, BTreeSet::new(), 0), "beside.yaml");
}
