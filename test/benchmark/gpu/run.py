"""The whole benchmark on the boards of this machine, without Kubernetes: two processes of random weights for each arm, driven by the
project's own load generator. python3 run.py OUT [--tiny] [--seconds N] [--node PATH]; README.md beside this says what it compares.

It starts servers, checks whether MPS can be had, writes OUT/results.jsonl and OUT/log.txt, and ends what it started.
"""
import argparse
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
GENERATOR = Path(os.environ.get("LOAD_GENERATOR", HERE.parents[2] / "load-generator")) / "main.mjs"

#: Users at once of the two voice loads, and requests at once of the sweeps of each stage alone.
VOICE = {"light": 4, "heavy": 64}
SWEEPS = {"llm": 32, "asr": 32, "tts": 16}

SENTENCES = ["Which board is free now?", "How is it cut today?", "Who else works on it?"]


class Machine:
    """What runs here, so that it can be ended."""

    def __init__(self, out):
        self.out = out
        self.log = (out / "log.txt").open("w")
        self.processes = []
        self.began = time.monotonic()

    def tell(self, text):
        for file in (self.log, sys.stderr):
            print(f"{time.monotonic() - self.began:6.1f} s  {text}", file=file, flush=True)

    def start(self, name, command, environment):
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=self.log, stderr=self.log, start_new_session=True)
        self.processes.append(process)
        self.tell(f"started {name}: {' '.join(map(str, command))} {environment}")
        return process

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.tell("ended all that was started")


