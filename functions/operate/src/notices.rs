//! POST /operate/notices and …/{id}/end — お知らせ: looked at, registered, ended.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        form::FieldErrors,
        settings::{NoticeKind, PublicText, Settings, SettingsRefused},
    },
    web::{Body, Moment, Page, Problem, SeeOther},
};

use crate::{
    App,
    freezes::{Step, ended_already},
    jst,
    operator::Operator,
    settings::Preview,
};

/// What was typed, and which button was pressed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct NoticeForm {
    pub(crate) notice_kind: String,
    pub(crate) notice_from: String,
    pub(crate) notice_until: String,
    pub(crate) notice_text: String,
    step: Step,
}

/// A form without errors.
struct Parsed {
    kind: NoticeKind,
    time: (Timestamp, Option<Timestamp>),
    text: PublicText,
}

pub(crate) async fn add(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<NoticeForm>,
) -> Result<Response, Problem> {
    let Parsed { kind, time, text } = match form.parse(operator.now) {
        Ok(parsed) => parsed,
        Err(errors) => return app.notice_refused(&operator, form, errors).await,
    };
    let decide =
        |settings: Settings| settings.add_notice(kind, time, text.clone(), &operator.secretary, operator.now);
    let decided = match form.step {
        Step::Preview => decide(app.store.load_settings().await?).map(|_| ()),
        Step::Confirm => app.change_settings(decide).await?,
    };
    match (decided, form.step) {
        (Err(refused), _) => app.notice_refused(&operator, form, errors_of(refused)).await,
        (Ok(()), Step::Confirm) => Ok(SeeOther::to("/operate/settings").into_response()),
        (Ok(()), Step::Preview) => {
            let mut page = app.settings_page(&operator.viewer()).await?;
            page.preview = Some(Preview {
                heading: kind.label(),
                tone: tone(kind),
                text: text.as_str().to_owned(),
                from: Moment::from(time.0),
                until: time.1.map(Moment::from),
                is_freeze: false,
            });
            page.notice = form;
            Ok(Page::ok(page).into_response())
        }
    }
}

pub(crate) async fn end(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<u64>,
) -> Result<SeeOther, Problem> {
    let decide = |settings: Settings| settings.end_notice(id, &operator.secretary, operator.now);
    app.change_settings(decide).await?.map_err(|_| ended_already())?;
    Ok(SeeOther::to("/operate/settings"))
}

impl App {
    async fn notice_refused(
        &self,
        operator: &Operator,
        form: NoticeForm,
        errors: FieldErrors,
    ) -> Result<Response, Problem> {
        let mut page = self.settings_page(&operator.viewer()).await?;
        (page.notice, page.notice_errors) = (form, errors.clone());
        Ok(Page::invalid(page, errors).into_response())
    }
}

impl NoticeForm {
    /// Every error at once.
    fn parse(&self, now: Timestamp) -> Result<Parsed, FieldErrors> {
        let mut errors = FieldErrors::new();
        let kind = NoticeKind::parse(&self.notice_kind);
        if kind.is_none() {
            errors.push("notice_kind", "＊種類を選択してください");
        }
        let mut moment = |field: &'static str, typed: &str, label: &str| {
            let read = jst::read(typed);
            if read.is_none() && !typed.trim().is_empty() {
                errors.push(field, format!("＊{label}を正しく入力してください"));
            }
            read
        };
        let from = moment("notice_from", &self.notice_from, "表示を始める日時");
        let until = moment("notice_until", &self.notice_until, "表示を終える日時");
        let text = PublicText::parse(&self.notice_text)
            .map_err(|error| errors.push("notice_text", error.sentence("表示する文")));
        match (kind, text) {
            (Some(kind), Ok(text)) if errors.is_empty() => {
                Ok(Parsed { kind, time: (from.unwrap_or(now), until), text })
            }
            (Some(_) | None, _) => Err(errors),
        }
    }
}

fn tone(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Maintenance | NoticeKind::Warning => "warning",
        NoticeKind::Info => "info",
    }
}

fn errors_of(refused: SettingsRefused) -> FieldErrors {
    let sentence = match refused {
        SettingsRefused::EndsBeforeItBegins | SettingsRefused::TooLong => {
            "＊表示を終える日時は、始める日時より後の日時を入力してください"
        }
        SettingsRefused::OverAlready => "＊表示を終える日時は、これから先の日時を入力してください",
        SettingsRefused::TooMany | SettingsRefused::NotThere => {
            "＊登録できるお知らせは20件までです。不要なものを終了してから登録してください"
        }
    };
    FieldErrors::of("notice_until", sentence)
}
