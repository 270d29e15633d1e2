"""Tests of what the models are made of; tests/integration/models.test.ts runs them in the torch image."""

import io
import json
import os
import sys
import tarfile
import tempfile
import threading
import unittest

import numpy
import torch
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import ahead
import checkpoints
import data
import detector
import detector_network
import digit_detector
import digits
import draw
import images
import make_images
import torchvision_model


def package(files):
    """A file like one that npm downloads."""
    path = os.path.join(tempfile.mkdtemp(), "package.tgz")
    with tarfile.open(path, "w:gz") as whole:
        for name, content in files.items():
            entry = tarfile.TarInfo("package/" + name)
            entry.size = len(content)
            whole.addfile(entry, io.BytesIO(content))
    return path


def clothes(change=None):
    """fashion-mnist with images that tell their class and number, and an empty one, as the package has."""
    files = {}
    for label in range(10):
        all_ = [[label, number // 250, number % 250] + [0] * 781 for number in range(7000)]
        if change is not None:
            change(label, all_)
        files["src/clothes/%d.json" % label] = json.dumps({"data": all_ + [[]]}).encode("ascii")
    return package(files)


class Sets(unittest.TestCase):
    def test_the_first_thousand_of_each_class_are_held_out_and_none_of_them_is_trained_with(self):
        def change(label, all_):
            if label == 3:
                all_[4000] = list(all_[7])  # equal to one that is held out

        set_ = data.Data(clothes(change))
        train, test = [
            [part[0][at : at + data.BYTES] for at in range(0, len(part[0]), data.BYTES)] for part in (set_.train, set_.test)
        ]
        self.assertEqual((len(test), len(train)), (10000, 59999))
        self.assertEqual(set(test) & set(train), set())
        for pixels, labels in (set_.train, set_.test):
            self.assertEqual(bytes(pixels[:: data.BYTES]), bytes(labels))  # the first pixel is the class
        self.assertEqual(max(image[1] * 250 + image[2] for image in test), 999)

    def test_mnist_is_read_from_its_four_files(self):
        def idx(sizes, body):
            head = bytes([0, 0, 8, len(sizes)])
            return head + b"".join(size.to_bytes(4, "big") for size in sizes) + body

        files = {}
        for part, count in (("train", 3), ("t10k", 2)):
            files["data/%s-images-idx3-ubyte" % part] = idx([count, 28, 28], bytes([count]) * (count * data.BYTES))
            files["data/%s-labels-idx1-ubyte" % part] = idx([count], bytes(range(count)))
        set_ = data.Data(package(files))
        self.assertEqual(set_.train, (bytes([3]) * (3 * data.BYTES), bytes([0, 1, 2])))
        self.assertEqual(set_.test[1], bytes([0, 1]))
        files["data/t10k-images-idx3-ubyte"] = files["data/t10k-images-idx3-ubyte"][:-1]
        with self.assertRaisesRegex(data.DataError, "IDX"):
            data.Data(package(files))

    def test_what_is_no_package_is_refused(self):
        with self.assertRaisesRegex(data.DataError, "neither"):
            data.Data(package({"package.json": b"{}"}))
        with self.assertRaises(data.DataError):
            data.Data(__file__)


class Pictures(unittest.TestCase):
    def test_a_written_image_is_read_as_it_was(self):
        for channels, mode in ((1, "L"), (3, "RGB")):
            pixels = bytes(numpy.random.RandomState(0).randint(0, 256, 7 * 5 * channels).astype(numpy.uint8))
            image = Image.open(io.BytesIO(make_images.png(pixels, 7, 5, channels)))
            self.assertEqual((image.mode, image.size, image.tobytes()), (mode, (7, 5), pixels))

    def test_a_long_thin_image_is_cropped_without_being_enlarged(self):
        image = Image.new("RGB", (20000, 2), (10, 20, 30))
        self.assertTrue((images.cropped(image, 224, 200) == (10, 20, 30)).all())
        self.assertEqual(images.cropped(image, 224, 200).shape, (200, 224, 3))

    def test_an_image_is_turned_as_its_exif_data_says(self):
        path = os.path.join(tempfile.mkdtemp(), "turned.jpg")
        image = Image.new("RGB", (64, 32))
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(path, exif=exif)
        self.assertEqual(images.open_image(path).size, (32, 64))

    def test_the_middle_of_a_photograph_is_what_is_seen(self):
        image = Image.new("RGB", (512, 256))
        image.paste((255, 255, 255), (144, 16, 368, 240))
        self.assertEqual(images.cropped(image, 224, 224)[3:-3, 3:-3].min(), 255)

    def test_boxes_and_classes_are_drawn(self):
        image = Image.new("RGB", (128, 128))
        drawn = draw.draw(image, {"boxes": [{"class": "7", "probability": 0.9, "box": [32, 40, 60, 80]}]})
        self.assertEqual(drawn.size, (256, 256))
        for point in ((64, 120), (120, 120), (90, 80), (90, 160)):
            self.assertNotEqual(drawn.getpixel(point), (0, 0, 0), point)
        self.assertEqual(drawn.getpixel((90, 120)), (0, 0, 0))
        told = draw.draw(image, {"top": [{"class": "coat", "probability": 0.9}]})
        self.assertGreater(told.height, 256)
        self.assertIsNotNone(told.crop((0, 256, 256, told.height)).getbbox())

    def test_composed_digits_lie_where_the_truth_says(self):
        squares = bytearray(3 * data.BYTES)
        for at in range(3):
            for row in range(5, 24):
                start = at * data.BYTES + row * data.SIDE + 8
                squares[start : start + 8 + at] = b"\xff" * (8 + at)
        cut = digits.cut_out(bytes(squares))
        self.assertEqual([digit.shape for digit in cut], [(19, 8), (19, 9), (19, 10)])
        random = numpy.random.RandomState(0)
        for _ in range(50):
            image, truth = digits.compose(cut, bytes([4, 5, 6]), random)
            self.assertGreaterEqual(len(truth), 1)
            bright = (image.min(axis=2) > 130).astype(int)
            for label, (x0, y0, x1, y1) in truth:
                self.assertIn(label, (4, 5, 6))
                self.assertTrue(bright[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2].all())
                bright[y0:y1, x0:x1] = 0
            self.assertLess(bright.sum(), 5)


class Boxes(unittest.TestCase):
    def test_a_default_box_is_shifted_to_any_box_and_back(self):
        defaults = detector_network.default_boxes(128)
        boxes = torch.tensor([[10.0, 20.0, 30.0, 60.0]]).expand(len(defaults), 4)
        back = detector_network.shifted(defaults, detector_network.shifts_to(defaults, boxes))
        near = (back - boxes).abs().max(1)[0] < 0.01
        self.assertGreater(near.float().mean().item(), 0.99)

    def test_the_network_has_as_many_outputs_as_there_are_default_boxes(self):
        for side in (128, 256):
            scores, shifts = detector_network.Detector(10)(torch.zeros(2, 3, side, side))
            count = len(detector_network.default_boxes(side))
            self.assertEqual((tuple(scores.shape), tuple(shifts.shape)), ((2, count, 11), (2, count, 4)))

    def test_each_digit_has_a_default_box_even_one_that_none_fits(self):
        truth = [(7, [0, 0, 3, 52]), (1, [60, 60, 80, 90]), (2, [100, 10, 128, 50])]
        classes, _ = detector.match(detector_network.default_boxes(128), truth, 10)
        self.assertEqual(sorted(set(classes.tolist())), [1, 2, 7, 10])

    def test_precision_is_that_of_hand_counted_answers(self):
        def found(name, probability, box):
            return {"class": name, "probability": probability, "box": box}

        a, b, far = [0, 0, 10, 10], [20, 20, 30, 30], [50, 50, 60, 60]
        truths = [[("7", a), ("7", b)]]
        self.assertEqual(detector.average_precision(truths, [[found("7", 0.9, a), found("7", 0.8, b)]], "7"), 1.0)
        self.assertEqual(detector.average_precision(truths, [[found("7", 0.9, a)]], "7"), 0.5)
        # Right, wrong, right: recall 1/2 at precision 1, then 1 at 2/3.
        three = [[found("7", 0.9, a), found("7", 0.8, far), found("7", 0.7, b)]]
        self.assertAlmostEqual(detector.average_precision(truths, three, "7"), 0.5 + 0.5 * 2 / 3)
        self.assertEqual(detector.rights(truths[0], [found("7", 0.9, a), found("7", 0.8, a)]), [True, False])
        self.assertEqual(detector.rights(truths[0], [found("1", 0.9, a)]), [False])
        self.assertEqual(detector.average_precision(truths, [[]], "7"), 0.0)


class Weights(unittest.TestCase):
    def setUp(self):
        self.path = os.path.join(tempfile.mkdtemp(), "weights.pt")

    def test_a_checkpoint_gives_the_same_network_back_with_its_own_size(self):
        torch.manual_seed(0)
        network = detector_network.Detector(10)
        checkpoints.save(self.path, "digit-detector", network, data.CLASSES["mnist"], "seed-0", 160, 160)
        loaded = digit_detector.load(self.path, None, {"width": 128, "height": 128}, "cpu")
        self.assertEqual((loaded.weights, loaded.input), ("seed-0", {"width": 160, "height": 160}))
        self.assertEqual(loaded.classes, data.CLASSES["mnist"])

    def test_weights_of_another_model_or_none_are_refused(self):
        checkpoints.save(self.path, "digit-detector", detector_network.Detector(10), ["a"] * 10, "seed-0", 128, 128)
        size = {"width": 224, "height": 224}
        with self.assertRaisesRegex(RuntimeError, "of digit-detector, not of resnet50"):
            torchvision_model.resnet50(self.path, None, size, "cpu")
        with self.assertRaisesRegex(RuntimeError, "not a file of weights"):
            torchvision_model.resnet50(__file__, None, size, "cpu")
        with self.assertRaisesRegex(RuntimeError, "collab infer train digit-detector"):
            digit_detector.load(None, None, size, "cpu")

    def test_a_state_as_torchvision_publishes_it_is_loaded_with_names_of_imagenet(self):
        torch.save(torchvision_model.build("resnet50", 1000).state_dict(), self.path)
        loaded = torchvision_model.resnet50(self.path, None, {"width": 64, "height": 64}, "cpu")
        self.assertEqual((len(loaded.classes), loaded.classes[0]), (1000, "tench"))
        self.assertRegex(loaded.weights, "^sha256 [0-9a-f]{8}")  # not called ImageNet's: it is not

    def test_names_must_be_as_many_as_outputs(self):
        torch.save(torchvision_model.build("resnet50", 3).state_dict(), self.path)
        names = self.path + ".json"
        with open(names, "w") as file:
            json.dump(["a", "b"], file)
        with self.assertRaisesRegex(RuntimeError, "2 names of classes, but the network has 3 outputs"):
            torchvision_model.resnet50(self.path, names, {"width": 64, "height": 64}, "cpu")


class Ahead(unittest.TestCase):
    def test_the_next_item_is_made_while_one_is_in_use_and_no_other(self):
        begun = [threading.Event() for _ in range(4)]

        def items():
            for at, event in enumerate(begun):
                event.set()
                yield at

        made = ahead.ahead(items())
        self.assertEqual(next(made), 0)
        self.assertTrue(begun[1].wait(10))
        self.assertFalse(begun[2].wait(0.3))
        self.assertEqual(list(made), [1, 2, 3])

    def test_an_error_is_raised_where_the_items_are_used(self):
        def items():
            yield 1
            raise ValueError("broken")

        made = ahead.ahead(items())
        self.assertEqual(next(made), 1)
        with self.assertRaisesRegex(ValueError, "broken"):
            next(made)


if __name__ == "__main__":
    unittest.main()
