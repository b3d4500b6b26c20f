//! Faults at the wire: each call of a function to AWS is a point, numbered as it comes; a plan says what
//! happens at which points.
//!
//! Architecture invariant: a point is a call of the program, not an attempt of the SDK: the attempts of one
//! call share its number, so that the SDK's own retries are inside the test.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use axum::http::StatusCode;
use local::wire::{ADMINISTRATOR, After, Answer, Before, Call, Deciding, Interception, Service};
use serde_json::{Value, json};
use shared::runtime::Environment;

/// The `ordinal`-th call of a function to one operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub function: String,
    pub service: Service,
    pub operation: String,
    pub ordinal: u32,
}

/// What happens at a call. A time-out closes the connection without an answer, so that no test waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    ErrorBefore,
    ErrorAfter,
    TimeoutBefore,
    TimeoutAfter,
    Throttle,
    CrashBefore,
    CrashAfter,
    /// A queue message: accepted, and never seen again.
    MessageLost,
    MessageDoubled,
    /// Visible a minute later.
    MessageDelayed,
    /// Visible fifteen minutes later: after every other message of its queue.
    MessageReordered,
}

/// Which attempts of the call are hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// All of them: the program sees the fault.
    Call,
    /// The first: the SDK tries again.
    FirstAttempt,
}

/// One fault at one point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injection {
    pub point: Point,
    pub fault: Fault,
    pub reach: Reach,
}

/// Numbers the calls, and does what its plan says. More than one injection may be planned.
pub struct Injector {
    plan: Vec<Injection>,
    seen: Mutex<Seen>,
    /// Who puts messages on their way again.
    carrier: OnceLock<Environment>,
}

#[derive(Default)]
struct Seen {
    /// How many calls each function made of each operation.
    counted: HashMap<(String, String), u32>,
    /// The SDK's id of a call → its point and how many attempts it has made.
    calls: HashMap<String, (Point, u32)>,
    order: Vec<Point>,
    fired: BTreeSet<usize>,
    injected: u32,
}

impl Fault {
    /// What AWS may do to a call.
    pub const OF_CALLS: [Self; 7] = [
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::TimeoutBefore,
        Self::TimeoutAfter,
        Self::Throttle,
        Self::CrashBefore,
        Self::CrashAfter,
    ];

    /// What may happen to a message on its way.
    pub const OF_MESSAGES: [Self; 4] =
        [Self::MessageLost, Self::MessageDoubled, Self::MessageDelayed, Self::MessageReordered];
}

impl Point {
    /// Whether the call changes something.
    pub fn writes(&self) -> bool {
        matches!(
            self.operation.as_str(),
            "TransactWriteItems" | "PutItem" | "UpdateItem" | "DeleteItem" | "SendMessage"
        )
    }

    /// Every single fault that belongs to this call.
    pub fn injections(&self) -> Vec<Injection> {
        let at = |fault, reach| Injection { point: self.clone(), fault, reach };
        let mut all: Vec<Injection> =
            Fault::OF_CALLS.into_iter().map(|fault| at(fault, Reach::Call)).collect();
        // The SDK's own repetition of a write that took effect must not see itself as a rival. SES is tried
        // once a call: there the first attempt is the call.
        if self.writes() {
            let lost = [Fault::ErrorAfter, Fault::TimeoutAfter];
            all.extend(lost.into_iter().map(|fault| at(fault, Reach::FirstAttempt)));
        }
        if self.operation == "SendMessage" {
            all.extend(Fault::OF_MESSAGES.into_iter().map(|fault| at(fault, Reach::FirstAttempt)));
        }
        all
    }
}

impl Injector {
    pub fn new(plan: Vec<Injection>) -> Self {
        Self { plan, seen: Mutex::default(), carrier: OnceLock::new() }
    }

    /// With this, messages are doubled and delayed.
    pub fn carry_with(&self, administrator: &Environment) {
        let _already = self.carrier.set(administrator.clone());
    }

    /// Every call so far, in order.
    pub fn points(&self) -> Vec<Point> {
        self.seen().order.clone()
    }

    /// Which injections of the plan have come about, by their place in it.
    pub fn fired(&self) -> BTreeSet<usize> {
        self.seen().fired.clone()
    }

