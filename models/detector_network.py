"""A small detector after SSD (Liu et al., 2016): two maps of features, default boxes on each, a class and a shift for each.

    input    images x 3 x S x S, S a multiple of 16
    map 0    S/8 x S/8 cells     boxes of 20 and 30 pixels in height
    map 1    S/16 x S/16 cells   boxes of 44 pixels in height
    output   scores, images x boxes x (classes + 1), the last of which is "nothing"; shifts, images x boxes x 4

A box is [x0, y0, x1, y1] in pixels of the input.
"""

import torch
from torch import nn

STRIDES_PX = (8, 16)
HEIGHTS_PX = ((20, 30), (44,))
WIDTHS = (0.25, 0.5, 0.85)
"""Of a default box, as parts of its height: a 1 is thin, a 0 is not."""
VARIANCES = (0.1, 0.2)
"""Of centers and sizes: what shifts are divided by, so that they are about 1."""


def _convolution(before, after, stride=1):
    return [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]


class Detector(nn.Module):
    """The network; `classes` is their number, without "nothing"."""

    def __init__(self, classes):
        super().__init__()
        self.outputs = classes + 1
        self.first = nn.Sequential(
            *_convolution(3, 16, 2),
            *_convolution(16, 32, 2),
            *_convolution(32, 32),
            *_convolution(32, 64, 2),
            *_convolution(64, 96),
            *_convolution(96, 96)
        )
        self.second = nn.Sequential(*_convolution(96, 128, 2), *_convolution(128, 128))
        counts = [len(heights) * len(WIDTHS) for heights in HEIGHTS_PX]
        self.heads = nn.ModuleList(
            nn.Conv2d(channels, count * (self.outputs + 4), 3, 1, 1) for channels, count in zip((96, 128), counts)
        )

    def forward(self, images):
        """(scores, shifts) of all default boxes, in the order of `default_boxes`."""
        first = self.first(images)
        maps = (first, self.second(first))
        flat = [
            head(one).permute(0, 2, 3, 1).reshape(images.shape[0], -1, self.outputs + 4)
            for head, one in zip(self.heads, maps)
        ]
        together = torch.cat(flat, 1)
        return together[..., : self.outputs], together[..., self.outputs :]


def default_boxes(side):
    """Centers and sizes of the default boxes for an input of side x side pixels: float32, boxes x 4 (x, y, width, height)."""
    boxes = [
        [(column + 0.5) * stride, (row + 0.5) * stride, width * height, height]
        for stride, heights in zip(STRIDES_PX, HEIGHTS_PX)
        for row in range(side // stride)
        for column in range(side // stride)
        for height in heights
        for width in WIDTHS
    ]
    return torch.tensor(boxes, dtype=torch.float32)


def corners(centered):
    """Boxes given by center and size, as corners."""
    half = centered[..., 2:] / 2
    return torch.cat((centered[..., :2] - half, centered[..., :2] + half), -1)


def shifted(defaults, shifts):
    """The boxes, as corners, that the network means by its shifts."""
    centers = defaults[:, :2] + shifts[..., :2] * VARIANCES[0] * defaults[:, 2:]
    sizes = defaults[:, 2:] * torch.exp((shifts[..., 2:] * VARIANCES[1]).clamp(max=4))
    return corners(torch.cat((centers, sizes), -1))


def shifts_to(defaults, boxes):
    """The shifts by which the network would mean these boxes, given as corners: the inverse of `shifted`."""
    sizes = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1)
    centers = (boxes[:, 2:] + boxes[:, :2]) / 2
    return torch.cat(
        (
            (centers - defaults[:, :2]) / defaults[:, 2:] / VARIANCES[0],
            torch.log(sizes / defaults[:, 2:]) / VARIANCES[1],
        ),
        -1,
    )
