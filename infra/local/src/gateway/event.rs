//! The event that API Gateway makes of an HTTP request: payload format 2.0, field for field.
//!
//! Source: *Amazon API Gateway Developer Guide*, "Working with AWS Lambda proxy integrations for HTTP
//! APIs". Bodies are text only where API Gateway leaves them so; forms arrive in base64.

use std::{collections::BTreeMap, net::IpAddr};

use axum::http::{HeaderMap, header, request::Parts};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::routing::{Match, decoded};

/// What the gateway knows of one request besides its head and body.
pub(super) struct Call<'a> {
    pub(super) matched: &'a Match<'a>,
    pub(super) source_ip: IpAddr,
    pub(super) port: u16,
    pub(super) request_id: &'a str,
    pub(super) at: Timestamp,
}

/// Payload format 2.0 of this request.
pub(super) fn event(head: &Parts, body: &[u8], call: &Call<'_>) -> Value {
    let query = head.uri.query().unwrap_or_default();
    let mut event = Map::from_iter([
        ("version".into(), json!("2.0")),
        ("routeKey".into(), json!(call.matched.route_key)),
        ("rawPath".into(), json!(head.uri.path())),
        ("rawQueryString".into(), json!(query)),
        ("headers".into(), headers(head, call)),
        ("requestContext".into(), request_context(head, call)),
        ("isBase64Encoded".into(), json!(false)),
    ]);
    let cookies = cookies(&head.headers);
    if !cookies.is_empty() {
        event.insert("cookies".into(), json!(cookies));
    }
    if !query.is_empty() {
        event.insert("queryStringParameters".into(), json!(query_parameters(query)));
    }
    if !call.matched.parameters.is_empty() {
        event.insert("pathParameters".into(), json!(call.matched.parameters));
    }
    insert_body(&mut event, &head.headers, body);
    Value::Object(event)
}

fn insert_body(event: &mut Map<String, Value>, headers: &HeaderMap, body: &[u8]) {
    if body.is_empty() {
        return;
    }
    let text = std::str::from_utf8(body).ok().filter(|_| stays_text(headers));
    event.insert("isBase64Encoded".into(), json!(text.is_none()));
    event.insert("body".into(), json!(text.map_or_else(|| STANDARD.encode(body), str::to_owned)));
}

/// API Gateway leaves these content types as they are; everything else travels in base64.
fn stays_text(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&media_type.as_str())
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
}

/// Lower-case names; several values of one name are joined with commas; cookies stand apart.
fn headers(head: &Parts, call: &Call<'_>) -> Value {
    let mut joined = BTreeMap::<String, String>::new();
    for (name, value) in head.headers.iter().filter(|(name, _)| *name != header::COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    joined
        .entry("x-forwarded-for".into())
        .and_modify(|all| *all = format!("{all}, {}", call.source_ip))
        .or_insert_with(|| call.source_ip.to_string());
    joined.insert("x-forwarded-port".into(), call.port.to_string());
    joined.insert("x-forwarded-proto".into(), "http".into());
    json!(joined)
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .map(|cookie| cookie.trim().to_owned())
        .filter(|c| !c.is_empty())
        .collect()
}

/// Decoded; several values of one name are joined with commas.
fn query_parameters(query: &str) -> BTreeMap<String, String> {
    let mut joined = BTreeMap::<String, String>::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "));
        joined
            .entry(decoded(&name.replace('+', " ")))
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value);
    }
    joined
}

