//! What can happen in a history, as data: one step is one act of somebody and what goes wrong with it.
//!
//! Architecture invariant: a step names what it is about by position ("the second application"), and means
//! nothing where there is none; so steps can be left out of a history, and what remains is a history still.

use std::fmt;

/// One step: who does what, and what goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) fault: Fault,
}

/// Positions are taken modulo what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A person asks for a code, to apply or to see the state of an application.
    AskForCode {
        person: usize,
        network: usize,
        to_track: Option<usize>,
    },
    TypeCode {
        verification: usize,
        typed: Typed,
    },
    Submit {
        session: usize,
        institution: usize,
    },
    SetPassword {
        link: usize,
    },
    AskForLink {
        account: usize,
        network: usize,
    },
    SignIn {
        account: usize,
        right: bool,
    },
    Approve {
        officer: usize,
        application: usize,
    },
    Reject {
        officer: usize,
        application: usize,
        reason: usize,
    },
    Return {
        officer: usize,
        application: usize,
    },
    /// An officer files for an institution that cannot.
    Proxy {
        officer: usize,
        institution: usize,
        person: usize,
    },
    /// Who reads its mail opens the form of an application again: to correct it, or to apply anew.
    FillInAgain {
        application: usize,
    },
    Withdraw {
        application: usize,
    },
    /// Whoever proved an address takes it for an application.
    ProveAddress {
        application: usize,
        person: usize,
    },
    Resend {
        application: usize,
        by_secretariat: bool,
    },
    /// The secretariat keeps a case out of the runs, and lets it in again.
    Hold {
        application: usize,
    },
    Release {
        application: usize,
    },
    /// Nothing is to be issued for so long, from a little later on.
    Freeze {
        hours: i64,
    },
    /// `send-mail` is woken.
    Wake {
        message: usize,
    },
    /// A paused `send-mail` goes on: hands over, or records.
    GoOn {
        worker: usize,
    },
    SweepOutbox,
    /// SES reports something new of a mail that it took.
    Reported {
        flight: usize,
        what: usize,
    },
    /// `record-delivery` takes a report from its queue.
    Record {
        message: usize,
    },
    /// `issue-account` is woken.
    Issue {
        message: usize,
    },
    /// A message about an application comes before its time, or long after.
    IssueUnasked {
        application: usize,
    },
    SweepIssuing,
    Announce,
    FlagStuck,
    Pass(Passing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    /// The code of the newest mail in the mailbox, or of one before.
    FromMail(usize),
    Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    Minutes(i64),
    /// Until nine o'clock of the next day.
    NextMorning,
}

/// What goes wrong. A fault that has no place in an act does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The call with this number fails, or only its reply is lost.
    Fails {
        call: usize,
        after: bool,
    },
    /// The process dies at the call with this number, before or after its effect.
    Dies {
        call: usize,
        after: bool,
    },
    /// The first reads show what was there so many steps ago: others were faster.
    Stale {
        ago: usize,
        reads: usize,
    },
    /// The message stays in its queue and comes again.
    Doubled,
    BellLost,
    /// SES took the mail, and its answer was lost.
    AnswerLost,
    /// SES was not reached, and nobody knows.
    TimeOut,
    Throttled,
    RefusedForGood,
    /// The Send event never comes.
    SendReportLost,
    /// The report bears no tag.
    Untagged,
    /// `send-mail` stops for a while, after the claim or after the answer.
    Pauses {
        answered: bool,
    },
}

/// How a function ends that a call does not come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Fails,
    Dies,
}

impl Fault {
    /// Whether the call with this number is the one that goes wrong: how, and whether its effect happens.
    pub(crate) fn ends_at(self, number: usize) -> Option<(Ending, bool)> {
        match self {
            Self::Fails { call, after } => (call == number).then_some((Ending::Fails, after)),
            Self::Dies { call, after } => (call == number).then_some((Ending::Dies, after)),
            Self::None
            | Self::Stale { .. }
            | Self::Doubled
            | Self::BellLost
            | Self::AnswerLost
            | Self::TimeOut
            | Self::Throttled
            | Self::RefusedForGood
            | Self::SendReportLost
            | Self::Untagged
            | Self::Pauses { .. } => None,
        }
    }
}

impl Step {
    pub(crate) fn of(act: Act) -> Self {
        Self { act, fault: Fault::None }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::None => write!(f, "{:?}", self.act),
            fault @ (Fault::Fails { .. }
            | Fault::Dies { .. }
            | Fault::Stale { .. }
            | Fault::Doubled
            | Fault::BellLost
            | Fault::AnswerLost
            | Fault::TimeOut
            | Fault::Throttled
            | Fault::RefusedForGood
            | Fault::SendReportLost
            | Fault::Untagged
            | Fault::Pauses { .. }) => write!(f, "{:?}, with {fault:?}", self.act),
        }
    }
}
