//! One local stack: everything that the template describes, started, stopped, and open to tests.
//!
//! Architecture invariant: stacks share nothing, neither ports nor files nor clocks, so that any number of
//! them live in one process.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::runtime::{Clock, Entropy, Environment};
use tokio::{net::TcpListener, sync::Mutex, task::JoinSet};

use crate::{
    blueprint::{Blueprint, Place, TemplateError},
    clock::MovableClock,
    crash::Crashes,
    function::Running,
    gateway::Gateway,
    ledger::{HostileCounts, Ledger, LedgerError, LedgerOptions},
    machine::{CLOCK, Machine, TravelError},
    mailbox::MailboxMail,
    pages, pollers,
    registry::{Registry, RegistryError, Surroundings},
    scheduler::{ScheduleError, Scheduler},
    wire::{
        CallCount, DeliveryRule, EventRequest, Interception, ReportError, Undisturbed, Wire, WireError,
        WireOptions, http_client,
    },
};

/// How to start a stack.
#[derive(Clone)]
pub struct StackOptions {
    /// SAM, as `infra/template.yaml`.
    pub template: String,
    /// The programs of the template's functions.
    pub registry: Registry,
    /// Values for the template's parameters beside `Origin`, which is the stack's own.
    pub parameters: BTreeMap<String, String>,
    /// 0: any free port.
    pub port: u16,
    /// Where everything is kept; `None`: in memory.
    pub data: Option<PathBuf>,
    /// Messages are doubled, delayed and reordered, schedules doubled, by this seed.
    pub hostile: Option<u64>,
    /// The clock stands at this instant until it is moved; `None`: it runs.
    pub clock_start: Option<Timestamp>,
    pub entropy: Entropy,
    /// Disturbs the functions' calls to AWS.
    pub interception: Arc<dyn Interception>,
}

/// A running stack. Stops when dropped.
pub struct Stack {
    machine: Arc<Machine>,
    address: SocketAddr,
    _tasks: JoinSet<()>,
    _lock: Option<File>,
}

/// Why a stack cannot be started. Each is a sentence for the one who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    #[error("port {port} is in use: stop what listens there, or choose another one with --port")]
    PortInUse { port: u16 },
    #[error("cannot listen on port {port}: {error}")]
    Port { port: u16, error: io::Error },
    #[error("the directory {} is used by another stack: stop that one, or choose another one with --data", .0.display())]
    DataInUse(PathBuf),
    #[error("the directory {} cannot be used: {error}", .directory.display())]
    Data { directory: PathBuf, error: io::Error },
    #[error("the embedded database: {0}")]
    Database(String),
    #[error("the template: {0}")]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// What has happened in a stack so far.
#[derive(Clone, Debug, Serialize)]
pub struct Counts {
    /// Messages that hostile mode doubled, delayed, reordered.
    pub messages: HostileCounts,
    /// Schedule runs that hostile mode doubled.
    pub schedules_doubled: u64,
    pub mails_accepted: u64,
    /// The functions' calls to AWS.
    pub calls: Vec<CallCount>,
}

impl StackOptions {
    /// A stack in memory on any free port, undisturbed, with a running clock.
    pub fn new(template: &str, registry: Registry) -> Self {
        Self {
            template: template.to_owned(),
            registry,
            parameters: BTreeMap::new(),
            port: 0,
            data: None,
            hostile: None,
            clock_start: None,
            entropy: Entropy::system(),
            interception: Arc::new(Undisturbed),
        }
    }
}

impl Stack {
    /// Starts everything; when this returns, requests are answered.
    pub async fn start(options: StackOptions) -> Result<Self, StackError> {
        let lock = options.data.as_deref().map(lock).transpose()?;
        let gateway = listen(options.port).await?;
        let address = gateway.local_addr().map_err(|error| StackError::Port { port: options.port, error })?;
        let machine = Arc::new(assemble(options, address).await?);
        let mut tasks = JoinSet::new();
        serve(&machine, gateway, address, &mut tasks);
        pollers::start(&machine.blueprint, &machine.functions, &machine.ledger, &mut tasks);
        tasks.spawn(Arc::clone(&machine).keep_schedules());
        tasks.spawn(Arc::clone(&machine).keep_mail_events());
        tasks.spawn(Arc::clone(&machine).keep_ttl());
        Ok(Self { machine, address, _tasks: tasks, _lock: lock })
    }

