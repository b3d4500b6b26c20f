//! POST /application/submit — 申請: the answers become an application with a number, once a session; 再申請: they
//! become the form of the application that was returned.
//!
//! Invariant: session, application and receipt are one commit. Whoever loses the race reads the winner's number.

use axum::extract::State;
use jiff::Timestamp;
use shared::{
    domain::{
        application::{Resubmit, ResubmitError, Submission, submit},
        form::FormInput,
        ids::{ApplicationNumber, MailId},
        session::{ApplicantSession, Progress, Task},
    },
    store::CommitError,
    web::{Cookies, Problem, SeeOther},
};

use crate::{
    App,
    standing::{Ready, Standing},
    task::{not_to_correct, other_address},
};

pub(crate) async fn hand_in(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let mut race = app.store.race();
    loop {
        let session = app.applicant(&cookies, now).await?;
        let ready = match Standing::of(&session, &app.code_rules) {
            Standing::Ready(ready) => *ready,
            elsewhere @ (Standing::Form | Standing::Terms | Standing::Submitted { .. }) => {
                return Ok(elsewhere.see());
            }
        };
        let committed = match session.task {
            Task::Apply { again_of } => app.submit(session, ready, again_of, now).await?,
            Task::Correct { number } => match app.resubmit(session, ready, number, now).await {
                Ok(committed) => committed,
                Err(problem) => return app.unless_handed_in(&cookies, problem, now).await,
            },
        };
        if let Some(mails) = race.settle(committed).await? {
            app.doorbell.ring_mails(&mails).await;
            return Ok(SeeOther::to("/application/done"));
        }
    }
}

impl App {
    /// Another tab may have handed the correction in between the reading of the session and of its application: then
    /// it is done.
    async fn unless_handed_in(
        &self,
        cookies: &Cookies,
        problem: Problem,
        now: Timestamp,
    ) -> Result<SeeOther, Problem> {
        let session = self.applicant(cookies, now).await?;
        match Standing::of(&session, &self.code_rules) {
            submitted @ Standing::Submitted { .. } => Ok(submitted.see()),
            Standing::Form | Standing::Terms | Standing::Ready(_) => Err(problem),
        }
    }

    /// A new application. The mails that wait for their sending, or a lost race.
    async fn submit(
        &self,
        session: ApplicantSession,
        ready: Ready,
        applied_again_of: Option<ApplicationNumber>,
        now: Timestamp,
    ) -> Result<Result<Vec<MailId>, CommitError>, Problem> {
        let number = self.store.draw_application_number().await?;
        let submission = Submission {
            number,
            form: ready.parsed.form,
            terms_version: ready.terms_version,
            agreed_at: ready.agreed_at,
            receipt: MailId::from_parts(now, self.entropy.bytes::<10>()),
            applied_again_of,
        };
        let (application, receipt) = submit(submission, now);
        let receipt_id = receipt.id.clone();
        let next = handed_in(session, number);
        let committed = self.store.commit_submission(&application, receipt, &next).await;
        Ok(committed.map(|()| vec![receipt_id]))
    }

    /// The corrected form of a returned application.
    async fn resubmit(
        &self,
        session: ApplicantSession,
        ready: Ready,
        number: ApplicationNumber,
        now: Timestamp,
    ) -> Result<Result<Vec<MailId>, CommitError>, Problem> {
        let application = self.store.load_application(number).await?;
        let application = application.ok_or_else(|| Problem::internal("a correction of no application"))?;
        let command = Resubmit {
            form: ready.parsed.form,
            terms_version: ready.terms_version,
            agreed_at: ready.agreed_at,
        };
        let decided = match application.clone().resubmit(command, now) {
            Ok(decided) => decided,
            Err(ResubmitError::NotReturned { .. }) => return Err(not_to_correct(&application)),
            Err(ResubmitError::OtherAddress) => return Err(other_address()),
        };
        let next = handed_in(session, number);
        let committed = self.store.commit_resubmission(&decided, &next).await;
        Ok(committed.map(|()| Vec::new()))
    }
}

/// The answers stand in the application from now on; the session keeps no second copy of them.
fn handed_in(session: ApplicantSession, number: ApplicationNumber) -> ApplicantSession {
    session.moved_on(FormInput::default(), Progress::Submitted { number })
}
