//! GET /set-password/{token} — the page behind the link of a mail, in whatever state the link is.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::{
        account::{Account, LinkPurpose, LinkRefused, PASSWORD_MAX, PASSWORD_MIN, PasswordLink},
        form::FieldErrors,
    },
    mail::{LinkToken, keyed_hash},
    store::StoreError,
    web::{Page, Problem},
};

use crate::App;

/// The form. It posts to its own address, so the token does not stand in it.
#[derive(Template, Serialize)]
#[template(path = "set-password.html")]
pub(crate) struct SetPasswordPage {
    pub(crate) login_id: String,
    /// Whether the link is the one of ②.
    pub(crate) first: bool,
    pub(crate) least: usize,
    pub(crate) most: usize,
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

/// The link sets no password any more.
#[derive(Template, Serialize)]
#[template(path = "link-over.html")]
pub(crate) struct LinkOver {
    pub(crate) state: OverBecause,
    #[serde(skip)]
    pub(crate) token: String,
}

#[derive(Serialize, Debug, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OverBecause {
    Used,
    Expired,
    Superseded,
    AddressChanged,
}

/// There is no such link.
#[derive(Template, Serialize)]
#[template(path = "link-unknown.html")]
pub(crate) struct LinkUnknown {}

/// A link and the account that it is for.
pub(crate) struct Found {
    pub(crate) link: PasswordLink,
    pub(crate) account: Account,
}

pub(crate) async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Problem> {
    let now = app.clock.now();
    let Some(token) = LinkToken::parse(&token) else { return Ok(unknown()) };
    let Some(found) = app.find_link(&token).await? else { return Ok(unknown()) };
    Ok(match found.link.check(&found.account, now) {
        Ok(()) => Page::ok(SetPasswordPage::of(&found, FieldErrors::new())).into_response(),
        Err(refused) => over(refused, &token),
    })
}

impl App {
    pub(crate) async fn find_link(&self, token: &LinkToken) -> Result<Option<Found>, StoreError> {
        let hash = keyed_hash(&self.pepper, "link", token.expose());
        let Some(link) = self.store.load_link(&hash).await? else { return Ok(None) };
        let account = self.store.load_account(&link.login_id).await?;
        Ok(account.map(|account| Found { link, account }))
    }
}

impl SetPasswordPage {
    pub(crate) fn of(found: &Found, errors: FieldErrors) -> Self {
        Self {
            login_id: found.account.login_id.as_str().to_owned(),
            first: match found.link.purpose {
                LinkPurpose::First => true,
                LinkPurpose::Reset => false,
            },
            least: PASSWORD_MIN,
            most: PASSWORD_MAX,
            errors,
        }
    }

    fn hint(&self) -> String {
        format!("{}文字以上{}文字以内で入力してください。", self.least, self.most)
    }
}

/// 404, in the same words for what never was a token and for one that nobody knows.
pub(crate) fn unknown() -> Response {
    Page::refused(LinkUnknown {}, Problem::not_found()).into_response()
}

/// 410, with the way to another link.
pub(crate) fn over(refused: LinkRefused, token: &LinkToken) -> Response {
    let state = match refused {
        LinkRefused::Used { .. } => OverBecause::Used,
        LinkRefused::Expired { .. } => OverBecause::Expired,
        LinkRefused::Superseded => OverBecause::Superseded,
        LinkRefused::AddressChanged => OverBecause::AddressChanged,
        LinkRefused::OfAnotherAccount => return unknown(),
    };
    let page = LinkOver { state, token: token.expose().to_owned() };
    Page::refused(page, Problem::gone(state.sentence())).into_response()
}

impl OverBecause {
    /// What the page says first, and a script reads.
    fn sentence(self) -> &'static str {
        match self {
            Self::Used => {
                "このURLでは、既にパスワードが設定されています。設定したパスワードでログインしてください。"
            }
            Self::Expired => "このURLは有効期限が過ぎたため、パスワードを設定できません。",
            Self::AddressChanged => {
                "このURLをお送りした後に、メールアドレスが変更されています。新しいメールアドレスにお送りしたメールのURLを開いてください。"
            }
            Self::Superseded => {
                "このURLをお送りした後に、別のURLでパスワードが設定されています。設定したパスワードでログインしてください。"
            }
        }
    }
}
