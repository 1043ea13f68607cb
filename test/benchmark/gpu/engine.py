"""Models of random weights, served step by step: what keeps a board busy as a real model does, and says nothing of sense.

The shapes are those of known models, since shape and not value decides what a board has to do. An engine is a thread that takes
what waits, works on it in batches, and sleeps where there is nothing: an engine that asked again and again would disturb its neighbour.
"""
import os
import queue
import threading

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention as attention, silu

CUDA = torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"
TYPE = torch.bfloat16 if CUDA else torch.float32


def write_device():
    """Writes into the file DEVICE_FILE on which board this process is, as CUDA itself says it."""
    if not (CUDA and "DEVICE_FILE" in os.environ):
        return
    board = torch.cuda.get_device_properties(0)
    with open(os.environ["DEVICE_FILE"], "w", encoding="utf-8") as file:
        file.write(f"GPU-{board.uuid},{board.name}")


class Block(nn.Module):
    """A layer: attention with fewer heads for keys than for queries, then a gated feed-forward network."""

    def __init__(self, width, heads, key_heads, inner):
        super().__init__()
        self.heads, self.key_heads, self.size = heads, key_heads, width // heads
        self.before, self.between = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv = nn.Linear(width, (heads + 2 * key_heads) * self.size, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 2 * inner, bias=False), nn.Linear(inner, width, bias=False)

    def split(self, x):
        """Queries, keys and values of x, each as (batch, heads, length, size)."""
        batch, length, _ = x.shape
        parts = self.qkv(self.before(x)).view(batch, length, -1, self.size).transpose(1, 2)
        return parts.split((self.heads, self.key_heads, self.key_heads), dim=1)

    def forward(self, x, mixed):
        """The rest of the layer; mixed is what attention made, as (batch, heads, length, size)."""
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        gate, inner = self.up(self.between(x)).chunk(2, dim=-1)
        return x + self.down(silu(gate) * inner)


