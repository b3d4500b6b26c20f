//! 却下: the prefecture's desk refuses an application, with a reason that the mail carries.
//!
//! Architecture invariant: a proxy application, whose address nobody has proven, is refused without a mail (M8).

use jiff::Timestamp;

use super::{Application, AuditEvent, Decided, ReviewError, Status};
use crate::domain::{
    account::Reviewer,
    ids::MailId,
    mail::{MailContent, NewMail},
};

/// How many characters the officer's words may have.
pub const NOTE_LIMIT: usize = 1_000;

/// The command. `mail` is the id drawn for the notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub reason: RejectionReason,
    pub note: String,
    pub mail: MailId,
}

/// Why an application is refused. No public list exists: this one is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectionReason {
    WrongInstitutionCode,
    WrongInsuranceCode,
    DuplicateApplication,
    ExistingAccount,
    OutsidePrefecture,
    NotSubjectToReporting,
    IncompleteEntry,
    Other,
}

impl RejectionReason {
    pub const ALL: [Self; 8] = [
        Self::WrongInstitutionCode,
        Self::WrongInsuranceCode,
        Self::DuplicateApplication,
        Self::ExistingAccount,
        Self::OutsidePrefecture,
        Self::NotSubjectToReporting,
        Self::IncompleteEntry,
        Self::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongInstitutionCode => "wrong-institution-code",
            Self::WrongInsuranceCode => "wrong-insurance-code",
            Self::DuplicateApplication => "duplicate-application",
            Self::ExistingAccount => "existing-account",
            Self::OutsidePrefecture => "outside-prefecture",
            Self::NotSubjectToReporting => "not-subject-to-reporting",
            Self::IncompleteEntry => "incomplete-entry",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::WrongInstitutionCode => "機関コード誤り",
            Self::WrongInsuranceCode => "保険機関コード誤り",
            Self::DuplicateApplication => "重複申請",
            Self::ExistingAccount => "既存アカウントあり",
            Self::OutsidePrefecture => "所在地が管轄外",
            Self::NotSubjectToReporting => "報告対象外",
            Self::IncompleteEntry => "記載不備",
            Self::Other => "その他",
        }
    }

    /// The text that the officer begins with.
    pub fn template(self) -> &'static str {
        match self {
            Self::WrongInstitutionCode => {
                "ご入力いただいた機関コードが、都道府県の登録内容と一致しませんでした。機関コードをご確認の上、改めて申請してください。機関コードが分からない場合は、都道府県の窓口へお問い合わせください。"
            }
            Self::WrongInsuranceCode => {
                "ご入力いただいた保険機関コードに誤りがあります。保険医療機関（薬局）指定通知書でご確認の上、改めて申請してください。"
            }
            Self::DuplicateApplication => {
                "同じ機関から既に申請をいただいています。先にいただいた申請で手続を進めますので、改めて申請していただく必要はありません。"
            }
            Self::ExistingAccount => {
                "貴機関は、報告権限のあるG-MISアカウントを既にお持ちです。ログインIDが分からない場合は、都道府県の窓口へお問い合わせください。"
            }
            Self::OutsidePrefecture => {
                "ご入力いただいた所在地は、当都道府県の管轄ではありません。都道府県と住所をご確認の上、改めて申請してください。"
            }
            Self::NotSubjectToReporting => {
                "貴機関は、医療機能情報提供制度・薬局機能情報提供制度の報告対象ではないことを確認しました。"
            }
            Self::IncompleteEntry => {
                "申請内容に不備があります。次の点をご確認の上、改めて申請してください。\n\n"
            }
            Self::Other => "",
        }
    }
}

impl Application {
    pub fn reject(self, command: Reject, by: &Reviewer, now: Timestamp) -> Result<Decided, ReviewError> {
        self.for_review_by(by)?;
        let Reject { reason, note, mail } = command;
        let notice = self.address_is_proven().then(|| NewMail {
            id: mail,
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::Rejection {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
                reason,
                note: note.clone(),
            },
        });
        let event = AuditEvent::Rejected { by: by.id.clone(), by_name: by.name.clone(), reason, note };
        let id = notice.as_ref().map(|notice| notice.id.clone());
        let decided = self.moved(Status::Rejected { notice: id }, event, now);
        Ok(match notice {
            Some(notice) => decided.mailing(notice),
            None => decided,
        })
    }
}
