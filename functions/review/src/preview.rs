//! The last look before a decision: the mail exactly as it will be sent, made by the decision itself.

use askama::Template;
use serde::Serialize;
use shared::{
    domain::{application::Decided, mail::NewMail},
    mail::{MailParts, RenderContext, render},
    web::Problem,
};

use crate::{
    App,
    officer::{Officer, Staff},
};

#[derive(Template, Serialize)]
#[template(path = "preview.html")]
pub(crate) struct PreviewPage {
    pub(crate) staff: Staff,
    pub(crate) number: String,
    pub(crate) institution_name: String,
    pub(crate) heading: &'static str,
    /// What will be done.
    pub(crate) lead: String,
    /// Nothing where no mail leaves: the address was proven by nobody.
    pub(crate) mail: Option<Letter>,
    /// Where the decision is sent, and with what.
    #[serde(skip)]
    pub(crate) action: String,
    #[serde(skip)]
    pub(crate) hidden: Vec<(&'static str, String)>,
    #[serde(skip)]
    pub(crate) confirm: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Letter {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: &'static str,
    pub(crate) text: String,
}

/// What a kind of decision says on its last look.
pub(crate) struct Look {
    pub(crate) heading: &'static str,
    pub(crate) lead: String,
    /// The last segment of the address.
    pub(crate) verb: &'static str,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) confirm: &'static str,
}

impl App {
    /// Nothing is committed.
    pub(crate) fn look_at(
        &self,
        decided: &Decided,
        officer: &Officer,
        look: Look,
    ) -> Result<PreviewPage, Problem> {
        let mail = decided.mails.first().map(|mail| self.letter(mail)).transpose()?;
        let number = decided.next.number.to_string();
        Ok(PreviewPage {
            staff: officer.staff(),
            action: format!("/review/{number}/{}", look.verb),
            number,
            institution_name: decided.next.form.institution_name.as_str().to_owned(),
            heading: look.heading,
            lead: look.lead,
            mail,
            hidden: look.hidden,
            confirm: look.confirm,
        })
    }

    pub(crate) fn letter(&self, mail: &NewMail) -> Result<Letter, Problem> {
        let context = RenderContext { origin: &self.origin, from_address: &self.from_address, secret: None };
        let mail = render(&MailParts::from(mail), &context).map_err(Problem::internal)?;
        Ok(Letter {
            from: format!("{} <{}>", mail.from_name, mail.from_address),
            to: mail.to.as_str().to_owned(),
            subject: mail.subject,
            text: mail.text,
        })
    }
}
