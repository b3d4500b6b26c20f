//! The secretariat's console: what is issued next, cases that are held, freeze windows and notices, what became of mails,
//! where the desks are written to, the lists of prefectures, the accounts of staff.
//!
//! Architecture invariant: without a live session of the secretariat nothing here exists; every act is a pure
//! decision, committed with who did it.

mod attention;
mod case;
mod dashboard;
mod desks;
mod find;
mod freezes;
mod hold;
mod import_acts;
mod import_page;
mod import_upload;
mod imports;
mod issuing;
mod jst;
mod mails;
mod notices;
mod operator;
mod plan;
mod redrive;
mod resend;
mod run;
mod run_page;
mod settings;
mod staff;
mod staff_acts;
mod staff_invite;
mod suppressions;
mod timeline;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use shared::{
    dead_letters::DeadLetters,
    queue::Doorbell,
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda},
    store::Store,
    web::{self, FILE_LIMIT, Sessions},
};

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let router = Router::new()
        .route("/operate", get(issuing::show))
        .route("/operate/dashboard", get(dashboard::show))
        .route("/operate/run", post(run::run))
        .route("/operate/runs/{id}", get(run_page::show))
        .route("/operate/find", get(find::find))
        .route("/operate/applications/{number}", get(case::show))
        .route("/operate/applications/{number}/hold", post(hold::hold))
        .route("/operate/applications/{number}/release", post(hold::release))
        .route("/operate/applications/{number}/resend", post(resend::resend))
        .route("/operate/staff", get(staff::list).post(staff_invite::invite))
        .route("/operate/staff/{id}", get(staff::show))
        .route("/operate/staff/{id}/role", post(staff_acts::change_role))
        .route("/operate/staff/{id}/disable", post(staff_acts::disable))
        .route("/operate/staff/{id}/enable", post(staff_acts::enable))
        .route("/operate/staff/{id}/renew", post(staff_acts::renew))
        .route("/operate/settings", get(settings::show))
        .route("/operate/desks", get(desks::list).post(desks::set))
        .route("/operate/attention", get(attention::show))
        .route("/operate/dead-letters/{queue}/redrive", post(redrive::redrive))
        .route("/operate/freezes", post(freezes::add))
        .route("/operate/freezes/{id}/end", post(freezes::end))
        .route("/operate/notices", post(notices::add))
        .route("/operate/notices/{id}/end", post(notices::end))
        .route("/operate/mails", get(mails::show))
        .route("/operate/suppressions", get(suppressions::show).post(suppressions::ask))
        .route("/operate/imports", get(imports::list).post(import_upload::begin))
        .route("/operate/imports/{id}", get(import_page::show))
        .route("/operate/imports/{id}/parts/{part}", post(import_upload::part))
        .route("/operate/imports/{id}/check", post(import_upload::check))
        .route("/operate/imports/{id}/confirm", post(import_acts::confirm))
        .route("/operate/imports/{id}/discard", post(import_acts::discard))
        .layer(DefaultBodyLimit::max(FILE_LIMIT))
        .with_state(App::of(environment)?);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}

/// What the handlers know of the deployment.
#[derive(Clone)]
struct App {
    store: Store,
    sessions: Sessions,
    issuing: Doorbell,
    announcing: Doorbell,
    mails: Doorbell,
    imports: Doorbell,
    ses: aws_sdk_sesv2::Client,
    pepper: Key,
    link_key: Key,
    dead_letters: DeadLetters,
    clock: Clock,
    entropy: Entropy,
}

impl App {
    fn of(environment: &Environment) -> Result<Self, ConfigError> {
        let config = &environment.config;
        let store = Store::of(environment)?;
        Ok(Self {
            sessions: Sessions::new(store.clone(), config.secret("PEPPER")?),
            store,
            issuing: Doorbell::of_issuing(environment)?,
            announcing: Doorbell::of_announcing(environment)?,
            mails: Doorbell::of_mails(environment)?,
            imports: Doorbell::of_imports(environment)?,
            ses: environment.ses()?,
            pepper: config.secret("PEPPER")?,
            link_key: config.secret("LINK_KEY")?,
            dead_letters: DeadLetters::of(environment)?,
            clock: environment.clock.clone(),
            entropy: environment.entropy.clone(),
        })
    }
}
