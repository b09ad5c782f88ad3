#!/usr/bin/env python3
"""Measures neph beside what a user would pick instead, in one run, and prints the ratios.

    python3 bench/run.py [classify] [http] [api] [filter] [politeness] [memory] [billing] [sandbox] [plugins]
                         [--repeat N] [--json FILE] [--sizes N,N,…] [--binaries FOLDER]

Builds release binaries, prepares the peers (boto3, c7n and duckdb from PyPI) in a virtual environment under the
target folder, and serves everything on loopback. Figures are medians of whole processes unless a line says
otherwise; counts come from the server. Needs `wrk` for `http`, and ../shared/data (or NEPH_CONFORMANCE_DATA) for
`billing`; says what it leaves out. `--sizes` are other sizes for `filter` (instances) or `memory` (accounts), so that each
can be measured by itself; `--binaries` measures binaries that are there already, built as it likes.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ["boto3==1.43.103", "c7n==0.9.53", "duckdb==2.0.0", "pydantic-monty==0.0.23"]
BENCHMARKS = ["classify", "http", "api", "filter", "politeness", "memory", "billing", "sandbox", "plugins"]


def target_dir():
    text = subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version=1"], cwd=ROOT)
    return Path(json.loads(text)["target_directory"])


def build():
    # The interpreter of programs is a part of the binary.
    subprocess.run(["cargo", "xtask", "guest"], cwd=ROOT, check=True)
    command = ["cargo", "build", "--release", "--workspace", "--bins", "--examples"]
    subprocess.run(command, cwd=ROOT, check=True)
    return target_dir() / "release"


def peers():
    """The Python of a virtual environment that has the peers."""
    home = target_dir() / "bench-peers"
    python = home / "bin" / "python"
    stamp = home / "installed"
    if not (stamp.exists() and stamp.read_text() == "\n".join(PEERS)):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS], check=True)
        stamp.write_text("\n".join(PEERS))
    return python


class Server:
    """A child process that prints where it listens, ended when the block ends."""

    def __init__(self, command, pattern, env=None):
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
        self.head = []
        for line in self.child.stdout:
            self.head.append(line)
            found = re.search(pattern, line)
            if found:
                self.url = found.group(1)
                return
        raise SystemExit(f"{command[0]} did not start:\n" + "".join(self.head))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.stop()

    def stop(self):
        """Ctrl-C, and what it says then."""
        self.child.send_signal(signal.SIGINT)
        return self.child.communicate(timeout=30)[0]


def timed(command, repeat, env=None):
    """Median seconds and peak megabytes of a command, and its last output."""
    times, peak, out = [], 0, ""
    for _ in range(repeat):
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            before = time.perf_counter()
            child = subprocess.Popen(command, stdout=output, stderr=errors, env=env)
            _, status, usage = os.wait4(child.pid, 0)
            times.append(time.perf_counter() - before)
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            out = output.read()
            if child.returncode != 0:
                raise SystemExit(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{errors.read()}")
            peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(times), peak, out


def bench_classify(release, _python, repeat):
    out = subprocess.check_output([str(release / "examples" / "classify_bench")], text=True)
    figures = json.loads(out)
    figures["note"] = "one thread, in process; no peer that reads questions without a model installs here"
    return figures


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


WRK = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"question": "%s"}'
"""


def wrk(url, question, connections, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK % question)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name, url]
        out = subprocess.check_output(command, text=True)
    if "Non-2xx" in out:
        raise SystemExit(out)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    def latency(percent):
        number, word = re.search(percent + r"%\s+([\d.]+)(us|ms|s)", out).groups()
        return float(number) * unit[word]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    return {"per_second": rate, "p50_ms": latency("50"), "p99_ms": latency("99")}


DUCK_CACHED = """
import duckdb, json, statistics, sys, time
db = duckdb.connect()
db.execute(f"create table instances as select * from '{sys.argv[1]}'")
sql = "select name, instance_type, cost_30d from instances order by cost_30d desc nulls last limit 10"
times = []
for _ in range(2000):
    start = time.perf_counter()
    json.dumps(db.execute(sql).fetchall(), default=str)
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps({"p50_ms": statistics.median(times), "rows": db.execute("select count(*) from instances").fetchone()[0]}))
"""


