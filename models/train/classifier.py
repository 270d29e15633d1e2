"""Trains ResNet-50 and Inception v3, whole, on images of 28 x 28 that are enlarged."""

import numpy
import torch
from PIL import Image

import data
import images
import torchvision_model

KINDS = {"resnet50": "resnet50", "inception-v3": "inception_v3"}
DEFAULTS = {
    "resnet50": {"size": 32, "train_images": 10000, "epochs": 2, "batch": 64},
    "inception-v3": {"size": 75, "train_images": 10000, "epochs": 2, "batch": 32},
}
"""Chosen for a few minutes on two cores: docs/inference.md says what was measured."""
TEST_BATCH = 64
TOP_RATE = 2e-3
"""The greatest step of the one-cycle schedule, for AdamW."""


def build(model, set_, size):
    """The network of a model, with random weights."""
    return torchvision_model.build(KINDS[model], len(set_.classes))


def train(model, network, set_, options, device, report):
    """Trains in place. `options` is as DEFAULTS; `report(epoch, done, of, loss)` is called now and then."""
    batch = options["batch"]
    pixels, labels = _some(set_.train, options["train_images"], seed=0)
    steps_of_epoch = len(labels) // batch
    steps = steps_of_epoch * options["epochs"]
    optimizer = torch.optim.AdamW(network.parameters(), lr=TOP_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, TOP_RATE, total_steps=steps)
    measure = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    random = numpy.random.RandomState(1)
    network.to(device).train()
    for epoch in range(options["epochs"]):
        order = random.permutation(len(labels))
        for step in range(steps_of_epoch):
            which = order[step * batch : (step + 1) * batch]
            inputs = _inputs(pixels[which], options["size"], random.rand(batch) < 0.5).to(device)
            loss = measure(network(inputs), torch.from_numpy(labels[which]).to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if step % 25 == 24 or step == steps_of_epoch - 1:
                report(epoch, epoch * steps_of_epoch + step + 1, steps, float(loss.detach()))


def test(loaded, set_, count):
    """{"accuracy": share of right answers}, of `count` held-out images, as the loaded model answers for serve.py."""
    pixels, labels = _some(set_.test, count, seed=2)
    right = 0
    for start in range(0, len(labels), TEST_BATCH):
        pictures = [Image.fromarray(one).convert("RGB") for one in pixels[start : start + TEST_BATCH]]
        answers = loaded.predict(pictures)
        right += sum(
            answer["top"][0]["class"] == set_.classes[label]
            for answer, label in zip(answers, labels[start : start + TEST_BATCH])
        )
    return {"accuracy": round(right / float(len(labels)), 4)}, len(labels)


def told(measures, count, set_):
    """What a model says of its weights."""
    return "%s, accuracy %.1f %% on %s images" % (set_.name, 100 * measures["accuracy"], format(count, ","))


def _some(part, count, seed):
    """`count` images (uint8, images x 28 x 28) and labels (int64) of a part of the set, or all, in a fixed random order."""
    pixels = numpy.frombuffer(part[0], dtype=numpy.uint8).reshape(-1, data.SIDE, data.SIDE)
    labels = numpy.frombuffer(part[1], dtype=numpy.uint8).astype(numpy.int64)
    which = numpy.random.RandomState(seed).permutation(len(labels))[:count]
    return pixels[which], labels[which]


def _inputs(pixels, size, mirrored):
    """A batch as the network gets it, prepared as for inference; some images are mirrored."""
    arrays = []
    for one, turn in zip(pixels, mirrored):
        picture = Image.fromarray(one[:, ::-1] if turn else one).convert("RGB")
        arrays.append(images.stretched(picture, size, size))
    return torch.from_numpy(images.batch(arrays))
