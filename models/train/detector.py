"""Trains the detector of digits on images that are composed while it learns, and tests it on others."""

import numpy
import torch
from PIL import Image
from torchvision.ops import box_iou

import detector_network
import digits
import images

DEFAULTS = {"size": digits.SIDE_PX, "train_images": 8000, "epochs": 1, "batch": 32}
"""Every image is composed anew; an epoch is so many of them."""
TEST_BATCH = 32
TOP_RATE = 4e-3
MATCH = 0.5
"""Intersection over union from which a default box has to mean a digit, and from which a found box is right."""
NEGATIVES = 3
"""Default boxes of nothing that count, for each that means a digit: the most wrong ones."""
SEEDS = {"train": 3, "test": 4}


def build(model, set_, size):
    """The network, with random weights."""
    return detector_network.Detector(len(set_.classes))


def train(model, network, set_, options, device, report):
    """Trains in place. `options` is as DEFAULTS; `report(epoch, done, of, loss)` is called now and then."""
    cut, labels = digits.cut_out(set_.train[0]), set_.train[1]
    defaults = detector_network.default_boxes(options["size"])
    batch = options["batch"]
    steps_of_epoch = options["train_images"] // batch
    steps = steps_of_epoch * options["epochs"]
    optimizer = torch.optim.AdamW(network.parameters(), lr=TOP_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, TOP_RATE, total_steps=steps)
    random = numpy.random.RandomState(SEEDS["train"])
    network.to(device).train()
    for done in range(1, steps + 1):
        composed = [digits.compose(cut, labels, random) for _ in range(batch)]
        wanted = [match(defaults, truth, len(set_.classes)) for _, truth in composed]
        inputs = torch.from_numpy(images.batch([image for image, _ in composed])).to(device)
        scores, shifts = network(inputs)
        targets = torch.stack([classes for classes, _ in wanted]).to(device)
        loss = _loss(scores, shifts, targets, torch.stack([moves for _, moves in wanted]).to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if done % 25 == 0 or done == steps:
            report((done - 1) // steps_of_epoch, done, steps, float(loss.detach()))


def match(defaults, truth, nothing):
    """(classes, shifts) that each default box should have: int64, boxes; float32, boxes x 4.

    A box has the digit that it overlaps most, if by MATCH or more, and each digit has at least one box.
    """
    classes = torch.full((len(defaults),), nothing, dtype=torch.int64)
    if not truth:
        return classes, torch.zeros(len(defaults), 4)
    labels = torch.tensor([label for label, _ in truth])
    boxes = torch.tensor([box for _, box in truth], dtype=torch.float32)
    overlaps = box_iou(boxes, detector_network.corners(defaults))
    best, which = overlaps.max(0)
    best_default = overlaps.argmax(1)
    best[best_default] = 1
    which[best_default] = torch.arange(len(truth))
    classes[best >= MATCH] = labels[which[best >= MATCH]]
    return classes, detector_network.shifts_to(defaults, boxes[which])


def _loss(scores, shifts, targets, moves):
    """SSD's: the classes of all digits and of the hardest places of nothing, and the shifts of the digits."""
    nothing = scores.shape[-1] - 1
    digit = targets != nothing
    count = digit.sum().clamp(min=1)
    wrong = torch.nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="none")
    wrong = wrong.view(targets.shape)
    negatives = wrong.masked_fill(digit, 0).flatten().sort(descending=True)[0][: int(NEGATIVES * count)]
    moved = torch.nn.functional.smooth_l1_loss(shifts[digit], moves[digit], reduction="sum")
    return (wrong[digit].sum() + negatives.sum() + moved) / count


def test(loaded, set_, count):
    """{"map_50": mean average precision, ...} over `count` held-out images, as the loaded model answers for serve.py."""
    cut, labels = digits.cut_out(set_.test[0]), set_.test[1]
    random = numpy.random.RandomState(SEEDS["test"])
    truths, answers = [], []
    for start in range(0, count, TEST_BATCH):
        composed = [digits.compose(cut, labels, random) for _ in range(min(TEST_BATCH, count - start))]
        truths += [[(set_.classes[label], box) for label, box in truth] for _, truth in composed]
        found = loaded.predict([Image.fromarray(image) for image, _ in composed], least_probability=0.05)
        answers += [answer["boxes"] for answer in found]
    likely = [[box for box in boxes if box["probability"] >= 0.5] for boxes in answers]
    hits = [rights(truth, boxes) for truth, boxes in zip(truths, likely)]
    right, said, there = sum(map(sum, hits)), sum(map(len, likely)), sum(map(len, truths))
    precisions = [average_precision(truths, answers, name) for name in set_.classes]
    return {
        "map_50": round(float(numpy.mean(precisions)), 4),
        "precision_50": round(right / float(max(said, 1)), 4),
        "recall_50": round(right / float(there), 4),
        "digits": there,
    }, count


def rights(truth, boxes):
    """For each box, likeliest first, whether it is right: a digit of its class that no box before it has, by MATCH or more."""
    left = list(truth)
    answers = []
    for box in sorted(boxes, key=lambda one: -one["probability"]):
        overlaps = [overlap(box["box"], where) if name == box["class"] else 0 for name, where in left]
        best = max(range(len(left)), key=overlaps.__getitem__) if left else None
        answers.append(best is not None and overlaps[best] >= MATCH)
        if answers[-1]:
            del left[best]
    return answers


def average_precision(truths, answers, name):
    """Of one class, over all images: the area under precision by recall, with precision made falling (as COCO does)."""
    there = sum(one == name for truth in truths for one, _ in truth)
    found = []
    for truth, boxes in zip(truths, answers):
        mine = sorted((box for box in boxes if box["class"] == name), key=lambda one: -one["probability"])
        found += zip((box["probability"] for box in mine), rights([one for one in truth if one[0] == name], mine))
    found.sort(key=lambda one: -one[0])
    right = numpy.cumsum([hit for _, hit in found]).astype(float)
    if there == 0 or not found:
        return 0.0
    precision = numpy.maximum.accumulate((right / numpy.arange(1, len(found) + 1))[::-1])[::-1]
    recall = right / there
    return float(numpy.sum(numpy.diff(numpy.concatenate(([0.0], recall))) * precision))


def overlap(a, b):
    """Intersection over union of two boxes, given as corners."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return across * down / float(areas - across * down)


def told(measures, count, set_):
    """What a model says of its weights."""
    return "composed %s digits, mAP@0.5 %.3f on %s images" % (set_.name, measures["map_50"], format(count, ","))
