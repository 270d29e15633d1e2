"""Files of weights: what a training job writes (a checkpoint), and what torchvision publishes (a bare state).

A checkpoint is what torch.save makes of a dict:

    format   "collab-model-1"
    model    "resnet50", "inception-v3" or "digit-detector"
    state    the state of the network: float32, by name
    classes  names, in the order of the outputs
    weights  what they were trained with, and how good they are: "fashion-mnist, accuracy 83.1 % on 10,000 images"
    input    {"width", "height"}: the size at which they were trained, in pixels

Weights are kept in float32, as they were trained: half of that would be as good for most, but not on every device.
"""

import hashlib
import inspect

import torch

FORMAT = "collab-model-1"


def save(path, model, network, classes, weights, width, height):
    """Writes a checkpoint."""
    state = {name: tensor.cpu() for name, tensor in network.state_dict().items()}
    size = {"width": width, "height": height}
    torch.save(
        {"format": FORMAT, "model": model, "state": state, "classes": classes, "weights": weights, "input": size}, path
    )


def read(path, model):
    """The checkpoint in a file, or a dict with `state` only if it is a bare state. Raises RuntimeError if it is neither."""
    # Before torch 1.13, a file of weights can run code: in the container of the task, as any of its programs can.
    safely = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    try:
        content = torch.load(path, map_location="cpu", **safely)
    except Exception as error:  # pickle, zip and torch raise all kinds
        raise RuntimeError("%s is not a file of weights that torch.save made: %s" % (path, error))
    if not isinstance(content, dict) or not content:
        raise RuntimeError("%s holds no weights, but %s" % (path, type(content).__name__))
    if content.get("format") == FORMAT:
        if content["model"] != model:
            raise RuntimeError("%s has weights of %s, not of %s" % (path, content["model"], model))
        return content
    if not all(isinstance(value, torch.Tensor) for value in content.values()):
        raise RuntimeError("%s is neither a checkpoint of a training job nor a state of a network" % path)
    return {"state": content}


def fill(network, state, path):
    """Loads a state into a network. Raises RuntimeError, with the file, if it is of another network."""
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise RuntimeError("the weights in %s are of another network: %s" % (path, str(error)[:500]))
    return network


def sha256(path):
    """The hash of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()
