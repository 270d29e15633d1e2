"""The weights of the ResNet-18, and how two devices make sure that they have the same.

Torchvision's own loading code is used if the pretrained weights are available: from `hub/checkpoints/` next to this
file or under TORCH_HOME, else from the network. Where they cannot, the weights are drawn from a fixed seed, and every
result row says `seed-0` instead of `imagenet1k_v1`: the times are as good, the classes then mean nothing.
"""

import hashlib
import os
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PRETRAINED = "imagenet1k_v1"
SEEDED = "seed-0"
SITE = "https://download.pytorch.org/"
"""Where torchvision downloads its weights; probed once."""
FILE = "resnet18-f37072fd.pth"
"""Torchvision's name for them: after the dash, the first digits of the file's SHA-256."""
PROBE_TIMEOUT_S = 3.0
"""From the start of the probe; most of it passes while torch is imported."""
FETCH_TIMEOUT_S = 10.0
"""Longest pause during the download of the weights."""
FINGERPRINT_TOLERANCE = 1e-4
"""Of a tensor's mean magnitude. Seeded weights differ by some 1e-6 of it between kinds of CPU; another seed, a file of
other weights or a missing calibration differ by more than 1e-3 in the small tensors."""


class NetworkProbe(object):
    """Checks in a thread whether the download site answers; start it before the slow imports."""

    def __init__(self):
        self._deadline_s = time.monotonic() + PROBE_TIMEOUT_S
        self._answered = False
        self._thread = threading.Thread(target=self._ask)
        self._thread.daemon = True  # a name server that does not answer must not delay the process
        self._thread.start()

    def _ask(self):
        try:
            urllib.request.urlopen(urllib.request.Request(SITE, method="HEAD"), timeout=PROBE_TIMEOUT_S).close()
            self._answered = True
        except urllib.error.HTTPError:
            self._answered = True
        except (OSError, ValueError):
            pass

    def answered(self):
        """Whether it answered; waits until PROBE_TIMEOUT_S after the start, not longer."""
        self._thread.join(max(0.0, self._deadline_s - time.monotonic()))
        return self._answered


def load(wanted=None, probe=None):
    """A ResNet-18 in eval mode on the CPU, float32, and the name of its weights.

    `wanted` is a name (PRETRAINED or SEEDED), or None for the best available. Raises RuntimeError if the
    wanted weights are unavailable or unknown.
    """
    if wanted not in (None, PRETRAINED, SEEDED):
        raise RuntimeError("weights %r are not known here: are both roles of the same version?" % wanted)
    if wanted != SEEDED:
        network, reason = _pretrained(probe)
        if network is not None:
            return network.eval(), PRETRAINED
        if wanted == PRETRAINED:
            raise RuntimeError(
                "the server uses the pretrained weights, which are not available here: %s. Put %s into "
                "hub/checkpoints/ of the experiment's folder, so that every device has it" % (reason, FILE)
            )
        print("pretrained weights: %s; drawing weights from seed 0" % reason, file=sys.stderr)
    return _seeded(), SEEDED


def _hub_folder():
    """The folder of torch.hub that holds the weights and True, or a writable one for a download and False."""
    hub = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hub")
    folders = [hub]
    if os.environ.get("TORCH_HOME"):
        folders.append(os.path.join(os.environ["TORCH_HOME"], "hub"))
    folders.append(os.path.join(os.path.expanduser("~"), ".cache", "torch", "hub"))
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "checkpoints", FILE)):
            return folder, True
    for folder in folders[1:]:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder, False
    return tempfile.mkdtemp(prefix="torch-hub-"), False


def _pretrained(probe):
    """The network with torchvision's pretrained weights, or None and why not."""
    folder, present = _hub_folder()
    if present:  # torch.hub checks only its downloads
        path = os.path.join(folder, "checkpoints", FILE)
        if not _sha256(path).startswith(FILE[len("resnet18-") : -len(".pth")]):
            return None, "%s is incomplete or a different file: its SHA-256 does not match its name" % path
    elif not (probe or NetworkProbe()).answered():
        return None, "%s does not answer" % SITE
    import torch
    from torchvision.models import ResNet18_Weights, resnet18

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(FETCH_TIMEOUT_S)
    try:
        torch.hub.set_dir(folder)
        return resnet18(weights=ResNet18_Weights.DEFAULT, progress=False), None
    except (OSError, RuntimeError) as error:  # interrupted, refused, or a file with the wrong hash
        return None, "loading them failed: %s" % error
    finally:
        socket.setdefaulttimeout(before)


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def _seeded():
    """Torchvision's standard initialization from seed 0, with the batch norms' statistics measured on seeded noise.

    Fresh statistics (mean 0, variance 1) let the activations drift until every image has the same class. So four
    fixed images of noise in blocks of 4, 16 and 56 pixels (float32, 4 x 3 x 224 x 224) are run through once in
    training mode, and each batch norm keeps their mean and variance.
    """
    import torch
    from torchvision.models import resnet18

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = resnet18()
        noise = torch.zeros(4, 3, 224, 224)
        for blocks in (4, 14, 56):
            coarse = torch.randn(4, 3, blocks, blocks)
            noise += coarse.repeat_interleave(224 // blocks, dim=2).repeat_interleave(224 // blocks, dim=3)
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # an average over all batches: here, of the only one
    network.train()
    with torch.no_grad():
        network(noise)
    return network.eval()


def fingerprint(network):
    """[[mean, mean magnitude], ...] of each floating-point tensor of the state, in order; float64.

    Numbers and not a hash, since seeded weights differ in their last bits between kinds of CPU.
    """
    import torch

    tensors = [tensor for tensor in network.state_dict().values() if tensor.is_floating_point()]
    return [
        [tensor.mean(dtype=torch.float64).item(), tensor.abs().mean(dtype=torch.float64).item()] for tensor in tensors
    ]


def same(mine, other):
    """Whether two fingerprints are of the same weights, apart from the last bits."""
    if len(mine) != len(other):
        return False
    return all(
        max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= FINGERPRINT_TOLERANCE * max(a[1], b[1]) for a, b in zip(mine, other)
    )
