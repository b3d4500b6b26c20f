//! Imports of lists: the import itself, the parts of its file, what is wrong with its rows, and which list holds.
//!
//! Architecture invariant: which list holds for a desk is said by one item of the desk; the transaction that makes an
//! import the active one expects that item to be as its preview found it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    ids::{ImportId, StaffId},
    prefecture::PrefectureDesk,
    registry::{DeskShare, Import, ImportState, List, Outcome, RowProblem, Standing},
};

/// Parts and problems are of use while somebody looks at the import.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Problems that stand on one page: with their reasons they fit into one item many times.
pub const PROBLEMS_A_PAGE: usize = 200;
const MOST_LISTED: i32 = 30;

impl Store {
    /// A new import (version 1), or the next state of one.
    pub async fn commit_import(&self, import: &Import) -> Result<(), CommitError> {
        let (item, version) = (import_item(import), import.version);
        self.execute(Transaction::default().upsert("import", Table::Institutions, item, version)).await
    }

    /// The import becomes the list of those of its desks whose list it changes, all at once.
    pub async fn commit_active_import(&self, import: &Import) -> Result<(), CommitError> {
        let mut transaction = Transaction::default().replace(
            "import",
            Table::Institutions,
            import_item(import),
            import.version - 1,
        );
        for standing in import.changing() {
            let item = list_item(import, &standing.share);
            transaction = match &standing.now {
                None => transaction.create("list", Table::Institutions, item),
                Some((was, _)) => {
                    let expected = vec![("import", AttributeValue::S(was.as_str().to_owned()))];
                    transaction.replace_expecting("list", Table::Institutions, item, expected)
                }
            };
        }
        self.execute(transaction).await
    }

    pub async fn load_import(&self, id: &ImportId) -> Result<Option<Import>, StoreError> {
        let item = self.load(Table::Institutions, &import_pk(id)).await?;
        Ok(item.map(|item| import_of(&item)).transpose()?)
    }

    /// The newest imports.
    pub async fn list_imports(&self) -> Result<Vec<Import>, StoreError> {
        let mut imports = self.imports_of("at-work").await?;
        imports.extend(self.imports_of("at-rest").await?);
        imports.sort_by_key(|import| std::cmp::Reverse(import.began_at));
        Ok(imports)
    }

    /// The imports that the worker has something to do with.
    pub async fn list_imports_at_work(&self) -> Result<Vec<Import>, StoreError> {
        self.imports_of("at-work").await
    }

