use std::collections::BTreeMap;

use insta::assert_snapshot;

use super::*;
use crate::policy::{Context, allows};

const TEMPLATE: &str = include_str!("../../../template.yaml");

fn parse(template: &str) -> Result<Blueprint, TemplateError> {
    Blueprint::parse(
        template,
        &Place {
            endpoint: "http://127.0.0.1:4566".to_owned(),
            parameters: BTreeMap::from([("Origin".to_owned(), "http://127.0.0.1:3000".to_owned())]),
            secret: &|name, key| Some(format!("secret {name} {}", key.unwrap_or("-"))),
        },
    )
}

/// One trigger a line.
fn spoken(triggers: &[TriggerSpec]) -> String {
    let line = |trigger: &TriggerSpec| match trigger {
        TriggerSpec::Route { route_key, .. } => route_key.clone(),
        TriggerSpec::Queue { queue, batch_size, partial_failures } => {
            format!("queue {queue} by {batch_size}, partial failures: {partial_failures}")
        }
        TriggerSpec::Schedule { name, expression, timezone, input } => {
            format!("schedule {name} {expression} {timezone} {input:?}")
        }
    };
    triggers.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn our_template_is_read_whole() {
    let blueprint = parse(TEMPLATE).unwrap();
    let names: Vec<&str> = blueprint.functions.iter().map(|function| function.name.as_str()).collect();
    assert_snapshot!(names.join(" "), @"announce-account change-address flag-stuck import-institutions index-desks issue-account lift-suppression operate record-delivery request-code review send-mail set-password sign-in site submit sweep-outbox track verify-code");

    let request_code = blueprint.function("request-code").unwrap();
    assert_eq!(request_code.environment["ORIGIN"], "http://127.0.0.1:3000");
    assert_eq!(request_code.environment["PEPPER"], "secret PepperSecret -");
    assert_eq!(request_code.environment["MAIL_QUEUE_URL"], "http://127.0.0.1:4566/000000000000/local-mail");
    assert_eq!(request_code.environment["VERIFICATIONS_TABLE"], "local-verifications");

    let mails = blueprint.table("local-mails").unwrap();
    assert_eq!(mails.indexes.len(), 5);
    assert_eq!(mails.ttl_attribute.as_deref(), Some("expires"));

    let redrive = blueprint.queue("local-mail").unwrap().redrive.clone().unwrap();
    assert_eq!(redrive, Redrive { queue: "local-mail-dead".to_owned(), max_receive_count: 5 });
    assert!(
        blueprint.is_dead_letter_queue("local-mail-dead") && !blueprint.is_dead_letter_queue("local-mail")
    );
    assert_eq!(blueprint.identities, ["g-mis.net"]);
}

#[test]
fn triggers_of_our_template() {
    let blueprint = parse(TEMPLATE).unwrap();
    let of = |name: &str| spoken(&blueprint.function(name).unwrap().triggers);
    assert_snapshot!(of("verify-code"), @r"
    GET /user-Registration-Form/verify
    POST /user-Registration-Form/verify
    ");
    assert_snapshot!(of("issue-account"), @r"
    queue local-issue by 10, partial failures: true
    schedule local-issue-account rate(15 minutes) Asia/Tokyo None
    ");
    assert_snapshot!(of("sweep-outbox"), @"schedule local-sweep-outbox rate(1 minute) Asia/Tokyo None");
    let mail_events = &blueprint.configuration_set("local-mail").unwrap().destinations[0];
    assert_eq!(
        mail_events.topic_arn,
        blueprint.topics.iter().find(|t| t.arn.contains("ses-events")).unwrap().arn
    );
    assert!(mail_events.event_types.contains(&"DeliveryDelay".to_owned()));
    assert_eq!(blueprint.subscriptions.len(), 1);
    assert_eq!(blueprint.subscriptions[0].queue, "local-delivery");
}

#[test]
fn permissions_of_our_template() {
    let blueprint = parse(TEMPLATE).unwrap();
    let may = |function: &str, action: &str, resource: &str| {
        let statements = &blueprint.function(function).unwrap().statements;
        let context = Context::default().with("ses:FromAddress", vec!["info@g-mis.net".to_owned()]);
        allows(statements, action, &format!("arn:aws:{resource}"), &context)
    };
    assert!(may(
        "sweep-outbox",
        "dynamodb:Query",
        "dynamodb:ap-northeast-1:000000000000:table/local-mails/index/due"
    ));
    assert!(!may("sweep-outbox", "dynamodb:Scan", "dynamodb:ap-northeast-1:000000000000:table/local-mails"));
    assert!(may("send-mail", "ses:SendEmail", "ses:ap-northeast-1:000000000000:identity/g-mis.net"));
    assert!(!may("request-code", "ses:SendEmail", "ses:ap-northeast-1:000000000000:identity/g-mis.net"));
}

const SMALL: &str = r#"
Parameters:
  Stage: { Type: String, Default: test }
Conditions:
  InProduction: !Equals [!Ref Stage, production]
Mappings:
  Sizes: { test: { Batch: 3 }, production: { Batch: 10 } }
Globals:
  Function: { Timeout: 7, Environment: { Variables: { STAGE: !Ref Stage, BOTH: global } } }
Resources:
  Api: { Type: "AWS::Serverless::HttpApi" }
  Work: { Type: "AWS::SQS::Queue", Properties: { QueueName: work } }
  Spare: { Type: "AWS::SQS::Queue", Condition: InProduction }
  Key: { Type: "AWS::SecretsManager::Secret", Properties: { Name: key } }
  SeeRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
      Policies: [{ PolicyDocument: { Statement: { Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Work.Arn } } }]
  SeeFunction:
    Type: AWS::Serverless::Function
    Properties:
      Role: !GetAtt SeeRole.Arn
      Environment:
        Variables:
          BOTH: !If [InProduction, strict, !Join ["-", [lax, !Select [1, !Split [",", "a,b"]]]]]
          NONE: !If [InProduction, x, !Ref "AWS::NoValue"]
          KEY: { "Fn::Sub": ["{{resolve:secretsmanager:${Name}:SecretString:part}}", { Name: !Ref Key }] }
      Events:
        Work: { Type: SQS, Properties: { Queue: !GetAtt Work.Arn, BatchSize: !FindInMap [Sizes, !Ref Stage, Batch] } }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt SeeFunction.Arn }
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: "POST /see/{id}", Target: !Sub "integrations/${Integration}" }
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 3 * * ? *)
      Target: { Arn: !GetAtt SeeFunction.Arn, Input: '{"deep":true}' }
