//! The institutions and accounts of the lists, and how they are found.
//!
//! Architecture invariant: a row names the import that brought it. Whoever finds one looks whether that import's list
//! holds for the row's desk; if not, the row is not there.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};

use super::{
    Inconsistent, Item, Store, StoreError, Table,
    batch::MOST_WRITTEN,
    item::{Reader, Writer},
};
use crate::domain::{
    account::Right,
    contact::{EmailAddress, PhoneNumber, PostalCode, Street},
    ids::{ImportId, LoginId},
    institution::{InstitutionCode, InstitutionKind, InstitutionName, InsuranceCode, first_letter},
    prefecture::PrefectureDesk,
    registry::{List, LookUpKey, Registered, RegisteredAccount},
    text::folded,
};

/// Rows that one query finds to be taken away.
const MOST_DELETED: i32 = 1_000;
/// Batches that are under way at once.
const AT_ONCE: usize = 8;

/// A row of a list that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub list: List,
    pub registered: Registered,
}

/// Where a row belongs: the desk, the list, the import.
struct Place {
    desk: PrefectureDesk,
    list: List,
    import: ImportId,
}

impl Store {
    /// Writes rows of an import, each with its number; again is the same.
    pub async fn put_rows(
        &self,
        import: &ImportId,
        list: List,
        rows: &[(u32, Registered)],
    ) -> Result<(), StoreError> {
        let items = rows.iter().flat_map(|(row, registered)| row_items(import, list, *row, registered));
        let items: Vec<Item> = items.collect();
        let mut batches = items.chunks(MOST_WRITTEN);
        let mut under_way = tokio::task::JoinSet::new();
        loop {
            while under_way.len() < AT_ONCE
                && let Some(batch) = batches.next()
            {
                let (store, batch) = (self.clone(), batch.to_vec());
                under_way.spawn(async move { store.put_batch(batch).await });
            }
            match under_way.join_next().await {
                None => return Ok(()),
                Some(Ok(written)) => written?,
                Some(Err(_)) => return Err(StoreError::Call("a batch was broken off".to_owned())),
            }
        }
    }

    /// Takes the rows of a desk's list away that holds no more.
    pub async fn delete_rows(
        &self,
        import: &ImportId,
        list: List,
        desk: PrefectureDesk,
    ) -> Result<(), StoreError> {
        let place = Place { desk, list, import: import.clone() }.as_key();
        loop {
            let query = self
                .client
                .query()
                .table_name(self.tables.name(Table::Institutions)?)
                .index_name("by-name")
                .key_condition_expression("#place = :place")
                .expression_attribute_names("#place", "place")
                .expression_attribute_values(":place", AttributeValue::S(place.clone()))
                .limit(MOST_DELETED);
            let answer = query.send().await.map_err(StoreError::call)?;
            if answer.items().is_empty() {
                return Ok(());
            }
            let deletes = answer.items().iter().filter_map(|item| item.get("pk")).map(|pk| {
                let delete = DeleteRequest::builder().key("pk", pk.clone()).build();
                Ok(WriteRequest::builder().delete_request(delete.map_err(unbuildable)?).build())
            });
            let deletes = deletes.collect::<Result<Vec<_>, StoreError>>()?;
            self.write_batches(Table::Institutions, &deletes).await?;
        }
    }

    async fn put_batch(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let put = |item| PutRequest::builder().set_item(Some(item)).build();
        let puts = items
            .into_iter()
            .map(|item| Ok(WriteRequest::builder().put_request(put(item).map_err(unbuildable)?).build()));
        self.write_batches(Table::Institutions, &puts.collect::<Result<Vec<_>, StoreError>>()?).await
    }

    /// The rows with this key in the lists that hold: of one desk, or of every desk.
    pub async fn look_up(
        &self,
        desk: Option<PrefectureDesk>,
        key: &LookUpKey,
        most: i32,
    ) -> Result<Vec<Found>, StoreError> {
        let keys = match (desk, key) {
            (Some(desk), LookUpKey::Name(name)) => self.keys_by_name(desk, name, most).await?,
            (None, LookUpKey::Name(name)) => self.keys_by_beginning(name, most).await?,
            (_, key) => self.keys_by(desk, key, most).await?,
        };
        let rows = self.load_all(Table::Institutions, keys, row_of).await?;
        self.of_lists_that_hold(rows).await
    }

