//! An officer who decides whatever the queue shows, in turn one way and the other.
//!
//! Invariant: a decision counts as told when its 303 has arrived, and not before.

use local::demo;
use serde_json::{Value, json};
use tests::{Broken, Visitor};

use crate::Told;

pub(crate) struct Officer {
    id: &'static str,
    told: Told,
    visitor: Visitor,
    is_signed_in: bool,
    decided: u32,
}

impl Officer {
    pub(crate) fn new(id: &'static str, origin: &str, told: &Told) -> Self {
        let visitor = Visitor::at(origin, [127, 0, 0, 2].into());
        Self { id, told: told.clone(), visitor, is_signed_in: false, decided: 0 }
    }

    /// Decides until the connection breaks.
    pub(crate) async fn work(mut self) -> Self {
        loop {
            let done = if self.is_signed_in { self.decide().await } else { self.sign_in().await };
            if done.is_err() {
                return self;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Tried again and again: no second factor works twice, and time passes only now and then.
    async fn sign_in(&mut self) -> Result<(), Broken> {
        let typed = json!({ "staff_id": self.id, "password": demo::PASSWORD });
        if self.visitor.try_act("/staff/sign-in", &typed).await?.status != 303 {
            return Ok(());
        }
        let staff = self.visitor.try_see("/_local/staff").await?.page();
        let mut rows = staff["staff"].as_array().expect("a list").iter();
        let row = rows.find(|row| row["id"] == self.id).expect("a demo officer");
        let second = self.visitor.try_act("/staff/second-factor", &json!({ "code": row["code"] })).await?;
        self.is_signed_in = second.status == 303;
        Ok(())
    }

    async fn decide(&mut self) -> Result<(), Broken> {
        let queue = self.visitor.try_see("/review?status=submitted").await?;
        if queue.status != 200 {
            self.is_signed_in = queue.status >= 500;
            return Ok(());
        }
        let waiting = queue.body["applications"].as_array().cloned().unwrap_or_default();
        for number in waiting.iter().filter_map(|row| row["number"].as_str()) {
            let (verb, body, decision) = self.next_decision();
            let answer = self.visitor.try_act(&format!("/review/{number}/{verb}"), &body).await?;
            if answer.status == 303 {
                self.told.answer();
                self.told.decision(number, decision);
                self.decided += 1;
            }
        }
        Ok(())
    }

    fn next_decision(&self) -> (&'static str, Value, &'static str) {
        if self.decided.is_multiple_of(2) {
            ("approve", json!({}), "approved")
        } else {
            let body = json!({ "reason": "other", "note": "書類を確認できません。", "step": "confirm" });
            ("reject", body, "rejected")
        }
    }
}
