//! How many applications each list holds: every move between lists leaves a change, in the move's own transaction, and
//! changes are counted later, each once.
//!
//! Architecture invariant: a change is deleted by the transaction that adds it to the counts. So counts are late, by a
//! minute as a rule, and never wrong; and no counter stands in the way of a decision.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    applications::application_of,
    figures::{self, Sums},
    item::{Reader, Writer, stored_time},
    sessions,
    transaction::Transaction,
};
use crate::domain::{
    application::{Application, Decided},
    desk::{Place, Tab, days_between},
    ids::ApplicationNumber,
    institution::InstitutionKind,
    prefecture::PrefectureDesk,
    session::{Holder, Session},
};

/// The partition of the sparse index of changes.
const CHANGES: &str = "changes";
/// Changes that one transaction counts: with the change itself, the counts of two desks, and the figures of one desk and
/// of all of them, its hundred items suffice.
const MOST_AT_ONCE: usize = 20;

/// An application left some lists and entered others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    key: String,
    pub number: ApplicationNumber,
    /// The place of the state first; empty where it is new.
    pub from: Vec<Place>,
    pub to: Vec<Place>,
    pub at: Timestamp,
    /// Where it left its state: whole days that it stood there. Changes of before do not say.
    pub stage_days: Option<u64>,
}

/// How many applications stand under each tab of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskCounts {
    counts: BTreeMap<(Tab, InstitutionKind), u64>,
    /// When a change was counted last.
    pub counted_at: Option<Timestamp>,
}

impl DeskCounts {
    /// Under one tab; of one kind, or of all.
    pub fn count(&self, tab: Tab, kind: Option<InstitutionKind>) -> u64 {
        let wanted = |(of, one): &(Tab, InstitutionKind)| *of == tab && kind.is_none_or(|kind| kind == *one);
        self.counts.iter().filter(|(key, _)| wanted(key)).map(|(_, count)| count).sum()
    }
}

impl Store {
    /// Those of the applications that exist, in the order of the numbers, if the session is of its holder's present epoch:
    /// one request for both. At most 99 applications.
    pub async fn load_applications_for(
        &self,
        session: &Session,
        numbers: &[ApplicationNumber],
    ) -> Result<Option<Vec<Application>>, StoreError> {
        let Some(holder) = session.holder.epoch_key() else { return Ok(None) };
        let epoch_key = sessions::epoch_pk(&holder);
        let mut wanted = vec![(Table::Sessions, vec![epoch_key.clone()])];
        if !numbers.is_empty() {
            wanted.push((Table::Applications, numbers.iter().map(ToString::to_string).collect()));
        }
        let (mut epoch, mut loaded) = (0, HashMap::with_capacity(numbers.len()));
        for item in self.load_batch(wanted).await? {
            if Reader::new("epoch or application", &item)?.key() == epoch_key {
                epoch = Reader::new("epoch", &item)?.number("epoch")?;
            } else {
                let application = application_of(&item)?;
                loaded.insert(application.number, application);
            }
        }
        let in_order = numbers.iter().filter_map(|number| loaded.remove(number)).collect();
        Ok((epoch == session.epoch).then_some(in_order))
    }

    /// An officer's session that lives now, with the counts of the officer's desk: two requests instead of three.
    pub async fn load_desk_session(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<(Session, DeskCounts)>, StoreError> {
        let Some(session) = self.load_session_of_any_epoch(id, now).await? else { return Ok(None) };
        let (Some(desk), Some(holder)) = (desk_of(&session.holder), session.holder.epoch_key()) else {
            return Ok(None);
        };
        let (epoch_key, counts_key) = (sessions::epoch_pk(&holder), counts_pk(desk));
        let wanted =
            vec![(Table::Sessions, vec![epoch_key.clone()]), (Table::Applications, vec![counts_key.clone()])];
        let (mut epoch, mut counts) = (0, DeskCounts::default());
        for item in self.load_batch(wanted).await? {
            match Reader::new("epoch or counts", &item)?.key() {
                key if key == epoch_key => epoch = Reader::new("epoch", &item)?.number("epoch")?,
                key if key == counts_key => counts = counts_of(desk, &item)?,
                _ => {}
            }
        }
        Ok((epoch == session.epoch).then_some((session, counts)))
    }

    pub async fn load_desk_counts(&self, desk: PrefectureDesk) -> Result<DeskCounts, StoreError> {
        let Some(item) = self.load(Table::Applications, &counts_pk(desk)).await? else {
            return Ok(DeskCounts::default());
        };
        Ok(counts_of(desk, &item)?)
    }

    /// Changes that are not counted yet, the oldest first.
    pub async fn list_changes(&self, most: i32) -> Result<Vec<Change>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name("changes")
            .key_condition_expression("#changes = :changes")
            .expression_attribute_names("#changes", "changes")
            .expression_attribute_values(":changes", AttributeValue::S(CHANGES.to_owned()))
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(answer.items().iter().map(change_of).collect::<Result<_, _>>()?)
    }

    /// Counts changes; how many. One that somebody else counted meanwhile is left out.
    pub async fn commit_counts(&self, changes: &[Change], now: Timestamp) -> Result<usize, StoreError> {
        let mut counted = 0;
        for changes in changes.chunks(MOST_AT_ONCE) {
            counted += match self.execute(counting(changes, now)).await {
                Ok(()) => changes.len(),
                Err(CommitError::Lost(_)) => self.count_one_by_one(changes, now).await?,
                Err(CommitError::Store(error)) => return Err(error),
            };
        }
        Ok(counted)
    }

