//! From what a function returned back to HTTP, and the answers that API Gateway gives by itself.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a function may return for an HTTP API (payload format 2.0).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Returned {
    status_code: u16,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<Map<String, Value>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
}

/// The HTTP response, or why this is none.
pub(super) fn response(returned: Value) -> Result<Response<Body>, String> {
    let returned: Returned =
        serde_json::from_value(returned).map_err(|error| format!("the response is malformed: {error}"))?;
    let status = StatusCode::from_u16(returned.status_code).map_err(|error| error.to_string())?;
    let mut response = Response::new(body(&returned)?);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in returned.headers.iter().flatten() {
        append(headers, name, value)?;
    }
    for (name, values) in returned.multi_value_headers.iter().flatten() {
        for value in values.as_array().into_iter().flatten() {
            append(headers, name, value)?;
        }
    }
    for cookie in returned.cookies.iter().flatten() {
        append(headers, header::SET_COOKIE.as_str(), &json!(cookie))?;
    }
    Ok(response)
}

/// An answer of API Gateway's own.
pub(super) fn refusal(status: StatusCode) -> Response<Body> {
    let message = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        other => other.canonical_reason().unwrap_or("Error"),
    };
    let mut response = Response::new(Body::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn body(returned: &Returned) -> Result<Body, String> {
    let text = returned.body.clone().unwrap_or_default();
    if returned.is_base64_encoded == Some(true) {
        STANDARD.decode(text).map(Body::from).map_err(|error| format!("the body is no base64: {error}"))
    } else {
        Ok(Body::from(text))
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), String> {
    let name: HeaderName = name.parse().map_err(|_| format!("{name:?} is no header name"))?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let value =
        HeaderValue::from_bytes(text.as_bytes()).map_err(|_| format!("{name} has a malformed value"))?;
    headers.append(name, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn status_headers_cookies_and_a_binary_body_come_through() {
        let returned = json!({
            "statusCode": 303,
            "headers": { "location": "/application/done", "x-count": 3 },
            "multiValueHeaders": { "vary": ["accept", "cookie"] },
            "cookies": ["__Host-a=1; Secure", "__Host-b=2; Secure"],
            "body": "/w==",
            "isBase64Encoded": true,
        });
        let response = response(returned).unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "/application/done");
        assert_eq!(response.headers()["x-count"], "3");
        assert_eq!(response.headers().get_all("vary").iter().count(), 2);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        let bytes = axum::body::to_bytes(response.into_body(), 10).await.unwrap();
        assert_eq!(bytes.as_ref(), b"\xff");
    }

    #[test]
    fn what_is_no_response_is_named() {
        assert!(response(json!({ "body": "no status" })).unwrap_err().contains("statusCode"));
        assert!(response(json!({ "statusCode": 99 })).is_err());
        let split = json!({ "statusCode": 200, "headers": { "location": "/a\r\nSet-Cookie: b" } });
        assert!(response(split).unwrap_err().contains("location"));
    }
}
