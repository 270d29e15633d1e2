"""Lossless ways to write an activation as bytes: `raw`, `zlib`, and `blosc` where that module is installed."""

import zlib

import numpy

ZLIB_LEVEL = 1
"""The fastest: a higher level takes several times as long for a few percent."""


def _blosc():
    try:
        import blosc
    except ImportError:
        raise ValueError("codec blosc needs the Python module blosc (Debian: python3-blosc)")
    return blosc


_CODECS = {
    "raw": (lambda data: data, lambda payload: payload),
    "zlib": (lambda data: zlib.compress(data, ZLIB_LEVEL), zlib.decompress),
    "blosc": (lambda data: _blosc().compress(data, typesize=4), lambda payload: _blosc().decompress(payload)),
}


def checked_codec(codec):
    """`codec` if it is available here. Raises ValueError, with the available names, if not."""
    if codec not in _CODECS:
        raise ValueError("codec must be one of %s, not %r" % (", ".join(sorted(_CODECS)), codec))
    if codec == "blosc":
        _blosc()
    return codec


def encode(codec, array):
    """The bytes of a float32 array of any shape: its values in C order, little-endian, through `codec`."""
    return _CODECS[codec][0](array.astype("<f4", copy=False).tobytes())


def decode(codec, payload, shape):
    """A writable float32 array of that shape. Raises ValueError if the bytes do not fit the shape."""
    return numpy.frombuffer(_CODECS[codec][1](payload), dtype="<f4").reshape(shape).astype(numpy.float32)
