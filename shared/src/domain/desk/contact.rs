//! Where a desk is written to, and its one mail a day about what waits too long (DOMAIN §8).
//!
//! Architecture invariant: a digest is decided on the desk's contact, whose next version holds its time: of two runs of
//! one day, only one decides anything.

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    account::Secretary,
    application::{Application, FlagReason, StatusKind},
    calendar::{CalendarError, is_business_day, japan_date},
    contact::EmailAddress,
    ids::{ApplicationNumber, MailId, StaffId},
    mail::{MailContent, NewMail},
    prefecture::PrefectureDesk,
};

/// So many cases a digest names; it says how many there are besides.
pub const DIGEST_NAMES: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskContact {
    pub desk: PrefectureDesk,
    pub address: EmailAddress,
    pub set_at: Timestamp,
    pub set_by: StaffId,
    pub set_by_name: String,
    /// When the last digest was written.
    pub digested_at: Option<Timestamp>,
    pub version: u64,
}

/// What is flagged at a desk, the longest waiting first, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub applications: Vec<Application>,
    pub is_all: bool,
}

/// A case as a digest names it. Who applied is not in it: a mailbox of a desk is read by many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckCase {
    pub number: ApplicationNumber,
    pub status: StatusKind,
    pub reason: FlagReason,
    /// The day on which it was submitted, or entered its state: what the reason counts from.
    pub since: Date,
    /// Flagged after the digest before.
    pub is_new: bool,
}

/// A digest, and the contact that remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub contact: DeskContact,
    pub mail: NewMail,
}

impl DeskContact {
    /// The desk is written to at `address` from now on.
    pub fn set(
        before: Option<Self>,
        desk: PrefectureDesk,
        address: EmailAddress,
        by: &Secretary,
        now: Timestamp,
    ) -> Self {
        let (digested_at, version) =
            before.map_or((None, 0), |contact| (contact.digested_at, contact.version));
        let (set_by, set_by_name) = (by.id.clone(), by.name.clone());
        Self { desk, address, set_at: now, set_by, set_by_name, digested_at, version: version + 1 }
    }

    /// Whether today's is still to be written: on business days, once.
    pub fn awaits_digest(&self, now: Timestamp) -> Result<bool, CalendarError> {
        let today = japan_date(now);
        Ok(is_business_day(today)? && self.digested_at.is_none_or(|at| japan_date(at) < today))
    }

    /// Today's digest; `None` if it is written already, or if nothing is to be said.
    pub fn digest(self, stuck: &Stuck, id: MailId, now: Timestamp) -> Result<Option<Digest>, CalendarError> {
        if !self.awaits_digest(now)? {
            return Ok(None);
        }
        let before = self.digested_at;
        let mut cases: Vec<StuckCase> =
            stuck.applications.iter().filter_map(|application| StuckCase::of(application, before)).collect();
        if cases.is_empty() {
            return Ok(None);
        }
        let (total, new) = (cases.len(), cases.iter().filter(|case| case.is_new).count());
        cases.sort_by_key(|case| (!case.is_new, case.since, case.number));
        cases.truncate(DIGEST_NAMES);
        let content = MailContent::StuckDigest { desk: self.desk, total, is_all: stuck.is_all, new, cases };
        let mail = NewMail { id, application: None, to: self.address.clone(), content };
        let contact = Self { digested_at: Some(now), version: self.version + 1, ..self };
        Ok(Some(Digest { contact, mail }))
    }
}

impl StuckCase {
    /// `None` if no flag is set: the list that named it was older than the application.
    fn of(application: &Application, before: Option<Timestamp>) -> Option<Self> {
        let flags = &application.flags;
        let (reason, since) = match (flags.since_submission, flags.in_state) {
            (Some(_), _) => (FlagReason::SinceSubmission, application.submitted_at),
            (None, Some(_)) => (FlagReason::InState, application.entered_at),
            (None, None) => return None,
        };
        let newest = flags.since_submission.max(flags.in_state);
        Some(Self {
            number: application.number,
            status: application.status.kind(),
            reason,
            since: japan_date(since),
            is_new: before.is_none_or(|before| newest.is_some_and(|at| before < at)),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::{
        application::samples::{NOON, mail_id, secretary, submitted},
        prefecture::{Desk, Prefecture},
    };

    const DESK: PrefectureDesk = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };

    fn after_days(days: i64) -> Timestamp {
        *NOON + SignedDuration::from_hours(24 * days)
    }

    fn contact() -> DeskContact {
        let address = EmailAddress::parse("iryo@pref.nara.example.jp").unwrap();
        DeskContact::set(None, DESK, address, &secretary(), *NOON)
    }

    fn stuck(flagged_at: Timestamp) -> Stuck {
        let application = submitted().flag(flagged_at).expect("it is due").next;
        Stuck { applications: vec![application], is_all: true }
    }

    fn content(digest: &Digest) -> (usize, usize, Vec<bool>) {
        let MailContent::StuckDigest { total, new, cases, .. } = &digest.mail.content else {
            panic!("another mail")
        };
        (*total, *new, cases.iter().map(|case| case.is_new).collect())
    }

    #[test]
    fn a_desk_is_told_once_a_business_day_as_long_as_something_is_stuck() {
        // Submitted on Friday 22 January 2027, and flagged on Monday 15 February.
        let (monday, tuesday, saturday) = (after_days(24), after_days(25), after_days(29));
        let stuck = stuck(monday);
        let first = contact().digest(&stuck, mail_id(1), monday).unwrap().expect("the first");
        assert_eq!(content(&first), (1, 1, vec![true]));
        assert_eq!(first.mail.to.as_str(), "iryo@pref.nara.example.jp");
        assert_eq!(first.contact.version, 2);

        let told = first.contact;
        let later = monday + SignedDuration::from_hours(5);
        assert_eq!(told.clone().digest(&stuck, mail_id(2), later).unwrap(), None, "once a day");
        let second = told.clone().digest(&stuck, mail_id(2), tuesday).unwrap().expect("still stuck");
        assert_eq!(content(&second), (1, 0, vec![false]), "nothing new since");
        assert_eq!(told.clone().digest(&stuck, mail_id(2), saturday).unwrap(), None, "no business day");

        let nothing = Stuck { applications: vec![submitted()], is_all: true };
        let digest = told.digest(&nothing, mail_id(2), tuesday).unwrap();
        assert_eq!(digest, None, "no flag stands any more");
    }

    #[test]
    fn another_address_keeps_the_day() {
        let monday = after_days(24);
        let told = contact().digest(&stuck(monday), mail_id(1), monday).unwrap().expect("the first").contact;
        let address = EmailAddress::parse("iryo2@pref.nara.example.jp").unwrap();
        let moved = DeskContact::set(Some(told), DESK, address, &secretary(), monday);
        assert_eq!((moved.version, moved.digested_at), (3, Some(monday)));
        assert_eq!(moved.digest(&stuck(monday), mail_id(2), monday).unwrap(), None);
    }
}
