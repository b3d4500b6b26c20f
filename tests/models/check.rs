//! Checks a model and its mutants. Safety is stateright's to check; that every reachable state can still
//! come to a good end is checked here, backwards from the ends over the whole graph of states.

use std::{
    collections::{HashMap, VecDeque},
    fmt::Debug,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash},
};

use stateright::{Checker, Expectation, HasDiscoveries, Model};

/// A model with an end that everybody waits for.
pub(crate) trait Room: Model + Clone + Send + Sync + 'static {
    fn has_ended(&self, state: &Self::State) -> bool;
}

/// A bound that its command may raise: `WORKERS=3 FAULTS=4 cargo nextest run -p tests --test models`.
#[expect(clippy::disallowed_methods, reason = "how far a check goes is for its command to say")]
pub(crate) fn bound(name: &str, usual: u8) -> u8 {
    std::env::var(name).ok().and_then(|bound| bound.parse().ok()).unwrap_or(usual)
}

/// What came of one exhaustive check.
struct Verdict {
    states: usize,
    properties: usize,
    /// The property that does not hold, with the way there.
    broken: Option<String>,
    /// A situation that the model was built to reach and does not: then it proves nothing.
    never_seen: Option<&'static str>,
}

/// Every sound model must hold, every mutant must fail; one line says how it went.
#[expect(clippy::print_stdout, reason = "the line is what a reader of the run wants")]
pub(crate) fn campaign<M>(name: &str, sound: Vec<M>, mutants: Vec<(&'static str, M)>)
where
    M: Room,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let mut states = 0;
    let mut properties = 0;
    for model in sound {
        let verdict = verdict(&model);
        assert!(verdict.broken.is_none(), "{name}: {}", verdict.broken.unwrap_or_default());
        assert_eq!(verdict.never_seen, None, "{name}: never reached");
        states += verdict.states;
        properties += verdict.properties;
    }
    let all = mutants.len();
    let survivors: Vec<_> = mutants
        .into_iter()
        .filter_map(|(mutant, model)| verdict(&model).broken.is_none().then_some(mutant))
        .collect();
    let caught = all - survivors.len();
    println!("{name}: {states} states, {properties} properties, mutants caught {caught}/{all}");
    assert!(survivors.is_empty(), "{name}: nothing catches {survivors:?}");
}

fn verdict<M>(model: &M) -> Verdict
where
    M: Room,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let checker =
        model.clone().checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let found = checker.discoveries();
    let properties = model.properties();
    let failing = properties.iter().find(|property| {
        !matches!(property.expectation, Expectation::Sometimes) && found.contains_key(property.name)
    });
    let unsafe_way = failing
        .map(|property| format!("{}\n{:#?}", property.name, found[property.name].clone().into_actions()));
    let never_seen = properties
        .iter()
        .find(|property| {
            matches!(property.expectation, Expectation::Sometimes) && !found.contains_key(property.name)
        })
        .map(|property| property.name);
    let broken = unsafe_way
        .or_else(|| state_without_end(model).map(|state| format!("no end can be reached from\n{state:#?}")));
    Verdict { states: checker.unique_state_count(), properties: properties.len() + 1, broken, never_seen }
}

/// A reachable state from which no way leads to an end.
fn state_without_end<M: Room>(model: &M) -> Option<M::State>
where
    M::State: Clone + Hash,
    M::Action: Clone + PartialEq,
{
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut states = model.init_states();
    let mut index: HashMap<u64, usize> = HashMap::new();
    for (position, state) in states.iter().enumerate() {
        index.insert(hasher.hash_one(state), position);
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); states.len()];
    let mut seen = 0;
    while seen < states.len() {
        for (_, next) in model.next_steps(&states[seen]) {
            let position = *index.entry(hasher.hash_one(&next)).or_insert(states.len());
            if position == states.len() {
                states.push(next);
                before.push(Vec::new());
            }
            before[position].push(seen);
        }
        seen += 1;
    }
    let mut ends = vec![false; states.len()];
    let mut queue: VecDeque<usize> =
        (0..states.len()).filter(|position| model.has_ended(&states[*position])).collect();
    while let Some(position) = queue.pop_front() {
        if !std::mem::replace(&mut ends[position], true) {
            queue.extend(before[position].iter().copied());
        }
    }
    ends.iter().position(|ends| !ends).map(|position| states.swap_remove(position))
}
