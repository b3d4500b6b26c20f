//! What the operator counts: named numbers, printed as `CloudWatch`'s Embedded Metric Format.
//!
//! Architecture invariant: a number has a name from `Metric`, the function that counted it and, for mails, a
//! kind; every word is a constant of the program, so nothing personal can stand in one.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The namespace of all our metrics in `CloudWatch`.
pub const NAMESPACE: &str = "GMIS/Registration";
/// How many lines are kept where nobody collects them.
const MOST_KEPT: usize = 500;

/// Everything that is counted. Alarms (`infra/template.yaml`) name these, and nothing else of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Mails that were due when the sweeper looked.
    PendingMails,
    /// Of these, written more than fifteen minutes ago.
    LatePendingMails,
    /// Since when the oldest of these has been waiting, in seconds.
    OldestPendingMailAge,
    /// Claims that nobody recorded an outcome of: the mail may have been sent or not.
    LeasesRunOut,
    /// Mails that are sent again, since nothing was heard of an uncertain try.
    UnknownOutcomesRepeated,
    /// Mails that ended as 要確認: refused for good, or (codes) of uncertain outcome.
    MailsFailed,
    /// Code mails that somebody asked for and that did not leave, since everybody together had enough this hour.
    CodeMailsHeldBack,
    /// Mails that came to read 要確認 within the last hour, for whatever reason: an hour, so that a run of the sweeper
    /// that is left out hides none.
    MailsNeedingAttention,
    /// Mails that SES took.
    MailsAccepted,
    /// Tries that SES clearly refused; they are repeated later, or the mail failed.
    SendsRefused,
    /// Tries of which nobody knows whether SES took them.
    SendsUnknown,
    /// Mails that became 送信完了.
    MailsDelivered,
    /// Mails that became 不達.
    MailsUndeliverable,
    /// Reports of a type that SES had not documented when this was written.
    UnknownEventTypes,
    /// Reports without our tag, found by the message id.
    UntaggedReports,
    /// Three-week flags set.
    FlagsSet,
    /// Digests to desks about what is flagged.
    DigestsWritten,
    /// Approved applications that were seen to: ①, ③, or nothing to issue.
    ApplicationsIssued,
    /// Applications whose ① was delivered and that were seen to: an account and ②, or ③.
    ApplicationsAnnounced,
}

/// Where the lines go: one door, chosen with the environment.
#[derive(Clone)]
pub struct Metrics(Sink);

#[derive(Clone)]
enum Sink {
    /// On AWS, standard output is the function's log, where `CloudWatch` finds the format by itself.
    Output,
    /// Where nobody collects them the newest are kept, to be looked at.
    Kept(Arc<Mutex<VecDeque<String>>>),
}

impl Metric {
    pub const ALL: [Self; 19] = [
        Self::PendingMails,
        Self::LatePendingMails,
        Self::OldestPendingMailAge,
        Self::LeasesRunOut,
        Self::UnknownOutcomesRepeated,
        Self::MailsFailed,
        Self::CodeMailsHeldBack,
        Self::MailsNeedingAttention,
        Self::MailsAccepted,
        Self::SendsRefused,
        Self::SendsUnknown,
        Self::MailsDelivered,
        Self::MailsUndeliverable,
        Self::UnknownEventTypes,
        Self::UntaggedReports,
        Self::FlagsSet,
        Self::DigestsWritten,
        Self::ApplicationsIssued,
        Self::ApplicationsAnnounced,
    ];

    /// The name in `CloudWatch`: the same as here.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PendingMails => "PendingMails",
            Self::LatePendingMails => "LatePendingMails",
            Self::OldestPendingMailAge => "OldestPendingMailAge",
            Self::LeasesRunOut => "LeasesRunOut",
            Self::UnknownOutcomesRepeated => "UnknownOutcomesRepeated",
            Self::MailsFailed => "MailsFailed",
            Self::CodeMailsHeldBack => "CodeMailsHeldBack",
            Self::MailsNeedingAttention => "MailsNeedingAttention",
            Self::MailsAccepted => "MailsAccepted",
            Self::SendsRefused => "SendsRefused",
            Self::SendsUnknown => "SendsUnknown",
            Self::MailsDelivered => "MailsDelivered",
            Self::MailsUndeliverable => "MailsUndeliverable",
            Self::UnknownEventTypes => "UnknownEventTypes",
            Self::UntaggedReports => "UntaggedReports",
            Self::FlagsSet => "FlagsSet",
            Self::DigestsWritten => "DigestsWritten",
            Self::ApplicationsIssued => "ApplicationsIssued",
            Self::ApplicationsAnnounced => "ApplicationsAnnounced",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::OldestPendingMailAge => "Seconds",
            Self::PendingMails
            | Self::LatePendingMails
            | Self::LeasesRunOut
            | Self::UnknownOutcomesRepeated
            | Self::MailsFailed
            | Self::CodeMailsHeldBack
            | Self::MailsNeedingAttention
            | Self::MailsAccepted
            | Self::SendsRefused
            | Self::SendsUnknown
            | Self::MailsDelivered
            | Self::MailsUndeliverable
            | Self::UnknownEventTypes
            | Self::UntaggedReports
            | Self::FlagsSet
            | Self::DigestsWritten
            | Self::ApplicationsIssued
            | Self::ApplicationsAnnounced => "Count",
        }
    }
}

