//! The laws of event sets and states, over random histories of every kind of event.

use jiff::{SignedDuration, Timestamp};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, DeliveryState, EventKind, EventSet,
    ServerWords, UndeliverableReason, delivery_state,
};

const START: i64 = 1_800_000_000_000;

fn words() -> impl Strategy<Value = Option<ServerWords>> {
    some_of(&[
        "smtp; 550 5.1.1 no such user",
        "250 ok\r\n queued",
        "受信箱\tが満杯",
        "<a@b.jp>: 5.2.2 full",
        " ",
    ])
}

fn some_of(texts: &'static [&'static str]) -> impl Strategy<Value = Option<ServerWords>> {
    option::of(select(texts)).prop_map(|text| text.and_then(ServerWords::new))
}

fn recipient() -> impl Strategy<Value = BouncedRecipient> {
    let action = some_of(&["failed", "FAILED", "delayed", "relayed"]);
    let status = some_of(&["5.1.1", "5.2.2", "5.3.4", "5.7.1", "5.0.0", "4.4.7", "4.2.2", "2.0.0"]);
    (action, status, words()).prop_map(|(action, status, diagnostic)| BouncedRecipient {
        action,
        status,
        diagnostic,
    })
}

fn bounce() -> impl Strategy<Value = EventKind> {
    let sub_types = [
        "Undetermined",
        "General",
        "General",
        "NoEmail",
        "Suppressed",
        "OnAccountSuppressionList",
        "MailboxFull",
        "MessageTooLarge",
        "ContentRejected",
        "AttachmentRejected",
        "CustomTimeoutExceeded",
        "OnTenantSuppressionList",
    ];
    let bounce_types = vec![BounceType::Permanent, BounceType::Transient, BounceType::Undetermined];
    let feedback_id = option::of("[0-9a-f]{4}-000000");
    (select(bounce_types), select(sub_types.to_vec()), vec(recipient(), 0..3), feedback_id).prop_map(
        |(bounce_type, sub_type, recipients, feedback_id)| EventKind::Bounce {
            bounce_type,
            sub_type: BounceSubType::parse(sub_type),
            recipients,
            feedback_id,
        },
    )
}

fn kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        2 => Just(EventKind::Send),
        3 => words().prop_map(|smtp_response| EventKind::Delivery { smtp_response }),
        5 => bounce(),
        1 => (option::of("[0-9a-f]{4}"), any::<bool>())
            .prop_map(|(feedback_id, suppressed)| EventKind::Complaint { feedback_id, suppressed }),
        1 => words().prop_map(|reason| EventKind::Reject { reason }),
        1 => select(vec!["IPFailure", "MailboxFull"])
            .prop_map(|delay_type| EventKind::DeliveryDelay { delay_type: delay_type.into() }),
        1 => (words(), words()).prop_map(|(template, message)| EventKind::RenderingFailure { template, message }),
        1 => "[A-Za-z ]{0,12}".prop_map(|event_type| EventKind::Unknown { event_type }),
    ]
}

fn event() -> impl Strategy<Value = DeliveryEvent> {
    (kind(), 0..20_i64, option::of(1..3_u32), select(vec!["id-one", "id-two"])).prop_map(
        |(kind, hours, try_number, message_id)| {
            let at = Timestamp::from_millisecond(START + hours * 3_600_000).unwrap();
            DeliveryEvent::new(kind, at, try_number, message_id.into())
        },
    )
}

