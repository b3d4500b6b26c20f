//! The login notice's timing: ① and its reports in any order, doubled, late, with a death at any step of
//! `record-delivery` and `announce-account`; the next business day coming at any moment; ② written once or never;
//! the bounce that comes after it; the withdrawal that comes first.
//!
//! Time goes along the last second of Sunday, the first and last of Monday, the first of Tuesday: no rule can tell
//! more apart. Bounds: one application, two or three different reports, two messages under way at a time (or as many
//! as `WORKERS` says), two runs of the schedule at a time; once ② is written, no rule reads the clock, and it stands. Free of charge are doubled messages and deaths. That ① was handed over once is the
//! outbox's to say, so it starts as sent. Times that no rule reads (of the history) are forgotten.

mod state;
mod step;

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::samples::NOON,
    delivery::{BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind, ServerWords},
};
use stateright::{Model, Property};

use crate::check::{Room, bound, campaign};
use state::State;
use step::Act;

/// Seconds from Friday noon, in Japan, to the instants.
const SECONDS: [i64; 4] = [60 * 3600 - 1, 60 * 3600, 84 * 3600 - 1, 84 * 3600];
const SUNDAY: usize = 0;
const MONDAY: usize = 1;
const TUESDAY: usize = 3;

/// What SES says of the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Report {
    DeliveredOnFriday,
    DeliveredOnMonday,
    Bounced,
    AutoReply,
}

/// Whose reports come: ①'s, while ② waits for them; or ②'s, which was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    Advance,
    Login,
}

/// One small mistake in the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutant {
    GuidanceWithoutDelivery,
    MailNotRequired,
    DecidedOnTheOldMail,
    BeforeTheBusinessDay,
    ToldWithoutCondition,
    AnnouncedWithoutCondition,
    FirstFateStands,
    KnownReportNotTold,
    LateBounceDropped,
}

#[derive(Debug, Clone, Copy)]
struct NoticeModel {
    notice: Notice,
    reports: &'static [Report],
    /// The last instant.
    last: usize,
    /// How many reports are seen to at a time, and how many runs of the schedule.
    reporters: usize,
    runs: usize,
    /// Whether the applicant may take the application back, at any moment until ② is written.
    withdraws: bool,
    /// Whether who lost a race reads and decides again at once, as the functions do, or dies.
    decides_again: bool,
    mutant: Option<Mutant>,
}

impl Report {
    const ALL: [Self; 4] = [Self::DeliveredOnFriday, Self::DeliveredOnMonday, Self::Bounced, Self::AutoReply];

    fn event(self) -> &'static DeliveryEvent {
        static EVENTS: LazyLock<[DeliveryEvent; 4]> = LazyLock::new(|| Report::ALL.map(Report::drawn_up));
        &EVENTS[self as usize]
    }

    fn drawn_up(self) -> DeliveryEvent {
        let (kind, time) = match self {
            Self::DeliveredOnFriday => (EventKind::Delivery { smtp_response: None }, *NOON),
            Self::DeliveredOnMonday => (EventKind::Delivery { smtp_response: None }, instant(MONDAY)),
            Self::Bounced => (bounce(BounceType::Permanent, ServerWords::new("failed")), *NOON),
            Self::AutoReply => (bounce(BounceType::Transient, None), *NOON),
        };
        DeliveryEvent::new(kind, time, Some(1), "ses".into())
    }

    /// The instant from which it may come.
    fn since(self) -> usize {
        match self {
            Self::DeliveredOnFriday | Self::Bounced | Self::AutoReply => SUNDAY,
            Self::DeliveredOnMonday => MONDAY,
        }
    }

    /// For a delivery, the instant from which ② may leave: counted by hand, not by the calendar.
    fn opens(self) -> Option<usize> {
        match self {
            Self::DeliveredOnFriday => Some(MONDAY),
            Self::DeliveredOnMonday => Some(TUESDAY),
            Self::Bounced | Self::AutoReply => None,
        }
    }
}

fn bounce(bounce_type: BounceType, action: Option<ServerWords>) -> EventKind {
    let recipients = vec![BouncedRecipient { action, status: None, diagnostic: None }];
    EventKind::Bounce { bounce_type, sub_type: BounceSubType::General, recipients, feedback_id: None }
}

fn instant(time: usize) -> Timestamp {
    *NOON + SignedDuration::from_secs(SECONDS[time])
}

impl NoticeModel {
    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}

