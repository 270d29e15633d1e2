"""A ResNet-18 cut in two: `head` runs on the client, `tail` on the server, and tail(head(x)) is the whole network.

The network is a chain of ten stages: the stem (convolution, batch norm, ReLU, max pooling), eight residual blocks and
the classifier (average pooling, linear layer). `split` says how many residual blocks the head has:

    split   head                    what is sent, for one image        tail
    0       nothing                 the image     1 x 3 x 224 x 224     everything
    1..2    stem and 1..2 blocks    activation    1 x 64 x 56 x 56      the rest
    3..4    stem and 3..4 blocks    activation    1 x 128 x 28 x 28     the rest
    5..6    stem and 5..6 blocks    activation    1 x 256 x 14 x 14     the rest
    7..8    stem and 7..8 blocks    activation    1 x 512 x 7 x 7       the rest
    9       everything              nothing                             nothing
"""

import os

import torch

BLOCKS = 8
"""Residual blocks of a ResNet-18."""
ALL_ON_CLIENT = BLOCKS + 1
"""The split at which nothing is sent."""
IMAGE_SHAPE = (1, 3, 224, 224)
"""Batch, channels, height, width of the network's input."""


def set_up_torch():
    """One thread for each core that this process may use, and only deterministic kernels."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.use_deterministic_algorithms(True)


def checked_split(split):
    """`split` if it is an integer from 0 to 9.

    Raises ValueError, with the allowed values, for anything else.
    """
    if isinstance(split, bool) or not isinstance(split, int) or not 0 <= split <= ALL_ON_CLIENT:
        raise ValueError("split must be an integer from 0 to %d, not %r" % (ALL_ON_CLIENT, split))
    return split


def _stages(network):
    """The ten stages of a torchvision ResNet-18, in order; they share the network's weights."""
    blocks = [block for layer in (network.layer1, network.layer2, network.layer3, network.layer4) for block in layer]
    stem = torch.nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
    classifier = torch.nn.Sequential(network.avgpool, torch.nn.Flatten(1), network.fc)
    return [stem] + blocks + [classifier]


def _stages_of_head(split):
    """Number of the ten stages in the head: none for 0, else the stem, the blocks and, for 9, the classifier."""
    return 0 if checked_split(split) == 0 else split + 1


def head(network, split):
    """The client's part: a module from an image (float32, 1 x 3 x 224 x 224) to the activation to send."""
    return torch.nn.Sequential(*_stages(network)[: _stages_of_head(split)]).eval()


def tail(network, split):
    """The server's part: a module from the output of the head to the 1000 class scores (float32, 1 x 1000)."""
    return torch.nn.Sequential(*_stages(network)[_stages_of_head(split) :]).eval()


def run(module, tensor):
    """`module(tensor)` without gradients."""
    with torch.no_grad():
        return module(tensor)
