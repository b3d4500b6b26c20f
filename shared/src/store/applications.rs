//! Applications: one item each, with form, state and history.

mod duplicates;
mod history;
mod waiting;

pub use waiting::WaitingPage;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use jiff::Timestamp;

use super::{
    Inconsistent, Item, Store, StoreError, Table, desks,
    item::{Reader, Writer, stored_time},
};
use crate::domain::{
    application::{AdvanceOutcome, Application, Flags, Hold, HoldReason, Queue, Status, StatusKind},
    contact::{Building, City, Department, EmailAddress, PersonName, PhoneNumber, PostalCode, Street},
    form::ApplicationForm,
    ids::{ApplicationNumber, LoginId, MailId, StaffId},
    institution::{InstitutionCode, InstitutionKind, InstitutionName, InstitutionSubkind, InsuranceCode},
    prefecture::Prefecture,
};

/// The item that counts the application numbers.
const COUNTER: &str = "counter#application";
/// The partition of the sparse index of applications that a flag may fall due on.
const WAITING: &str = "waiting";

impl Store {
    /// Draws the next application number. Gaps are allowed, doubles impossible.
    pub async fn draw_application_number(&self) -> Result<ApplicationNumber, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(self.tables.name(Table::Applications)?)
            .key("pk", AttributeValue::S(COUNTER.to_owned()))
            .update_expression("ADD #count :one")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(StoreError::call)?;
        let count = answer.attributes().and_then(|item| item.get("count")?.as_n().ok()?.parse().ok());
        let unreadable = Inconsistent { kind: "counter", key: COUNTER.to_owned(), attribute: "count" };
        Ok(count.and_then(ApplicationNumber::new).ok_or(unreadable)?)
    }

    pub async fn load_application(
        &self,
        number: ApplicationNumber,
    ) -> Result<Option<Application>, StoreError> {
        let item = self.load(Table::Applications, &number.to_string()).await?;
        Ok(item.map(|item| application_of(&item)).transpose()?)
    }

    /// The applications whose work fell due by `now`, the longest due first.
    pub async fn list_work(
        &self,
        queue: Queue,
        now: Timestamp,
        most: i32,
    ) -> Result<Vec<ApplicationNumber>, StoreError> {
        self.list_due("work", ("work", queue.as_str()), "work_at", now, most).await
    }

    /// The applications on which a flag fell due by `now`, the longest due first.
    pub async fn list_flag_due(
        &self,
        now: Timestamp,
        most: i32,
    ) -> Result<Vec<ApplicationNumber>, StoreError> {
        self.list_due("waiting", ("waiting", WAITING), "flag_due_at", now, most).await
    }

    async fn list_due(
        &self,
        index: &str,
        (partition, value): (&str, &str),
        sort: &str,
        now: Timestamp,
        most: i32,
    ) -> Result<Vec<ApplicationNumber>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name(index)
            .key_condition_expression("#partition = :partition AND #sort <= :now")
            .expression_attribute_names("#partition", partition)
            .expression_attribute_names("#sort", sort)
            .expression_attribute_values(":partition", AttributeValue::S(value.to_owned()))
            .expression_attribute_values(":now", AttributeValue::S(stored_time(now)))
            .limit(most)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::call)?;
        let numbers = answer.items().iter().map(|item| {
            let reader = Reader::new("application", item)?;
            ApplicationNumber::parse(reader.key()).ok_or_else(|| reader.unreadable("pk"))
        });
        Ok(numbers.collect::<Result<_, Inconsistent>>()?)
    }
}

