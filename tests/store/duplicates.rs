//! Applications for the same institution find each other, as long as they are open or issued.

use shared::domain::{
    application::{
        Application, Likeness, PossibleDuplicate, Reject, RejectionReason,
        samples::{NOON, nara_hospital_input, nara_medical},
    },
    form::FormInput,
};

use crate::bench::{Bench, announced, waiting_for_2};

async fn found(bench: &Bench, application: &Application) -> Vec<PossibleDuplicate> {
    bench.store.list_possible_duplicates(application).await.expect("a list")
}

async fn is_told(bench: &Bench, input: &FormInput) -> bool {
    let form = shared::domain::application::samples::form_of(input);
    bench.store.is_possibly_applied_for(&form).await.expect("an answer")
}

fn coded() -> FormInput {
    FormInput {
        institution_code: "0012".into(),
        insurance_code: "2910112340".into(),
        ..nara_hospital_input()
    }
}

#[tokio::test]
async fn each_likeness_is_found_and_nothing_else() {
    let bench = Bench::start(21).await;
    assert!(!is_told(&bench, &coded()).await, "the first is nobody's duplicate");
    let first = bench.submitted_with(&coded()).await;
    assert_eq!(found(&bench, &first).await, [], "nobody is a duplicate of themselves");

    let elsewhere = |field: fn(&mut FormInput)| {
        let mut input = FormInput {
            institution_name: "まったく別の病院".into(),
            email: "another@example.jp".into(),
            ..nara_hospital_input()
        };
        field(&mut input);
        input
    };
    let cases: [(FormInput, &[Likeness]); 5] = [
        (elsewhere(|_| ()), &[]),
        (elsewhere(|input| input.institution_code = "００１２".into()), &[Likeness::InstitutionCode]),
        (elsewhere(|input| input.insurance_code = "29-10112340".into()), &[Likeness::InsuranceCode]),
        (
            elsewhere(|input| input.institution_name = "医療法人社団大和会　若草山病院".into()),
            &[Likeness::Place],
        ),
        (elsewhere(|input| input.email = "IJIKA@wakakusa.example.jp".into()), &[Likeness::Address]),
    ];
    for (input, alike) in cases {
        let told = is_told(&bench, &input).await;
        let (other, _, _) = bench.submission(&input).await;
        let expected: Vec<_> =
            alike.iter().map(|like| PossibleDuplicate { number: first.number, alike: vec![*like] }).collect();
        assert_eq!(found(&bench, &other).await, expected);
        let is_expected = alike.iter().any(|likeness| likeness.is_of_an_institution());
        assert_eq!(told, is_expected, "one address may serve several institutions: {alike:?}");
    }
}

#[tokio::test]
async fn a_rejected_application_is_not_warned_of_and_an_issued_one_is() {
    let bench = Bench::start(22).await;
    let submitted = bench.submitted_with(&coded()).await;
    assert!(is_told(&bench, &coded()).await);
    let reject = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: bench.mail_id() };
    let rejected =
        bench.commit(submitted.reject(reject, &nara_medical(), *NOON).expect("under review")).await;
    assert!(!is_told(&bench, &coded()).await);

    let waiting = waiting_for_2(&bench, &coded()).await;
    let issued = announced(&bench, waiting, "new12345").await.expect("nobody was faster");
    assert!(is_told(&bench, &coded()).await);
    let listed: Vec<_> = found(&bench, &rejected).await.into_iter().map(|found| found.number).collect();
    assert_eq!(listed, [issued.number], "who looks at the rejected one sees the other");
    assert_eq!(found(&bench, &issued).await, []);
}

#[tokio::test]
async fn a_desk_finds_its_own_only_and_an_applicant_is_warned_across_prefectures() {
    let bench = Bench::start(23).await;
    let osaka = FormInput { prefecture: "大阪府".into(), institution_code: String::new(), ..coded() };
    let astray = bench.submitted_with(&osaka).await;
    assert!(is_told(&bench, &coded()).await, "sent to the wrong prefecture before");
    let right = bench.submitted_with(&coded()).await;
    assert_eq!(found(&bench, &right).await, []);
    assert_eq!(found(&bench, &astray).await, []);
    let again = bench.submitted_with(&coded()).await;
    let alike = Likeness::ALL.to_vec();
    assert_eq!(found(&bench, &again).await, [PossibleDuplicate { number: right.number, alike }]);
}

#[tokio::test]
async fn corrected_answers_are_found_by_what_they_say_now() {
    let bench = Bench::start(24).await;
    let submitted = bench.submitted_with(&coded()).await;
    let renamed =
        FormInput { institution_name: "別の名の病院".into(), insurance_code: String::new(), ..coded() };
    let form = shared::domain::application::samples::form_of(&renamed);
    let decided = submitted.approve(shared::domain::application::Approve, &nara_medical(), *NOON);
    let mut decided = decided.expect("under review");
    decided.next.form = form;
    bench.commit(decided).await;
    let by_name = FormInput { institution_code: String::new(), insurance_code: String::new(), ..coded() };
    assert!(!is_told(&bench, &by_name).await, "the old name leads nowhere");
    let by_insurance =
        FormInput { institution_name: "第三の病院".into(), institution_code: String::new(), ..coded() };
    assert!(!is_told(&bench, &by_insurance).await, "nor the code that was taken out");
    assert!(is_told(&bench, &FormInput { insurance_code: String::new(), ..renamed }).await);
}