def output_of(command, environment=None, seconds=60):
    """What a command prints, or nothing where it cannot be had."""
    try:
        done = subprocess.run(command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=seconds, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def boards():
    """UUID and name of each board as the driver lists them; none without a GPU."""
    listed = output_of(["nvidia-smi", "--query-gpu=uuid,name", "--format=csv,noheader"])
    return [tuple(line.split(", ", 1)) for line in listed.splitlines()] if listed else []


class Mps:
    """CUDA's Multi-Process Service on one board, with half of the threads for each of two tenants, as the device plugin sets it."""

    def __init__(self, machine, uuid):
        self.machine = machine
        folder = Path("/tmp/mps-of-benchmark")
        (folder / "log").mkdir(parents=True, exist_ok=True)
        self.environment = {"CUDA_VISIBLE_DEVICES": uuid, "CUDA_MPS_PIPE_DIRECTORY": str(folder), "CUDA_MPS_LOG_DIRECTORY": str(folder / "log")}

    def works(self):
        """Starts it and lets a process compute under it."""
        started = output_of(["nvidia-cuda-mps-control", "-d"], self.environment, 20)
        if started is None:
            self.machine.tell("no MPS here: nvidia-cuda-mps-control is not there, or does not start; the arm mps is left out")
            return False
        subprocess.run(["nvidia-cuda-mps-control"], env={**os.environ, **self.environment}, input="set_default_active_thread_percentage 50\n",
                       text=True, capture_output=True, timeout=20, check=False)
        program = "import torch; x = torch.ones(64, 64, device='cuda'); print(torch.cuda.get_device_properties(0).multi_processor_count, float((x @ x).sum()))"
        said = output_of([sys.executable, "-c", program], self.environment, 90)
        servers = output_of(["sh", "-c", "echo get_server_list | nvidia-cuda-mps-control"], self.environment, 20)
        if not said or not servers:
            self.machine.tell(f"MPS starts, and nothing computes under it (answer {said!r}, servers {servers!r}); the arm mps is left out")
            self.stop()
            return False
        self.machine.tell(f"MPS works: multiprocessors of a tenant and a product: {said}; server {servers}")
        return True

    def stop(self):
        output_of(["sh", "-c", "echo quit | nvidia-cuda-mps-control"], self.environment, 30)
        log = Path(self.environment["CUDA_MPS_LOG_DIRECTORY"]) / "server.log"
        if log.exists():
            self.machine.tell(f"the end of MPS' own log:\n{log.read_text()[-1500:]}")


def page_of_devices(arms):
    """Who has which board, in the form of DCGM Exporter, for the generator's check of the placement."""
    text = "".join(
        f'DCGM_FI_DEV_FB_USED{{gpu="0",UUID="{uuid}",modelName="{product}",Hostname="here",namespace="bench",pod="{name}-{stage}"}} 1\n'
        for name, arm in arms.items() for stage, (uuid, product) in arm["devices"].items())

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/metrics"


def arms_of(found, mps):
    """Set-ups by name: the environment of each process and the board that it is to be on."""
    first = found[0] if found else ("GPU-none", "a processor")
    on = lambda board: {"CUDA_VISIBLE_DEVICES": board[0]} if found else {}
    arms = {}
    if len(found) > 1:
        arms["dedicated"] = {"gpus": 2, "llm": (on(found[0]), found[0]), "speech": (on(found[1]), found[1])}
    arms["time-slicing"] = {"gpus": 1, "llm": (on(first), first), "speech": (on(first), first)}
    if mps is not None:
        arms["mps"] = {"gpus": 1, "llm": (mps.environment, first), "speech": (mps.environment, first)}
    return arms


def start_servers(machine, arms, tiny):
    """Starts the two processes of each arm and waits until they answer."""
    port, waiting, folder = 18080, [], Path(tempfile.mkdtemp(prefix="devices-of-benchmark-"))
    for name, arm in arms.items():
        for what in ("llm", "speech"):
            environment, _ = arm[what]
            arm[f"{what}Port"] = port
            program = "language_model.py" if what == "llm" else "speech_model.py"
            arm[f"{what}Device"] = folder / f"{name}-{what}"
            process = machine.start(f"{name} {what}", [sys.executable, HERE / program, str(port), *(["tiny"] if tiny else [])],
                                    {**environment, "DEVICE_FILE": str(arm[f"{what}Device"])})
            waiting.append((f"{name} {what}", process, port))
            port += 1
    until = time.monotonic() + 180
    while waiting:
        name, process, port = waiting[0]
        if process.poll() is not None:
            sys.exit(f"{name} ended with {process.returncode}; see log.txt")
        if time.monotonic() > until:
            sys.exit(f"{name} does not listen after 180 s; see log.txt")
        if output_of([sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}), 1); print(1)"], seconds=5):
            waiting.pop(0)
        else:
            time.sleep(0.5)
    for arm in arms.values():
        for what, stages in (("llm", ["llm"]), ("speech", ["asr", "tts"])):
            said = arm[f"{what}Device"]
            device = tuple(said.read_text().split(",", 1)) if said.exists() else arm[what][1]
            arm.setdefault("devices", {}).update({stage: device for stage in stages})
    shutil.rmtree(folder)
    machine.tell("all servers listen; on " + json.dumps({name: arm["devices"] for name, arm in arms.items()}))


