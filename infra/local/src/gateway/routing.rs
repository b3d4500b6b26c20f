//! Which route of the template a request means, by the rules of HTTP APIs.
//!
//! Exact beats `{parameter}` beats `{proxy+}`; among equals, a named method beats `ANY`. What matches no
//! route goes to `$default`, whatever its method and path; without that it does not exist.

use std::collections::BTreeMap;

/// The key of the route that takes what no other does.
const DEFAULT: &str = "$default";

/// The template's routes, ready for look-up.
#[derive(Debug, Clone)]
pub(super) struct Routes(Vec<Route>);

#[derive(Debug, Clone)]
struct Route {
    function: String,
    key: String,
    method: String,
    segments: Vec<Segment>,
}

/// Ordered as API Gateway prefers them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Exact(String),
    Parameter(String),
    Greedy(String),
    /// The whole of `$default`.
    Anything,
}

/// A route that takes a request, and what stood at its parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    pub(super) function: &'a str,
    pub(super) route_key: &'a str,
    pub(super) parameters: BTreeMap<String, String>,
}

impl Routes {
    /// `routes`: method (or `ANY`), path as the template writes it, name of the function.
    pub(super) fn new<'r>(routes: impl IntoIterator<Item = (&'r str, &'r str, &'r str)>) -> Self {
        let routes = routes.into_iter().map(|(method, path, function)| Route {
            function: function.to_owned(),
            key: if path == DEFAULT { DEFAULT.to_owned() } else { format!("{method} {path}") },
            method: method.to_owned(),
            segments: segments(path).map(Segment::parse).collect(),
        });
        Self(routes.collect())
    }

    /// The most specific route for this method and raw (still encoded) path.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let wanted: Vec<&str> = segments(path).collect();
        let takes_method = |route: &&Route| route.method == method || route.method == "ANY";
        let candidates = self.0.iter().filter(takes_method).filter_map(|route| {
            let parameters = route.parameters(&wanted)?;
            Some((route, parameters))
        });
        let best = candidates.min_by_key(|(route, _)| {
            let shape: Vec<u8> = route.segments.iter().map(Segment::rank).collect();
            (shape, route.method == "ANY")
        });
        best.map(|(route, parameters)| Match { function: &route.function, route_key: &route.key, parameters })
    }
}

impl Route {
    fn parameters(&self, wanted: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        for (position, segment) in self.segments.iter().enumerate() {
            match (segment, wanted.get(position)) {
                (Segment::Exact(exact), Some(given)) if exact == given => {}
                (Segment::Parameter(name), Some(given)) if !given.is_empty() => {
                    parameters.insert(name.clone(), decoded(given));
                }
                (Segment::Greedy(name), Some(given)) if !given.is_empty() => {
                    parameters.insert(name.clone(), decoded(&wanted.get(position..)?.join("/")));
                    return Some(parameters);
                }
                (Segment::Anything, _) => return Some(parameters),
                (Segment::Exact(_) | Segment::Parameter(_) | Segment::Greedy(_), _) => return None,
            }
        }
        (self.segments.len() == wanted.len()).then_some(parameters)
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        if text == DEFAULT {
            return Self::Anything;
        }
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Parameter(name.to_owned()),
            },
            None => Self::Exact(text.to_owned()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Exact(_) => 0,
            Self::Parameter(_) => 1,
            Self::Greedy(_) => 2,
            Self::Anything => 3,
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// Percent-decoded; bytes that are no UTF-8 become U+FFFD.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%').then(|| tail.get(..2)).flatten().and_then(hex_byte);
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.contains('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `route key → parameters`.
    fn found(method: &str, path: &str) -> String {
        let routes = Routes::new([
            ("GET", "/", "site"),
            ("GET", "/help", "site"),
            ("GET", "/help/{topic}", "site"),
            ("GET", "/assets/{proxy+}", "site"),
            ("ANY", "/assets/{name}", "assets"),
            ("GET", "/review/{number}", "review"),
            ("GET", "/review/export", "review"),
            ("ANY", "/review/export", "everything"),
            ("POST", "/review/{number}/approve", "review"),
        ]);
        routes.find(method, path).map_or_else(
            || "none".to_owned(),
            |matched| {
                let key = matched.route_key.to_owned();
                matched.parameters.into_values().fold(key, |key, parameter| format!("{key} → {parameter}"))
            },
        )
    }

    #[test]
    fn the_most_specific_route_wins() {
        let table = [
            ("GET", "/", "GET /"),
            ("GET", "/help", "GET /help"),
            ("GET", "/help/", "none"),
            ("GET", "/help/%E8%BF%B7", "GET /help/{topic} → 迷"),
            ("GET", "/help/a/b", "none"),
            ("GET", "/assets/site.css", "ANY /assets/{name} → site.css"),
            ("GET", "/assets/fonts/a.woff2", "GET /assets/{proxy+} → fonts/a.woff2"),
            ("GET", "/review/export", "GET /review/export"),
            ("PUT", "/review/export", "ANY /review/export"),
            ("GET", "/review/API-1", "GET /review/{number} → API-1"),
            ("POST", "/review/API-1", "none"),
            ("POST", "/review/a%2Fb/approve", "POST /review/{number}/approve → a/b"),
            ("POST", "/review//approve", "none"),
            ("HEAD", "/help", "none"),
            ("GET", "//help", "none"),
        ];
        for (method, path, expected) in table {
            assert_eq!(found(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn the_default_route_takes_the_rest_and_nothing_else() {
        let routes =
            Routes::new([("ANY", DEFAULT, "site"), ("GET", "/", "site"), ("GET", "/{name}", "site")]);
        for (method, path, expected) in [
            ("GET", "/", "GET /"),
            ("GET", "/help", "GET /{name}"),
            ("HEAD", "/", "$default"),
            ("POST", "/", "$default"),
            ("GET", "//help", "$default"),
            ("DELETE", "/a/b/c", "$default"),
        ] {
            let matched = routes.find(method, path).unwrap();
            assert_eq!(
                (matched.route_key, matched.parameters.len()),
                (expected, usize::from(path == "/help"))
            );
        }
    }

    #[test]
    fn decoding_keeps_what_is_no_escape() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%+1%41"), "%zz%+1A");
        assert_eq!(decoded("%ff"), "\u{fffd}");
    }
}
