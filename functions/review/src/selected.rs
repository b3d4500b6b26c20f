//! GET and POST /review/selected, GET /review/selected/result — many approvals at once: what goes and what is left out,
//! then each its own decision, then what became of each (of rejections, too).
//!
//! Invariant: each row is decided by itself, on the version that the officer saw. Sent twice, the second changes nothing;
//! the result is read from the applications and not from what was sent.

use askama::Template;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{Application, Approve, AuditEvent},
        ids::ApplicationNumber,
    },
    web::{Body, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    checks::{Outcome, checks_of},
    decision::{still_shows, verdict_for},
    officer::{Officer, Staff},
    queue::PAGE,
    row::Row,
};

/// The boxes that were ticked.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ticked {
    number: Vec<String>,
    /// On the result page: what was done.
    act: Act,
}

/// What is done to many at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Act {
    #[default]
    Approve,
    Reject,
}

/// What was ticked: what can be decided on, and what is left out.
pub(crate) struct Sorted {
    pub(crate) applications: Vec<Application>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// Each a number and the version that was seen: `API-00001750:3`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    row: Vec<String>,
}

#[derive(Template, Serialize)]
#[template(path = "selected.html")]
pub(crate) struct SelectedPage {
    staff: Staff,
    /// What goes.
    applications: Vec<Candidate>,
    /// What does not, and why.
    left_out: Vec<LeftOut>,
}

#[derive(Serialize)]
pub(crate) struct Candidate {
    #[serde(flatten)]
    pub(crate) row: Row,
    /// What the machine doubts about it.
    pub(crate) doubts: Vec<String>,
}

#[derive(Clone, Serialize)]
pub(crate) struct LeftOut {
    pub(crate) number: String,
    pub(crate) institution_name: String,
    pub(crate) because: String,
}

#[derive(Template, Serialize)]
#[template(path = "selected-result.html")]
pub(crate) struct ResultPage {
    staff: Staff,
    act: Act,
    done: usize,
    results: Vec<RowResult>,
}

#[derive(Serialize)]
struct RowResult {
    number: String,
    institution_name: String,
    is_done: bool,
    words: String,
}

pub(crate) async fn confirm(
    State(app): State<App>,
    officer: Officer,
    Query(ticked): Query<Ticked>,
) -> Result<Page<SelectedPage>, Problem> {
    let numbers = numbers_of(ticked.numbers())?;
    let Sorted { applications, left_out } = app.sorted(&numbers, &officer).await?;
    let applications = applications.iter().map(|one| Candidate::of(one, &officer)).collect();
    Ok(Page::ok(SelectedPage { staff: officer.staff(), applications, left_out }))
}

pub(crate) async fn approve(
    State(app): State<App>,
    officer: Officer,
    Body(chosen): Body<Chosen>,
) -> Result<SeeOther, Problem> {
    let rows: Vec<(&str, &str)> = chosen.row.iter().filter_map(|row| row.split_once(':')).collect();
    let numbers = numbers_of(rows.iter().map(|(number, _)| *number))?;
    for (number, seen) in &rows {
        let (Some(number), Ok(seen)) = (ApplicationNumber::parse(number), seen.parse()) else { continue };
        app.approve_one(number, seen, &officer).await?;
    }
    Ok(SeeOther::to(result_path(&numbers, Act::Approve)?))
}

/// Where it stands what became of each.
pub(crate) fn result_path(numbers: &[ApplicationNumber], act: Act) -> Result<String, Problem> {
    let mut query: Vec<(&str, String)> =
        numbers.iter().map(|number| ("number", number.to_string())).collect();
    if act == Act::Reject {
        query.push(("act", "reject".to_owned()));
    }
    let query = serde_html_form::to_string(query).map_err(Problem::internal)?;
    Ok(format!("/review/selected/result?{query}"))
}

pub(crate) async fn result(
    State(app): State<App>,
    officer: Officer,
    Query(ticked): Query<Ticked>,
) -> Result<Page<ResultPage>, Problem> {
    let (numbers, act) = (numbers_of(ticked.numbers())?, ticked.act);
    let loaded = app.store.load_applications(&numbers).await?;
    let results: Vec<RowResult> = numbers
        .into_iter()
        .map(|number| {
            let one =
                loaded.iter().find(|one| one.number == number && one.is_visible_to(officer.reviewer.desk));
            one.map_or_else(|| RowResult::unknown(number), |one| RowResult::of(one, act, &officer))
        })
        .collect();
    let done = results.iter().filter(|result| result.is_done).count();
    Ok(Page::ok(ResultPage { staff: officer.staff(), act, done, results }))
}