def warm_up(arms):
    """One answer of each language model, so that no library is loaded while something is measured; the generator's sound warms synthesis."""
    for arm in arms.values():
        body = json.dumps({"messages": [{"role": "user", "content": "Is it warm?"}], "max_tokens": 8, "stream": True}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{arm['llmPort']}/v1/chat/completions", data=body)
        urllib.request.urlopen(request, timeout=60).read()


def config_of(arms, seconds, repetitions, only, notes):
    """What the load generator is to do."""
    load = {"kind": "closed", "rampSeconds": 1, "warmUpSeconds": 1, "drainSeconds": 8, "thinkSeconds": 0.3}
    shared = lambda name: [] if name == "dedicated" else [["llm", "asr", "tts"]]
    return {
        "schema": "cdk8s-gpu.benchmark/1",
        "name": "random-weights",
        "seed": 1,
        "repetitions": repetitions,
        "arms": [{
            "name": name, "strategy": name, "gpus": arm["gpus"], "notes": notes,
            "llm": {"url": f"http://127.0.0.1:{arm['llmPort']}", "model": "random", "healthUrl": f"http://127.0.0.1:{arm['llmPort']}/v1/health/ready"},
            "asr": {"target": f"127.0.0.1:{arm['speechPort']}"},
            "tts": {"target": f"127.0.0.1:{arm['speechPort']}"},
            "placement": {
                "stages": [{"stage": stage, "podPattern": f"^{name}-{stage}$", "pods": 1} for stage in ("asr", "llm", "tts")],
                "together": shared(name), "apart": [["llm", "tts"]] if name == "dedicated" else [],
            },
        } for name, arm in arms.items()],
        "loads": [each for each in [
            *({**load, "name": name, "stage": "voice", "users": users, "seconds": seconds} for name, users in VOICE.items()),
            *({**load, "name": f"{stage}-{users}", "stage": stage, "users": users, "seconds": seconds * 0.4, "rampSeconds": 0.5, "warmUpSeconds": 0.5, "thinkSeconds": 0}
              for stage, users in SWEEPS.items()),
        ] if only is None or each["name"] in only],
        "settings": {
            "chunkMs": 100, "timeoutMs": 20000, "language": "en-US", "systemPrompt": "Answer a caller in short sentences.", "maxTokens": 48,
            "fixedLength": True, "seed": 1, "speechRateHz": 16000, "mostLateMs": 5,
        },
        "sound": {"sentences": SENTENCES},
        "targets": {"firstAudioMs": 800},
        "placement": {"exporters": [page_of_devices(arms)]},
        "selfCheck": {"streams": 500, "seconds": 3, "p99LateMs": 5},
        "readySeconds": 60,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tiny", action="store_true", help="small models, to try the program itself")
    parser.add_argument("--seconds", type=float, default=8, help="measured in each cell of a voice load; in a sweep less than half of it")
    parser.add_argument("--repetitions", type=int, default=3, help="of each arm under each load")
    parser.add_argument("--loads", type=lambda text: text.split(","), help="these alone, such as light,heavy; all of them otherwise")
    parser.add_argument("--most-late-ms", type=float, default=5, help="what the generator may be late; more only to try the program")
    parser.add_argument("--limit", type=float, default=440, help="seconds after which the generator is stopped; what it has is kept")
    parser.add_argument("--node", default="node")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    machine, mps = Machine(options.out), None
    try:
        found = boards()
        notes = output_of(["nvidia-smi", "--query-gpu=name,driver_version,memory.total,compute_mode", "--format=csv,noheader"]) or "no GPU"
        machine.tell(f"boards: {notes}; node {output_of([options.node, '--version'])}; {os.cpu_count()} cores")
        if found:
            mps = Mps(machine, found[0][0])
            if not mps.works():
                mps = None
        arms = arms_of(found, mps)
        start_servers(machine, arms, options.tiny)
        warm_up(arms)
        config = config_of(arms, options.seconds, options.repetitions, options.loads, notes)
        config["settings"]["mostLateMs"] = config["selfCheck"]["p99LateMs"] = options.most_late_ms
        if options.tiny:
            config["selfCheck"]["streams"] = 50
        (options.out / "config.json").write_text(json.dumps(config, indent=2))
        with (options.out / "results.jsonl").open("w") as results:
            generator = subprocess.Popen([options.node, GENERATOR, options.out / "config.json"], stdout=results, stderr=machine.log)
            left = options.limit - (time.monotonic() - machine.began)
            try:
                code = generator.wait(max(1, left))
            except subprocess.TimeoutExpired:
                machine.tell("the time is up: the generator is stopped, what it measured is kept")
                generator.terminate()
                code = generator.wait(20)
        machine.tell(f"the generator ended with {code}")
        if found:
            machine.tell(f"afterwards: {output_of(['nvidia-smi', '--query-gpu=uuid,memory.used,clocks.sm,temperature.gpu', '--format=csv,noheader'])}")
        return 0 if code in (0, 3) else 1
    finally:
        machine.end()
        if mps is not None:
            mps.stop()
        machine.log.close()


sys.exit(main())