pub(super) fn item_of(application: &Application) -> Item {
    let status = application.status.kind();
    let item = Writer::keyed(application.number.to_string())
        .number("schema", 1)
        .number("version", application.version)
        .map("form", form_writer(&application.form))
        .time("submitted_at", application.submitted_at)
        .text("terms_version", &application.terms_version)
        .time("agreed_at", application.agreed_at)
        .optional_text("applied_again_of", application.applied_again_of.map(|number| number.to_string()))
        .text("status", status.as_str())
        .map("state", state_writer(&application.status))
        .time("entered_at", application.entered_at)
        .optional_time("flagged_in_state_at", application.flags.in_state)
        .optional_time("flagged_since_submission_at", application.flags.since_submission)
        .maps("history", application.history.iter().map(history::writer))
        .texts("mails", application.mails.iter().map(|mail| mail.as_str().to_owned()));
    let item = desks::listed(item, application);
    let item = match &application.hold {
        Some(hold) => item.map("hold", hold_writer(hold)),
        None => item,
    };
    let item = match application.work() {
        Some((queue, at)) => item.text("work", queue.as_str()).time("work_at", at),
        None => item,
    };
    let item = match application.flag_due_at() {
        Some(at) => item.text("waiting", WAITING).time("flag_due_at", at),
        None => item,
    };
    duplicates::with_keys(item, application).finish()
}

pub(super) fn application_of(item: &Item) -> Result<Application, Inconsistent> {
    let reader = Reader::new("application", item)?;
    Ok(Application {
        number: reader.parsed("pk", ApplicationNumber::parse)?,
        form: form_of(reader.map("form")?)?,
        submitted_at: reader.time("submitted_at")?,
        terms_version: reader.text("terms_version")?.to_owned(),
        agreed_at: reader.time("agreed_at")?,
        applied_again_of: reader.optional_parsed("applied_again_of", ApplicationNumber::parse)?,
        status: status_of(reader.parsed("status", StatusKind::parse)?, reader.map("state")?)?,
        entered_at: reader.time("entered_at")?,
        flags: Flags {
            in_state: reader.optional_time("flagged_in_state_at")?,
            since_submission: reader.optional_time("flagged_since_submission_at")?,
        },
        hold: reader.optional_map("hold")?.map(hold_of).transpose()?,
        history: reader.maps("history")?.into_iter().map(history::entry_of).collect::<Result<_, _>>()?,
        mails: reader.mail_ids("mails")?,
        version: reader.number("version")?,
    })
}

fn hold_writer(hold: &Hold) -> Writer {
    Writer::default()
        .text("by", hold.by.as_str())
        .text("by_name", &hold.by_name)
        .text("reason", hold.reason.as_str())
        .time("at", hold.at)
}

fn hold_of(reader: Reader<'_>) -> Result<Hold, Inconsistent> {
    Ok(Hold {
        by: reader.parsed("by", StaffId::parse)?,
        by_name: reader.text("by_name")?.to_owned(),
        reason: reader.parsed("reason", HoldReason::from_stored)?,
        at: reader.time("at")?,
    })
}

fn state_writer(status: &Status) -> Writer {
    let writer = Writer::default();
    match status {
        Status::Submitted | Status::Approved => writer,
        Status::Issuing { advance, outcome } => {
            let writer = writer.text("advance", advance.as_str());
            match outcome {
                AdvanceOutcome::Awaited => writer.text("outcome", "awaited"),
                AdvanceOutcome::Delivered { announce_at } => {
                    writer.text("outcome", "delivered").time("announce_at", *announce_at)
                }
                AdvanceOutcome::Undeliverable => writer.text("outcome", "undeliverable"),
            }
        }
        Status::Issued { login_id, notice, delivered_at, password_set_at } => writer
            .text("login_id", login_id.as_str())
            .text("notice", notice.as_str())
            .optional_time("delivered_at", *delivered_at)
            .optional_time("password_set_at", *password_set_at),
        Status::AlreadyEntitled { login_id } => writer.text("login_id", login_id.as_str()),
        Status::Rejected { notice } => writer.optional_text("notice", notice.as_ref().map(MailId::as_str)),
        Status::Returned { fields, note, due_on, notice } => writer
            .texts("fields", fields.iter().map(|field| field.name.to_owned()))
            .text("note", note)
            .text("due_on", due_on.to_string())
            .text("notice", notice.as_str()),
        Status::Withdrawn { notice } => writer.text("notice", notice.as_str()),
    }
}

