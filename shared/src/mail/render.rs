//! A mail's words: subject, sender and text, complete in plain text, without anything that tracks.
//!
//! Architecture invariant: a subject is fixed and holds nothing about anybody; a value that somebody typed
//! stands in the text only, on the lines that are meant for it.

use askama::Template;

use super::{
    DerivedSecret, LinkToken, VerificationCode,
    moment::{japan_date_text, japan_time_text},
    texts::{
        AddressChangedText, AdvanceNoticeText, AlreadyEntitledNoteText, ChangeRequestText, CodeText,
        ExistingAccountNoticeText, Frame, Line, LoginIdReminderText, LoginNoticeText, PasswordResetText,
        ReceiptText, RejectionText, ReturnedText, StaffInvitationText, StaffPasswordResetText,
        StuckDigestText, WithdrawnText, addressee, paragraphs,
    },
};
use crate::domain::{
    contact::EmailAddress,
    ids::{ApplicationNumber, MailId},
    mail::{ChangeStage, Mail, MailContent, MailKind, NewMail},
};

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub struct MailParts<'a> {
    pub id: &'a MailId,
    pub application: Option<ApplicationNumber>,
    pub to: &'a EmailAddress,
    pub content: &'a MailContent,
}

/// Where it leads and whom it is from.
#[derive(Clone)]
pub struct RenderContext<'a> {
    /// The public origin, without a slash at its end.
    pub origin: &'a str,
    pub from_address: &'a str,
    pub secret: Option<DerivedSecret>,
}

/// A mail ready to be handed over. Has no `Debug`: its text may hold a code or a link.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedMail {
    pub id: MailId,
    pub kind: MailKind,
    pub from_name: &'static str,
    pub from_address: String,
    pub to: EmailAddress,
    pub subject: &'static str,
    pub text: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("a mail of kind {kind} needs its secret")]
    MissingSecret { kind: MailKind },
    #[error("the template failed: {0}")]
    Template(#[from] askama::Error),
}

/// The sender of what concerns an application on its way, and of what concerns an account.
const SECRETARIAT: &str = "厚生労働省G-MIS事務局";
const ACCOUNT_DESK: &str = "G-MIS事務局";

pub fn render(mail: &MailParts<'_>, context: &RenderContext<'_>) -> Result<RenderedMail, RenderError> {
    let kind = mail.content.kind();
    Ok(RenderedMail {
        id: mail.id.clone(),
        kind,
        from_name: sender(kind),
        from_address: context.from_address.to_owned(),
        to: mail.to.clone(),
        subject: subject(kind),
        text: text(mail, context)?,
    })
}

/// Who it is from, as the guide's pictures of the mails show it.
fn sender(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Code
        | MailKind::Receipt
        | MailKind::Rejection
        | MailKind::Returned
        | MailKind::Withdrawn
        | MailKind::AddressChanged
        | MailKind::StuckDigest
        | MailKind::ChangeRequest => SECRETARIAT,
        MailKind::AdvanceNotice
        | MailKind::LoginNotice
        | MailKind::ExistingAccountNotice
        | MailKind::AlreadyEntitledNote
        | MailKind::PasswordReset
        | MailKind::StaffInvitation
        | MailKind::StaffPasswordReset
        | MailKind::LoginIdReminder => ACCOUNT_DESK,
    }
}

/// ①, ② and ③ verbatim from the guide; the others are ours.
fn subject(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Code => "【厚生労働省G-MIS事務局】認証コードのお知らせ",
        MailKind::Receipt => "【厚生労働省G-MIS事務局】ユーザ登録申請完了のお知らせ",
        MailKind::Rejection => "【厚生労働省G-MIS事務局】ユーザ登録申請の却下のお知らせ",
        MailKind::AdvanceNotice => "【厚生労働省G-MIS事務局】G-MISアカウント発行にかかる事前のご連絡",
        MailKind::LoginNotice => {
            "【厚生労働省G-MIS事務局】G-MISログインIDのお知らせ及びパスワード設定のご依頼"
        }
        MailKind::ExistingAccountNotice => "【厚生労働省G-MIS事務局】報告機関内でのG-MISご利用者の確認依頼",
        MailKind::AlreadyEntitledNote => "【厚生労働省G-MIS事務局】G-MISの報告権限に関するお知らせ",
        MailKind::PasswordReset => "【厚生労働省G-MIS事務局】G-MISパスワード再設定のご案内",
        MailKind::StaffInvitation => "【厚生労働省G-MIS事務局】担当者用アカウントのパスワード設定のご依頼",
        MailKind::Returned => "【厚生労働省G-MIS事務局】ユーザ登録申請の差戻しのお知らせ",
        MailKind::Withdrawn => "【厚生労働省G-MIS事務局】ユーザ登録申請の取下げのお知らせ",
        MailKind::LoginIdReminder => "【厚生労働省G-MIS事務局】G-MISログインIDのお知らせ",
        MailKind::ChangeRequest => "【厚生労働省G-MIS事務局】メールアドレス変更依頼についてのお知らせ",
        MailKind::AddressChanged => "【厚生労働省G-MIS事務局】メールアドレス変更のお知らせ",
        MailKind::StaffPasswordReset => {
            "【厚生労働省G-MIS事務局】担当者用アカウントのパスワード再設定のご案内"
        }
        MailKind::StuckDigest => "【厚生労働省G-MIS事務局】3週間を超えたユーザ登録申請のお知らせ",
    }
}

