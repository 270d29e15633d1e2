"""The client: runs the head on photographs, sends the activation, records one row per frame.

All times are milliseconds of the monotonic clock of the device that measures them; README.md explains each.
"""

import os
import sys

import collab
import grpc
import torch

import codec
import model
import photographs
import weights
import wire

FRAMES = 8
"""Recorded frames of a trial."""
WARMUPS = 2
"""Frames before them that are not recorded, so that caches are warm and the connection is open."""
HELLO_TIMEOUT_S = 10
CALL_TIMEOUT_S = 60


def agree(hello):
    """The network and the name of its weights, the same as the server's.

    `hello` is the server's Hello call. Raises RuntimeError if the same weights are not available here.
    """
    server, _ = wire.unpack(hello(wire.pack({}), timeout=HELLO_TIMEOUT_S, wait_for_ready=True))
    network, name = weights.load(server["weights"])
    if not weights.same(weights.fingerprint(network), server["fingerprint"]):
        raise RuntimeError(
            "the server's weights are called %s as they are here, but are others: do both devices have the same "
            "weights file, and images with the same version of torch?" % name
        )
    return network, name


def infer(head, image, split, codec_name, classify, frame):
    """One frame, from the preprocessed input to the class known here, as the columns of a row.

    `image` is float32, 1 x 3 x 224 x 224; `classify` is the server's Classify call; `frame` is None in a warm-up.
    At split 9 nothing is sent: no bytes, and the time of serializing, wire and tail is truly zero.
    """
    serialize_ms = wire_ms = tail_ms = sent_bytes = 0
    with collab.span("frame", frame=frame) as whole:
        with collab.span("head", frame=frame) as on_client:
            activation = model.run(head, torch.from_numpy(image))
            if split == model.ALL_ON_CLIENT:
                predicted_class = int(activation.argmax(1)[0])
        if split != model.ALL_ON_CLIENT:
            with collab.span("serialize", frame=frame) as encoding:
                payload = codec.encode(codec_name, activation.numpy())
            header = {"split": split, "codec": codec_name, "shape": list(activation.shape), "frame": frame}
            with collab.span("call", frame=frame) as call:
                answer, _ = wire.unpack(classify(wire.pack(header, payload), timeout=CALL_TIMEOUT_S))
            predicted_class = answer["predicted_class"]
            tail_ms = answer["tail_ms"]
            serialize_ms = encoding.duration_ms + answer["decode_ms"]
            wire_ms = call.duration_ms - answer["decode_ms"] - tail_ms
            sent_bytes = len(payload)
    return {
        "head_ms": on_client.duration_ms,
        "serialize_ms": round(serialize_ms, 6),
        "wire_ms": round(wire_ms, 6),
        "tail_ms": tail_ms,
        "total_ms": whole.duration_ms,
        "sent_bytes": sent_bytes,
        "predicted_class": predicted_class,
    }


def main(address):
    """Agrees with the server at `address` ("host:port") on the weights, then measures FRAMES frames of this trial."""
    split = model.checked_split(collab.parameter("split", 0))
    codec_name = codec.checked_codec(collab.parameter("codec", "raw"))
    paths = photographs.find()
    images = [photographs.load(paths[frame % len(paths)]) for frame in range(FRAMES)]
    model.set_up_torch()

    with grpc.insecure_channel(address, options=wire.OPTIONS) as channel:
        network, weights_name = agree(channel.unary_unary(wire.path("Hello")))
        classify = channel.unary_unary(wire.path("Classify"))
        head = model.head(network, split)
        for image in images[:WARMUPS]:
            infer(head, image, split, codec_name, classify, None)
        for frame, image in enumerate(images):
            row = infer(head, image, split, codec_name, classify, frame)
            collab.record(split=split, codec=codec_name, frame=frame, weights=weights_name, **row)
            name = os.path.basename(paths[frame % len(paths)])
            print("frame %d %s: class %d in %.1f ms" % (frame, name, row["predicted_class"], row["total_ms"]))


if __name__ == "__main__":
    server_address = collab.peer("server").address("grpc", wire.DEFAULT_PORT)
    try:
        main(server_address)
    except grpc.RpcError as error:
        sys.exit("client: no answer from the server at %s: %s" % (server_address, error.details() or error.code()))
    except (collab.CollabError, RuntimeError, ValueError) as error:
        sys.exit("client: %s" % error)