fn status_of(kind: StatusKind, reader: Reader<'_>) -> Result<Status, Inconsistent> {
    Ok(match kind {
        StatusKind::Submitted => Status::Submitted,
        StatusKind::Approved => Status::Approved,
        StatusKind::Issuing => Status::Issuing {
            advance: reader.parsed("advance", MailId::parse)?,
            outcome: match reader.text("outcome")? {
                "awaited" => AdvanceOutcome::Awaited,
                "delivered" => AdvanceOutcome::Delivered { announce_at: reader.time("announce_at")? },
                "undeliverable" => AdvanceOutcome::Undeliverable,
                _ => return Err(reader.unreadable("outcome")),
            },
        },
        StatusKind::Issued => Status::Issued {
            login_id: reader.parsed("login_id", LoginId::parse)?,
            notice: reader.parsed("notice", MailId::parse)?,
            delivered_at: reader.optional_time("delivered_at")?,
            password_set_at: reader.optional_time("password_set_at")?,
        },
        StatusKind::AlreadyEntitled => {
            Status::AlreadyEntitled { login_id: reader.parsed("login_id", LoginId::parse)? }
        }
        StatusKind::Rejected => Status::Rejected { notice: reader.optional_parsed("notice", MailId::parse)? },
        StatusKind::Returned => Status::Returned {
            fields: reader.fields("fields")?,
            note: reader.text("note")?.to_owned(),
            due_on: reader.parsed("due_on", |date| date.parse().ok())?,
            notice: reader.parsed("notice", MailId::parse)?,
        },
        StatusKind::Withdrawn => Status::Withdrawn { notice: reader.parsed("notice", MailId::parse)? },
    })
}

fn form_writer(form: &ApplicationForm) -> Writer {
    let writer = if form.unnumbered { Writer::default().flag("unnumbered", true) } else { Writer::default() };
    writer
        .text("institution_name", form.institution_name.as_str())
        .optional_text("institution_code", form.institution_code.as_ref().map(InstitutionCode::as_str))
        .text("institution_kind", form.institution_kind.as_str())
        .text("institution_subkind", form.institution_subkind.as_str())
        .text("phone", form.phone.as_str())
        .optional_text("insurance_code", form.insurance_code.as_ref().map(InsuranceCode::as_str))
        .text("postal_code", form.postal_code.as_str())
        .text("prefecture", form.prefecture.code2())
        .text("city", form.city.as_str())
        .text("street", form.street.as_str())
        .optional_text("building", form.building.as_ref().map(Building::as_str))
        .optional_text("department", form.department.as_ref().map(Department::as_str))
        .text("contact_family_name", form.contact_family_name.as_str())
        .text("contact_given_name", form.contact_given_name.as_str())
        .text("department_phone", form.department_phone.as_str())
        .text("email", form.email.as_str())
}

fn form_of(reader: Reader<'_>) -> Result<ApplicationForm, Inconsistent> {
    Ok(ApplicationForm {
        institution_name: reader.parsed("institution_name", InstitutionName::from_stored)?,
        institution_code: reader.optional_parsed("institution_code", InstitutionCode::from_stored)?,
        unnumbered: reader.optional_flag("unnumbered")?,
        institution_kind: reader.parsed("institution_kind", InstitutionKind::from_stored)?,
        institution_subkind: reader.parsed("institution_subkind", InstitutionSubkind::from_stored)?,
        phone: reader.parsed("phone", PhoneNumber::from_stored)?,
        insurance_code: reader.optional_parsed("insurance_code", InsuranceCode::from_stored)?,
        postal_code: reader.parsed("postal_code", PostalCode::from_stored)?,
        prefecture: reader.parsed("prefecture", Prefecture::from_stored)?,
        city: reader.parsed("city", City::from_stored)?,
        street: reader.parsed("street", Street::from_stored)?,
        building: reader.optional_parsed("building", Building::from_stored)?,
        department: reader.optional_parsed("department", Department::from_stored)?,
        contact_family_name: reader.parsed("contact_family_name", PersonName::from_stored)?,
        contact_given_name: reader.parsed("contact_given_name", PersonName::from_stored)?,
        department_phone: reader.parsed("department_phone", PhoneNumber::from_stored)?,
        email: reader.parsed("email", EmailAddress::from_stored)?,
    })
}
