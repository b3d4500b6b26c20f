//! The wire as the real AWS clients see it.

use std::collections::BTreeMap;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    types::{AttributeValue, ConditionCheck, Put, ReturnConsumedCapacity, TransactWriteItem},
};
use aws_sdk_sesv2::{
    primitives::Blob,
    types::{
        Body as MailBody, Content, Destination, EmailContent, Message, MessageTag, RawMessage,
        SuppressionListReason,
    },
};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use aws_smithy_http_client::Builder;
use serde_json::Value;
use shared::runtime::Entropy;

use super::*;
use crate::{blueprint::Place, ledger::LedgerOptions};

const TEMPLATE: &str = include_str!("tests/template.yaml");

struct Bench {
    wire: Wire,
    ledger: Arc<Ledger>,
}

async fn bench() -> Bench {
    bench_with(Arc::new(Undisturbed)).await
}

async fn bench_with(interception: Arc<dyn Interception>) -> Bench {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let place = Place { endpoint, parameters: BTreeMap::new(), secret: &|_, _| None };
    let blueprint = Arc::new(Blueprint::parse(TEMPLATE, &place).unwrap());
    let clock = Clock::fixed("2026-11-23T03:00:00Z".parse().unwrap());
    let entropy = Entropy::seeded(1);
    let ledger = LedgerOptions { directory: None, clock: clock.clone(), entropy, hostile: None };
    let ledger = Arc::new(Ledger::open(ledger).unwrap());
    let database = dynoxide::Database::memory().unwrap();
    let options = WireOptions {
        blueprint,
        ledger: Arc::clone(&ledger),
        database,
        clock,
        interception,
        crashes: Crashes::new(),
    };
    Bench { wire: Wire::start(listener, options).await.unwrap(), ledger }
}

/// A client of each service, built as a function's are; `$function` is who calls.
macro_rules! client {
    ($sdk:ident, $bench:expr, $function:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .region($sdk::config::Region::new("ap-northeast-1"))
                .credentials_provider(Credentials::new($function, "secret", None, None, "test"))
                .retry_config($sdk::config::retry::RetryConfig::disabled())
                .http_client(Builder::new().build_http())
                .endpoint_url(format!("http://{}", $bench.wire.address()))
                .build(),
        )
    };
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn put(table: &str, key: &str) -> TransactWriteItem {
    let put = Put::builder().table_name(table).item("pk", text(key)).build().unwrap();
    TransactWriteItem::builder().put(put).build()
}

fn check(table: &str, key: &str) -> TransactWriteItem {
    let check = ConditionCheck::builder().table_name(table).key("pk", text(key));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    TransactWriteItem::builder().condition_check(check).build()
}

#[tokio::test]
async fn dynamodb_goes_through_where_the_policy_lets_it() {
    let bench = bench().await;
    let client = client!(aws_sdk_dynamodb, bench, "writer");
    let written = client.put_item().table_name("things").item("pk", text("a")).item("due", text("x"));
    written.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await.unwrap();
    client.transact_write_items().transact_items(put("things", "b")).send().await.unwrap();

    let query = client.query().table_name("things").index_name("due");
    let query = query.key_condition_expression("due = :due").expression_attribute_values(":due", text("x"));
    assert_eq!(query.send().await.unwrap().count(), 1);

    let scan = client.scan().table_name("things").send().await.unwrap_err().into_service_error();
    assert_eq!(scan.code(), Some("AccessDeniedException"));
    assert_eq!(
        scan.message(),
        Some(
            "User: arn:aws:sts::000000000000:assumed-role/writer/writer is not authorized to perform: dynamodb:Scan \
             on resource: arn:aws:dynamodb:ap-northeast-1:000000000000:table/things because no identity-based \
             policy allows the dynamodb:Scan action"
        )
    );
    let both =
        client.transact_write_items().transact_items(put("things", "c")).transact_items(check("things", "a"));
    let both = both.send().await.unwrap_err().into_service_error();
    assert_eq!(both.code(), Some("AccessDeniedException"), "the check is an action of its own");
    let administrator = client!(aws_sdk_dynamodb, bench, ADMINISTRATOR);
    assert_eq!(administrator.scan().table_name("things").send().await.unwrap().count(), 2);

    let puts = bench.wire.calls().into_iter().find(|call| call.operation == "PutItem").unwrap();
    assert_eq!((puts.requests, puts.denied, puts.failed), (1, 0, 0));
    assert!(puts.capacity_units >= 1.0);
}

