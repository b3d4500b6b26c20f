//! GET and POST /staff/set-password/{token} — a member of staff sets a password by the link of a mail.
//! Nobody is signed in by it: the second factor is still to come.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::{LinkRefused, PASSWORD_MAX, PASSWORD_MIN, StaffAccount, StaffLink},
        form::FieldErrors,
    },
    mail::{LinkToken, keyed_hash},
    password::Password,
    store::StoreError,
    web::{Body, Page, Problem, STAFF_SIGN_IN, SeeOther},
};

use crate::App;

#[derive(Template, Serialize)]
#[template(path = "staff-set-password.html")]
pub(crate) struct StaffPasswordPage {
    staff_id: String,
    least: usize,
    most: usize,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    password: String,
}

pub(crate) async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (link, staff) = app.find_staff_link(&token).await?.ok_or_else(unknown)?;
    link.check(&staff, now).map_err(over)?;
    Ok(Page::ok(StaffPasswordPage::of(&staff, FieldErrors::new())).into_response())
}

pub(crate) async fn set(
    State(app): State<App>,
    Path(token): Path<String>,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let password = Password::new(&typed.password);
    let mut hashed = None;
    let mut race = app.store.race();
    loop {
        let (link, staff) = app.find_staff_link(&token).await?.ok_or_else(unknown)?;
        link.check(&staff, now).map_err(over)?;
        if let Err(refused) = staff.check_new_password(password.as_str()) {
            let errors = FieldErrors::of("password", refused.sentence());
            return Ok(Page::invalid(StaffPasswordPage::of(&staff, errors.clone()), errors).into_response());
        }
        let hash = app.hash_once(&password, &mut hashed)?;
        let (staff, link) = staff.set_password(hash, link, now).map_err(over)?;
        if race.settle(app.store.commit_staff_password(&staff, &link).await).await?.is_some() {
            return Ok(SeeOther::to(STAFF_SIGN_IN).into_response());
        }
    }
}

impl App {
    async fn find_staff_link(&self, token: &str) -> Result<Option<(StaffLink, StaffAccount)>, StoreError> {
        let Some(token) = LinkToken::parse(token) else { return Ok(None) };
        let hash = keyed_hash(&self.pepper, "link", token.expose());
        let Some(link) = self.store.load_staff_link(&hash).await? else { return Ok(None) };
        let staff = self.store.load_staff(&link.staff).await?;
        Ok(staff.map(|staff| (link, staff)))
    }
}

impl StaffPasswordPage {
    fn of(staff: &StaffAccount, errors: FieldErrors) -> Self {
        let staff_id = staff.id.as_str().to_owned();
        Self { staff_id, least: PASSWORD_MIN, most: PASSWORD_MAX, errors }
    }

    fn hint(&self) -> String {
        format!("{}文字以上{}文字以内で入力してください。", self.least, self.most)
    }
}

fn unknown() -> Problem {
    Problem::not_found().because("unknown-staff-link").with_next(STAFF_SIGN_IN, "担当者用ログインへ")
}

fn over(refused: LinkRefused) -> Problem {
    let sentence = match refused {
        LinkRefused::Used { .. } => {
            "このURLでは、既にパスワードが設定されています。設定したパスワードでログインしてください。"
        }
        LinkRefused::Expired { .. } => {
            "このURLは有効期限が過ぎています。「パスワードをお忘れの方」からURLを請求するか、初めて設定する場合はG-MIS事務局に招待メールの再送を依頼してください。"
        }
        LinkRefused::Superseded | LinkRefused::AddressChanged => {
            "このURLは使えなくなりました。新しいメールのURLを開くか、G-MIS事務局にお問い合わせください。"
        }
        LinkRefused::OfAnotherAccount => return unknown(),
    };
    Problem::gone(sentence).with_next(STAFF_SIGN_IN, "担当者用ログインへ")
}
