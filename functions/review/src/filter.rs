//! Which applications a list shows: read from the address, written back into addresses, shown as tags that can be
//! taken off.
//!
//! Invariant: an address that is written here reads back as the same filter, and names no desk.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        calendar::{CalendarError, japan_date, start_of_day_jst},
        desk::{Tab, earliest_day_within},
        form::FieldErrors,
        institution::InstitutionKind,
        prefecture::{Desk, PrefectureDesk},
        text,
    },
    store::DeskList,
    web::{Choice, Problem},
};

use crate::{cursor::Cursor, dates::short_date};

/// As it stands in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilterQuery {
    status: String,
    kind: String,
    due: String,
    from: String,
    until: String,
    after: String,
}

/// What the fields of the filter show.
#[derive(Clone, Default, Serialize)]
pub(crate) struct FilterInput {
    pub(crate) kind: String,
    pub(crate) due: String,
    pub(crate) from: String,
    pub(crate) until: String,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) tab: Tab,
    pub(crate) kind: Option<InstitutionKind>,
    pub(crate) due: Option<Due>,
    /// The first and the last day on which it entered its state.
    pub(crate) from: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) after: Option<Cursor>,
}

/// By how much of the time is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Late,
    /// At most [`SOON`] business days are left.
    Soon,
}

/// A condition, and the address of the list without it.
#[derive(Serialize)]
pub(crate) struct Tag {
    pub(crate) label: String,
    pub(crate) path: String,
}

/// 「期限まで2営業日以内」.
const SOON: i32 = 2;

impl FilterQuery {
    /// What is wanted, and what of the days cannot be read. An unknown word is no list at all.
    pub(crate) fn parse(&self) -> Result<(Filter, FieldErrors), Problem> {
        let unreadable =
            || Problem::bad_request("一覧のURLが正しくありません。").with_next("/review", "申請一覧へ");
        let mut errors = FieldErrors::new();
        let tab = word(&self.status, Tab::parse).map_err(|()| unreadable())?;
        let filter = Filter {
            kind: word(&self.kind, InstitutionKind::from_stored).map_err(|()| unreadable())?,
            due: word(&self.due, Due::parse).map_err(|()| unreadable())?,
            after: word(&self.after, Cursor::parse).map_err(|()| unreadable())?,
            from: day("from", "この日から", &self.from, &mut errors),
            until: day("until", "この日まで", &self.until, &mut errors),
            ..Filter::of(tab.unwrap_or(Tab::Submitted))
        };
        if let (Some(from), Some(until)) = (filter.from, filter.until)
            && until < from
        {
            errors.push("until", "＊「この日まで」は「この日から」以降の日付を入力してください");
        }
        Ok((filter, errors))
    }

    pub(crate) fn input(&self) -> FilterInput {
        FilterInput {
            kind: self.kind.clone(),
            due: self.due.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
        }
    }
}

impl Filter {
    pub(crate) fn of(tab: Tab) -> Self {
        Self { tab, kind: None, due: None, from: None, until: None, after: None }
    }

    /// The same conditions under another tab.
    pub(crate) fn under(self, tab: Tab) -> Self {
        Self { tab, after: None, due: self.due.filter(|_| has_deadline(tab)), ..self }
    }

    pub(crate) fn first_page(self) -> Self {
        Self { after: None, ..self }
    }

    /// Whether more than the kind narrows it: then the tabs' counts are not of this filter.
    pub(crate) fn is_by_time(self) -> bool {
        self.due.is_some() || self.from.is_some() || self.until.is_some()
    }

    /// The list of the reader's own desk.
    pub(crate) fn list(self, desk: PrefectureDesk, now: Timestamp) -> Result<DeskList, CalendarError> {
        let days = self.due.map(|due| due.days(now)).transpose()?;
        let (due_from, due_until) = days.unwrap_or_default();
        let until = self.until.and_then(|day| day.tomorrow().ok());
        Ok(DeskList {
            kind: self.kind,
            from: [self.from, due_from].into_iter().flatten().max().map(start_of_day_jst),
            until: [until, due_until].into_iter().flatten().min().map(start_of_day_jst),
            ..DeskList::of(desk, self.tab)
        })
    }

