//! Two officers at once: one decision stands, the other is told who decided what.

use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn of_many_decisions_at_once_one_stands() {
    let world = World::start("two officers at once", 51).await;
    let hospital = Institution::nara_hospital();
    for round in 0..4 {
        let number = hospital.apply(&world, &world.visitor()).await;
        let officer = world.officer("nara-medical").await;
        let mut decisions = tokio::task::JoinSet::new();
        for which in 0..16 {
            let (officer, number) = (officer.clone(), number.clone());
            decisions.spawn(async move {
                if which % 2 == 0 {
                    officer.approve(&number).await
                } else {
                    officer.reject(&number, "other", "こちらの理由により却下します。").await
                }
            });
        }
        let answers = decisions.join_all().await;
        let made = answers.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(
            made,
            1,
            "round {round}: {:?}",
            answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
        );
        for refused in answers.iter().filter(|answer| answer.status != 303) {
            assert_eq!(refused.status, 409, "{}", refused.text);
            assert!(refused.text.contains("奈良"), "it says who decided: {}", refused.text);
        }
        let history = world.application(&number).await.history;
        let decided =
            history.iter().filter(|entry| ["approved", "rejected"].contains(&entry.event.as_str())).count();
        assert_eq!(decided, 1, "{history:?}");
        world.stack.settle().await;
        world.pass(jiff::SignedDuration::from_hours(2)).await;
    }
    world.end().await;
}
