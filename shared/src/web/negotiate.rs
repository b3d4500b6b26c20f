//! HTML or JSON, by the request's `Accept` (RFC 9110 §12.5.1).

use axum::http::{HeaderMap, header};

/// In which form the answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Html,
    Json,
}

/// How much a form is wanted: its weight in thousandths, then how precisely it was named.
type Wish = (u16, u8);

impl Form {
    /// The form that is wanted most. Both alike, or neither known: HTML, for a person can read that.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let ranges = || headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let html =
            ranges().flat_map(|list| list.split(',')).filter_map(|range| wish(range, "text", &["html"]));
        let json = ranges()
            .flat_map(|list| list.split(','))
            .filter_map(|range| wish(range, "application", &["json", "problem+json"]));
        if most_precise(json) > most_precise(html) { Self::Json } else { Self::Html }
    }
}

/// The most precise range that names a form decides its weight.
fn most_precise(wishes: impl Iterator<Item = Wish>) -> Wish {
    wishes.max_by_key(|(weight, precision)| (*precision, *weight)).unwrap_or((0, 0))
}

fn wish(range: &str, family: &str, kinds: &[&str]) -> Option<Wish> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    let precision = match name.split_once('/')? {
        ("*", "*") => 1,
        (of, "*") if of == family => 2,
        (of, kind) if of == family && kinds.contains(&kind) => 3,
        _ => return None,
    };
    Some((parts.find_map(weight).unwrap_or(1000), precision))
}

/// `q=0.8` in thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let thousandths: u16 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((whole.parse::<u16>().ok()?.min(1) * 1000 + thousandths).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(accept: &str, expected: Form) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        assert_eq!(Form::accepted(&headers), expected, "{accept}");
    }

    #[test]
    fn the_form_wanted_most_is_chosen() {
        assert_eq!(Form::accepted(&HeaderMap::new()), Form::Html);
        check("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", Form::Html);
        check("*/*", Form::Html);
        check("application/json", Form::Json);
        check("APPLICATION/JSON; charset=utf-8", Form::Json);
        check("application/problem+json", Form::Json);
        check("application/*", Form::Json);
        check("application/json, text/plain, */*", Form::Json);
        check("application/json;q=0.5, text/html", Form::Html);
        check("application/json, text/html;q=0.9", Form::Json);
        check("application/json;q=0, */*", Form::Html);
        check("text/html;q=0, */*", Form::Json);
        check("image/png", Form::Html);
        check("nonsense;;q=x", Form::Html);
    }
}
