"""Riva's speech API over models of random weights: python3 speech_model.py PORT [tiny].

Recognition works on every 480 ms of sound with the 3.84 s before its end; synthesis makes a frame of 50 ms a step. What is heard and said
means nothing: the transcript has so many words as the sound has room for, the sound is a tone. The shapes are made up, of the size of
models that are used: an encoder of about 0.5 billion parameters (Parakeet has 0.6 and 1.1), a decoder of about 0.3 (Magpie has 0.36).
"""
import queue
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
import torch

from engine import Batches, Decoder, Encoder, Engine, write_device
from riva_messages import RecognitionRequest, RecognitionResponse, SpeechRequest, SpeechResponse

RATE = 16000
STRIDE, WINDOW = RATE * 480 // 1000, RATE * 3840 // 1000
SECONDS_PER_WORD, SECONDS_PER_CHARACTER = 0.4, 1 / 15
FRAME_SECONDS, FRAMES_PER_PIECE = 0.05, 10

RECOGNIZER = dict(layers=24, width=1280, heads=20, inner=3456)
SYNTHESIZER = dict(layers=20, width=1024, heads=16, key_heads=16, inner=2816, vocabulary=4096, slots=16, longest=512)
TINY = (dict(layers=2, width=64, heads=4, inner=128), dict(layers=2, width=64, heads=4, key_heads=4, inner=128, vocabulary=256, slots=8, longest=512))


class Speech:
    """Both services on one board, in one process."""

    def __init__(self, recognizer, synthesizer):
        self.recognizer, self.synthesizer = Batches(recognizer, most=32), Engine(synthesizer)
        self.recognizer.start()
        self.synthesizer.start()

    def recognize(self, requests, _context):
        sound, seen, results = bytearray(), 0, queue.SimpleQueue()

        def listen():
            window = torch.zeros(WINDOW)
            samples = torch.frombuffer(sound[-2 * WINDOW :], dtype=torch.int16) if sound else torch.zeros(0)
            if len(samples):
                window[-len(samples) :] = samples / 32768
            self.recognizer.submit(window, lambda: results.put(None))

        asked = 0
        for request in requests:
            sound += request.audio_content
            if len(sound) // 2 - seen >= STRIDE:
                seen = len(sound) // 2
                listen()
                asked += 1
        listen()
        for _ in range(asked + 1):
            results.get()
        words = max(1, round(len(sound) / 2 / RATE / SECONDS_PER_WORD))
        transcript = " ".join(["tell", "me", "more"][number % 3] for number in range(words)) + "."
        response = RecognitionResponse()
        result = response.results.add(is_final=True)
        result.alternatives.add(transcript=transcript)
        yield response

    def synthesize(self, request, _context):
        frames = max(1, round(len(request.text) * SECONDS_PER_CHARACTER / FRAME_SECONDS))
        made = queue.SimpleQueue()
        self.synthesizer.submit([ord(letter) % 256 for letter in request.text], frames, made.put)
        waiting = 0
        while True:
            number = made.get()
            if number is not None:
                waiting += 1
            if waiting == FRAMES_PER_PIECE or (number is None and waiting > 0):
                yield SpeechResponse(audio=tone(waiting * FRAME_SECONDS, request.sample_rate_hz))
                waiting = 0
            if number is None:
                return


def tone(seconds, rate):
    times = torch.arange(round(seconds * rate)) / rate
    return (torch.sin(times * 2 * torch.pi * 220) * 8000).to(torch.int16).numpy().tobytes()


def serve(speech, port):
    # a thread waits in every stream, so there are more than streams
    server = grpc.server(ThreadPoolExecutor(256))
    asr = grpc.stream_stream_rpc_method_handler(speech.recognize, RecognitionRequest.FromString, RecognitionResponse.SerializeToString)
    tts = grpc.unary_stream_rpc_method_handler(speech.synthesize, SpeechRequest.FromString, SpeechResponse.SerializeToString)
    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler("nvidia.riva.asr.RivaSpeechRecognition", {"StreamingRecognize": asr}),
        grpc.method_handlers_generic_handler("nvidia.riva.tts.RivaSpeechSynthesis", {"SynthesizeOnline": tts}),
    ))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


def main():
    recognizer, synthesizer = TINY if sys.argv[2:] == ["tiny"] else (RECOGNIZER, SYNTHESIZER)
    encoder, decoder = Encoder(**recognizer), Decoder(**synthesizer)
    for size in (1, 8, 32):
        encoder.encode(torch.zeros(size, WINDOW))
    print(f"{encoder.parameters() / 1e9:.2f} and {decoder.parameters() / 1e9:.2f} billion parameters", flush=True)
    write_device()
    serve(Speech(encoder, decoder), int(sys.argv[1]))


main()
