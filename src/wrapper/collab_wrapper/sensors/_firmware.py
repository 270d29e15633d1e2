"""Commands to the firmware of a Raspberry Pi, as vcgencmd sends them, without starting a process.

The message is a property buffer with the tag GET_GENCMD_RESULT (raspberrypi/utils, vcgencmd.c).
"""
import os
import struct

from ..linux import Absent, Unavailable

_DEVICE = 'dev/vcio'
_TEXT_BYTES = 1024
_GET_GENCMD_RESULT = 0x00030080
#: _IOWR(100, 0, char *)
_MAILBOX_PROPERTY = (3 << 30) | (struct.calcsize('P') << 16) | (100 << 8)


class Firmware(object):
    """The firmware's mailbox, /dev/vcio. Opening it raises Absent or Unavailable."""

    def __init__(self, look):
        path = look.path(_DEVICE)
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Absent('no /{}: this is no Raspberry Pi, or it is not passed into the container'.format(_DEVICE))
        except OSError as error:
            raise Unavailable('/{}: {}'.format(_DEVICE, error.strerror))
        self._ioctl = look.ioctl

    def ask(self, command):
        """The answer to a command such as `get_throttled`, as text; raises Unavailable or OSError."""
        words = struct.pack('<6I', 28 + _TEXT_BYTES, 0, _GET_GENCMD_RESULT, _TEXT_BYTES, 0, 0)
        message = bytearray(words + command.encode('ascii').ljust(_TEXT_BYTES, b'\0') + struct.pack('<I', 0))
        self._ioctl(self._descriptor, _MAILBOX_PROPERTY, message, True)
        if struct.unpack_from('<I', message, 20)[0] != 0:
            raise Unavailable('the firmware does not know {}'.format(command))
        return bytes(message[24:24 + _TEXT_BYTES]).split(b'\0', 1)[0].decode('ascii', 'replace')
