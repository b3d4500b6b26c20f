//! A browser, as far as the server can tell: cookies, forms, JSON, redirects that are looked at.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::{
    Client, RequestBuilder,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde_json::Value;

/// How often a person tries again what failed on the server's side.
const TRIES_AGAIN: u32 = 2;

/// One person's browser. Cloned: the same cookies in another tab, from then on apart.
pub struct Visitor {
    origin: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
    visits: Visits,
}

/// Every request of some visitors, as `POST /track/code`.
pub type Visits = Arc<Mutex<Vec<String>>>;

/// The connection broke before the answer was there: whether the act took effect is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Where a 303 leads.
    pub location: Option<String>,
    pub body: Value,
    pub text: String,
}

impl Clone for Visitor {
    fn clone(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let visits = Arc::clone(&self.visits);
        Self {
            origin: self.origin.clone(),
            client: self.client.clone(),
            cookies: Mutex::new(cookies),
            visits,
        }
    }
}

impl Visitor {
    /// `visits` learns of each request.
    pub(crate) fn new(origin: &str, visits: Visits) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { origin: origin.to_owned(), client, cookies: Mutex::default(), visits }
    }

    /// Somebody at another address, each of whose requests is a connection of its own.
    pub fn at(origin: &str, address: IpAddr) -> Self {
        let client = Client::builder().redirect(Policy::none()).local_address(address);
        let client = client.pool_max_idle_per_host(0).build().expect("a client");
        Self { origin: origin.to_owned(), client, cookies: Mutex::default(), visits: Visits::default() }
    }

    /// A page, as JSON, of a server that may die meanwhile.
    pub async fn try_see(&self, path: &str) -> Result<Answer, Broken> {
        self.try_send(self.client.get(self.url(path)).header(ACCEPT, "application/json")).await
    }

    /// An act, as JSON, on a server that may die meanwhile.
    pub async fn try_act(&self, path: &str, body: &Value) -> Result<Answer, Broken> {
        self.try_send(self.client.post(self.url(path)).header(ACCEPT, "application/json").json(body)).await
    }

    /// A page, as JSON.
    pub async fn see(&self, path: &str) -> Answer {
        self.send(self.client.get(self.url(path)).header(ACCEPT, "application/json")).await
    }

    /// A page, as the browser shows it.
    pub async fn see_html(&self, path: &str) -> Answer {
        self.send(self.client.get(self.url(path)).header(ACCEPT, "text/html")).await
    }

    /// An act, as JSON.
    pub async fn act(&self, path: &str, body: &Value) -> Answer {
        self.send(self.client.post(self.url(path)).header(ACCEPT, "application/json").json(body)).await
    }

    /// An act whose JSON is written by hand.
    pub async fn act_raw(&self, path: &str, body: &'static str) -> Answer {
        let post = self.client.post(self.url(path)).header("content-type", "application/json");
        self.send(post.header(ACCEPT, "application/json").body(body)).await
    }

    /// An act, as a browser's form.
    pub async fn submit_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let post = self
            .client
            .post(self.url(path))
            .header("origin", &self.origin)
            .header("sec-fetch-site", "same-origin");
        self.send(post.header(ACCEPT, "text/html").form(fields)).await
    }

    /// Bytes, as a script of our own page sends them.
    pub async fn send_bytes(&self, path: &str, content_type: &str, bytes: Vec<u8>) -> Answer {
        let post = self
            .client
            .post(self.url(path))
            .header("origin", &self.origin)
            .header("sec-fetch-site", "same-origin");
        self.send(post.header(ACCEPT, "application/json").header(CONTENT_TYPE, content_type).body(bytes))
            .await
    }

    /// A form that a page of another site sends; `site` is what the browser says of that.
    pub async fn submit_foreign_form(&self, path: &str, site: Option<&str>) -> Answer {
        let post = self.client.post(self.url(path)).header(ACCEPT, "text/html").form(&[("a", "b")]);
        self.send(match site {
            Some(site) => post.header("origin", "https://evil.example").header("sec-fetch-site", site),
            None => post,
        })
        .await
    }

    /// The same form again when the server fails, twice at most, as a person would; what it answered in the
    /// end.
    pub async fn persist(&self, path: &str, body: &Value) -> Answer {
        until_it_answers(async || self.act(path, body).await).await
    }

    /// The same of a browser's form.
    pub async fn persist_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        until_it_answers(async || self.submit_form(path, fields).await).await
    }

    /// The same of bytes.
    pub async fn persist_bytes(&self, path: &str, content_type: &str, bytes: &[u8]) -> Answer {
        until_it_answers(async || self.send_bytes(path, content_type, bytes.to_vec()).await).await
    }

    /// A page, reloaded when the server fails, twice at most.
    pub async fn look(&self, path: &str) -> Answer {
        until_it_answers(async || self.see(path).await).await
    }

    /// The browser holds this cookie from now on.
    pub fn hold(&self, name: &str, value: &str) {
        self.keep(&format!("{name}={value}"));
    }

    fn url(&self, path: &str) -> String {
        assert!(path.starts_with('/'), "{path} is no path");
        format!("{}{path}", self.origin)
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the stack answers")
    }

    async fn try_send(&self, request: RequestBuilder) -> Result<Answer, Broken> {
        let cookies = self.cookie_header();
        let request = request.header(COOKIE, cookies).build().map_err(|_| Broken)?;
        let visit = format!("{} {}", request.method(), request.url().path());
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).push(visit);
        let response = self.client.execute(request).await.map_err(|_| Broken)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // Who has not read the end of an answer has no answer, and keeps no cookie of it.
        let text = response.text().await.map_err(|_| Broken)?;
        for cookie in headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("an ASCII cookie"));
        }
        let location = headers.get(LOCATION).map(|at| at.to_str().expect("an ASCII path").to_owned());
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, location, body, text })
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').expect("name=value");
        let value = rest.split(';').next().unwrap_or_default();
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

async fn until_it_answers(ask: impl AsyncFn() -> Answer) -> Answer {
    let mut answer = ask().await;
    for _ in 0..TRIES_AGAIN {
        if answer.status < 500 {
            break;
        }
        answer = ask().await;
    }
    answer
}

impl Answer {
    /// The page that a 303 leads to.
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "no redirect: {}", self.text);
        self.location.as_deref().expect("a 303 says where to")
    }

    /// 200, or the test ends with what was answered instead.
    pub fn page(self) -> Value {
        assert_eq!(self.status, 200, "no page: {}", self.text);
        self.body
    }

    /// The hidden fields of a page's form, as a browser sends them.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let fields = self.text.split("<input type=\"hidden\" name=\"").skip(1);
        let value = |rest: &str| rest.split('"').next().expect("a quoted value").to_owned();
        fields.map(|field| (value(field), value(field.split("value=\"").nth(1).expect("a value")))).collect()
    }

    /// The fields that a 422 complains of.
    pub fn wrong_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 422, "no 422: {}", self.text);
        let errors =
            self.body["errors"].as_array().unwrap_or_else(|| panic!("a 422 lists its errors: {}", self.text));
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }
}
