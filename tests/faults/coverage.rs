//! Which of all that the functions do is disturbed in some leg.
//!
//! Invariant: a route of the template that no leg goes, or goes without disturbing its function, fails the campaign.

use local::blueprint::{Blueprint, TriggerSpec};

use crate::{campaign::Ran, points};

/// Every route that no leg goes, and every function none of whose calls is disturbed.
pub(crate) fn problems(blueprint: &Blueprint, legs: &[Ran]) -> Vec<String> {
    let mut problems = Vec::new();
    for function in &blueprint.functions {
        let mine: Vec<&Ran> = legs
            .iter()
            .filter(|leg| leg.cell.leg.plan().disturbs.contains(&function.name.as_str()))
            .collect();
        let disturbed = mine.iter().any(|leg| points(leg).any(|point| point.function == function.name));
        let makes_calls = legs.iter().any(|leg| leg.calls.iter().any(|call| call.function == function.name));
        let has_calls = makes_calls || !function.triggers.iter().all(is_route);
        if has_calls && !disturbed {
            problems.push(format!("{}: no leg disturbs it", function.name));
        }
        for trigger in &function.triggers {
            let TriggerSpec::Route { route_key, .. } = trigger else { continue };
            // Whatever has no route is answered without a call.
            if route_key == "$default" {
                continue;
            }
            if !mine.iter().any(|leg| leg.visits.iter().any(|visit| is_of(visit, route_key))) {
                problems.push(format!("{route_key}: no leg that disturbs {} goes it", function.name));
            }
        }
    }
    problems
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
