//! The sparse indexes of applications that may be for the same institution: one a likeness.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Inconsistent, Reader, Store, StoreError, Table, Writer, stored_time};
use crate::domain::{
    application::{Application, DuplicateKey, Likeness, PossibleDuplicate, duplicate_keys},
    form::ApplicationForm,
    ids::ApplicationNumber,
    prefecture::PrefectureDesk,
};

/// Of each likeness a desk is shown so many: twenty pharmacies may share an address.
const MOST: i32 = 20;

impl Store {
    /// The other applications of the same desk that may be for the same institution, the most alike first. What other
    /// desks hold is out of the query's reach.
    pub async fn list_possible_duplicates(
        &self,
        application: &Application,
    ) -> Result<Vec<PossibleDuplicate>, StoreError> {
        let desk = application.desk();
        let mut findings = Vec::new();
        for key in duplicate_keys(&application.form) {
            let found = self.find_alike(&key, Some(desk), MOST).await?;
            findings.extend(found.into_iter().map(|number| (number, key.likeness)));
        }
        Ok(PossibleDuplicate::of_findings(findings, application.number))
    }

    /// Whether an application for this institution may have been accepted already, by whatever desk. Nothing of it is
    /// told but that.
    pub async fn is_possibly_applied_for(&self, form: &ApplicationForm) -> Result<bool, StoreError> {
        for key in duplicate_keys(form).into_iter().filter(|key| key.likeness.is_of_an_institution()) {
            if !self.find_alike(&key, None, 1).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The newest applications with this key.
    async fn find_alike(
        &self,
        key: &DuplicateKey,
        desk: Option<PrefectureDesk>,
        most: i32,
    ) -> Result<Vec<ApplicationNumber>, StoreError> {
        let (index, attribute) = index_of(key.likeness);
        let query = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name(index)
            .expression_attribute_names("#key", attribute)
            .expression_attribute_values(":key", AttributeValue::S(key.as_str().to_owned()))
            .scan_index_forward(false)
            .limit(most);
        let query = match desk {
            None => query.key_condition_expression("#key = :key"),
            Some(desk) => query
                .key_condition_expression("#key = :key AND begins_with(#filed, :desk)")
                .expression_attribute_names("#filed", "filed")
                .expression_attribute_values(":desk", AttributeValue::S(format!("{}#", desk.as_key()))),
        };
        let answer = query.send().await.map_err(StoreError::call)?;
        let numbers = answer.items().iter().map(|item| {
            let reader = Reader::new("application", item)?;
            ApplicationNumber::parse(reader.key()).ok_or_else(|| reader.unreadable("pk"))
        });
        Ok(numbers.collect::<Result<_, Inconsistent>>()?)
    }
}

/// The item with the keys that others find it by, as long as it has any.
pub(super) fn with_keys(item: Writer, application: &Application) -> Writer {
    let keys = application.duplicate_keys();
    if keys.is_empty() {
        return item;
    }
    let filed = format!("{}#{}", application.desk().as_key(), stored_time(application.submitted_at));
    keys.iter().fold(item, |item, key| item.text(index_of(key.likeness).1, key.as_str())).text("filed", filed)
}

/// The index of a likeness, and the attribute that is its partition.
fn index_of(likeness: Likeness) -> (&'static str, &'static str) {
    match likeness {
        Likeness::InstitutionCode => ("by-institution-code", "institution_code_key"),
        Likeness::InsuranceCode => ("by-insurance-code", "insurance_code_key"),
        Likeness::Place => ("by-place", "place_key"),
        Likeness::Address => ("by-address", "address_key"),
    }
}
