"""The server's two calls, and the gRPC server that answers them."""

import zlib
from concurrent import futures

import collab
import grpc
import torch

import codec
import model
import weights
import wire


class SplitInference(object):
    """The two calls of wire.py, on one network."""

    def __init__(self, network, name):
        self._name = name
        self._fingerprint = weights.fingerprint(network)
        self._tails = [model.tail(network, split) for split in range(model.ALL_ON_CLIENT)]

    def hello(self, request, context):
        """Which weights the server has."""
        return wire.pack({"weights": self._name, "fingerprint": self._fingerprint})

    def classify(self, request, context):
        """The class of one activation, with decode_ms and tail_ms by this device's monotonic clock."""
        try:
            header, payload = wire.unpack(request)
            with collab.span("decode", frame=header["frame"]) as decoding:
                tail = self._tails[model.checked_split(header["split"])]
                array = codec.decode(codec.checked_codec(header["codec"]), payload, header["shape"])
            with collab.span("tail", frame=header["frame"]) as running:
                predicted = int(model.run(tail, torch.from_numpy(array)).argmax(1)[0])
        except (ValueError, KeyError, IndexError, RuntimeError, zlib.error) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "%s: %s" % (type(error).__name__, error))
        times = {"decode_ms": decoding.duration_ms, "tail_ms": running.duration_ms}
        return wire.pack(dict(times, predicted_class=predicted))


def start(network, name, address):
    """A started gRPC server on `address` ("host:port"). Raises RuntimeError if the port is not available."""
    service = SplitInference(network, name)
    options = wire.OPTIONS + [("grpc.so_reuseport", 0)]  # a port in use is an error
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=options)
    calls = {"Hello": service.hello, "Classify": service.classify}
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(
                wire.SERVICE, {name: grpc.unary_unary_rpc_method_handler(call) for name, call in calls.items()}
            ),
        )
    )
    if server.add_insecure_port(address) == 0:
        raise RuntimeError("cannot listen on %s: is the port in use?" % address)
    server.start()
    return server
