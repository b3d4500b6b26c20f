//! The legs: each starts from a state of its own, and asserts the one that it ends in.
//!
//! Invariant: each act is gone in a leg that disturbs its function (`coverage`).

use shared::domain::account::Right;
use tests::World;

use crate::{addresses, audit::Expected, desk, journey, lists, operating, people, verbs};

/// When legs begin, in Japan: a Friday, a Monday morning, an early morning.
const FRIDAY: &str = "2027-01-22T10:00:00+09:00";
const MONDAY: &str = "2027-01-25T08:59:00+09:00";
const EARLY: &str = "2027-01-22T05:59:00+09:00";

/// What a leg starts from, and what it is about.
pub(crate) struct Plan {
    pub(crate) starts_at: &'static str,
    /// The functions whose calls are disturbed in this leg. What another leg disturbs in the same way (the sending of
    /// a mail, say) is not disturbed here again.
    pub(crate) disturbs: &'static [&'static str],
    pub(crate) has_staff: bool,
}

impl Plan {
    fn of(disturbs: &'static [&'static str]) -> Self {
        Self { starts_at: FRIDAY, disturbs, has_staff: false }
    }

    fn at(self, starts_at: &'static str) -> Self {
        Self { starts_at, ..self }
    }

    fn with_staff(self) -> Self {
        Self { has_staff: true, ..self }
    }
}

/// One leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leg {
    /// From the entry page to the application number and the receipt.
    Apply,
    OfficerSignsIn,
    /// From the approval to ① delivered.
    Approve,
    Reject,
    /// From ① delivered to ②, the password, and the menu.
    Announce,
    /// Nobody was told of the approval, and there is an account without the right: ③.
    ExistingAccount,
    /// The same, with the right.
    AlreadyEntitled,
    /// Nobody was told of a mail.
    WakeUpLost,
    /// Whoever had claimed a mail died before it was handed over.
    WorkerDied,
    /// The pages that are open to all.
    OpenPages,
    LookUp,
    /// Three weeks are over.
    Stuck,
    Return,
    ApproveSelected,
    Withdraw,
    Correct,
    ApplyAgain,
    ProveAddress,
    /// ② again, by the applicant.
    Resend,
    ForgottenPassword,
    /// ① again, by the secretariat.
    OperateResend,
    /// A case held and let go, its queue run at once.
    OperateCase,
    OperateSettings,
    OperateStaff,
    /// What failed is sent back to work.
    Redrive,
    /// 代理申請, to ① delivered.
    Proxy,
    /// The address of a proxy application, whose ① is called off.
    CorrectAddress,
    RejectSelected,
    /// メールアドレス変更依頼, to the account's new address.
    ChangeAccount,
    ChangeRefusedByDesk,
    ChangeRefusedBySecretariat,
    /// The same for an application, whose ① is called off.
    RegisterAddress,
    /// ログインIDの問い合わせ.
    LoginId,
    /// From the invitation to the second factor.
    StaffInvited,
    StaffForgotPassword,
    /// 名簿の取込み, to the list that holds.
    Import,
    DiscardedImport,
    /// 配信停止リスト: an address is let go.
    Suppression,
}

impl Leg {
    pub(crate) const ALL: [Self; 38] = [
        Self::Apply,
        Self::OfficerSignsIn,
        Self::Approve,
        Self::Reject,
        Self::Announce,
        Self::ExistingAccount,
        Self::AlreadyEntitled,
        Self::WakeUpLost,
        Self::WorkerDied,
        Self::OpenPages,
        Self::LookUp,
        Self::Stuck,
        Self::Return,
        Self::ApproveSelected,
        Self::Withdraw,
        Self::Correct,
        Self::ApplyAgain,
        Self::ProveAddress,
        Self::Resend,
        Self::ForgottenPassword,
        Self::OperateResend,
        Self::OperateCase,
        Self::OperateSettings,
        Self::OperateStaff,
        Self::Redrive,
        Self::Proxy,
        Self::CorrectAddress,
        Self::RejectSelected,
        Self::ChangeAccount,
        Self::ChangeRefusedByDesk,
        Self::ChangeRefusedBySecretariat,
        Self::RegisterAddress,
        Self::LoginId,
        Self::StaffInvited,
        Self::StaffForgotPassword,
        Self::Import,
        Self::DiscardedImport,
        Self::Suppression,
    ];

