//! The secretariat: holds a case, lets it go, and plans when nothing is issued.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::{Application, Decided, HoldError, HoldReason, samples::secretary},
    settings::{FreezeWindow, PublicText},
};

use super::{Stop, World, at};

/// A window begins so much later that no run which began before it is still under way.
const AHEAD: SignedDuration = SignedDuration::from_mins(20);

impl World {
    pub(super) fn hold(&mut self, position: usize) -> Result<(), Stop> {
        let reason = HoldReason::parse("所在地を確認しています").map_err(|_| Stop::Failed)?;
        self.change_hold(position, |application, now| application.hold(reason.clone(), &secretary(), now))
    }

    pub(super) fn release(&mut self, position: usize) -> Result<(), Stop> {
        self.change_hold(position, |application, now| application.release(&secretary(), now))
    }

    fn change_hold(
        &mut self,
        position: usize,
        decide: impl Fn(Application, Timestamp) -> Result<Decided, HoldError>,
    ) -> Result<(), Stop> {
        let Some(number) = at(&self.store.applications, position).map(|application| application.number)
        else {
            return Ok(());
        };
        self.run.about = Some(number);
        loop {
            let now = self.clock();
            let store = self.read()?;
            let Some(application) = store.application(number) else { return Ok(()) };
            let Ok(decided) = decide(Application::clone(application), now) else { return Ok(()) };
            if self.commit_decided(&decided)? {
                return Ok(());
            }
        }
    }

    /// 発行停止期間.
    pub(super) fn freeze(&mut self, hours: i64) -> Result<(), Stop> {
        let from = self.now + AHEAD;
        let text = PublicText::parse("発行を停止します").map_err(|_| Stop::Failed)?;
        let until = from + SignedDuration::from_hours(hours);
        let store = Rc::make_mut(&mut self.store);
        let windows = Rc::make_mut(&mut store.freezes);
        windows.0.push(FreezeWindow { id: windows.0.len() as u64, from, until, text });
        Ok(())
    }
}
