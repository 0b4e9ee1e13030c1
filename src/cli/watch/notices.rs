//! When a webhook is notified of a round: when that found something else than the last one that the webhook took.

use clap::ValueEnum;
use serde_json::{Value as Json, json};

use super::round::{Round, Standing};
use crate::webhook::Webhook;

/// The shape of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// What was found, with the report of `drift --format json`
    Json,
    /// One line of text, as Slack and its kin take it
    Slack,
}

/// What a webhook got last.
#[derive(Debug, Default)]
pub(super) struct Notices {
    last: Option<(Standing, String)>,
}

impl Notices {
    /// The message of a round, where there is something to say. A watch that begins without drift says nothing.
    pub(super) fn message(&mut self, round: &Round, shape: Shape) -> Option<Json> {
        let now = (round.standing, round.likeness.clone());
        let is_quiet = self.last.is_none() && round.standing == Standing::NoDrift;
        if is_quiet {
            self.last = Some(now);
            return None;
        }
        if self.last.as_ref() == Some(&now) {
            return None;
        }
        let previous = self.last.as_ref().map(|(standing, _)| standing.text());
        Some(match shape {
            Shape::Slack => json!({ "text": format!("spectrumctl: {}", round.what) }),
            Shape::Json => {
                let mut message = round.summary();
                message["event"] = json!("drift");
                message["previous"] = json!(previous);
                message["report"] = round.report.clone();
                message
            }
        })
    }

    /// Notes that the message of a round was taken; until then each further round tries again.
    pub(super) fn taken(&mut self, round: &Round) {
        self.last = Some((round.standing, round.likeness.clone()));
    }
}

/// Posts a message; says what is wrong where it was not taken.
pub(super) async fn post(webhook: &Webhook, text: &str) -> Result<(), String> {
    webhook.post(text).await.map_err(|why| format!("the webhook was not notified: {why}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;

    fn round(standing: Standing, likeness: &str) -> Round {
        Round {
            at: Timestamp::UNIX_EPOCH,
            standing,
            what: "1 changed.".to_owned(),
            likeness: likeness.to_owned(),
            report: json!({ "complete": true }),
            calls: 3,
            elapsed: Duration::from_secs(1),
        }
    }

    #[test]
    fn a_webhook_gets_each_change_once_and_again_until_it_took_it() {
        use Standing::{Drift, NoDrift, Unknown};
        let mut notices = Notices::default();
        // What a round finds, whether the message is taken, and whether there is one.
        for (standing, likeness, is_taken, is_said) in [
            (NoDrift, "a", true, false),
            (NoDrift, "a", true, false),
            (Drift, "b", false, true),
            (Drift, "b", true, true),
            (Drift, "b", true, false),
            (Drift, "c", true, true),
            (Unknown, "d", true, true),
            (NoDrift, "a", true, true),
            (NoDrift, "a", true, false),
        ] {
            let round = round(standing, likeness);
            let message = notices.message(&round, Shape::Json);
            assert_eq!(message.is_some(), is_said, "{standing:?} {likeness}");
            if is_said && is_taken {
                notices.taken(&round);
            }
        }
        let message = Notices::default().message(&round(Unknown, "d"), Shape::Json).unwrap();
        assert_eq!((&message["result"], &message["previous"]), (&json!("unknown"), &Json::Null));
        let slack = Notices::default().message(&round(Drift, "b"), Shape::Slack).unwrap();
        assert_eq!(slack, json!({ "text": "spectrumctl: 1 changed." }));
    }
}
