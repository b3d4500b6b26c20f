//! What the desk's list of institutions (名簿) says about an application.

use shared::{
    domain::{
        account::institution_keys,
        application::Application,
        form::ApplicationForm,
        registry::{List, Registered},
    },
    web::Problem,
};

use crate::{
    App,
    checks::{Check, Outcome},
};

const LABEL: &str = "名簿との照合";

impl App {
    pub(crate) async fn listed(&self, application: &Application) -> Result<Check, Problem> {
        let (desk, list) = (application.desk(), List::Institutions);
        if self.store.load_lists(list, &[desk]).await?.is_empty() {
            return Ok(check(Outcome::Absent, "この窓口の報告機関の一覧は、取り込まれていません。"));
        }
        let keys = institution_keys(&application.form);
        let found = self.store.find_listed(&keys, desk, list).await?;
        Ok(compared(&application.form, found.as_ref().map(|found| &found.registered)))
    }
}

/// The answers beside the row that one of their two codes leads to.
fn compared(form: &ApplicationForm, row: Option<&Registered>) -> Check {
    let Some(row) = row else {
        return if form.institution_code.is_none() && form.insurance_code.is_none() {
            check(Outcome::Absent, "番号の入力がないため、報告機関の一覧と照合できません。")
        } else {
            let words =
                "入力された番号の機関は、報告機関の一覧にありません。番号に誤りがないか確認してください。";
            check(Outcome::Doubtful, words)
        };
    };
    let differs = |what: &str, listed: &str| {
        check(Outcome::Doubtful, format!("報告機関の一覧では、この番号の{what}は「{listed}」です。"))
    };
    if row.name.folded() != form.institution_name.folded() {
        return differs("機関名", row.name.as_str());
    }
    if row.kind != form.institution_kind {
        return differs("機関区分", row.kind.label());
    }
    match &row.institution_code {
        Some(code) if form.institution_code.as_ref() != Some(code) => differs("機関コード", code.as_str()),
        Some(_) | None => check(Outcome::Passed, "報告機関の一覧の番号・機関名・機関区分と一致しています。"),
    }
}

fn check(outcome: Outcome, words: impl Into<String>) -> Check {
    Check { label: LABEL, outcome, words: words.into() }
}
