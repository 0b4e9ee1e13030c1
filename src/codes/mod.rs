//! Every error code of the Spectrum API and every rule of ours: one file each, with what it means, its causes, why, what to do, when
//! each can be known, and the check.
//!
//! Floor 2: names `model` and `finding`. To add a code, add its file here and its `CODE` to [`CODES`] in `table`. What is reported without a check
//! (errors in the files, guards of the plan, failures of the run) has an entry in `catalog`. A finding is made from a code, never
//! from a text: `Finding::new(&codes::STATE_LOCKED, summary)`.

mod argo_traffic_type;
mod c10000_authentication;
mod c10002_internal;
mod c10006_gone;
mod c10012_unknown_field;
mod c10100_user_rate;
mod c1015_edge_rate;
mod c10429_rate;
mod c11000_origin;
mod c11001_origin_dns;
mod c11002_origin_address;
mod c11004_dns_type;
mod c11014_ftp;
mod c11018_edge_ips;
mod c11019_edge_ips_rights;
mod c11026_argo;
mod c11033_edge_ips_in_use;
mod c11034_one_per_protocol;
mod c11041_network_origin;
mod c11042_network_single;
mod c11043_port_range;
mod c11044_network_route;
mod c11045_network_id;
mod c11050_origin_zone;
mod c12005_ipv4_quota;
mod c13002_protocol;
mod c16001_zone_mismatch;
mod c7003_route;
mod c9109_access;
mod c971_api_rate;
mod catalog;
pub mod code;
mod duplicate_identity;
mod edge_ips_kind;
mod example;
mod explanation;
mod form;
mod hostname_conflict;
mod hostname_edge;
mod invalid_value;
mod live_overlap;
mod missing_field;
mod order;
mod origin_port_beside_direct;
mod origin_transport;
mod pages;
mod port_count;
mod port_overlap;
mod proxied_origin;
mod proxy_protocol_transport;
mod refusal_cache;
mod report;
mod short_hostname;
mod table;
mod tunnel_origin;
mod udp_argo;
mod udp_ip_firewall;
mod udp_tls;
mod udp_traffic_type;
mod unknown_key;
pub mod violation;
mod virtual_network_traffic;
mod worker_origin;
mod wrong_type;

pub use c10100_user_rate::CODE as USER_RATE;
pub use catalog::{events::*, files::*, guards::*, runs::*};
pub use code::{CachePolicy, Cause, Check, Code, Known, Retry, Scope, Stage};
pub use example::{Example, Setting};
pub use explanation::{Explanation, Verdicts, explain, tells_of_account};
pub use form::form_of_draft;
pub use invalid_value::CODE as INVALID_VALUE;
pub use missing_field::CODE as MISSING_FIELD;
pub use table::{
    CODES, about, all, check, find, find_message, find_number, is_check, judge, judging,
    refusal_keys,
};
pub use unknown_key::CODE as UNKNOWN_KEY;
pub use violation::{Violation, Violations};
pub use wrong_type::CODE as WRONG_TYPE;
