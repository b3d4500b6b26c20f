//! What the secretariat does with the accounts of staff: invite, change a role, disable, begin anew.
//!
//! Architecture invariant: nobody changes the own account, and who changes another's must still be the
//! secretariat when it is committed: so one account of the secretariat always stays. Each change ends the
//! sessions of before.

use jiff::Timestamp;

use super::{NewLink, Role, Secretary, StaffAccount, StaffLink};
use crate::domain::{contact::EmailAddress, ids::StaffId, limits::Usage, mail::NewMail};

/// One act on an account of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffEvent {
    pub at: Timestamp,
    pub by: StaffId,
    pub by_name: String,
    pub change: StaffChange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffChange {
    Invited,
    /// Password and second factor are set anew, by a new link.
    Renewed,
    RoleChanged {
        from: Role,
    },
    Disabled,
    Enabled,
}

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: StaffId,
    pub name: String,
    pub email: EmailAddress,
    pub role: Role,
}

/// An account whose person gets a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    pub staff: StaffAccount,
    pub link: StaffLink,
    pub mail: NewMail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaffRefused {
    #[error("nobody changes the own account")]
    Yourself,
    #[error("disabled")]
    Disabled,
    #[error("not disabled")]
    NotDisabled,
    #[error("the role is this already")]
    SameRole,
    #[error("without an address there is nowhere to send a link")]
    NoAddress,
}

impl StaffChange {
    /// The word for it in the store and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Renewed => "renewed",
            Self::RoleChanged { .. } => "role-changed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Invited => "招待しました",
            Self::Renewed => "パスワードと認証アプリの再設定を依頼しました",
            Self::RoleChanged { .. } => "権限を変更しました",
            Self::Disabled => "利用を停止しました",
            Self::Enabled => "利用の停止を解除しました",
        }
    }
}

impl StaffAccount {
    pub fn invite(
        invitation: Invitation,
        totp_seed: [u8; 16],
        link: NewLink,
        by: &Secretary,
        now: Timestamp,
    ) -> Invited {
        let Invitation { id, name, email, role } = invitation;
        let staff = Self {
            id,
            name,
            role,
            email: Some(email.clone()),
            password: None,
            totp_seed,
            totp_last_step: None,
            enrolled: false,
            failures: Usage::default(),
            epoch: 1,
            disabled: false,
            last_sign_in_at: None,
            history: vec![StaffEvent::new(StaffChange::Invited, by, now)],
            version: 1,
        };
        staff.with_link(email, link, now)
    }

