//! The delivery states at a glance: every row of the table, every sub-type, the edges of the 24 hours.

use jiff::{SignedDuration, Timestamp};

use super::{
    BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, DeliveryState, EventKind, EventSet,
    ServerWords, delivery_state,
};

fn noon() -> Timestamp {
    "2027-01-05T03:00:00Z".parse().unwrap()
}

fn after(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

/// An event by a short name, `minutes` after SES took the mail.
fn event(name: &str, minutes: i64) -> DeliveryEvent {
    let kind = match name {
        "send" => EventKind::Send,
        "delay" => EventKind::DeliveryDelay { delay_type: "MailboxFull".into() },
        "delivery" => EventKind::Delivery { smtp_response: ServerWords::new("250 ok") },
        "complaint" => EventKind::Complaint { feedback_id: None, suppressed: false },
        "complaint-suppressed" => EventKind::Complaint { feedback_id: None, suppressed: true },
        "reject" => EventKind::Reject { reason: ServerWords::new("Bad content") },
        "rendering-failure" => EventKind::RenderingFailure { template: None, message: None },
        "unknown" => EventKind::Unknown { event_type: "Open".into() },
        bounce => bounced(bounce),
    };
    DeliveryEvent::new(kind, after(minutes), Some(1), "0100018f-000000".into())
}

/// `Type/SubType` and, if a notification came with it, ` action status`.
fn bounced(text: &str) -> EventKind {
    let mut parts = text.split(' ');
    let (bounce_type, sub_type) = parts.next().and_then(|name| name.split_once('/')).unwrap();
    let mut word = || parts.next().filter(|word| *word != "-").and_then(ServerWords::new);
    let recipient = BouncedRecipient { action: word(), status: word(), diagnostic: None };
    let has_recipients = recipient != BouncedRecipient::default();
    EventKind::Bounce {
        bounce_type: BounceType::parse(bounce_type).unwrap(),
        sub_type: BounceSubType::parse(sub_type),
        recipients: if has_recipients { vec![recipient] } else { vec![] },
        feedback_id: Some("feedback".into()),
    }
}

fn shown(state: &DeliveryState) -> String {
    match state {
        DeliveryState::Sending | DeliveryState::NeedsAttention => state.label().to_owned(),
        DeliveryState::Delivered { auto_reply, .. } => {
            format!("{}{}", state.label(), if *auto_reply { " (自動応答あり)" } else { "" })
        }
        DeliveryState::Undeliverable { reason, remote, .. } => {
            format!("{} {} [{}]", state.label(), reason.label(), remote.as_deref().unwrap_or("-"))
        }
    }
}

fn state_of(names: &[&str], now: Timestamp) -> DeliveryState {
    let events = names.iter().zip(1..).map(|(name, minute)| event(name, minute)).collect();
    delivery_state(&events, Some(noon()), now)
}

#[test]
fn every_bounce_alone_and_beside_a_delivery() {
    let bounces = [
        "Permanent/General",
        "Permanent/General failed 5.1.1",
        "Permanent/General failed 5.2.2",
        "Permanent/General failed 5.3.4",
        "Permanent/General failed 5.7.1",
        "Permanent/General failed 5.0.0",
        "Permanent/NoEmail failed 5.1.1",
        "Permanent/Suppressed failed 5.1.1",
        "Permanent/OnAccountSuppressionList failed 5.1.1",
        "Permanent/OnTenantSuppressionList",
        "Transient/General",
        "Transient/General delayed 4.4.7",
        "Transient/General failed -",
        "Transient/General Failed 4.4.7",
        "Transient/General - 5.7.1",
        "Transient/General - 4.2.2",
        "Transient/MailboxFull",
        "Transient/MailboxFull failed 5.2.2",
        "Transient/MessageTooLarge",
        "Transient/ContentRejected",
        "Transient/AttachmentRejected",
        "Transient/CustomTimeoutExceeded failed 4.4.7",
        "Undetermined/Undetermined",
        "Undetermined/Undetermined failed 5.5.0",
        "Undetermined/Undetermined - 5.1.2",
        "Undetermined/Undetermined delayed 4.0.0",
    ];
    let rows: Vec<_> = bounces
        .into_iter()
        .map(|bounce| {
            let alone = shown(&state_of(&["send", bounce], after(60)));
            let beside = shown(&state_of(&["send", "delivery", bounce], after(60)));
            format!("{bounce:48} | {alone} | {beside}")
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    Permanent/General                                | 不達 不明 [-] | 不達 不明 [-]
    Permanent/General failed 5.1.1                   | 不達 宛先なし [5.1.1] | 不達 宛先なし [5.1.1]
    Permanent/General failed 5.2.2                   | 不達 受信箱満杯 [5.2.2] | 不達 受信箱満杯 [5.2.2]
    Permanent/General failed 5.3.4                   | 不達 サイズ超過 [5.3.4] | 不達 サイズ超過 [5.3.4]
    Permanent/General failed 5.7.1                   | 不達 内容拒否 [5.7.1] | 不達 内容拒否 [5.7.1]
    Permanent/General failed 5.0.0                   | 不達 不明 [5.0.0] | 不達 不明 [5.0.0]
    Permanent/NoEmail failed 5.1.1                   | 不達 宛先なし [5.1.1] | 不達 宛先なし [5.1.1]
    Permanent/Suppressed failed 5.1.1                | 不達 配信停止リスト [5.1.1] | 不達 配信停止リスト [5.1.1]
    Permanent/OnAccountSuppressionList failed 5.1.1  | 不達 配信停止リスト [5.1.1] | 不達 配信停止リスト [5.1.1]
    Permanent/OnTenantSuppressionList                | 不達 不明 [-] | 不達 不明 [-]
    Transient/General                                | 送信中 | 送信完了 (自動応答あり)
    Transient/General delayed 4.4.7                  | 送信中 | 送信完了
    Transient/General failed -                       | 不達 不明 [-] | 不達 不明 [-]
    Transient/General Failed 4.4.7                   | 不達 不明 [4.4.7] | 不達 不明 [4.4.7]
    Transient/General - 5.7.1                        | 不達 内容拒否 [5.7.1] | 不達 内容拒否 [5.7.1]
    Transient/General - 4.2.2                        | 送信中 | 送信完了
    Transient/MailboxFull                            | 不達 受信箱満杯 [-] | 不達 受信箱満杯 [-]
    Transient/MailboxFull failed 5.2.2               | 不達 受信箱満杯 [5.2.2] | 不達 受信箱満杯 [5.2.2]
    Transient/MessageTooLarge                        | 不達 サイズ超過 [-] | 不達 サイズ超過 [-]
    Transient/ContentRejected                        | 不達 内容拒否 [-] | 不達 内容拒否 [-]
    Transient/AttachmentRejected                     | 不達 内容拒否 [-] | 不達 内容拒否 [-]
    Transient/CustomTimeoutExceeded failed 4.4.7     | 不達 不明 [4.4.7] | 不達 不明 [4.4.7]
    Undetermined/Undetermined                        | 送信中 | 送信完了 (自動応答あり)
    Undetermined/Undetermined failed 5.5.0           | 不達 不明 [5.5.0] | 不達 不明 [5.5.0]
    Undetermined/Undetermined - 5.1.2                | 不達 宛先なし [5.1.2] | 不達 宛先なし [5.1.2]
    Undetermined/Undetermined delayed 4.0.0          | 送信中 | 送信完了
    ");
}

#[test]
fn every_other_history() {
    let histories: [&[&str]; 15] = [
        &[],
        &["send"],
        &["send", "delay"],
        &["send", "delay", "delay"],
        &["send", "delivery"],
        &["delivery"],
        &["delivery", "delay"],
        &["complaint"],
        &["delivery", "complaint"],
        &["complaint", "Transient/General"],
        &["complaint-suppressed"],
        &["complaint-suppressed", "delivery"],
        &["reject"],
        &["rendering-failure"],
        &["unknown"],
    ];
    let rows: Vec<_> = histories
        .into_iter()
        .map(|history| {
            let early = shown(&state_of(history, after(24 * 60 - 1)));
            let late = shown(&state_of(history, after(24 * 60)));
            format!("{:32} | {early} | {late}", history.join(" + "))
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
                                     | 送信中 | 要確認
    send                             | 送信中 | 要確認
    send + delay                     | 送信中 | 要確認
    send + delay + delay             | 送信中 | 要確認
    send + delivery                  | 送信完了 | 送信完了
    delivery                         | 送信完了 | 送信完了
    delivery + delay                 | 送信完了 | 送信完了
    complaint                        | 送信完了 | 送信完了
    delivery + complaint             | 送信完了 | 送信完了
    complaint + Transient/General    | 送信完了 (自動応答あり) | 送信完了 (自動応答あり)
    complaint-suppressed             | 不達 配信停止リスト [-] | 不達 配信停止リスト [-]
    complaint-suppressed + delivery  | 送信完了 | 送信完了
    reject                           | 不達 内容拒否 [Bad content] | 不達 内容拒否 [Bad content]
    rendering-failure                | 送信中 | 要確認
    unknown                          | 送信中 | 要確認
    ");
}

#[test]
fn the_known_reason_speaks_for_several_failures_and_then_the_oldest() {
    let unknown_first = state_of(&["Permanent/General", "Transient/MailboxFull"], after(60));
    assert_eq!(shown(&unknown_first), "不達 受信箱満杯 [-]");
    let state = state_of(&["Transient/MailboxFull - 5.2.2", "Permanent/NoEmail failed 5.1.1"], after(60));
    assert_eq!(shown(&state), "不達 受信箱満杯 [5.2.2]");
    assert!(matches!(state, DeliveryState::Undeliverable { at, .. } if at == after(1)));
}

#[test]
fn the_time_of_delivery_is_the_oldest_report_of_it() {
    let events = [event("complaint", 1), event("delivery", 9), event("delivery", 5)].into_iter().collect();
    let state = delivery_state(&events, Some(noon()), after(60));
    assert_eq!(state, DeliveryState::Delivered { at: after(5), auto_reply: false });
}

#[test]
fn attention_counts_from_the_acceptance_or_the_oldest_event_and_never_from_nothing() {
    let a_day_after = |minutes: i64| after(24 * 60 + minutes);
    let sent: EventSet = [event("send", 10)].into_iter().collect();
    assert_eq!(delivery_state(&sent, Some(noon()), a_day_after(0)), DeliveryState::NeedsAttention);
    assert_eq!(delivery_state(&sent, None, a_day_after(9)), DeliveryState::Sending);
    assert_eq!(delivery_state(&sent, None, a_day_after(10)), DeliveryState::NeedsAttention);
    assert_eq!(delivery_state(&EventSet::new(), Some(noon()), a_day_after(0)), DeliveryState::NeedsAttention);
    assert_eq!(delivery_state(&EventSet::new(), None, a_day_after(99)), DeliveryState::Sending);
}
