//! Whether the work of a plan grows with its size and not faster: twice the zones, applications, findings, moves or groups are twice the
//! work. What is compared is how many instructions are executed, which valgrind counts, and never a time, so that a busy machine
//! changes nothing.
//!
//! `cargo bench --bench growth`, and `cargo bench --bench growth -- groups` for one kind of work. It fails where the growth is not
//! linear, and where valgrind is not installed.
//!
//! Instructions and not allocations are counted, because a search through all applications for each of them allocates nothing.

mod work;
mod world;

use std::process::{Command, ExitCode};

use work::WORK;

/// The sizes, each twice the one before.
const SIZES: [usize; 3] = [500, 1_000, 2_000];

/// From the first to the second size some work is added, from the second to the third twice as much where the growth is linear, and
/// four times as much where it is quadratic. A sort adds a little to the two.
const MOST: f64 = 2.5;

/// The measured process and the measuring one are the same program: `growth --work NAME SIZE` does the work once.
fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|text| text != "--bench").collect();
    if let [flag, name, size] = arguments.as_slice()
        && flag == "--work"
    {
        let size: usize = size.parse().expect("a size is a number");
        let named = WORK.into_iter().filter(|(known, _)| known == name);
        named.for_each(|(_, make)| say(&make(size).run()));
        return ExitCode::SUCCESS;
    }
    let chosen = |name: &str| arguments.is_empty() || arguments.iter().any(|text| text == name);
    let mut is_linear = true;
    for (name, _) in WORK.into_iter().filter(|(name, _)| chosen(name)) {
        let counted = SIZES.map(|size| count(name, size));
        let Ok([small, middle, large]) =
            <[u64; 3]>::try_from(counted.iter().flatten().copied().collect::<Vec<_>>())
        else {
            say("valgrind is not installed, or cannot run this program");
            return ExitCode::FAILURE;
        };
        let growth = (large - middle) as f64 / (middle - small) as f64;
        let verdict = if growth <= MOST { "linear" } else { "NOT LINEAR" };
        is_linear &= growth <= MOST;
        let each = (large - middle) / (SIZES[2] - SIZES[1]) as u64;
        say(&format!("{name:12} {verdict}: × {growth:.2}, {each} instructions for each one more"));
    }
    if is_linear { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stdout, reason = "what was measured is shown")]
fn say(text: &str) {
    println!("{text}");
}

/// How many instructions the work takes.
fn count(name: &str, size: usize) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    let counted = valgrind.arg(program).args(["--work", name, &size.to_string()]).output().ok()?;
    let told = String::from_utf8_lossy(&counted.stderr);
    let line =
        told.lines().find_map(|line| line.split_once("I   refs:").or(line.split_once("I refs:")));
    line?.1.trim().replace(',', "").parse().ok()
}