    async fn imports_of(&self, partition: &str) -> Result<Vec<Import>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Institutions)?)
            .index_name("imports")
            .key_condition_expression("#imports = :imports")
            .expression_attribute_names("#imports", "imports")
            .expression_attribute_values(":imports", AttributeValue::S(partition.to_owned()))
            .scan_index_forward(false)
            .limit(MOST_LISTED)
            .send()
            .await
            .map_err(StoreError::call)?;
        let keys = answer.items().iter().filter_map(|item| item.get("pk")?.as_s().ok().cloned()).collect();
        self.load_all(Table::Institutions, keys, import_of).await
    }

    /// A part of the file; sent again, it is written again.
    pub async fn put_part(
        &self,
        id: &ImportId,
        part: u32,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let item = Writer::keyed(part_pk(id, part)).bytes("bytes", bytes).expires(now + KEPT_FOR).finish();
        self.execute(Transaction::default().put("part", Table::Institutions, item)).await
    }

    pub async fn load_part(&self, id: &ImportId, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(item) = self.load(Table::Institutions, &part_pk(id, part)).await? else { return Ok(None) };
        Ok(Some(Reader::new("part", &item)?.bytes("bytes")?.to_vec()))
    }

    /// Everything that is wrong with the rows, or may be (`word` tells which), page by page.
    pub async fn put_problems(
        &self,
        id: &ImportId,
        word: &'static str,
        problems: &[RowProblem],
        now: Timestamp,
    ) -> Result<(), CommitError> {
        for (page, problems) in problems.chunks(PROBLEMS_A_PAGE).enumerate() {
            let rows = problems.iter().map(|problem| {
                Writer::default().number("row", problem.row.into()).text("reason", &problem.reason)
            });
            let item = Writer::keyed(problems_pk(id, word, page)).maps("problems", rows);
            let item = item.expires(now + KEPT_FOR).finish();
            self.execute(Transaction::default().put("problems", Table::Institutions, item)).await?;
        }
        Ok(())
    }

    /// One page of them, from page 0 on.
    pub async fn load_problems(
        &self,
        id: &ImportId,
        word: &'static str,
        page: usize,
    ) -> Result<Vec<RowProblem>, StoreError> {
        let Some(item) = self.load(Table::Institutions, &problems_pk(id, word, page)).await? else {
            return Ok(Vec::new());
        };
        let problem = |reader: Reader<'_>| {
            Ok(RowProblem { row: reader.number("row")?, reason: reader.text("reason")?.to_owned() })
        };
        let rows = Reader::new("problems", &item)?.maps("problems")?.into_iter().map(problem);
        Ok(rows.collect::<Result<_, Inconsistent>>()?)
    }

    /// The lists that hold for these desks.
    pub async fn load_lists(
        &self,
        list: List,
        desks: &[PrefectureDesk],
    ) -> Result<BTreeMap<PrefectureDesk, (ImportId, DeskShare)>, StoreError> {
        let keys = desks.iter().map(|desk| list_pk(list, *desk)).collect();
        let found = self.load_all(Table::Institutions, keys, list_of).await?;
        Ok(found.into_iter().map(|(import, share)| (share.desk, (import, share))).collect())
    }
}

fn import_pk(id: &ImportId) -> String {
    format!("import#{}", id.as_str())
}

fn part_pk(id: &ImportId, part: u32) -> String {
    format!("part#{}#{part:03}", id.as_str())
}

fn problems_pk(id: &ImportId, word: &str, page: usize) -> String {
    format!("{word}#{}#{page:05}", id.as_str())
}

fn list_pk(list: List, desk: PrefectureDesk) -> String {
    format!("list#{}#{}", list.as_str(), desk.as_key())
}

fn list_item(import: &Import, share: &DeskShare) -> Item {
    share_writer(Writer::keyed(list_pk(import.list, share.desk)), share)
        .text("import", import.id.as_str())
        .finish()
}

fn list_of(item: &Item) -> Result<(ImportId, DeskShare), Inconsistent> {
    let reader = Reader::new("list", item)?;
    Ok((reader.parsed("import", ImportId::parse)?, share_of(reader)?))
}

fn share_writer(writer: Writer, share: &DeskShare) -> Writer {
    writer.text("desk", share.desk.as_key()).number("rows", share.rows.into()).text("digest", &share.digest)
}

fn share_of(reader: Reader<'_>) -> Result<DeskShare, Inconsistent> {
    Ok(DeskShare {
        desk: reader.parsed("desk", PrefectureDesk::parse)?,
        rows: reader.number("rows")?,
        digest: reader.text("digest")?.to_owned(),
    })
}

fn standing_writer(standing: &Standing) -> Writer {
    let writer = share_writer(Writer::default(), &standing.share);
    match &standing.now {
        Some((import, share)) => {
            writer.text("now_import", import.as_str()).map("now", share_writer(Writer::default(), share))
        }
        None => writer,
    }
}

fn standing_of(reader: Reader<'_>) -> Result<Standing, Inconsistent> {
    let import = reader.optional_parsed("now_import", ImportId::parse)?;
    let share = reader.optional_map("now")?.map(share_of).transpose()?;
    Ok(Standing { share: share_of(reader)?, now: import.zip(share) })
}

