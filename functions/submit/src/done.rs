//! GET /application/done — the number, what happens next and when, and the copy to keep. Can be loaded again as long
//! as the session lives.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::application::Application,
    web::{Cookies, Moment, Page, Problem},
};

use crate::{App, applicant::HandedIn};

#[derive(Template, Serialize)]
#[template(path = "done.html")]
pub(crate) struct DonePage {
    number: String,
    submitted_at: Moment,
    institution_name: String,
    prefecture: &'static str,
    email: String,
    visible_until: Moment,
    /// It was returned, and handed in again.
    is_correction: bool,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    match app.handed_in(&cookies, now).await? {
        HandedIn::Application { application, visible_until, is_correction } => {
            let page = DonePage::of(&application, visible_until.into());
            Ok(Page::ok(DonePage { is_correction, ..page }).into_response())
        }
        HandedIn::Not(missing) => Ok(missing.see().into_response()),
    }
}

impl DonePage {
    fn heading(&self) -> &'static str {
        if self.is_correction {
            "修正した内容で再申請しました。"
        } else {
            "新規ユーザ登録申請が完了しました。"
        }
    }

    fn of(application: &Application, visible_until: Moment) -> Self {
        let form = &application.form;
        Self {
            number: application.number.to_string(),
            submitted_at: application.submitted_at.into(),
            institution_name: form.institution_name.as_str().to_owned(),
            prefecture: form.prefecture.name(),
            email: form.email.as_str().to_owned(),
            visible_until,
            is_correction: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::application::samples::{NOON, submitted};

    #[test]
    fn the_page_says_the_number_where_mails_go_and_what_to_keep() {
        let page = DonePage::of(&submitted(), (*NOON).into()).render().unwrap();
        for said in [
            "新規ユーザ登録申請が完了しました。",
            r#"<span class="number-plate">API-00001750</span>"#,
            "ijika@wakakusa.example.jp",
            "申請内容をダウンロードする",
            r#"href="/track""#,
            r#"href="/help""#,
        ] {
            assert!(page.contains(said), "{said}");
        }
    }
}
