//! API Gateway on a loopback port: HTTP in, payload format 2.0 to the function, HTTP out.
//!
//! Architecture invariant: what is reachable is the template's route table and nothing else; a function
//! that fails is answered as API Gateway would, and the reason stays in the log.

mod answer;
mod event;
mod routing;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Response, StatusCode, request::Parts},
};
use serde_json::Value;
use shared::runtime::Clock;

use crate::{
    blueprint::{Blueprint, TriggerSpec},
    function::{Failure, Function, Functions},
    ledger::Ledger,
};
use routing::Routes;

/// Lambda takes and returns 6 MB at most.
const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;
/// Request line and headers together.
const HEAD_LIMIT: usize = 10_240;

/// The routes and the functions behind them.
#[derive(Clone)]
pub(crate) struct Gateway {
    routes: Arc<Routes>,
    functions: Arc<Functions>,
    port: u16,
    clock: Clock,
    ledger: Arc<Ledger>,
}

impl Gateway {
    /// `port` is what the event reports as `x-forwarded-port`.
    pub(crate) fn new(
        blueprint: &Blueprint,
        functions: Arc<Functions>,
        port: u16,
        clock: Clock,
        ledger: Arc<Ledger>,
    ) -> Self {
        Self { routes: Arc::new(routes(blueprint)), functions, port, clock, ledger }
    }

    /// Everything that the template has no route for is 404.
    pub(crate) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(self)
    }

    async fn call(&self, head: Parts, body: &[u8], peer: SocketAddr) -> Result<Response<Body>, StatusCode> {
        let matched = self.routes.find(head.method.as_str(), head.uri.path()).ok_or(StatusCode::NOT_FOUND)?;
        let function = self.functions.get(matched.function).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let request_id = self.ledger.new_id();
        let call = event::Call {
            matched: &matched,
            source_ip: peer.ip(),
            port: self.port,
            request_id: &request_id,
            at: self.clock.now(),
        };
        let event = event::event(&head, body, &call);
        let mut response = invoke(function, event, &request_id).await?;
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("apigw-requestid", id);
        }
        Ok(response)
    }
}

async fn answer(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    if head_size(&head) > HEAD_LIMIT {
        return answer::refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let Ok(body) = axum::body::to_bytes(body, PAYLOAD_LIMIT).await else {
        return answer::refusal(StatusCode::PAYLOAD_TOO_LARGE);
    };
    gateway.call(head, &body, peer).await.unwrap_or_else(answer::refusal)
}

async fn invoke(function: &Function, event: Value, request_id: &str) -> Result<Response<Body>, StatusCode> {
    let returned = function.invoke(event, request_id).await.map_err(|failure| match failure {
        Failure::Error(_) | Failure::Panic(_) | Failure::Crashed => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::TimedOut(_) => StatusCode::SERVICE_UNAVAILABLE,
    })?;
    answer::response(returned).map_err(|problem| {
        tracing::error!(function = function.name(), request_id, problem, "the response cannot be used");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}

fn routes(blueprint: &Blueprint) -> Routes {
    Routes::new(blueprint.functions.iter().flat_map(|function| {
        function.triggers.iter().filter_map(|trigger| match trigger {
            TriggerSpec::Route { method, path, .. } => {
                Some((method.as_str(), path.as_str(), function.name.as_str()))
            }
            TriggerSpec::Queue { .. } | TriggerSpec::Schedule { .. } => None,
        })
    }))
}

fn head_size(head: &Parts) -> usize {
    let line = head.method.as_str().len() + head.uri.to_string().len() + " HTTP/1.1\r\n ".len();
    let header =
        |(name, value): (&axum::http::HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    line + head.headers.iter().map(header).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use axum::{
        http::HeaderMap,
        routing::{get, post},
    };
    use shared::runtime::{Config, Entropy, Environment, Lambda};
    use tower::ServiceExt;

    use super::*;
    use crate::{crash::Crashes, function::Running, ledger::LedgerOptions};

    async fn broken() -> &'static str {
        panic!("on purpose")
    }

    fn gateway() -> Router {
        let program = Router::new()
            .route(
                "/echo",
                post(|headers: HeaderMap, body: String| async move {
                    (
                        [
                            ("x-cookie", headers["cookie"].clone()),
                            ("set-cookie", "__Host-a=1".parse().unwrap()),
                        ],
                        body,
                    )
                }),
            )
            .route("/panic", get(broken))
            .route("/hang", get(std::future::pending::<()>))
            .route("/unlisted", get(|| async { "never seen" }));
        let environment = Environment::new(Config::new(BTreeMap::new()), Clock::system(), Entropy::system());
        let limit = Duration::from_millis(100);
        let function =
            Function::new("echo", Lambda::Http(program), environment, limit, Running::new(), Crashes::new());
        let ledger = Ledger::open(LedgerOptions {
            directory: None,
            clock: Clock::system(),
            entropy: Entropy::system(),
            hostile: None,
        });
        let gateway = Gateway {
            routes: Arc::new(Routes::new([
                ("POST", "/echo", "echo"),
                ("GET", "/panic", "echo"),
                ("GET", "/hang", "echo"),
            ])),
            functions: Arc::new(BTreeMap::from([("echo".to_owned(), Arc::new(function))])),
            port: 3000,
            clock: Clock::system(),
            ledger: Arc::new(ledger.unwrap()),
        };
        gateway.router()
    }

    async fn send(
        request: axum::http::request::Builder,
        body: impl Into<Body>,
    ) -> (StatusCode, HeaderMap, String) {
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
        let response = gateway().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_form_goes_through_the_function_and_back() {
        let request = Request::post("/echo")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Cookie", "a=1; b=2");
        let (status, headers, body) = send(request, "name=%E8%97%A5").await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "name=%E8%97%A5"));
        assert_eq!(headers["x-cookie"], "a=1; b=2");
        assert_eq!(headers["set-cookie"], "__Host-a=1");
        assert_eq!(headers["apigw-requestid"].len(), 36);
    }

    #[tokio::test]
    async fn failures_are_answered_as_api_gateway_does() {
        let table = [
            (Request::get("/panic"), Body::empty(), 500, r#"{"message":"Internal Server Error"}"#),
            (Request::get("/hang"), Body::empty(), 503, r#"{"message":"Service Unavailable"}"#),
            (Request::get("/unlisted"), Body::empty(), 404, r#"{"message":"Not Found"}"#),
            (Request::get("/echo"), Body::empty(), 404, r#"{"message":"Not Found"}"#),
            (
                Request::post("/echo"),
                Body::from(vec![0; PAYLOAD_LIMIT + 1]),
                413,
                r#"{"message":"Request Entity Too Large"}"#,
            ),
            (
                Request::post("/echo").header("Cookie", "x".repeat(HEAD_LIMIT)),
                Body::empty(),
                431,
                r#"{"message":"Request Header Fields Too Large"}"#,
            ),
        ];
        for (request, body, expected, message) in table {
            let (status, _, body) = send(request, body).await;
            assert_eq!((status.as_u16(), body.as_str()), (expected, message));
        }
    }
}
