//! The link that lets a member of staff set a password: from an invitation, or for who forgot it.
//!
//! Architecture invariant: only a typed new password uses a link up; whatever ends the account's sessions
//! voids it.

use jiff::{SignedDuration, Timestamp};

use super::{LinkPurpose, LinkRefused, NewLink, PasswordHash, StaffAccount};
use crate::domain::{
    contact::EmailAddress,
    ids::{MailId, StaffId},
    limits::Usage,
    mail::{MailContent, NewMail},
};

/// How long the link of an invitation is good.
pub const STAFF_LINK_TTL: SignedDuration = SignedDuration::from_hours(72);

/// A link in the store, under the keyed hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffLink {
    pub hash: String,
    pub staff: StaffId,
    /// The mail that carries it.
    pub mail: MailId,
    /// The account's epoch when the link was made.
    pub epoch: u64,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub version: u64,
}

impl StaffLink {
    /// Whether it still sets the password of this account.
    pub fn check(&self, staff: &StaffAccount, now: Timestamp) -> Result<(), LinkRefused> {
        if staff.id != self.staff {
            return Err(LinkRefused::OfAnotherAccount);
        }
        match self.used_at {
            Some(at) => Err(LinkRefused::Used { at }),
            None if self.expires_at <= now => Err(LinkRefused::Expired { at: self.expires_at }),
            None if self.epoch != staff.epoch || staff.disabled => Err(LinkRefused::Superseded),
            None => Ok(()),
        }
    }
}

impl StaffAccount {
    /// A link for who forgot the password, with the mail that carries it. `None` where nothing may be sent: the account
    /// is disabled, still waits for its invitation, or has no address.
    pub fn reset_link(&self, new: NewLink, now: Timestamp) -> Option<(StaffLink, NewMail)> {
        let to = self.email.clone().filter(|_| !self.disabled && self.password.is_some())?;
        let link = self.link(new, now + LinkPurpose::Reset.ttl());
        let content = MailContent::StaffPasswordReset {
            name: self.name.clone(),
            staff_id: self.id.clone(),
            link_valid_until: link.expires_at,
        };
        let mail = NewMail { id: link.mail.clone(), application: None, to, content };
        Some((link, mail))
    }

    /// The link of an invitation, with its mail.
    pub(super) fn invitation_link(
        &self,
        to: EmailAddress,
        new: NewLink,
        now: Timestamp,
    ) -> (StaffLink, NewMail) {
        let link = self.link(new, now + STAFF_LINK_TTL);
        let content = MailContent::StaffInvitation {
            name: self.name.clone(),
            staff_id: self.id.clone(),
            role: self.role.label(),
            link_valid_until: link.expires_at,
        };
        let mail = NewMail { id: link.mail.clone(), application: None, to, content };
        (link, mail)
    }

    fn link(&self, new: NewLink, expires_at: Timestamp) -> StaffLink {
        StaffLink {
            hash: new.hash,
            staff: self.id.clone(),
            mail: new.mail,
            epoch: self.epoch,
            expires_at,
            used_at: None,
            version: 1,
        }
    }

    /// The epoch rises: sessions and links of before are void. Failed sign-ins are forgiven.
    pub fn set_password(
        self,
        hash: PasswordHash,
        link: StaffLink,
        now: Timestamp,
    ) -> Result<(Self, StaffLink), LinkRefused> {
        link.check(&self, now)?;
        let link = StaffLink { used_at: Some(now), version: link.version + 1, ..link };
        let (epoch, version) = (self.epoch + 1, self.version + 1);
        Ok((Self { password: Some(hash), failures: Usage::default(), epoch, version, ..self }, link))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::{at, mail_id, staff};

    fn new() -> NewLink {
        NewLink { mail: mail_id(9), hash: "hash".into() }
    }

    #[test]
    fn who_forgot_the_password_sets_another_and_keeps_the_second_factor() {
        let staff = staff();
        let (link, mail) = staff.reset_link(new(), at(0)).expect("an address is known");
        assert_eq!(
            (&mail.to, mail.content.kind().as_str()),
            (staff.email.as_ref().unwrap(), "staff-password-reset")
        );
        assert_eq!(link.expires_at, at(0) + LinkPurpose::Reset.ttl());
        let (next, used) =
            staff.clone().set_password(PasswordHash::from_phc("$new"), link, at(1)).expect("good");
        assert_eq!((next.enrolled, next.totp_seed, next.epoch), (true, staff.totp_seed, staff.epoch + 1));
        assert_eq!(used.check(&next, at(2)), Err(LinkRefused::Used { at: at(1) }));
    }

    #[test]
    fn nothing_is_sent_where_nobody_may_sign_in_or_no_address_is_known() {
        for staff in [
            StaffAccount { disabled: true, ..staff() },
            StaffAccount { email: None, ..staff() },
            StaffAccount { password: None, ..staff() },
        ] {
            assert_eq!(staff.reset_link(new(), at(0)), None);
        }
    }
}
