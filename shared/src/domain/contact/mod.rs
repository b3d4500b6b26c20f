//! How an institution and its people are reached.
//!
//! Invariant: every value here was parsed at the door; what is stored reads back through `from_stored`, which accepts
//! the stored form only. `Debug` never shows whom a value belongs to.

mod email;
mod lines;
mod phone;
mod postal_areas;
mod postal_code;
mod typo;

pub use self::email::{EmailAddress, EmailError};
pub use self::lines::{Building, City, Department, PersonName, Street};
pub use self::phone::{PhoneError, PhoneNumber};
pub use self::postal_areas::PostalArea;
pub use self::postal_code::{PostalCode, PostalCodeError};
