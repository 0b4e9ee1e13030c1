//! Lists: every page of them, and whole, or an error.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use serde_json::{Map, Value as Json};

use super::call::Call;
use super::envelope::Answer;
use super::error::{ApiError, ErrorKind};
use super::http::Client;

/// How often a list is read before it counts as one that does not hold still.
const READINGS: u32 = 3;

/// A server that goes on for ever is not listened to for ever.
const MOST_PAGES: u32 = 2000;

/// How many pages of a list are asked for side by side, once the first has told how many there are.
const SIDE_BY_SIDE: u32 = 20;

type Object = Map<String, Json>;

/// A list as it is being put together.
#[derive(Default)]
struct List {
    seen: BTreeSet<String>,
    entries: Vec<Object>,
    total: Option<u64>,
    /// The size of the largest page.
    page: u64,
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
        self.page = self.page.max(page.len() as u64);
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

    /// How many pages are still to come; one where nobody says.
    fn pages_left(&self) -> u64 {
        let left = self.total.map(|total| total.saturating_sub(self.got()));
        left.map_or(1, |left| left.div_ceil(self.page.max(1))).max(1)
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
        // What is read once more is not counted once more.
        let call = &call.clone().counted_by(None);
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

    /// The same where it takes no more than so many calls; none where it takes more, or where the list does not hold still.
    ///
    /// # Errors
    /// Those of each call.
    pub(super) async fn few_pages(
        &self,
        call: &Call<'_>,
        per_page: u32,
        most_calls: u64,
    ) -> Result<Option<(Vec<Object>, Answer)>, ApiError> {
        let mut list = List::default();
        let (page, answer) = self.page(call, per_page, 1).await?;
        let state = list.add(page, answer.total_count);
        if state == State::Whole {
            return Ok(Some((list.entries, answer)));
        }
        let pages = 1 + list.pages_left();
        if answer.total_count.is_none() || 2 * pages > most_calls {
            return Ok(None);
        }
        let (first, _, state) = self.read_on(call, per_page, (list, answer, state)).await?;
        if state != State::Whole {
            return Ok(None);
        }
        let (second, answer, state) = self.read_through(call, per_page).await?;
        let is_settled = state == State::Whole && first.seen == second.seen;
        Ok(is_settled.then_some((second.entries, answer)))
    }

    /// Reads pages until the list is whole or cannot become so.
    async fn read_through(
        &self,
        call: &Call<'_>,
        per_page: u32,
    ) -> Result<(List, Answer, State), ApiError> {
        let mut list = List::default();
        let (page, answer) = self.page(call, per_page, 1).await?;
        let state = list.add(page, answer.total_count);
        self.read_on(call, per_page, (list, answer, state)).await
    }

    /// Reads the pages after the first, side by side as far as it is known how many there are. What one page says is compared
    /// with all others, whichever came first.
    async fn read_on(
        &self,
        call: &Call<'_>,
        per_page: u32,
        (mut list, mut answer, mut state): (List, Answer, State),
    ) -> Result<(List, Answer, State), ApiError> {
        let mut read = 1;
        while state == State::Open {
            if read == MOST_PAGES {
                return Ok((list, answer, State::Contradictory));
            }
            let left = u32::try_from(list.pages_left()).unwrap_or(MOST_PAGES);
            let last = read + left.min(SIDE_BY_SIDE).min(MOST_PAGES - read);
            let pages = (read + 1..=last).map(|number| self.page(call, per_page, number));
            for (page, later) in try_join_all(pages).await? {
                if state != State::Contradictory {
                    state = list.add(page, later.total_count);
                }
                answer = later;
            }
            read = last;
        }
        Ok((list, answer, state))
    }

    /// One page of a list.
    async fn page(
        &self,
        call: &Call<'_>,
        per_page: u32,
        number: u32,
    ) -> Result<(Vec<Object>, Answer), ApiError> {
        let page = call
            .clone()
            .query("page", &number.to_string())
            .query("per_page", &per_page.to_string());
        let (entries, answer) = page.objects(self.exchange(&page).await?)?;
        if let Some(on_page) = call.on_page {
            on_page(number, entries.len());
        }
        Ok((entries, answer))
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
