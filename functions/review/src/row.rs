//! One line of a list: which application, where it stands, how long it may still stand there.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        application::Application,
        calendar::japan_date,
        desk::Ageing,
        ids::LoginId,
        institution::{InstitutionCode, InsuranceCode},
    },
    web::Moment,
};

use crate::{
    dates::short_date,
    flags::{Flag, flags_of},
};

#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) number: String,
    /// To be sent with a decision: what the officer saw.
    pub(crate) version: u64,
    pub(crate) institution_name: String,
    pub(crate) institution_code: String,
    pub(crate) insurance_code: String,
    pub(crate) institution_kind: &'static str,
    pub(crate) city: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) login_id: String,
    pub(crate) status: &'static str,
    pub(crate) status_label: &'static str,
    pub(crate) submitted_at: Moment,
    #[serde(skip)]
    pub(crate) submitted_on: String,
    pub(crate) entered_at: Moment,
    #[serde(skip)]
    pub(crate) entered_on: String,
    /// Where it still has one.
    pub(crate) deadline: Option<Deadline>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) is_undeliverable: bool,
}

/// 期限, as words and as a bar.
#[derive(Serialize)]
pub(crate) struct Deadline {
    /// 「期限まで2営業日」, 「3営業日超過」.
    pub(crate) words: String,
    /// Business days; late ones fill the bar.
    pub(crate) passed: i32,
    pub(crate) allowed: i32,
    /// From here on the bar warns.
    #[serde(skip)]
    pub(crate) warns_at: i32,
    #[serde(skip)]
    pub(crate) is_pressing: bool,
}

impl Row {
    pub(crate) fn of(application: &Application, now: Timestamp) -> Self {
        let form = &application.form;
        Self {
            number: application.number.to_string(),
            version: application.version,
            institution_name: form.institution_name.as_str().to_owned(),
            institution_code: text_of(form.institution_code.as_ref().map(InstitutionCode::as_str)),
            insurance_code: text_of(form.insurance_code.as_ref().map(InsuranceCode::as_str)),
            institution_kind: form.institution_kind.label(),
            city: form.city.as_str().to_owned(),
            phone: form.phone.national(),
            email: form.email.as_str().to_owned(),
            login_id: text_of(application.status.login_id().map(LoginId::as_str)),
            status: application.status.kind().as_str(),
            status_label: application.status.kind().label(),
            submitted_at: application.submitted_at.into(),
            submitted_on: short_date(japan_date(application.submitted_at)),
            entered_at: application.entered_at.into(),
            entered_on: short_date(japan_date(application.entered_at)),
            deadline: Deadline::of(application, now),
            flags: flags_of(application),
            is_undeliverable: application.is_undeliverable(),
        }
    }
}

impl Deadline {
    /// Nothing where nothing is awaited, and where nobody has published the holidays yet.
    pub(crate) fn of(application: &Application, now: Timestamp) -> Option<Self> {
        let ageing = application.ageing(now).ok().flatten()?;
        let Ageing { passed, allowed } = ageing;
        Some(Self {
            words: ageing.words(),
            passed: passed.min(allowed),
            allowed,
            warns_at: (allowed - 2).max(0),
            is_pressing: ageing.is_pressing(),
        })
    }
}

fn text_of(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}