#[tokio::test]
async fn a_caller_that_is_no_function_is_refused() {
    let bench = bench().await;
    let stranger = client!(aws_sdk_dynamodb, bench, "stranger");
    let refused = stranger.get_item().table_name("things").key("pk", text("a")).send().await.unwrap_err();
    assert_eq!(refused.into_service_error().code(), Some("UnrecognizedClientException"));
}

#[tokio::test]
async fn sqs_sends_receives_and_deletes() {
    let bench = bench().await;
    let client = client!(aws_sdk_sqs, bench, "writer");
    let url = format!("http://{}/000000000000/events", bench.wire.address());
    let marked = MessageAttributeValue::builder().data_type("String").string_value("1").build().unwrap();
    let sent = client.send_message().queue_url(&url).message_body("漢字").message_attributes("mark", marked);
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("3817a0e701ec589ed75b4b1a01398747"));
    let entry = |id: &str| SendMessageBatchRequestEntry::builder().id(id).message_body(id).build().unwrap();
    let batch = client.send_message_batch().queue_url(&url).entries(entry("1")).entries(entry("2"));
    assert_eq!(batch.send().await.unwrap().successful().len(), 2);

    let refused = client.receive_message().queue_url(&url).send().await.unwrap_err().into_service_error();
    assert_eq!(refused.code(), Some("AccessDenied"));
    let reader = client!(aws_sdk_sqs, bench, ADMINISTRATOR);
    let received = reader.receive_message().queue_url(&url).max_number_of_messages(10).wait_time_seconds(1);
    let received = received.send().await.unwrap().messages.unwrap();
    let bodies: Vec<_> = received.iter().filter_map(|message| message.body()).collect();
    assert_eq!(bodies, ["漢字", "1", "2"]);
    let receipt = received[0].receipt_handle().unwrap();
    reader.delete_message().queue_url(&url).receipt_handle(receipt).send().await.unwrap();
    assert_eq!(bench.ledger.pending("events").unwrap().in_flight, 2);
    let nowhere = reader.get_queue_url().queue_name("nowhere").send().await.unwrap_err();
    assert!(nowhere.into_service_error().is_queue_does_not_exist());
}

fn simple(subject: &str) -> EmailContent {
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build().unwrap();
    let body = MailBody::builder().text(content("本文 https://g-mis.net/x")).build();
    EmailContent::builder().simple(Message::builder().subject(content(subject)).body(body).build()).build()
}

fn raw() -> EmailContent {
    let message =
        "From: G-MIS <info@g-mis.net>\r\nTo: a@example.jp\r\nSubject: =?utf-8?B?5Y+X5LuY?=\r\n\r\nx\r\n";
    let raw = RawMessage::builder().data(Blob::new(message)).build().unwrap();
    EmailContent::builder().raw(raw).build()
}

fn tag(name: &str, value: &str) -> MessageTag {
    MessageTag::builder().name(name).value(value).build().unwrap()
}

async fn send(bench: &Bench, to: &str, content: EmailContent) -> Result<String, aws_sdk_sesv2::Error> {
    let client = client!(aws_sdk_sesv2, bench, "sender");
    let send = client.send_email().from_email_address("G-MIS <info@g-mis.net>").content(content);
    let send =
        send.destination(Destination::builder().to_addresses(to).build()).configuration_set_name("mail");
    let send =
        send.email_tags(tag("mail", "m1")).email_tags(tag("try", "1")).email_tags(tag("kind", "receipt"));
    Ok(send.send().await?.message_id.unwrap())
}

/// The events in the queue, each unwrapped from its envelope.
fn events(bench: &Bench) -> Vec<Value> {
    let envelopes = bench.ledger.peek("events", 100).unwrap();
    let parse = |envelope: &String| -> Value {
        let envelope: Value = serde_json::from_str(envelope).unwrap();
        assert_eq!(envelope["TopicArn"], "arn:aws:sns:ap-northeast-1:000000000000:ses");
        serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap()
    };
    envelopes.iter().map(parse).collect()
}

