//! `state list`, `show`, `pull` and `history`: looks, and changes nothing.

use jiff::tz::TimeZone;

use super::access::{StateAccess, look_at_list, must_match, refused};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, say};
use crate::cli::redaction;
use crate::ledger::{Condition, Snapshot, State};
use crate::model::{Address, Backup, Recorded};
use crate::plan::Pattern;
use crate::render::state::{self, Listing, Remembered};
use crate::render::state_history::{self, Past};
use crate::state::Version;

impl StateAccess<'_> {
    pub(super) async fn list(&self, pattern: Option<&Pattern>) -> Result<(), Failure> {
        let snapshot = self.read().await?;
        let is_broken = matches!(snapshot.condition, Condition::Broken { .. });
        if let Condition::Broken { why } = &snapshot.condition {
            say(format_args!("warning: the state is damaged: {why}"));
        }
        if let Some(pattern) = pattern.filter(|_| !is_broken) {
            must_match(pattern, &snapshot.state)?;
        }
        let is_meant = |address: &Address, recorded: &Recorded| {
            pattern.is_none_or(|pattern| pattern.names(address, &recorded.labels))
        };
        let apps =
            snapshot.state.apps.iter().filter(|(address, recorded)| is_meant(address, recorded));
        let listing = Listing {
            state: &snapshot.state,
            apps: apps.map(|(address, recorded)| self.remembered(address, recorded)).collect(),
            lost: lost(&snapshot.state),
            open_steps: snapshot
                .open_steps
                .iter()
                .map(|open| open.began.address.to_string())
                .collect(),
        };
        let write = |format: Format, style, out: &mut dyn std::io::Write| match format {
            Format::Json => state::write_list_json(out, &listing),
            _ => state::write_list(out, &listing, self.output.table_style(style)),
        };
        self.output.write(write)
    }

    pub(super) async fn show(&self, address: &str, version: Option<u64>) -> Result<(), Failure> {
        let from = match version {
            None => self.read().await?.state,
            Some(number) => self.version(number).await?.1,
        };
        let found = address.parse::<Address>().ok().and_then(|address| {
            from.apps.get_key_value(&address).map(|(key, value)| (key.clone(), value))
        });
        let Some((address, recorded)) = found else {
            let when = version.map_or_else(String::new, |number| format!(" in version {number}"));
            return Err(refused(
                &format!("the state has no application {address}{when}"),
                &look_at_list(address, &from),
            ));
        };
        let remembered = self.remembered(&address, recorded);
        let write = |format: Format, style, out: &mut dyn std::io::Write| match format {
            Format::Json => state::write_app_json(out, &remembered),
            _ => state::write_app(out, &remembered, style),
        };
        self.output.write(write)
    }

    /// Prints the state with its journal taken in: what `push` takes back.
    pub(super) async fn pull(&self) -> Result<(), Failure> {
        let snapshot = self.read().await?;
        if snapshot.condition == Condition::Absent && snapshot.state.apps.is_empty() {
            return Err(refused("there is no state yet", "an apply writes the first one"));
        }
        if let Condition::Broken { why } = &snapshot.condition {
            return Err(refused(
                &format!("the state is damaged: {why}"),
                "look at its bytes where it is kept, or restore an earlier version: `spectrumctl state history`",
            ));
        }
        let bytes = snapshot.state.to_bytes();
        self.output.write(|_, _, out| out.write_all(&bytes))
    }

    pub(super) async fn history(&self) -> Result<(), Failure> {
        let current = self.store.read().await?;
        let (mut past, mut before) = (Vec::new(), None);
        for version in self.store.history().await? {
            let state = self.store.recall(&version).await;
            let (next, shown) = match state {
                Ok(Some(state)) => {
                    let shown = Past::new(version.serial, &state, before.as_ref(), false);
                    (Some(state), shown)
                }
                Ok(None) => continue,
                Err(error) => (None, Past::unreadable(version.serial, error.to_finding().summary)),
            };
            past.push(shown);
            before = next;
        }
        if current.condition == Condition::Read {
            let state = &current.state;
            past.push(Past::new(state.serial, state, before.as_ref(), true));
        }
        let write = |format: Format, style, out: &mut dyn std::io::Write| match format {
            Format::Json => state_history::write_json_report(out, &past),
            _ => state_history::write(
                out,
                &past,
                &TimeZone::system(),
                self.output.table_style(style),
            ),
        };
        self.output.write(write)
    }

    /// The state, its origins collected for what is hidden.
    async fn read(&self) -> Result<Snapshot, Failure> {
        let snapshot = self.store.read().await?;
        redaction::collect_state(&snapshot.state);
        Ok(snapshot)
    }

    /// An earlier version by its number.
    pub(super) async fn version(&self, number: u64) -> Result<(Version, State), Failure> {
        let missing = || {
            refused(
                &format!("no version {number} of the state is kept"),
                "run `spectrumctl state history` to see those that are",
            )
        };
        let versions = self.store.history().await?;
        let version =
            versions.into_iter().rfind(|version| version.serial == number).ok_or_else(missing)?;
        let state = self.store.recall(&version).await?.ok_or_else(missing)?;
        redaction::collect_state(&state);
        Ok((version, state))
    }

    fn remembered<'a>(&self, address: &'a Address, recorded: &'a Recorded) -> Remembered<'a> {
        Remembered::new(address, recorded, self.context.output.hides_origins())
    }
}

/// The addresses that `apply --restore` takes.
fn lost(state: &State) -> Vec<String> {
    let own =
        |backup: &Backup| backup.at.as_ref().or(backup.addresses.first()).map(Address::to_string);
    state.pending_restore.values().filter_map(own).collect()
}
