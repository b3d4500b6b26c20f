//! POST /operate/freezes and …/{id}/end — 発行停止期間: looked at, registered, ended.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        form::FieldErrors,
        settings::{Changed, PublicText, Settings, SettingsRefused},
    },
    web::{Body, Moment, Page, Problem, SeeOther},
};

use crate::{App, jst, operator::Operator, settings::Preview};

/// What was typed, and which button was pressed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FreezeForm {
    pub(crate) freeze_from: String,
    pub(crate) freeze_until: String,
    pub(crate) freeze_text: String,
    step: Step,
}

/// Without a button nothing is registered yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    #[default]
    Preview,
    Confirm,
}

pub(crate) async fn add(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<FreezeForm>,
) -> Result<Response, Problem> {
    let (window, text) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => return app.freeze_refused(&operator, form, errors).await,
    };
    let decide =
        |settings: Settings| settings.add_freeze(window, text.clone(), &operator.secretary, operator.now);
    let decided = match form.step {
        Step::Preview => decide(app.store.load_settings().await?).map(|_| ()),
        Step::Confirm => app.change_settings(decide).await?,
    };
    match (decided, form.step) {
        (Err(refused), _) => app.freeze_refused(&operator, form, errors_of(refused)).await,
        (Ok(()), Step::Confirm) => Ok(SeeOther::to("/operate/settings").into_response()),
        (Ok(()), Step::Preview) => {
            let mut page = app.settings_page(&operator.viewer()).await?;
            page.preview = Some(Preview {
                heading: "発行停止期間のお知らせ",
                tone: "warning",
                text: text.as_str().to_owned(),
                from: Moment::from(window.0),
                until: Some(Moment::from(window.1)),
                is_freeze: true,
            });
            page.freeze = form;
            Ok(Page::ok(page).into_response())
        }
    }
}

pub(crate) async fn end(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<u64>,
) -> Result<SeeOther, Problem> {
    let decide = |settings: Settings| settings.end_freeze(id, &operator.secretary, operator.now);
    app.change_settings(decide).await?.map_err(|_| ended_already())?;
    Ok(SeeOther::to("/operate/settings"))
}

impl App {
    /// Decides on the settings as they are and commits; decided again when somebody was faster.
    pub(crate) async fn change_settings(
        &self,
        decide: impl Fn(Settings) -> Result<Changed, SettingsRefused>,
    ) -> Result<Result<(), SettingsRefused>, Problem> {
        let mut race = self.store.race();
        loop {
            let changed = match decide(self.store.load_settings().await?) {
                Ok(changed) => changed,
                Err(refused) => return Ok(Err(refused)),
            };
            if race.settle(self.store.commit_settings(&changed).await).await?.is_some() {
                let change = changed.change.what.as_str();
                tracing::info!(
                    event = "settings_changed",
                    change,
                    by = changed.change.by.as_str(),
                    "changed"
                );
                return Ok(Ok(()));
            }
        }
    }

    async fn freeze_refused(
        &self,
        operator: &Operator,
        form: FreezeForm,
        errors: FieldErrors,
    ) -> Result<Response, Problem> {
        let mut page = self.settings_page(&operator.viewer()).await?;
        (page.freeze, page.freeze_errors) = (form, errors.clone());
        Ok(Page::invalid(page, errors).into_response())
    }
}

impl FreezeForm {
    /// Every error at once.
    fn parse(&self) -> Result<((Timestamp, Timestamp), PublicText), FieldErrors> {
        let mut errors = FieldErrors::new();
        let (from, until) = (jst::read(&self.freeze_from), jst::read(&self.freeze_until));
        if from.is_none() {
            errors.push("freeze_from", "＊開始日時を入力してください");
        }
        if until.is_none() {
            errors.push("freeze_until", "＊終了日時を入力してください");
        }
        let text = PublicText::parse(&self.freeze_text)
            .map_err(|error| errors.push("freeze_text", error.sentence("表示する文")));
        match (from, until, text) {
            (Some(from), Some(until), Ok(text)) => Ok(((from, until), text)),
            _ => Err(errors),
        }
    }
}

fn errors_of(refused: SettingsRefused) -> FieldErrors {
    let sentence = match refused {
        SettingsRefused::EndsBeforeItBegins => "＊終了日時は、開始日時より後の日時を入力してください",
        SettingsRefused::OverAlready => "＊終了日時は、これから先の日時を入力してください",
        SettingsRefused::TooLong => "＊停止期間は92日以内で入力してください",
        SettingsRefused::TooMany | SettingsRefused::NotThere => {
            "＊登録できる停止期間は20件までです。不要なものを終了してから登録してください"
        }
    };
    FieldErrors::of("freeze_until", sentence)
}

pub(crate) fn ended_already() -> Problem {
    Problem::conflict("既に終了しています。一覧を確認してください。")
        .with_next("/operate/settings", "停止期間・お知らせへ")
}