def bench_http(release, python, repeat):
    if not shutil.which("wrk"):
        return {"left_out": "wrk is not installed (Debian: apt-get install wrk)"}
    neph = str(release / "neph")
    question = "top 10 most expensive instances"
    env = {**os.environ, "NEPH_DEMO__SCALE": "5"}
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "instances.parquet"
        sql = "SELECT name, instance_type, region, account_name, cost_30d FROM instances"
        export = [neph, "--demo", "query", sql, "--format", "parquet", "--output", str(rows)]
        subprocess.run(export, check=True, env=env, stderr=subprocess.DEVNULL)
        duck = json.loads(subprocess.check_output([str(python), "-c", DUCK_CACHED, str(rows)], text=True))
    with Server([neph, "--demo", "serve", "--listen", "127.0.0.1:0"], r"(http://127\.0\.0\.1:\d+)", env) as server:
        resources = post(server.url + "/v1/query", {"sql": "SELECT count(*) AS n FROM resources"})["rows"][0]["n"]
        for _ in range(3):
            answer = post(server.url + "/v1/ask", {"question": question})
        alone = wrk(server.url + "/v1/ask", question, 1, 5)
        many = wrk(server.url + "/v1/ask", question, 16, 10)
    return {
        "resources": resources,
        "server_side_ms": answer["timing_ms"]["total"],
        "one_connection": alone,
        "sixteen_connections": many,
        "duckdb_in_process": duck,
        "p50_over_duckdb": round(alone["p50_ms"] / duck["p50_ms"], 2),
        "note": "neph: question over HTTP, wrk on the same two cores; duckdb: SQL in process on the instances alone",
    }


BOTO = """
import boto3, sys
ec2 = boto3.client("ec2", region_name="us-east-1", endpoint_url=sys.argv[1])
rows = 0
for page in ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000}):
    for reservation in page["Reservations"]:
        for instance in reservation["Instances"]:
            rows += 1
            print(instance["InstanceId"], instance["InstanceType"], instance["State"]["Name"], sep=",")
"""

C7N = {"policies": [{"name": "all", "resource": "aws.ec2", "query": []}]}


def counted(text):
    return int(re.search(r"(\d+) calls, ", text).group(1))


