//! Which of two applications a violation that they share is reported at: the later one, once, with the earlier as a related place.

use crate::model::{Field, Peer, View};

/// Whether the violation that the application shares with a peer is reported at the application.
///
/// Both stand in files: report at the one that stands later, or whose address sorts later where one anchor wrote both. Either
/// comes from elsewhere (a live application, the body of a request): always report, because nobody else looks from the other side.
pub(super) fn is_later(view: &View<'_>, peer: &Peer) -> bool {
    match (view.app.place_of(Field::DnsName), &peer.place) {
        (Some(own), Some(other)) => (own, view.who) > (other, peer.who.as_str()),
        _ => true,
    }
}
