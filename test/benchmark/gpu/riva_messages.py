"""The messages of Riva that speech_model.py reads and writes, without a compiler for protobuf. Numbers are those of
nvidia-riva/common riva/proto/riva_asr.proto and riva_tts.proto; what the server does not look at is left out.
"""
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TYPES = {"bytes": 12, "string": 9, "int32": 5, "bool": 8}

#: message: {field: (number, type, repeated)}
MESSAGES = {
    "Alternative": {"transcript": (1, "string", False)},
    "Result": {"alternatives": (1, "Alternative", True), "is_final": (2, "bool", False)},
    "RecognitionRequest": {"audio_content": (2, "bytes", False)},
    "RecognitionResponse": {"results": (1, "Result", True)},
    "SpeechRequest": {"text": (1, "string", False), "sample_rate_hz": (4, "int32", False)},
    "SpeechResponse": {"audio": (1, "bytes", False)},
}


def _file():
    file = descriptor_pb2.FileDescriptorProto(name="riva_part.proto", package="riva_part", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated) in fields.items():
            made = message.field.add(name=field, number=number, label=3 if repeated else 1)
            if kind in TYPES:
                made.type = TYPES[kind]
            else:
                made.type, made.type_name = 11, f".riva_part.{kind}"
    return file


_pool = descriptor_pool.DescriptorPool()
_pool.Add(_file())
RecognitionRequest, RecognitionResponse, SpeechRequest, SpeechResponse = (
    message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"riva_part.{name}"))
    for name in ("RecognitionRequest", "RecognitionResponse", "SpeechRequest", "SpeechResponse")
)
