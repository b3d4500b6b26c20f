//! One mail handed to SES, once, and what is known of it afterwards.
//!
//! Architecture invariant: `Refused` is said only where SES certainly did not take the mail; every doubt is
//! `Unknown`, and only the outbox decides whether a mail is sent again.

use std::error::Error;

use aws_sdk_sesv2::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use jiff::Timestamp;

use super::{
    RenderedMail,
    mime::{from_header, mime_message},
};
use crate::domain::{delivery::ServerWords, outbox::SendOutcome};

/// One `SendEmail`, tagged with mail, try and kind. The client makes one attempt only (`runtime`).
pub async fn send(
    ses: &Client,
    mail: &RenderedMail,
    configuration_set: &str,
    try_number: u32,
    at: Timestamp,
) -> SendOutcome {
    let (message, from) = match (mime_message(mail, try_number, at), from_header(mail)) {
        (Ok(message), Ok(from)) => (message, from),
        (Err(error), _) | (_, Err(error)) => {
            return SendOutcome::Refused { reason: error.to_string(), permanent: true };
        }
    };
    let (raw, tags) = match (RawMessage::builder().data(Blob::new(message)).build(), tags(mail, try_number)) {
        (Ok(raw), Ok(tags)) => (raw, tags),
        (Err(error), _) | (_, Err(error)) => {
            return SendOutcome::Refused { reason: error.to_string(), permanent: true };
        }
    };
    let answer = ses
        .send_email()
        .from_email_address(from)
        .destination(Destination::builder().to_addresses(mail.to.as_str()).build())
        .content(EmailContent::builder().raw(raw).build())
        .configuration_set_name(configuration_set)
        .set_email_tags(Some(tags))
        .send()
        .await;
    match answer {
        Ok(accepted) => match accepted.message_id {
            Some(message_id) => SendOutcome::Accepted { message_id },
            None => SendOutcome::Unknown { reason: "accepted without a message id".to_owned() },
        },
        Err(error) => outcome_of(&error),
    }
}

fn tags(mail: &RenderedMail, try_number: u32) -> Result<Vec<MessageTag>, aws_sdk_sesv2::error::BuildError> {
    [("mail", mail.id.as_str().to_owned()), ("try", try_number.to_string()), ("kind", mail.kind.to_string())]
        .into_iter()
        .map(|(name, value)| MessageTag::builder().name(name).value(value).build())
        .collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "SdkError is not ours and may grow: whatever it is, unknown"
)]
fn outcome_of(error: &SdkError<SendEmailError, HttpResponse>) -> SendOutcome {
    match error {
        SdkError::ConstructionFailure(_) => not_sent("the request could not be built"),
        SdkError::DispatchFailure(failure) if never_connected(failure.as_connector_error()) => {
            not_sent("no connection")
        }
        SdkError::ServiceError(refusal) => answered(refusal.err(), refusal.raw().status().as_u16()),
        SdkError::TimeoutError(_) => SendOutcome::Unknown { reason: "no answer in time".to_owned() },
        SdkError::DispatchFailure(_) => SendOutcome::Unknown { reason: "the connection broke".to_owned() },
        _ => SendOutcome::Unknown { reason: "the answer could not be read".to_owned() },
    }
}

/// An error that SES answered with. What is wrong with the mail is permanent; what is wrong with our
/// account, settings or rate passes once a person or time has mended it.
fn answered(error: &SendEmailError, status: u16) -> SendOutcome {
    let code = error.code().unwrap_or("no error code");
    let said =
        error.message().and_then(ServerWords::new).map_or_else(String::new, |words| format!(": {words}"));
    let reason = format!("{status} {code}{said}");
    match code {
        "MessageRejected" | "BadRequestException" => SendOutcome::Refused { reason, permanent: true },
        "TooManyRequestsException"
        | "LimitExceededException"
        | "ThrottlingException"
        | "Throttling"
        | "AccountSuspendedException"
        | "SendingPausedException"
        | "MailFromDomainNotVerifiedException"
        | "NotFoundException" => SendOutcome::Refused { reason, permanent: false },
        // Not let in, asked wrongly: refused before anything was sent. A failure inside SES is not clear.
        _ if (400..500).contains(&status) => SendOutcome::Refused { reason, permanent: false },
        _ => SendOutcome::Unknown { reason },
    }
}

