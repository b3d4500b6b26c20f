//! A moment as a page shows it, and as a script reads it.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::mail::japan_time_text;

/// In a template: `<time datetime="{{ moment.at() }}">{{ moment.text() }}</time>`. In JSON: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Timestamp);

impl Moment {
    /// Machine-readable, UTC.
    pub fn at(self) -> String {
        self.0.to_string()
    }

    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// Japan time, to the minute.
    pub fn text(self) -> String {
        japan_time_text(self.0)
    }

    /// The first whole minute that is not before it: what is possible again "from 12:31 on" must be
    /// possible at 12:31.
    #[must_use]
    pub fn whole_minute(self) -> Self {
        let seconds = self.0.as_second() + i64::from(self.0.subsec_nanosecond() > 0);
        let minutes = seconds.div_euclid(60) + i64::from(seconds.rem_euclid(60) > 0);
        Self(Timestamp::from_second(minutes * 60).unwrap_or(self.0))
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_in_japan_time_and_in_rfc_3339() {
        let moment = Moment::from("2027-01-22T03:00:30.5Z".parse::<Timestamp>().unwrap());
        assert_eq!(moment.text(), "令和9年（2027年）1月22日（金曜日）12時00分");
        assert_eq!(serde_json::to_string(&moment).unwrap(), "\"2027-01-22T03:00:30.5Z\"");
        assert_eq!(moment.whole_minute().at(), "2027-01-22T03:01:00Z");
        assert_eq!(moment.whole_minute().whole_minute(), moment.whole_minute());
    }
}
