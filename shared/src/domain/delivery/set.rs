//! The set of events seen for one mail.

use std::collections::BTreeMap;

use super::DeliveryEvent;

/// Events by fingerprint: putting one in twice, or in another order, gives the same set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventSet(BTreeMap<String, DeliveryEvent>);

impl EventSet {
    pub fn new() -> Self {
        Self::default()
    }

    /// `false` if the event was there already.
    pub fn insert(&mut self, event: DeliveryEvent) -> bool {
        self.0.insert(event.fingerprint(), event).is_none()
    }

    /// Takes in all events of another set.
    pub fn union(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn contains(&self, fingerprint: &str) -> bool {
        self.0.contains_key(fingerprint)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every event, in the order of the fingerprints (stable, but not the order of time).
    pub fn iter(&self) -> impl Iterator<Item = &DeliveryEvent> {
        self.0.values()
    }

    /// Every event with the key under which it is stored.
    pub fn iter_stored(&self) -> impl Iterator<Item = (&str, &DeliveryEvent)> {
        self.0.iter().map(|(fingerprint, event)| (fingerprint.as_str(), event))
    }

    /// Every event as a timeline shows it: oldest first.
    pub fn by_time(&self) -> Vec<&DeliveryEvent> {
        let mut events: Vec<_> = self.0.values().collect();
        events.sort_by_key(|event| event.at);
        events
    }

    /// Has anything been reported about this sending? (An unknown outcome then was a success.)
    pub fn has_try(&self, try_number: u32) -> bool {
        self.0.values().any(|event| event.try_number == Some(try_number))
    }
}

impl FromIterator<DeliveryEvent> for EventSet {
    fn from_iter<I: IntoIterator<Item = DeliveryEvent>>(events: I) -> Self {
        Self(events.into_iter().map(|event| (event.fingerprint(), event)).collect())
    }
}

impl Extend<DeliveryEvent> for EventSet {
    fn extend<I: IntoIterator<Item = DeliveryEvent>>(&mut self, events: I) {
        self.0.extend(events.into_iter().map(|event| (event.fingerprint(), event)));
    }
}
