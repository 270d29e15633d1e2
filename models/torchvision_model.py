"""ResNet-50 and Inception v3 of torchvision, as loaders for serve.py.

Which weights, in this order: the file that is given, made by a training job or published by torchvision; ImageNet's, from
torch's cache or downloaded. A file comes first so that all devices of a fleet answer with the same weights. Without any,
loading fails: weights are never drawn at random.
"""

import json

import torch

import checkpoints
import images
import pretrained

TOP = 5
"""Classes in an answer, if there are so many."""


def resnet50(weights, classes, input, device):
    """A ResNet-50; see `load`."""
    return load("resnet50", "resnet50", weights, classes, input, device)


def inception_v3(weights, classes, input, device):
    """An Inception v3; see `load`."""
    return load("inception-v3", "inception_v3", weights, classes, input, device)


def build(kind, count):
    """Torchvision's network `kind` with `count` outputs, its weights drawn from torch's generator."""
    if kind == "inception_v3":  # its own initialization takes minutes, and batch norms make it needless
        return pretrained.build(kind, num_classes=count, aux_logits=False, init_weights=False)
    return pretrained.build(kind, num_classes=count)


def load(name, kind, weights, classes, input, device):
    """A Classifier.

    `name` is the model's name, `kind` torchvision's; `weights` and `classes` are paths or None; `input` has the width and
    height in pixels that ImageNet's weights are used with. A checkpoint has its own.
    """
    names = None
    if classes is not None:
        with open(classes, encoding="utf-8") as file:
            names = json.load(file)
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise RuntimeError("%s is no JSON list of names" % classes)
    if weights is None:
        network, reason = pretrained.load(kind)
        if network is None:
            raise RuntimeError(
                "there are no weights for %s: none are in the store, and those of ImageNet are not available (%s). "
                "Train some: collab infer train %s" % (name, reason, name)
            )
        return Classifier(network, names or pretrained.classes(kind), pretrained.NAME, input, images.cropped, device)
    content = checkpoints.read(weights, name)
    if "classes" in content:
        network = checkpoints.fill(build(kind, len(content["classes"])), content["state"], weights)
        size, resize = content["input"], images.stretched
        return Classifier(network, names or content["classes"], content["weights"], size, resize, device)
    network = _published(kind, content["state"], weights)
    known = pretrained.is_published(kind, weights)
    label = pretrained.NAME if known else "sha256 %s..." % checkpoints.sha256(weights)[:8]
    return Classifier(network, names or _names(kind, network), label, input, images.cropped, device)


def _published(kind, state, path):
    """The network of a bare state, as torchvision makes it for its own: Inception has a second output and normalization."""
    if "fc.weight" not in state:
        raise RuntimeError("the weights in %s are of another network: there is no fc.weight" % path)
    more = {"num_classes": state["fc.weight"].shape[0]}
    if kind == "inception_v3":
        more["aux_logits"] = any(name.startswith("AuxLogits.") for name in state)
        more.update(init_weights=False, transform_input=True)
    return checkpoints.fill(pretrained.build(kind, **more), state, path)


def _names(kind, network):
    """Names of the outputs of a network that came without them."""
    count = network.fc.out_features
    return pretrained.classes(kind) if count == 1000 else ["class %d" % at for at in range(count)]


class Classifier(object):
    """A network that says what is in an image."""

    def __init__(self, network, classes, weights, input, resize, device):
        if len(classes) != network.fc.out_features:
            raise RuntimeError(
                "there are %d names of classes, but the network has %d outputs" % (len(classes), network.fc.out_features)
            )
        self.classes = classes
        self.weights = weights
        self.input = {"width": input["width"], "height": input["height"]}
        self._resize = resize
        self._network = network.to(device).eval()
        self._device = device

    def predict(self, pictures):
        """What is in each of a list of RGB images: {"top": [{"class", "probability"}, ...]}, the likeliest first."""
        arrays = [self._resize(picture, self.input["width"], self.input["height"]) for picture in pictures]
        with torch.no_grad():
            scores = self._network(torch.from_numpy(images.batch(arrays)).to(self._device))
            likely, which = torch.softmax(scores.float(), 1).cpu().topk(min(TOP, len(self.classes)), 1)
        return [
            {"top": [{"class": self.classes[at], "probability": round(p, 6)} for p, at in zip(ps, ats)]}
            for ps, ats in zip(likely.tolist(), which.tolist())
        ]