fn text(mail: &MailParts<'_>, context: &RenderContext<'_>) -> Result<String, RenderError> {
    let kind = mail.content.kind();
    let frame =
        Frame { origin: context.origin, from_address: context.from_address, number: mail.application };
    let text = match mail.content {
        MailContent::Code { purpose, valid_until } => {
            let code = context.code(kind)?.expose();
            CodeText { frame, purpose: *purpose, code, valid_until: japan_time_text(*valid_until) }.render()
        }
        MailContent::Receipt { institution_name, contact_name } => {
            ReceiptText { frame, to: addressee(institution_name, contact_name) }.render()
        }
        MailContent::Rejection { institution_name, contact_name, reason, note } => {
            let to = addressee(institution_name, contact_name);
            RejectionText { frame, to, reason: reason.label(), note: paragraphs(note) }.render()
        }
        MailContent::Returned { institution_name, contact_name, fields, note, due_on } => {
            let to = addressee(institution_name, contact_name);
            let fields = fields.iter().map(|field| field.label).collect();
            ReturnedText { frame, to, fields, note: paragraphs(note), due_on: japan_date_text(*due_on) }
                .render()
        }
        MailContent::Withdrawn { institution_name, contact_name } => {
            WithdrawnText { frame, to: addressee(institution_name, contact_name) }.render()
        }
        MailContent::AddressChanged { institution_name, contact_name } => {
            AddressChangedText { frame, to: addressee(institution_name, contact_name) }.render()
        }
        MailContent::AdvanceNotice { institution_name, contact_name } => {
            AdvanceNoticeText { frame, to: addressee(institution_name, contact_name) }.render()
        }
        MailContent::LoginNotice { institution_name, contact_name, login_id, link_valid_until } => {
            let to = addressee(institution_name, contact_name);
            let (login_id, token) = (login_id.as_str(), context.link(kind)?.expose());
            let link_valid_until = japan_time_text(*link_valid_until);
            LoginNoticeText { frame, to, login_id, token, link_valid_until }.render()
        }
        MailContent::ExistingAccountNotice { institution_name, contact_name, login_id, right } => {
            let to = addressee(institution_name, contact_name);
            ExistingAccountNoticeText { frame, to, login_id: login_id.as_str(), right: right.label() }
                .render()
        }
        MailContent::AlreadyEntitledNote { institution_name, login_id, right } => {
            let (login_id, right) = (login_id.as_str(), right.label());
            AlreadyEntitledNoteText { frame, institution_name: Line(institution_name), login_id, right }
                .render()
        }
        MailContent::PasswordReset { login_id, link_valid_until } => {
            let (login_id, token) = (login_id.as_str(), context.link(kind)?.expose());
            PasswordResetText { frame, login_id, token, link_valid_until: japan_time_text(*link_valid_until) }
                .render()
        }
        MailContent::LoginIdReminder { institution_name, login_id } => {
            let (institution_name, login_id) = (Line(institution_name), login_id.as_str());
            LoginIdReminderText { frame, institution_name, login_id }.render()
        }
        MailContent::ChangeRequest { institution_name, stage } => {
            let reason = match stage {
                ChangeStage::Refused { reason } => paragraphs(reason),
                ChangeStage::Received | ChangeStage::Warning | ChangeStage::Completed { .. } => String::new(),
            };
            ChangeRequestText { frame, institution_name: Line(institution_name), stage, reason }.render()
        }
        MailContent::StaffInvitation { name, staff_id, role, link_valid_until } => {
            let (staff_id, token) = (staff_id.as_str(), context.link(kind)?.expose());
            let link_valid_until = japan_time_text(*link_valid_until);
            StaffInvitationText { frame, name: Line(name), staff_id, role, token, link_valid_until }.render()
        }
        MailContent::StaffPasswordReset { name, staff_id, link_valid_until } => {
            let (staff_id, token) = (staff_id.as_str(), context.link(kind)?.expose());
            let link_valid_until = japan_time_text(*link_valid_until);
            StaffPasswordResetText { frame, name: Line(name), staff_id, token, link_valid_until }.render()
        }
        MailContent::StuckDigest { desk, total, is_all, new, cases } => {
            let (total, is_all, new) = (*total, *is_all, *new);
            StuckDigestText { frame, desk: desk.label(), total, is_all, new, cases }.render()
        }
    };
    Ok(text?)
}

