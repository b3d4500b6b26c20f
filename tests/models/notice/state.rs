//! One application, one of its notices, and everybody who is at them.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use jiff::Timestamp;
use shared::domain::{
    application::{
        AdvanceOutcome, Announce, Application, Approve, AuditEvent, Issue, Status,
        samples::{NOON, mail_id, nara_medical, submitted},
    },
    delivery::EventKind,
    ids::LoginId,
    mail::{Mail, NewMail},
    outbox::Outbox,
    settings::FreezeWindows,
};

use super::{MONDAY, Notice, Report, SUNDAY, instant};

/// `record-delivery` at one message: the mail as it learnt it, and the application once it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reporter {
    pub(super) report: Report,
    pub(super) mail: Arc<Mail>,
    pub(super) application: Option<Arc<Application>>,
}

/// `announce-account`: the application as it was read, and ① once it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) application: Arc<Application>,
    pub(super) advance: Option<Arc<Mail>>,
}

/// What was known of ①, by the store, when ② was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Left {
    pub(super) time: usize,
    /// From when on ② might leave, by the oldest delivery.
    pub(super) opens: Option<usize>,
    pub(super) bounced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The index in `SECONDS`.
    pub(super) time: usize,
    pub(super) mail: Arc<Mail>,
    pub(super) application: Arc<Application>,
    /// The reports whose message nobody has done with.
    pub(super) queued: Vec<Report>,
    pub(super) reporters: Vec<Reporter>,
    pub(super) runs: Vec<Run>,
    pub(super) written: u8,
    pub(super) withdrawn: bool,
    pub(super) left: Option<Left>,
    /// Whether a word of a bounce was followed by a word of a delivery.
    pub(super) untold_a_bounce: bool,
}

impl State {
    /// Issuing, with ① sent; or issued, with ② sent.
    pub(super) fn begin(notice: Notice) -> Self {
        let approved = submitted().approve(Approve, &nara_medical(), *NOON).expect("under review").next;
        let issue = Issue {
            existing: None,
            mail: mail_id(1),
            notify_already_entitled: true,
            freezes: FreezeWindows::default(),
        };
        let issuing = approved.issue(issue, *NOON).expect("approved");
        let mut mail = sent(issuing.mails.first().expect("①"));
        let mut application = issuing.next;
        if notice == Notice::Login {
            let monday = instant(MONDAY);
            let mail_1 = mail.learn(Report::DeliveredOnFriday.event().clone()).expect("news");
            let fate = shared::domain::application::NoticeFate::Delivered { at: *NOON };
            let told = application.learn_fate(&mail_1.id, fate, *NOON).expect("a calendar").expect("news");
            let issued = told.next.announce(announce(mail_1), monday).expect("in its time");
            mail = sent(issued.mails.first().expect("②"));
            application = issued.next;
        }
        Self {
            time: SUNDAY,
            mail: Arc::new(mail),
            application: Arc::new(forgotten(application)),
            queued: Vec::new(),
            reporters: Vec::new(),
            runs: Vec::new(),
            written: 0,
            withdrawn: false,
            left: None,
            untold_a_bounce: false,
        }
    }

    /// Who decided on what is no more can only lose. That it dies instead, and its message or the next run comes,
    /// is the same.
    pub(super) fn drop_losers(&mut self) {
        let (application, mail) = (self.application.version, self.mail.version);
        self.reporters.retain(|reporter| {
            let read = reporter.application.as_ref();
            read.is_none_or(|read| read.version == application && reporter.mail.version == mail)
        });
        self.runs.retain(|run| {
            let advance = run.advance.as_ref();
            run.application.version == application && advance.is_none_or(|advance| advance.version == mail)
        });
    }

    pub(super) fn now(&self) -> Timestamp {
        instant(self.time)
    }

    /// Whether the mail's set holds this report.
    pub(super) fn knows(&self, report: Report) -> bool {
        let event = report.event();
        self.mail.events.iter().any(|known| known == event)
    }

    /// From when on ② may leave by what the set holds, whatever the application believes.
    pub(super) fn opens(&self) -> Option<usize> {
        let deliveries = [Report::DeliveredOnFriday, Report::DeliveredOnMonday];
        deliveries.into_iter().filter(|report| self.knows(*report)).find_map(Report::opens)
    }

    /// Nobody is at anything, and no message waits.
    pub(super) fn is_settled(&self) -> bool {
        self.queued.is_empty() && self.reporters.is_empty() && self.runs.is_empty()
    }

    /// ② is not written (yet).
    pub(super) fn waits(&self) -> bool {
        matches!(self.application.status, Status::Issuing { .. })
    }