    /// How many attempts were hit.
    pub fn injected(&self) -> u32 {
        self.seen().injected
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault for this attempt; `begins` when the attempt arrives, not when its answer leaves.
    fn fault(&self, call: &Call, begins: bool) -> Option<Fault> {
        if call.caller == ADMINISTRATOR {
            return None;
        }
        let mut seen = self.seen();
        let (point, attempt) = seen.attempt(call, begins);
        let hit = self
            .plan
            .iter()
            .position(|planned| planned.point == point && (planned.reach == Reach::Call || attempt == 1))?;
        let fault = self.plan[hit].fault;
        if fault.is_before() == begins {
            seen.fired.insert(hit);
            seen.injected += 1;
            return Some(fault);
        }
        None
    }

    /// Sends a message that a function sent, once more or only now.
    async fn carry(&self, call: &Call, delay_seconds: i32) {
        let body: Value = serde_json::from_slice(&call.body).expect("SQS speaks JSON");
        let text = |name: &str| body[name].as_str().expect("a message has it").to_owned();
        let queue = self.carrier.get().expect("a carrier").sqs().expect("a client");
        let message = queue.send_message().queue_url(text("QueueUrl")).message_body(text("MessageBody"));
        message.delay_seconds(delay_seconds).send().await.expect("the queue takes it");
    }

    async fn disturb(&self, call: &Call, fault: Fault) -> Before {
        match fault {
            Fault::ErrorBefore => Before::Answer(outage(call.service)),
            Fault::TimeoutBefore => Before::Hang,
            Fault::Throttle => Before::Answer(throttle(call.service)),
            Fault::CrashBefore => Before::Crash,
            Fault::MessageLost => Before::Answer(taken(call)),
            Fault::MessageDoubled => {
                self.carry(call, 0).await;
                Before::Proceed
            }
            Fault::MessageDelayed => {
                self.carry(call, 60).await;
                Before::Answer(taken(call))
            }
            Fault::MessageReordered => {
                self.carry(call, 900).await;
                Before::Answer(taken(call))
            }
            Fault::ErrorAfter | Fault::TimeoutAfter | Fault::CrashAfter => Before::Proceed,
        }
    }
}

impl Interception for Injector {
    fn before<'a>(&'a self, call: &'a Call) -> Deciding<'a, Before> {
        Box::pin(async move {
            match self.fault(call, true) {
                Some(fault) => self.disturb(call, fault).await,
                None => Before::Proceed,
            }
        })
    }

    fn after<'a>(&'a self, call: &'a Call, _answer: &'a Answer) -> Deciding<'a, After> {
        let after = match self.fault(call, false) {
            Some(Fault::ErrorAfter) => After::Replace(outage(call.service)),
            Some(Fault::TimeoutAfter) => After::Lose,
            Some(Fault::CrashAfter) => After::Crash,
            Some(_) | None => After::Deliver,
        };
        Box::pin(std::future::ready(after))
    }
}

impl Seen {
    /// The point of a call and which attempt of it this is.
    fn attempt(&mut self, call: &Call, begins: bool) -> (Point, u32) {
        if let Some((point, attempts)) = self.calls.get_mut(&call.invocation) {
            *attempts += u32::from(begins);
            return (point.clone(), *attempts);
        }
        let ordinal = self.counted.entry((call.caller.clone(), call.operation.clone())).or_default();
        *ordinal += 1;
        let point = Point {
            function: call.caller.clone(),
            service: call.service,
            operation: call.operation.clone(),
            ordinal: *ordinal,
        };
        self.order.push(point.clone());
        self.calls.insert(call.invocation.clone(), (point.clone(), 1));
        (point, 1)
    }
}

impl Fault {
    /// Whether it comes about before the call takes effect.
    fn is_before(self) -> bool {
        match self {
            Self::ErrorAfter | Self::TimeoutAfter | Self::CrashAfter => false,
            Self::ErrorBefore
            | Self::TimeoutBefore
            | Self::Throttle
            | Self::CrashBefore
            | Self::MessageLost
            | Self::MessageDoubled
            | Self::MessageDelayed
            | Self::MessageReordered => true,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, service, operation, ordinal } = self;
        write!(f, "{function} {service} {operation} {ordinal}")
    }
}

impl fmt::Display for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}, {:?}", self.point, self.fault, self.reach)
    }
}

fn outage(service: Service) -> Answer {
    Answer::error(service, StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "an outage")
}

fn throttle(service: Service) -> Answer {
    let (status, code) = match service {
        Service::DynamoDb => (StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException"),
        Service::Sqs => (StatusCode::FORBIDDEN, "RequestThrottled"),
        Service::Ses => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
    };
    Answer::error(service, status, code, "too fast")
}

/// What SQS answers to a message that it took.
fn taken(call: &Call) -> Answer {
    Answer::ok(call.service, &json!({ "MessageId": call.invocation, "MD5OfMessageBody": "" }))
}
