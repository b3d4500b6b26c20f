//! The version of the terms of use and the privacy policy that an applicant agrees to. It is stored with
//! the application, so that it can be said later what exactly was agreed.

/// Changes whenever the text of `/terms` or `/privacy` changes in substance: the day from which it holds.
pub const TERMS_VERSION: &str = "2026-11-01";
