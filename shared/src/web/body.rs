//! What a request brings, decoded once at the door: a form or JSON, and the query.
//!
//! Give the fields of a form `#[serde(default)]`: an unticked box is simply not sent. Fields that the
//! struct does not name are ignored.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Problem;

/// Bytes of a body that are read at most.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Bytes of a file that is sent as a file: with what Lambda makes of it (base64), it stays below the six megabytes that
/// an invocation may bring.
pub const FILE_LIMIT: usize = 4 * 1024 * 1024;

const UNREADABLE: &str = "送信された内容の形式が正しくないため、読み取れませんでした。";
const UNUSABLE: &str = "使用できない文字（制御文字など）が含まれているため、受け付けられませんでした。文字を入力し直してください。";

/// The body of a request: `application/x-www-form-urlencoded` (repeated keys make lists) or
/// `application/json`. Refusals: 400, 413, 415.
pub struct Body<T>(pub T);

/// The query of the address, as a form. Refusal: 400.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let coding = Coding::of(request.headers()).ok_or_else(Problem::unsupported_media)?;
        let bytes = to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| Problem::too_large())?;
        match coding {
            Coding::Form => form(&bytes).map(Self),
            Coding::Json => json(&bytes).map(Self),
        }
    }
}

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        form(&Bytes::copy_from_slice(parts.uri.query().unwrap_or_default().as_bytes())).map(Self)
    }
}

/// Bytes that a body of this kind may have: files are larger than forms.
pub(super) fn limit_of(headers: &HeaderMap) -> usize {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        FILE_LIMIT
    } else {
        BODY_LIMIT
    }
}

enum Coding {
    Form,
    Json,
}

impl Coding {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match kind.split(';').next()?.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Some(Self::Form),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }
}

fn form<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(bytes).map_err(unreadable)?;
    if pairs.iter().any(|(key, value)| !is_usable(key, value)) {
        return Err(Problem::bad_request(UNUSABLE));
    }
    serde_html_form::from_bytes(bytes).map_err(unreadable)
}

/// A lone surrogate is refused by the JSON parser, as is what is not UTF-8.
fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    let value: Value = serde_json::from_slice(bytes).map_err(not_json)?;
    // A list would fill the fields of a struct by position.
    if !value.is_object() {
        return Err(Problem::bad_request(UNREADABLE));
    }
    if !has_usable_texts("", &value) {
        return Err(Problem::bad_request(UNUSABLE));
    }
    serde_json::from_value(value).map_err(unreadable)
}

fn has_usable_texts(key: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => is_usable(key, text),
        Value::Array(items) => items.iter().all(|item| has_usable_texts(key, item)),
        Value::Object(fields) => {
            fields.iter().all(|(key, value)| is_usable(key, "") && has_usable_texts(key, value))
        }
    }
}

/// NUL is in nothing that anybody types. U+FFFD is what decoding makes of bytes that are no characters (half a surrogate
/// pair, a text in another encoding): in an answer its field says so and the others are kept; in the name of a field it
/// is refused here.
fn is_usable(key: &str, value: &str) -> bool {
    !key.contains(['\0', '\u{FFFD}']) && !value.contains('\0')
}

/// Half of a surrogate pair (`\ud800`) is a character that cannot be used, and no wrong form.
fn not_json(error: serde_json::Error) -> Problem {
    if error.to_string().contains("hex escape") { Problem::bad_request(UNUSABLE) } else { unreadable(error) }
}

/// The decoder's words may quote what was sent: they go nowhere.
fn unreadable(_: impl std::error::Error) -> Problem {
    Problem::bad_request(UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::ProblemKind;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Sample {
        name: String,
        agreed: Vec<String>,
    }

    async fn decoded(kind: &str, body: impl Into<axum::body::Body>) -> Result<Sample, ProblemKind> {
        let request = Request::post("/").header("content-type", kind).body(body.into()).unwrap();
        Body::from_request(request, &()).await.map(|Body(sample)| sample).map_err(|problem| problem.kind())
    }

    fn sample(name: &str, agreed: &[&str]) -> Sample {
        Sample { name: name.into(), agreed: agreed.iter().map(|&text| text.into()).collect() }
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn forms_and_json_give_the_same() {
        let expected = sample("奈良", &["terms", "privacy"]);
        let form = "name=%E5%A5%88%E8%89%AF&agreed=terms&agreed=privacy&role=staff";
        assert_eq!(decoded(FORM, form).await.as_ref(), Ok(&expected));
        assert_eq!(decoded(&format!("{FORM}; charset=UTF-8"), form).await.as_ref(), Ok(&expected));
        let json = r#"{"name":"奈良","agreed":["terms","privacy"],"role":"staff"}"#;
        assert_eq!(decoded("application/json", json).await, Ok(expected));
        assert_eq!(decoded(FORM, "").await, Ok(Sample::default()));
    }

    /// Its field says so, and keeps what was typed into the others.
    #[tokio::test]
    async fn a_garbled_character_is_an_answer_like_any_other() {
        for form in ["name=%EF%BF%BD", "name=%FF"] {
            assert_eq!(decoded(FORM, form).await, Ok(sample("\u{FFFD}", &[])), "{form}");
        }
        let json = "{\"name\":\"\u{FFFD}\"}";
        assert_eq!(decoded("application/json", json).await, Ok(sample("\u{FFFD}", &[])));
    }

    #[tokio::test]
    async fn what_is_no_text_is_refused() {
        for form in ["name=%00", "na%00me=x", "na%EF%BF%BDme=x"] {
            assert_eq!(decoded(FORM, form).await, Err(ProblemKind::BadRequest), "{form}");
        }
        for json in [
            r#"{"name":"\u0000"}"#,
            r#"{"name":"\ud800"}"#,
            "{",
            r#"{"name":1}"#,
            r#"{"\u0000":1}"#,
            "",
            r#"["奈良"]"#,
        ] {
            assert_eq!(decoded("application/json", json).await, Err(ProblemKind::BadRequest), "{json}");
        }
        assert_eq!(decoded("application/json", r#"{"name":"\\u0000"}"#).await, Ok(sample("\\u0000", &[])));
    }

    #[tokio::test]
    async fn too_much_and_unknown_kinds_are_refused() {
        let long = format!("name={}", "a".repeat(BODY_LIMIT));
        assert_eq!(decoded(FORM, long).await, Err(ProblemKind::TooLarge));
        for kind in ["multipart/form-data; boundary=x", "text/plain", "application/jsonp", ""] {
            assert_eq!(decoded(kind, "name=a").await, Err(ProblemKind::UnsupportedMedia), "{kind}");
        }
    }
}