    async fn keys_by_name(
        &self,
        desk: PrefectureDesk,
        name: &str,
        most: i32,
    ) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        for list in List::ALL {
            let Some((import, _)) = self.load_lists(list, &[desk]).await?.remove(&desk) else { continue };
            let place = Place { desk, list, import };
            let answer = self
                .client
                .query()
                .table_name(self.tables.name(Table::Institutions)?)
                .index_name("by-name")
                .key_condition_expression("#place = :place AND begins_with(#name, :name)")
                .expression_attribute_names("#place", "place")
                .expression_attribute_names("#name", "name")
                .expression_attribute_values(":place", AttributeValue::S(place.as_key()))
                .expression_attribute_values(":name", AttributeValue::S(name_key(name)))
                .limit(most)
                .send()
                .await
                .map_err(StoreError::call)?;
            keys.extend(answer.items().iter().filter_map(row_key));
        }
        Ok(distinct(keys))
    }

    async fn keys_by_beginning(&self, name: &str, most: i32) -> Result<Vec<String>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(self.tables.name(Table::Institutions)?)
            .index_name("by-beginning")
            .key_condition_expression("#beginning = :beginning AND begins_with(#name, :name)")
            .expression_attribute_names("#beginning", "beginning")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":beginning", AttributeValue::S(beginning_of(name)))
            .expression_attribute_values(":name", AttributeValue::S(name_key(name)))
            .limit(most);
        let answer = query.send().await.map_err(StoreError::call)?;
        Ok(distinct(answer.items().iter().filter_map(row_key).collect()))
    }

    async fn keys_by(
        &self,
        desk: Option<PrefectureDesk>,
        key: &LookUpKey,
        most: i32,
    ) -> Result<Vec<String>, StoreError> {
        let Some((index, attribute, value)) = index_of(key) else { return Ok(Vec::new()) };
        let mut query = self
            .client
            .query()
            .table_name(self.tables.name(Table::Institutions)?)
            .index_name(index)
            .expression_attribute_names("#key", attribute)
            .expression_attribute_values(":key", AttributeValue::S(value.to_owned()));
        query = match desk {
            Some(desk) => query
                .key_condition_expression("#key = :key AND begins_with(#place, :desk)")
                .expression_attribute_names("#place", "place")
                .expression_attribute_values(":desk", AttributeValue::S(format!("{}#", desk.as_key()))),
            None => query.key_condition_expression("#key = :key"),
        };
        let answer = query.limit(most).send().await.map_err(StoreError::call)?;
        Ok(distinct(answer.items().iter().filter_map(row_key).collect()))
    }

    /// What is left of rows when those are taken away whose import's list does not hold.
    async fn of_lists_that_hold(&self, rows: Vec<(Place, Registered)>) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        for list in List::ALL {
            let of_list = |(place, _): &&(Place, Registered)| place.list == list;
            let mut desks: Vec<PrefectureDesk> =
                rows.iter().filter(of_list).map(|(place, _)| place.desk).collect();
            desks.sort();
            desks.dedup();
            let lists = self.load_lists(list, &desks).await?;
            let holds =
                |place: &Place| lists.get(&place.desk).is_some_and(|(import, _)| *import == place.import);
            found.extend(
                rows.iter()
                    .filter(of_list)
                    .filter(|(place, _)| holds(place))
                    .map(|(_, registered)| Found { list, registered: registered.clone() }),
            );
        }
        Ok(found)
    }
}

impl Place {
    fn as_key(&self) -> String {
        format!("{}#{}#{}", self.desk.as_key(), self.list.as_str(), self.import.as_str())
    }

    fn parse(key: &str) -> Option<Self> {
        let mut parts = key.rsplitn(3, '#');
        let import = ImportId::parse(parts.next()?)?;
        let list = List::parse(parts.next()?)?;
        Some(Self { desk: PrefectureDesk::parse(parts.next()?)?, list, import })
    }
}

fn index_of(key: &LookUpKey) -> Option<(&'static str, &'static str, &str)> {
    match key {
        LookUpKey::InstitutionCode(code) => Some(("by-code", "code_key", code)),
        LookUpKey::InsuranceCode(code) => Some(("by-insurance-code", "insurance_code", code)),
        LookUpKey::LoginId(id) => Some(("by-login-id", "login_id", id)),
        LookUpKey::Phone(phone) => Some(("by-phone", "phone", phone)),
        LookUpKey::Email(email) => Some(("by-email", "email_key", email)),
        LookUpKey::Name(_) => None,
    }
}

