//! The network comes back, badly: the gateway dies while the specialist's phone sends, the driver's phone is killed in
//! mid-upload. In the end nothing waits anywhere.

use std::{thread, time::Duration};

use super::{
    Failed, expect,
    stage::{Stage, Who},
};
use crate::phone::What;

/// Seconds one round of sync may take.
const ROUND: u32 = 20;
/// Rounds until everything must be there.
const ROUNDS: u32 = 6;

pub(super) fn deliver(stage: &mut Stage, cases: &[&str]) -> Result<(), Failed> {
    stage.pass(40);
    for who in [Who::Surveyor, Who::Driver] {
        let report = stage.ask(who, What::Sync { seconds: 1 })?;
        expect(report["sent"] == 0, "nothing is sent without a gateway")?;
    }
    let (surveyor, driver) = stage.look_at_queues("story-queue-offline")?;
    stage.tell("gateway", "story-unreachable", &[("count", (surveyor + driver).into())]);
    stage.gateway_back()?;
    stage.tell("gateway", "story-back", &[]);
    outage_in_mid_sync(stage)?;
    kill_in_mid_upload(stage)?;
    for who in [Who::Surveyor, Who::Driver] {
        drain(stage, who)?;
    }
    let pending = stage.look_at_queues("story-queue-done")?;
    expect(pending == (0, 0), "nothing waits on either phone")?;
    for case in cases {
        let view = stage.ask(Who::Surveyor, What::Case { case: (*case).into() })?;
        expect(view["state"] == "stored", "the specialist's phone knows that the record is stored")?;
    }
    stage.tell("gateway", "story-delivered", &[]);
    Ok(())
}

/// The gateway is killed after some receipts; the phone's round goes on until it is back.
fn outage_in_mid_sync(stage: &mut Stage) -> Result<(), Failed> {
    let order = stage.order(What::Sync { seconds: ROUND });
    let phone = stage.phone(Who::Surveyor)?;
    phone.order(&order)?;
    let after = stage.seed % 5;
    let answered = wait_for_changes(stage, Who::Surveyor, after, order.id)?;
    thread::sleep(Duration::from_micros(stage.seed * 1_237 % 20_000));
    stage.gateway_away();
    stage.kills += 1;
    stage.tell_blow("gateway", "story-outage", &[("count", after.into())]);
    thread::sleep(Duration::from_millis(300));
    stage.gateway_back()?;
    stage.pass(5);
    stage.tell("gateway", "story-back", &[]);
    if !answered {
        while stage.phone(Who::Surveyor)?.next_line()?["id"] != order.id {}
    }
    stage.look_at_queues("story-queue-outage")?;
    Ok(())
}

/// The driver's phone is killed while photos are on their way.
fn kill_in_mid_upload(stage: &mut Stage) -> Result<(), Failed> {
    let order = stage.order(What::Sync { seconds: ROUND });
    stage.phone(Who::Driver)?.order(&order)?;
    let after = stage.seed / 5 % 4;
    wait_for_changes(stage, Who::Driver, after, order.id)?;
    thread::sleep(Duration::from_micros(stage.seed * 2_741 % 25_000));
    stage.kill(Who::Driver);
    stage.tell_blow("driver", "story-kill-upload", &[("count", after.into())]);
    stage.pass(20);
    stage.wake(Who::Driver)?;
    stage.look_at_queues("story-queue-killed")?;
    stage.tell("driver", "story-resume", &[]);
    Ok(())
}

/// Waits until so many changes of the queue were told; whether the round ended before that.
fn wait_for_changes(stage: &mut Stage, who: Who, wanted: u64, order: u64) -> Result<bool, Failed> {
    let mut seen = 0;
    while seen < wanted {
        let line = stage.phone(who)?.next_line()?;
        if line["id"] == order {
            return Ok(true);
        }
        seen += u64::from(line["event"] == "queue");
    }
    Ok(false)
}

fn drain(stage: &mut Stage, who: Who) -> Result<(), Failed> {
    for _ in 0..ROUNDS {
        stage.pass(4);
        let report = stage.ask(who, What::Sync { seconds: ROUND })?;
        expect(report["parked"] == 0, "nothing is refused")?;
        if report["pending"] == 0 {
            return Ok(());
        }
    }
    Err(Failed::Broken("an empty queue after six rounds".into()))
}
