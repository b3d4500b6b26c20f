//! POST /application/submit — 申請: the answers become an application with a number, once a session.
//!
//! Invariant: session, application and receipt are one commit. Whoever loses the race reads the winner's number.

use axum::extract::State;
use shared::{
    domain::{
        application::{Submission, submit},
        form::FormInput,
        ids::MailId,
        session::Progress,
    },
    web::{Cookies, Problem, SeeOther},
};

use crate::{App, standing::Standing};

pub(crate) async fn hand_in(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let mut race = app.store.race();
    loop {
        let session = app.applicant(&cookies, now).await?;
        let ready = match Standing::of(&session) {
            Standing::Ready(ready) => *ready,
            elsewhere @ (Standing::Form | Standing::Terms | Standing::Submitted { .. }) => {
                return Ok(elsewhere.see());
            }
        };
        let number = app.store.draw_application_number().await?;
        let submission = Submission {
            number,
            form: ready.parsed.form,
            terms_version: ready.terms_version,
            agreed_at: ready.agreed_at,
            receipt: MailId::from_parts(now, app.entropy.bytes::<10>()),
        };
        let (application, receipt) = submit(submission, now);
        let receipt_id = receipt.id.clone();
        // The answers stand in the application from now on; the session keeps no second copy of them.
        let next = session.moved_on(FormInput::default(), Progress::Submitted { number });
        let committed = app.store.commit_submission(&application, receipt, &next).await;
        if race.settle(committed).await?.is_some() {
            app.doorbell.ring_mails([&receipt_id]).await;
            return Ok(Standing::of(&next).see());
        }
    }
}
