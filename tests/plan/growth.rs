//! The work of a plan grows with its size and not faster. What is counted is how often memory is asked for, in each part of the work by
//! itself, because a part that does little would hide what it does too often behind one that does much. `cargo bench --bench growth`
//! counts instructions, and so sees a search too that asks for no memory.

#[path = "../bench/work.rs"]
mod work;
#[path = "../bench/world.rs"]
mod world;

use std::collections::BTreeMap;

/// The sizes, each twice the one before.
const SIZES: [usize; 3] = [60, 120, 240];

/// From the first to the second size some work is added, from the second to the third twice as much where the growth is linear, and
/// four times as much where it is quadratic.
const MOST: f64 = 2.5;

/// How often each part asks for memory.
fn count(make: fn(usize) -> world::World, size: usize) -> BTreeMap<&'static str, u64> {
    let world = make(size);
    let mut counted = BTreeMap::new();
    world.run_in(&mut |part, work| {
        counted.insert(part, allocation_counter::measure(work).count_total);
    });
    counted
}

#[test]
fn twice_as_much_of_anything_is_twice_the_work_in_every_part() {
    let mut too_much = Vec::new();
    for (name, make) in work::WORK {
        let [small, middle, large] = SIZES.map(|size| count(make, size));
        for (part, count) in &large {
            let (first, second) =
                (middle[part] - small[part].min(middle[part]), count - middle[part]);
            // A part that asks for next to nothing says nothing.
            let is_linear = second < 200 || (second as f64) <= MOST * first as f64;
            let counts = [small[part], middle[part], *count];
            too_much.extend((!is_linear).then(|| format!("{part} of {name}: {counts:?}")));
        }
    }
    assert!(too_much.is_empty(), "this grows faster than its size: {too_much:#?}");
}
