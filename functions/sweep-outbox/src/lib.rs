//! `sweep-outbox`: every minute, wakes the mails that wait and sees to claims that ran out.
//!
//! Architecture invariant: it finds mails by the sparse index of what is due, and moves each by a
//! conditional write; a second run at the same time changes nothing twice.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{ids::MailId, mail::Mail, outbox::Outbox},
    queue::Doorbell,
    runtime::{BoxError, ConfigError, Environment, Lambda, Metric},
    store::{Store, StoreError},
};

/// How many mails one run sees to; the next run, a minute later, goes on.
const MOST_A_RUN: i32 = 500;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    doorbell: Doorbell,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        doorbell: Doorbell::of_mails(environment)?,
    };
    Ok(Lambda::on_schedule(app, App::run))
}

/// A mail that has been waiting for longer than this is late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(15);
/// A mail that reads 要確認 is counted for so long; the list of the secretariat has it for longer.
const ATTENTION_COUNTED: SignedDuration = SignedDuration::from_hours(1);
/// More than so many are as bad as so many.
const MOST_ATTENTION: i32 = 100;

/// A due mail as it was left, and whether this run moved it.
struct Swept {
    mail: Mail,
    moved: bool,
}

/// What one run saw, for the operator.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Seen {
    pending: u64,
    late: u64,
    oldest_seconds: u64,
    leases_run_out: u64,
    repeated: u64,
    failed: u64,
    need_attention: u64,
}

impl App {
    async fn run(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        let (mut seen, mut failed) = (Seen::default(), 0_usize);
        for id in self.store.list_due_mails(now, MOST_A_RUN).await? {
            match self.sweep(&id, now).await {
                Ok(Some(swept)) => seen.note(&swept, now),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, mail = id.as_str(), "a due mail could not be seen to");
                    failed += 1;
                }
            }
        }
        // Looked at last: what is only counted holds no mail up.
        let attention =
            self.store.list_mails_for_attention((now - ATTENTION_COUNTED, now), MOST_ATTENTION).await;
        if let Ok(mails) = &attention {
            seen.need_attention = mails.len().try_into().unwrap_or(u64::MAX);
        }
        self.environment.metrics.count("sweep-outbox", &seen.values(), now);
        attention?;
        if failed > 0 { Err(format!("{failed} due mails could not be seen to").into()) } else { Ok(()) }
    }

    /// Sees to one due mail, and wakes it if it is to be sent. As it was left, and `None` if it was no
    /// longer due: the index follows its table with a delay.
    async fn sweep(&self, id: &MailId, now: Timestamp) -> Result<Option<Swept>, StoreError> {
        let mut race = self.store.race();
        loop {
            let Some(mail) = self.store.load_mail(id).await? else { return Ok(None) };
            let Some(outbox) = mail.outbox.swept(mail.kind(), now) else {
                if !mail.outbox.is_to_be_sent(now) {
                    return Ok(None);
                }
                self.doorbell.ring_mails([id]).await;
                return Ok(Some(Swept { mail, moved: false }));
            };
            tracing::warn!(mail = id.as_str(), kind = %mail.kind(), to = outbox.as_str(), "a send is of unknown outcome");
            let next = mail.with_outbox(outbox);
            if race.settle(self.store.commit_mail(&next).await).await?.is_some() {
                if next.outbox.is_to_be_sent(now) {
                    self.doorbell.ring_mails([id]).await;
                }
                return Ok(Some(Swept { mail: next, moved: true }));
            }
        }
    }
}

impl Seen {
    fn note(&mut self, Swept { mail, moved }: &Swept, now: Timestamp) {
        match &mail.outbox {
            Outbox::Pending { .. } => {
                let age = now.duration_since(mail.created_at);
                self.pending += 1;
                self.late += u64::from(age >= LATE_AFTER);
                self.oldest_seconds =
                    self.oldest_seconds.max(u64::try_from(age.as_secs()).unwrap_or_default());
                self.repeated += u64::from(*moved);
            }
            Outbox::Unknown { .. } => self.leases_run_out += 1,
            Outbox::Failed { .. } => self.failed += 1,
            Outbox::Claimed { .. } | Outbox::Sent { .. } | Outbox::Cancelled { .. } => {}
        }
    }

    fn values(self) -> [(Metric, u64); 7] {
        [
            (Metric::PendingMails, self.pending),
            (Metric::LatePendingMails, self.late),
            (Metric::OldestPendingMailAge, self.oldest_seconds),
            (Metric::LeasesRunOut, self.leases_run_out),
            (Metric::UnknownOutcomesRepeated, self.repeated),
            (Metric::MailsFailed, self.failed),
            (Metric::MailsNeedingAttention, self.need_attention),
        ]
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::{
        application::samples::{NOON, mail_id, submitted},
        mail::{CodePurpose, MailContent, NewMail},
    };

    use super::*;

    fn swept(outbox: Outbox, age: SignedDuration, moved: bool) -> Swept {
        let application = submitted();
        let content = MailContent::Code { purpose: CodePurpose::Apply, valid_until: *NOON };
        let mail = NewMail { id: mail_id(1), application: None, to: application.form.email, content };
        Swept { mail: mail.pending(*NOON - age).with_outbox(outbox), moved }
    }

    #[test]
    fn a_run_counts_what_it_saw_and_what_it_moved() {
        let minutes = SignedDuration::from_mins;
        let pending = |tries| Outbox::Pending { tries, not_before: *NOON };
        let mut seen = Seen::default();
        for one in [
            swept(pending(0), minutes(0), false),
            swept(pending(2), minutes(14), false),
            swept(pending(1), minutes(20), true),
            swept(Outbox::Unknown { tries: 1, since: *NOON }, minutes(6), true),
            swept(
                Outbox::Failed { tries: 1, reason: "outcome unknown".into(), at: *NOON },
                minutes(20),
                true,
            ),
            swept(Outbox::Sent { tries: 1, message_id: None, at: *NOON }, minutes(20), false),
        ] {
            seen.note(&one, *NOON);
        }
        let counted: Vec<_> = seen.values().iter().map(|(metric, value)| (metric.as_str(), *value)).collect();
        let expected = [
            ("PendingMails", 3),
            ("LatePendingMails", 1),
            ("OldestPendingMailAge", 1_200),
            ("LeasesRunOut", 1),
            ("UnknownOutcomesRepeated", 1),
            ("MailsFailed", 1),
            ("MailsNeedingAttention", 0),
        ];
        assert_eq!(counted, expected);
    }
}
