//! Where an application is listed.

use super::Tab;
use crate::domain::{
    application::{AdvanceOutcome, Application, AuditEntry, AuditEvent, Status, StatusKind},
    institution::InstitutionKind,
    prefecture::PrefectureDesk,
};

/// Everything about an application that decides which lists hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    pub desk: PrefectureDesk,
    pub kind: InstitutionKind,
    pub status: StatusKind,
    pub is_stuck: bool,
    pub is_undeliverable: bool,
}

/// One list: what is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub desk: PrefectureDesk,
    pub tab: Tab,
    pub kind: InstitutionKind,
}

impl Listing {
    pub fn places(self) -> Vec<Place> {
        let Self { desk, kind, status, is_stuck, is_undeliverable } = self;
        let tabs = [
            Some(Tab::of(status)),
            is_stuck.then_some(Tab::Stuck),
            is_undeliverable.then_some(Tab::Undeliverable),
        ];
        tabs.into_iter().flatten().map(|tab| Place { desk, tab, kind }).collect()
    }
}

impl Place {
    /// "29#medical#submitted#hospital".
    pub fn as_key(self) -> String {
        format!("{}#{}#{}", self.desk.as_key(), self.tab.as_str(), self.kind.as_str())
    }

    /// Reads back what [`Self::as_key`] wrote.
    pub fn parse(key: &str) -> Option<Self> {
        let (rest, kind) = key.rsplit_once('#')?;
        let (desk, tab) = rest.rsplit_once('#')?;
        Some(Self {
            desk: PrefectureDesk::parse(desk)?,
            tab: Tab::parse(tab)?,
            kind: InstitutionKind::from_stored(kind)?,
        })
    }
}

impl Application {
    pub fn listing(&self) -> Listing {
        Listing {
            desk: self.desk(),
            kind: self.form.institution_kind,
            status: self.status.kind(),
            is_stuck: self.flags.is_set(),
            is_undeliverable: self.is_undeliverable(),
        }
    }

    /// Whether ①, or the notice of the account, came back: the newest word on it counts.
    pub fn is_undeliverable(&self) -> bool {
        match &self.status {
            Status::Issuing { outcome, .. } => *outcome == AdvanceOutcome::Undeliverable,
            Status::Issued { password_set_at: None, delivered_at: None, .. } => {
                self.history.iter().rev().find_map(notice_failed).unwrap_or(false)
            }
            Status::Issued { .. }
            | Status::Submitted
            | Status::Approved
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => false,
        }
    }
}

fn notice_failed(entry: &AuditEntry) -> Option<bool> {
    match &entry.event {
        AuditEvent::NoticeUndeliverable { .. } => Some(true),
        // A newer notice: nothing is known of it yet.
        AuditEvent::NoticeDelivered { .. }
        | AuditEvent::AddressProven { .. }
        | AuditEvent::AddressRegistered { .. }
        | AuditEvent::NoticeResent { .. } => Some(false),
        AuditEvent::Submitted
        | AuditEvent::SubmittedOnBehalf { .. }
        | AuditEvent::Returned { .. }
        | AuditEvent::Resubmitted { .. }
        | AuditEvent::Withdrawn
        | AuditEvent::Approved { .. }
        | AuditEvent::Rejected { .. }
        | AuditEvent::AddressCorrected { .. }
        | AuditEvent::AdvanceNoticeWritten { .. }
        | AuditEvent::AdvanceNoticeDelivered { .. }
        | AuditEvent::AdvanceNoticeUndeliverable { .. }
        | AuditEvent::AccountCreated { .. }
        | AuditEvent::RightAdded { .. }
        | AuditEvent::AlreadyEntitled { .. }
        | AuditEvent::PasswordSet
        | AuditEvent::Flagged { .. }
        | AuditEvent::Held { .. }
        | AuditEvent::Released { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application::{
        NoticeFate,
        samples::{NOON, in_every_status, mail_id, submitted},
    };

    #[test]
    fn only_a_notice_whose_last_word_is_a_bounce_is_undeliverable() {
        assert!(in_every_status().iter().all(|application| !application.is_undeliverable()));
        let status = |kind| in_every_status().into_iter().find(|one| one.status.kind() == kind).unwrap();
        let delivered = NoticeFate::Delivered { at: *NOON };
        let heard = |application: Application, mail, fate| {
            application.learn_fate(&mail_id(mail), fate, *NOON).unwrap().unwrap().next
        };
        let issuing = heard(status(StatusKind::Issuing), 1, NoticeFate::Undeliverable);
        assert!(issuing.is_undeliverable());
        let issued = heard(status(StatusKind::Issued), 2, NoticeFate::Undeliverable);
        assert!(issued.is_undeliverable());
        assert!(!heard(issued, 2, delivered).is_undeliverable());
    }

    #[test]
    fn a_place_reads_back_and_an_application_may_have_three() {
        let mut application = submitted();
        application.flags.in_state = Some(*NOON);
        let listing = Listing { is_undeliverable: true, ..application.listing() };
        let keys: Vec<String> = listing.places().into_iter().map(Place::as_key).collect();
        assert_eq!(
            keys,
            [
                "29#medical#submitted#hospital",
                "29#medical#stuck#hospital",
                "29#medical#undeliverable#hospital"
            ]
        );
        for place in listing.places() {
            assert_eq!(Place::parse(&place.as_key()), Some(place));
        }
        for key in ["", "29#medical#submitted", "29#medical#submitted#病院", "#29#medical#submitted#hospital"]
        {
            assert_eq!(Place::parse(key), None, "{key}");
        }
    }
}
