//! GET and POST /review/proxy — 代理申請: an officer files for an institution of the own desk that cannot do it itself.
//! The applicant's questions, without the robot check; the address is proven by ①.
//!
//! Invariant: the number is drawn when the check page is shown and sealed for its officer: the same page sent twice
//! files one application.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::{Application, SubmitOnBehalf, submit_on_behalf},
        form::{ApplicationForm, FieldErrors, FormInput, INSTITUTION_KIND, PREFECTURE, Parsed},
        ids::ApplicationNumber,
        prefecture::PrefectureDesk,
        terms::TERMS_VERSION,
    },
    web::{
        Body, Page, Problem, SeeOther,
        answers::{AddressHelp, Questions, Tick, TypedForm},
    },
};

use crate::{
    App,
    alike::Alike,
    decision::refusal,
    officer::{Asked, Officer, Viewer, no_such_case},
    proxy_pages::{Entered, FiledPage, ProxyCheckPage, ProxyPage},
};

/// All of it is text: a flattened list or number could not be read from a browser's form.
#[derive(Deserialize)]
pub(crate) struct ProxyForm {
    #[serde(flatten)]
    typed: TypedForm,
    #[serde(default)]
    email: String,
    #[serde(default)]
    agreed: Tick,
    #[serde(default)]
    step: Step,
    /// Of the check page.
    #[serde(default)]
    number: String,
    #[serde(default)]
    seal: String,
}

/// The button that was pressed. Without one nothing is filed yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    #[default]
    Check,
    Edit,
    Confirm,
}

pub(crate) async fn ask(State(app): State<App>, officer: Officer) -> Page<ProxyPage> {
    let prefecture = officer.reviewer.desk.prefecture.name().to_owned();
    let entered = Entered::beginning(FormInput { prefecture, ..FormInput::default() });
    Page::ok(app.proxy_page(&officer, &entered, Err(FieldErrors::new())))
}

pub(crate) async fn file(
    State(app): State<App>,
    officer: Officer,
    Body(form): Body<ProxyForm>,
) -> Result<Response, Problem> {
    let ProxyForm { typed, email, agreed, step, number, seal } = form;
    let (input, confirmation, fill) = typed.into_parts();
    let input = FormInput { email, ..fill.applied(input) };
    let parsed = read(&input, agreed.is_yes(), officer.reviewer.desk, &app);
    let confirmed_warnings = parsed.as_ref().is_ok_and(|parsed| {
        !parsed.warnings.is_empty() && confirmation.covers(&parsed.warnings, &input, &app.pepper)
    });
    let input = FormInput { confirmed_warnings, ..input };
    let drawn = app.sealed(&number, &seal, &officer);
    let entered = Entered { input, agreed: agreed.is_yes(), drawn };
    if let Some(asked) = fill.asked() {
        let mut page = app.proxy_page(&officer, &entered, Err(FieldErrors::new()));
        page.questions.address = AddressHelp::of(asked, &entered.input);
        return Ok(Page::ok(page).into_response());
    }
    let mended = |parsed: &Parsed| !parsed.must_be_confirmed(&entered.input);
    match (step, parsed) {
        (Step::Edit, parsed) => Ok(Page::ok(app.proxy_page(&officer, &entered, parsed)).into_response()),
        (Step::Confirm, Ok(parsed)) if mended(&parsed) && drawn.is_some() => {
            let number = drawn.ok_or_else(|| no_such_case("no-number"))?;
            Ok(app.file(parsed.form, number, &officer).await?.into_response())
        }
        (Step::Check | Step::Confirm, Ok(parsed)) if mended(&parsed) => {
            Ok(Page::ok(app.proxy_check(parsed, entered, &officer).await?).into_response())
        }
        (Step::Check | Step::Confirm, parsed) => {
            let page = app.proxy_page(&officer, &entered, parsed);
            let to_mend = page.questions.to_mend();
            Ok(Page::invalid(page, to_mend).into_response())
        }
    }
}

/// GET /review/{number}/filed — the number, and what happens next.
pub(crate) async fn filed(
    State(app): State<App>,
    viewer: Viewer,
    asked: Asked,
) -> Result<Page<FiledPage>, Problem> {
    let application = app.visible_case(asked, viewer.seat.desk).await?;
    FiledPage::of(&application, viewer.staff()).map(Page::ok).ok_or_else(|| no_such_case("not-a-proxy"))
}

