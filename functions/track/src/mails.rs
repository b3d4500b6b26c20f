//! The mails of an application as the applicant reads about them.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        delivery::{DeliveryState, EventKind, UndeliverableReason},
        mail::{Fate, Mail, MailKind},
    },
    web::Moment,
};

/// One mail: what it is, when it was written, what became of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MailView {
    pub(crate) kind: &'static str,
    pub(crate) label: &'static str,
    pub(crate) written_at: Moment,
    pub(crate) state: &'static str,
    pub(crate) state_label: String,
    #[serde(skip)]
    pub(crate) tone: &'static str,
    /// When it came to this state, where that is known.
    pub(crate) at: Option<Moment>,
    pub(crate) sentences: Vec<&'static str>,
    /// What the recipient's server answered.
    pub(crate) remote: Option<String>,
}

impl MailView {
    /// The mails about the application, in the order of their writing. The codes that open this page are
    /// not among them: they are about the reader's visit.
    pub(crate) fn list(mut mails: Vec<Mail>, now: Timestamp) -> Vec<Self> {
        mails.sort_by_key(|mail| mail.created_at);
        mails.iter().filter(|mail| mail.kind() != MailKind::Code).map(|mail| Self::of(mail, now)).collect()
    }

    fn of(mail: &Mail, now: Timestamp) -> Self {
        let blank = Self {
            kind: mail.kind().as_str(),
            label: mail.kind().label(),
            written_at: mail.created_at.into(),
            state: "",
            state_label: String::new(),
            tone: "info",
            at: None,
            sentences: Vec::new(),
            remote: None,
        };
        match mail.fate(now) {
            Fate::Sending => blank.sending(mail, DeliveryState::Sending.label()),
            Fate::Known(state) => blank.known(mail, state),
            Fate::NeedsAttention => blank.unclear(),
            Fate::Cancelled => Self {
                state: "cancelled",
                state_label: "送信取消".to_owned(),
                tone: "neutral",
                sentences: vec!["このメールは送信しません。"],
                ..blank
            },
        }
    }

    fn known(self, mail: &Mail, state: DeliveryState) -> Self {
        let label = state.label();
        match state {
            DeliveryState::Sending => self.sending(mail, label),
            DeliveryState::NeedsAttention => self.unclear(),
            DeliveryState::Delivered { at, auto_reply } => {
                let mut sentences = vec![
                    "相手先のメールサーバーがメールを受け取りました。受信した方がメールを読んだことを表すものではありません。",
                    "見当たらないときは、迷惑メールフォルダをご確認ください。",
                ];
                if auto_reply {
                    sentences.push("不在のお知らせなど、自動返信がありました。");
                }
                Self {
                    state: "delivered",
                    state_label: label.to_owned(),
                    tone: "success",
                    at: Some(at.into()),
                    sentences,
                    ..self
                }
            }
            DeliveryState::Undeliverable { at, reason, remote } => Self {
                state: "undeliverable",
                state_label: format!("{label}（{}）", reason.label()),
                tone: "error",
                at: Some(at.into()),
                sentences: vec![explanation(reason)],
                remote,
                ..self
            },
        }
    }

    fn sending(self, mail: &Mail, label: &str) -> Self {
        let delayed = mail.events.iter().any(|event| matches!(event.kind, EventKind::DeliveryDelay { .. }));
        let sentence = if delayed {
            "相手先のメールサーバーが一時的に受け取れないため、送信を繰り返しています。"
        } else {
            "送信の結果が分かるまで、しばらくお待ちください。長いときは半日ほどかかります。"
        };
        Self { state: "sending", state_label: label.to_owned(), sentences: vec![sentence], ..self }
    }

    fn unclear(self) -> Self {
        Self {
            state: "needs-attention",
            state_label: DeliveryState::NeedsAttention.label().to_owned(),
            tone: "warning",
            sentences: vec!["送信の結果を確認できていません。担当者が確認します。"],
            ..self
        }
    }
}

/// The reason in plain words, and what to do about it.
fn explanation(reason: UndeliverableReason) -> &'static str {
    match reason {
        UndeliverableReason::NoSuchAddress => {
            "宛先のメールアドレスが見つかりませんでした。入力の誤りや、メールアドレスの廃止が考えられます。"
        }
        UndeliverableReason::MailboxFull => {
            "受信箱がいっぱいで、受け取れませんでした。不要なメールを削除し、空き容量を増やしてください。"
        }
        UndeliverableReason::SuppressionList => {
            "以前に届かなかったことなどにより、このメールアドレスへの送信が停止されています。都道府県の窓口にご連絡ください。"
        }
        UndeliverableReason::ContentRefused => {
            "相手先のメールサーバーが受け取りを拒否しました。「info@g-mis.net」からのメールを受信できるように設定してください。"
        }
        UndeliverableReason::TooLarge => {
            "メールの大きさの制限により、相手先のメールサーバーが受け取りませんでした。"
        }
        UndeliverableReason::Unknown => "相手先のメールサーバーから戻されました。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::{
        application::samples::{NOON, mail_id, submitted},
        delivery::{BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, ServerWords},
        mail::{CodePurpose, MailContent, NewMail},
        outbox::Outbox,
    };

    fn mail(content: MailContent) -> Mail {
        let application = submitted();
        let to = application.form.email;
        NewMail { id: mail_id(1), application: Some(application.number), to, content }.pending(*NOON)
    }

    fn waiting() -> Mail {
        let (institution_name, contact_name) = ("病院".to_owned(), "田中".to_owned());
        mail(MailContent::Receipt { institution_name, contact_name })
    }

    fn receipt() -> Mail {
        waiting().with_outbox(Outbox::Sent { tries: 1, message_id: None, at: *NOON })
    }

    fn seen(kind: EventKind) -> MailView {
        let event = DeliveryEvent::new(kind, *NOON, Some(1), "ses-1".into());
        MailView::of(&receipt().learn(event).unwrap(), *NOON)
    }

    fn bounce(status: &str) -> EventKind {
        let recipient = BouncedRecipient {
            action: ServerWords::new("failed"),
            status: ServerWords::new(status),
            diagnostic: ServerWords::new("smtp; 550 5.1.1 user unknown"),
        };
        EventKind::Bounce {
            bounce_type: BounceType::Permanent,
            sub_type: BounceSubType::General,
            recipients: vec![recipient],
            feedback_id: None,
        }
    }

    #[test]
    fn every_fate_has_its_word() {
        let cancelled = waiting().cancel("superseded", *NOON).expect("not left yet");
        let failed = receipt().with_outbox(Outbox::Failed { tries: 3, reason: "no".into(), at: *NOON });
        let views = [
            MailView::of(&receipt(), *NOON),
            seen(EventKind::DeliveryDelay { delay_type: "MailboxFull".into() }),
            seen(EventKind::Delivery { smtp_response: None }),
            seen(bounce("5.1.1")),
            seen(bounce("5.2.2")),
            MailView::of(&failed, *NOON),
            MailView::of(&cancelled, *NOON),
        ];
        let lines = views.map(|view| {
            let first = view.sentences.first().copied().unwrap_or_default();
            format!("{} {}: {first}{}", view.state, view.state_label, view.remote.unwrap_or_default())
        });
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_codes_of_this_page_are_not_listed() {
        let code = mail(MailContent::Code { purpose: CodePurpose::Track, valid_until: *NOON });
        let views = MailView::list(vec![code, receipt()], *NOON);
        assert_eq!(views.iter().map(|view| view.kind).collect::<Vec<_>>(), ["receipt"]);
    }
}
