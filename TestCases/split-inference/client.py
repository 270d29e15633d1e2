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


class Network(object):
    """The network of this process, with the server's weights: loaded once, compared with the server's in every trial."""

    def __init__(self):
        self.module = self.name = self._fingerprint = None

    def agree(self, hello):
        """Loads the weights that the server has, if they are not here yet.

        `hello` is the server's Hello call. Raises RuntimeError if the same weights are not available here.
        """
        server, _ = wire.unpack(hello(wire.pack({}), timeout=HELLO_TIMEOUT_S, wait_for_ready=True))
        if self.name != server["weights"]:
            self.module, self.name = weights.load(server["weights"])
            self._fingerprint = weights.fingerprint(self.module)
        if not weights.same(self._fingerprint, server["fingerprint"]):
            raise RuntimeError(
                "the server's weights are called %s as they are here, but are others: do both devices have the same "
                "weights file, and images with the same version of torch?" % self.name
            )


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


def measure(address, paths, images, network):
    """Measures FRAMES frames of one trial with the server at `address` ("host:port"), over a connection of its own.

    `network` is the Network of this process, which the first trial loads.
    """
    split = model.checked_split(collab.parameter("split", 0))
    codec_name = codec.checked_codec(collab.parameter("codec", "raw"))
    with grpc.insecure_channel(address, options=wire.OPTIONS) as channel:
        network.agree(channel.unary_unary(wire.path("Hello")))
        classify = channel.unary_unary(wire.path("Classify"))
        head = model.head(network.module, split)
        for image in images[:WARMUPS]:
            infer(head, image, split, codec_name, classify, None)
        for frame, image in enumerate(images):
            row = infer(head, image, split, codec_name, classify, frame)
            collab.record(split=split, codec=codec_name, frame=frame, weights=network.name, **row)
            name = os.path.basename(paths[frame % len(paths)])
            print("frame %d %s: class %d in %.1f ms" % (frame, name, row["predicted_class"], row["total_ms"]))


def main():
    """Prepares what is the same in all trials, then measures each trial that this process is given."""
    paths = photographs.find()
    images = [photographs.load(paths[frame % len(paths)]) for frame in range(FRAMES)]
    model.set_up_torch()
    network = Network()
    for _ in collab.trials():
        address = collab.peer("server").address("grpc", wire.DEFAULT_PORT)
        try:
            measure(address, paths, images, network)
        except grpc.RpcError as error:
            sys.exit("client: no answer from the server at %s: %s" % (address, error.details() or error.code()))


if __name__ == "__main__":
    try:
        main()
    except (collab.CollabError, RuntimeError, ValueError) as error:
        sys.exit("client: %s" % error)
