"""Measures servers of language models and embeddings with AIPerf, and writes what it measured as this project's results do.

python3 with_aiperf.py CONFIG.json. AIPerf (github.com/ai-dynamo/aiperf) makes the requests and takes their times, one call of it for each load on
each arm in each repetition, in an order that the seed says. Results go to standard output as JSON lines, progress to standard error. Exit code 0
complete, 1 could not measure, 3 stopped; what was measured is written in every case. It needs Python 3.10 and aiperf, nothing else.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

#: AIPerf loads a tokenizer even where the server counts tokens; a name would be looked up on the network, and so is its own `builtin`.
TOKENIZER = {
    "tokenizer.json": {
        "version": "1.0", "added_tokens": [], "truncation": None, "padding": None, "normalizer": None, "post_processor": None, "decoder": None,
        "pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"},
    },
    "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "?"},
}

#: Of which prompts are made. A prompt begins with a number of its own, so that no request finds another's prefix in the cache.
WORDS = "please tell me how a board is shared by the people who work on it and what each of them gets when all of them ask at once".split()

#: AIPerf gives its processes 30 s to start, which a busy node can take longer for; then the whole run would end.
PATIENCE = {"AIPERF_SERVICE_REGISTRATION_TIMEOUT": "300", "AIPERF_SERVICE_REGISTRATION_MAX_ATTEMPTS": "300"}

#: Prompts of a cell; AIPerf begins again where it needs more.
PROMPTS = 2000


def tell(text):
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {text}", file=sys.stderr, flush=True)


class Records:
    """Result lines, each with its run and its number, on standard output and in a file."""

    def __init__(self, run, folder):
        self.run, self.count, self.began = run, 0, time.time_ns()
        self.file = None if folder is None else open(Path(folder, f"{run}.jsonl"), "x", encoding="utf-8")  # an older run is never overwritten

    def at_ms(self, nanoseconds):
        """A time of the wall clock, which is AIPerf's, as ms since this run began."""
        return round((nanoseconds - self.began) / 1e6, 2)

    def write(self, kind, content):
        self.count += 1
        line = json.dumps({"type": kind, "run": self.run, "line": self.count, **content}, separators=(",", ":"))
        print(line, flush=True)
        if self.file is not None:
            print(line, file=self.file, flush=True)


def cells_of(config):
    """What is measured in which order: every repetition goes through all arms, and through the loads of each, in an order of its own."""
    order, cells = random.Random(config["seed"]), []
    for repetition in range(1, config["repetitions"] + 1):
        for arm in order.sample(config["arms"], len(config["arms"])):
            for load in order.sample(config["loads"], len(config["loads"])):
                cells.append(({"cell": len(cells) + 1, "repetition": repetition, "arm": arm["name"], "load": load["name"]}, arm, load))
    return cells


def write_inputs(folder, settings, seed):
    """The tokenizer and the prompts of a cell; the same seed, the same prompts."""
    words = random.Random(seed)
    for name, content in TOKENIZER.items():
        Path(folder, name).write_text(json.dumps(content), encoding="utf-8")
    prompts = [" ".join([f"{seed}-{number}.", *words.choices(WORDS, k=settings["promptWords"])]) for number in range(PROMPTS)]
    Path(folder, "prompts.jsonl").write_text("".join(json.dumps({"text": prompt}) + "\n" for prompt in prompts), encoding="utf-8")


