//! The questions as a page shows them, with what was answered so far and what is said about it.

use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::{AddressHelp, confirmation::fingerprint};
use crate::{
    domain::{
        form::{FIELDS, FieldErrors, FieldWarning, FormInput, Parsed},
        institution::{CodeRule, CodeRules, InstitutionKind, InstitutionSubkind},
        prefecture::{Prefecture, PrefectureDesk},
    },
    runtime::Key,
    web::Choice,
};

/// All but the address for mails, which is asked elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Questions {
    #[serde(rename = "answers", serialize_with = "by_name")]
    pub input: FormInput,
    #[serde(serialize_with = "warnings_as_list")]
    pub warnings: Vec<FieldWarning>,
    pub confirmed_warnings: bool,
    #[serde(skip)]
    pub fingerprint: String,
    pub unnumbered: bool,
    #[serde(skip)]
    pub institution_code_hint: String,
    /// The hints of the prefectures that have rules of their own.
    #[serde(skip)]
    pub institution_code_hints: Vec<Choice>,
    pub address: AddressHelp,
    pub institution_kinds: Vec<Choice>,
    pub institution_subkinds: Vec<SubkindGroup>,
    pub prefectures: Vec<Choice>,
    #[serde(skip)]
    pub errors: FieldErrors,
}

/// The 機関判別区分 of one 機関区分.
#[derive(Debug, Clone, Serialize)]
pub struct SubkindGroup {
    pub kind: &'static str,
    pub label: &'static str,
    pub options: Vec<Choice>,
}

impl Questions {
    /// `parsed` is what came of `input`; errors that are not to be said yet are left out of it by the caller.
    pub fn of(
        input: &FormInput,
        parsed: Result<Parsed, FieldErrors>,
        pepper: &Key,
        rules: &CodeRules,
    ) -> Self {
        let (warnings, errors) = match parsed {
            Ok(parsed) => (parsed.warnings, FieldErrors::new()),
            Err(errors) => (Vec::new(), errors),
        };
        Self {
            fingerprint: fingerprint(&warnings, input, pepper),
            warnings,
            confirmed_warnings: input.confirmed_warnings,
            unnumbered: input.unnumbered,
            institution_code_hint: hint_of(rules.rule_for(Prefecture::parse(&input.prefecture))),
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
            input: with_known_choices(input.clone()),
        }
    }

    /// Only what belongs to this desk can be chosen.
    #[must_use]
    pub fn of_desk(self, desk: PrefectureDesk) -> Self {
        let kinds = || InstitutionKind::all().iter().copied().filter(|kind| kind.desk() == desk.desk);
        Self {
            institution_kinds: kinds().map(|kind| Choice::new(kind.as_str(), kind.label())).collect(),
            institution_subkinds: kinds().map(SubkindGroup::of).collect(),
            prefectures: vec![Choice::new(desk.prefecture.name(), desk.prefecture.name())],
            ..self
        }
    }

    /// What keeps from going on: errors, or warnings to confirm.
    pub fn to_mend(&self) -> FieldErrors {
        let mut all = self.errors.clone();
        for warning in self.warnings.iter().filter(|_| !self.confirmed_warnings) {
            all.push(warning.field, warning.message.clone());
        }
        all
    }

    pub fn asks_to_confirm(&self) -> bool {
        !self.warnings.is_empty() && !self.confirmed_warnings
    }

    pub fn warning_for(&self, field: &str) -> Vec<&str> {
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
    let typed = FIELDS.iter().filter(|field| field.name != crate::domain::form::EMAIL.name);
    serializer.collect_map(typed.map(|field| (field.name, input.typed(field.name).unwrap_or_default())))
}

/// Warnings as a problem document lists errors.
pub fn warnings_as_list<S: Serializer>(warnings: &[FieldWarning], serializer: S) -> Result<S::Ok, S::Error> {
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