class Decoder:
    """A language model that serves `slots` requests at once, one token of each in a step.

    Its cache has a fixed place for each request, so that a step has one shape and can be a CUDA graph.
    """

    def __init__(self, layers, width, heads, key_heads, inner, vocabulary, slots, longest):
        with torch.device(DEVICE):
            torch.set_default_dtype(TYPE)
            self.embedding = nn.Embedding(vocabulary, width).requires_grad_(False)
            self.blocks = nn.ModuleList(Block(width, heads, key_heads, inner) for _ in range(layers)).requires_grad_(False).eval()
            self.head = nn.Linear(width, vocabulary, bias=False).requires_grad_(False)
            self.keys = [torch.zeros(slots, key_heads, longest, width // heads) for _ in range(layers)]
            self.values = [torch.zeros_like(keys) for keys in self.keys]
            self.tokens, self.lengths = torch.zeros(slots, dtype=torch.long), torch.zeros(slots, dtype=torch.long)
            self.places = torch.arange(longest)
            torch.set_default_dtype(torch.float32)
        self.vocabulary, self.slots, self.longest = vocabulary, slots, longest
        self.step = self.graph_of_step() if CUDA else self.one_step

    def parameters(self):
        return sum(p.numel() for part in (self.embedding, self.blocks, self.head) for p in part.parameters())

    @torch.inference_mode()
    def prefill(self, slot, tokens):
        """Reads a prompt into a slot."""
        x = self.embedding(torch.tensor([tokens], device=DEVICE))
        for block, keys, values in zip(self.blocks, self.keys, self.values):
            query, key, value = block.split(x)
            keys[slot, :, : len(tokens)], values[slot, :, : len(tokens)] = key[0], value[0]
            x = block(x, attention(query, key, value, is_causal=True, enable_gqa=True))
        self.tokens[slot] = self.head(x[0, -1]).argmax()
        self.lengths[slot] = len(tokens)

    @torch.inference_mode()
    def one_step(self):
        """The next token of every slot, also of those that serve nobody: the step has one shape."""
        x = self.embedding(self.tokens)[:, None]
        mask = (self.places <= self.lengths[:, None])[:, None, None]
        index = self.lengths[:, None, None, None]
        for block, keys, values in zip(self.blocks, self.keys, self.values):
            query, key, value = block.split(x)
            at = index.expand_as(key)
            keys.scatter_(2, at, key)
            values.scatter_(2, at, value)
            # the queries that share a key stand where a longer text would have its tokens: no key has to be copied for them
            grouped = query.view(self.slots, block.key_heads, -1, block.size)
            x = block(x, attention(grouped, keys, values, attn_mask=mask).reshape(query.shape))
        self.tokens.copy_(self.head(x[:, 0]).argmax(dim=-1))
        self.lengths.add_(1).clamp_(max=self.longest - 1)

    def graph_of_step(self):
        """One step as a graph: a launch for a step instead of one for each kernel."""
        side = torch.cuda.Stream()
        with torch.cuda.stream(side):
            for _ in range(3):
                self.one_step()
        side.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.one_step()
        return graph.replay


class Encoder:
    """A recognizer: sound of one length in, features out, many streams in a batch."""

    FRAME_SAMPLES = 1280  # 80 ms at 16 kHz

    def __init__(self, layers, width, heads, inner):
        with torch.device(DEVICE):
            torch.set_default_dtype(TYPE)
            self.front = nn.Linear(self.FRAME_SAMPLES, width).requires_grad_(False)
            self.blocks = nn.ModuleList(Block(width, heads, heads, inner) for _ in range(layers)).requires_grad_(False).eval()
            torch.set_default_dtype(torch.float32)

    def parameters(self):
        return sum(p.numel() for part in (self.front, self.blocks) for p in part.parameters())

    @torch.inference_mode()
    def encode(self, windows):
        """Works on (streams, samples) and waits until the board is done."""
        frames = windows.to(DEVICE, TYPE).unflatten(1, (-1, self.FRAME_SAMPLES))
        x = self.front(frames)
        for block in self.blocks:
            x = block(x, attention(*block.split(x)))
        return float(x.mean())


class Engine(threading.Thread):
    """Serves a decoder: requests come in at any time, each gets a slot and is told of every token."""

    def __init__(self, decoder):
        super().__init__(daemon=True)
        self.decoder = decoder
        self.waiting = queue.SimpleQueue()
        self.slots = [None] * decoder.slots

    def submit(self, prompt, tokens, on_token):
        """Asks for so many tokens; on_token(number) is called from this thread, on_token(None) at the end."""
        self.waiting.put([prompt, min(tokens, self.decoder.longest - len(prompt) - 1), 0, on_token])

    def run(self):
        if CUDA:
            torch.cuda.set_device(0)
        while True:
            self.fill()
            self.decoder.step()
            if CUDA:
                torch.cuda.synchronize()
            for slot, request in enumerate(self.slots):
                if request is None:
                    continue
                request[2] += 1
                request[3](request[2])
                if request[2] >= request[1]:
                    request[3](None)
                    self.slots[slot] = None

    def fill(self):
        """Gives free slots to those who wait; sleeps while there is nothing to do at all."""
        for slot, request in enumerate(self.slots):
            if request is not None:
                continue
            idle = all(each is None for each in self.slots)
            try:
                request = self.waiting.get(block=idle)
            except queue.Empty:
                return
            self.decoder.prefill(slot, request[0])
            self.slots[slot] = request


class Batches(threading.Thread):
    """Serves an encoder: all windows that wait, at most `most`, in one pass."""

    def __init__(self, encoder, most):
        super().__init__(daemon=True)
        self.encoder, self.most, self.waiting = encoder, most, queue.SimpleQueue()

    def submit(self, window, on_done):
        self.waiting.put((window, on_done))

    def run(self):
        if CUDA:
            torch.cuda.set_device(0)
        while True:
            batch = [self.waiting.get()]
            while len(batch) < self.most and not self.waiting.empty():
                batch.append(self.waiting.get())
            self.encoder.encode(torch.stack([window for window, _ in batch]))
            for _, on_done in batch:
                on_done()
