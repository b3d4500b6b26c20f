//! The tabs above a list, each with how many stand under it.

use serde::Serialize;
use shared::{domain::desk::Tab as DeskTab, store::DeskCounts};

use crate::filter::Filter;

#[derive(Serialize)]
pub(crate) struct Tab {
    pub(crate) status: &'static str,
    pub(crate) label: &'static str,
    pub(crate) path: String,
    /// As of the last minute.
    pub(crate) count: u64,
    pub(crate) is_current: bool,
}

/// Every tab under the filter's conditions. Where the page shows its whole list, its own number is exact: `shown`.
pub(crate) fn tabs_of(counts: &DeskCounts, filter: Filter, shown: Option<usize>) -> Vec<Tab> {
    let exact = shown.and_then(|shown| u64::try_from(shown).ok());
    let tab = |tab: DeskTab| {
        let is_current = tab == filter.tab;
        let counted = counts.count(tab, filter.kind);
        Tab {
            status: tab.as_str(),
            label: tab.label(),
            path: filter.under(tab).path("/review"),
            count: if is_current { exact.unwrap_or(counted) } else { counted },
            is_current,
        }
    };
    DeskTab::ALL.map(tab).into()
}
