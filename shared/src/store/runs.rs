//! Runs of issuing that somebody asked for, beside the settings.

use jiff::SignedDuration;

use super::{
    CommitError, Store, StoreError, Table,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    ids::{ApplicationNumber, RunId, StaffId},
    issuing_run::IssuingRun,
};

/// The result is looked at within the day; what happened to a case stands in its history.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Store {
    pub async fn commit_run(&self, run: &IssuingRun) -> Result<(), CommitError> {
        let item = Writer::keyed(run_pk(&run.id))
            .number("schema", 1)
            .text("by", run.by.as_str())
            .text("by_name", &run.by_name)
            .time("at", run.at)
            .texts("applications", run.numbers.iter().map(ToString::to_string))
            .expires(run.at + KEPT_FOR)
            .finish();
        self.execute(Transaction::default().create("run", Table::Settings, item)).await
    }

    pub async fn load_run(&self, id: &RunId) -> Result<Option<IssuingRun>, StoreError> {
        let Some(item) = self.load(Table::Settings, &run_pk(id)).await? else { return Ok(None) };
        let reader = Reader::new("run", &item)?;
        let numbers = reader.texts("applications")?.into_iter().map(ApplicationNumber::parse);
        Ok(Some(IssuingRun {
            id: id.clone(),
            by: reader.parsed("by", StaffId::parse)?,
            by_name: reader.text("by_name")?.to_owned(),
            at: reader.time("at")?,
            numbers: numbers.collect::<Option<_>>().ok_or_else(|| reader.unreadable("applications"))?,
        }))
    }
}

fn run_pk(id: &RunId) -> String {
    format!("run#{}", id.as_str())
}
