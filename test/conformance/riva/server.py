"""Riva's speech API answered by NVIDIA's own generated code (nvidia-riva-client, MIT): what the load generator writes is parsed by it, and what it
writes the load generator must understand. Prints its port. Every request is said on standard error as JSON."""
import concurrent.futures
import json
import math
import struct
import sys

import grpc
from google.protobuf import unknown_fields
from riva.client.proto import riva_asr_pb2, riva_asr_pb2_grpc, riva_audio_pb2, riva_tts_pb2, riva_tts_pb2_grpc


def say(**facts):
    print(json.dumps(facts), file=sys.stderr, flush=True)


class Recognition(riva_asr_pb2_grpc.RivaSpeechRecognitionServicer):
    def StreamingRecognize(self, requests, context):
        config, audio = None, b""
        for request in requests:
            if request.HasField("streaming_config"):
                config = request.streaming_config
            else:
                audio += request.audio_content
        say(
            method="StreamingRecognize",
            encoding=riva_audio_pb2.AudioEncoding.Name(config.config.encoding),
            rate=config.config.sample_rate_hertz,
            language=config.config.language_code,
            channels=config.config.audio_channel_count,
            interim=config.interim_results,
            punctuation=config.config.enable_automatic_punctuation,
            unknown=len(unknown_fields.UnknownFieldSet(config.config)),
            seconds=len(audio) / 2 / config.config.sample_rate_hertz,
        )
        result = riva_asr_pb2.StreamingRecognitionResult
        alternative = riva_asr_pb2.SpeechRecognitionAlternative
        yield riva_asr_pb2.StreamingRecognizeResponse(results=[result(alternatives=[alternative(transcript="which", confidence=0.5)], stability=0.9)])
        yield riva_asr_pb2.StreamingRecognizeResponse(
            results=[result(alternatives=[alternative(transcript="Which boards are free?", confidence=0.9)], is_final=True, channel_tag=1, audio_processed=1.5)]
        )


class Synthesis(riva_tts_pb2_grpc.RivaSpeechSynthesisServicer):
    def SynthesizeOnline(self, requests, context):
        # a stream of requests in nvidia-riva-client 2.28.0, one request in older protobufs; a client that sends one and ends writes the same bytes to a server of either kind
        for request in requests:
            say(
                method="SynthesizeOnline",
                text=request.text,
                language=request.language_code,
                encoding=riva_audio_pb2.AudioEncoding.Name(request.encoding),
                rate=request.sample_rate_hz,
                voice=request.voice_name,
            )
            for piece in range(3):
                samples = [int(8000 * math.sin(index / 10)) for index in range(request.sample_rate_hz // 4)]
                yield riva_tts_pb2.SynthesizeSpeechResponse(audio=struct.pack(f"<{len(samples)}h", *samples))


server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=16))
riva_asr_pb2_grpc.add_RivaSpeechRecognitionServicer_to_server(Recognition(), server)
riva_tts_pb2_grpc.add_RivaSpeechSynthesisServicer_to_server(Synthesis(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
