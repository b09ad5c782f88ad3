//! Many runs at once: the well-behaved finish, whatever the others do, and what they took comes back.

use super::support::{engine, interpreter, job, usual};
use sandbox::{FaultKind, Job, Limits};
use serde_json::json;
use tokio::task::JoinSet;

/// Programs that use up all that they can.
const ROGUES: &[&str] = &[
    "for (;;) {}",
    "const a = []; for (;;) a.push('x'.repeat(10000))",
    "const f = () => f() + 1; f()",
    "for (;;) { try { query('SELECT count(*) FROM instances') } catch {} }",
    "for (;;) console.log('x'.repeat(1000))",
    "/(a+)+$/.test('a'.repeat(40) + 'b')",
];

/// The memory of this process that is in use, in MiB.
#[cfg(target_os = "linux")]
fn resident_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<usize>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_well_behaved_runs_finish_beside_rogues() {
    let engine = engine();
    let mut runs = JoinSet::new();
    for rogue in ROGUES {
        let engine = engine.clone();
        runs.spawn(async move { (false, interpreter().run(&engine, job(rogue)).await) });
    }
    for n in 0..100 {
        let engine = engine.clone();
        let source = format!("query('SELECT $1 + 1 AS n', [{n}])[0].n + [1, 2, 3].reduce((a, b) => a + b)");
        runs.spawn(async move {
            let run = interpreter().run(&engine, usual(&source)).await;
            assert_eq!(serde_json::to_value(run.result.as_ref().unwrap()).unwrap(), json!([{"value": n + 7}]));
            (true, run)
        });
    }
    let (mut good, mut bad) = (0, 0);
    while let Some(done) = runs.join_next().await {
        let (is_good, run) = done.expect("no run takes the process down");
        if is_good {
            good += 1;
        } else {
            bad += 1;
            let fault = run.result.unwrap_err();
            assert!(matches!(fault.kind, FaultKind::Limit(_)), "{fault}");
        }
    }
    assert_eq!((good, bad), (100, ROGUES.len()));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_returns_to_where_it_was() {
    let engine = engine();
    let limits = Limits { memory_bytes: 64 << 20, ..Limits::default() };
    let bomb = || Job { limits: limits.clone(), ..job("const a = []; for (;;) a.push('x'.repeat(10000) + a.length)") };
    // Twice first, so that what is made once is there.
    for _ in 0..2 {
        interpreter().run(&engine, bomb()).await.result.unwrap_err();
    }
    let before = resident_mib();
    for _ in 0..10 {
        let run = interpreter().run(&engine, bomb()).await;
        assert!(run.result.is_err());
        assert!(run.meter.memory_bytes > 48 << 20, "the bomb filled what it may: {}", run.meter.memory_bytes);
    }
    let after = resident_mib();
    assert!(after <= before + 32, "{before} MiB before, {after} MiB after");
}

#[tokio::test]
async fn a_run_that_nobody_waits_for_ends() {
    let engine = engine();
    let waited =
        tokio::time::timeout(std::time::Duration::from_millis(100), interpreter().run(&engine, usual("for (;;) {}")));
    assert!(waited.await.is_err());
    let run = interpreter().run(&engine, usual("1")).await;
    assert!(run.result.is_ok());
}

/// On one thread, so that what never lets go of it hangs the test.
#[tokio::test]
async fn a_query_without_end_can_be_given_up() {
    let engine = engine();
    for sql in [
        "SELECT count(*) AS n FROM instances a, instances b, instances c, instances d",
        "SELECT sum(a.vcpus * b.vcpus) AS n FROM instances a JOIN instances b ON a.vcpus < b.vcpus + 1000 CROSS JOIN instances c \
         CROSS JOIN instances d",
        "SELECT count(*) AS n FROM instances a JOIN instances b ON a.provider = b.provider JOIN instances c ON c.provider = \
         a.provider JOIN instances d ON d.provider = a.provider",
    ] {
        let source = format!("query({})", json!(sql));
        let began = std::time::Instant::now();
        let second = std::time::Duration::from_secs(1);
        let waited = tokio::time::timeout(second, interpreter().run(&engine, usual(&source))).await;
        assert!(waited.is_err(), "{sql}: {:?}", waited.unwrap().result);
        assert!(began.elapsed() < 20 * second, "{sql} was given up after {:?}", began.elapsed());
        let run = interpreter().run(&engine, usual("query('SELECT count(*) AS n FROM instances')")).await;
        assert!(run.result.is_ok());
    }
}
