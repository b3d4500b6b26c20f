//! Where the desks are written to: an item a desk in the table of the settings, and one for each change of it.

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    commit::with_mail,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    contact::EmailAddress,
    desk::{DeskContact, Digest},
    ids::StaffId,
    prefecture::PrefectureDesk,
};

impl Store {
    /// Every desk that an address is known of, in the prefectures' order.
    pub async fn list_desk_contacts(&self) -> Result<Vec<DeskContact>, StoreError> {
        let keys = PrefectureDesk::all().map(pk).collect();
        let mut contacts = self.load_all(Table::Settings, keys, contact_of).await?;
        contacts.sort_by_key(|contact| contact.desk);
        Ok(contacts)
    }

    pub async fn load_desk_contact(&self, desk: PrefectureDesk) -> Result<Option<DeskContact>, StoreError> {
        let item = self.load(Table::Settings, &pk(desk)).await?;
        Ok(item.map(|item| contact_of(&item)).transpose()?)
    }

    /// Commits a desk's address as it was set, and keeps who set it.
    pub async fn commit_desk_contact(&self, contact: &DeskContact) -> Result<(), CommitError> {
        let change = change_item(contact);
        let transaction = Transaction::default()
            .upsert("desk contact", Table::Settings, contact_item(contact), contact.version)
            .create("change", Table::Settings, change);
        self.execute(transaction).await
    }

    /// Commits a digest: the mail, and the desk's word that today's is written.
    pub async fn commit_digest(&self, digest: &Digest) -> Result<(), CommitError> {
        let Digest { contact, mail } = digest;
        let now = contact.digested_at.unwrap_or(contact.set_at);
        let transaction = Transaction::default().replace(
            "desk contact",
            Table::Settings,
            contact_item(contact),
            contact.version - 1,
        );
        self.execute(with_mail(transaction, mail.clone(), now)).await
    }
}

fn pk(desk: PrefectureDesk) -> String {
    format!("desk#{}", desk.as_key())
}

fn contact_item(contact: &DeskContact) -> Item {
    written(Writer::keyed(pk(contact.desk)), contact)
        .optional_time("digested_at", contact.digested_at)
        .finish()
}

fn change_item(contact: &DeskContact) -> Item {
    written(Writer::keyed(format!("{}#{:08}", pk(contact.desk), contact.version)), contact).finish()
}

fn written(item: Writer, contact: &DeskContact) -> Writer {
    item.number("schema", 1)
        .number("version", contact.version)
        .text("desk", contact.desk.as_key())
        .text("address", contact.address.as_str())
        .time("set_at", contact.set_at)
        .text("set_by", contact.set_by.as_str())
        .text("set_by_name", &contact.set_by_name)
}

fn contact_of(item: &Item) -> Result<DeskContact, Inconsistent> {
    let reader = Reader::new("desk contact", item)?;
    Ok(DeskContact {
        desk: reader.parsed("desk", PrefectureDesk::parse)?,
        address: reader.parsed("address", EmailAddress::from_stored)?,
        set_at: reader.time("set_at")?,
        set_by: reader.parsed("set_by", StaffId::parse)?,
        set_by_name: reader.text("set_by_name")?.to_owned(),
        digested_at: reader.optional_time("digested_at")?,
        version: reader.number("version")?,
    })
}
