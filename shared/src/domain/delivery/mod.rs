//! What became of a mail: the events that SES reports, the set of them, and the state that follows.
//!
//! Architecture invariant: the state is a function of the *set* of events alone (and of the time), so an
//! event that comes twice, late or backwards changes nothing; no event holds a recipient's address.

mod event;
mod set;
mod state;
mod stored;
mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod table;

pub use event::{BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind};
pub use set::EventSet;
pub use state::{ATTENTION_AFTER, DeliveryState, UndeliverableReason, delivery_state};
pub use stored::UnreadableEvent;
pub use words::ServerWords;
pub(crate) use words::plain_name;
