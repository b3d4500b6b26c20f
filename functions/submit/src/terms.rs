//! GET and POST /application/terms — 利用規約 and プライバシーポリシー.
//!
//! Invariant: nothing is ticked beforehand; what is stored is the version that was shown, and the time.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    agreement::{Agreement, PRIVACY, TERMS},
    domain::{
        form::FieldErrors,
        session::{ApplicantSession, Progress},
        terms::TERMS_VERSION,
    },
    web::{Body, Cookies, Page, Problem, answers::Tick},
};

use crate::{App, standing::Standing};

const NEEDED: &str = "＊申請するには利用規約とプライバシーポリシーへの同意が必要です";

/// What was ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ticked {
    agree_terms: Tick,
    agree_privacy: Tick,
}

#[derive(Template, Serialize)]
#[template(path = "terms.html")]
pub(crate) struct TermsPage {
    version: &'static str,
    terms: Agreement,
    privacy: Agreement,
    agree_terms: bool,
    agree_privacy: bool,
    #[serde(skip)]
    errors: FieldErrors,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let session = app.applicant(&cookies, now).await?;
    match Standing::of(&session, &app.code_rules) {
        Standing::Terms | Standing::Ready(_) => {
            Ok(Page::ok(TermsPage::of(&Ticked::default(), FieldErrors::new())).into_response())
        }
        elsewhere @ (Standing::Form | Standing::Submitted { .. }) => Ok(elsewhere.see().into_response()),
    }
}

pub(crate) async fn agree(
    State(app): State<App>,
    cookies: Cookies,
    Body(ticked): Body<Ticked>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let errors = ticked.errors();
    let agreed = |session: &ApplicantSession| match Standing::of(session, &app.code_rules) {
        Standing::Terms if errors.is_empty() => {
            let progress = Progress::Agreed { terms_version: TERMS_VERSION.to_owned(), at: now };
            Some((session.input.clone(), progress))
        }
        Standing::Form | Standing::Terms | Standing::Ready(_) | Standing::Submitted { .. } => None,
    };
    let session = app.move_on(&cookies, now, agreed).await?;
    match Standing::of(&session, &app.code_rules) {
        Standing::Terms | Standing::Ready(_) if !errors.is_empty() => {
            Ok(Page::invalid(TermsPage::of(&ticked, errors.clone()), errors).into_response())
        }
        next @ (Standing::Form | Standing::Terms | Standing::Ready(_) | Standing::Submitted { .. }) => {
            Ok(next.see().into_response())
        }
    }
}

impl Ticked {
    fn errors(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        if !self.agree_terms.is_yes() {
            errors.push("agree_terms", format!("{NEEDED}（利用規約に同意する欄が選択されていません）"));
        }
        if !self.agree_privacy.is_yes() {
            let missing = "（プライバシーポリシーに同意する欄が選択されていません）";
            errors.push("agree_privacy", format!("{NEEDED}{missing}"));
        }
        errors
    }
}

impl TermsPage {
    fn of(ticked: &Ticked, errors: FieldErrors) -> Self {
        Self {
            version: TERMS_VERSION,
            terms: TERMS,
            privacy: PRIVACY,
            agree_terms: ticked.agree_terms.is_yes(),
            agree_privacy: ticked.agree_privacy.is_yes(),
            errors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_there_and_only_a_hand_ticks() {
        let page = TermsPage::of(&Ticked::default(), FieldErrors::new()).render().unwrap();
        assert!(page.contains("第13条（準拠法）") && page.contains("10. 変更"));
        assert_eq!(page.matches(r#"type="checkbox""#).count(), 2);
        assert!(!page.contains("checked"));
    }

    #[test]
    fn each_missing_tick_says_what_is_needed_and_the_other_one_stays() {
        let ticked = Ticked { agree_terms: Tick::Yes, agree_privacy: Tick::No };
        let errors = ticked.errors();
        assert_eq!(errors.message_for("agree_terms"), None);
        assert!(errors.message_for("agree_privacy").is_some_and(|message| message.starts_with(NEEDED)));
        let page = TermsPage::of(&ticked, errors).render().unwrap();
        assert!(page.contains("<title>エラー：") && page.contains(r##"href="#agree_privacy""##));
        assert_eq!(page.matches(" checked").count(), 1);
        assert_eq!(Ticked::default().errors().len(), 2);
    }
}
