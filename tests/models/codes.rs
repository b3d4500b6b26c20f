//! The tries of a code: three requests at once, six in all, wrong and right, with a second code sent
//! at any moment, and a crash after the commit and before the page.
//!
//! Bounds: one verification, two codes, three requests at a time, six tries in all; time stands still (the
//! clock's part in it is tested where the rule stands).

use jiff::Timestamp;
use shared::domain::{
    application::samples::{NOON, mail_id},
    contact::EmailAddress,
    limits::Usage,
    verification::{CodeTried, MOST_TRIES, MailUsage, Purpose, TryOutcome, Verification},
};
use stateright::{Model, Property};
use std::hash::{Hash, Hasher};

use crate::check::{Room, campaign};

const REQUESTS: u8 = 6;
const AT_ONCE: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutant {
    ComparedBeforeCounted,
    WrittenWithoutCondition,
    CodeNotUsedUp,
    OldCodeStillRead,
}

#[derive(Debug, Clone, Copy, Default)]
struct CodeModel {
    mutant: Option<Mutant>,
}

/// What is typed: the first or the second code, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Typed {
    First,
    Second,
    Neither,
}

/// A request that has read, and not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Try {
    typed: Typed,
    read: Verification,
    usage: Usage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    stored: Verification,
    usage: Usage,
    /// Whether the second code was sent.
    sent_again: bool,
    under_way: Vec<Try>,
    left: u8,
    /// Comparisons of each code that somebody learnt the outcome of.
    compared: [u32; 2],
    /// How often each code was found right.
    right: [u8; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Type(Typed),
    Write(usize),
    Crash(usize),
    SendAgain,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_of(&self.stored, &self.usage, hasher);
        for one in &self.under_way {
            one.typed.hash(hasher);
            hash_of(&one.read, &one.usage, hasher);
        }
        (self.under_way.len(), self.left, self.sent_again, self.compared, self.right).hash(hasher);
    }
}

fn hash_of<H: Hasher>(verification: &Verification, usage: &Usage, hasher: &mut H) {
    let code = verification.code.as_ref().map(|code| (code.tries, code.hash.as_str()));
    (verification.version, code, usage.used_at.len()).hash(hasher);
}

fn now() -> Timestamp {
    *NOON
}

impl Typed {
    fn as_hash(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Neither => "neither",
        }
    }
}

impl State {
    /// The code that stands in a verification: the first or the second.
    fn code_in(&self, read: &Verification) -> usize {
        usize::from(read.code.as_ref().is_some_and(|code| code.hash == "second") && self.sent_again)
    }

    fn with_code(mut self, hash: &str) -> Self {
        let unused = MailUsage { address: Usage::default(), network: Usage::default() };
        let requested = self.stored.request_code(&unused, mail_id(1), hash.into(), now());
        self.stored = requested.expect("within the limits").next;
        self
    }

    fn reveal(&mut self, code: usize, outcome: TryOutcome) {
        self.compared[code] += 1;
        self.right[code] += u8::from(outcome == TryOutcome::Right);
    }

    fn write(&mut self, tried: CodeTried) {
        self.stored = tried.next;
        self.usage = tried.usage;
    }
}

impl CodeModel {
    fn is(self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    fn try_code(self, one: &Try) -> Option<CodeTried> {
        let mut tried = one.read.clone().try_code(one.typed.as_hash(), &one.usage, now()).ok()?;
        if self.is(Mutant::CodeNotUsedUp) && tried.next.code.is_none() {
            tried.next.code.clone_from(&one.read.code);
        }
        Some(tried)
    }

    /// Reads, and in one mutant shows the outcome at once.
    fn begin(self, state: &mut State, typed: Typed) {
        let one = Try { typed, read: state.stored.clone(), usage: state.usage.clone() };
        if self.is(Mutant::ComparedBeforeCounted)
            && let Some(tried) = self.try_code(&one)
        {
            let code = state.code_in(&one.read);
            state.reveal(code, tried.outcome);
        }
        state.under_way.push(one);
    }

    fn write(self, state: &mut State, number: usize) {
        let one = state.under_way.remove(number);
        let Some(tried) = self.try_code(&one) else { return };
        let same = state.stored.version == one.read.version && state.usage == one.usage;
        if same || self.is(Mutant::WrittenWithoutCondition) {
            let code = state.code_in(&one.read);
            if !self.is(Mutant::ComparedBeforeCounted) {
                state.reveal(code, tried.outcome);
            }
            state.write(tried);
        } else {
            let read = if self.is(Mutant::OldCodeStillRead) {
                Verification { version: state.stored.version, ..one.read }
            } else {
                state.stored.clone()
            };
            state.under_way.push(Try { typed: one.typed, read, usage: state.usage.clone() });
        }
    }
}

impl Model for CodeModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let email = EmailAddress::parse("ijika@wakakusa.example.jp").expect("an address");
        let begun = State {
            stored: Verification::begin("id".into(), Purpose::Apply, email, now()),
            usage: Usage::default(),
            sent_again: false,
            under_way: Vec::new(),
            left: REQUESTS,
            compared: [0; 2],
            right: [0; 2],
        };
        vec![begun.with_code("first")]
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        if state.left > 0 && state.under_way.len() < AT_ONCE {
            acts.extend([Typed::First, Typed::Second, Typed::Neither].map(Act::Type));
        }
        for number in 0..state.under_way.len() {
            acts.extend([Act::Write(number), Act::Crash(number)]);
        }
        if !state.sent_again {
            acts.push(Act::SendAgain);
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        match act {
            Act::Type(typed) => {
                next.left -= 1;
                self.begin(&mut next, typed);
            }
            Act::Write(number) => self.write(&mut next, number),
            Act::Crash(number) => {
                next.under_way.remove(number);
            }
            Act::SendAgain => {
                next = next.with_code("second");
                next.sent_again = true;
            }
        }
        next.under_way.sort_by_key(|one| (one.read.version, one.usage.used_at.len(), one.typed));
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no code is compared more than five times (S1)", |_, state: &State| {
                state.compared.iter().all(|compared| *compared <= MOST_TRIES)
            }),
            Property::always("a code is right at most once (S2)", |_, state: &State| {
                state.right.iter().all(|right| *right <= 1)
            }),
            Property::always("the first code is void once the second was sent", |_, state: &State| {
                !(state.sent_again && state.stored.code.as_ref().is_some_and(|code| code.hash == "first"))
            }),
            Property::sometimes("all five tries are used", |_, state: &State| {
                state.compared[0] == MOST_TRIES
            }),
            Property::sometimes("each code is right once", |_, state: &State| state.right == [1, 1]),
        ]
    }
}

impl Room for CodeModel {
    fn has_ended(&self, state: &State) -> bool {
        state.left == 0 && state.under_way.is_empty()
    }
}

#[test]
fn parallel_tries_never_see_more_than_five_comparisons() {
    let with = |name, mutant| (name, CodeModel { mutant: Some(mutant) });
    let mutants = vec![
        with("counted after comparing", Mutant::ComparedBeforeCounted),
        with("written without condition", Mutant::WrittenWithoutCondition),
        with("a right code not used up", Mutant::CodeNotUsedUp),
        with("decided again on the old reading", Mutant::OldCodeStillRead),
    ];
    campaign("code tries", vec![CodeModel::default()], mutants);
}
