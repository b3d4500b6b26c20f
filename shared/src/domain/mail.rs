//! A mail: what it says, to whom, how far its sending has come, and what became of it.
//!
//! Architecture invariant: a mail is written by the same transaction as the state that caused it, and only
//! its outbox (`outbox`) says whether it may be sent.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    account::Right,
    application::RejectionReason,
    contact::EmailAddress,
    delivery::{ATTENTION_AFTER, DeliveryEvent, DeliveryState, EventSet, delivery_state},
    desk::StuckCase,
    form::Field,
    ids::{ApplicationNumber, LoginId, MailId, StaffId},
    outbox::Outbox,
    prefecture::PrefectureDesk,
};

/// After this time without any word a mail wants a person's attention.
const SILENCE_LIMIT: SignedDuration = SignedDuration::from_hours(24);

/// A mail that a decision wants sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    pub id: MailId,
    pub application: Option<ApplicationNumber>,
    pub to: EmailAddress,
    pub content: MailContent,
}

/// A mail in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub application: Option<ApplicationNumber>,
    pub to: EmailAddress,
    pub content: MailContent,
    pub created_at: Timestamp,
    pub outbox: Outbox,
    pub events: EventSet,
    pub version: u64,
}

/// What a mail says. Secrets are not in it: a code or link is derived from the mail's id when it is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailContent {
    /// 認証コード.
    Code { purpose: CodePurpose, valid_until: Timestamp },
    /// ユーザ登録申請完了メール: the application arrived.
    Receipt { institution_name: String, contact_name: String },
    /// 却下, with the reason and the officer's words.
    Rejection { institution_name: String, contact_name: String, reason: RejectionReason, note: String },
    /// 差戻し, with the fields to correct, the officer's words, and the last day for it.
    Returned {
        institution_name: String,
        contact_name: String,
        fields: Vec<Field>,
        note: String,
        due_on: Date,
    },
    /// 取下げ was received.
    Withdrawn { institution_name: String, contact_name: String },
    /// To the new address: mails about the application go there from now on.
    AddressChanged { institution_name: String, contact_name: String },
    /// ① 事前確認メール.
    AdvanceNotice { institution_name: String, contact_name: String },
    /// ② G-MIS利用案内メール.
    LoginNotice {
        institution_name: String,
        contact_name: String,
        login_id: LoginId,
        link_valid_until: Timestamp,
    },
    /// ③ 利用案内既存のご利用者確認依頼メール.
    ExistingAccountNotice { institution_name: String, contact_name: String, login_id: LoginId, right: Right },
    /// To the registered address: the account has the right already, nothing was issued.
    AlreadyEntitledNote { institution_name: String, login_id: LoginId, right: Right },
    /// パスワード再設定.
    PasswordReset { login_id: LoginId, link_valid_until: Timestamp },
    /// ログインIDのお知らせ: somebody asked for it by the institution's name.
    LoginIdReminder { institution_name: String, login_id: LoginId },
    /// メールアドレス変更依頼: how far it has come.
    ChangeRequest { institution_name: String, stage: ChangeStage },
    /// To a member of staff: set a password, then the second factor.
    StaffInvitation { name: String, staff_id: StaffId, role: String, link_valid_until: Timestamp },
    /// To a member of staff who forgot the password; the second factor stays.
    StaffPasswordReset { name: String, staff_id: StaffId, link_valid_until: Timestamp },
    /// To a desk: what is flagged there, with those that wait longest; whether `total` is all that there is.
    StuckDigest { desk: PrefectureDesk, total: usize, is_all: bool, new: usize, cases: Vec<StuckCase> },
}

/// What a mail about a request to change an address tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeStage {
    /// To the new address: the request has arrived.
    Received,
    /// To the address of before: whoever still reads it may object.
    Warning,
    /// To the new address, with the reason.
    Refused { reason: String },
    /// To the new address: the account is under it, and this is its login ID.
    Completed { login_id: LoginId },
}

/// What a code opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePurpose {
    Apply,
    Track,
    /// Another address for an application.
    Address,
    /// A request to change an address, of somebody who cannot read the old one.
    Change,
}

/// The kind of a mail; its name is the SES tag `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    Code,
    Receipt,
    Rejection,
    AdvanceNotice,
    LoginNotice,
    ExistingAccountNotice,
    AlreadyEntitledNote,
    PasswordReset,
    StaffInvitation,
    Returned,
    Withdrawn,
    AddressChanged,
    StaffPasswordReset,
    StuckDigest,
    LoginIdReminder,
    ChangeRequest,
}

