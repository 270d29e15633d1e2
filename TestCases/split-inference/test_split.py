"""Tests of the split, the codecs and the messages; README.md has the command that runs them in the torch image."""

import unittest

import numpy
import torch

import codec
import model
import photographs
import weights
import wire


class Cut(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        model.set_up_torch()
        cls.network, cls.weights = weights.load(weights.SEEDED)
        generator = torch.Generator().manual_seed(7)
        cls.images = [torch.randn(model.IMAGE_SHAPE, generator=generator) for _ in range(2)]
        cls.images.append(torch.zeros(model.IMAGE_SHAPE))
        cls.whole = [model.run(cls.network, image) for image in cls.images]

    def test_head_and_tail_are_the_whole_network_at_every_split_and_codec(self):
        for split in range(model.ALL_ON_CLIENT + 1):
            for name in ("raw", "zlib"):
                head, tail = model.head(self.network, split), model.tail(self.network, split)
                for image, scores in zip(self.images, self.whole):
                    sent = model.run(head, image).numpy()
                    received = torch.from_numpy(codec.decode(name, codec.encode(name, sent), sent.shape))
                    self.assertTrue(torch.equal(model.run(tail, received), scores), "split %d, %s" % (split, name))

    def test_what_is_sent_has_the_documented_shape(self):
        shapes = [(3, 224, 224)] + 2 * [(64, 56, 56)] + 2 * [(128, 28, 28)] + 2 * [(256, 14, 14)] + 2 * [(512, 7, 7)]
        for split, shape in enumerate(shapes):
            sent = model.run(model.head(self.network, split), self.images[0])
            self.assertEqual(tuple(sent.shape), (1,) + shape)
            self.assertEqual(sent.dtype, torch.float32)

    def test_a_split_that_is_none_is_refused(self):
        for split in (-1, 10, 4.0, "4", True, None):
            with self.assertRaisesRegex(ValueError, "0 to 9"):
                model.checked_split(split)

    def test_seeded_weights_are_the_same_each_time(self):
        again, name = weights.load(weights.SEEDED)
        self.assertEqual(name, "seed-0")
        self.assertTrue(weights.same(weights.fingerprint(self.network), weights.fingerprint(again)))
        with torch.no_grad():
            again.bn1.running_mean += 0.01
        self.assertFalse(weights.same(weights.fingerprint(self.network), weights.fingerprint(again)))

    def test_photographs_do_not_all_have_the_same_class(self):
        try:
            paths = photographs.find()
        except RuntimeError as error:
            self.skipTest(str(error))
        classes = [int(model.run(self.network, torch.from_numpy(photographs.load(path))).argmax()) for path in paths]
        self.assertGreater(len(set(classes)), 2, classes)


class Bytes(unittest.TestCase):
    def test_codecs_lose_nothing(self):
        array = numpy.random.RandomState(0).randn(1, 4, 5, 6).astype(numpy.float32)
        array[array < 0] = 0
        array[0, 0, 0, :3] = [numpy.inf, numpy.nan, -0.0]
        for name in ("raw", "zlib", "blosc"):
            back = codec.decode(codec.checked_codec(name), codec.encode(name, array), array.shape)
            self.assertEqual(back.tobytes(), array.tobytes(), name)

    def test_an_unknown_codec_is_refused_with_the_names_that_there_are(self):
        with self.assertRaisesRegex(ValueError, "blosc, raw, zlib"):
            codec.checked_codec("gzip")

    def test_a_message_comes_back_as_it_was(self):
        header, payload = wire.unpack(wire.pack({"split": 4, "shape": [1, 2]}, b"\x00\xff"))
        self.assertEqual((header, bytes(payload)), ({"split": 4, "shape": [1, 2]}, b"\x00\xff"))

    def test_what_is_no_message_is_refused(self):
        for message in (b"", b"\x00\x00", b"\x00\x00\x00\x09{}", b"\x00\x00\x00\x01{"):
            with self.assertRaises(ValueError):
                wire.unpack(message)


if __name__ == "__main__":
    unittest.main()
