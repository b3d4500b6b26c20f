//! GET and POST /application/form — the sixteen fields.
//!
//! Invariant: what was typed is stored before anything is said about it, right or wrong, so that loading the page
//! again loses nothing.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeSeq};
use shared::{
    domain::{
        form::{ApplicationForm, FIELDS, FieldErrors, FieldWarning, FormInput},
        institution::{CodeRule, CodeRules, InstitutionKind, InstitutionSubkind},
        prefecture::Prefecture,
        session::{ApplicantSession, Progress},
    },
    runtime::Key,
    web::{Body, Choice, Cookies, Moment, Page, Problem, Query},
};

use crate::{
    App,
    address::AddressHelp,
    confirmation::{Confirmation, fingerprint},
    standing::{Standing, progress_with},
    task::Correction,
    typed::TypedForm,
};

/// What the address of the page says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// 「住所を自動入力」 was pressed.
    address: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    cookies: Cookies,
    Query(query): Query<Asked>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let session = app.applicant(&cookies, now).await?;
    match Standing::of(&session, &app.code_rules) {
        submitted @ Standing::Submitted { .. } => Ok(submitted.see().into_response()),
        Standing::Form | Standing::Terms | Standing::Ready(_) => {
            // Whoever only had the address filled in, or comes back, has not finished: nothing is missing yet.
            let asked =
                session.input != FormInput::default() && query.address.is_empty() && !session.restored;
            let page = FormPage::of(&session, asked, &app.pepper, &app.code_rules);
            let correction = app.correction_of(&session).await?;
            let address = AddressHelp::of(&query.address, &session.input);
            Ok(Page::ok(FormPage { correction, address, ..page }).into_response())
        }
    }
}

pub(crate) async fn save(
    State(app): State<App>,
    cookies: Cookies,
    Body(typed): Body<TypedForm>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (input, confirmation, fill) = typed.into_parts();
    let input = fill.applied(input);
    let rules = &app.code_rules;
    let session = app
        .move_on(&cookies, now, |session| {
            filled_in(session, input.clone(), &confirmation, &app.pepper, rules)
        })
        .await?;
    let standing = Standing::of(&session, rules);
    if let (Some(form), Standing::Form | Standing::Terms | Standing::Ready(_)) = (fill.see(), &standing) {
        return Ok(form.into_response());
    }
    match standing {
        Standing::Form => {
            let correction = app.correction_of(&session).await?;
            let page = FormPage { correction, ..FormPage::of(&session, true, &app.pepper, rules) };
            let to_mend = page.to_mend();
            Ok(Page::invalid(page, to_mend).into_response())
        }
        next @ (Standing::Terms | Standing::Ready(_) | Standing::Submitted { .. }) => {
            Ok(next.see().into_response())
        }
    }
}

/// The session's answers after `input` was sent; nothing where they were handed in already.
fn filled_in(
    session: &ApplicantSession,
    input: FormInput,
    confirmation: &Confirmation,
    pepper: &Key,
    rules: &CodeRules,
) -> Option<(FormInput, Progress)> {
    if let Progress::Submitted { .. } = session.progress {
        return None;
    }
    let confirmed_warnings = match ApplicationForm::parse_with(&input, session.email.clone(), rules) {
        Ok(parsed) => confirmation.covers(&parsed.warnings, &input, pepper) && !parsed.warnings.is_empty(),
        Err(_) => false,
    };
    let input = FormInput { confirmed_warnings, ..input };
    let progress = progress_with(session, &input, rules);
    Some((input, progress))
}

#[derive(Template, Serialize)]
#[template(path = "form.html")]
pub(crate) struct FormPage {
    #[serde(rename = "answers", serialize_with = "by_name")]
    input: FormInput,
    email: String,
    /// What the desk asked to correct, where the application was returned.
    correction: Option<Correction>,
    /// The answers are those of an earlier session.
    restored: bool,
    expires_at: Moment,
    #[serde(serialize_with = "as_list")]
    warnings: Vec<FieldWarning>,
    confirmed_warnings: bool,
    #[serde(skip)]
    fingerprint: String,
    unnumbered: bool,
    #[serde(skip)]
    institution_code_hint: String,
    /// The hints of the prefectures that have rules of their own.
    #[serde(skip)]
    institution_code_hints: Vec<Choice>,
    address: AddressHelp,
    institution_kinds: Vec<Choice>,
    institution_subkinds: Vec<SubkindGroup>,
    prefectures: Vec<Choice>,
    #[serde(skip)]
    errors: FieldErrors,
}

