"""Torchvision's weights from ImageNet: in torch's cache, else downloaded by torchvision's own code, else why not."""

import os
import socket
import tempfile
import urllib.error
import urllib.request

import torch
import torchvision

import checkpoints

SITE = "https://download.pytorch.org/"
"""Where torchvision downloads its weights; asked before a download, which would wait for minutes."""
FILES = {"resnet50": "resnet50-0676ba61.pth", "inception_v3": "inception_v3_google-0cc3c7bd.pth"}
"""Torchvision's names of its first weights: after the dash, the first digits of the file's SHA-256."""
NAME = "imagenet1k_v1"
PROBE_TIMEOUT_S = 3.0
PAUSE_TIMEOUT_S = 10.0
"""Longest pause during a download."""


def build(name, **more):
    """The network without weights, in either way of torchvision: `weights=` since 0.13, `pretrained=` before."""
    make = getattr(torchvision.models, name)
    return make(weights=None, **more) if _has_weights() else make(pretrained=False, **more)


def classes(name):
    """The 1,000 names of ImageNet, where torchvision has them (since 0.13)."""
    if not _has_weights():
        return ["class %d" % at for at in range(1000)]
    return list(_weights(name).meta["categories"])


def is_published(name, path):
    """Whether a file has torchvision's own weights of that network."""
    return checkpoints.sha256(path).startswith(_digits(name))


def load(name):
    """(network, None) with weights from ImageNet, or (None, why there are none)."""
    folder, present = _hub_folder(FILES[name])
    if present:  # torch.hub checks only its downloads
        path = os.path.join(folder, "checkpoints", FILES[name])
        if not is_published(name, path):
            return None, "%s is incomplete or a different file: its SHA-256 does not match its name" % path
    elif not _site_answers():
        return None, "%s does not answer" % SITE
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PAUSE_TIMEOUT_S)
    try:
        torch.hub.set_dir(folder)
        make = getattr(torchvision.models, name)
        if _has_weights():
            return make(weights=_weights(name), progress=False), None
        return make(pretrained=True, progress=False), None
    except (OSError, RuntimeError) as error:  # interrupted, refused, or a file with the wrong hash
        return None, "loading them failed: %s" % error
    finally:
        socket.setdefaulttimeout(before)


def _has_weights():
    return hasattr(torchvision.models, "ResNet50_Weights")


def _weights(name):
    kinds = {"resnet50": "ResNet50_Weights", "inception_v3": "Inception_V3_Weights"}
    return getattr(torchvision.models, kinds[name]).IMAGENET1K_V1


def _digits(name):
    return FILES[name].rsplit("-", 1)[1][: -len(".pth")]


def _site_answers():
    try:
        urllib.request.urlopen(urllib.request.Request(SITE, method="HEAD"), timeout=PROBE_TIMEOUT_S).close()
        return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _hub_folder(file):
    """The folder of torch.hub that holds the file and True, or a writable one for a download and False."""
    folders = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "hub")]
    if os.environ.get("TORCH_HOME"):
        folders.append(os.path.join(os.environ["TORCH_HOME"], "hub"))
    folders.append(os.path.join(os.path.expanduser("~"), ".cache", "torch", "hub"))
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "checkpoints", file)):
            return folder, True
    for folder in folders[1:]:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder, False
    return tempfile.mkdtemp(prefix="torch-hub-"), False
