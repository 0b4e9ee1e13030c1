//! When a run ends although it is told to go on: what refuses everything would refuse the rest as well. Pure.

use super::report::Status;
use super::step_executor::Ended;
use crate::codes;
use crate::finding::Finding;

/// How many equal refusals in a row end a run.
const MOST: u32 = 3;

/// The refusals since the last success.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    code: String,
    length: u32,
}

impl CircuitBreaker {
    /// Notes how a step ended; gives the reason to end the run, if that is one.
    pub(super) fn note(&mut self, ended: &Ended) -> Option<Finding> {
        let code = ended
            .error
            .as_deref()
            .filter(|finding| finding.refusal.is_some())
            .map(|finding| finding.code.clone());
        match (ended.status, code) {
            (Status::Failed, Some(code)) if code == self.code => self.length += 1,
            (Status::Failed, Some(code)) => *self = CircuitBreaker { code, length: 1 },
            _ => *self = CircuitBreaker::default(),
        }
        if ended.is_about_credentials {
            return Some(ended_early("the run stopped because the credentials were refused"));
        }
        (self.length >= MOST).then(|| {
            let code = &self.code;
            ended_early(&format!("the run stopped after {MOST} refusals in a row with code {code}"))
        })
    }
}

fn ended_early(summary: &str) -> Finding {
    Finding::new(&codes::ENDED_EARLY, summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Refusal;

    fn ended(status: Status, code: Option<&'static crate::codes::Code>) -> Ended {
        let refused = |code: &'static crate::codes::Code| {
            let refusal = Refusal {
                http_status: 400,
                message: String::new(),
                ray_id: None,
                retryable: false,
            };
            Box::new(Finding { refusal: Some(Box::new(refusal)), ..Finding::new(code, "refused") })
        };
        Ended {
            status,
            app_id: None,
            attempts: 1,
            error: code.map(refused),
            further: Vec::new(),
            has_written: false,
            is_about_credentials: false,
            found: None,
            was_read: false,
            began: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn refusal(code: &'static crate::codes::Code) -> Ended {
        ended(Status::Failed, Some(code))
    }

    #[test]
    fn three_equal_refusals_in_a_row_end_the_run() {
        let mut breaker = CircuitBreaker::default();
        let code = &crate::codes::REFUSED;
        assert!(breaker.note(&refusal(code)).is_none());
        assert!(breaker.note(&refusal(code)).is_none());
        assert_eq!(
            breaker.note(&refusal(code)).map(|finding| finding.code).as_deref(),
            Some("ended-early")
        );
    }

    #[test]
    fn a_success_or_another_refusal_begins_the_count_anew() {
        let (code, other) = (&crate::codes::REFUSED, &crate::codes::UNREACHABLE);
        for between in [ended(Status::Done, None), refusal(other)] {
            let mut breaker = CircuitBreaker::default();
            let row = [refusal(code), refusal(code), between, refusal(code), refusal(code)];
            assert!(row.iter().all(|ended| breaker.note(ended).is_none()));
        }
    }

    #[test]
    fn refused_credentials_end_the_run_at_once() {
        let refused = Ended { is_about_credentials: true, ..refusal(&crate::codes::REFUSED) };
        assert!(CircuitBreaker::default().note(&refused).is_some());
    }
}