    /// The address of the list, or of what else is made of it (`/review`, `/review/export`).
    pub(crate) fn path(self, base: &str) -> String {
        let mut path = format!("{base}?status={}", self.tab.as_str());
        let mut add = |name: &str, value: String| path.extend(["&", name, "=", &value]);
        if let Some(kind) = self.kind {
            add("kind", kind.as_str().to_owned());
        }
        if let Some(due) = self.due {
            add("due", due.as_str().to_owned());
        }
        for (name, day) in [("from", self.from), ("until", self.until)] {
            if let Some(day) = day {
                add(name, day.to_string());
            }
        }
        if let Some(after) = self.after {
            add("after", after.to_string());
        }
        path
    }

    pub(crate) fn tags(self) -> Vec<Tag> {
        let here = self.first_page();
        let tag = |label: String, without: Self| Tag { label, path: without.path("/review") };
        [
            self.kind.map(|kind| tag(format!("機関区分：{}", kind.label()), Self { kind: None, ..here })),
            self.due.map(|due| tag(format!("期限：{}", due.label()), Self { due: None, ..here })),
            self.from.map(|day| tag(format!("{}から", short_date(day)), Self { from: None, ..here })),
            self.until.map(|day| tag(format!("{}まで", short_date(day)), Self { until: None, ..here })),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Due {
    const ALL: [Self; 2] = [Self::Late, Self::Soon];

    fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Soon => "soon",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|due| due.as_str() == text)
    }

    fn label(self) -> &'static str {
        match self {
            Self::Late => "期限超過",
            Self::Soon => "期限まで2営業日以内",
        }
    }

    /// The first day, and the one after the last.
    fn days(self, now: Timestamp) -> Result<(Option<Date>, Option<Date>), CalendarError> {
        let today = japan_date(now);
        let in_time = earliest_day_within(today, 0)?;
        Ok(match self {
            Self::Late => (None, Some(in_time)),
            Self::Soon => (Some(in_time), Some(earliest_day_within(today, SOON + 1)?)),
        })
    }
}

/// Where a case has a 期限 that is counted from its entry.
pub(crate) fn has_deadline(tab: Tab) -> bool {
    match tab {
        Tab::Submitted | Tab::Approved | Tab::Issuing | Tab::Stuck | Tab::Undeliverable => true,
        Tab::Returned | Tab::Done | Tab::Rejected | Tab::Withdrawn => false,
    }
}

pub(crate) fn due_choices() -> Vec<Choice> {
    Due::ALL.map(|due| Choice::new(due.as_str(), due.label())).into()
}

/// The kinds that the desk answers for.
pub(crate) fn kind_choices(desk: Desk) -> Vec<Choice> {
    let kinds = InstitutionKind::all().iter().filter(|kind| kind.desk() == desk);
    kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).collect()
}

/// Nothing, something known, or an error.
fn word<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some).ok_or(()) }
}

