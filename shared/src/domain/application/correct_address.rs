//! 代理申請の宛先の訂正: the desk that filed an application corrects its address, as long as nobody has proven one.
//!
//! | the application | what leaves, to the corrected address |
//! |---|---|
//! | waits for the decision or the issuing | nothing: the address is unproven (M8) |
//! | ① was written, and came back or is under way | ① again: ② waits until the address has taken it (W2) |
//!
//! Architecture invariant: an address that somebody has proven is never changed by an officer alone.

use jiff::Timestamp;

use super::{AdvanceOutcome, Application, AuditEvent, Decided, NotOpen, Status};
use crate::domain::{
    account::Reviewer, contact::EmailAddress, form::ApplicationForm, ids::MailId, mail::Mail,
};

/// The command: the address as the institution says it, what was drawn, and what was read.
#[derive(Debug, Clone)]
pub struct CorrectAddress {
    pub email: EmailAddress,
    /// The id of ①, should it leave again.
    pub mail: MailId,
    /// The application's mails as they were read: what waits for the old address is called off.
    pub mails: Vec<Mail>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectAddressError {
    #[error("not of this desk")]
    NotOfThisDesk,
    /// From here on it is changed by whoever reads mail there, or by メールアドレス変更依頼.
    #[error("the address is proven")]
    Proven,
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    #[error("the address is this already")]
    SameAddress,
}

impl Application {
    pub fn correct_address(
        self,
        command: CorrectAddress,
        by: &Reviewer,
        now: Timestamp,
    ) -> Result<Decided, CorrectAddressError> {
        if !self.is_visible_to(by.desk) {
            return Err(CorrectAddressError::NotOfThisDesk);
        }
        self.can_correct_address()?;
        let CorrectAddress { email, mail, mails } = command;
        if email == self.form.email {
            return Err(CorrectAddressError::SameAddress);
        }
        let event = |mail| AuditEvent::AddressCorrected { by: by.id.clone(), by_name: by.name.clone(), mail };
        let form = ApplicationForm { email, ..self.form.clone() };
        let corrected = Self { form, ..self };
        let decided = if corrected.status.kind() == super::StatusKind::Issuing {
            let notice = corrected.advance_notice(mail);
            let status = Status::Issuing { advance: notice.id.clone(), outcome: AdvanceOutcome::Awaited };
            corrected.moved(status, event(Some(notice.id.clone())), now).mailing(notice)
        } else {
            let status = corrected.status.clone();
            corrected.moved(status, event(None), now)
        };
        Ok(decided.cancelling(mails, "address corrected"))
    }

    /// Whether the desk can correct its address, as it stands.
    pub fn can_correct_address(&self) -> Result<(), CorrectAddressError> {
        if self.address_is_proven() {
            return Err(CorrectAddressError::Proven);
        }
        match &self.status {
            Status::Submitted | Status::Approved | Status::Issuing { .. } => Ok(()),
            Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => Err(self.not_open().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application::{
        NoticeFate, SubmitOnBehalf,
        samples::{NOON, in_every_status, mail_id, nara_medical, osaka_medical, submitted},
        submit_on_behalf,
    };

    fn filed() -> Application {
        let form = submitted().form;
        let command = SubmitOnBehalf { number: submitted().number, form, terms_version: "2026-11".into() };
        submit_on_behalf(command, &nara_medical(), *NOON).unwrap()
    }

    fn command(email: &str) -> CorrectAddress {
        CorrectAddress { email: EmailAddress::parse(email).unwrap(), mail: mail_id(9), mails: Vec::new() }
    }

    #[test]
    fn only_an_open_proxy_application_is_corrected() {
        let lines: Vec<String> = in_every_status()
            .into_iter()
            .map(|one| {
                let filed = Application { status: one.status, ..filed() };
                let (was, kind) = (filed.address_epoch(), filed.status.kind());
                match filed.correct_address(command("new@example.jp"), &nara_medical(), *NOON) {
                    Ok(decided) => {
                        assert_eq!(decided.next.form.email.as_str(), "new@example.jp");
                        assert_eq!(decided.next.address_epoch(), was + 1, "looks at the old address end");
                        let mails: Vec<_> = decided.mails.iter().map(|mail| mail.to.as_str()).collect();
                        format!("{kind:?} -> {:?} {mails:?}", decided.next.status.kind())
                    }
                    Err(error) => format!("{kind:?} -> refused: {error}"),
                }
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        Submitted -> Submitted []
        Approved -> Approved []
        Issuing -> Issuing ["new@example.jp"]
        Issued -> refused: not open any more: Issued
        AlreadyEntitled -> refused: not open any more: AlreadyEntitled
        Rejected -> refused: not open any more: Rejected
        Returned -> refused: not open any more: Returned
        Withdrawn -> refused: not open any more: Withdrawn
        "#);
    }

    #[test]
    fn a_proven_address_another_desk_and_the_same_address_are_refused() {
        let own = submitted().correct_address(command("new@example.jp"), &nara_medical(), *NOON);
        assert_eq!(own, Err(CorrectAddressError::Proven));
        let foreign = filed().correct_address(command("new@example.jp"), &osaka_medical(), *NOON);
        assert_eq!(foreign, Err(CorrectAddressError::NotOfThisDesk));
        let same = filed().correct_address(command(submitted().form.email.as_str()), &nara_medical(), *NOON);
        assert_eq!(same, Err(CorrectAddressError::SameAddress));
    }

    #[test]
    fn the_notice_to_the_corrected_address_counts_and_the_old_one_does_not() {
        let advance = mail_id(1);
        let outcome = AdvanceOutcome::Undeliverable;
        let bounced = Application { status: Status::Issuing { advance, outcome }, ..filed() };
        let corrected =
            bounced.correct_address(command("new@example.jp"), &nara_medical(), *NOON).unwrap().next;
        let delivered = NoticeFate::Delivered { at: *NOON };
        assert!(
            corrected.clone().learn_fate(&mail_id(1), delivered, *NOON).unwrap().is_none(),
            "the old one"
        );
        let heard = corrected.learn_fate(&mail_id(9), delivered, *NOON).unwrap().unwrap().next;
        assert!(heard.address_is_proven());
        let again = heard.clone().correct_address(command("newer@example.jp"), &nara_medical(), *NOON);
        assert_eq!(again, Err(CorrectAddressError::Proven));
        let late = heard.learn_fate(&mail_id(9), NoticeFate::Undeliverable, *NOON).unwrap().unwrap().next;
        assert!(late.history.iter().any(|entry| entry.event.as_str() == "advance-notice-undeliverable"));
    }
}
