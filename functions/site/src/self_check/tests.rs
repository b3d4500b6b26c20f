//! The whole tree: every way through it ends, in one action, and every chapter of the guide is the end of some way.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use actions::Method;

/// A way through the tree, as the pages lead along it.
struct Way {
    trail: String,
    action: &'static Action,
}

/// Follows every answer of every page, by the addresses that the pages give.
fn every_way() -> Vec<Way> {
    let mut open = vec![String::new()];
    let mut ended = Vec::new();
    while let Some(trail) = open.pop() {
        assert!(trail.matches(STEP).count() < 8, "{trail} does not come to an end");
        match SelfCheck::at(&trail).unwrap().stage {
            Stage::Outcome { action, .. } => ended.push(Way { trail, action }),
            Stage::Question { answers, .. } => {
                assert!(answers.len() >= 2, "{trail}: a question with one answer is none");
                open.extend(answers.iter().map(|choice| choice.path["/self-check/".len()..].to_owned()));
            }
        }
    }
    ended
}

#[test]
fn every_way_ends_in_exactly_one_action() {
    let ways = every_way();
    assert!(ways.len() >= 30, "{} ways", ways.len());
    for Way { trail, action } in &ways {
        let page = SelfCheck::at(trail).unwrap().render().unwrap();
        assert_eq!(page.matches("id=\"what-to-do\"").count(), 1, "{trail}");
        let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap();
        assert_eq!(main.matches("class=\"button\"").count(), 1, "{trail}: one button");
        assert!(main.contains(&format!("href=\"{}\"", action.act.path)), "{trail}");
        assert!(!action.steps.is_empty() && action.steps.iter().all(|step| step.ends_with('。')), "{trail}");
    }
}

#[test]
fn every_chapter_of_the_guide_is_reached() {
    let mut reached: BTreeMap<Method, BTreeSet<&str>> = BTreeMap::new();
    for Way { action, .. } in every_way() {
        if let Some(method) = action.method {
            reached.entry(method).or_default().insert(action.slug);
        }
    }
    assert_eq!(reached.keys().copied().collect::<Vec<_>>(), Method::ALL);
    assert_eq!(
        reached[&Method::UrlDoesNotOpen],
        BTreeSet::from(["after-maintenance", "allow-site", "clear-cache"]),
        "対応方法4 has three reasons"
    );
    assert_eq!(
        reached[&Method::NothingCame],
        BTreeSet::from([
            "apply-with-live-address",
            "apply-with-right-code",
            "known-to-nobody",
            "register-live-address"
        ]),
        "対応方法5 has three reasons; to the first there are two ways"
    );
}

#[test]
fn an_action_has_one_name_and_an_answer_is_the_only_one_of_its_slug() {
    let mut named: BTreeMap<&str, &Action> = BTreeMap::new();
    for Way { trail, action } in every_way() {
        assert_eq!(*named.entry(action.slug).or_insert(action), action, "{trail}");
    }
    check_slugs(&tree::START);
}

/// In an address a slug stands for one answer of its question.
fn check_slugs(question: &Question) {
    let slugs: BTreeSet<&str> = question.answers.iter().map(|answer| answer.slug).collect();
    assert_eq!(slugs.len(), question.answers.len(), "{}", question.text);
    assert!(slugs.iter().all(|slug| slug.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())));
    for answer in question.answers {
        if let Next::Ask(next) = answer.next {
            check_slugs(next);
        }
    }
}

#[test]
fn every_answer_can_be_taken_back() {
    for Way { trail, .. } in every_way() {
        let page = SelfCheck::at(&trail).unwrap();
        let steps: Vec<&str> = trail.split(STEP).collect();
        assert_eq!(page.given.len(), steps.len());
        for (at, given) in page.given.iter().enumerate() {
            let before = SelfCheck::at(&steps[..at].join(".")).unwrap();
            let Stage::Question { text, answers, .. } = before.stage else { panic!("{trail} at {at}") };
            assert_eq!((given.question, &given.change), (text, &path(&steps[..at].join("."))));
            assert!(answers.iter().any(|choice| choice.label == given.answer));
        }
    }
}

#[test]
fn what_nobody_asked_is_not_found() {
    for trail in ["x", "mail.", ".mail", "mail.recent.more", "mail..recent", "MAIL", "mail.three-weeks.x"] {
        assert!(SelfCheck::at(trail).is_none(), "{trail}");
    }
}