    pub(super) fn may_leave_at_last(&self) -> bool {
        self.opens().is_some() && !self.knows(Report::Bounced)
    }

    /// Whether the application says of its notice what the set of reports comes to.
    pub(super) fn believes_what_is_known(&self) -> bool {
        let bounced = self.knows(Report::Bounced);
        let opens = self.opens().filter(|_| !bounced);
        if let Status::Issuing { outcome, .. } = &self.application.status {
            return match outcome {
                AdvanceOutcome::Awaited => !bounced && opens.is_none(),
                AdvanceOutcome::Delivered { announce_at } => opens.map(instant) == Some(*announce_at),
                AdvanceOutcome::Undeliverable => bounced,
            };
        }
        let told = |event: AuditEvent| self.application.history.iter().any(|entry| entry.event == event);
        if let Status::Issued { notice, delivered_at, .. } = &self.application.status
            && *notice == self.mail.id
        {
            let mail = notice.clone();
            delivered_at.is_some() == opens.is_some()
                && bounced == told(AuditEvent::NoticeUndeliverable { mail })
        } else {
            let mail = self.mail.id.clone();
            bounced == told(AuditEvent::AdvanceNoticeUndeliverable { mail })
        }
    }

    /// It was taken back, and stays so.
    pub(super) fn is_withdrawn(&self) -> bool {
        matches!(self.application.status, Status::Withdrawn { .. })
    }

    pub(super) fn is_undeliverable(&self) -> bool {
        matches!(self.application.status, Status::Issuing { outcome: AdvanceOutcome::Undeliverable, .. })
    }

    /// Writes the application's next state; what is told twice over is noted.
    pub(super) fn write(&mut self, next: Application) {
        let words = next.history.iter().filter_map(|entry| is_of_bounce(&entry.event));
        self.untold_a_bounce |= words
            .scan(false, |bounced, of_bounce| {
                let untold = *bounced && !of_bounce;
                *bounced |= of_bounce;
                Some(untold)
            })
            .any(|untold| untold);
        self.application = Arc::new(forgotten(next));
    }
}

/// Whether the event is a word of a bounce, or of a delivery, of either notice.
fn is_of_bounce(event: &AuditEvent) -> Option<bool> {
    let bounce = matches!(
        event,
        AuditEvent::AdvanceNoticeUndeliverable { .. } | AuditEvent::NoticeUndeliverable { .. }
    );
    let delivery =
        matches!(event, AuditEvent::AdvanceNoticeDelivered { .. } | AuditEvent::NoticeDelivered { .. });
    (bounce || delivery).then_some(bounce)
}

pub(super) fn announce(advance: Mail) -> Announce {
    Announce {
        advance,
        existing: None,
        login_id: LoginId::from_random([1; 8]),
        mail: mail_id(2),
        link_hash: "hash".into(),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    }
}

fn sent(mail: &NewMail) -> Mail {
    let sent = Outbox::Sent { tries: 1, message_id: Some("ses".into()), at: *NOON };
    mail.clone().pending(*NOON).with_outbox(sent)
}

/// The application without the times that no rule here reads.
fn forgotten(mut application: Application) -> Application {
    application.entered_at = *NOON;
    for entry in &mut application.history {
        entry.at = *NOON;
    }
    application
}

impl Hash for Reporter {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.report.hash(hasher);
        hash_mail(&self.mail, hasher);
        self.application.is_some().hash(hasher);
        if let Some(application) = &self.application {
            hash_application(application, hasher);
        }
    }
}

impl Hash for Run {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_application(&self.application, hasher);
        self.advance.is_some().hash(hasher);
        if let Some(advance) = &self.advance {
            hash_mail(advance, hasher);
        }
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hash_mail(&self.mail, hasher);
        hash_application(&self.application, hasher);
        (&self.queued, &self.reporters, &self.runs).hash(hasher);
        (self.time, self.written, self.withdrawn, self.left, self.untold_a_bounce).hash(hasher);
    }
}

fn hash_mail<H: Hasher>(mail: &Mail, hasher: &mut H) {
    mail.version.hash(hasher);
    for event in mail.events.iter() {
        (event.kind.as_str(), event.at).hash(hasher);
        let EventKind::Bounce { bounce_type, .. } = &event.kind else { continue };
        bounce_type.hash(hasher);
    }
}

fn hash_application<H: Hasher>(application: &Application, hasher: &mut H) {
    (application.version, application.status.kind()).hash(hasher);
    if let Status::Issuing { outcome: AdvanceOutcome::Delivered { announce_at }, .. } = &application.status {
        announce_at.hash(hasher);
    }
    for entry in &application.history {
        entry.event.as_str().hash(hasher);
    }
}