impl Model for NoticeModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![State::begin(self.notice)]
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        step::possible(self, state, acts);
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        step::after(self, state, act)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("what came back once stays 不達 (M4)", |_, state: &State| {
                !state.untold_a_bounce
            }),
            Property::always("when every report was seen to, the state page is right", |_, state: &State| {
                !state.is_settled() || state.believes_what_is_known()
            }),
            Property::always("nothing that was written is lost", |_, state: &State| {
                state.application.history.len() as u64 == state.application.version
            }),
            Property::sometimes("delivered, then bounced", |_, state: &State| {
                state.knows(Report::DeliveredOnFriday) && state.knows(Report::Bounced)
            }),
        ];
        match self.notice {
            Notice::Advance => properties.extend(timing()),
            Notice::Login => {}
        }
        properties
    }
}

/// W2 in its parts.
fn timing() -> Vec<Property<NoticeModel>> {
    vec![
        Property::always("② does not leave before ① was delivered (W2)", |_, state: &State| {
            state.left.is_none_or(|left| left.opens.is_some())
        }),
        Property::always("nor before the next business day (W2)", |_, state: &State| {
            state.left.is_none_or(|left| left.opens.is_none_or(|opens| opens <= left.time))
        }),
        Property::always("nor after a failing report of ① (W2)", |_, state: &State| {
            state.left.is_none_or(|left| !left.bounced)
        }),
        Property::always("what was withdrawn stays so, and no ② follows (M9)", |_, state: &State| {
            !state.withdrawn || state.is_withdrawn() && state.left.is_none()
        }),
        Property::always("② is written once", |_, state: &State| state.written <= 1),
        Property::sometimes("② is written as Monday begins", |_, state: &State| {
            state.left.is_some_and(|left| left.time == MONDAY)
        }),
        Property::sometimes("① bounces after its delivery, and ② stays", |_, state: &State| {
            state.written == 0
                && state.time >= MONDAY
                && state.knows(Report::DeliveredOnFriday)
                && state.is_undeliverable()
        }),
        Property::sometimes("① bounces after ② had left", |_, state: &State| {
            state.left.is_some() && state.knows(Report::Bounced)
        }),
    ]
}

impl Room for NoticeModel {
    /// ② was written, or never will be, and the desk knows.
    fn has_ended(&self, state: &State) -> bool {
        let is_due = self.notice == Notice::Advance && state.written == 0 && state.may_leave_at_last();
        let is_over = state.time == self.last || !state.waits();
        state.is_settled() && state.believes_what_is_known() && is_over && !is_due
    }
}

#[test]
fn the_login_notice_leaves_in_its_time_or_never() {
    use Report::{AutoReply, Bounced, DeliveredOnFriday, DeliveredOnMonday};
    const SMALL: NoticeModel = NoticeModel {
        notice: Notice::Advance,
        reports: &[DeliveredOnFriday, Bounced],
        last: MONDAY,
        reporters: 2,
        runs: 1,
        withdraws: false,
        decides_again: true,
        mutant: None,
    };
    const TWO_RUNS: NoticeModel = NoticeModel { runs: 2, ..SMALL };
    const WIDE: NoticeModel = NoticeModel { decides_again: false, ..TWO_RUNS };
    const WITHDRAWN: NoticeModel = NoticeModel { withdraws: true, ..SMALL };
    let reporters = bound("WORKERS", 2).into();
    let late = &[DeliveredOnFriday, DeliveredOnMonday, Bounced];
    let answered = &[DeliveredOnFriday, AutoReply, Bounced];
    let sound = vec![
        TWO_RUNS,
        NoticeModel { reports: late, last: TUESDAY, reporters, ..WIDE },
        NoticeModel { reports: answered, reporters, withdraws: true, ..WIDE },
        NoticeModel { notice: Notice::Login, reports: answered, last: SUNDAY, runs: 0, ..SMALL },
    ];
    let with = |name, mutant| (name, NoticeModel { mutant: Some(mutant), ..SMALL });
    let mutants = vec![
        with("guidance without Delivery", Mutant::GuidanceWithoutDelivery),
        with("no RequireMail", Mutant::MailNotRequired),
        with("a report decided on the old mail", Mutant::DecidedOnTheOldMail),
        with("announced before the business day", Mutant::BeforeTheBusinessDay),
        with("a fate learnt without condition", Mutant::ToldWithoutCondition),
        ("② written twice", NoticeModel { mutant: Some(Mutant::AnnouncedWithoutCondition), ..TWO_RUNS }),
        (
            "② of what was withdrawn",
            NoticeModel { mutant: Some(Mutant::AnnouncedWithoutCondition), ..WITHDRAWN },
        ),
        with("the first fate stands", Mutant::FirstFateStands),
        with("a report that was known is not told", Mutant::KnownReportNotTold),
        with("a late bounce dropped", Mutant::LateBounceDropped),
    ];
    campaign("login notice", sound, mutants);
}
