//! The preview: every row is read, everything that is wrong is written down, and nothing is taken in yet.

use shared::{
    domain::{
        ids::ImportId,
        prefecture::PrefectureDesk,
        registry::{Checker, DeskShare, Import, Registered},
    },
    runtime::BoxError,
    store::{CommitError, StoreError},
};

use crate::{App, file::File};

/// After so many rows the page learns how far it is.
const TOLD_EVERY: u32 = 20_000;

/// Rows whose accounts are looked up together.
const CLAIMS_AT_ONCE: usize = 500;

const PART_MISSING: &str = "ファイルの一部が届いていません。もう一度、最初から送信してください";

impl App {
    pub(crate) async fn check(&self, import: Import) -> Result<(), BoxError> {
        let Some(bytes) = self.load_file(&import).await? else {
            self.commit(import.unreadable(PART_MISSING.to_owned())).await?;
            return Ok(());
        };
        let file = match File::open(&bytes, import.list) {
            Ok(file) => file,
            Err(sentence) => {
                self.commit(import.unreadable(sentence)).await?;
                return Ok(());
            }
        };
        drop(bytes);
        let (mut import, mut checker, mut done) = (import, Checker::default(), 0_u32);
        let mut unclaimed = Vec::new();
        for (row, read) in file.rows(&self.rules) {
            match read {
                Ok(registered) => {
                    checker.take(row, &registered);
                    if registered.account.is_some() {
                        unclaimed.push((row, registered));
                    }
                }
                Err(reasons) => checker.refuse(row, reasons),
            }
            if unclaimed.len() >= CLAIMS_AT_ONCE {
                self.doubt_clashes(&mut checker, std::mem::take(&mut unclaimed)).await?;
            }
            done += 1;
            if done.is_multiple_of(TOLD_EVERY) {
                let Some(next) = import.progressed(done) else { return Ok(()) };
                let Some(next) = self.commit(next).await? else { return Ok(()) };
                import = next;
            }
        }
        self.doubt_clashes(&mut checker, unclaimed).await?;
        self.conclude(import, checker, &file).await
    }

    /// The system's own accounts stand before those of a list: whoever takes it in knows which rows will not count.
    async fn doubt_clashes(
        &self,
        checker: &mut Checker,
        rows: Vec<(u32, Registered)>,
    ) -> Result<(), StoreError> {
        let (numbers, rows): (Vec<u32>, Vec<Registered>) = rows.into_iter().unzip();
        let claims = self.store.load_claims(&rows).await?;
        for (number, row) in numbers.into_iter().zip(&rows) {
            checker.doubt(number, claims.clashes_with(row));
        }
        Ok(())
    }

    async fn conclude(&self, import: Import, checker: Checker, file: &File) -> Result<(), BoxError> {
        let now = self.clock.now();
        let found = checker.finish();
        for (word, problems) in [("problems", &found.problems), ("warnings", &found.warnings)] {
            self.store.put_problems(&import.id, word, problems, now).await.map_err(plain)?;
        }
        let desks: Vec<PrefectureDesk> = found.desks.iter().map(|share| share.desk).collect();
        let mut lists = self.store.load_lists(import.list, &desks).await?;
        let now = |desk: PrefectureDesk| -> Option<(ImportId, DeskShare)> { lists.remove(&desk) };
        let import = import.checked(&found, file.left_out(), now);
        tracing::info!(
            event = "import_checked",
            import = import.id.as_str(),
            state = import.state.as_str(),
            rows = found.rows,
            problems = found.problems.len(),
            "a file was checked"
        );
        self.commit(import).await?;
        Ok(())
    }
}

fn plain(error: CommitError) -> BoxError {
    Box::new(error)
}
