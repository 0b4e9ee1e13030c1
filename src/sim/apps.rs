//! The calls on applications: list, read, create, change, delete.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::access::Caller;
use super::admission::{Case, admit};
use super::facts::Zone;
use super::lists;
use super::message::{Answer, Request};
use super::order::Order;
use super::paging::page_through;
use super::refusal::{GONE, NOT_JSON, NOT_PERMITTED, Refusal};
use super::response_body;
use super::world::World;
use crate::model::Live;

impl World {
    /// Without `page` everything comes at once, by hostname, and nothing is said of pages.
    pub(super) fn list_apps(&mut self, zone: &str, request: &Request) -> Result<Answer, Refusal> {
        self.with_spectrum(zone)?;
        let paged = request.parameter("page").is_some();
        let order = if paged { Order::from_request(request)? } else { Order::USUAL };
        self.sort_apps(zone, order);
        let ids = self.sorted_ids(zone, order);
        let entry = |id: &String| Some(Json::Object(self.apps.get(id)?.object.clone()));
        if let Some(pages) = lists::APPS.pages.filter(|_| paged) {
            let page = |range| ids.get(range).into_iter().flatten().filter_map(entry).collect();
            page_through(ids.len(), request, pages, page)
        } else {
            Ok(Answer::new(ids.iter().filter_map(entry).collect()))
        }
    }

    pub(super) fn read_app(&self, zone: &str, id: &str) -> Result<Answer, Refusal> {
        let object = self.app_in(zone, id)?;
        Ok(Answer::new(Json::Object(object.clone())))
    }

    pub(super) fn create_app(
        &mut self,
        zone: &str,
        request: &Request,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let facts = self.with_spectrum(zone)?;
        let body = object_of(request)?;
        let spec = admit(self, &Case { zone: facts, id: None, live: None, caller, body: &body })?;
        let mut object = response_body::answered(facts.plan, &spec, Map::new());
        let id = self.next_id("app");
        object.insert("id".to_owned(), Json::from(id.as_str()));
        object.insert("created_on".to_owned(), Json::from(response_body::stamp(now)));
        object.insert("modified_on".to_owned(), Json::from(response_body::stamp(now)));
        self.put_app(&id, zone, object.clone());
        Ok(Answer::new(Json::Object(object)))
    }

    /// `PUT` replaces the whole configuration; `PATCH` replaces the top-level fields that it names.
    pub(super) fn change_app(
        &mut self,
        zone: &str,
        id: &str,
        request: &Request,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let facts = self.with_spectrum(zone)?;
        let stored = self.app_in(zone, id)?;
        let created = stored.get("created_on").cloned();
        let live = Live::read(stored);
        let mut body = object_of(request)?;
        if request.method == "PATCH" {
            let mut whole = live.as_ref().map(response_body::as_body).unwrap_or_default();
            whole.append(&mut body);
            body = whole;
        }
        let spec = admit(
            self,
            &Case { zone: facts, id: Some(id), live: live.as_ref(), caller, body: &body },
        )?;
        let mut object = response_body::answered(
            facts.plan,
            &spec,
            response_body::kept_unknown(live.as_ref(), &body),
        );
        object.insert("id".to_owned(), Json::from(id));
        object.extend(created.map(|created| ("created_on".to_owned(), created)));
        object.insert("modified_on".to_owned(), Json::from(response_body::stamp(now)));
        self.put_app(id, zone, object.clone());
        Ok(Answer::new(Json::Object(object)))
    }

    pub(super) fn delete_app(&mut self, zone: &str, id: &str) -> Result<Answer, Refusal> {
        self.app_in(zone, id)?;
        self.remove_app(id);
        Ok(Answer::new(json!({ "id": id })))
    }

    fn app_in(&self, zone: &str, id: &str) -> Result<&Map<String, Json>, Refusal> {
        let app = self.apps.get(id).filter(|app| app.zone == zone);
        app.map(|app| &app.object).ok_or_else(|| GONE.refusal())
    }

    /// The zone. One without Spectrum has no applications, and each protocol is refused there (13002, *observed*).
    pub(super) fn with_spectrum(&self, zone: &str) -> Result<&Zone, Refusal> {
        self.holdings.zones.get(zone).ok_or_else(|| NOT_PERMITTED.refusal())
    }
}

fn object_of(request: &Request) -> Result<Map<String, Json>, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| NOT_JSON.refusal())
}