fn request_context(head: &Parts, call: &Call<'_>) -> Value {
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let own_name = format!("127.0.0.1:{}", call.port);
    let domain = Some(header(header::HOST)).filter(|host| !host.is_empty()).unwrap_or(&own_name);
    let utc = call.at.to_zoned(TimeZone::UTC);
    json!({
        "accountId": crate::blueprint::ACCOUNT,
        "apiId": "local",
        "domainName": domain,
        "domainPrefix": domain.split('.').next().unwrap_or_default(),
        "http": {
            "method": head.method.as_str(),
            "path": head.uri.path(),
            "protocol": format!("{:?}", head.version),
            "sourceIp": call.source_ip.to_string(),
            "userAgent": header(header::USER_AGENT),
        },
        "requestId": call.request_id,
        "routeKey": call.matched.route_key,
        "stage": "$default",
        "time": utc.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "timeEpoch": call.at.as_millisecond(),
    })
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use lambda_http::RequestExt;

    use super::*;

    fn made(request: Request<&'static [u8]>) -> Value {
        let matched = Match {
            function: "review",
            route_key: "POST /review/{number}/reject",
            parameters: BTreeMap::from([("number".to_owned(), "API-00001750".to_owned())]),
        };
        let (head, body) = request.into_parts();
        let call = Call {
            matched: &matched,
            source_ip: [127, 0, 0, 1].into(),
            port: 3000,
            request_id: "request-1",
            at: "2026-11-23T00:00:00.250Z".parse().unwrap(),
        };
        event(&head, body, &call)
    }

    fn rejection() -> Request<&'static [u8]> {
        Request::post("/review/API-00001750/reject?tag=a&tag=b%20c&empty=")
            .header("Host", "127.0.0.1:3000")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("User-Agent", "browser")
            .header("Cookie", "__Host-staff=abc; theme=dark")
            .header("Accept", "text/html")
            .header("Accept", "application/json")
            .header("X-Forwarded-For", "203.0.113.9")
            .body(b"reason=Other".as_slice())
            .unwrap()
    }

    #[test]
    fn the_event_has_every_field_of_payload_format_2_0() {
        let event = made(rejection());
        assert_eq!(
            event,
            json!({
                "version": "2.0",
                "routeKey": "POST /review/{number}/reject",
                "rawPath": "/review/API-00001750/reject",
                "rawQueryString": "tag=a&tag=b%20c&empty=",
                "cookies": ["__Host-staff=abc", "theme=dark"],
                "headers": {
                    "accept": "text/html,application/json",
                    "content-type": "application/x-www-form-urlencoded",
                    "host": "127.0.0.1:3000",
                    "user-agent": "browser",
                    "x-forwarded-for": "203.0.113.9, 127.0.0.1",
                    "x-forwarded-port": "3000",
                    "x-forwarded-proto": "http",
                },
                "queryStringParameters": { "tag": "a,b c", "empty": "" },
                "pathParameters": { "number": "API-00001750" },
                "requestContext": {
                    "accountId": "000000000000",
                    "apiId": "local",
                    "domainName": "127.0.0.1:3000",
                    "domainPrefix": "127",
                    "http": {
                        "method": "POST",
                        "path": "/review/API-00001750/reject",
                        "protocol": "HTTP/1.1",
                        "sourceIp": "127.0.0.1",
                        "userAgent": "browser",
                    },
                    "requestId": "request-1",
                    "routeKey": "POST /review/{number}/reject",
                    "stage": "$default",
                    "time": "23/Nov/2026:00:00:00 +0000",
                    "timeEpoch": 1_795_392_000_250_i64,
                },
                "body": "cmVhc29uPU90aGVy",
                "isBase64Encoded": true,
            })
        );
    }

    #[test]
    fn the_lambda_runtime_reads_the_request_back() {
        let request = lambda_http::request::from_str(&made(rejection()).to_string()).unwrap();
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri().path(), "/review/API-00001750/reject");
        assert_eq!(request.uri().query(), Some("tag=a&tag=b%20c&empty="));
        assert_eq!(request.headers()["cookie"], "__Host-staff=abc; theme=dark");
        assert_eq!(request.path_parameters().first("number"), Some("API-00001750"));
        assert_eq!(request.body().as_ref(), b"reason=Other");
    }

    #[test]
    fn json_stays_text_unless_it_is_no_utf_8() {
        let text = Request::post("/x").header("Content-Type", "application/json; charset=utf-8");
        let event = made(text.body("{\"名\":1}".as_bytes()).unwrap());
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{\"名\":1}"), &json!(false)));
        let binary = Request::post("/x").header("Content-Type", "application/json");
        let event = made(binary.body(b"\xff".as_slice()).unwrap());
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/w=="), &json!(true)));
        let event = made(Request::get("/x").body(b"".as_slice()).unwrap());
        assert_eq!(event.get("body"), None);
    }
}
