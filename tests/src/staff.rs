//! Officers at work.

use local::demo;
use serde_json::{Value, json};

use crate::{Answer, Mailbox, Visitor, World};

impl World {
    /// An officer signed in with password and second factor.
    ///
    /// Moves the clock on by a step of the second factor first: no code works twice.
    pub async fn officer(&self, id: &str) -> Visitor {
        self.pass(jiff::SignedDuration::from_secs(60)).await;
        let visitor = self.visitor();
        let password = demo::PASSWORD;
        let first = visitor.act("/staff/sign-in", &json!({ "staff_id": id, "password": password })).await;
        assert_eq!(first.leads_to(), "/staff/second-factor", "{}", first.text);
        let second = visitor.act("/staff/second-factor", &json!({ "code": self.totp(id).await })).await;
        assert!(second.leads_to().starts_with('/'), "{}", second.text);
        visitor
    }

    /// What the officer's authenticator app shows now.
    pub async fn totp(&self, id: &str) -> String {
        demo::totp_code(self.stack.administrator(), id).await.expect("readable").expect("a demo officer")
    }
}

impl Visitor {
    /// The numbers in a tab of the officer's queue.
    pub async fn queue(&self, status: &str) -> Vec<Value> {
        let page = self.see(&format!("/review?status={status}")).await.page();
        page["applications"].as_array().expect("a list of applications").clone()
    }

    pub async fn approve(&self, number: &str) -> Answer {
        self.act(&format!("/review/{number}/approve"), &json!({})).await
    }

    pub async fn reject(&self, number: &str, reason: &str, note: &str) -> Answer {
        let body = json!({ "reason": reason, "note": note, "step": "confirm" });
        self.act(&format!("/review/{number}/reject"), &body).await
    }
}
