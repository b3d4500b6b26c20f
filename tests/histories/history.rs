//! One history: drawn from its seed, or taken again from its steps.

use crate::{
    draw::Drawer,
    laws::{Tally, Violation},
    mutants::Mutant,
    rng::Rng,
    step::Step,
    world::{Setup, World},
};

const FEWEST_STEPS: usize = 30;
const MOST_STEPS: usize = 60;

/// A history as it went.
pub(crate) struct History {
    pub(crate) seed: u64,
    pub(crate) setup: Setup,
    pub(crate) mutant: Option<Mutant>,
    pub(crate) steps: Vec<Step>,
}

impl History {
    /// Draws and takes every step, then drains.
    pub(crate) fn of(seed: u64, mutant: Option<Mutant>) -> (Self, Tally, Result<(), Violation>) {
        let mut rng = Rng::of(seed);
        let setup = Setup::drawn(&mut rng);
        let length = FEWEST_STEPS + rng.below(MOST_STEPS - FEWEST_STEPS + 1);
        let mut world = World::new(setup, mutant);
        let mut drawer = Drawer::of(rng);
        let mut steps = Vec::with_capacity(length);
        let mut ended = Ok(());
        while steps.len() < length && ended.is_ok() {
            let step = drawer.step(&world);
            steps.push(step);
            ended = world.take(step);
        }
        let ended = ended.and_then(|()| world.drain());
        (Self { seed, setup, mutant, steps }, world.tally, ended)
    }

    /// Takes these steps instead, then drains.
    pub(crate) fn replayed(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), Violation> {
        let mut world = World::new(self.setup, self.mutant);
        steps.into_iter().try_for_each(|step| world.take(step))?;
        world.drain()
    }
}
