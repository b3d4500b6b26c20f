//! The network that a request came from, for limits. Never logged.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use axum::{extract::FromRequestParts, http::request::Parts};
use lambda_http::request::RequestContext;

/// One IPv4 address, or the /64 of an IPv6 address (what one household or office gets). Requests whose
/// address is not known share one name, and so one limit.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientNetwork(String);

impl ClientNetwork {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(address: Option<&str>) -> Self {
        Self(
            match address.and_then(|text| text.parse::<IpAddr>().ok()).map(|address| address.to_canonical()) {
                Some(IpAddr::V4(address)) => address.to_string(),
                Some(IpAddr::V6(address)) => {
                    let [a, b, c, d, ..] = address.segments();
                    format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
                }
                None => "unknown".to_owned(),
            },
        )
    }
}

impl fmt::Debug for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientNetwork(…)")
    }
}

impl<S: Sync> FromRequestParts<S> for ClientNetwork {
    type Rejection = Infallible;

    /// The address is the gateway's word: `X-Forwarded-For` is the client's and is not read.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(RequestContext::ApiGatewayV2(context)) = parts.extensions.get() {
            return Ok(Self::of(context.http.source_ip.as_deref()));
        }
        Ok(Self::of(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_are_one() {
        let of = |text| ClientNetwork::of(Some(text));
        assert_eq!(of("203.0.113.7").as_str(), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7").as_str(), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6").as_str(), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
        assert_eq!(ClientNetwork::of(None), of("no address"));
        assert_eq!(format!("{:?}", of("203.0.113.7")), "ClientNetwork(…)");
    }
}
