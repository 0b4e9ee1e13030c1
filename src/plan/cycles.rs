//! Steps that wait for one another in a ring, so that none of them can be the first. Rings that have nothing to do with each other are
//! found in one go.

use super::change::Step;

/// The rings, each with its members in order: steps of which each waits for every other, perhaps by way of others.
pub(super) fn rings(steps: &[Step]) -> Vec<Vec<usize>> {
    let mut search = Search::new(steps);
    for step in 0..steps.len() {
        search.visit(step);
    }
    let mut rings = search.rings;
    rings.sort();
    rings
}

/// Tarjan's search for strongly connected components, without recursion: a chain of ten thousand steps is no deeper than one.
struct Search<'s> {
    steps: &'s [Step],
    /// The turn in which each step was met.
    met: Vec<Option<usize>>,
    /// The earliest step on the path that each one leads back to.
    back_to: Vec<usize>,
    is_on_path: Vec<bool>,
    path: Vec<usize>,
    turn: usize,
    rings: Vec<Vec<usize>>,
}

impl<'s> Search<'s> {
    fn new(steps: &'s [Step]) -> Search<'s> {
        let count = steps.len();
        Search {
            steps,
            met: vec![None; count],
            back_to: vec![0; count],
            is_on_path: vec![false; count],
            path: Vec::new(),
            turn: 0,
            rings: Vec::new(),
        }
    }

    fn visit(&mut self, first: usize) {
        if self.met[first].is_some() {
            return;
        }
        self.enter(first);
        // Each step that is being looked at, with how many of those that it waits for were looked at already.
        let mut open = vec![(first, 0)];
        while let Some((step, seen)) = open.last_mut() {
            let step = *step;
            let Some(next) = self.steps[step].after.get(*seen).copied() else {
                open.pop();
                self.leave(step, open.last().map(|(waiting, _)| *waiting));
                continue;
            };
            *seen += 1;
            match self.met[next] {
                None => {
                    self.enter(next);
                    open.push((next, 0));
                }
                Some(met) if self.is_on_path[next] => {
                    self.back_to[step] = self.back_to[step].min(met);
                }
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, step: usize) {
        (self.met[step], self.back_to[step]) = (Some(self.turn), self.turn);
        self.turn += 1;
        self.is_on_path[step] = true;
        self.path.push(step);
    }

    /// Ends a step: what leads back to none before it is a ring, if it has several members or waits for itself.
    fn leave(&mut self, step: usize, waiting: Option<usize>) {
        if let Some(waiting) = waiting {
            self.back_to[waiting] = self.back_to[waiting].min(self.back_to[step]);
        }
        if self.met[step] != Some(self.back_to[step]) {
            return;
        }
        let from = self.path.iter().rposition(|member| *member == step).unwrap_or_default();
        let mut members = self.path.split_off(from);
        members.iter().for_each(|member| self.is_on_path[*member] = false);
        if members.len() > 1 || self.steps[step].after.contains(&step) {
            members.sort_unstable();
            self.rings.push(members);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Call;

    fn steps(after: &[&[usize]]) -> Vec<Step> {
        let step = |(change, after): (usize, &&[usize])| Step {
            change,
            call: Call::Update,
            after: after.to_vec(),
        };
        after.iter().enumerate().map(step).collect()
    }

    #[test]
    fn a_ring_is_found_without_what_waits_for_it_and_what_it_waits_for() {
        assert_eq!(rings(&steps(&[&[], &[0], &[1]])), Vec::<Vec<usize>>::new());
        assert_eq!(rings(&steps(&[&[], &[0, 2], &[1], &[2]])), [[1, 2]]);
        assert_eq!(rings(&steps(&[&[0]])), [[0]], "a step that waits for itself");
    }

    #[test]
    fn rings_that_have_nothing_to_do_with_each_other_are_found_at_once() {
        let two = steps(&[&[1], &[0], &[0, 3], &[4], &[2], &[5, 1]]);
        assert_eq!(rings(&two), [vec![0, 1], vec![2, 3, 4], vec![5]]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_steps_is_no_ring() {
        let chain = (0..100_000).map(|change| Step {
            change,
            call: Call::Update,
            after: if change == 0 { Vec::new() } else { vec![change - 1] },
        });
        let mut chain: Vec<Step> = chain.collect();
        chain.reverse();
        let last = chain.len() - 1;
        chain.iter_mut().for_each(|step| step.after.iter_mut().for_each(|to| *to = last - *to));
        assert_eq!(rings(&chain), Vec::<Vec<usize>>::new());
        chain[last].after.push(0);
        assert_eq!(rings(&chain)[0].len(), 100_000);
    }
}
