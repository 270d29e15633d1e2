"""The detector of digits, as a loader for serve.py. Its weights come from a training job only: nobody publishes them."""

import numpy
import torch
from torchvision.ops import batched_nms

import checkpoints
import detector_network
import images

NAME = "digit-detector"
LEAST_PROBABILITY = 0.3
"""Of a box in an answer."""
OVERLAP = 0.45
"""Intersection over union above which the less likely of two boxes of one class is left out."""
SAME_PLACE = 0.7
"""The same, of any two classes: a place has one digit."""
MOST_BOXES = 100


def load(weights, classes, input, device):
    """A DigitDetector. `weights` is the path of a checkpoint; it has the classes and the size of the input."""
    if weights is None:
        raise RuntimeError("there are no weights for %s in the store. Train some: collab infer train %s" % (NAME, NAME))
    content = checkpoints.read(weights, NAME)
    if "classes" not in content:
        raise RuntimeError("%s is no checkpoint of a training job. Make one: collab infer train %s" % (weights, NAME))
    network = detector_network.Detector(len(content["classes"]))
    checkpoints.fill(network, content["state"], weights)
    return DigitDetector(network, content["classes"], content["weights"], content["input"], device)


class DigitDetector(object):
    """A network that says which digits are in an image, and where."""

    def __init__(self, network, classes, weights, input, device):
        self.classes = classes
        self.weights = weights
        self.input = input
        self._network = network.to(device).eval()
        self._device = device
        self._defaults = detector_network.default_boxes(input["width"]).to(device)

    def predict(self, pictures, least_probability=LEAST_PROBABILITY):
        """The digits in each of a list of RGB images: {"boxes": [{"class", "probability", "box"}, ...]}, likeliest first.

        A box is [x0, y0, x1, y1] in pixels of its image.
        """
        side = self.input["width"]
        arrays = [images.stretched(picture, side, side) for picture in pictures]
        with torch.no_grad():
            scores, shifts = self._network(torch.from_numpy(images.batch(arrays)).to(self._device))
            likely = torch.softmax(scores.float(), 2)[..., :-1]
            boxes = detector_network.shifted(self._defaults, shifts.float()).clamp(0, side)
        return [
            {"boxes": self._boxes(picture, one, where, least_probability)}
            for picture, one, where in zip(pictures, likely.cpu(), boxes.cpu())
        ]

    def _boxes(self, picture, likely, boxes, least):
        probabilities, classes = likely.max(1)
        found = probabilities > least
        probabilities, classes, boxes = probabilities[found], classes[found], boxes[found]
        kept = batched_nms(boxes, probabilities, classes, OVERLAP)
        kept = kept[batched_nms(boxes[kept], probabilities[kept], torch.zeros_like(kept), SAME_PLACE)][:MOST_BOXES]
        scale = numpy.array([picture.width, picture.height] * 2) / float(self.input["width"])
        return [
            {
                "class": self.classes[int(classes[at])],
                "probability": round(float(probabilities[at]), 6),
                "box": [round(float(edge), 1) for edge in boxes[at].numpy() * scale],
            }
            for at in kept.tolist()
        ]
