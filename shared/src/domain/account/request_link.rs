//! A mail with a new password link is asked for: by a login ID (パスワードをお忘れの方), or by a link that is over.
//!
//! Architecture invariant: the request is counted whether or not there is an account, so that from outside
//! both are the same.

use jiff::Timestamp;

use super::{Account, LinkPurpose, PasswordLink};
use crate::domain::{
    application::Application,
    ids::MailId,
    limits::{LINK_MAILS_PER_ACCOUNT, LimitReached, MAILS_PER_NETWORK, Usage},
    mail::{MailContent, NewMail},
};

/// The counters that a request uses up: the login ID's and the network's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUsage {
    pub login_id: Usage,
    pub network: Usage,
}

/// Why no mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRequestRefused {
    /// Not to be told: it would tell that somebody asks for this login ID.
    #[error("enough mails for this login ID: {0}")]
    ForThisLoginId(LimitReached),
    #[error("enough requests from this network: {0}")]
    FromThisNetwork(LimitReached),
}

/// What a link is made of, drawn for it.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub mail: MailId,
    /// The keyed hash of the link's token.
    pub hash: String,
}

impl LinkUsage {
    /// One more request.
    pub fn used(&self, now: Timestamp) -> Result<Self, LinkRequestRefused> {
        Ok(Self {
            network: self
                .network
                .used(MAILS_PER_NETWORK, now)
                .map_err(LinkRequestRefused::FromThisNetwork)?,
            login_id: self
                .login_id
                .used(LINK_MAILS_PER_ACCOUNT, now)
                .map_err(LinkRequestRefused::ForThisLoginId)?,
        })
    }
}

impl Account {
    /// A link with the mail that carries it to the registered address. Who never set a password gets ②
    /// again, if the `application` that the account came from is given; everybody else a reset.
    pub fn new_link(
        &self,
        new: NewLink,
        application: Option<&Application>,
        now: Timestamp,
    ) -> (PasswordLink, NewMail) {
        let application = application
            .filter(|application| self.password.is_none() && Some(application.number) == self.application);
        let purpose = if application.is_some() { LinkPurpose::First } else { LinkPurpose::Reset };
        let expires_at = now + purpose.ttl();
        let number = application.map(|application| application.number);
        let link = PasswordLink {
            hash: new.hash,
            login_id: self.login_id.clone(),
            purpose,
            mail: new.mail.clone(),
            application: number,
            epoch: self.epoch,
            expires_at,
            used_at: None,
            version: 1,
        };
        let login_id = self.login_id.clone();
        let content = match application {
            Some(application) => MailContent::LoginNotice {
                institution_name: self.institution_name.clone(),
                contact_name: application.form.contact_name(),
                login_id,
                link_valid_until: expires_at,
            },
            None => MailContent::PasswordReset { login_id, link_valid_until: expires_at },
        };
        (link, NewMail { id: new.mail, application: number, to: self.email.clone(), content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::samples::{account, at, mail_id},
        application::samples::submitted,
        mail::MailKind,
    };

    fn new() -> NewLink {
        NewLink { mail: mail_id(9), hash: "hash".into() }
    }

    #[test]
    fn who_never_set_a_password_gets_the_login_notice_again() {
        let application = submitted();
        let without = Account { password: None, application: Some(application.number), ..account() };
        let with = Account { application: Some(application.number), ..account() };
        let of_before = Account { password: None, application: None, ..account() };
        let kind = |account: &Account, application| {
            let (link, mail) = account.new_link(new(), application, at(0));
            assert_eq!((&link.login_id, link.epoch), (&account.login_id, account.epoch));
            assert_eq!((&link.mail, &mail.to), (&mail.id, &account.email));
            assert_eq!(link.expires_at, at(0) + link.purpose.ttl());
            assert!(link.check(account, at(0)).is_ok());
            mail.content.kind()
        };
        assert_eq!(kind(&without, Some(&application)), MailKind::LoginNotice);
        assert_eq!(kind(&with, Some(&application)), MailKind::PasswordReset);
        assert_eq!(kind(&without, None), MailKind::PasswordReset);
        assert_eq!(kind(&of_before, Some(&application)), MailKind::PasswordReset, "not its application");
    }

    #[test]
    fn three_mails_an_hour_for_a_login_id_and_five_requests_a_minute_from_a_network() {
        let mut usage = LinkUsage { login_id: Usage::default(), network: Usage::default() };
        for minute in 0..3 {
            usage = usage.used(at(minute)).unwrap();
        }
        let limit = LimitReached { again_at: at(60) };
        assert_eq!(usage.used(at(3)), Err(LinkRequestRefused::ForThisLoginId(limit)));
        assert!(usage.used(at(60)).is_ok());
        let busy = LinkUsage { login_id: Usage::default(), network: Usage { used_at: vec![at(0); 5] } };
        let limit = LimitReached { again_at: at(1) };
        assert_eq!(busy.used(at(0)), Err(LinkRequestRefused::FromThisNetwork(limit)));
    }
}