/// What became of a mail, as far as anybody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// On its way: not sent yet, or not heard of yet.
    Sending,
    /// 送信完了, 不達, …: what the events say.
    Known(DeliveryState),
    /// It could not be sent, or nothing was heard for a day: a person has to look.
    NeedsAttention,
    /// It was not sent, and will not be.
    Cancelled,
}

impl MailContent {
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Code { .. } => MailKind::Code,
            Self::Receipt { .. } => MailKind::Receipt,
            Self::Rejection { .. } => MailKind::Rejection,
            Self::AdvanceNotice { .. } => MailKind::AdvanceNotice,
            Self::LoginNotice { .. } => MailKind::LoginNotice,
            Self::ExistingAccountNotice { .. } => MailKind::ExistingAccountNotice,
            Self::AlreadyEntitledNote { .. } => MailKind::AlreadyEntitledNote,
            Self::PasswordReset { .. } => MailKind::PasswordReset,
            Self::StaffInvitation { .. } => MailKind::StaffInvitation,
            Self::Returned { .. } => MailKind::Returned,
            Self::Withdrawn { .. } => MailKind::Withdrawn,
            Self::AddressChanged { .. } => MailKind::AddressChanged,
            Self::StaffPasswordReset { .. } => MailKind::StaffPasswordReset,
            Self::StuckDigest { .. } => MailKind::StuckDigest,
            Self::LoginIdReminder { .. } => MailKind::LoginIdReminder,
            Self::ChangeRequest { .. } => MailKind::ChangeRequest,
        }
    }
}

impl MailKind {
    pub const ALL: [Self; 16] = [
        Self::Code,
        Self::Receipt,
        Self::Rejection,
        Self::AdvanceNotice,
        Self::LoginNotice,
        Self::ExistingAccountNotice,
        Self::AlreadyEntitledNote,
        Self::PasswordReset,
        Self::StaffInvitation,
        Self::Returned,
        Self::Withdrawn,
        Self::AddressChanged,
        Self::StaffPasswordReset,
        Self::StuckDigest,
        Self::LoginIdReminder,
        Self::ChangeRequest,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Receipt => "receipt",
            Self::Rejection => "rejection",
            Self::AdvanceNotice => "advance-notice",
            Self::LoginNotice => "login-notice",
            Self::ExistingAccountNotice => "existing-account-notice",
            Self::AlreadyEntitledNote => "already-entitled-note",
            Self::PasswordReset => "password-reset",
            Self::StaffInvitation => "staff-invitation",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::AddressChanged => "address-changed",
            Self::StaffPasswordReset => "staff-password-reset",
            Self::StuckDigest => "stuck-digest",
            Self::LoginIdReminder => "login-id-reminder",
            Self::ChangeRequest => "change-request",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The name that people read on the state page and the desk's timeline.
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "認証コードのお知らせ",
            Self::Receipt => "ユーザ登録申請完了メール",
            Self::Rejection => "却下のお知らせ",
            Self::AdvanceNotice => "①事前確認メール",
            Self::LoginNotice => "②G-MIS利用案内メール",
            Self::ExistingAccountNotice => "③既存のご利用者確認依頼メール",
            Self::AlreadyEntitledNote => "報告権限をお持ちであることのお知らせ",
            Self::PasswordReset => "パスワード再設定のご案内",
            Self::StaffInvitation => "担当者用アカウントのご案内",
            Self::Returned => "差戻しのお知らせ",
            Self::Withdrawn => "取下げのお知らせ",
            Self::AddressChanged => "メールアドレス変更のお知らせ",
            Self::StaffPasswordReset => "担当者用パスワード再設定のご案内",
            Self::StuckDigest => "3週間超過のお知らせ（窓口宛て）",
            Self::LoginIdReminder => "ログインIDのお知らせ",
            Self::ChangeRequest => "メールアドレス変更依頼についてのお知らせ",
        }
    }

    /// A code is only good for the person who waits for it now: an uncertain send is not repeated by us,
    /// the person asks for another.
    pub fn is_repeated_when_unknown(self) -> bool {
        match self {
            Self::Code => false,
            Self::Receipt
            | Self::Rejection
            | Self::AdvanceNotice
            | Self::LoginNotice
            | Self::ExistingAccountNotice
            | Self::AlreadyEntitledNote
            | Self::PasswordReset
            | Self::StaffInvitation
            | Self::Returned
            | Self::Withdrawn
            | Self::AddressChanged
            | Self::StaffPasswordReset
            | Self::StuckDigest
            | Self::LoginIdReminder
            | Self::ChangeRequest => true,
        }
    }
}