    /// What it starts from, and what it is about.
    pub(crate) fn plan(self) -> Plan {
        match self {
            Self::Apply => {
                Plan::of(&["request-code", "verify-code", "submit", "send-mail", "record-delivery"])
            }
            Self::OfficerSignsIn => Plan::of(&["sign-in", "review"]).with_staff(),
            Self::Approve => {
                Plan::of(&["review", "issue-account", "send-mail", "record-delivery"]).with_staff()
            }
            Self::Announce => {
                Plan::of(&["announce-account", "send-mail", "record-delivery", "set-password", "sign-in"])
                    .at(MONDAY)
            }
            Self::ExistingAccount => Plan::of(&["issue-account", "record-delivery"]),
            Self::AlreadyEntitled => Plan::of(&["issue-account"]),
            Self::WakeUpLost | Self::WorkerDied => Plan::of(&["sweep-outbox"]),
            Self::OpenPages => Plan::of(&["site"]),
            Self::Stuck => Plan::of(&["flag-stuck", "index-desks"]).at(EARLY),
            Self::Reject
            | Self::Return
            | Self::ApproveSelected
            | Self::Proxy
            | Self::CorrectAddress
            | Self::RejectSelected => Plan::of(&["review"]).with_staff(),
            Self::ChangeAccount
            | Self::ChangeRefusedByDesk
            | Self::ChangeRefusedBySecretariat
            | Self::RegisterAddress => Plan::of(&["change-address"]).with_staff(),
            Self::LoginId | Self::StaffForgotPassword => Plan::of(&["set-password"]).with_staff(),
            Self::Import => Plan::of(&["operate", "import-institutions"]).with_staff(),
            Self::Suppression => Plan::of(&["operate", "lift-suppression"]).with_staff(),
            Self::LookUp | Self::Withdraw | Self::ProveAddress => Plan::of(&["track"]),
            Self::Resend => Plan::of(&["track"]).at(MONDAY),
            Self::Correct | Self::ApplyAgain => Plan::of(&["track", "submit"]),
            Self::ForgottenPassword | Self::StaffInvited => {
                Plan::of(&["set-password", "sign-in"]).with_staff()
            }
            Self::OperateResend
            | Self::OperateCase
            | Self::OperateSettings
            | Self::OperateStaff
            | Self::Redrive
            | Self::DiscardedImport => Plan::of(&["operate"]).with_staff(),
        }
    }

    /// Goes it, from the seed to the end; what must then be so.
    pub(crate) async fn go(self, world: &World) -> Expected {
        match self {
            Self::Apply => journey::apply(world).await,
            Self::OfficerSignsIn => journey::officer_signs_in(world).await,
            Self::Approve => journey::approve(world).await,
            Self::Reject => journey::reject(world).await,
            Self::Announce => journey::announce(world).await,
            Self::ExistingAccount => journey::existing_account(world, &[]).await,
            Self::AlreadyEntitled => journey::existing_account(world, &[Right::MedicalInformation]).await,
            Self::WakeUpLost => journey::wake_up_lost(world).await,
            Self::WorkerDied => journey::worker_died(world).await,
            Self::OpenPages => journey::open_pages(world).await,
            Self::LookUp => journey::look_up(world).await,
            Self::Stuck => journey::stuck(world).await,
            Self::Return => verbs::return_it(world).await,
            Self::ApproveSelected => verbs::approve_selected(world).await,
            Self::Withdraw => verbs::withdraw(world).await,
            Self::Correct => verbs::correct(world).await,
            Self::ApplyAgain => verbs::apply_again(world).await,
            Self::ProveAddress => verbs::prove_address(world).await,
            Self::Resend => verbs::resend(world).await,
            Self::ForgottenPassword => verbs::forgotten_password(world).await,
            Self::OperateResend => operating::resend(world).await,
            Self::OperateCase => operating::case(world).await,
            Self::OperateSettings => operating::settings(world).await,
            Self::OperateStaff => operating::staff(world).await,
            Self::Redrive => operating::redrive(world).await,
            Self::Suppression => operating::suppression(world).await,
            Self::Proxy => desk::proxy(world).await,
            Self::CorrectAddress => desk::correct_address(world).await,
            Self::RejectSelected => desk::reject_selected(world).await,
            Self::ChangeAccount => addresses::change(world).await,
            Self::ChangeRefusedByDesk => addresses::refused_by_desk(world).await,
            Self::ChangeRefusedBySecretariat => addresses::refused_by_secretariat(world).await,
            Self::RegisterAddress => addresses::register(world).await,
            Self::LoginId => people::login_id(world).await,
            Self::StaffInvited => people::invited(world).await,
            Self::StaffForgotPassword => people::forgotten(world).await,
            Self::Import => lists::import(world).await,
            Self::DiscardedImport => lists::discarded_import(world).await,
        }
    }
}
