//! Sessions: who goes on, until when.
//!
//! Architecture invariant: a session is stored under the hash of its token, and ends at its absolute
//! limit, after its idle limit, and with its holder's epoch, whichever comes first.

use jiff::{SignedDuration, Timestamp};

use super::{
    account::Role,
    application::Application,
    contact::EmailAddress,
    form::FormInput,
    ids::{ApplicationNumber, LoginId, StaffId},
};

/// A signed-in session, or one that a code opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of the token in the cookie.
    pub id: String,
    pub holder: Holder,
    /// The holder's epoch when the session began; 0 where the holder has none.
    pub epoch: u64,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub version: u64,
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Looks at one application.
    Tracker { number: ApplicationNumber },
    /// A signed-in account.
    User { login_id: LoginId },
    /// Staff whose password was right and whose second factor is still to come.
    StaffFirstFactor { id: StaffId },
    /// Signed-in staff.
    Staff { id: StaffId, name: String, role: Role },
}

/// An applicant who proved an address and fills the form in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantSession {
    pub id: String,
    pub email: EmailAddress,
    pub task: Task,
    /// What was typed last, right or wrong.
    pub input: FormInput,
    /// The answers are a draft of before, and none was sent since.
    pub restored: bool,
    pub progress: Progress,
    pub expires_at: Timestamp,
    pub version: u64,
}

/// What the form is filled in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// 申請; `again_of` is the application that was rejected or taken back and that it was filled in from.
    Apply { again_of: Option<ApplicationNumber> },
    /// 差戻しの修正 of this application.
    Correct { number: ApplicationNumber },
}

/// How far the applicant has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    Filling,
    /// The form was without errors.
    Filled,
    /// Terms and privacy policy of this version were agreed to.
    Agreed {
        terms_version: String,
        at: Timestamp,
    },
    Submitted {
        number: ApplicationNumber,
    },
}

/// What was typed and not handed in is kept for so long after its session.
pub const DRAFT_TTL: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An applicant has this long from the code to the submission.
pub const APPLICANT_TTL: SignedDuration = SignedDuration::from_hours(4);

impl Holder {
    /// The absolute limit.
    pub fn ttl(&self) -> SignedDuration {
        match self {
            Self::Tracker { .. } => SignedDuration::from_hours(2),
            Self::User { .. } | Self::Staff { .. } => SignedDuration::from_hours(12),
            Self::StaffFirstFactor { .. } => SignedDuration::from_mins(10),
        }
    }

    /// The idle limit.
    pub fn idle_ttl(&self) -> SignedDuration {
        match self {
            Self::Tracker { .. } | Self::User { .. } | Self::Staff { .. } => SignedDuration::from_mins(60),
            Self::StaffFirstFactor { .. } => SignedDuration::from_mins(10),
        }
    }

    /// Where the holder's epoch is kept; none for holders whose sessions nobody can end from outside.
    pub fn epoch_key(&self) -> Option<String> {
        match self {
            Self::Tracker { .. } => None,
            Self::User { login_id } => Some(format!("user#{}", login_id.as_str())),
            Self::StaffFirstFactor { id } | Self::Staff { id, .. } => Some(staff_epoch_key(id)),
        }
    }
}

/// Where the epoch of a member of staff is kept.
pub fn staff_epoch_key(id: &StaffId) -> String {
    format!("staff#{}", id.as_str())
}

impl Session {
    pub fn begin(id: String, holder: Holder, epoch: u64, now: Timestamp) -> Self {
        let expires_at = now + holder.ttl();
        Self { id, holder, epoch, seen_at: now, expires_at, version: 1 }
    }

    /// Whether it still lives, by its own limits.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at && now < self.seen_at + self.holder.idle_ttl()
    }

    /// The session seen again; `None` while the last sight is recent enough not to be written anew.
    pub fn seen(&self, now: Timestamp) -> Option<Self> {
        let worth_writing = now >= self.seen_at + SignedDuration::from_mins(5);
        worth_writing.then(|| Self { seen_at: now, version: self.version + 1, ..self.clone() })
    }
}

impl ApplicantSession {
    pub fn begin(id: String, email: EmailAddress, now: Timestamp) -> Self {
        let (task, input) = (Task::Apply { again_of: None }, FormInput::default());
        let expires_at = now + APPLICANT_TTL;
        Self { id, email, task, input, restored: false, progress: Progress::Filling, expires_at, version: 1 }
    }

    /// Whoever proved to read the application's address fills the form in from it, for a new application.
    pub fn apply_again(id: String, of: &Application, now: Timestamp) -> Self {
        let task = Task::Apply { again_of: Some(of.number) };
        Self { task, input: of.form.to_input(), ..Self::begin(id, of.form.email.clone(), now) }
    }

    /// The same for its correction. What was agreed to still holds, as long as the terms are the same.
    pub fn correct(id: String, of: &Application, now: Timestamp) -> Self {
        let task = Task::Correct { number: of.number };
        let progress = Progress::Agreed { terms_version: of.terms_version.clone(), at: of.agreed_at };
        Self { task, input: of.form.to_input(), progress, ..Self::begin(id, of.form.email.clone(), now) }
    }

    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// The session goes on with the answers of an earlier one.
    #[must_use]
    pub fn with_draft(self, draft: FormInput) -> Self {
        Self { input: draft, restored: true, ..self }
    }

    /// The session after one more step.
    #[must_use]
    pub fn moved_on(self, input: FormInput, progress: Progress) -> Self {
        Self { input, restored: false, progress, version: self.version + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    #[test]
    fn a_session_ends_idle_and_absolutely() {
        let holder = Holder::User { login_id: LoginId::parse("abcd1234").unwrap() };
        let mut session = Session::begin("id".into(), holder, 1, at(0));
        assert!(session.is_live(at(59)));
        assert!(!session.is_live(at(60)));
        for minute in (30..12 * 60).step_by(30) {
            session = session.seen(at(minute)).unwrap();
        }
        assert!(session.is_live(at(12 * 60 - 1)));
        assert!(!session.is_live(at(12 * 60)), "no use makes it last longer than twelve hours");
    }
}