def command_of(arm, load, settings, seed, folder):
    """AIPerf's command line of a cell (options as of 0.12 and 0.13)."""
    server, chat = arm[load["stage"]], load["stage"] == "llm"
    options = {
        "--model": server["model"],
        "--url": server["url"],
        "--endpoint-type": "chat" if chat else "embeddings",
        "--tokenizer": folder,
        "--input-file": f"{folder}/prompts.jsonl",
        "--custom-dataset-type": "single_turn",
        "--benchmark-duration": load["seconds"],
        "--benchmark-grace-period": load["drainSeconds"],
        "--warmup-duration": load["warmUpSeconds"],
        "--warmup-grace-period": load["drainSeconds"],
        "--random-seed": seed,
        "--request-timeout-seconds": settings["timeoutMs"] / 1000,
        "--artifact-dir": f"{folder}/results",
        "--export-level": "records",
        "--ui": "none",
    }
    if load["kind"] == "open":
        options.update({"--request-rate": load["turnsPerSecond"], "--arrival-pattern": "poisson"})
    else:
        options["--concurrency"] = load["users"]
    more = ["--no-gpu-telemetry", "--no-server-metrics"]
    if chat:
        asked = {"temperature": 0, "seed": seed, "max_tokens": settings["maxTokens"]}
        if settings["fixedLength"]:
            asked.update({"ignore_eos": True, "min_tokens": settings["maxTokens"]})
        more += ["--streaming", "--use-server-token-count", "--extra-inputs", json.dumps(asked)]
    elif server.get("inputType"):
        more += ["--extra-inputs", json.dumps({"input_type": server["inputType"]})]
    if server.get("apiKeyFrom"):
        more += ["--api-key", os.environ[server["apiKeyFrom"]]]
    return ["aiperf", "profile", *(str(part) for option in options.items() for part in option), *more]


def value_of(metrics, name):
    """A metric of a record in the unit that AIPerf gives it, ms for times; None where it has none."""
    return metrics.get(name, {}).get("value")


def turn_of(record, place, number, stage, records):
    """One request of AIPerf's profile_export.jsonl as a line of this project's results."""
    about, metrics, error = record["metadata"], record.get("metrics") or {}, record.get("error")
    start, end = about["request_start_ns"], about["request_end_ns"]
    turn = {**place, "turn": number, "dueAtMs": records.at_ms(about.get("credit_issued_ns") or start), "startAtMs": records.at_ms(start), "endAtMs": records.at_ms(end)}
    if about.get("was_cancelled"):
        return {**turn, "outcome": "in-flight"}
    if error is not None:
        return {**turn, "outcome": "failed", "error": {"stage": stage, "status": error.get("code"), "message": str(error.get("message"))[:200]}}
    times = {"startAtMs": turn["startAtMs"], "endAtMs": turn["endAtMs"]}
    first, gap, tokens = (value_of(metrics, name) for name in ("time_to_first_token", "inter_token_latency", "output_sequence_length"))
    if first is not None:
        times["firstTokenAtMs"] = round(times["startAtMs"] + first, 2)
    times.update({name: value for name, value in (("gapMeanMs", gap), ("tokens", tokens)) if value is not None})
    return {**turn, "outcome": "ok", stage: times}


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


