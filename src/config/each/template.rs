//! What `each` holds: the values that vary, and the rows that they make.

use std::sync::Arc;

use crate::config::variables::Text;
use crate::finding::Place;

/// The rows that a template stands for: one of each axis, all combinations, the last axis first.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) axes: Vec<Axis>,
    /// What names a row: `each.region, each.port`.
    pub(super) from: Arc<str>,
}

/// What varies: the values under one name, or rows that have several.
#[derive(Debug, Default)]
pub(super) struct Axis {
    /// The names of its values, each with its place.
    pub(super) names: Vec<(String, Option<Place>)>,
    pub(super) items: Vec<Item>,
}

/// A value, or a row.
#[derive(Debug)]
pub(super) struct Item {
    /// Its part of the address.
    pub(super) key: String,
    /// Its values by name.
    pub(super) values: Vec<(String, Text)>,
    pub(super) place: Option<Place>,
}

impl Each {
    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        let sizes = self.axes.iter().map(|axis| axis.items.len());
        if self.axes.is_empty() { 0 } else { sizes.fold(1, usize::saturating_mul) }
    }

    /// The items of a row, by its number.
    pub(super) fn row(&self, mut number: usize) -> Vec<&Item> {
        let mut items: Vec<&Item> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            items.extend(axis.items.get(number % axis.items.len().max(1)));
            number /= axis.items.len().max(1);
        }
        items.reverse();
        items
    }
}
