"""What goes over gRPC: generic calls whose request and answer are bytes, so that no code has to be generated.

    message = length of header (4 bytes, big-endian) | header (JSON, UTF-8) | payload

    /collab.SplitInference/Hello     request  {}
                                     answer   {"weights", "fingerprint"}
    /collab.SplitInference/Classify  request  {"split", "codec", "shape", "frame"} and the encoded activation as
                                              payload; frame is null in a warm-up
                                     answer   {"predicted_class", "decode_ms", "tail_ms"}
"""

import json
import struct

DEFAULT_PORT = 50051
SERVICE = "collab.SplitInference"
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
OPTIONS = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.enable_http_proxy", 0),  # the peer is on the LAN
]

_LENGTH = struct.Struct(">I")


def pack(header, payload=b""):
    """One message as bytes."""
    text = json.dumps(header).encode("utf-8")
    return b"".join((_LENGTH.pack(len(text)), text, payload))


def unpack(message):
    """(header, payload) of a message; the payload is a view, not a copy. Raises ValueError if it is not a message."""
    if len(message) < _LENGTH.size:
        raise ValueError("a message of %d bytes has no header" % len(message))
    end = _LENGTH.size + _LENGTH.unpack_from(message)[0]
    if end > len(message):
        raise ValueError("a message of %d bytes is too short for its header" % len(message))
    return json.loads(message[_LENGTH.size : end].decode("utf-8")), memoryview(message)[end:]


def path(method):
    """The full gRPC name of a call."""
    return "/%s/%s" % (SERVICE, method)