class Run:
    """All cells, one after the other."""

    def __init__(self, config, records):
        self.config, self.records, self.aiperf, self.stopped = config, records, None, False

    def stop(self, *_):
        """Ends AIPerf, which then writes what it has; no further cell begins."""
        tell("stopped: what was measured is kept")
        self.stopped = True
        if self.aiperf is not None:
            self.aiperf.send_signal(signal.SIGINT)

    def wait_until_ready(self):
        waiting = [stage["healthUrl"] for arm in self.config["arms"] for stage in (arm.get("llm"), arm.get("embedding")) if stage and stage.get("healthUrl")]
        until = time.monotonic() + self.config.get("readySeconds", 0)
        while waiting and not self.stopped:
            try:
                with urllib.request.urlopen(waiting[0], timeout=5):
                    waiting.pop(0)
            except (urllib.error.URLError, OSError):
                if time.monotonic() > until:
                    raise RuntimeError(f"not ready after {self.config.get('readySeconds', 0)} s: {', '.join(waiting)}") from None
                tell(f"waiting for {', '.join(waiting)}")
                time.sleep(5)

    def all(self):
        self.wait_until_ready()
        cells, began = cells_of(self.config), time.monotonic()
        for place, arm, load in cells:
            if self.stopped:
                return
            done = place["cell"] - 1
            left = "" if done == 0 else f", about {round((time.monotonic() - began) / done * (len(cells) - done) / 60)} min left"
            tell(f"{place['arm']}/{place['load']} repetition {place['repetition']} of {self.config['repetitions']} (cell {place['cell']} of {len(cells)}{left})")
            with tempfile.TemporaryDirectory() as folder:
                self.cell(place, arm, load, folder)

    def cell(self, place, arm, load, folder):
        # the same prompts for every arm of a repetition
        seed = self.config["seed"] * 1000 + place["repetition"]
        write_inputs(folder, self.config["settings"], seed)
        wall, clock = time.time_ns(), time.monotonic_ns()
        command = command_of(arm, load, self.config["settings"], seed, folder)
        self.aiperf = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**PATIENCE, **os.environ})
        said, _ = self.aiperf.communicate()
        wall_ms, clock_ms = (time.time_ns() - wall) / 1e6, (time.monotonic_ns() - clock) / 1e6
        exported = Path(folder, "results", "profile_export.jsonl")
        found = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()] if exported.exists() else []
        requests = [each for each in found if each["metadata"]["benchmark_phase"] == "profiling"]
        if self.aiperf.returncode != 0 and not requests and not self.stopped:
            raise RuntimeError(f"aiperf ended with {self.aiperf.returncode}: {said.strip()[-1500:]}")
        requests.sort(key=lambda each: each["metadata"]["request_end_ns"])
        self.write_cell(place, load, requests, wall_ms, clock_ms)

    def write_cell(self, place, load, requests, wall_ms, clock_ms):
        records = self.records
        turns = [turn_of(each, place, number + 1, load["stage"], records) for number, each in enumerate(requests)]
        start = min((turn["dueAtMs"] for turn in turns), default=records.at_ms(time.time_ns()))
        records.write("cell", {**place, "startAtMs": start, "windowStartAtMs": start, "windowEndAtMs": start + load["seconds"] * 1000})
        for turn in turns:
            records.write("turn", turn)
        late = [turn["startAtMs"] - turn["dueAtMs"] for turn in turns]
        records.write("cell-end", {
            **place, "endAtMs": max((turn["endAtMs"] for turn in turns), default=start), "stopped": self.stopped, "turnsStarted": len(turns),
            "turnsDone": sum(turn["outcome"] != "in-flight" for turn in turns), "wallMs": round(wall_ms), "clockMs": round(clock_ms),
            "generator": {"paced": len(late), "lateP99Ms": round(percentile(late, 0.99), 2), "lateMaxMs": round(max(late, default=0), 2)},
        })


def main():
    config = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    output = config.get("output") or {}
    records = Records(f"{config['name']}-{os.urandom(4).hex()}", output.get("folder"))
    run = Run(config, records)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, run.stop)
    version = subprocess.run(["aiperf", "--version"], capture_output=True, text=True, check=False).stdout.strip() if shutil.which("aiperf") else None
    declared = [{name: arm[name] for name in ("name", "strategy", "gpus", "pricePerHour") if arm.get(name) is not None} for arm in config["arms"]]
    records.write("run", {
        **{name: config.get(name) for name in ("schema", "name", "configHash", "seed", "repetitions", "loads", "settings", "targets")},
        "arms": declared, "startedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "generator": f"aiperf {version}",
    })
    code, end = 0, {"outcome": "complete"}
    try:
        if version is None:
            raise RuntimeError("aiperf is not there: give an image that has it")
        run.all()
        if run.stopped:
            code, end = 3, {"outcome": "stopped", "reason": "by a signal"}
    except Exception as error:  # what was measured is kept, whatever ended it
        tell(f"aborted: {error}")
        code, end = 1, {"outcome": "aborted", "reason": str(error)[:500]}
    records.write("run-end", {**end, "lines": records.count + 1})
    tell(f"{end['outcome']}: {records.count} lines")
    return code


if __name__ == "__main__":
    sys.exit(main())
