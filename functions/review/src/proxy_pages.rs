//! The pages of a proxy application: the form, the check, the number.

use askama::Template;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEvent},
        form::{Answer, FIELDS, FieldWarning, FormInput},
        ids::ApplicationNumber,
    },
    web::{
        Moment,
        answers::{Questions, warnings_as_list},
    },
};

use crate::{
    alike::{Alike, Existing},
    officer::Staff,
};

/// What the officer entered so far.
pub(crate) struct Entered {
    /// With the address for mails.
    pub(crate) input: FormInput,
    pub(crate) agreed: bool,
    /// The number of the check page, once there was one.
    pub(crate) drawn: Option<ApplicationNumber>,
}

#[derive(Template, Serialize)]
#[template(path = "proxy.html")]
pub(crate) struct ProxyPage {
    staff: Staff,
    #[serde(flatten)]
    pub(crate) questions: Questions,
    email: String,
    agreed: bool,
}

#[derive(Template, Serialize)]
#[template(path = "proxy-check.html")]
pub(crate) struct ProxyCheckPage {
    staff: Staff,
    number: String,
    answers: Vec<Row>,
    #[serde(serialize_with = "warnings_as_list")]
    warnings: Vec<FieldWarning>,
    #[serde(skip)]
    pub(crate) own: Option<Alike>,
    pub(crate) alike: Vec<Alike>,
    pub(crate) more_alike: usize,
    pub(crate) existing_account: Option<Existing>,
    /// What a program sends back, with `step`, to file it.
    #[serde(serialize_with = "as_map")]
    hidden: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct Row {
    field: &'static str,
    label: &'static str,
    text: String,
}

#[derive(Template, Serialize)]
#[template(path = "proxy-filed.html")]
pub(crate) struct FiledPage {
    staff: Staff,
    number: String,
    institution_name: String,
    email: String,
    submitted_at: Moment,
}

impl Entered {
    pub(crate) fn beginning(input: FormInput) -> Self {
        Self { input, agreed: false, drawn: None }
    }

    /// As a form sends it.
    pub(crate) fn hidden(&self) -> Vec<(&'static str, String)> {
        let typed = |name: &'static str| (name, self.input.typed(name).unwrap_or_default().to_owned());
        let mut hidden: Vec<_> = FIELDS.iter().map(|field| typed(field.name)).collect();
        for (name, is_ticked) in [("unnumbered", self.input.unnumbered), ("agreed", self.agreed)] {
            if is_ticked {
                hidden.push((name, "yes".to_owned()));
            }
        }
        hidden
    }
}

impl ProxyPage {
    pub(crate) fn of(staff: Staff, questions: Questions, entered: &Entered) -> Self {
        Self { staff, questions, email: entered.input.email.clone(), agreed: entered.agreed }
    }
}

impl ProxyCheckPage {
    pub(crate) fn of(
        application: &Application,
        warnings: Vec<FieldWarning>,
        hidden: Vec<(&'static str, String)>,
        staff: Staff,
    ) -> Self {
        Self {
            staff,
            number: application.number.to_string(),
            answers: application.form.answers().into_iter().map(Row::of).collect(),
            warnings,
            own: None,
            alike: Vec::new(),
            more_alike: 0,
            existing_account: None,
            hidden,
        }
    }
}

impl Row {
    fn of(Answer { field, text }: Answer) -> Self {
        Self { field: field.name, label: field.label, text }
    }
}

impl FiledPage {
    /// Nothing for an application that its applicant filed.
    pub(crate) fn of(application: &Application, staff: Staff) -> Option<Self> {
        let is_proxy = |event: &AuditEvent| matches!(event, AuditEvent::SubmittedOnBehalf { .. });
        application.history.iter().any(|entry| is_proxy(&entry.event)).then(|| Self {
            staff,
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            email: application.form.email.as_str().to_owned(),
            submitted_at: application.submitted_at.into(),
        })
    }
}

fn as_map<S: serde::Serializer>(hidden: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(hidden.iter().map(|(name, value)| (name, value)))
}