/// The form, if it is of this desk and the institution has agreed; every error at once.
fn read(input: &FormInput, agreed: bool, desk: PrefectureDesk, app: &App) -> Result<Parsed, FieldErrors> {
    let (mut errors, parsed) = match ApplicationForm::parse_typed(input, &app.code_rules) {
        Ok(parsed) => (elsewhere(&parsed.form, desk), Some(parsed)),
        Err(errors) => (errors, None),
    };
    if !agreed {
        errors.push(
            "agreed",
            "＊申請する機関が利用規約とプライバシーポリシーに同意していることを確認し、選択してください",
        );
    }
    parsed.filter(|_| errors.is_empty()).ok_or(errors)
}

/// What makes it another desk's.
fn elsewhere(form: &ApplicationForm, desk: PrefectureDesk) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if form.institution_kind.desk() != desk.desk {
        errors.push(INSTITUTION_KIND.name, "＊担当する機関区分を選択してください");
    }
    if form.prefecture != desk.prefecture {
        let name = desk.prefecture.name();
        errors.push(PREFECTURE.name, format!("＊代理で申請できるのは、{name}の機関だけです"));
    }
    errors
}

/// The application that it will be.
fn filing(
    form: ApplicationForm,
    number: ApplicationNumber,
    officer: &Officer,
) -> Result<Application, Problem> {
    let command = SubmitOnBehalf { number, form, terms_version: TERMS_VERSION.to_owned() };
    submit_on_behalf(command, &officer.reviewer, officer.now)
        .map_err(|refused| refusal(&refused, number, &officer.reviewer))
}

impl App {
    fn proxy_page(
        &self,
        officer: &Officer,
        entered: &Entered,
        parsed: Result<Parsed, FieldErrors>,
    ) -> ProxyPage {
        let questions = Questions::of(&entered.input, parsed, &self.pepper, &self.code_rules);
        ProxyPage::of(officer.staff(), questions.of_desk(officer.reviewer.desk), entered)
    }

    async fn proxy_check(
        &self,
        parsed: Parsed,
        entered: Entered,
        officer: &Officer,
    ) -> Result<ProxyCheckPage, Problem> {
        let number = match entered.drawn {
            Some(number) => number,
            None => self.store.draw_application_number().await?,
        };
        let entered = Entered { drawn: Some(number), ..entered };
        let hidden = self.hidden(&entered, &parsed, officer);
        let application = filing(parsed.form, number, officer)?;
        let ((alike, more_alike), existing_account) = tokio::try_join!(
            self.alike(&application, officer.now),
            self.existing_account(&application, officer.now),
        )?;
        let mut page = ProxyCheckPage::of(&application, parsed.warnings, hidden, officer.staff());
        page.own = Alike::own(&application, &alike, officer.now);
        (page.alike, page.more_alike, page.existing_account) = (alike, more_alike, existing_account);
        Ok(page)
    }

    /// What the check page sends along: every answer, and the sealed number.
    fn hidden(&self, entered: &Entered, parsed: &Parsed, officer: &Officer) -> Vec<(&'static str, String)> {
        let mut hidden = entered.hidden();
        if entered.input.confirmed_warnings {
            let shown = Questions::of(&entered.input, Ok(parsed.clone()), &self.pepper, &self.code_rules);
            hidden.push(("confirmed_warnings", shown.fingerprint));
        }
        if let Some(number) = entered.drawn {
            hidden.push(("number", number.to_string()));
            hidden.push(("seal", self.seal(number, officer)));
        }
        hidden
    }

    /// The number that the check page drew for this officer, if it is that.
    fn sealed(&self, number: &str, seal: &str, officer: &Officer) -> Option<ApplicationNumber> {
        ApplicationNumber::parse(number).filter(|number| self.seal(*number, officer) == seal)
    }

    fn seal(&self, number: ApplicationNumber, officer: &Officer) -> String {
        self.pepper.hash("proxy-number", &format!("{number}#{}", officer.reviewer.id.as_str()))
    }

    /// Once a number: what is filed under it already stays as it is.
    async fn file(
        &self,
        form: ApplicationForm,
        number: ApplicationNumber,
        officer: &Officer,
    ) -> Result<SeeOther, Problem> {
        let application = filing(form, number, officer)?;
        let mut race = self.store.race();
        loop {
            let is_filed = self.store.load_application(number).await?.is_some();
            let committed =
                if is_filed { Ok(()) } else { self.store.commit_proxy_submission(&application).await };
            if race.settle(committed).await?.is_some() {
                return Ok(SeeOther::to(format!("/review/{number}/filed")));
            }
        }
    }
}
