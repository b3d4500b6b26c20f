//! An import of a list, from the file's first part to the moment in which it holds.
//!
//! Architecture invariant: a list that is being written is seen by nobody. It holds from the one transaction on that
//! makes it the list of its desks, and only if these still have the lists that the preview compared it with.

use jiff::Timestamp;

use super::{Checked, DeskShare, List};
use crate::domain::{
    account::Secretary,
    ids::{ImportId, StaffId},
    prefecture::PrefectureDesk,
};

/// A file comes in parts of this size: one of them fits into one item of the store.
pub const PART_BYTES: u32 = 256 * 1024;
/// 160 parts, 40 MiB: all 245,000 institutions are about 30 MB.
pub const MOST_PARTS: u32 = 160;
pub const MOST_BYTES: u32 = PART_BYTES * MOST_PARTS;
/// A longer name is cut.
const FILE_NAME_LIMIT: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub list: List,
    pub file_name: String,
    pub bytes: u32,
    pub by: StaffId,
    pub by_name: String,
    pub began_at: Timestamp,
    pub state: ImportState,
    /// What the check found.
    pub outcome: Outcome,
    /// Who had the list taken in, and when.
    pub confirmed: Option<(StaffId, String, Timestamp)>,
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportState {
    /// Parts come in.
    Uploading,
    /// Rows are read; `done` of them so far.
    Checking {
        done: u32,
    },
    /// The file as a whole cannot be read.
    Unreadable {
        reason: String,
    },
    /// There are rows that cannot be taken in: so none is.
    Refused,
    /// The desks have this very list already.
    Unchanged,
    /// It may be taken in.
    Ready,
    /// Rows are written, where nobody sees them; `done` of them so far.
    Writing {
        done: u32,
    },
    /// It holds.
    Active {
        at: Timestamp,
    },
    /// Another import was faster: its lists are not those that the preview showed.
    Overtaken,
    Discarded {
        by_name: String,
        at: Timestamp,
    },
}

/// What the check of a file found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    pub rows: u32,
    pub problems: u32,
    pub warnings: u32,
    /// Columns of the file that are not read.
    pub left_out: Vec<String>,
    pub desks: Vec<Standing>,
}

/// What a desk's list would come to, and what it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub share: DeskShare,
    /// The import that brought the desk's list of now, and that list.
    pub now: Option<(ImportId, DeskShare)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefused {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("not in a state for this")]
    NotNow,
    #[error("nobody looked at the warnings")]
    WarningsNotSeen,
}

impl ImportState {
    /// The word for it in the store and in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Checking { .. } => "checking",
            Self::Unreadable { .. } => "unreadable",
            Self::Refused => "refused",
            Self::Unchanged => "unchanged",
            Self::Ready => "ready",
            Self::Writing { .. } => "writing",
            Self::Active { .. } => "active",
            Self::Overtaken => "overtaken",
            Self::Discarded { .. } => "discarded",
        }
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::Uploading => "受信中",
            Self::Checking { .. } => "確認中",
            Self::Unreadable { .. } => "読み取れません",
            Self::Refused => "誤りがあります",
            Self::Unchanged => "変更なし",
            Self::Ready => "取込みできます",
            Self::Writing { .. } => "取込み中",
            Self::Active { .. } => "取込み完了",
            Self::Overtaken => "やり直しが必要です",
            Self::Discarded { .. } => "取りやめ",
        }
    }

    pub fn can_be_discarded(&self) -> bool {
        !matches!(self, Self::Active { .. } | Self::Discarded { .. })
    }

    /// Whether the worker has something to do.
    pub fn is_at_work(&self) -> bool {
        match self {
            Self::Checking { .. } | Self::Writing { .. } => true,
            Self::Uploading
            | Self::Unreadable { .. }
            | Self::Refused
            | Self::Unchanged
            | Self::Ready
            | Self::Active { .. }
            | Self::Overtaken
            | Self::Discarded { .. } => false,
        }
    }
}

impl Standing {
    /// Whether the desk's list would stay as it is.
    pub fn is_same(&self) -> bool {
        self.now
            .as_ref()
            .is_some_and(|(_, now)| now.digest == self.share.digest && now.rows == self.share.rows)
    }
}

