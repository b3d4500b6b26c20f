//! GET and POST /user-Registration-Form — who needs an account, what to have at hand, and the address.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        contact::EmailAddress,
        form::{EMAIL, FieldErrors},
        verification::Purpose,
    },
    guidance::{GUIDANCE, Guidance, TAKES},
    robot_check::{Answer, CheckBox, Paid, ROBOT_CHECK, RobotCheck, Unsolved},
    store::CommitError,
    web::{Body, ClientNetwork, Notices, Page, Problem, SeeOther},
};

use crate::{App, CONFIRM};

#[derive(Template, Serialize)]
#[template(path = "entry.html")]
pub(crate) struct Entry {
    notices: Notices,
    guidance: Guidance,
    takes: &'static str,
    email: String,
    #[serde(flatten)]
    check: CheckBox,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    email: String,
    robot_check: String,
    /// The box was ticked; of use only where no script solves the check.
    not_a_robot: String,
    /// The page was shown by a browser that runs no scripts.
    without_scripts: String,
}

/// Closed while the operator works on the system; what is under way goes on.
pub(crate) async fn show(State(app): State<App>) -> Result<Page<Entry>, Problem> {
    let notices = app.notices.admit(app.clock.now()).await?;
    Ok(Page::ok(Entry::of(Typed::default(), notices, FieldErrors::new())))
}

pub(crate) async fn submit(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let notices = app.notices.admit(now).await?;
    let (email, paid) = match typed.parse(&app.robot_check, now) {
        Ok(parsed) => parsed,
        Err(errors) => return Ok(refused(typed, notices, errors)),
    };
    if paid == Paid::Ticked {
        let (_, cookie) =
            app.verifications.begin_unchecked(Purpose::Apply, email, None, &network, now).await?;
        return Ok(SeeOther::to(CONFIRM).with_cookie(cookie).into_response());
    }
    match app.verifications.begin(Purpose::Apply, email, paid.challenge(), now).await {
        Ok((_, cookie)) => Ok(SeeOther::to(CONFIRM).with_cookie(cookie).into_response()),
        Err(CommitError::Lost("challenge")) => {
            Ok(refused(typed, notices, FieldErrors::of(ROBOT_CHECK, Unsolved::UsedBefore.sentence())))
        }
        Err(lost @ CommitError::Lost(_)) => Err(Problem::unavailable(lost)),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

impl Typed {
    /// Everything that is wrong at once.
    fn parse(&self, robot_check: &RobotCheck, now: Timestamp) -> Result<(EmailAddress, Paid), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = EmailAddress::parse(&self.email);
        if let Err(error) = &email {
            errors.push(EMAIL.name, error.sentence(EMAIL.label));
        }
        let paid = robot_check.paid(self.answer(), now);
        if let Err(error) = &paid {
            errors.push(ROBOT_CHECK, error.sentence());
        }
        match (email, paid) {
            (Ok(email), Ok(paid)) => Ok((email, paid)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => Err(errors),
        }
    }

    fn answer(&self) -> Answer<'_> {
        Answer {
            robot_check: &self.robot_check,
            not_a_robot: &self.not_a_robot,
            without_scripts: &self.without_scripts,
        }
    }
}

impl Entry {
    fn of(typed: Typed, notices: Notices, errors: FieldErrors) -> Self {
        let check = CheckBox::of(typed.answer(), &errors);
        Self { notices, guidance: GUIDANCE, takes: TAKES, email: typed.email, check, errors }
    }
}

fn refused(typed: Typed, notices: Notices, errors: FieldErrors) -> Response {
    Page::invalid(Entry::of(typed, notices, errors.clone()), errors).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(typed: Typed, errors: FieldErrors) -> String {
        Entry::of(typed, Notices::default(), errors).render().unwrap()
    }

    #[test]
    fn a_good_check_outlives_a_bad_address_and_the_other_way_round() {
        let typed =
            || Typed { email: "a<b@example.jp".into(), robot_check: "c29sdmVk".into(), ..Typed::default() };
        let wrong_address = rendered(typed(), FieldErrors::of("email", "＊直してください"));
        assert!(
            wrong_address.contains("data-solved=\"c29sdmVk\"") && wrong_address.contains("<title>エラー：")
        );
        assert!(wrong_address.contains("a&#60;b@example.jp"));
        let wrong_check = rendered(typed(), FieldErrors::of("robot_check", Unsolved::Ended.sentence()));
        assert!(!wrong_check.contains("c29sdmVk"));
        assert_eq!(
            wrong_check.matches(Unsolved::Ended.sentence()).count(),
            2,
            "in the summary and at the box"
        );
    }

    #[test]
    fn the_page_runs_without_inline_code() {
        let page = rendered(Typed::default(), FieldErrors::new());
        assert!(!page.contains("<script>") && !page.contains("style=") && !page.contains("onclick"));
        assert!(page.contains("<noscript>") && page.contains("私はロボットではありません。"));
    }
}