def bench_api(release, python, repeat):
    """10,000 instances of one account and region, nothing cached."""
    neph, serve = str(release / "neph"), str(release / "examples" / "serve")
    figures = {"instances": 10_000}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        policy = folder / "policy.json"
        policy.write_text(json.dumps(C7N))

        def one(name, command_of, times):
            with Server([serve, "--instances", "10000"], r"(http://127\.0\.0\.1:\d+)") as server:
                key = next(line for line in iter(server.child.stdout.readline, "") if " key " in line)
                _, _, _, access, _, secret = key.split()
                env = {
                    **os.environ,
                    "AWS_ACCESS_KEY_ID": access,
                    "AWS_SECRET_ACCESS_KEY": secret,
                    "AWS_DEFAULT_REGION": "us-east-1",
                    "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_ENDPOINT_URL": server.url,
                }
                seconds, peak, out = timed(command_of(server.url), times, env)
                calls = counted(server.stop())
            figures[name] = {
                "seconds": round(seconds, 3),
                "peak_mb": round(peak),
                "calls_a_run": calls / times,
                "lines": out.count("\n"),
            }

        def ours(url):
            config = folder / "nephoscope.toml"
            config.write_text(
                f'[aws]\nendpoint_url = "{url}"\nregions = ["us-east-1"]\n[cache]\ndata_dir = "{folder}/data"\n'
            )
            sql = "SELECT native_id, instance_type, state FROM instances"
            return [neph, "--config", str(config), "query", sql, "--fresh", "--format", "csv"]

        one("neph", ours, repeat)
        one("boto3", lambda url: [str(python), "-c", BOTO, url], repeat)
        c7n = str(Path(python).parent / "custodian")
        one("c7n", lambda url: [c7n, "run", "-s", str(folder / "out"), "--cache-period", "0", str(policy)], max(1, repeat // 2))
    for peer in ("boto3", "c7n"):
        figures[f"neph_over_{peer}"] = round(figures["neph"]["seconds"] / figures[peer]["seconds"], 3)
    return figures


def credentials(server):
    """What a client of the stand-in signs with, as environment; the stand-in says it beside where it listens."""
    key = next(line for line in iter(server.child.stdout.readline, "") if " key " in line)
    _, _, _, access, _, secret = key.split()
    return {
        **os.environ,
        "AWS_ACCESS_KEY_ID": access,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": server.url,
    }


def configured(folder, url, more=""):
    """A configuration for the stand-in, in a folder of its own."""
    config = folder / "nephoscope.toml"
    config.write_text(f'[aws]\nendpoint_url = "{url}"\n{more}[cache]\ndata_dir = "{folder}/data"\n')
    return str(config)


C7N_FILTER = {
    "policies": [
        {
            "name": "quiet",
            "resource": "aws.ec2",
            "filters": [
                {"State.Name": "running"},
                {"type": "metrics", "name": "CPUUtilization", "statistics": "Average", "days": 14, "period": 1209600, "op": "lt", "value": 20},
            ],
        }
    ]
}


def by_action(text):
    """What the stand-in counted, by action: it says so when it ends."""
    return {action: int(calls) for calls, action in re.findall(r"^\s*(\d+) (\w+:\w+)$", text, re.M)}


def bench_filter(release, python, repeat, sizes=(1_000, 5_000)):
    """Running instances with CPU under 20 %, of one account and region, nothing kept: calls, seconds, memory, rows."""
    neph, serve = str(release / "neph"), str(release / "examples" / "serve")
    c7n = str(Path(python).parent / "custodian")
    figures = {}
    for instances in sizes:
        rows = {}

        def one(name, command_of, rows_of):
            with tempfile.TemporaryDirectory() as folder:
                with Server([serve, "--instances", str(instances)], r"(http://127\.0\.0\.1:\d+)") as server:
                    env = credentials(server)
                    seconds, peak, out = timed(command_of(Path(folder), server.url), 1, env)
                    calls = by_action(server.stop())
                rows[name] = rows_of(Path(folder), out)
            return {"seconds": round(seconds, 2), "peak_mb": round(peak), "calls": sum(calls.values()), "by_action": calls, "rows": len(rows[name])}

        def ours(folder, url):
            sql = "SELECT native_id FROM instances WHERE state = 'running' AND cpu_avg < 20"
            config = configured(folder, url, 'regions = ["us-east-1"]\n')
            return [neph, "--config", config, "query", sql, "--fresh", "--format", "csv"]

        def theirs(folder, url):
            policy = folder / "policy.json"
            policy.write_text(json.dumps(C7N_FILTER))
            return [c7n, "run", "-s", str(folder / "out"), "--cache-period", "0", str(policy)]

        def found(folder, _out):
            return {row["InstanceId"] for row in json.loads((folder / "out" / "quiet" / "resources.json").read_text())}

        runs = [one("neph", ours, lambda _folder, out: set(out.split()[1:])) for _ in range(repeat)]
        mine = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
        peer = one("c7n", theirs, found)
        figures[str(instances)] = {
            "neph": mine,
            "c7n": peer,
            "seconds_over_c7n": round(mine["seconds"] / peer["seconds"], 3),
            "rows_of_both": len(rows["neph"] & rows["c7n"]),
        }
    return figures


def bench_politeness(release, _python, _repeat, accounts=20, regions=10, rate=5):
    """Two hundred scopes where each account allows five calls a second in all and refuses what is beyond."""
    neph, serve = str(release / "neph"), str(release / "examples" / "serve")
    sql = "SELECT count(*) AS n FROM instances"
    arguments = ["--accounts", str(accounts), "--regions", str(regions), "--instances", "2", "--account-rate", str(rate)]
    with tempfile.TemporaryDirectory() as folder:
        with Server([serve, *arguments], r"(http://127\.0\.0\.1:\d+)") as server:
            env = credentials(server)
            lines = iter(server.child.stdout.readline, "")
            names = next(found.group(1) for line in lines if (found := re.search(r"accounts in (.+)", line))).split(", ")
            role = next(found.group(1) for line in lines if (found := re.search(r"role (\S+) in every", line)))
            more = f'regions = {json.dumps(names)}\n[aws.organization]\nrole_name = "{role}"\n'
            command = [neph, "--config", configured(Path(folder), server.url, more), "query", sql, "--fresh", "--format", "json"]
            seconds, peak, text = timed(command, 1, env)
            said = server.stop()
    answer = json.loads(text)
    if not answer["coverage"]["complete"]:
        raise SystemExit(f"not all was read: {answer['coverage']}")
    busiest = int(re.search(r"(\d+) answered calls of the busiest account", said).group(1))
    # An account's bucket is full at first: its first calls cost no time.
    least = max(busiest - rate, 1) / rate
    return {
        "scopes": len(answer["coverage"]["scopes"]),
        "failed": sum(line["status"] not in ("live", "cached") for line in answer["coverage"]["scopes"]),
        "instances": answer["rows"][0]["n"],
        "calls": by_action(said),
        "refused_as_too_many": re.search(r"errors: (.*)", said).group(1),
        "seconds": round(seconds, 2),
        "least_possible_seconds": round(least, 2),
        "over_least": round(seconds / least, 2),
        "waited_ms": answer["timing_ms"]["waited"],
        "peak_mb": round(peak),
    }


def bench_memory(release, _python, _repeat, sizes=(10, 500, 10_000)):
    """Peak resident memory of one aggregate over accounts of 20 instances each, nothing cached."""
    figures = {str(accounts): memory_of(release, accounts) for accounts in sizes}
    peaks = [figures[str(accounts)]["peak_mb"] for accounts in sizes]
    figures["last_over_first"] = round(peaks[-1] / peaks[0], 2)
    return figures


def memory_of(release, accounts):
    neph, many = str(release / "neph"), str(release / "examples" / "many")
    sql = "SELECT instance_type, count(*) AS n FROM instances GROUP BY 1 ORDER BY 1"
    with tempfile.TemporaryDirectory() as folder:
        with Server([many, "0", str(accounts), "20"], r"(http://127\.0\.0\.1:\d+)") as server:
            env = credentials(server)
            role = re.search(r"role (\S+) in every account, region (\S+)", server.child.stdout.readline())
            more = f'regions = ["{role.group(2)}"]\n[aws.organization]\nrole_name = "{role.group(1)}"\n'
            config = configured(Path(folder), server.url, more)
            command = [neph, "--config", config, "query", sql, "--fresh", "--format", "ndjson"]
            seconds, peak, text = timed(command, 1, env)
    counted_rows = sum(json.loads(line)["n"] for line in text.splitlines())
    if counted_rows != accounts * 20:
        raise SystemExit(f"{counted_rows} instances of {accounts * 20} were counted")
    return {"seconds": round(seconds, 2), "peak_mb": round(peak, 1)}


MAKE_ROWS = """
import duckdb, sys
sample, folder, copies = sys.argv[1], sys.argv[2], int(sys.argv[3])
db = duckdb.connect()
db.execute(f"create table s as select * from read_csv('{sample}', all_varchar=true, nullstr='NULL')")
db.execute(f'''create table big as select * replace (
    strftime(cast(ChargePeriodStart as timestamp) - to_days(cast(i % 30 as int)), '%Y-%m-%d %H:%M:%S') as ChargePeriodStart,
    cast(EffectiveCost as decimal(30,12)) as EffectiveCost, cast(BilledCost as decimal(30,12)) as BilledCost)
    from s, range({copies}) r(i)''')
db.execute(f"copy big to '{folder}/big.parquet' (format parquet)")
db.execute(f"copy big to '{folder}/big.csv' (format csv, header)")
"""

DUCK_DRIVERS = """
import duckdb, sys
sql = '''select ServiceName, sum(cast(EffectiveCost as decimal(38,18))) as cost from '%s'
         group by 1 order by 2 desc limit 5''' % sys.argv[1]
for row in duckdb.sql(sql).fetchall():
    print(*row, sep=",")
"""


def bench_billing(release, python, repeat, copies=1000):
    """The five services that cost most, over a million rows made from the real sample."""
    data = Path(os.environ.get("NEPH_CONFORMANCE_DATA", ROOT.parent / "shared" / "data"))
    sample = data / "billing" / "focus" / "focus_sample_1000.csv"
    if not sample.exists():
        return {"left_out": f"no sample at {sample}"}
    neph, figures = str(release / "neph"), {"rows": copies * 1000}
    sql = "SELECT ServiceName, sum(EffectiveCost) AS cost FROM costs GROUP BY 1 ORDER BY 2 DESC LIMIT 5"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run([str(python), "-c", MAKE_ROWS, str(sample), str(folder), str(copies)], check=True)
        for kind in ("parquet", "csv"):
            bills = folder / kind
            bills.mkdir()
            file = (folder / f"big.{kind}").rename(bills / f"big.{kind}")
            config = folder / f"{kind}.toml"
            config.write_text(f'[billing]\npath = "{bills}"\n[cache]\ndata_dir = "{folder}/data-{kind}"\n')
            ours = [neph, "--config", str(config), "query", sql, "--format", "csv"]
            a, peak, mine = timed(ours, repeat)
            b, _, theirs = timed([str(python), "-c", DUCK_DRIVERS, str(file)], repeat)
            def numbers(text):
                return sorted(round(float(x), 6) for x in re.findall(r",(-?[\d.]+)\s*$", text, re.M))
            if numbers(mine) != numbers(theirs):
                raise SystemExit(f"different answers:\n{mine}\n{theirs}")
            figures[kind] = {
                "bytes": file.stat().st_size,
                "neph_seconds": round(a, 3),
                "duckdb_seconds": round(b, 3),
                "ratio": round(a / b, 2),
            }
    return figures


MONTY = """
import json, statistics, time
from pydantic_monty import Monty
fib = "def fib(n):\\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\\nfib(23)"
figures = {}
with Monty() as pool:
    for name, source, runs in (("one_line", "1 + 1", 2000), ("fib_23", fib, 20)):
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            with pool.checkout() as session:
                session.feed_run(source)
            times.append((time.perf_counter() - start) * 1e6)
        times.sort()
        figures[name] = {"p50_us": round(statistics.median(times), 1), "p99_us": round(times[len(times) * 99 // 100], 1)}
print(json.dumps(figures))
"""


def process(command, runs):
    """p50 and p99 of a whole process, in microseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1e6)
    times.sort()
    return {"p50_us": round(statistics.median(times)), "p99_us": round(times[len(times) * 99 // 100])}


def bench_sandbox(release, python, repeat):
    """A program in a fresh instance, beside a fresh process of an interpreter, and beside Monty's pool of workers."""
    figures = {"neph": json.loads(subprocess.check_output([str(release / "examples" / "sandbox_bench")], text=True))}
    one_line = figures["neph"]["one_line"]
    commands = {"python3 -c": [sys.executable, "-c", "1 + 1"], "node -e": ["node", "-e", "1 + 1"]}
    for name, command in commands.items():
        if not shutil.which(command[0]):
            figures[name] = {"left_out": f"{command[0]} is not installed"}
            continue
        figures[name] = process(command, 40)
        figures[name]["over_neph"] = round(figures[name]["p50_us"] / one_line["p50_us"])
    figures["pydantic-monty, a fresh session of its pool"] = json.loads(subprocess.check_output([str(python), "-c", MONTY], text=True))
    return figures


COUNT = "import json, sys; print(sum(1 for line in sys.stdin if json.loads(line)))"


def counted_over_a_pipe(columns, rows):
    """Rows a second that a process counts which is handed them as JSON, a line each; it does nothing else with them."""
    line = json.dumps(columns) + "\n"
    with tempfile.NamedTemporaryFile("w") as file:
        file.writelines(line for _ in range(rows))
        file.flush()
        with open(file.name) as lines:
            start = time.perf_counter()
            said = subprocess.check_output([sys.executable, "-c", COUNT], stdin=lines, text=True)
            seconds = time.perf_counter() - start
    if int(said) != rows:
        raise SystemExit(f"{said} of {rows} rows were counted")
    return round(rows / seconds)


# What the cursor's two queries hand over for one row.
PIPED = {
    "one_number": {"vcpus": 4},
    "five_columns": {
        "resource_id": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
        "name": "web-17", "region": "eu-west-1", "vcpus": 4, "cpu_avg": 17.25,
    },
}


def bench_plugins(release, _python, _repeat):
    """Plugins in the sandbox, beside a scanner that is a process of its own and reads its rows as JSON from a pipe."""
    figures = {"neph": json.loads(subprocess.check_output([str(release / "examples" / "plugin_bench")], text=True))}
    started = process([sys.executable, "-c", "pass"], 40)
    fresh = figures["neph"]["plugins"]["waste"]["instantiate_and_describe_p50_us"]
    figures["python3 -c pass"] = {**started, "over_neph": round(started["p50_us"] / fresh)}
    piped = {}
    for name, columns in PIPED.items():
        a_second = counted_over_a_pipe(columns, figures["neph"]["cursor"][name]["rows"])
        piped[name] = {
            "rows_a_second": a_second,
            "neph_over_it": round(figures["neph"]["cursor"][name]["rows_a_second"] / a_second, 1),
        }
    figures["python3, rows as JSON lines"] = piped
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", choices=[*BENCHMARKS, []], help="which benchmarks; all when none is named")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", type=lambda text: tuple(int(size) for size in text.split(",")))
    parser.add_argument("--binaries", type=Path)
    arguments = parser.parse_args()
    release, python = arguments.binaries or build(), peers()
    results = {}
    for name in arguments.which or BENCHMARKS:
        sized = {"sizes": arguments.sizes} if arguments.sizes and name in ("filter", "memory") else {}
        results[name] = globals()[f"bench_{name}"](release, python, arguments.repeat, **sized)
        print(name, json.dumps(results[name], indent=2), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
