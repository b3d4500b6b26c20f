//! Where an applicant stands: which step is missing, or that everything is there.
//!
//! Invariant: every page asks here, so that none can be reached by its address alone.

use jiff::Timestamp;
use shared::{
    domain::{
        form::{ApplicationForm, FormInput, Parsed},
        ids::ApplicationNumber,
        institution::CodeRules,
        session::{ApplicantSession, Progress},
        terms::TERMS_VERSION,
    },
    web::SeeOther,
};

/// The step that comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Answers are missing or wrong, or a warning has not been confirmed.
    Form,
    /// The present terms have not been agreed to.
    Terms,
    /// Only the submission is missing.
    Ready(Box<Ready>),
    Submitted {
        number: ApplicationNumber,
    },
}

/// All that an application is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) parsed: Parsed,
    pub(crate) terms_version: String,
    pub(crate) agreed_at: Timestamp,
}

impl Standing {
    pub(crate) fn of(session: &ApplicantSession, rules: &CodeRules) -> Self {
        match &session.progress {
            Progress::Submitted { number } => Self::Submitted { number: *number },
            Progress::Filling | Progress::Filled => match settled(session, rules) {
                None => Self::Form,
                Some(_) => Self::Terms,
            },
            Progress::Agreed { terms_version, at } => match settled(session, rules) {
                None => Self::Form,
                Some(parsed) if terms_version == TERMS_VERSION => Self::Ready(Box::new(Ready {
                    parsed,
                    terms_version: terms_version.clone(),
                    agreed_at: *at,
                })),
                Some(_) => Self::Terms,
            },
        }
    }

    /// The way to the step.
    pub(crate) fn see(&self) -> SeeOther {
        SeeOther::to(match self {
            Self::Form => "/application/form",
            Self::Terms => "/application/terms",
            Self::Ready(_) => "/application/check",
            Self::Submitted { .. } => "/application/done",
        })
    }
}

/// The session's progress after `input` was typed in: an agreement outlives a change of the answers.
pub(crate) fn progress_with(session: &ApplicantSession, input: &FormInput, rules: &CodeRules) -> Progress {
    match &session.progress {
        Progress::Agreed { .. } | Progress::Submitted { .. } => session.progress.clone(),
        Progress::Filling | Progress::Filled => {
            let next = ApplicantSession { input: input.clone(), ..session.clone() };
            if settled(&next, rules).is_some() { Progress::Filled } else { Progress::Filling }
        }
    }
}

/// The stored answers, read again with the verified address; nothing while something is left to say about them.
fn settled(session: &ApplicantSession, rules: &CodeRules) -> Option<Parsed> {
    let parsed = ApplicationForm::parse_with(&session.input, session.email.clone(), rules).ok()?;
    (!parsed.must_be_confirmed(&session.input)).then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::{
        application::samples::{NOON, nara_hospital_input},
        contact::EmailAddress,
    };

    fn session(input: FormInput, progress: Progress) -> ApplicantSession {
        let email = EmailAddress::parse("soumu@example.jp").unwrap();
        ApplicantSession::begin("id".into(), email, *NOON).moved_on(input, progress)
    }

    fn agreed(terms_version: &str) -> Progress {
        Progress::Agreed { terms_version: terms_version.into(), at: *NOON }
    }

    #[test]
    fn the_missing_step_of_every_progress() {
        let doubtful = FormInput { insurance_code: "3648010016".into(), ..nara_hospital_input() };
        let confirmed = FormInput { confirmed_warnings: true, ..doubtful.clone() };
        let number = ApplicationNumber::new(1750).unwrap();
        let rows = [
            ("empty", FormInput::default()),
            ("doubtful", doubtful),
            ("confirmed", confirmed),
            ("complete", nara_hospital_input()),
        ]
        .map(|(name, input)| {
            let steps = [
                Progress::Filling,
                Progress::Filled,
                agreed("1999-01-01"),
                agreed(TERMS_VERSION),
                Progress::Submitted { number },
            ]
            .map(|progress| {
                match Standing::of(&session(input.clone(), progress), &CodeRules::default()) {
                    Standing::Form => "form",
                    Standing::Terms => "terms",
                    Standing::Ready(_) => "check",
                    Standing::Submitted { .. } => "done",
                }
            });
            format!("{name:9} {}", steps.join(" "))
        });
        insta::assert_snapshot!(rows.join("\n"), @r"
        empty     form form form form done
        doubtful  form form form form done
        confirmed terms terms terms check done
        complete  terms terms terms check done
        ");
    }

    #[test]
    fn the_address_is_the_sessions_whatever_was_typed() {
        let input = FormInput { email: "somebody-else@example.jp".into(), ..nara_hospital_input() };
        let session = session(input, agreed(TERMS_VERSION));
        let Standing::Ready(ready) = Standing::of(&session, &CodeRules::default()) else {
            panic!("everything is there");
        };
        assert_eq!(ready.parsed.form.email.as_str(), "soumu@example.jp");
    }

    #[test]
    fn an_agreement_outlives_a_slip_of_the_pen() {
        let agreed = session(nara_hospital_input(), agreed(TERMS_VERSION));
        let rules = CodeRules::default();
        let slipped = progress_with(&agreed, &FormInput::default(), &rules);
        assert_eq!(slipped, agreed.progress);
        assert_eq!(Standing::of(&agreed.moved_on(FormInput::default(), slipped), &rules), Standing::Form);
        let filling = session(FormInput::default(), Progress::Filling);
        assert_eq!(progress_with(&filling, &nara_hospital_input(), &rules), Progress::Filled);
        assert_eq!(progress_with(&filling, &FormInput::default(), &rules), Progress::Filling);
    }
}