    /// The index of changes follows its table with a delay: it may show some that are counted.
    async fn count_one_by_one(&self, changes: &[Change], now: Timestamp) -> Result<usize, StoreError> {
        let mut counted = 0;
        for change in changes {
            match self.execute(counting(std::slice::from_ref(change), now)).await {
                Ok(()) => counted += 1,
                Err(CommitError::Lost(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(counted)
    }
}

/// The desk whose pages the holder opens.
fn desk_of(holder: &Holder) -> Option<PrefectureDesk> {
    match holder {
        Holder::Staff { role, .. } => role.desk(),
        Holder::Tracker { .. } | Holder::User { .. } | Holder::StaffFirstFactor { .. } => None,
    }
}

/// A new application enters its lists.
pub(super) fn with_listing(transaction: Transaction, application: &Application) -> Transaction {
    let to = application.listing().places();
    with(transaction, application, (&[], &to), application.submitted_at, None)
}

/// What a decision means for the lists; nothing if the application stays where it is.
pub(super) fn with_change(transaction: Transaction, decided: &Decided) -> Transaction {
    let (was, next) = (decided.was.listing, decided.next.listing());
    if was == next {
        return transaction;
    }
    let is_left = was.status != next.status;
    let stage_days = is_left.then(|| days_between(decided.was.entered_at, decided.at));
    with(transaction, &decided.next, (&was.places(), &next.places()), decided.at, stage_days)
}

fn with(
    transaction: Transaction,
    application: &Application,
    (from, to): (&[Place], &[Place]),
    at: Timestamp,
    stage_days: Option<u64>,
) -> Transaction {
    let keys = |places: &[Place]| places.iter().map(|place| place.as_key()).collect::<Vec<_>>();
    // One change a version: the key of a move that is decided anew is the same.
    let item = Writer::keyed(format!("change#{}#{}", application.number, application.version))
        .text("application", application.number.to_string())
        .texts("from", keys(from).into_iter())
        .texts("to", keys(to).into_iter())
        .text("changes", CHANGES)
        .time("changed_at", at)
        .optional_text("stage_days", stage_days.map(|days| days.to_string()))
        .finish();
    transaction.create("change", Table::Applications, item)
}

fn change_of(item: &Item) -> Result<Change, Inconsistent> {
    let reader = Reader::new("change", item)?;
    let places = |name| {
        let keys = reader.texts(name)?.into_iter();
        keys.map(|key| Place::parse(key).ok_or_else(|| reader.unreadable(name))).collect::<Result<_, _>>()
    };
    Ok(Change {
        key: reader.key().to_owned(),
        number: reader.parsed("application", ApplicationNumber::parse)?,
        from: places("from")?,
        to: places("to")?,
        at: reader.time("changed_at")?,
        stage_days: reader.optional_parsed("stage_days", |days| days.parse().ok())?,
    })
}

/// The changes go, and what they come to is added to their desks' counts.
fn counting(changes: &[Change], now: Timestamp) -> Transaction {
    let mut sums: BTreeMap<PrefectureDesk, BTreeMap<(Tab, InstitutionKind), i64>> = BTreeMap::new();
    let mut figures = Sums::new();
    let mut transaction = Transaction::default();
    for change in changes {
        figures::add_change(&mut figures, change);
        transaction = transaction.delete("change", Table::Applications, &change.key);
        for (places, amount) in [(&change.from, -1), (&change.to, 1)] {
            for Place { desk, tab, kind } in places {
                *sums.entry(*desk).or_default().entry((*tab, *kind)).or_default() += amount;
            }
        }
    }
    let at = || ("counted_at", AttributeValue::S(stored_time(now)));
    for (desk, sums) in sums {
        let amounts: Vec<(String, i64)> = sums
            .into_iter()
            .filter(|(_, amount)| *amount != 0)
            .map(|((tab, kind), amount)| (format!("{}#{}", tab.as_str(), kind.as_str()), amount))
            .collect();
        if !amounts.is_empty() {
            transaction = transaction.add("counts", Table::Applications, &counts_pk(desk), amounts, at());
        }
    }
    for (key, amounts) in figures {
        let amounts = amounts.into_iter().collect();
        transaction = transaction.add("figures", Table::Applications, &key, amounts, at());
    }
    transaction
}

pub(super) fn counts_pk(desk: PrefectureDesk) -> String {
    format!("desk#{}", desk.as_key())
}

pub(super) fn counts_of(desk: PrefectureDesk, item: &Item) -> Result<DeskCounts, Inconsistent> {
    let reader = Reader::new("counts", item)?;
    let mut counts = BTreeMap::new();
    for (name, value) in item.iter().filter(|(name, _)| name.contains('#')) {
        let place =
            Place::parse(&format!("{}#{name}", desk.as_key())).ok_or_else(|| reader.unreadable("counts"))?;
        let count: i64 = value
            .as_n()
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| reader.unreadable("counts"))?;
        counts.insert((place.tab, place.kind), u64::try_from(count).unwrap_or_default());
    }
    Ok(DeskCounts { counts, counted_at: reader.optional_time("counted_at")? })
}