    /// Where the site is, such as `http://127.0.0.1:3000`, without a trailing slash.
    pub fn origin(&self) -> &str {
        &self.machine.origin
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the AWS APIs are.
    pub fn wire_address(&self) -> SocketAddr {
        self.machine.wire.address()
    }

    /// Returns when all that can be done without moving the clock is done.
    pub async fn settle(&self) {
        self.machine.settle().await;
    }

    pub fn now(&self) -> Timestamp {
        self.machine.clock.now()
    }

    /// Moves the clock on by `duration`; see [`set_clock`](Self::set_clock).
    pub async fn advance(&self, duration: SignedDuration) -> Result<(), TravelError> {
        let now = self.now();
        self.set_clock(now.saturating_add(duration).unwrap_or(now)).await
    }

    /// Moves the clock to `target`. Every cron schedule runs at each of its times on the way, every rate
    /// schedule that is due once at each stop; each stop is settled before the next.
    pub async fn set_clock(&self, target: Timestamp) -> Result<(), TravelError> {
        self.machine.travel(target).await
    }

    /// Every mail that SES accepted, newest last.
    pub fn mails(&self) -> Result<Vec<MailboxMail>, LedgerError> {
        Ok(self.machine.ledger.mails()?.iter().map(MailboxMail::of).collect())
    }

    /// SES reports an event; `id` is the SES message id or the outbox mail's id (then its last try).
    pub fn report_event(&self, id: &str, event: &EventRequest) -> Result<(), ReportError> {
        self.machine.wire.mailroom().report_event(id, event)
    }

    /// From now on, mails that match get these events. The rule added last wins.
    pub fn add_delivery_rule(&self, rule: DeliveryRule) {
        self.machine.wire.mailroom().add_rule(rule);
    }

    pub fn clear_delivery_rules(&self) {
        self.machine.wire.mailroom().clear_rules();
    }

    pub fn counts(&self) -> Result<Counts, LedgerError> {
        self.machine.counts()
    }

    /// The environment of a function, with that function's permissions.
    pub fn environment(&self, function: &str) -> Option<Environment> {
        self.machine.functions.get(function).map(|function| function.environment().clone())
    }

    /// All functions' settings and every permission, to look into the store and to seed it.
    pub fn administrator(&self) -> &Environment {
        &self.machine.administrator
    }

    /// The administrator whose calls of DynamoDB reach the database without the wire: for whoever measures or
    /// races the store alone. Of the other services none is reached.
    pub fn direct_administrator(&self) -> Environment {
        self.administrator().clone().with_http(http_client(self.machine.database.clone()))
    }

    pub fn blueprint(&self) -> &Blueprint {
        &self.machine.blueprint
    }

    /// Queues and mails below the API.
    pub fn ledger(&self) -> &Ledger {
        &self.machine.ledger
    }
}

impl Machine {
    pub(crate) fn counts(&self) -> Result<Counts, LedgerError> {
        Ok(Counts {
            messages: self.ledger.hostile_counts(),
            schedules_doubled: self.scheduler.doubled(),
            mails_accepted: self.ledger.mail_count()?,
            calls: self.wire.calls(),
        })
    }
}

async fn assemble(options: StackOptions, address: SocketAddr) -> Result<Machine, StackError> {
    let clock =
        options.clock_start.map_or_else(|| MovableClock::running(Clock::system()), MovableClock::standing);
    let ledger = Arc::new(open_ledger(&options, &clock)?);
    let database = open_database(options.data.as_deref())?;
    let wire_listener = listen(0).await?;
    let wire_address = wire_listener.local_addr().map_err(|error| StackError::Port { port: 0, error })?;
    let (origin, endpoint) = (format!("http://{address}"), format!("http://{wire_address}"));
    let blueprint = Arc::new(read_template(&options, &ledger, &origin, &endpoint)?);
    ledger.declare(&blueprint.queues);
    let crashes = Crashes::new();
    let wire = WireOptions {
        blueprint: Arc::clone(&blueprint),
        ledger: Arc::clone(&ledger),
        database: database.clone(),
        clock: clock.reader(),
        interception: Arc::clone(&options.interception),
        crashes: crashes.clone(),
    };
    let wire = Wire::start(wire_listener, wire).await?;
    let running = Running::new();
    let surroundings = Surroundings {
        endpoint,
        clock: clock.reader(),
        entropy: options.entropy.clone(),
        running: running.clone(),
        crashes,
    };
    let functions = Arc::new(options.registry.start(&blueprint, &surroundings)?);
    let hostile = options.hostile.is_some();
    let scheduler = Scheduler::new(&blueprint, &functions, Arc::clone(&ledger), hostile, clock.now())?;
    let administrator = surroundings.administrator(&blueprint);
    let turn = Mutex::new(());
    Ok(Machine {
        origin,
        blueprint,
        database,
        ledger,
        wire,
        clock,
        functions,
        scheduler,
        running,
        administrator,
        turn,
    })
}

fn open_ledger(options: &StackOptions, clock: &MovableClock) -> Result<Ledger, StackError> {
    let ledger = Ledger::open(LedgerOptions {
        directory: options.data.clone(),
        clock: clock.reader(),
        entropy: options.entropy.clone(),
        hostile: options.hostile,
    })?;
    if let Some(state) = ledger.value(CLOCK)? {
        clock.resume(&state);
    }
    Ok(ledger)
}

fn open_database(data: Option<&Path>) -> Result<dynoxide::Database, StackError> {
    let database = match data {
        Some(directory) => dynoxide::Database::new(&directory.join("dynamodb.sqlite").to_string_lossy()),
        None => dynoxide::Database::memory(),
    };
    database.map_err(|error| StackError::Database(error.to_string()))
}

fn read_template(
    options: &StackOptions,
    ledger: &Ledger,
    origin: &str,
    endpoint: &str,
) -> Result<Blueprint, StackError> {
    let mut parameters = options.parameters.clone();
    parameters.insert("Origin".to_owned(), origin.to_owned());
    let secret = |name: &str, key: Option<&str>| secret(ledger, &options.entropy, name, key);
    let place = Place { endpoint: endpoint.to_owned(), parameters, secret: &secret };
    Ok(Blueprint::parse(&options.template, &place)?)
}

/// 32 random bytes in base64 for each secret that the template names, the same at every start.
fn secret(ledger: &Ledger, entropy: &Entropy, name: &str, key: Option<&str>) -> Option<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let name = format!("secret/{name}/{}", key.unwrap_or_default());
    if let Some(known) = ledger.value(&name).ok()? {
        return Some(known);
    }
    let made = STANDARD.encode(entropy.bytes::<32>());
    ledger.set_value(&name, &made).ok()?;
    Some(made)
}

fn serve(machine: &Arc<Machine>, listener: TcpListener, address: SocketAddr, tasks: &mut JoinSet<()>) {
    let gateway = Gateway::new(
        &machine.blueprint,
        Arc::clone(&machine.functions),
        address.port(),
        machine.clock.reader(),
        Arc::clone(&machine.ledger),
    );
    let router: Router = pages::router(Arc::clone(machine)).merge(gateway.router());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, service).await {
            tracing::error!(%error, "the gateway stopped");
        }
    });
}

async fn listen(port: u16) -> Result<TcpListener, StackError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            StackError::PortInUse { port }
        } else {
            StackError::Port { port, error }
        }
    })
}

/// Two stacks on one directory would fight over it.
fn lock(directory: &Path) -> Result<File, StackError> {
    let refused = |error| StackError::Data { directory: directory.to_owned(), error };
    std::fs::create_dir_all(directory).map_err(refused)?;
    let file = File::create(directory.join("lock")).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StackError::DataInUse(directory.to_owned())),
        Err(TryLockError::Error(error)) => Err(refused(error)),
    }
}

#[cfg(test)]
mod tests;
