//! The proof that nothing changes: each application of Terraform's against what is live, and the plan of what was written.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::planning;
use crate::cli::purpose::{CheckArgs, Purpose};
use crate::cli::session::Session;
use crate::codes;
use crate::config::terraform::Found;
use crate::finding::Finding;
use crate::model::{Field, Live, Tier, Value, ZoneId};
use crate::plan::LiveZone;

/// An application of Terraform's, and what is live of it.
pub(super) struct Compared {
    pub(super) zone: String,
    pub(super) zone_id: Option<ZoneId>,
    pub(super) tier: Option<Tier>,
    pub(super) found: Found,
    /// The live application; none where it is gone.
    pub(super) live: Option<Live>,
    /// What Terraform has wrong: the field, its value there, and the live one.
    pub(super) wrong: Vec<(Field, String, String)>,
}

/// Finds the live application by its id, else by hostname and protocol.
pub(super) fn compare(zone: String, found: Found, zones: &[LiveZone]) -> Compared {
    let of_zone = zones.iter().find(|read| read.name == zone);
    let apps = of_zone.map(|zone| zone.apps.as_slice()).unwrap_or_default();
    let identity = found.live.spec.identity();
    let live = apps
        .iter()
        .find(|live| live.id == found.live.id)
        .or_else(|| apps.iter().find(|live| identity.is_some() && live.spec.identity() == identity))
        .cloned();
    let wrong = live.as_ref().map(|live| wrong(&found.live, live)).unwrap_or_default();
    Compared {
        zone_id: of_zone.map(|zone| zone.id.clone()),
        tier: of_zone.and_then(|zone| zone.tier),
        zone,
        found,
        live,
        wrong,
    }
}

/// The fields in which Terraform's file is not what is live; a field that is left out has the API's default.
fn wrong(terraform: &Live, live: &Live) -> Vec<(Field, String, String)> {
    let value = |app: &Live, field: Field| app.spec.get(field).or(field.row().default).cloned();
    let text = |value: Option<Value>| {
        value.map_or_else(|| "nothing".to_owned(), |value| value.to_json().to_string())
    };
    Field::all()
        .map(|field| (field, value(terraform, field), value(live, field)))
        .filter(|(_, theirs, ours)| theirs != ours)
        .map(|(field, theirs, ours)| (field, text(theirs), text(ours)))
        .collect()
}

/// Plans with the configuration that was written: nothing may be to do.
pub(super) async fn must_be_equal(context: &Context) -> Result<(), Failure> {
    let loaded = Loaded::read(&context.files);
    loaded.must_be_readable()?;
    let session = Session::open(context, &loaded).await?;
    let checks = CheckArgs::default();
    let planned = planning::plan(context, &loaded, &session, Purpose::Configured, checks).await;
    session.close().await;
    let plan = planned?.plan;
    if plan.is_empty() && !plan.verdict.unread && !plan.verdict.errors {
        return Ok(());
    }
    let changes: Vec<String> =
        plan.changes.iter().map(|change| change.address.to_string()).collect();
    let summary =
        format!("the configuration that was written is not what is live: {}", changes.join(", "));
    let why = "an apply would change something, and a migration changes nothing";
    let fix = "look at `spectrumctl plan`; until it is empty, leave Terraform in charge";
    let finding = Finding::new(&codes::NOT_EQUAL, summary).why(why).fix(fix);
    let findings = plan.findings.into_iter().chain([finding]).collect();
    Err(Failure::new(Exit::Failed, findings))
}