impl Metrics {
    /// To standard output: a deployed function.
    pub fn output() -> Self {
        Self(Sink::Output)
    }

    /// Kept, the newest five hundred lines: the local stack and tests.
    pub fn kept() -> Self {
        Self(Sink::Kept(Arc::default()))
    }

    /// Counts something of `function`, at `at`.
    pub fn count(&self, function: &'static str, values: &[(Metric, u64)], at: Timestamp) {
        self.write(line(function, None, values, at));
    }

    /// Counts something of `function` and, beside the sum, of one kind of mail.
    pub fn count_of_kind(
        &self,
        function: &'static str,
        kind: &'static str,
        values: &[(Metric, u64)],
        at: Timestamp,
    ) {
        self.write(line(function, Some(kind), values, at));
    }

    /// The kept lines, oldest first.
    pub fn lines(&self) -> Vec<String> {
        match &self.0 {
            Sink::Output => Vec::new(),
            Sink::Kept(lines) => {
                lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
            }
        }
    }

    /// What was counted under one name so far, in the kept lines.
    pub fn total(&self, metric: Metric) -> u64 {
        let lines = self.lines().into_iter();
        let values = lines.filter_map(|line| {
            let line: Value = serde_json::from_str(&line).ok()?;
            line.get(metric.as_str())?.as_u64()
        });
        values.sum()
    }

    fn write(&self, line: String) {
        match &self.0 {
            // A log that cannot be written to is no reason to fail the work that is counted.
            Sink::Output => drop(writeln!(io::stdout().lock(), "{line}")),
            Sink::Kept(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                if lines.len() == MOST_KEPT {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        }
    }
}

/// One line of the Embedded Metric Format. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn line(
    function: &'static str,
    kind: Option<&'static str>,
    values: &[(Metric, u64)],
    at: Timestamp,
) -> String {
    let dimensions =
        if kind.is_some() { json!([["Function"], ["Function", "Kind"]]) } else { json!([["Function"]]) };
    let metrics: Vec<Value> =
        values.iter().map(|(metric, _)| json!({ "Name": metric.as_str(), "Unit": metric.unit() })).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics }],
        }),
    );
    line.insert("Function".to_owned(), function.into());
    if let Some(kind) = kind {
        line.insert("Kind".to_owned(), kind.into());
    }
    for (metric, value) in values {
        line.insert(metric.as_str().to_owned(), (*value).into());
    }
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2027-01-05T03:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_line_says_its_metrics_its_dimensions_and_its_time() {
        let values = [(Metric::PendingMails, 3), (Metric::OldestPendingMailAge, 61)];
        let read: Value = serde_json::from_str(&line("sweep-outbox", None, &values, noon())).unwrap();
        let expected = json!({
            "_aws": { "Timestamp": 1_799_118_000_000_i64, "CloudWatchMetrics": [{
                "Namespace": "GMIS/Registration",
                "Dimensions": [["Function"]],
                "Metrics": [
                    { "Name": "PendingMails", "Unit": "Count" },
                    { "Name": "OldestPendingMailAge", "Unit": "Seconds" },
                ],
            }] },
            "Function": "sweep-outbox",
            "PendingMails": 3,
            "OldestPendingMailAge": 61,
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn a_kind_is_a_dimension_beside_the_sum() {
        let written = line("send-mail", Some("code"), &[(Metric::MailsAccepted, 1)], noon());
        let read: Value = serde_json::from_str(&written).unwrap();
        let dimensions = &read["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(*dimensions, json!([["Function"], ["Function", "Kind"]]));
        assert_eq!((read["Kind"].as_str(), read["MailsAccepted"].as_u64()), (Some("code"), Some(1)));
        assert!(!written.contains('\n'), "one line");
    }

    #[test]
    fn every_metric_is_listed_once_under_its_own_name() {
        for (index, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric.as_str(), format!("{metric:?}"));
            assert!(!Metric::ALL[..index].contains(&metric), "{metric:?} twice");
        }
    }

    #[test]
    fn the_newest_lines_are_kept_and_summed() {
        let metrics = Metrics::kept();
        for _ in 0..MOST_KEPT + 7 {
            metrics.count("flag-stuck", &[(Metric::FlagsSet, 2)], noon());
        }
        assert_eq!((metrics.lines().len(), metrics.total(Metric::FlagsSet)), (MOST_KEPT, 1_000));
        assert_eq!(metrics.total(Metric::MailsFailed), 0);
    }
}
