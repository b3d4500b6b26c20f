//! What somebody who did not get in reads.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::form::FieldErrors,
    web::{Moment, Page, Problem},
};

use crate::tries::Refused;

/// The words of one door.
pub(crate) struct Door {
    /// "user" or "staff", in the log.
    pub(crate) holder: &'static str,
    /// The field that the words stand at.
    pub(crate) field: &'static str,
    pub(crate) wrong: &'static str,
    /// Behind the time of the next try.
    pub(crate) way_out: &'static str,
}

impl Door {
    /// The page again: 422, or 429 where no try is left. Notes it in the log, so that many of them can be seen; whose it
    /// was does not stand there.
    pub(crate) fn refuse<T: Template + Serialize + Send + Sync + 'static>(
        &self,
        refused: &Refused,
        now: Timestamp,
        page: impl FnOnce(FieldErrors) -> T,
    ) -> Response {
        let (reason, sentence, again_at) = match refused {
            Refused::Wrong => ("wrong", self.wrong.to_owned(), None),
            Refused::Locked { again_at } => ("locked", self.locked(*again_at), Some(*again_at)),
            Refused::BusyNetwork { again_at } => ("network-limit", busy(*again_at), Some(*again_at)),
        };
        let (holder, field) = (self.holder, self.field);
        tracing::warn!(event = "sign_in_refused", holder, field, reason, "a sign-in was refused");
        let errors = FieldErrors::of(field, sentence.clone());
        match again_at {
            None => Page::invalid(page(errors.clone()), errors).into_response(),
            Some(again_at) => {
                let wait = again_at.duration_since(now);
                let problem = Problem::too_many(sentence.trim_start_matches('＊').to_owned(), wait);
                Page::refused(page(errors), problem).into_response()
            }
        }
    }

    fn locked(&self, again_at: Timestamp) -> String {
        format!(
            "＊続けて5回誤ったため、ログインを止めています。{}以降にもう一度お試しください{}",
            again_text(again_at),
            self.way_out
        )
    }
}

fn busy(again_at: Timestamp) -> String {
    format!(
        "＊お使いのネットワークから何度も誤った入力があったため、ログインを止めています。{}以降にもう一度お試しください",
        again_text(again_at)
    )
}

/// From when on somebody who is locked out can try again.
fn again_text(again_at: Timestamp) -> String {
    Moment::from(again_at).whole_minute().text()
}
