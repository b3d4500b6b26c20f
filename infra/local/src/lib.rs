//! The local stack: everything that `infra/template.yaml` describes, in one process on this machine.

pub mod blueprint;
pub mod ledger;
pub mod policy;
pub mod wire;