/// The failing events by the words of the table, written without the code under test.
fn is_failing(event: &DeliveryEvent) -> bool {
    match &event.kind {
        EventKind::Reject { .. } | EventKind::Bounce { bounce_type: BounceType::Permanent, .. } => true,
        EventKind::Bounce { bounce_type, sub_type, recipients, .. } => {
            let dsn = recipients.iter().any(|recipient| {
                let text = |words: &Option<ServerWords>| {
                    words.as_ref().map_or_else(String::new, |words| words.as_str().to_lowercase())
                };
                text(&recipient.action) == "failed" || text(&recipient.status).starts_with("5.")
            });
            dsn || (*bounce_type == BounceType::Transient && sub_type.as_str() != "General")
        }
        EventKind::Send
        | EventKind::Delivery { .. }
        | EventKind::Complaint { .. }
        | EventKind::DeliveryDelay { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => false,
    }
}

fn is_delivery(event: &DeliveryEvent) -> bool {
    matches!(event.kind, EventKind::Delivery { .. })
}

fn state(events: &EventSet, accepted_hour: Option<i64>, now_hour: i64) -> DeliveryState {
    let hour = |hours: i64| Timestamp::from_millisecond(START).unwrap() + SignedDuration::from_hours(hours);
    delivery_state(events, accepted_hour.map(hour), hour(now_hour))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// M3: a Delivery and no failing event never shows 不達.
    #[test]
    fn m3_delivered_without_a_failure_is_never_undeliverable(events in vec(event(), 0..8), now in 0..60_i64) {
        let calm: EventSet = events.into_iter().filter(|event| !is_failing(event)).collect();
        let shown = state(&calm, Some(0), now);
        if calm.iter().any(is_delivery) {
            prop_assert!(matches!(shown, DeliveryState::Delivered { .. }), "{shown:?}");
        } else if let DeliveryState::Undeliverable { reason, .. } = shown {
            // Ours: a mail that SES held back because of an older complaint.
            prop_assert_eq!(reason, UndeliverableReason::SuppressionList);
        }
    }

    /// M4: any failing event ever seen shows 不達, whatever the order.
    #[test]
    fn m4_a_failure_anywhere_is_undeliverable(
        events in vec(event(), 0..8),
        failing in event().prop_filter("a failing event", is_failing),
        place in any::<prop::sample::Index>(),
        now in 0..60_i64,
    ) {
        let mut history = events;
        history.insert(place.index(history.len() + 1), failing);
        let shown = state(&history.into_iter().collect(), Some(0), now);
        prop_assert!(matches!(shown, DeliveryState::Undeliverable { .. }), "{shown:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// M5: order, repetition and the way in (one by one, in two halves) change neither set nor state.
    #[test]
    fn m5_events_are_idempotent_and_commutative(
        (events, again) in vec(event(), 0..8).prop_flat_map(|events| {
            let doubled = [events.clone(), events.clone()].concat();
            (Just(events), Just(doubled).prop_shuffle())
        }),
        cut in any::<prop::sample::Index>(),
        accepted in option::of(0..20_i64),
        now in 0..60_i64,
    ) {
        let once: EventSet = events.iter().cloned().collect();
        let mut one_by_one = EventSet::new();
        for event in again.iter().cloned() {
            let is_new = !one_by_one.contains(&event.fingerprint());
            prop_assert_eq!(one_by_one.insert(event), is_new);
        }
        let (left, right) = again.split_at(cut.index(again.len() + 1));
        let (left, right): (EventSet, EventSet) = (left.iter().cloned().collect(), right.iter().cloned().collect());
        let (mut there, mut back) = (left.clone(), right.clone());
        there.union(right);
        back.union(left);
        for other in [one_by_one, there, back] {
            prop_assert_eq!(&other, &once);
            prop_assert_eq!(state(&other, accepted, now), state(&once, accepted, now));
        }
    }

    /// Once there is an answer, time alone never changes it; and nothing is undecided after a day.
    #[test]
    fn time_only_turns_sending_into_attention(events in vec(event(), 0..8), now in 0..60_i64) {
        let set: EventSet = events.into_iter().collect();
        let (early, late) = (state(&set, Some(0), now), state(&set, Some(0), now + 24));
        match early {
            DeliveryState::Sending | DeliveryState::NeedsAttention => {
                prop_assert_eq!(late, DeliveryState::NeedsAttention);
            }
            DeliveryState::Delivered { .. } | DeliveryState::Undeliverable { .. } => prop_assert_eq!(late, early),
        }
    }

    /// What is stored reads back as the same event under the same key.
    #[test]
    fn the_stored_form_reads_back_equal(event in event()) {
        let stored = event.to_stored();
        let read = DeliveryEvent::from_stored(|name| {
            stored.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
        });
        prop_assert_eq!(read.as_ref(), Ok(&event));
        prop_assert_eq!(read.map(|read| read.fingerprint()), Ok(event.fingerprint()));
    }

    /// No server answer, however it is written, keeps an address.
    #[test]
    fn words_hold_no_address(before in "[ -~＠（]{0,8}", local in "[a-z.]{4,10}", after in "[ -~\\r\\n）]{0,8}") {
        let text = format!("{before}{local}@example.jp{after}");
        let words = ServerWords::new(&text).unwrap();
        prop_assert!(!words.as_str().contains('@'), "{words}");
        prop_assert_eq!(ServerWords::new(words.as_str()), Some(words.clone()));
    }
}
