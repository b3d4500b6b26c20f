//! 別のアドレスの登録: the application is still on its way to an account. The officer has asked the institution, and
//! the application goes on at the proven address, as if its applicant had proven it on the state page.

use jiff::Timestamp;

use super::{AddressChange, ChangeDecided, ChangeEvent, ChangeRefused, ChangeStatus, ChangeTarget};
use crate::domain::{
    account::{NewLink, Reviewer},
    application::{AddressBy, Application, ProveAddress, Status},
    ids::MailId,
    mail::{ChangeStage, Mail},
};

/// What was read for it, and what was drawn.
#[derive(Debug, Clone)]
pub struct Register {
    pub application: Application,
    /// The mails of the application: what waits for the old address is called off.
    pub mails: Vec<Mail>,
    pub new: NewLink,
    /// The mail to the address of before.
    pub warning: MailId,
}

impl AddressChange {
    pub fn register(
        self,
        command: Register,
        by: &Reviewer,
        now: Timestamp,
    ) -> Result<ChangeDecided, ChangeRefused> {
        self.for_desk(by)?;
        let Register { application, mails, new, warning } = command;
        if !application.is_visible_to(by.desk) {
            return Err(ChangeRefused::NotOfThisDesk);
        }
        match &application.status {
            Status::Submitted | Status::Approved | Status::Returned { .. } | Status::Issuing { .. } => {}
            Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Withdrawn { .. } => return Err(ChangeRefused::NotUnderWay),
        }
        if application.form.email.key() == self.items.new_email.key() {
            return Err(ChangeRefused::SameAddress);
        }
        let warning = self.told(warning, application.form.email.clone(), ChangeStage::Warning);
        let target = ChangeTarget::Application(application.number);
        let prove = ProveAddress {
            email: self.items.new_email.clone(),
            by: AddressBy::Staff { id: by.id.clone(), name: by.name.clone() },
            account: None,
            new,
            mails,
        };
        let application = application.prove_address(prove, now)?;
        let event =
            ChangeEvent::Completed { by: by.id.clone(), by_name: by.name.clone(), target: target.clone() };
        let decided = self.moved(ChangeStatus::Completed { target }, event, vec![warning], now);
        Ok(ChangeDecided { application: Some(application), ..decided })
    }
}
