//! Pull requests in random order, with pushes after the plan, edited comments and changes outside: nothing is applied that nobody saw.

use serde_json::json;
use spectrumctl::forge::Kind;

use super::repository::Repository;
use super::steps::{configuration, repository};

/// Numbers that look random, the same in every run of a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The digest that a text shows.
fn digest(text: &str) -> Option<&str> {
    let at = text.find("sha256:")?;
    text.get(at..at + 71)
}

/// What somebody does between the plan and the merge: a push, a change outside, an edit of the comment, or nothing; says whether the comment
/// was edited.
fn disturb(repository: &Repository, dice: &mut Dice, number: u64, text: &str) -> bool {
    let mut is_edited = false;
    match dice.roll(5) {
        0 => {
            repository.forge.held().pulls.retain(|pull| pull.number != number);
            repository.propose(number, "acme", |here| {
                here.write("spectrum.yaml", text);
                here.write("pushed.txt", &number.to_string());
            });
        }
        1 if !repository.live().is_empty() => {
            let name = repository.live()[0].clone();
            let port: u16 = name[1..5].parse().unwrap();
            let tls = if dice.roll(2) == 0 { "full" } else { "flexible" };
            repository.change_outside(port, &json!({ "tls": tls }));
        }
        2 => {
            let own = format!("a{}.example.com", 2200 + number);
            for comment in &mut repository.forge.held().comments {
                let edited = comment.body.replace(&own, "harmless.example.com");
                is_edited |= edited != comment.body;
                comment.body = edited;
            }
        }
        _ => {}
    }
    is_edited
}

/// Seven pull requests of a seed; how many were applied, and how many were stopped and applied by hand.
fn week(seed: u64) -> (usize, usize) {
    let (mut applied, mut stopped) = (0, 0);
    let mut dice = Dice(seed);
    let repository = repository(Kind::Github);
    let mut ports: Vec<u16> = Vec::new();
    for number in 1..=7 {
        ports.push(2200 + number as u16);
        let text = configuration(&ports);
        repository.propose(number, "acme", |here| here.write("spectrum.yaml", &text));
        if dice.roll(5) > 0 {
            repository.plan(number).ends_with(0);
        }
        let is_edited = disturb(&repository, &mut dice, number, &text);
        let seen: Vec<String> = repository
            .forge
            .comments(number)
            .iter()
            .filter_map(|(_, body)| digest(body).map(str::to_owned))
            .collect();
        repository.merge(number);
        let before = repository.live();
        let ended = repository.apply();
        let shown = digest(&ended.log).map(str::to_owned);
        match ended.code {
            0 => {
                assert!(!is_edited, "seed {seed}: an edited comment approved it: {}", ended.log);
                let is_seen = shown.is_none_or(|shown| seen.contains(&shown));
                assert!(is_seen, "seed {seed}: {}", ended.log);
                applied += 1;
            }
            5 => {
                assert_eq!(repository.live(), before, "seed {seed}: {}", ended.log);
                let by_hand = repository.apply_by_hand(&shown.expect("it shows the digest"));
                by_hand.ends_with(0);
                stopped += 1;
            }
            code => panic!("seed {seed}: {code}: {}", ended.log),
        }
    }
    (applied, stopped)
}

fn weeks(seeds: impl Iterator<Item = u64>) {
    let (applied, stopped) = seeds.map(week).fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    assert!(applied > 2 && stopped > 2, "both happen: {applied} applied, {stopped} stopped");
}

#[test]
fn nothing_is_applied_that_nobody_saw() {
    weeks(1..=2);
}

#[test]
#[ignore = "a hundred and five pull requests take minutes"]
fn of_a_hundred_pull_requests_nothing_is_applied_that_nobody_saw() {
    weeks(100..115);
}
