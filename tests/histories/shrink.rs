//! Makes a failing history as small as it can be: steps are left out, then faults, as long as the same law stays
//! broken.

use std::fmt::Write;

use crate::{
    history::History,
    laws::{Law, Violation},
    step::{Fault, Step},
};

/// Some steps of a history by their numbers, each perhaps without its fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection(Vec<(usize, bool)>);

/// A history that no step and no fault can be taken out of.
pub(crate) struct Shrunk {
    pub(crate) selection: Selection,
    pub(crate) violation: Violation,
}

impl Selection {
    pub(crate) fn all(history: &History) -> Self {
        Self((0..history.steps.len()).map(|number| (number, true)).collect())
    }

    /// Reads `0,3-5,7!`: `!` is a step without its fault.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut chosen = Vec::new();
        for part in text.split(',') {
            let (numbers, faulty) = part.strip_suffix('!').map_or((part, true), |numbers| (numbers, false));
            let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
            let (first, last): (usize, usize) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            chosen.extend((first..=last).map(|number| (number, faulty)));
        }
        Some(Self(chosen))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn steps(&self, history: &History) -> Vec<Step> {
        let chosen = self.0.iter().filter_map(|(number, faulty)| {
            let step = history.steps.get(*number)?;
            Some(if *faulty { *step } else { Step::of(step.act) })
        });
        chosen.collect()
    }

    /// What breaks it, if it is this law.
    pub(crate) fn breaks(&self, history: &History, law: Law) -> Option<Violation> {
        let ended = history.replayed(self.steps(history));
        ended.err().filter(|violation| violation.law == law)
    }

    fn without(&self, from: usize, to: usize) -> Self {
        Self([&self.0[..from], &self.0[to..]].concat())
    }
}

impl std::fmt::Display for Selection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, (number, faulty)) in self.0.iter().enumerate() {
            let (comma, mark) = (if place > 0 { "," } else { "" }, if *faulty { "" } else { "!" });
            write!(f, "{comma}{number}{mark}")?;
        }
        Ok(())
    }
}

/// The smallest that is found; `violation` is what broke the whole.
pub(crate) fn shrink(history: &History, violation: Violation) -> Shrunk {
    let law = violation.law;
    let mut best = Shrunk { selection: Selection::all(history), violation };
    loop {
        let before = best.selection.clone();
        leave_steps_out(history, law, &mut best);
        leave_faults_out(history, law, &mut best);
        if best.selection == before {
            return best;
        }
    }
}

/// Halves first, single steps last, from the end.
fn leave_steps_out(history: &History, law: Law, best: &mut Shrunk) {
    let mut size = best.selection.len().div_ceil(2);
    while size > 0 {
        let mut to = best.selection.len();
        while to > 0 {
            let from = to.saturating_sub(size);
            let smaller = best.selection.without(from, to);
            if let Some(violation) = smaller.breaks(history, law) {
                *best = Shrunk { selection: smaller, violation };
            }
            to = from.min(best.selection.len());
        }
        size /= 2;
    }
}

fn leave_faults_out(history: &History, law: Law, best: &mut Shrunk) {
    for place in 0..best.selection.len() {
        let (number, faulty) = best.selection.0[place];
        let has_fault = history.steps.get(number).is_some_and(|step| step.fault != Fault::None);
        if faulty && has_fault {
            let mut calmer = best.selection.clone();
            calmer.0[place].1 = false;
            if let Some(violation) = calmer.breaks(history, law) {
                *best = Shrunk { selection: calmer, violation };
            }
        }
    }
}

impl Shrunk {
    /// A step that the same law breaks without.
    pub(crate) fn spare_step(&self, history: &History) -> Option<Step> {
        let spare = (0..self.selection.len()).find(|place| {
            self.selection.without(*place, place + 1).breaks(history, self.violation.law).is_some()
        })?;
        self.selection.steps(history).get(spare).copied()
    }

    /// For people: what broke, the steps that are left, and how to see it again.
    pub(crate) fn story(&self, history: &History) -> String {
        let mut story = format!("seed {} breaks\n  {}\n", history.seed, self.violation);
        let (left, all) = (self.selection.len(), history.steps.len());
        let _ = writeln!(story, "{left} of {all} steps are left, in a world that is {:?}:", history.setup);
        for ((number, _), step) in self.selection.0.iter().zip(self.selection.steps(history)) {
            let _ = writeln!(story, "  {number:>3}  {step}");
        }
        let _ = write!(
            story,
            "again: SEED={} STEPS={} cargo nextest run -p tests --test histories random_histories --no-capture",
            history.seed, self.selection
        );
        story
    }
}
