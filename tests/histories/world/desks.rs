//! The prefectures' officers: approval and rejection.

use shared::domain::{
    account::Reviewer,
    application::{Application, Approve, Decided, Reject, RejectionReason},
    ids::ApplicationNumber,
};

use super::{DESKS, Stop, World, at};
use crate::mutants::Mutant;

impl World {
    /// `review`: 承認.
    pub(super) fn approve(&mut self, officer: usize, position: usize) -> Result<(), Stop> {
        let Some(number) = self.number_at(position) else { return Ok(()) };
        let now = self.run.now;
        let decided = self.review(officer, number, |application, reviewer, _| {
            application.approve(Approve, reviewer, now).ok()
        })?;
        if decided.is_some() && self.rings()? {
            self.issue_bells.push(number);
        }
        Ok(())
    }

    /// `review`: 却下.
    pub(super) fn reject(&mut self, officer: usize, position: usize, reason: usize) -> Result<(), Stop> {
        let Some(number) = self.number_at(position) else { return Ok(()) };
        let reason = RejectionReason::ALL[reason % RejectionReason::ALL.len()];
        let now = self.run.now;
        let rejected = self.review(officer, number, |application, reviewer, world| {
            let command = Reject { reason, note: reason.template().to_owned(), mail: world.draw_mail_id() };
            application.reject(command, reviewer, now).ok()
        })?;
        let mails = rejected.into_iter().flat_map(|decided| decided.mails);
        self.ring_mails(mails.map(|mail| mail.id))
    }

    pub(super) fn number_at(&self, position: usize) -> Option<ApplicationNumber> {
        at(&self.store.applications, position).map(|application| application.number)
    }

    /// Reads, decides, commits; again after a lost race. `None` if the officer may not, or not any more.
    pub(super) fn review(
        &mut self,
        officer: usize,
        number: ApplicationNumber,
        decide: impl Fn(Application, &Reviewer, &mut Self) -> Option<Decided>,
    ) -> Result<Option<Decided>, Stop> {
        self.run.about = Some(number);
        let Some(mut reviewer) = at(&DESKS, officer).cloned() else { return Ok(None) };
        loop {
            let store = self.read()?;
            let Some(application) = store.application(number) else { return Ok(None) };
            if self.mutant == Some(Mutant::DeskNotChecked) {
                reviewer.desk = application.desk();
            }
            let Some(decided) = decide(Application::clone(application), &reviewer, self) else {
                return Ok(None);
            };
            if self.commit_decided(&decided)? {
                return Ok(Some(decided));
            }
        }
    }
}
