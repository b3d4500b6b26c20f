//! The figures of a desk's months, and of all desks: sums that grow when changes are counted.
//!
//! Architecture invariant: a change adds to the figures in the transaction that deletes it, so each is in them once; a
//! dashboard reads these sums and the counts in one request and no application.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{
    Inconsistent, Item, Store, StoreError, Table,
    changes::{Change, DeskCounts, counts_of, counts_pk},
    item::Reader,
};
use crate::domain::{
    calendar::japan_date,
    desk::{DeskFigures, Tab, month_of},
    prefecture::PrefectureDesk,
};

/// The key of the sums of all desks.
const ALL: &str = "all";

/// Amounts by the item and the attribute that they are added to.
pub(super) type Sums = BTreeMap<String, BTreeMap<String, i64>>;

impl Store {
    /// The counts of a desk's lists, and the figures of this month and the last one.
    pub async fn load_desk_figures(
        &self,
        desk: PrefectureDesk,
        now: Timestamp,
    ) -> Result<(DeskCounts, DeskFigures), StoreError> {
        let (mut counts, figures) = self.load_figures(&desk.as_key(), &[desk], now).await?;
        Ok((counts.remove(&desk).unwrap_or_default(), figures))
    }

    /// The same of all desks: one request, whatever the number of applications.
    pub async fn load_national_figures(
        &self,
        now: Timestamp,
    ) -> Result<(BTreeMap<PrefectureDesk, DeskCounts>, DeskFigures), StoreError> {
        self.load_figures(ALL, &PrefectureDesk::all().collect::<Vec<_>>(), now).await
    }

    async fn load_figures(
        &self,
        of: &str,
        desks: &[PrefectureDesk],
        now: Timestamp,
    ) -> Result<(BTreeMap<PrefectureDesk, DeskCounts>, DeskFigures), StoreError> {
        let today = japan_date(now);
        let before = today.first_of_month().yesterday().unwrap_or(today);
        let months = [today, before].map(|day| figures_pk(of, day));
        let keys = desks.iter().map(|desk| counts_pk(*desk)).chain(months.clone());
        let (mut counts, mut figures) = (BTreeMap::new(), DeskFigures::default());
        for item in self.load_batch(vec![(Table::Applications, keys.collect())]).await? {
            let key = Reader::new("counts or figures", &item)?.key();
            if months.iter().any(|month| month == key) {
                figures.add(&figures_of(&item)?);
            } else if let Some(desk) = desks.iter().find(|desk| counts_pk(**desk) == key) {
                counts.insert(*desk, counts_of(*desk, &item)?);
            }
        }
        Ok((counts, figures))
    }
}

/// What a change adds: an arrival, or the days that a stage took.
pub(super) fn add_change(sums: &mut Sums, change: &Change) {
    let day = japan_date(change.at);
    let arrived = change.to.first().filter(|_| change.from.is_empty());
    let left = change.from.first().zip(change.stage_days);
    let grown = [
        arrived.map(|place| (place.desk, format!("arrived#{day}"))),
        left.map(|(place, days)| (place.desk, format!("left#{}#{days}", place.tab.as_str()))),
    ];
    for (desk, attribute) in grown.into_iter().flatten() {
        for of in [&desk.as_key(), ALL] {
            *sums.entry(figures_pk(of, day)).or_default().entry(attribute.clone()).or_default() += 1;
        }
    }
}

fn figures_pk(of: &str, day: Date) -> String {
    format!("figures#{of}#{}", month_of(day))
}

fn figures_of(item: &Item) -> Result<DeskFigures, Inconsistent> {
    let reader = Reader::new("figures", item)?;
    let unreadable = || reader.unreadable("figures");
    let mut figures = DeskFigures::default();
    for (name, value) in item.iter().filter(|(name, _)| name.contains('#')) {
        let count = value.as_n().ok().and_then(|digits| digits.parse().ok()).ok_or_else(unreadable)?;
        let mut parts = name.split('#');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("arrived"), Some(day), None) => {
                figures.arrivals.insert(day.parse().map_err(|_| unreadable())?, count);
            }
            (Some("left"), Some(tab), Some(days)) => {
                let tab = Tab::parse(tab).ok_or_else(unreadable)?;
                figures.left.insert((tab, days.parse().map_err(|_| unreadable())?), count);
            }
            _ => return Err(unreadable()),
        }
    }
    Ok(figures)
}
