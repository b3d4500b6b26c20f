//! Small mistakes around the rules. Each must be caught by a law: checks that nothing can fail prove nothing.

use crate::{laws::Law, store::Condition};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    AnnouncedWithoutDelivery,
    MarkedSentBeforeSending,
    NoClaim,
    NoRecovery,
    RepeatedAtOnce,
    SdkRetries,
    AcknowledgedBeforeHandled,
    EventMovesAnother,
    IssuedUnapproved,
    DeskNotChecked,
    FreezeNotRead,
    NothingCalledOff,
    MailsFromAnIndex,
    FlagTwice,
    Forgets(Condition),
}

impl Mutant {
    /// Each with the laws that may catch it.
    pub(crate) const ALL: [(Self, &str, &[Law]); 21] = [
        (Self::AnnouncedWithoutDelivery, "② announced without a Delivery of ①", &[Law::W2]),
        (Self::MarkedSentBeforeSending, "marked sent before sending", &[Law::M1]),
        (Self::NoClaim, "no claim", &[Law::M2]),
        (Self::NoRecovery, "no recovery of an unknown outcome", &[Law::M1]),
        (Self::RepeatedAtOnce, "an unknown outcome repeated at once", &[Law::M2]),
        (Self::SdkRetries, "SDK retry on", &[Law::M2]),
        (
            Self::AcknowledgedBeforeHandled,
            "a report acknowledged before it was handled",
            &[Law::Lost, Law::M1],
        ),
        (Self::EventMovesAnother, "an event that moves another application", &[Law::M6]),
        (Self::IssuedUnapproved, "issued without an approval", &[Law::W1, Law::W6]),
        (Self::DeskNotChecked, "an officer of another desk", &[Law::S3]),
        (Self::FreezeNotRead, "issued in a freeze", &[Law::Frozen]),
        (Self::NothingCalledOff, "mails of a withdrawn application that still leave", &[Law::M9, Law::W10]),
        (Self::MailsFromAnIndex, "what to call off is read from an index that lags", &[Law::M9, Law::W10]),
        (Self::FlagTwice, "flagged twice", &[Law::W9]),
        (
            Self::Forgets(Condition::ApplicationUnmoved),
            "an application written without condition",
            &[Law::W5, Law::W6],
        ),
        (
            Self::Forgets(Condition::MailUnmoved),
            "a mail written without condition",
            &[Law::M1, Law::M2, Law::M5],
        ),
        (
            Self::Forgets(Condition::AccountUnmoved),
            "an account written without condition",
            &[Law::W4, Law::W6],
        ),
        (
            Self::Forgets(Condition::VerificationUnmoved),
            "a try counted without condition",
            &[Law::S1, Law::S2],
        ),
        (Self::Forgets(Condition::SessionUnmoved), "a session that submits twice", &[Law::W7]),
        (Self::Forgets(Condition::MailRequired), "no RequireMail", &[Law::W2]),
        (Self::Forgets(Condition::KeyFree), "no claim of an institution's keys", &[Law::W3]),
    ];

    /// The condition that its commits lack.
    pub(crate) fn skips(self) -> Option<Condition> {
        match self {
            Self::Forgets(condition) => Some(condition),
            Self::AnnouncedWithoutDelivery
            | Self::MarkedSentBeforeSending
            | Self::NoClaim
            | Self::NoRecovery
            | Self::RepeatedAtOnce
            | Self::SdkRetries
            | Self::AcknowledgedBeforeHandled
            | Self::EventMovesAnother
            | Self::IssuedUnapproved
            | Self::DeskNotChecked
            | Self::FreezeNotRead
            | Self::NothingCalledOff
            | Self::MailsFromAnIndex
            | Self::FlagTwice => None,
        }
    }
}
