//! An applicant who is not put off: whatever dies meanwhile, the step whose answer did not come is done again.
//!
//! Invariant: a step that was acknowledged is never forgotten. Only where an answer was lost (or a mail did not
//! come) may the next one be refused; then the applicant begins anew.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Broken, Institution, Visitor, solution_of};

use crate::Told;

/// How often the mailbox is looked into before another code is asked for.
const LOOKS: u32 = 40;

pub(crate) struct Applicant {
    name: u8,
    origin: String,
    told: Told,
    count: u32,
    way: Way,
}

/// One application on its way.
struct Way {
    institution: Institution,
    visitor: Visitor,
    stage: Stage,
    /// Whether something was not acknowledged since the last step that was.
    is_doubtful: bool,
}

/// What was acknowledged last.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Nothing,
    Address,
    Code,
    Proof,
    Form,
    Terms,
    Submission,
    Number,
}

impl Applicant {
    pub(crate) fn new(name: u8, origin: &str, told: &Told) -> Self {
        let way = Way::new(name, 0, origin);
        Self { name, origin: origin.to_owned(), told: told.clone(), count: 0, way }
    }

    /// Applies, and applies again, until the connection breaks.
    pub(crate) async fn work(mut self) -> Self {
        loop {
            let acknowledged = self.way.step(&self.told).await;
            if acknowledged.is_ok() {
                self.told.answer();
            }
            match acknowledged {
                Ok(Some(Stage::Number)) => self.begin_anew(),
                Ok(Some(stage)) => {
                    // Where a code was asked for twice, the first mail may come last or alone: its code is void.
                    let is_doubtful = self.way.is_doubtful && matches!(stage, Stage::Code);
                    self.way = Way { stage, is_doubtful, ..self.way };
                }
                Ok(None) => {
                    let Way { stage, is_doubtful, .. } = self.way;
                    assert!(is_doubtful, "lost: the step after {stage:?} is refused");
                    self.begin_anew();
                }
                Err(Broken) => {
                    self.way.is_doubtful = true;
                    return self;
                }
            }
        }
    }

    fn begin_anew(&mut self) {
        self.count += 1;
        self.way = Way::new(self.name, self.count, &self.origin);
    }
}

impl Way {
    fn new(name: u8, count: u32, origin: &str) -> Self {
        let institution =
            if name.is_multiple_of(2) { Institution::nara_hospital() } else { Institution::osaka_pharmacy() };
        let institution = institution
            .with_email(&format!("applicant-{name}-{count}@example.jp"))
            .with("institution_name", &format!("第{name}の{count}の機関"));
        // No two applications of a minute from one network: the limit of code mails is not what is tested.
        let [.., high, low] = count.to_be_bytes();
        let visitor = Visitor::at(origin, [127, 1 + name, high, low].into());
        Self { institution, visitor, stage: Stage::Nothing, is_doubtful: false }
    }

    /// The next stage, or `None` where it is refused.
    async fn step(&mut self, told: &Told) -> Result<Option<Stage>, Broken> {
        match self.stage {
            Stage::Nothing => self.enter().await,
            Stage::Address => self.act("/user-Registration-Form/code", &json!({}), Stage::Code).await,
            Stage::Code => self.prove().await,
            Stage::Proof => {
                let form = self.institution.form.clone();
                self.act("/application/form", &form, Stage::Form).await
            }
            Stage::Form => {
                let agreed = json!({ "agree_terms": "yes", "agree_privacy": "yes" });
                self.act("/application/terms", &agreed, Stage::Terms).await
            }
            Stage::Terms => self.act("/application/submit", &json!({}), Stage::Submission).await,
            Stage::Submission | Stage::Number => self.read_number(told).await,
        }
    }

    /// A 303 acknowledges; what failed on the server's side is done again.
    async fn act(&mut self, path: &str, body: &Value, stage: Stage) -> Result<Option<Stage>, Broken> {
        loop {
            let answer = self.visitor.try_act(path, body).await?;
            match answer.status {
                303 => return Ok(Some(stage)),
                500.. => self.is_doubtful = true,
                _ => return Ok(None),
            }
        }
    }

    async fn enter(&mut self) -> Result<Option<Stage>, Broken> {
        let challenge = self.visitor.try_see("/user-Registration-Form/challenge").await?.page();
        let typed = json!({ "email": self.institution.email, "robot_check": solution_of(challenge) });
        self.act("/user-Registration-Form", &typed, Stage::Address).await
    }

    /// Waits for the code and types it in; asks for another one where none comes.
    async fn prove(&mut self) -> Result<Option<Stage>, Broken> {
        let path = format!("/_local/mails?kind=code&to={}", self.institution.email);
        for _ in 0..LOOKS {
            let mails = self.visitor.try_see(&path).await?.page();
            if let Some(code) = mails["mails"][0]["code"].as_str() {
                let code = json!({ "code": code });
                return self.act("/user-Registration-Form/verify", &code, Stage::Proof).await;
            }
            let pause = Duration::from_millis(25);
            let _until_the_next_look = tokio::time::timeout(pause, std::future::pending::<()>()).await;
        }
        self.is_doubtful = true;
        self.stage = Stage::Address;
        self.act("/user-Registration-Form/code", &json!({}), Stage::Code).await
    }

    async fn read_number(&self, told: &Told) -> Result<Option<Stage>, Broken> {
        let done = self.visitor.try_see("/application/done").await?;
        let Some(number) = done.body["number"].as_str() else { return Ok(None) };
        told.number(number, &self.institution.email);
        Ok(Some(Stage::Number))
    }
}
