//! The lists that the simulator answers: which query parameters filter and order each of them, and
//! how it is paged. One table for the answers and for the description of the API.
//!
//! Source: Cloudflare's API reference, and the parameters that its SDKs send.

use super::filters::{Compare, Filter, List};
use super::paging::Pages;

/// Pages of everything but applications and zones.
const USUAL_PAGES: Option<Pages> = Some(Pages { usual: 100, most: 5000 });

const fn filter(name: &'static str, path: &'static [&'static str], compare: Compare) -> Filter {
    Filter { name, path, compare }
}

/// Applications: the orders of `order`, without which everything comes at once.
pub(super) static APPS: List = List {
    filters: &[],
    orders: &[
        ("dns", &["dns", "name"]),
        ("protocol", &["protocol"]),
        ("app_id", &["id"]),
        ("created_on", &["created_on"]),
        ("modified_on", &["modified_on"]),
    ],
    pages: Some(Pages { usual: 20, most: 100 }),
};

/// Zones.
pub(super) static ZONES: List = List {
    filters: &[
        filter("name", &["name"], Compare::Operator),
        filter("account.id", &["account", "id"], Compare::Equals),
        filter("account.name", &["account", "name"], Compare::Operator),
        filter("status", &["status"], Compare::Equals),
        filter("type", &["type"], Compare::OneOf(&["full", "partial", "secondary", "internal"])),
    ],
    orders: &[
        ("name", &["name"]),
        ("status", &["status"]),
        ("account.id", &["account", "id"]),
        ("account.name", &["account", "name"]),
        ("plan.id", &["plan", "id"]),
    ],
    pages: Some(Pages { usual: 20, most: 50 }),
};

/// DNS records, of which none here has a comment or a tag.
pub(super) static RECORDS: List = List {
    filters: &[
        filter("name", &["name"], Compare::Equals),
        filter("name.exact", &["name"], Compare::Equals),
        filter("name.contains", &["name"], Compare::Contains),
        filter("name.startswith", &["name"], Compare::StartsWith),
        filter("name.endswith", &["name"], Compare::EndsWith),
        filter("type", &["type"], Compare::Equals),
        filter("content", &["content"], Compare::Equals),
        filter("content.exact", &["content"], Compare::Equals),
        filter("content.contains", &["content"], Compare::Contains),
        filter("content.startswith", &["content"], Compare::StartsWith),
        filter("content.endswith", &["content"], Compare::EndsWith),
        filter("proxied", &["proxied"], Compare::Flag),
        filter("search", &["name"], Compare::Contains),
        filter("comment", &["comment"], Compare::Equals),
        filter("comment.exact", &["comment"], Compare::Equals),
        filter("comment.contains", &["comment"], Compare::Contains),
        filter("comment.startswith", &["comment"], Compare::StartsWith),
        filter("comment.endswith", &["comment"], Compare::EndsWith),
        filter("comment.present", &["comment"], Compare::IsPresent),
        filter("comment.absent", &["comment"], Compare::IsAbsent),
        filter("tag", &["tag"], Compare::Equals),
        filter("tag.exact", &["tag"], Compare::Equals),
        filter("tag.contains", &["tag"], Compare::Contains),
        filter("tag.startswith", &["tag"], Compare::StartsWith),
        filter("tag.endswith", &["tag"], Compare::EndsWith),
        filter("tag.present", &["tag"], Compare::IsPresent),
        filter("tag.absent", &["tag"], Compare::IsAbsent),
    ],
    orders: &[
        ("type", &["type"]),
        ("name", &["name"]),
        ("content", &["content"]),
        ("ttl", &["ttl"]),
        ("proxied", &["proxied"]),
    ],
    pages: USUAL_PAGES,
};

/// Load balancers.
pub(super) static BALANCERS: List = List { filters: &[], orders: &[], pages: USUAL_PAGES };

/// Virtual networks.
pub(super) static NETWORKS: List = List {
    filters: &[
        filter("id", &["id"], Compare::Equals),
        filter("name", &["name"], Compare::Equals),
        filter("is_default", &["is_default_network"], Compare::Flag),
        filter("is_default_network", &["is_default_network"], Compare::Flag),
        filter("is_deleted", &["deleted_at"], Compare::IsDeleted),
    ],
    orders: &[],
    pages: USUAL_PAGES,
};

/// Routes of virtual networks.
pub(super) static ROUTES: List = List {
    filters: &[
        filter("comment", &["comment"], Compare::Equals),
        filter("existed_at", &["created_at"], Compare::ExistedAt),
        filter("is_deleted", &["deleted_at"], Compare::IsDeleted),
        filter("network_subset", &["network"], Compare::Subset),
        filter("network_superset", &["network"], Compare::Superset),
        filter("route_id", &["id"], Compare::Equals),
        filter("tunnel_id", &["tunnel_id"], Compare::Equals),
        filter(
            "tun_types",
            &["tun_type"],
            Compare::OneOf(&[
                "cfd_tunnel",
                "warp_connector",
                "warp",
                "magic",
                "ip_sec",
                "gre",
                "cni",
            ]),
        ),
        filter("virtual_network_id", &["virtual_network_id"], Compare::Equals),
    ],
    orders: &[],
    pages: USUAL_PAGES,
};

/// What comes whole.
pub(super) static WHOLE: List = List { filters: &[], orders: &[], pages: None };