fn import_item(import: &Import) -> Item {
    let writer = Writer::keyed(import_pk(&import.id))
        .number("schema", 1)
        .number("version", import.version)
        .text("list", import.list.as_str())
        .text("file_name", &import.file_name)
        .number("bytes", import.bytes.into())
        .text("by", import.by.as_str())
        .text("by_name", &import.by_name)
        .time("began_at", import.began_at)
        .text("imports", if import.state.is_at_work() { "at-work" } else { "at-rest" })
        .text("state", import.state.as_str());
    let writer = outcome_writer(state_writer(writer, &import.state), &import.outcome);
    match &import.confirmed {
        Some((by, name, at)) => writer
            .text("confirmed_by", by.as_str())
            .text("confirmed_by_name", name)
            .time("confirmed_at", *at)
            .finish(),
        None => writer.finish(),
    }
}

fn state_writer(writer: Writer, state: &ImportState) -> Writer {
    match state {
        ImportState::Checking { done } | ImportState::Writing { done } => {
            writer.number("done", (*done).into())
        }
        ImportState::Unreadable { reason } => writer.text("reason", reason),
        ImportState::Active { at } => writer.time("ended_at", *at),
        ImportState::Discarded { by_name, at } => writer.text("ended_by", by_name).time("ended_at", *at),
        ImportState::Uploading
        | ImportState::Refused
        | ImportState::Unchanged
        | ImportState::Ready
        | ImportState::Overtaken => writer,
    }
}

fn outcome_writer(writer: Writer, outcome: &Outcome) -> Writer {
    writer
        .number("rows", outcome.rows.into())
        .number("problems", outcome.problems.into())
        .number("warnings", outcome.warnings.into())
        .texts("left_out", outcome.left_out.iter().cloned())
        .maps("desks", outcome.desks.iter().map(standing_writer))
}

fn import_of(item: &Item) -> Result<Import, Inconsistent> {
    let reader = Reader::new("import", item)?;
    let confirmed_by = reader.optional_parsed("confirmed_by", StaffId::parse)?;
    let confirmed = match confirmed_by {
        Some(by) => Some((by, reader.text("confirmed_by_name")?.to_owned(), reader.time("confirmed_at")?)),
        None => None,
    };
    let desks = reader.maps("desks")?.into_iter().map(standing_of);
    Ok(Import {
        id: reader.parsed("pk", |key| key.strip_prefix("import#").and_then(ImportId::parse))?,
        list: reader.parsed("list", List::parse)?,
        file_name: reader.text("file_name")?.to_owned(),
        bytes: reader.number("bytes")?,
        by: reader.parsed("by", StaffId::parse)?,
        by_name: reader.text("by_name")?.to_owned(),
        began_at: reader.time("began_at")?,
        state: state_of(reader)?,
        outcome: Outcome {
            rows: reader.number("rows")?,
            problems: reader.number("problems")?,
            warnings: reader.number("warnings")?,
            left_out: reader.texts("left_out")?.into_iter().map(str::to_owned).collect(),
            desks: desks.collect::<Result<_, _>>()?,
        },
        confirmed,
        version: reader.number("version")?,
    })
}

fn state_of(reader: Reader<'_>) -> Result<ImportState, Inconsistent> {
    Ok(match reader.text("state")? {
        "uploading" => ImportState::Uploading,
        "checking" => ImportState::Checking { done: reader.number("done")? },
        "unreadable" => ImportState::Unreadable { reason: reader.text("reason")?.to_owned() },
        "refused" => ImportState::Refused,
        "unchanged" => ImportState::Unchanged,
        "ready" => ImportState::Ready,
        "writing" => ImportState::Writing { done: reader.number("done")? },
        "active" => ImportState::Active { at: reader.time("ended_at")? },
        "overtaken" => ImportState::Overtaken,
        "discarded" => ImportState::Discarded {
            by_name: reader.text("ended_by")?.to_owned(),
            at: reader.time("ended_at")?,
        },
        _ => return Err(reader.unreadable("state")),
    })
}
