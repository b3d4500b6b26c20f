//! The sixteen fields of an application as a form: what is shown, what a request may say, which doubts were overruled.
//!
//! Architecture invariant: whoever fills the form in, applicant or officer, meets the same fields, rules and words; they
//! stand in `templates/answers.html`.

mod address;
mod confirmation;
mod questions;
mod typed;

pub use address::{AddressHelp, Fill};
pub use confirmation::Confirmation;
pub use questions::{Questions, warnings_as_list};
pub use typed::{Tick, TypedForm};