impl Ticked {
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &str> {
        self.number.iter().map(String::as_str)
    }
}

impl ResultPage {
    fn word(&self) -> &'static str {
        match self.act {
            Act::Approve => "承認",
            Act::Reject => "却下",
        }
    }
}

impl App {
    /// What is unknown and what is another desk's looks the same.
    pub(crate) async fn sorted(
        &self,
        numbers: &[ApplicationNumber],
        officer: &Officer,
    ) -> Result<Sorted, Problem> {
        let mut sorted = Sorted { applications: Vec::new(), left_out: Vec::new() };
        let mut loaded = self.store.load_applications(numbers).await?;
        loaded.retain(|one| one.is_visible_to(officer.reviewer.desk));
        for number in numbers {
            match loaded.iter().position(|one| one.number == *number).map(|at| loaded.swap_remove(at)) {
                None => sorted.left_out.push(LeftOut::unknown(*number)),
                Some(one) if one.for_review_by(&officer.reviewer).is_ok() => sorted.applications.push(one),
                Some(one) => sorted.left_out.push(LeftOut::of(&one, officer)),
            }
        }
        Ok(sorted)
    }

    /// Whatever stands in the way of one row leaves the others alone; the result page says it.
    async fn approve_one(
        &self,
        number: ApplicationNumber,
        seen: u64,
        officer: &Officer,
    ) -> Result<(), Problem> {
        let mut race = self.store.race();
        loop {
            let Some(application) = self.store.load_application(number).await? else { return Ok(()) };
            if still_shows(&application, seen).is_err() {
                return Ok(());
            }
            let Ok(decided) = application.approve(Approve, &officer.reviewer, officer.now) else {
                return Ok(());
            };
            if race.settle(self.store.commit(decided).await).await?.is_some() {
                self.issuing.ring_application(number).await;
                return Ok(());
            }
        }
    }
}

/// Whether it was this officer who did it.
fn is_done_by(application: &Application, act: Act, officer: &Officer) -> bool {
    application.last_move().is_some_and(|entry| match act {
        Act::Approve => matches!(&entry.event, AuditEvent::Approved { by, .. } if *by == officer.reviewer.id),
        Act::Reject => matches!(&entry.event, AuditEvent::Rejected { by, .. } if *by == officer.reviewer.id),
    })
}

/// At most a page, each once.
pub(crate) fn numbers_of<'a>(
    typed: impl Iterator<Item = &'a str>,
) -> Result<Vec<ApplicationNumber>, Problem> {
    let mut numbers = Vec::new();
    for number in typed.filter_map(ApplicationNumber::parse) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    if numbers.is_empty() || numbers.len() > usize::from(PAGE) {
        let sentence = format!("申請を1件以上{PAGE}件以内で選択してから、もう一度お試しください。");
        return Err(Problem::bad_request(sentence).with_next("/review", "申請一覧へ"));
    }
    Ok(numbers)
}

impl Candidate {
    pub(crate) fn of(application: &Application, officer: &Officer) -> Self {
        let checks = checks_of(&application.form, &[], officer.now).into_iter();
        let doubts = checks
            .filter(|check| check.outcome == Outcome::Doubtful)
            .map(|check| format!("{}：{}", check.label, check.words));
        Self { row: Row::of(application, officer.now), doubts: doubts.collect() }
    }
}

impl LeftOut {
    fn of(application: &Application, officer: &Officer) -> Self {
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            because: verdict_for(application, &officer.reviewer),
        }
    }

    fn unknown(number: ApplicationNumber) -> Self {
        Self {
            number: number.to_string(),
            institution_name: String::new(),
            because: "この申請は見つかりませんでした。".to_owned(),
        }
    }
}

impl RowResult {
    fn of(application: &Application, act: Act, officer: &Officer) -> Self {
        let is_open = application.for_review_by(&officer.reviewer).is_ok();
        let words = if is_open {
            "処理していません。画面を開いている間に内容が変わった可能性があります。申請を開いて確認してください。"
                .to_owned()
        } else {
            verdict_for(application, &officer.reviewer)
        };
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            is_done: is_done_by(application, act, officer),
            words,
        }
    }

    fn unknown(number: ApplicationNumber) -> Self {
        let LeftOut { number, institution_name, because } = LeftOut::unknown(number);
        Self { number, institution_name, is_done: false, words: because }
    }
}
