//! The applicant's session: from the cookie to its row, and one step further.
//!
//! Invariant: a step is decided from the row as it is under the version that the commit expects.

use jiff::Timestamp;
use shared::{
    domain::{
        application::Application,
        form::FormInput,
        session::{ApplicantSession, Progress, Task},
    },
    web::{APPLICANT_COOKIE, Cookies, Problem, Token},
};

use crate::{App, standing::Standing};

/// Where an application begins.
pub(crate) const ENTRY: &str = "/user-Registration-Form";

const OVER: &str = "メールアドレスの認証が済んでいないか、認証から時間が経過したため、申請の画面を開けません。\
                    「次へ進む」を押して保存した内容は、同じメールアドレスで認証し直すと、7日間は続きから入力できます。";
const DONE_OVER: &str = "この画面を表示できる時間が過ぎました。申請が完了している場合、手続は問題なく進んでいます。\
                         申請の状況は、申請番号とメールアドレスで「申請状況の照会」からご確認いただけます。";

/// What a session has handed in.
pub(crate) enum HandedIn {
    Application {
        application: Box<Application>,
        /// The end of the session.
        visible_until: Timestamp,
        is_correction: bool,
    },
    /// Nothing yet; the step that is missing.
    Not(Standing),
}

impl App {
    /// The session behind the cookie; a problem that says where to begin again if there is none.
    pub(crate) async fn applicant(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<ApplicantSession, Problem> {
        let over = || Problem::session_over(OVER).with_next(ENTRY, "メールアドレスの認証から始める");
        self.load_applicant(cookies, now).await?.ok_or_else(over)
    }

    /// The session moved on by what `decide` makes of it; as it stands where that is nothing.
    pub(crate) async fn move_on(
        &self,
        cookies: &Cookies,
        now: Timestamp,
        decide: impl Fn(&ApplicantSession) -> Option<(FormInput, Progress)>,
    ) -> Result<ApplicantSession, Problem> {
        let mut race = self.store.race();
        loop {
            let session = self.applicant(cookies, now).await?;
            let Some((input, progress)) = decide(&session) else { return Ok(session) };
            let next = session.moved_on(input, progress);
            if race.settle(self.store.commit_applicant(&next).await).await?.is_some() {
                return Ok(next);
            }
        }
    }

    /// The application that this session handed in.
    pub(crate) async fn handed_in(&self, cookies: &Cookies, now: Timestamp) -> Result<HandedIn, Problem> {
        let over = || Problem::session_over(DONE_OVER).with_next("/track", "申請状況を照会する");
        let session = self.load_applicant(cookies, now).await?.ok_or_else(over)?;
        match Standing::of(&session, &self.code_rules) {
            Standing::Submitted { number } => match self.store.load_application(number).await? {
                Some(application) => Ok(HandedIn::Application {
                    application: Box::new(application),
                    visible_until: session.expires_at,
                    is_correction: matches!(session.task, Task::Correct { .. }),
                }),
                None => Err(Problem::internal("a submitted session without its application")),
            },
            missing @ (Standing::Form | Standing::Terms | Standing::Ready(_)) => Ok(HandedIn::Not(missing)),
        }
    }

    async fn load_applicant(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<Option<ApplicantSession>, Problem> {
        let Some(token) = cookies.value(APPLICANT_COOKIE).and_then(Token::parse) else { return Ok(None) };
        Ok(self.store.load_applicant(&token.hash(&self.pepper), now).await?)
    }
}
