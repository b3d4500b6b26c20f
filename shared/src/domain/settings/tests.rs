use super::*;
use crate::domain::{account::samples::secretary, calendar::CalendarError};

fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

fn text(words: &str) -> PublicText {
    PublicText::parse(words).unwrap()
}

/// The year-end freeze: Friday, 25 December 2026, 17:00, to Monday, 4 January 2027, 09:00.
fn year_end() -> Settings {
    let window = (at("2026-12-25T17:00:00"), at("2027-01-04T09:00:00"));
    let now = at("2026-12-01T10:00:00");
    Settings::default().add_freeze(window, text("年末年始"), &secretary(), now).unwrap().next
}

#[test]
fn a_freeze_holds_from_its_first_second_to_just_before_its_end() {
    let freezes = year_end().freezes;
    assert!(freezes.issuing_may_happen_at(at("2026-12-25T16:59:59")));
    assert!(!freezes.issuing_may_happen_at(at("2026-12-25T17:00:00")));
    assert!(!freezes.issuing_may_happen_at(at("2027-01-04T08:59:59")));
    assert!(freezes.issuing_may_happen_at(at("2027-01-04T09:00:00")));
    assert_eq!(freezes.announcing_may_happen_at(at("2026-12-25T16:59:59")), Ok(true));
    assert_eq!(freezes.announcing_may_happen_at(at("2026-12-20T10:00:00")), Ok(false), "a Sunday");
    assert_eq!(freezes.announcing_may_happen_at(at("2026-12-28T10:00:00")), Ok(false), "frozen");
}

#[test]
fn issuing_goes_on_at_the_first_open_moment_of_a_business_day() {
    let mut freezes = year_end().freezes;
    let next = |freezes: &FreezeWindows, from: &str| freezes.next_issuing_after(at(from));
    assert_eq!(next(&freezes, "2026-12-25T16:59:59"), Ok(at("2026-12-25T16:59:59")));
    assert_eq!(next(&freezes, "2026-12-25T17:00:00"), Ok(at("2027-01-04T09:00:00")));
    assert_eq!(next(&freezes, "2026-12-19T12:00:00"), Ok(at("2026-12-21T00:00:00")), "a Saturday");
    // Two windows that touch, the second of which ends on the eve of a holiday weekend.
    let window = (at("2027-01-04T08:00:00"), at("2027-01-08T20:00:00"));
    freezes.0.push(FreezeWindow { id: 9, from: window.0, until: window.1, text: text("点検") });
    assert_eq!(next(&freezes, "2026-12-30T00:00:00"), Ok(at("2027-01-08T20:00:00")));
    freezes.0[1].until = at("2027-01-09T00:00:00");
    assert_eq!(next(&freezes, "2026-12-30T00:00:00"), Ok(at("2027-01-12T00:00:00")), "成人の日 lies between");
    assert_eq!(
        freezes.next_issuing_after("2099-01-01T00:00:00Z".parse().unwrap()),
        Err(CalendarError::NoHolidays { year: 2099 })
    );
}

#[test]
fn a_freeze_that_cannot_be_meant_is_refused() {
    let now = at("2026-12-01T10:00:00");
    let add = |from: &str, until: &str| {
        let window = (at(from), at(until));
        Settings::default().add_freeze(window, text("停止"), &secretary(), now).map(|_| ())
    };
    assert_eq!(add("2026-12-01T09:00:00", "2026-12-02T09:00:00"), Ok(()), "it may have begun");
    assert_eq!(add("2026-12-03T09:00:00", "2026-12-03T09:00:00"), Err(SettingsRefused::EndsBeforeItBegins));
    assert_eq!(add("2026-11-01T09:00:00", "2026-12-01T10:00:00"), Err(SettingsRefused::OverAlready));
    assert_eq!(add("2026-12-25T17:00:00", "2027-12-25T17:00:00"), Err(SettingsRefused::TooLong));
}

#[test]
fn ending_a_freeze_takes_back_one_that_has_not_begun_and_cuts_one_that_has() {
    let settings = year_end();
    let early = settings.clone().end_freeze(1, &secretary(), at("2026-12-02T10:00:00")).unwrap();
    assert_eq!((early.next.freezes.0.len(), early.next.version), (0, 2));
    let now = at("2026-12-28T10:00:00");
    let ended = settings.clone().end_freeze(1, &secretary(), now).unwrap();
    assert_eq!(ended.change.what, Change::FreezeEnded(settings.freezes.0[0].clone()));
    assert_eq!(ended.next.freezes.0[0].until, now);
    assert!(ended.next.freezes.issuing_may_happen_at(now));
    assert_eq!(ended.next.end_freeze(1, &secretary(), now), Err(SettingsRefused::NotThere), "twice");
    assert_eq!(settings.end_freeze(7, &secretary(), now), Err(SettingsRefused::NotThere));
}

#[test]
fn notices_are_shown_in_their_time_the_most_urgent_first() {
    let (monday, friday) = (at("2026-11-30T09:00:00"), at("2026-12-04T17:00:00"));
    let mut settings = Settings::default();
    for (kind, until, words) in [
        (NoticeKind::Info, None, "新しいヘルプ"),
        (NoticeKind::Maintenance, Some(friday), "停止"),
        (NoticeKind::Warning, None, "混雑"),
    ] {
        let added = settings.add_notice(kind, (monday, until), text(words), &secretary(), monday).unwrap();
        settings = added.next;
    }
    let shown = |settings: &Settings, now: Timestamp| {
        let texts = settings.notices_shown_at(now).into_iter().map(|notice| notice.text.as_str().to_owned());
        texts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&settings, at("2026-11-30T08:59:59")), "");
    assert_eq!(shown(&settings, monday), "停止 混雑 新しいヘルプ");
    assert_eq!(shown(&settings, friday), "混雑 新しいヘルプ");
    let ended = settings.end_notice(3, &secretary(), friday).unwrap();
    assert_eq!((ended.change.by.as_str(), ended.change.version), ("jimukyoku", 4));
    assert_eq!(shown(&ended.next, friday), "新しいヘルプ");
}

#[test]
fn at_most_twenty_at_once_and_what_is_over_makes_room() {
    let start = at("2026-12-01T10:00:00");
    let hours = |hours: i64| start + SignedDuration::from_hours(hours);
    let mut settings = Settings::default();
    for nth in 0..20 {
        let window = (hours(nth), hours(nth + 1));
        settings = settings.add_freeze(window, text("停止"), &secretary(), start).unwrap().next;
    }
    let later = (hours(24 * 31), hours(24 * 32));
    let add = |now: Timestamp| {
        settings
            .clone()
            .add_freeze(later, text("停止"), &secretary(), now)
            .map(|changed| changed.next.freezes.0.len())
    };
    assert_eq!(add(hours(48)), Err(SettingsRefused::TooMany), "kept for thirty days");
    assert_eq!(add(hours(24 * 30 + 2)), Ok(19), "two have been over for thirty days");
}
