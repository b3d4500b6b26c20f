//! Taking in: the rows are written where nobody sees them, and then all of them hold at once.

use std::collections::BTreeSet;

use shared::{
    domain::{
        prefecture::PrefectureDesk,
        registry::{Import, Registered},
    },
    runtime::BoxError,
    store::CommitError,
};

use crate::{App, file::File};

/// Rows that are written before the page learns how far it is; a run that is broken off goes on behind them.
const ROWS_AT_ONCE: usize = 2_000;

const OTHER_RULES: &str =
    "確認の後に機関コードの規則が変わり、取り込めない行があります。もう一度、最初から送信してください";
const FILE_GONE: &str = "ファイルの保存期間が過ぎました。もう一度、最初から送信してください";

impl App {
    pub(crate) async fn write(&self, import: Import, done: u32) -> Result<(), BoxError> {
        let file = match self.load_file(&import).await? {
            Some(bytes) => File::open(&bytes, import.list),
            None => Err(FILE_GONE.to_owned()),
        };
        let file = match file {
            Ok(file) => file,
            Err(sentence) => {
                self.commit(import.unreadable(sentence)).await?;
                return Ok(());
            }
        };
        let changing: BTreeSet<PrefectureDesk> =
            import.changing().map(|standing| standing.share.desk).collect();
        let (mut import, mut done) = (import, done);
        let mut rows = file.rows(&self.rules).skip(done.try_into().unwrap_or(usize::MAX));
        loop {
            let read: Vec<_> = rows.by_ref().take(ROWS_AT_ONCE).collect();
            if read.is_empty() {
                return self.activate(import).await;
            }
            done += u32::try_from(read.len()).unwrap_or_default();
            let Some(all) =
                read.into_iter().map(|(row, read)| Some((row, read.ok()?))).collect::<Option<Vec<_>>>()
            else {
                self.commit(import.unreadable(OTHER_RULES.to_owned())).await?;
                return Ok(());
            };
            let wanted: Vec<(u32, Registered)> =
                all.into_iter().filter(|(_, registered)| changing.contains(&registered.desk())).collect();
            self.store.put_rows(&import.id, import.list, &wanted).await?;
            let Some(next) = import.progressed(done) else { return Ok(()) };
            let Some(next) = self.commit(next).await? else { return Ok(()) };
            import = next;
        }
    }

    /// The lists that this one took the place of are of no use any more.
    pub(crate) async fn clear(&self, import: &Import) -> Result<(), BoxError> {
        for standing in import.changing() {
            if let Some((before, _)) = &standing.now {
                self.store.delete_rows(before, import.list, standing.share.desk).await?;
            }
        }
        Ok(())
    }

    async fn activate(&self, import: Import) -> Result<(), BoxError> {
        let active = import.clone().activate(self.clock.now())?;
        match self.store.commit_active_import(&active).await {
            Ok(()) => {
                tracing::info!(
                    event = "import_active",
                    import = active.id.as_str(),
                    list = active.list.as_str(),
                    rows = active.outcome.rows,
                    "a list holds"
                );
                self.clear(&active).await
            }
            // The list of a desk is not the one that the preview showed.
            Err(CommitError::Lost("list")) => {
                self.commit(import.overtaken()).await?;
                Ok(())
            }
            // Another run has it in hand.
            Err(CommitError::Lost(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
