//! An applicant's institution: its answers, and its way to an application number.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::Visitor;

/// Where the mails of a stack can be read, and its site visited.
pub trait Mailbox {
    /// A browser with no cookies.
    fn visitor(&self) -> Visitor;

    /// The code in the newest code mail to an address, once everything under way has settled.
    fn newest_code(&self, to: &str) -> impl Future<Output = String>;
}

/// What an institution answers.
#[derive(Debug, Clone)]
pub struct Institution {
    pub email: String,
    /// The form, by its field names.
    pub form: Value,
}

impl Institution {
    /// A hospital in Nara.
    pub fn nara_hospital() -> Self {
        Self::new(
            "ijika@wakakusa.example.jp",
            json!({
                "institution_name": "医療法人社団大和会 若草山病院",
                "institution_kind": "hospital",
                "institution_subkind": "hospital",
                "phone": "０７４２－２２－１１０１",
                "postal_code": "630-8501",
                "prefecture": "奈良県",
                "city": "奈良市",
                "street": "登大路町３０",
                "department": "医事課",
                "contact_family_name": "田中",
                "contact_given_name": "花子",
                "department_phone": "0742-22-1102",
            }),
        )
    }

    /// A pharmacy in Osaka.
    pub fn osaka_pharmacy() -> Self {
        Self::new(
            "yakkyoku@dojima.example.jp",
            json!({
                "institution_name": "堂島薬局",
                "institution_kind": "pharmacy",
                "institution_subkind": "pharmacy",
                "phone": "06-6344-1101",
                "postal_code": "530-0003",
                "prefecture": "大阪府",
                "city": "大阪市北区",
                "street": "堂島2-1-1",
                "contact_family_name": "佐藤",
                "contact_given_name": "次郎",
                "department_phone": "06-6344-1101",
            }),
        )
    }

    fn new(email: &str, form: Value) -> Self {
        Self { email: email.to_owned(), form }
    }

    /// The same institution with another address.
    #[must_use]
    pub fn with_email(mut self, email: &str) -> Self {
        email.clone_into(&mut self.email);
        self
    }

    /// The same institution with another answer.
    #[must_use]
    pub fn with(mut self, field: &str, answer: &str) -> Self {
        self.form[field] = answer.into();
        self
    }

    /// From the entry page to the code page: the address typed, the robot check solved, the code mail sent.
    pub async fn ask_for_code(&self, visitor: &Visitor) {
        let typed = json!({ "email": self.email, "robot_check": solved_robot_check(visitor).await });
        let begun = visitor.act("/user-Registration-Form", &typed).await;
        assert_eq!(begun.leads_to(), "/user-Registration-Form/confirm");
        visitor.see("/user-Registration-Form/confirm").await.page();
        let sent = visitor.act("/user-Registration-Form/code", &json!({})).await;
        assert_eq!(sent.leads_to(), "/user-Registration-Form/verify");
    }

    /// From the entry page to the form, the address proven.
    pub async fn prove_address(&self, mailbox: &impl Mailbox, visitor: &Visitor) {
        self.ask_for_code(visitor).await;
        let code = mailbox.newest_code(&self.email).await;
        let verified = visitor.act("/user-Registration-Form/verify", &json!({ "code": code })).await;
        assert_eq!(verified.leads_to(), "/application/form");
    }

    /// Form and terms, up to the check page.
    pub async fn fill_in(&self, visitor: &Visitor) {
        let filled = visitor.act("/application/form", &self.form).await;
        assert_eq!(filled.leads_to(), "/application/terms", "{}", filled.text);
        let agreed =
            visitor.act("/application/terms", &json!({ "agree_terms": "yes", "agree_privacy": "yes" })).await;
        assert_eq!(agreed.leads_to(), "/application/check", "{}", agreed.text);
        visitor.see("/application/check").await.page();
    }

    /// The whole way, to the application number.
    pub async fn apply(&self, mailbox: &impl Mailbox, visitor: &Visitor) -> String {
        self.prove_address(mailbox, visitor).await;
        self.fill_in(visitor).await;
        let submitted = visitor.act("/application/submit", &json!({})).await;
        assert_eq!(submitted.leads_to(), "/application/done", "{}", submitted.text);
        let done = visitor.see("/application/done").await.page();
        done["number"].as_str().expect("the done page names the number").to_owned()
    }

    /// The state page, by number, address and a one-time code.
    pub async fn look_up(&self, mailbox: &impl Mailbox, number: &str) -> Value {
        self.open_state(mailbox, number).await.see("/track/status").await.page()
    }

    /// A browser that has the state page open.
    pub async fn open_state(&self, mailbox: &impl Mailbox, number: &str) -> Visitor {
        let visitor = mailbox.visitor();
        let asked = visitor.act("/track", &json!({ "number": number, "email": self.email })).await;
        assert_eq!(asked.leads_to(), "/track/code", "{}", asked.text);
        let code = mailbox.newest_code(&self.email).await;
        let opened = visitor.act("/track/code", &json!({ "code": code })).await;
        assert_eq!(opened.leads_to(), "/track/status", "{}", opened.text);
        visitor
    }
}

/// The robot check, solved as a browser solves it.
pub async fn solved_robot_check(visitor: &Visitor) -> String {
    solution_of(visitor.see("/user-Registration-Form/challenge").await.page())
}

/// What the form sends for a challenge of the robot check.
pub fn solution_of(challenge: Value) -> String {
    let challenge: Challenge = serde_json::from_value(challenge).expect("a challenge");
    let solution =
        solve_challenge(SolveChallengeOptions::new(&challenge)).expect("solvable").expect("solved");
    let payload = serde_json::to_vec(&Payload { challenge, solution }).expect("JSON");
    STANDARD.encode(payload)
}