impl Import {
    pub fn begin(
        id: ImportId,
        list: List,
        file_name: &str,
        bytes: u32,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<Self, ImportRefused> {
        match bytes {
            0 => return Err(ImportRefused::Empty),
            bytes if bytes > MOST_BYTES => return Err(ImportRefused::TooLarge),
            _ => {}
        }
        Ok(Self {
            id,
            list,
            file_name: file_name
                .chars()
                .filter(|character| !character.is_control())
                .take(FILE_NAME_LIMIT)
                .collect(),
            bytes,
            by: by.id.clone(),
            by_name: by.name.clone(),
            began_at: now,
            state: ImportState::Uploading,
            outcome: Outcome::default(),
            confirmed: None,
            version: 1,
        })
    }

    /// How many parts the file has.
    pub fn parts(&self) -> u32 {
        self.bytes.div_ceil(PART_BYTES)
    }

    /// The bytes of a part; `None` if there is no such part.
    pub fn part_bytes(&self, part: u32) -> Option<u32> {
        let before = part.checked_mul(PART_BYTES)?;
        (part < self.parts()).then(|| (self.bytes - before).min(PART_BYTES))
    }

    /// Every part is there: the rows are read next.
    pub fn check(self) -> Result<Self, ImportRefused> {
        if self.state != ImportState::Uploading {
            return Err(ImportRefused::NotNow);
        }
        Ok(self.moved_to(ImportState::Checking { done: 0 }))
    }

    /// So many rows are read or written; `None` if the worker has nothing to do any more.
    pub fn progressed(self, rows: u32) -> Option<Self> {
        let state = match self.state {
            ImportState::Checking { .. } => ImportState::Checking { done: rows },
            ImportState::Writing { .. } => ImportState::Writing { done: rows },
            ImportState::Uploading
            | ImportState::Unreadable { .. }
            | ImportState::Refused
            | ImportState::Unchanged
            | ImportState::Ready
            | ImportState::Active { .. }
            | ImportState::Overtaken
            | ImportState::Discarded { .. } => return None,
        };
        Some(self.moved_to(state))
    }

    #[must_use]
    pub fn unreadable(self, reason: String) -> Self {
        self.moved_to(ImportState::Unreadable { reason })
    }

    /// What the check came to; `now` are the lists that the desks have.
    #[must_use]
    pub fn checked(
        self,
        checked: &Checked,
        left_out: Vec<String>,
        mut now: impl FnMut(PrefectureDesk) -> Option<(ImportId, DeskShare)>,
    ) -> Self {
        let count = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
        let standing = |share: &DeskShare| Standing { share: share.clone(), now: now(share.desk) };
        let outcome = Outcome {
            rows: checked.rows,
            problems: count(checked.problems.len()),
            warnings: count(checked.warnings.len()),
            left_out,
            desks: checked.desks.iter().map(standing).collect(),
        };
        let state = if outcome.problems > 0 {
            ImportState::Refused
        } else if outcome.desks.iter().all(Standing::is_same) {
            ImportState::Unchanged
        } else {
            ImportState::Ready
        };
        Self { outcome, ..self }.moved_to(state)
    }

    /// The list is to be taken in.
    pub fn confirm(
        self,
        has_seen_warnings: bool,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<Self, ImportRefused> {
        if self.state != ImportState::Ready {
            return Err(ImportRefused::NotNow);
        }
        if self.outcome.warnings > 0 && !has_seen_warnings {
            return Err(ImportRefused::WarningsNotSeen);
        }
        let confirmed = Some((by.id.clone(), by.name.clone(), now));
        Ok(Self { confirmed, ..self }.moved_to(ImportState::Writing { done: 0 }))
    }

    /// Every row is written: it is the list of its desks from now on.
    pub fn activate(self, now: Timestamp) -> Result<Self, ImportRefused> {
        let ImportState::Writing { .. } = self.state else { return Err(ImportRefused::NotNow) };
        Ok(self.moved_to(ImportState::Active { at: now }))
    }

    #[must_use]
    pub fn overtaken(self) -> Self {
        self.moved_to(ImportState::Overtaken)
    }

    /// Nothing comes of it. A list that holds already is replaced, not discarded.
    pub fn discard(self, by: &Secretary, now: Timestamp) -> Result<Self, ImportRefused> {
        if !self.state.can_be_discarded() {
            return Err(ImportRefused::NotNow);
        }
        Ok(self.moved_to(ImportState::Discarded { by_name: by.name.clone(), at: now }))
    }

    /// When it became the list of its desks; of one that did not, when it was begun.
    pub fn held_since(&self) -> Timestamp {
        match self.state {
            ImportState::Active { at } => at,
            ImportState::Uploading
            | ImportState::Checking { .. }
            | ImportState::Unreadable { .. }
            | ImportState::Refused
            | ImportState::Unchanged
            | ImportState::Ready
            | ImportState::Writing { .. }
            | ImportState::Overtaken
            | ImportState::Discarded { .. } => self.began_at,
        }
    }

    /// The desks whose list changes.
    pub fn changing(&self) -> impl Iterator<Item = &Standing> {
        self.outcome.desks.iter().filter(|standing| !standing.is_same())
    }

    fn moved_to(self, state: ImportState) -> Self {
        Self { state, version: self.version + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::samples::{at, secretary},
        prefecture::{Desk, Prefecture},
        registry::RowProblem,
    };

    const NARA: PrefectureDesk = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };

    fn id(count: u8) -> ImportId {
        ImportId::from_parts(at(0), [count; 10])
    }

    fn begun(bytes: u32) -> Result<Import, ImportRefused> {
        Import::begin(id(1), List::Institutions, "nara.csv", bytes, &secretary(), at(0))
    }

    fn share(digest: &str) -> DeskShare {
        DeskShare { desk: NARA, rows: 2, digest: digest.to_owned() }
    }

    fn checked(digest: &str, now: Option<&str>) -> Import {
        let checked = Checked { rows: 2, problems: vec![], warnings: vec![], desks: vec![share(digest)] };
        let now = |_| now.map(|now| (id(9), share(now)));
        begun(100).unwrap().check().unwrap().checked(&checked, vec![], now)
    }

    #[test]
    fn a_file_has_parts_that_fit_into_items() {
        assert_eq!(begun(0), Err(ImportRefused::Empty));
        assert_eq!(begun(MOST_BYTES + 1), Err(ImportRefused::TooLarge));
        let import = begun(PART_BYTES + 1).unwrap();
        assert_eq!(import.parts(), 2);
        assert_eq!([0, 1, 2].map(|part| import.part_bytes(part)), [Some(PART_BYTES), Some(1), None]);
        assert_eq!(begun(MOST_BYTES).unwrap().parts(), MOST_PARTS);
    }

    #[test]
    fn the_same_list_again_changes_nothing() {
        assert_eq!(checked("a", None).state, ImportState::Ready);
        assert_eq!(checked("b", Some("a")).state, ImportState::Ready);
        let same = checked("a", Some("a"));
        assert_eq!(same.state, ImportState::Unchanged);
        assert_eq!(same.confirm(true, &secretary(), at(1)), Err(ImportRefused::NotNow));
    }

    #[test]
    fn one_bad_row_keeps_all_rows_out() {
        let problem = RowProblem { row: 2, reason: "bad".into() };
        let found = Checked { rows: 2, problems: vec![problem], warnings: vec![], desks: vec![share("a")] };
        let refused = begun(100).unwrap().check().unwrap().checked(&found, vec![], |_| None);
        assert_eq!(refused.state, ImportState::Refused);
        assert_eq!(refused.confirm(true, &secretary(), at(1)), Err(ImportRefused::NotNow));
    }

    #[test]
    fn warnings_are_looked_at_before_a_list_is_taken_in() {
        let warning = RowProblem { row: 2, reason: "odd".into() };
        let found = Checked { rows: 2, problems: vec![], warnings: vec![warning], desks: vec![share("a")] };
        let ready = begun(100).unwrap().check().unwrap().checked(&found, vec![], |_| None);
        assert_eq!(ready.clone().confirm(false, &secretary(), at(1)), Err(ImportRefused::WarningsNotSeen));
        let writing = ready.confirm(true, &secretary(), at(1)).unwrap();
        assert_eq!(writing.state, ImportState::Writing { done: 0 });
        let active = writing.progressed(2).unwrap().activate(at(2)).unwrap();
        assert_eq!(active.state, ImportState::Active { at: at(2) });
        assert_eq!(active.clone().progressed(2), None, "a message that comes twice");
        assert_eq!(active.discard(&secretary(), at(3)), Err(ImportRefused::NotNow));
    }

    #[test]
    fn what_is_discarded_is_not_written_on() {
        let writing = checked("a", None).confirm(false, &secretary(), at(1)).unwrap();
        let discarded = writing.discard(&secretary(), at(2)).unwrap();
        assert_eq!(discarded.clone().progressed(1), None);
        assert_eq!(discarded.activate(at(3)), Err(ImportRefused::NotNow));
    }
}