fn not_sent(reason: &str) -> SendOutcome {
    SendOutcome::Refused { reason: reason.to_owned(), permanent: false }
}

/// The name was not resolved, or no connection came about: nothing was sent.
fn never_connected<E: Error + 'static>(error: Option<&E>) -> bool {
    let mut next = error.map(|error| error as &(dyn Error + 'static));
    while let Some(error) = next {
        if error
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        thread::JoinHandle,
        time::Duration,
    };

    use aws_sdk_sesv2::config::timeout::TimeoutConfig;
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde_json::Value;

    use super::super::samples::{contents, noon, rendered};
    use super::*;
    use crate::runtime::{Clock, Config, Entropy, Environment};

    fn ses_at(port: u16) -> Client {
        let endpoint = format!("http://127.0.0.1:{port}");
        let settings = [
            ("AWS_REGION", "ap-northeast-1"),
            ("AWS_ACCESS_KEY_ID", "send-mail"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL_SESV2", &endpoint),
            ("AWS_ENDPOINT_URL_DYNAMODB", &endpoint),
            ("AWS_ENDPOINT_URL_SQS", &endpoint),
        ];
        let settings: BTreeMap<String, String> =
            settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Environment::new(Config::new(settings), Clock::fixed(noon()), Entropy::seeded(1)).ses().unwrap()
    }

    async fn sent_to(port: u16) -> SendOutcome {
        let content = contents().into_iter().find(|(name, _)| *name == "advance_notice").unwrap().1;
        send(&ses_at(port), &rendered(content), "workflow-mails", 3, noon()).await
    }

    /// A server that reads one request, writes `answer` and hangs up; gives the request's body.
    fn server(answer: String) -> (u16, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let body = request_body(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
            body
        });
        (port, thread)
    }

    fn request_body(stream: &mut TcpStream) -> String {
        let mut seen = Vec::new();
        let mut part = [0; 4096];
        loop {
            let read = stream.read(&mut part).unwrap();
            seen.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&seen).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
            });
            if read == 0 || Some(body.len()) >= length {
                return body.to_owned();
            }
        }
    }

    fn answer(status: u16, error: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-amzn-errortype: {error}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    #[tokio::test]
    async fn one_call_carries_the_message_its_tags_and_its_configuration_set() {
        let (port, server) = server(answer(200, "", r#"{"MessageId":"0106-000000"}"#));
        assert_eq!(sent_to(port).await, SendOutcome::Accepted { message_id: "0106-000000".into() });
        let mut request: Value = serde_json::from_str(&server.join().unwrap()).unwrap();
        let raw = request.pointer_mut("/Content/Raw/Data").unwrap();
        let message = STANDARD.decode(raw.as_str().unwrap()).unwrap();
        assert!(message.starts_with(b"From: =?utf-8?B?"), "{}", String::from_utf8_lossy(&message));
        *raw = Value::from("…");
        insta::assert_snapshot!(serde_json::to_string_pretty(&request).unwrap(), @r#"
        {
          "ConfigurationSetName": "workflow-mails",
          "Content": {
            "Raw": {
              "Data": "…"
            }
          },
          "Destination": {
            "ToAddresses": [
              "jimu@clinic.example.jp"
            ]
          },
          "EmailTags": [
            {
              "Name": "mail",
              "Value": "01MBHWM3W0040G2081040G2081"
            },
            {
              "Name": "try",
              "Value": "3"
            },
            {
              "Name": "kind",
              "Value": "advance-notice"
            }
          ],
          "FromEmailAddress": "=?utf-8?B?Ry1NSVPkuovli5nlsYA=?= <info@g-mis.net>"
        }
        "#);
    }

    #[tokio::test]
    async fn what_each_refusal_means() {
        let refusals = [
            (400, "MessageRejected"),
            (400, "BadRequestException"),
            (400, "AccountSuspendedException"),
            (400, "SendingPausedException"),
            (400, "MailFromDomainNotVerifiedException"),
            (400, "LimitExceededException"),
            (404, "NotFoundException"),
            (429, "TooManyRequestsException"),
            (400, "ThrottlingException"),
            (403, "AccessDeniedException"),
            (403, "ExpiredTokenException"),
            (500, "InternalServiceErrorException"),
            (503, "ServiceUnavailable"),
        ];
        let mut table = Vec::new();
        for (status, error) in refusals {
            let (port, server) = server(answer(status, error, r#"{"message":"about <a@b.jp>"}"#));
            let shown = match sent_to(port).await {
                SendOutcome::Accepted { .. } => "accepted".to_owned(),
                SendOutcome::Refused { reason, permanent: true } => format!("refused for good  | {reason}"),
                SendOutcome::Refused { reason, permanent: false } => format!("refused for now   | {reason}"),
                SendOutcome::Unknown { reason } => format!("unknown           | {reason}"),
            };
            server.join().unwrap();
            table.push(shown);
        }
        insta::assert_snapshot!(table.join("\n"), @r"
        refused for good  | 400 MessageRejected: about <(宛先)>
        refused for good  | 400 BadRequestException: about <(宛先)>
        refused for now   | 400 AccountSuspendedException: about <(宛先)>
        refused for now   | 400 SendingPausedException: about <(宛先)>
        refused for now   | 400 MailFromDomainNotVerifiedException: about <(宛先)>
        refused for now   | 400 LimitExceededException: about <(宛先)>
        refused for now   | 404 NotFoundException: about <(宛先)>
        refused for now   | 429 TooManyRequestsException: about <(宛先)>
        refused for now   | 400 ThrottlingException: about <(宛先)>
        refused for now   | 403 AccessDeniedException: about <(宛先)>
        refused for now   | 403 ExpiredTokenException: about <(宛先)>
        unknown           | 500 InternalServiceErrorException: about <(宛先)>
        unknown           | 503 ServiceUnavailable: about <(宛先)>
        ");
    }

    #[tokio::test]
    async fn a_closed_door_is_a_refusal_and_a_silent_one_is_unknown() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let refused = SendOutcome::Refused { reason: "no connection".into(), permanent: false };
        assert_eq!(sent_to(closed).await, refused);
        let (port, server) = server(String::new());
        assert!(matches!(sent_to(port).await, SendOutcome::Unknown { .. }));
        server.join().unwrap();
        let (port, server) = self::server(answer(200, "", "not json"));
        assert!(matches!(sent_to(port).await, SendOutcome::Unknown { .. }));
        server.join().unwrap();
    }

    #[tokio::test]
    async fn no_answer_in_time_is_unknown() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let attempt = Duration::from_millis(100);
        let client = ses_at(listener.local_addr().unwrap().port());
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(attempt).build();
        let client = Client::from_conf(client.config().to_builder().timeout_config(timeouts).build());
        let (_, content) = contents().swap_remove(0);
        let outcome = send(&client, &rendered(content), "code-mails", 1, noon()).await;
        assert_eq!(outcome, SendOutcome::Unknown { reason: "no answer in time".into() });
    }

    #[tokio::test]
    async fn a_mail_with_an_unsafe_header_never_leaves() {
        let (_, content) = contents().swap_remove(0);
        let mail = RenderedMail { from_address: "a@b.jp\r\nBcc: c@d.jp".into(), ..rendered(content) };
        let outcome = send(&ses_at(1), &mail, "code-mails", 1, noon()).await;
        assert!(matches!(outcome, SendOutcome::Refused { permanent: true, .. }), "{outcome:?}");
    }
}