    /// Password and second factor begin anew: the invitation was lost, the telephone too, or somebody else
    /// may know them.
    pub fn renew(
        self,
        totp_seed: [u8; 16],
        link: NewLink,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<Invited, StaffRefused> {
        if self.disabled {
            return Err(StaffRefused::Disabled);
        }
        let email = self.email.clone().ok_or(StaffRefused::NoAddress)?;
        let changed = self.changed(StaffChange::Renewed, by, now)?;
        let renewed = Self {
            password: None,
            totp_seed,
            totp_last_step: None,
            enrolled: false,
            failures: Usage::default(),
            ..changed
        };
        Ok(renewed.with_link(email, link, now))
    }

    pub fn change_role(self, role: Role, by: &Secretary, now: Timestamp) -> Result<Self, StaffRefused> {
        if self.role == role {
            return Err(StaffRefused::SameRole);
        }
        let from = self.role;
        let changed = self.changed(StaffChange::RoleChanged { from }, by, now)?;
        Ok(Self { role, ..changed })
    }

    pub fn disable(self, by: &Secretary, now: Timestamp) -> Result<Self, StaffRefused> {
        if self.disabled {
            return Err(StaffRefused::Disabled);
        }
        let changed = self.changed(StaffChange::Disabled, by, now)?;
        Ok(Self { disabled: true, ..changed })
    }

    pub fn enable(self, by: &Secretary, now: Timestamp) -> Result<Self, StaffRefused> {
        if !self.disabled {
            return Err(StaffRefused::NotDisabled);
        }
        let changed = self.changed(StaffChange::Enabled, by, now)?;
        Ok(Self { disabled: false, ..changed })
    }

    fn changed(mut self, change: StaffChange, by: &Secretary, now: Timestamp) -> Result<Self, StaffRefused> {
        if self.id == by.id {
            return Err(StaffRefused::Yourself);
        }
        self.history.push(StaffEvent::new(change, by, now));
        Ok(Self { epoch: self.epoch + 1, version: self.version + 1, ..self })
    }

    fn with_link(self, to: EmailAddress, new: NewLink, now: Timestamp) -> Invited {
        let (link, mail) = self.invitation_link(to, new, now);
        Invited { staff: self, link, mail }
    }
}

impl StaffEvent {
    fn new(change: StaffChange, by: &Secretary, at: Timestamp) -> Self {
        Self { at, by: by.id.clone(), by_name: by.name.clone(), change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::{
            PasswordHash,
            samples::{at, mail_id, secretary, staff},
        },
        mail::MailKind,
    };

    fn new() -> NewLink {
        NewLink { mail: mail_id(9), hash: "hash".into() }
    }

    #[test]
    fn an_invitation_carries_a_link_and_no_password_opens_the_account_before_it() {
        let invitation = Invitation {
            id: StaffId::parse("nara-new").unwrap(),
            name: "奈良 新".into(),
            email: EmailAddress::parse("new@pref-nara.example.jp").unwrap(),
            role: Role::Secretariat,
        };
        let Invited { staff, link, mail } =
            StaffAccount::invite(invitation, [1; 16], new(), &secretary(), at(0));
        assert_eq!(
            (mail.content.kind(), mail.to.as_str()),
            (MailKind::StaffInvitation, "new@pref-nara.example.jp")
        );
        assert_eq!(link.check(&staff, at(72 * 60 - 1)), Ok(()));
        assert!(link.check(&staff, at(72 * 60)).is_err(), "three days");
        let hash = PasswordHash::from_phc("$argon2id$new");
        let (set, used) = staff.clone().set_password(hash.clone(), link.clone(), at(1)).unwrap();
        assert_eq!((set.epoch, set.enrolled), (2, false));
        assert!(set.clone().set_password(hash, used, at(2)).is_err(), "twice");
        let disabled = set.disable(&secretary(), at(2)).unwrap();
        assert!(link.check(&disabled, at(2)).is_err());
    }

    #[test]
    fn every_change_ends_the_sessions_of_before_and_says_who_made_it() {
        let changes = [
            staff().change_role(Role::Secretariat, &secretary(), at(0)).unwrap(),
            staff().disable(&secretary(), at(0)).unwrap(),
            staff().renew([9; 16], new(), &secretary(), at(0)).unwrap().staff,
        ];
        let words: Vec<_> = changes
            .iter()
            .map(|next| {
                assert_eq!((next.epoch, next.version), (staff().epoch + 1, staff().version + 1));
                let event = next.history.last().unwrap();
                assert_eq!(event.by_name, secretary().name);
                event.change.as_str()
            })
            .collect();
        assert_eq!(words, ["role-changed", "disabled", "renewed"]);
        assert_eq!((changes[2].password.clone(), changes[2].enrolled), (None, false));
        let enabled = changes[1].clone().enable(&secretary(), at(1)).unwrap();
        assert!(!enabled.disabled);
        assert_eq!(enabled.enable(&secretary(), at(1)), Err(StaffRefused::NotDisabled));
        assert_eq!(changes[1].clone().disable(&secretary(), at(1)), Err(StaffRefused::Disabled));
    }

    #[test]
    fn nobody_changes_the_own_account() {
        let own = StaffAccount { id: secretary().id, role: Role::Secretariat, ..staff() };
        assert_eq!(own.clone().disable(&secretary(), at(0)), Err(StaffRefused::Yourself));
        assert_eq!(own.clone().change_role(staff().role, &secretary(), at(0)), Err(StaffRefused::Yourself));
        assert_eq!(own.renew([9; 16], new(), &secretary(), at(0)), Err(StaffRefused::Yourself));
        let without = StaffAccount { email: None, ..staff() };
        assert_eq!(without.renew([9; 16], new(), &secretary(), at(0)), Err(StaffRefused::NoAddress));
    }
}