"#;

#[test]
fn every_way_to_say_it() {
    let blueprint = parse(SMALL).unwrap();
    let see = blueprint.function("see").unwrap();
    assert_eq!(see.timeout_seconds, 7);
    let environment: Vec<String> =
        see.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(environment.join(" "), "BOTH=lax-b KEY=secret key part STAGE=test");
    assert!(allows(&see.statements, "sqs:SendMessage", &blueprint.queues[0].arn, &Context::default()));
    assert_eq!(blueprint.queues.len(), 1, "a resource whose condition does not hold does not exist");
    assert_snapshot!(spoken(&see.triggers), @r#"
    queue work by 3, partial failures: false
    schedule Nightly cron(0 3 * * ? *) UTC Some(Object {"deep": Bool(true)})
    POST /see/{id}
    "#);
}

#[test]
fn a_wrong_template_names_resource_and_property() {
    let broken = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        parse(&SMALL.replace(from, to)).unwrap_err().to_string()
    };
    assert_snapshot!([
        broken("!Ref Stage, BOTH", "!Ref Stge, BOTH"),
        broken("BatchSize: !FindInMap [Sizes, !Ref Stage, Batch]", "BatchSize: many"),
        broken("{ QueueName: work }", "{ FifoQueue: true }"),
        broken("Queue: !GetAtt Work.Arn", "Queue: !GetAtt Spare.Arn"),
        broken("Action: \"sqs:SendMessage\"", "NotAction: \"sqs:SendMessage\""),
        broken("POST /see/{id}", "see"),
        broken("Integration}\"", "Spare}\""),
        broken("Type: SQS", "Type: Kinesis"),
        broken("'{\"deep\":true}'", "deep"),
        broken("service-role/AWSLambdaBasicExecutionRole", "AdministratorAccess"),
    ].join("\n"), @r"
    Globals.Function: Environment: there is no parameter or resource Stge
    SeeFunction: Events.Work.Properties.BatchSize: a whole number is expected
    Work: FifoQueue: is not understood
    SeeFunction: Events: there is no resource Spare
    SeeRole: Policies[0].PolicyDocument.Statement: the element NotAction is not understood
    Route: RouteKey: see is not METHOD /path
    Route: Target: there is no parameter or resource Spare
    SeeFunction: Events.Work: the event type Kinesis is not understood
    Nightly: Properties.Target.Input: is not JSON: expected value at line 1 column 1
    SeeRole: ManagedPolicyArns[0]: the managed policy arn:aws:iam::aws:policy/AdministratorAccess is not understood: write its statements
    ");
}