fn kinds(bench: &Bench) -> Vec<String> {
    let kind = |event: &Value| {
        let bounce = &event["bounce"];
        let detail =
            [&bounce["bounceType"], &bounce["bounceSubType"]].map(|part| part.as_str().unwrap_or_default());
        format!("{} {}", event["eventType"].as_str().unwrap(), detail.join("/"))
            .trim_end_matches([' ', '/'])
            .to_owned()
    };
    events(bench).iter().map(kind).collect()
}

#[tokio::test]
async fn a_sent_mail_is_kept_and_reported() {
    let bench = bench().await;
    let message_id = send(&bench, "a@example.jp", raw()).await.unwrap();
    let mail = bench.ledger.mail(&message_id).unwrap().unwrap();
    assert_eq!((mail.subject.as_str(), mail.to.as_slice()), ("受付", ["a@example.jp".to_owned()].as_slice()));
    assert_eq!(mail.tags["kind"], "receipt");
    assert_eq!(kinds(&bench), ["Send", "Delivery"]);
    let delivery = &events(&bench)[1];
    assert_eq!(delivery["mail"]["messageId"], message_id.as_str());
    assert_eq!(delivery["mail"]["tags"]["mail"], serde_json::json!(["m1"]));
    assert_eq!(delivery["mail"]["tags"]["ses:configuration-set"], serde_json::json!(["mail"]));
    assert_eq!(delivery["mail"]["commonHeaders"]["subject"], "受付");
    assert_eq!(delivery["delivery"]["timestamp"], "2026-11-23T03:00:00.000Z");

    send(&bench, "b@example.jp", simple("件名")).await.unwrap();
    let letter = bench.ledger.mails().unwrap().pop().unwrap().letter();
    assert!(letter.text.contains("本文"));
    assert_eq!(letter.links, ["https://g-mis.net/x"]);
}