impl fmt::Display for MailKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl NewMail {
    /// The mail as it is first stored: to be sent at once.
    pub fn pending(self, now: Timestamp) -> Mail {
        let Self { id, application, to, content } = self;
        Mail {
            id,
            application,
            to,
            content,
            created_at: now,
            outbox: Outbox::due(now),
            events: EventSet::default(),
            version: 1,
        }
    }
}

impl Mail {
    pub fn kind(&self) -> MailKind {
        self.content.kind()
    }

    /// Takes in what SES reports; `None` if it was known already.
    pub fn learn(self, event: DeliveryEvent) -> Option<Self> {
        let seen = event.at;
        let mut events = self.events;
        if !events.insert(event) {
            return None;
        }
        let outbox = self.outbox.proven_sent(seen);
        Some(Self { events, outbox, version: self.version + 1, ..self })
    }

    /// The same mail with its outbox moved on.
    #[must_use]
    pub fn with_outbox(self, outbox: Outbox) -> Self {
        Self { outbox, version: self.version + 1, ..self }
    }

    /// The same mail, never to leave (any more); `None` if it has ended.
    pub fn cancel(self, reason: &str, now: Timestamp) -> Option<Self> {
        let outbox = self.outbox.cancel(reason, now)?;
        Some(self.with_outbox(outbox))
    }

    /// From when on it is 要確認, as things stand; `None` where it never will be. Codes are left out: who waits
    /// for one asks for another.
    pub fn attention_at(&self) -> Option<Timestamp> {
        if self.kind() == MailKind::Code {
            return None;
        }
        match &self.outbox {
            Outbox::Sent { at, .. } => {
                let then = *at + ATTENTION_AFTER;
                let state = delivery_state(&self.events, Some(*at), then);
                (state == DeliveryState::NeedsAttention).then_some(then)
            }
            Outbox::Failed { at, .. } => Some(*at),
            Outbox::Cancelled { .. } => None,
            Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => {
                Some(self.created_at + SILENCE_LIMIT)
            }
        }
    }

    /// What became of it.
    pub fn fate(&self, now: Timestamp) -> Fate {
        match &self.outbox {
            Outbox::Sent { at, .. } => Fate::Known(delivery_state(&self.events, Some(*at), now)),
            Outbox::Failed { .. } => Fate::NeedsAttention,
            Outbox::Cancelled { .. } => Fate::Cancelled,
            Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => {
                if now.duration_since(self.created_at) >= SILENCE_LIMIT {
                    Fate::NeedsAttention
                } else {
                    Fate::Sending
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        application::samples::{NOON, mail_id, submitted},
        delivery::EventKind,
        outbox::ClaimId,
    };

    #[test]
    fn a_mail_wants_attention_exactly_from_the_moment_on_that_it_says() {
        let application = submitted();
        let content =
            MailContent::Receipt { institution_name: "病院".into(), contact_name: "田中".into() };
        let new = NewMail { id: mail_id(1), application: None, to: application.form.email, content };
        let fresh = new.pending(*NOON);
        let sent = Outbox::Sent { tries: 1, message_id: None, at: *NOON + SignedDuration::from_mins(3) };
        let claim = ClaimId::from_random([1; 16]);
        let claimed = Outbox::Claimed { tries: 1, claim, lease_until: *NOON };
        let failed = Outbox::Failed { tries: 1, reason: "refused".into(), at: *NOON };
        let mut delivered = fresh.clone().with_outbox(sent.clone());
        let delivery = EventKind::Delivery { smtp_response: None };
        delivered.events.insert(DeliveryEvent::new(delivery, *NOON, Some(1), "ses".into()));
        let mails = [
            fresh.clone(),
            fresh.clone().with_outbox(sent),
            fresh.clone().with_outbox(claimed),
            fresh.clone().with_outbox(failed),
            fresh.with_outbox(Outbox::Cancelled { tries: 0, reason: "withdrawn".into(), at: *NOON }),
            delivered,
        ];
        let wants = |mail: &Mail, now: Timestamp| {
            matches!(mail.fate(now), Fate::NeedsAttention | Fate::Known(DeliveryState::NeedsAttention))
        };
        for mail in mails {
            for minute in [0, 3, 24 * 60 - 1, 24 * 60, 24 * 60 + 2, 24 * 60 + 3, 99 * 60] {
                let now = *NOON + SignedDuration::from_mins(minute);
                let said = mail.attention_at().is_some_and(|at| at <= now);
                assert_eq!(wants(&mail, now), said, "{:?} at {minute}", mail.outbox);
            }
        }
    }
}
