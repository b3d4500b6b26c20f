//! S1, S2, S7, W7: codes, links, sessions, caps.

use jiff::{SignedDuration, Timestamp};

use super::{Commit, Law, Tally, Violation};
use crate::world::{Requested, Witness};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// RELIABILITY §5: the newest use, against those before it.
pub(super) fn uses(commit: &Commit<'_>, tally: &mut Tally) -> Result<(), Violation> {
    let witness = commit.witness;
    if let Some(code) = witness.codes.last() {
        tally.check(Law::S1, witness.codes.iter().all(|code| code.compared <= 5), || {
            format!("a code was compared {} times", code.compared)
        })?;
        tally.check(Law::S2, witness.codes.iter().all(|code| code.right <= 1 && !code.late), || {
            "a code worked twice, or too late, or another one's did".to_owned()
        })?;
    }
    tries(witness, tally)?;
    caps(witness, tally)?;
    links(commit, tally)?;
    if let Some(session) = witness.submitted_by.last() {
        let times = witness.submitted_by.iter().filter(|other| *other == session).count();
        tally.check(Law::W7, times == 1, || format!("{session} submitted {times} times"))?;
    }
    Ok(())
}

/// How many of these fall into the window that ends at the newest; a clock that was read earlier and written
/// later is inside.
fn in_window(at: impl Iterator<Item = Timestamp>, newest: Timestamp, window: SignedDuration) -> usize {
    at.filter(|at| *at + window > newest).count()
}

fn tries(witness: &Witness, tally: &mut Tally) -> Result<(), Violation> {
    if let Some((email, newest)) = witness.tries.last() {
        let same = witness.tries.iter().filter(|(other, _)| other == email).map(|(_, at)| *at);
        let tries = in_window(same, *newest, HOUR * 24);
        tally.check(Law::S1, tries <= 20, || format!("{tries} codes were tried for one address in a day"))?;
    }
    if let Some((login_id, newest, _)) = witness.sign_ins.last() {
        let same = witness.sign_ins.iter().rev().filter(|(other, ..)| other == login_id);
        let failed = same.take_while(|(.., right)| !right).map(|(_, at, _)| *at);
        let failed = in_window(failed, *newest, SignedDuration::from_mins(15));
        tally.check(Law::S1, failed <= 5, || {
            format!("{failed} passwords were tried in a quarter of an hour")
        })?;
    }
    Ok(())
}

fn caps(witness: &Witness, tally: &mut Tally) -> Result<(), Violation> {
    let Some(newest) = witness.requests.last() else { return Ok(()) };
    let same = witness.requests.iter().filter(|other| other.of == newest.of).map(|other| other.at);
    let of_one = in_window(same, newest.at, HOUR);
    let is_code = |of: &Requested| matches!(of, Requested::CodeTo(_));
    let network = witness
        .requests
        .iter()
        .filter(|other| other.network == newest.network && is_code(&other.of) == is_code(&newest.of));
    let of_network = in_window(network.map(|other| other.at), newest.at, SignedDuration::from_mins(1));
    tally.check(Law::S7, of_one <= 3 && of_network <= 5, || {
        format!("{of_one} mails for one address in an hour, {of_network} from one network in a minute")
    })
}

fn links(commit: &Commit<'_>, tally: &mut Tally) -> Result<(), Violation> {
    let Some((hash, used_at)) = commit.witness.links_used.last() else { return Ok(()) };
    let times = commit.witness.links_used.iter().filter(|(other, _)| other == hash).count();
    let in_time = commit.after.link(hash).is_some_and(|link| *used_at < link.expires_at);
    tally.check(Law::S2, times == 1 && in_time, || format!("a link was used {times} times, or after its end"))
}
