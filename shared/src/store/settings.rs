//! The settings: one document, and one item for each change of it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    ids::StaffId,
    settings::{
        Change, Changed, FreezeWindow, FreezeWindows, Notice, NoticeKind, PublicText, Settings,
        SettingsChange,
    },
};

/// The key of the document.
const DOCUMENT: &str = "settings";
/// DynamoDB reads at most so many items at once.
const MOST_CHANGES: u64 = 50;

impl Store {
    /// What is set now; the defaults until somebody changed something.
    pub async fn load_settings(&self) -> Result<Settings, StoreError> {
        let item = self.load(Table::Settings, DOCUMENT).await?;
        Ok(item.map_or_else(|| Ok(Settings::default()), |item| settings_of(&item))?)
    }

    /// Commits a change of the settings as they were read, and who made it.
    pub async fn commit_settings(&self, changed: &Changed) -> Result<(), CommitError> {
        let transaction = Transaction::default()
            .upsert("settings", Table::Settings, settings_item(&changed.next), changed.next.version)
            .create("change", Table::Settings, change_item(&changed.change));
        self.execute(transaction).await
    }

    /// The newest changes that led to this version, the newest first.
    pub async fn list_settings_changes(
        &self,
        settings: &Settings,
    ) -> Result<Vec<SettingsChange>, StoreError> {
        let oldest = settings.version.saturating_sub(MOST_CHANGES) + 1;
        if settings.version < oldest {
            return Ok(Vec::new());
        }
        let table = self.tables.name(Table::Settings)?;
        let keys = (oldest..=settings.version)
            .map(|version| HashMap::from([("pk".to_owned(), AttributeValue::S(change_pk(version)))]));
        let mut asked = KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .build()
            .map_err(|error| StoreError::Call(error.to_string()))?;
        let mut changes = Vec::new();
        loop {
            let answer = self.client.batch_get_item().request_items(table, asked).send().await;
            let answer = answer.map_err(StoreError::call)?;
            for item in answer.responses().and_then(|tables| tables.get(table)).into_iter().flatten() {
                changes.push(change_of(item)?);
            }
            match answer.unprocessed_keys().and_then(|tables| tables.get(table)) {
                Some(left) => asked = left.clone(),
                None => break,
            }
        }
        changes.sort_by_key(|change| std::cmp::Reverse(change.version));
        Ok(changes)
    }
}

fn change_pk(version: u64) -> String {
    format!("change#{version:08}")
}

fn settings_item(settings: &Settings) -> Item {
    Writer::keyed(DOCUMENT)
        .number("schema", 1)
        .number("version", settings.version)
        .maps("freezes", settings.freezes.0.iter().map(freeze_writer))
        .maps("notices", settings.notices.iter().map(notice_writer))
        .finish()
}

fn settings_of(item: &Item) -> Result<Settings, Inconsistent> {
    let reader = Reader::new("settings", item)?;
    let freezes = reader.maps("freezes")?.into_iter().map(freeze_of).collect::<Result<_, _>>()?;
    Ok(Settings {
        freezes: FreezeWindows(freezes),
        notices: reader.maps("notices")?.into_iter().map(notice_of).collect::<Result<_, _>>()?,
        version: reader.number("version")?,
    })
}

fn change_item(change: &SettingsChange) -> Item {
    let item = Writer::keyed(change_pk(change.version))
        .number("schema", 1)
        .number("version", change.version)
        .time("at", change.at)
        .text("by", change.by.as_str())
        .text("by_name", &change.by_name)
        .text("change", change.what.as_str());
    let item = match &change.what {
        Change::FreezeAdded(window) | Change::FreezeEnded(window) => item.map("what", freeze_writer(window)),
        Change::NoticeAdded(notice) | Change::NoticeEnded(notice) => item.map("what", notice_writer(notice)),
    };
    item.finish()
}

fn change_of(item: &Item) -> Result<SettingsChange, Inconsistent> {
    let reader = Reader::new("settings change", item)?;
    let what = reader.map("what")?;
    Ok(SettingsChange {
        version: reader.number("version")?,
        at: reader.time("at")?,
        by: reader.parsed("by", StaffId::parse)?,
        by_name: reader.text("by_name")?.to_owned(),
        what: match reader.text("change")? {
            "freeze-added" => Change::FreezeAdded(freeze_of(what)?),
            "freeze-ended" => Change::FreezeEnded(freeze_of(what)?),
            "notice-added" => Change::NoticeAdded(notice_of(what)?),
            "notice-ended" => Change::NoticeEnded(notice_of(what)?),
            _ => return Err(reader.unreadable("change")),
        },
    })
}

fn freeze_writer(window: &FreezeWindow) -> Writer {
    Writer::default()
        .number("id", window.id)
        .time("from", window.from)
        .time("until", window.until)
        .text("text", window.text.as_str())
}

fn freeze_of(reader: Reader<'_>) -> Result<FreezeWindow, Inconsistent> {
    Ok(FreezeWindow {
        id: reader.number("id")?,
        from: reader.time("from")?,
        until: reader.time("until")?,
        text: reader.parsed("text", PublicText::from_stored)?,
    })
}

fn notice_writer(notice: &Notice) -> Writer {
    Writer::default()
        .number("id", notice.id)
        .text("kind", notice.kind.as_str())
        .text("text", notice.text.as_str())
        .time("from", notice.from)
        .optional_time("until", notice.until)
}

fn notice_of(reader: Reader<'_>) -> Result<Notice, Inconsistent> {
    Ok(Notice {
        id: reader.number("id")?,
        kind: reader.parsed("kind", NoticeKind::parse)?,
        text: reader.parsed("text", PublicText::from_stored)?,
        from: reader.time("from")?,
        until: reader.optional_time("until")?,
    })
}