/// 「2027-01-22」 as browsers send it, 「2027/1/22」 as people type it.
fn day(field: &'static str, label: &str, typed: &str, errors: &mut FieldErrors) -> Option<Date> {
    let plain = text::mail(typed).replace(['/', '.', '年', '月'], "-").replace('日', "");
    if plain.is_empty() {
        return None;
    }
    let mut parts = plain.split('-').map(str::trim);
    let read = || {
        let day =
            Date::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        day.ok().filter(|day| parts.next().is_none() && (2000..=2100).contains(&day.year()))
    };
    let day = { read }();
    if day.is_none() {
        errors.push(field, format!("＊「{label}」は「2027/1/22」の形で入力してください"));
    }
    day
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::application::samples::{NOON, nara_medical},
        web::ProblemKind,
    };

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> FilterQuery {
        let value =
            |name| pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value).into();
        FilterQuery {
            status: value("status"),
            kind: value("kind"),
            due: value("due"),
            from: value("from"),
            until: value("until"),
            after: value("after"),
        }
    }

    fn read_back(path: &str) -> Filter {
        let pairs: Vec<(&str, &str)> =
            path.split_once('?').unwrap().1.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        query(&pairs).parse().unwrap().0
    }

    #[test]
    fn an_address_reads_back() {
        let whole = Filter::of(Tab::Stuck);
        assert_eq!(whole.path("/review"), "/review?status=stuck");
        let narrowed = Filter {
            kind: Some(InstitutionKind::Clinic),
            due: Some(Due::Late),
            from: Some("2027-01-04".parse().unwrap()),
            until: Some("2027-01-22".parse().unwrap()),
            after: Cursor::parse("API-00001750_1800586800123"),
            ..Filter::of(Tab::Submitted)
        };
        for filter in [whole, narrowed] {
            assert_eq!(read_back(&filter.path("/review")), filter);
        }
        let tags: Vec<String> =
            narrowed.tags().into_iter().map(|tag| format!("{} {}", tag.label, tag.path)).collect();
        insta::assert_snapshot!(tags.join("\n"), @r"
        機関区分：診療所 /review?status=submitted&due=late&from=2027-01-04&until=2027-01-22
        期限：期限超過 /review?status=submitted&kind=clinic&from=2027-01-04&until=2027-01-22
        1月4日（月）から /review?status=submitted&kind=clinic&due=late&until=2027-01-22
        1月22日（金）まで /review?status=submitted&kind=clinic&due=late&from=2027-01-04
        ");
    }

    #[test]
    fn what_is_no_filter_is_refused_and_a_wrong_day_is_said() {
        for pair in [
            ("status", "Submitted"),
            ("status", "27#medical"),
            ("kind", "病院"),
            ("due", "never"),
            ("after", "27#medical#issued"),
        ] {
            let refused = query(&[pair]).parse().unwrap_err();
            assert_eq!(refused.kind(), ProblemKind::BadRequest, "{pair:?}");
        }
        for typed in ["2027-01-22", "2027/1/22", "２０２７／０１／２２", "2027年1月22日", "2027.1.22"]
        {
            let (filter, errors) = query(&[("from", typed)]).parse().unwrap();
            assert_eq!((filter.from, errors.len()), (Some("2027-01-22".parse().unwrap()), 0), "{typed}");
        }
        for typed in ["1/22", "2027-02-30", "20270122", "2027-1-22-1", "昨日", "1-1-1"] {
            let (filter, errors) = query(&[("until", typed)]).parse().unwrap();
            assert_eq!(filter.until, None, "{typed}");
            assert_eq!(
                errors.message_for("until"),
                Some("＊「この日まで」は「2027/1/22」の形で入力してください")
            );
        }
        let (_, errors) = query(&[("from", "2027-1-22"), ("until", "2027-1-21")]).parse().unwrap();
        assert!(errors.message_for("until").is_some());
    }

    #[test]
    fn days_become_the_edges_of_a_list_in_japan_time() {
        let desk = nara_medical().desk;
        let edges = |filter: Filter| {
            let list = filter.list(desk, *NOON).unwrap();
            let text = |at: Option<Timestamp>| at.map_or("…".to_owned(), |at| at.to_string());
            format!("{} – {}", text(list.from), text(list.until))
        };
        let whole = Filter::of(Tab::Submitted);
        let day = |text: &str| Some(text.parse().unwrap());
        let lines = [
            edges(whole),
            edges(Filter { from: day("2027-01-04"), until: day("2027-01-22"), ..whole }),
            edges(Filter { due: Some(Due::Late), ..whole }),
            edges(Filter { due: Some(Due::Soon), ..whole }),
            edges(Filter { due: Some(Due::Late), until: day("2026-12-28"), ..whole }),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        … – …
        2027-01-03T15:00:00Z – 2027-01-22T15:00:00Z
        … – 2027-01-06T15:00:00Z
        2027-01-06T15:00:00Z – 2027-01-12T15:00:00Z
        … – 2026-12-28T15:00:00Z
        ");
    }
}
