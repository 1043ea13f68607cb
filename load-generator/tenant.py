"""A tenant that does harm to its board when it is told to, again and again, and says what became of it.

python3 tenant.py URL KIND. It asks `GET URL` until the answer is 200, does harm in a process of its own, and posts the outcome.
It needs no package: CUDA's driver library comes with the container toolkit.
"""
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

MIB = 1 << 20

# stores one word at address 0
PTX = b""".version 6.0
.target sm_50
.address_size 64
.visible .entry harm() { .reg .u64 %a; .reg .u32 %v; mov.u64 %a, 0; mov.u32 %v, 1; st.global.u32 [%a], %v; ret; }
\0"""


def driver():
    """The driver with a context on the first device, or the end of the process with a reason."""
    cuda = ctypes.CDLL("libcuda.so.1")
    device, context = ctypes.c_int(), ctypes.c_void_p()
    for name, call in (
        ("cuInit", lambda: cuda.cuInit(0)),
        ("cuDeviceGet", lambda: cuda.cuDeviceGet(ctypes.byref(device), 0)),
        ("cuCtxCreate", lambda: cuda.cuCtxCreate_v2(ctypes.byref(context), 0, device)),
    ):
        result = call()
        if result != 0:
            sys.exit(f"{name} gave CUDA error {result}")
    return cuda


def allocate():
    """Takes memory until the driver refuses, and holds it for 10 s."""
    cuda = driver()
    size, taken = 256 * MIB, 0
    while size >= MIB:
        pointer = ctypes.c_uint64()
        result = cuda.cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_size_t(size))
        if result == 0:
            taken += size
        else:
            size //= 2
    print(f"allocated {taken // MIB} MiB until the driver refused, and held them for 10 s", flush=True)
    time.sleep(10)


def illegal_access():
    """Writes where nothing is: a fault of the kind that ends a context."""
    cuda = driver()
    module, function = ctypes.c_void_p(), ctypes.c_void_p()
    result = cuda.cuModuleLoadData(ctypes.byref(module), PTX) or cuda.cuModuleGetFunction(ctypes.byref(function), module, b"harm")
    if result != 0:
        sys.exit(f"the kernel could not be loaded: CUDA error {result}")
    result = cuda.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, None, None, None) or cuda.cuCtxSynchronize()
    print(f"a write to address 0 gave CUDA error {result}", flush=True)


def killed():
    """Is ended without a chance to clean up, with memory in use."""
    cuda = driver()
    pointer = ctypes.c_uint64()
    result = cuda.cuMemAlloc_v2(ctypes.byref(pointer), ctypes.c_size_t(256 * MIB))
    print(f"killed with a context and {256 if result == 0 else 0} MiB in use", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


HARMS = {"allocate": allocate, "illegal-access": illegal_access, "killed": killed}


def told(url):
    """Whether the time has come; None when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return None


def main():
    url, kind = sys.argv[1:3]
    silent_since = None
    done = False
    while True:
        answer = told(url)
        if answer is None:
            silent_since = silent_since or time.monotonic()
            if time.monotonic() - silent_since > 3600:
                return
        else:
            silent_since = None
            if answer and not done:
                harm = subprocess.run([sys.executable, __file__, "--harm", kind], capture_output=True, text=True, timeout=120, check=False)
                said = (harm.stdout + harm.stderr).strip()[-300:] or f"ended with status {harm.returncode}"
                urllib.request.urlopen(urllib.request.Request(url, data=said.encode(), method="POST"), timeout=5).close()
            done = answer
        time.sleep(0.2)


if __name__ == "__main__":
    if sys.argv[1] == "--harm":
        HARMS[sys.argv[2]]()
    else:
        main()
