"""An OpenAI-compatible server of a language model of random weights: python3 language_model.py PORT [tiny].

It answers POST /v1/chat/completions with `stream: true` as vLLM does, with words that mean nothing, so many as are asked for.
The shape is that of Llama 3.1 8B (meta-llama/Llama-3.1-8B config.json: 32 layers, width 4096, 32 heads, 8 of keys, 14336, 128256).
"""
import asyncio
import json
import sys

from aiohttp import web

from engine import Decoder, Engine, write_device

WORDS = ["the", "boards", "of", "this", "node", "serve", "all", "users."]
SHAPE = dict(layers=32, width=4096, heads=32, key_heads=8, inner=14336, vocabulary=128256, slots=32, longest=512)
TINY = dict(layers=2, width=64, heads=4, key_heads=2, inner=128, vocabulary=256, slots=8, longest=256)


async def answer(request):
    asked = await request.json()
    engine = request.app["engine"]
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue()
    text = " ".join(message["content"] for message in asked["messages"])
    # a token for every four characters, about as English has them
    prompt = [ord(letter) % engine.decoder.vocabulary for letter in text[::4]][: engine.decoder.longest // 2]
    engine.submit(prompt, asked["max_tokens"], lambda number: loop.call_soon_threadsafe(pieces.put_nowait, number))
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)

    async def event(content):
        await response.write(b"data: " + json.dumps(content).encode() + b"\n\n")

    tokens = 0
    while (number := await pieces.get()) is not None:
        tokens = number
        await event({"choices": [{"delta": {"content": WORDS[(number - 1) % len(WORDS)] + " "}}]})
    await event({"choices": [{"delta": {}, "finish_reason": "length"}]})
    await event({"choices": [], "usage": {"prompt_tokens": len(prompt), "completion_tokens": tokens}})
    await response.write(b"data: [DONE]\n\n")
    return response


async def ready(_):
    return web.Response()


def main():
    decoder = Decoder(**(TINY if sys.argv[2:] == ["tiny"] else SHAPE))
    engine = Engine(decoder)
    engine.start()
    app = web.Application()
    app["engine"] = engine
    app.add_routes([web.post("/v1/chat/completions", answer), web.get("/v1/health/ready", ready)])
    print(f"{decoder.parameters() / 1e9:.2f} billion parameters", flush=True)
    write_device()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)


main()
