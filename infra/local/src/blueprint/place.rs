//! Where the template is "deployed": the values that a real deployment would get from AWS.

use std::collections::BTreeMap;

/// The region that the local stack plays.
pub const REGION: &str = "ap-northeast-1";
/// The account that the local stack plays.
pub const ACCOUNT: &str = "000000000000";

/// The deployment on this machine.
pub struct Place<'a> {
    /// Where the wire listens, without a trailing slash: `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// Values for the template's parameters; a parameter not named here has its default.
    pub parameters: BTreeMap<String, String>,
    /// The value of a secret: its name and, when the reference has one, the JSON key.
    pub secret: &'a (dyn Fn(&str, Option<&str>) -> Option<String> + 'a),
}
