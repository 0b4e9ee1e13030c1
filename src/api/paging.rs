//! Lists: every page of them, and whole, or an error.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::call::Call;
use super::envelope::Answer;
use super::error::{ApiError, ErrorKind};
use super::http::Client;

/// How often a list is read before it counts as one that does not hold still.
const READINGS: u32 = 3;

/// A server that goes on for ever is not listened to for ever.
const MOST_PAGES: u32 = 2000;

type Object = Map<String, Json>;

/// A list as it is being put together.
#[derive(Default)]
struct List {
    seen: BTreeSet<String>,
    entries: Vec<Object>,
    total: Option<u64>,
}

/// What a page brings a list to.
#[derive(Debug, PartialEq, Eq)]
enum State {
    /// There are more pages.
    Open,
    /// Every entry is there, once.
    Whole,
    /// The pages contradict one another: somebody changed the list in between, or the server errs.
    Contradictory,
}

impl List {
    fn add(&mut self, page: Vec<Object>, total: Option<u64>) -> State {
        if self.total.is_some() && total.is_some() && total != self.total {
            return State::Contradictory;
        }
        self.total = self.total.or(total);
        let is_last = page.is_empty();
        for entry in page {
            if !self.seen.insert(identity_of(&entry)) {
                return State::Contradictory;
            }
            self.entries.push(entry);
        }
        match self.total.map(|total| self.got().cmp(&total)) {
            None if is_last => State::Whole,
            None => State::Open,
            Some(std::cmp::Ordering::Equal) => State::Whole,
            Some(std::cmp::Ordering::Less) if !is_last => State::Open,
            Some(_) => State::Contradictory,
        }
    }

    fn got(&self) -> u64 {
        self.entries.len() as u64
    }
}

/// What an entry is known by: its id, else everything in it.
fn identity_of(entry: &Object) -> String {
    match entry.get("id").and_then(Json::as_str) {
        Some(id) => id.to_owned(),
        None => Json::Object(entry.clone()).to_string(),
    }
}

impl Client {
    /// Every entry of a list that comes in pages, and the last answer.
    ///
    /// # Errors
    /// Besides those of each call: `Incomplete` when the pages contradict one another each time the list is read.
    pub(super) async fn pages(
        &self,
        call: &Call<'_>,
        per_page: u32,
    ) -> Result<(Vec<Object>, Answer), ApiError> {
        let mut reading = 1;
        loop {
            let (list, answer, state) = self.read_through(call, per_page).await?;
            if state == State::Whole {
                return Ok((list.entries, answer));
            }
            if reading == READINGS {
                return Err(call.unexpected(
                    ErrorKind::Incomplete { expected: list.total, got: list.got() },
                    &answer,
                ));
            }
            reading += 1;
        }
    }

    /// The same for a list that must not lack an entry: one of several pages is read until two readings agree. One entry that goes and
    /// one that comes between two pages leave the total as it was, and hide a third.
    ///
    /// # Errors
    /// Those of `pages`; `Incomplete` too when no two readings agree.
    pub(super) async fn settled_pages(
        &self,
        call: &Call<'_>,
        per_page: u32,
    ) -> Result<(Vec<Object>, Answer), ApiError> {
        let ids = |entries: &[Object]| entries.iter().map(identity_of).collect::<BTreeSet<_>>();
        let (mut entries, mut answer) = self.pages(call, per_page).await?;
        for _ in 0..READINGS {
            if entries.len() <= per_page as usize {
                return Ok((entries, answer));
            }
            let (again, later) = self.pages(call, per_page).await?;
            let is_settled = ids(&entries) == ids(&again);
            (entries, answer) = (again, later);
            if is_settled {
                return Ok((entries, answer));
            }
        }
        let kind = ErrorKind::Incomplete { expected: None, got: entries.len() as u64 };
        Err(call.unexpected(kind, &answer))
    }

    /// Reads page by page until the list is whole or cannot become so.
    async fn read_through(
        &self,
        call: &Call<'_>,
        per_page: u32,
    ) -> Result<(List, Answer, State), ApiError> {
        let mut list = List::default();
        let mut number = 1;
        loop {
            let page = call
                .clone()
                .query("page", &number.to_string())
                .query("per_page", &per_page.to_string());
            let (entries, answer) = page.objects(self.exchange(&page).await?)?;
            let state = list.add(entries, answer.total_count);
            match state {
                State::Open if number == MOST_PAGES => {
                    return Ok((list, answer, State::Contradictory));
                }
                State::Open => number += 1,
                _ => return Ok((list, answer, state)),
            }
        }
    }

    /// Every entry of a list that comes in one answer.
    ///
    /// # Errors
    /// Besides those of the call: `Incomplete` when the server tells of more entries than it gives.
    pub(super) async fn all_at_once(
        &self,
        call: &Call<'_>,
    ) -> Result<(Vec<Object>, Answer), ApiError> {
        let (entries, answer) = call.objects(self.exchange(call).await?)?;
        let got = entries.len() as u64;
        match answer.total_count {
            Some(expected) if expected > got => {
                Err(call
                    .unexpected(ErrorKind::Incomplete { expected: Some(expected), got }, &answer))
            }
            _ => Ok((entries, answer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str]) -> Vec<Object> {
        ids.iter().map(|id| Object::from_iter([("id".to_owned(), Json::from(*id))])).collect()
    }

    #[test]
    fn a_list_is_whole_when_it_holds_as_many_as_told() {
        let mut list = List::default();
        assert_eq!(list.add(page(&["a", "b"]), Some(3)), State::Open);
        assert_eq!(list.add(page(&["c"]), Some(3)), State::Whole);
        assert_eq!(List::default().add(page(&[]), Some(0)), State::Whole);
    }

    #[test]
    fn without_a_count_only_an_empty_page_ends_a_list() {
        let mut list = List::default();
        assert_eq!(list.add(page(&["a"]), None), State::Open);
        assert_eq!(list.add(page(&[]), None), State::Whole);
    }

    #[test]
    fn contradictions_are_seen() {
        assert_eq!(List::default().add(page(&[]), Some(2)), State::Contradictory);
        assert_eq!(List::default().add(page(&["a"]), Some(0)), State::Contradictory);
        assert_eq!(List::default().add(page(&["a", "a"]), None), State::Contradictory);
        let mut list = List::default();
        assert_eq!(list.add(page(&["a"]), Some(3)), State::Open);
        assert_eq!(list.add(page(&["b"]), Some(2)), State::Contradictory);
    }
}