/// A row is written under its number; a name of several words is found by its last one as well.
fn row_items(import: &ImportId, list: List, row: u32, registered: &Registered) -> Vec<Item> {
    let place = Place { desk: registered.desk(), list, import: import.clone() }.as_key();
    let mut items = vec![row_item(import, row, &place, registered)];
    if let Some((_, last)) = registered.name.as_str().rsplit_once(' ') {
        let alias = Writer::keyed(format!("alias#{}#{row:06}", import.as_str()));
        items.push(with_name(alias.text("place", &place), &folded(last)).finish());
    }
    items
}

fn row_pk(import: &str, row: &str) -> String {
    format!("row#{import}#{row}")
}

/// The key of the row that an entry of an index stands for.
fn row_key(item: &Item) -> Option<String> {
    let key = item.get("pk")?.as_s().ok()?;
    let (_, rest) = key.split_once('#')?;
    let (import, row) = rest.split_once('#')?;
    Some(row_pk(import, row))
}

fn distinct(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys.dedup();
    keys
}

/// An index takes 1,024 bytes of a sort key.
fn name_key(folded: &str) -> String {
    folded.chars().take(200).collect()
}

/// The partition of a name among those of the whole country.
fn beginning_of(folded: &str) -> String {
    first_letter(folded).into_iter().collect()
}

/// By which the row is found within its desk's list, and in the whole country.
fn with_name(item: Writer, folded: &str) -> Writer {
    item.text("name", name_key(folded)).text("beginning", beginning_of(folded))
}

fn unbuildable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Call(error.to_string())
}

fn row_item(import: &ImportId, row: u32, place: &str, registered: &Registered) -> Item {
    let code = registered.institution_code.as_ref().map(InstitutionCode::as_str);
    let item = Writer::keyed(row_pk(import.as_str(), &format!("{row:06}")))
        .text("place", place)
        .text("institution_name", registered.name.as_str())
        .text("institution_kind", registered.kind.as_str())
        .optional_text("institution_code", code)
        .optional_text("code_key", code.map(folded))
        .optional_text("insurance_code", registered.insurance_code.as_ref().map(InsuranceCode::as_str))
        .optional_text("postal_code", registered.postal_code.as_ref().map(PostalCode::as_str))
        .optional_text("address", registered.address.as_ref().map(Street::as_str))
        .optional_text("phone", registered.phone.as_ref().map(PhoneNumber::as_str))
        .optional_text("email", registered.email.as_ref().map(EmailAddress::as_str))
        .optional_text("email_key", registered.email.as_ref().map(EmailAddress::key));
    let item = with_name(item, &registered.name.folded());
    match &registered.account {
        Some(account) => item
            .text("login_id", account.login_id.as_str())
            .texts("rights", account.rights.iter().map(|right| right.as_str().to_owned()))
            .finish(),
        None => item.finish(),
    }
}

fn row_of(item: &Item) -> Result<(Place, Registered), Inconsistent> {
    let reader = Reader::new("row of a list", item)?;
    let place = reader.parsed("place", Place::parse)?;
    let registered = Registered {
        name: reader.parsed("institution_name", InstitutionName::from_stored)?,
        kind: reader.parsed("institution_kind", InstitutionKind::from_stored)?,
        prefecture: place.desk.prefecture,
        institution_code: reader.optional_parsed("institution_code", InstitutionCode::from_stored)?,
        insurance_code: reader.optional_parsed("insurance_code", InsuranceCode::from_stored)?,
        postal_code: reader.optional_parsed("postal_code", PostalCode::from_stored)?,
        address: reader.optional_parsed("address", Street::from_stored)?,
        phone: reader.optional_parsed("phone", PhoneNumber::from_stored)?,
        email: reader.optional_parsed("email", EmailAddress::from_stored)?,
        account: match reader.optional_parsed("login_id", LoginId::parse)? {
            Some(login_id) => Some(RegisteredAccount { login_id, rights: rights_of(reader)? }),
            None => None,
        },
    };
    Ok((place, registered))
}

fn rights_of(reader: Reader<'_>) -> Result<BTreeSet<Right>, Inconsistent> {
    let rights = reader.texts("rights")?.into_iter().map(Right::parse);
    rights.collect::<Option<_>>().ok_or_else(|| reader.unreadable("rights"))
}