#[tokio::test]
async fn the_simulator_and_the_suppression_list() {
    let bench = bench().await;
    for (to, expected) in [
        ("success+1@simulator.amazonses.com", vec!["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", vec!["Send", "Bounce Permanent/General"]),
        ("ooto+x@simulator.amazonses.com", vec!["Send", "Delivery", "Bounce Transient/General"]),
        ("complaint@simulator.amazonses.com", vec!["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", vec!["Send", "Bounce Permanent/Suppressed"]),
    ] {
        let before = kinds(&bench).len();
        send(&bench, to, raw()).await.unwrap();
        assert_eq!(kinds(&bench)[before..], expected, "{to}");
    }
    assert!(bench.ledger.suppression_list().unwrap().is_empty(), "the simulator leaves no trace");

    let id = send(&bench, "gone@example.jp", raw()).await.unwrap();
    bench.wire.mailroom().report_event(&id, &EventRequest::bounce("General")).unwrap();
    let before = kinds(&bench).len();
    send(&bench, "Gone@example.jp", raw()).await.unwrap();
    assert_eq!(kinds(&bench)[before..], ["Send", "Bounce Permanent/OnAccountSuppressionList"]);

    let administrator = client!(aws_sdk_sesv2, bench, ADMINISTRATOR);
    let shown =
        administrator.get_suppressed_destination().email_address("gone@example.jp").send().await.unwrap();
    assert_eq!(shown.suppressed_destination().unwrap().reason(), &SuppressionListReason::Bounce);
    administrator.delete_suppressed_destination().email_address("gone@example.jp").send().await.unwrap();
    let gone = administrator.get_suppressed_destination().email_address("gone@example.jp").send().await;
    assert!(gone.unwrap_err().into_service_error().is_not_found_exception());
}

#[tokio::test]
async fn rules_and_reports_decide_what_ses_says() {
    let bench = bench().await;
    let mailroom = bench.wire.mailroom();
    mailroom.add_rule(DeliveryRule { to: Some("Silent@example.jp".to_owned()), ..DeliveryRule::default() });
    send(&bench, "silent@example.jp", raw()).await.unwrap();
    assert!(kinds(&bench).is_empty());
    let full =
        EventRequest { bounce_type: Some("Transient".to_owned()), ..EventRequest::bounce("MailboxFull") };
    mailroom.report_event("m1", &full).unwrap();
    let event = events(&bench).pop().unwrap();
    assert_eq!(event["bounce"]["bouncedRecipients"][0]["status"], "5.2.2");
    assert!(matches!(mailroom.report_event("m2", &full), Err(ReportError::NoSuchMail(_))));
    let asked: EventRequest = serde_json::from_str(r#"{"kind":"delivery-delay","after":"PT2H"}"#).unwrap();
    mailroom.report_event("m1", &asked).unwrap();
    assert_eq!(kinds(&bench).len(), 1, "it is not due yet");
    assert_eq!(bench.ledger.next_event_due_at().unwrap(), Some("2026-11-23T05:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn ses_refuses_what_it_refuses() {
    let bench = bench().await;
    let sender = client!(aws_sdk_sesv2, bench, "sender");
    let to = |address: &str| Destination::builder().to_addresses(address).build();
    let ok = sender
        .send_email()
        .from_email_address("info@g-mis.net")
        .content(raw())
        .destination(to("a@example.jp"));
    let other_from =
        ok.clone().from_email_address("else@g-mis.net").send().await.unwrap_err().into_service_error();
    assert_eq!(other_from.code(), Some("AccessDeniedException"));
    let set = ok.clone().configuration_set_name("none").send().await.unwrap_err().into_service_error();
    assert_eq!(set.code(), Some("AccessDeniedException"), "the set is a resource of its own");
    let tagged = ok.clone().email_tags(tag("mail", "a b")).send().await.unwrap_err().into_service_error();
    assert!(tagged.is_bad_request_exception());
    let address =
        ok.clone().destination(to("山田@example.jp")).send().await.unwrap_err().into_service_error();
    assert!(address.is_bad_request_exception());
    let writer = client!(aws_sdk_sesv2, bench, "writer");
    let writer = writer.send_email().from_email_address("info@g-mis.net").content(raw());
    let denied = writer.destination(to("a@example.jp")).send().await.unwrap_err().into_service_error();
    assert!(denied.message().unwrap().contains("`ses:SendRawEmail'"));
    assert_eq!(bench.ledger.mail_count().unwrap(), 0);

    ok.send().await.unwrap();
    assert!(kinds(&bench).is_empty(), "without a configuration set nothing is published");
}

/// Refuses the first put, loses the answer to the second.
struct Faults;

impl Interception for Faults {
    fn before<'a>(&'a self, call: &'a Call) -> Deciding<'a, Before> {
        let status = axum::http::StatusCode::BAD_REQUEST;
        let throttled =
            Answer::error(call.service, status, "ProvisionedThroughputExceededException", "slow down");
        let first = call.operation == "PutItem" && call.number == 1;
        Box::pin(async move { if first { Before::Answer(throttled) } else { Before::Proceed } })
    }

    fn after<'a>(&'a self, call: &'a Call, _answer: &'a Answer) -> Deciding<'a, After> {
        let second = call.operation == "PutItem" && call.number == 2;
        Box::pin(async move { if second { After::Lose } else { After::Deliver } })
    }
}

#[tokio::test]
async fn faults_can_be_put_before_and_after_a_call() {
    let bench = bench_with(Arc::new(Faults)).await;
    let client = client!(aws_sdk_dynamodb, bench, "writer");
    let put = |key: &str| client.put_item().table_name("things").item("pk", text(key)).send();
    let throttled = put("a").await.unwrap_err().into_service_error();
    assert!(throttled.is_provisioned_throughput_exceeded_exception());
    assert!(put("b").await.is_err_and(|error| error.as_service_error().is_none()), "no answer at all");
    let administrator = client!(aws_sdk_dynamodb, bench, ADMINISTRATOR);
    let scanned = administrator.scan().table_name("things").send().await.unwrap();
    assert_eq!(scanned.items()[0]["pk"], text("b"), "the first had no effect, the second had");
    assert_eq!(scanned.count(), 1);
}
