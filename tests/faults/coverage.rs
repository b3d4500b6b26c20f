//! Which of all that the functions do is disturbed in some leg.
//!
//! Invariant: an act of the template that no leg goes, or goes without disturbing its function, fails the campaign
//! unless it stands here with why.

use local::blueprint::{Blueprint, TriggerSpec};

use crate::{campaign::Ran, points};

/// Acts and functions whose calls no leg disturbs yet, each with what stands for it.
const LEFT_OUT: &[(&str, &str)] = &[
    ("POST /review/selected/reject", "a journey in hostile mode"),
    ("POST /review/proxy", "a journey in hostile mode"),
    ("POST /review/{number}/address", "a journey in hostile mode"),
    ("POST /staff/set-password/{token}", "the same commit as the password of an account"),
    ("POST /staff/forgot-password", "the same commit as the forgotten password of an account"),
    ("POST /change-address", "a journey in hostile mode"),
    ("POST /change-address/code", "a journey in hostile mode"),
    ("POST /review/address-changes/{id}/forward", "a journey in hostile mode"),
    ("POST /review/address-changes/{id}/refuse", "a journey in hostile mode"),
    ("POST /review/address-changes/{id}/register", "a journey in hostile mode"),
    ("POST /operate/address-changes/{id}/complete", "a journey in hostile mode"),
    ("POST /operate/address-changes/{id}/refuse", "a journey in hostile mode"),
    ("POST /operate/imports", "a journey in hostile mode"),
    ("POST /operate/imports/{id}/parts/{part}", "a journey in hostile mode"),
    ("POST /operate/imports/{id}/check", "a journey in hostile mode"),
    ("POST /operate/imports/{id}/confirm", "a journey in hostile mode"),
    ("POST /operate/imports/{id}/discard", "a journey in hostile mode"),
    ("import-institutions", "a journey in hostile mode"),
    ("POST /operate/suppressions", "a journey in hostile mode"),
    ("lift-suppression", "a journey in hostile mode"),
    ("POST /login-id", "a journey in hostile mode"),
];

/// Every act that is left out and does not say so, every function none of whose calls is disturbed, and what is said
/// to be left out and is not.
pub(crate) fn problems(blueprint: &Blueprint, legs: &[Ran]) -> Vec<String> {
    let mut problems = Vec::new();
    for function in &blueprint.functions {
        let mine: Vec<&Ran> =
            legs.iter().filter(|leg| leg.cell.leg.disturbs().contains(&function.name.as_str())).collect();
        let disturbed = mine.iter().any(|leg| points(leg).any(|point| point.function == function.name));
        let makes_calls = legs.iter().any(|leg| leg.calls.iter().any(|call| call.function == function.name));
        let has_calls = makes_calls || !function.triggers.iter().all(is_route);
        if has_calls && disturbed == is_left_out(&function.name) {
            problems.push(format!("{}: disturbed {disturbed}, left out {disturbed}", function.name));
        }
        for trigger in &function.triggers {
            let TriggerSpec::Route { method, route_key, .. } = trigger else { continue };
            if method != "POST" {
                continue;
            }
            let gone = mine.iter().any(|leg| leg.visits.iter().any(|visit| is_of(visit, route_key)));
            let left_out = is_left_out(route_key);
            if gone == left_out {
                problems.push(format!("{route_key}: disturbed {gone}, left out {left_out}"));
            }
        }
    }
    problems
}

fn is_left_out(what: &str) -> bool {
    LEFT_OUT.iter().any(|(act, _)| *act == what)
}

fn is_route(trigger: &TriggerSpec) -> bool {
    matches!(trigger, TriggerSpec::Route { .. })
}

/// Whether `POST /track/code` is of the route `POST /track/{what}`.
fn is_of(visit: &str, route: &str) -> bool {
    let (visit, route): (Vec<&str>, Vec<&str>) = (visit.split('/').collect(), route.split('/').collect());
    visit.len() == route.len()
        && visit.iter().zip(&route).all(|(asked, part)| asked == part || part.starts_with('{'))
}

#[test]
fn a_visit_is_of_its_route() {
    assert!(is_of("POST /review/API-00000001/approve", "POST /review/{number}/approve"));
    assert!(!is_of("POST /review/API-00000001/reject", "POST /review/{number}/approve"));
    assert!(!is_of("GET /review/API-00000001/approve", "POST /review/{number}/approve"));
    assert!(!is_of("POST /review", "POST /review/{number}"));
}