/// The 機関判別区分 of one 機関区分.
#[derive(Serialize)]
struct SubkindGroup {
    kind: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

impl FormPage {
    /// `asked`: the form was sent before, so that what is missing is an error by now.
    fn of(session: &ApplicantSession, asked: bool, pepper: &Key, rules: &CodeRules) -> Self {
        let stored = &session.input;
        let (warnings, errors) = match ApplicationForm::parse_with(stored, session.email.clone(), rules) {
            Ok(parsed) => (parsed.warnings, FieldErrors::new()),
            Err(errors) if asked => (Vec::new(), errors),
            Err(_) => (Vec::new(), FieldErrors::new()),
        };
        Self {
            email: session.email.as_str().to_owned(),
            correction: None,
            restored: session.restored,
            expires_at: session.expires_at.into(),
            fingerprint: fingerprint(&warnings, stored, pepper),
            warnings,
            confirmed_warnings: stored.confirmed_warnings,
            unnumbered: stored.unnumbered,
            institution_code_hint: hint_of(rules.rule_for(Prefecture::parse(&stored.prefecture))),
            institution_code_hints: hints_of(rules),
            address: AddressHelp::default(),
            institution_kinds: InstitutionKind::all()
                .iter()
                .map(|kind| Choice::new(kind.as_str(), kind.label()))
                .collect(),
            institution_subkinds: InstitutionKind::all().iter().copied().map(SubkindGroup::of).collect(),
            prefectures: Prefecture::all()
                .iter()
                .map(|prefecture| Choice::new(prefecture.name(), prefecture.name()))
                .collect(),
            errors,
            input: with_known_choices(stored.clone()),
        }
    }

    /// What keeps the applicant from going on: errors, or warnings to confirm.
    fn to_mend(&self) -> FieldErrors {
        let mut all = self.errors.clone();
        for warning in self.warnings.iter().filter(|_| !self.confirmed_warnings) {
            all.push(warning.field, warning.message.clone());
        }
        all
    }

    fn asks_to_confirm(&self) -> bool {
        !self.warnings.is_empty() && !self.confirmed_warnings
    }

    fn warning_for(&self, field: &str) -> Vec<&str> {
        let of_field = self.warnings.iter().filter(|warning| warning.field == field);
        of_field.map(|warning| warning.message.as_str()).collect()
    }
}

/// The words of the prefecture, and what a code looks like there.
fn hint_of(rule: &CodeRule) -> String {
    format!("{}（{}）", rule.hint, rule.description())
}

/// By the name of the prefecture; the empty name is for all the others.
fn hints_of(rules: &CodeRules) -> Vec<Choice> {
    let own =
        rules.by_prefecture.iter().map(|(prefecture, rule)| Choice::new(prefecture.name(), hint_of(rule)));
    std::iter::once(Choice::new("", hint_of(&rules.fallback))).chain(own).collect()
}

impl SubkindGroup {
    fn of(kind: InstitutionKind) -> Self {
        let choice = |subkind: InstitutionSubkind| Choice::new(subkind.as_str(), subkind.label());
        Self { kind: kind.as_str(), label: kind.label(), options: kind.subkinds().map(choice).collect() }
    }
}

/// A script may say 「病院」 or "29": the page's lists know "hospital" and 「奈良県」.
fn with_known_choices(input: FormInput) -> FormInput {
    let kind = InstitutionKind::parse(&input.institution_kind).map(InstitutionKind::as_str);
    let subkind = InstitutionSubkind::parse(&input.institution_subkind).map(InstitutionSubkind::as_str);
    let prefecture = Prefecture::parse(&input.prefecture).map(Prefecture::name);
    let or_typed = |known: Option<&'static str>, typed: String| known.map_or(typed, str::to_owned);
    FormInput {
        institution_kind: or_typed(kind, input.institution_kind),
        institution_subkind: or_typed(subkind, input.institution_subkind),
        prefecture: or_typed(prefecture, input.prefecture),
        ..input
    }
}

fn by_name<S: Serializer>(input: &FormInput, serializer: S) -> Result<S::Ok, S::Error> {
    let typed = FIELDS.iter().filter(|field| field.name != shared::domain::form::EMAIL.name);
    serializer.collect_map(typed.map(|field| (field.name, input.typed(field.name).unwrap_or_default())))
}

/// Warnings as a problem document lists errors.
pub(crate) fn as_list<S: Serializer>(warnings: &[FieldWarning], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Listed<'a> {
        field: &'a str,
        message: &'a str,
    }
    let mut list = serializer.serialize_seq(Some(warnings.len()))?;
    for warning in warnings {
        list.serialize_element(&Listed { field: warning.field, message: &warning.message })?;
    }
    list.end()
}

#[cfg(test)]
mod tests;