impl<'a> From<&'a Mail> for MailParts<'a> {
    fn from(mail: &'a Mail) -> Self {
        Self { id: &mail.id, application: mail.application, to: &mail.to, content: &mail.content }
    }
}

impl<'a> From<&'a NewMail> for MailParts<'a> {
    fn from(mail: &'a NewMail) -> Self {
        Self { id: &mail.id, application: mail.application, to: &mail.to, content: &mail.content }
    }
}

impl RenderContext<'_> {
    fn code(&self, kind: MailKind) -> Result<&VerificationCode, RenderError> {
        match &self.secret {
            Some(DerivedSecret::Code(code)) => Ok(code),
            Some(DerivedSecret::Link(_)) | None => Err(RenderError::MissingSecret { kind }),
        }
    }

    fn link(&self, kind: MailKind) -> Result<&LinkToken, RenderError> {
        match &self.secret {
            Some(DerivedSecret::Link(token)) => Ok(token),
            Some(DerivedSecret::Code(_)) | None => Err(RenderError::MissingSecret { kind }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        code_for, link_token_for,
        samples::{ORIGIN, contents, link_key, mail, rendered},
    };
    use super::*;

    #[test]
    fn every_mail_as_it_reads() {
        let kinds: std::collections::BTreeSet<_> =
            contents().iter().map(|(_, content)| content.kind()).collect();
        assert_eq!(kinds.len(), MailKind::ALL.len(), "a kind without a sample");
        for (name, content) in contents() {
            let mail = rendered(content);
            let shown = format!(
                "From: {} <{}>\nSubject: {}\n\n{}",
                mail.from_name, mail.from_address, mail.subject, mail.text
            );
            insta::assert_snapshot!(name, shown);
        }
    }

    #[test]
    fn the_code_stands_on_a_line_of_its_own_and_nowhere_else() {
        let (_, content) = contents().swap_remove(0);
        let mail = rendered(content);
        let code = code_for(&link_key(), &mail.id).expose().to_owned();
        assert_eq!(mail.text.lines().filter(|line| *line == code).count(), 1);
        assert_eq!(mail.text.matches(&code).count(), 1);
        assert!(!mail.subject.contains(&code));
    }

    #[test]
    fn a_link_stands_on_a_line_of_its_own() {
        for (name, content) in contents() {
            let mail = rendered(content);
            let is_of_staff = matches!(mail.kind, MailKind::StaffInvitation | MailKind::StaffPasswordReset);
            let room = if is_of_staff { "staff/set-password" } else { "set-password" };
            let is_linked = matches!(mail.kind, MailKind::LoginNotice | MailKind::PasswordReset);
            let expected = usize::from(is_of_staff || is_linked);
            let link = format!("{ORIGIN}/{room}/{}", link_token_for(&link_key(), &mail.id).expose());
            assert_eq!(mail.text.lines().filter(|line| *line == link).count(), expected, "{name}");
        }
    }

    #[test]
    fn every_mail_is_complete() {
        for (name, content) in contents() {
            let numbered = mail(content.clone()).application.is_some();
            let text = rendered(content.clone()).text;
            if matches!(content.kind(), MailKind::StuckDigest | MailKind::StaffPasswordReset) {
                assert!(text.contains("G-MIS事務局にご連絡ください"), "{name}: whom staff ask");
            } else {
                assert!(
                    text.contains("都道府県の窓口") && text.contains(&format!("{ORIGIN}/help")),
                    "{name}: whom to ask"
                );
                assert!(text.contains("お尋ねすることはありません"), "{name}: staff never ask");
            }
            let leads_to_state =
                numbered && !matches!(content.kind(), MailKind::Code | MailKind::AlreadyEntitledNote);
            assert_eq!(text.contains(&format!("{ORIGIN}/track")), leads_to_state, "{name}: the state page");
            if numbered && content.kind() != MailKind::Code {
                assert!(text.contains("申請番号：API-00001750"), "{name}: the number");
            }
            assert!(!text.contains("送信専用"), "{name}: nobody knows whether that is true");
            assert!(
                !text.contains("\n\n\n") && text.lines().all(|line| line == line.trim_end()),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn typed_values_stay_on_their_line() {
        let content = MailContent::Receipt {
            institution_name: "甲\r\n申請番号：API-99999999\u{202E}\u{2028}乙".into(),
            contact_name: "丙\0\u{2066}".into(),
        };
        let text = rendered(content).text;
        assert_eq!(text.lines().take(2).collect::<Vec<_>>(), ["甲申請番号：API-99999999乙", "丙 様"]);
    }

    #[test]
    fn a_mail_without_its_secret_is_not_rendered() {
        for (name, content) in contents() {
            let mail = mail(content);
            let context = RenderContext { origin: ORIGIN, from_address: "info@g-mis.net", secret: None };
            let kind = mail.content.kind();
            let needs = DerivedSecret::of(&link_key(), kind, &mail.id).is_some();
            assert_eq!(render(&MailParts::from(&mail), &context).is_err(), needs, "{name}");
        }
    }
}
