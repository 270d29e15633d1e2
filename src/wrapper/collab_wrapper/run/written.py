"""What lies in the role's folder at its end, so that a reader can tell whether a file was lost, cut or changed later."""
import binascii
import json
import os
import stat
import time

_NAMES = ('samples.jsonl', 'processes.jsonl', 'results.jsonl', 'spans.jsonl', 'state.jsonl', 'stdout.log', 'stderr.log',
          'prepare.log', 'finalize.log')
_CHUNK_BYTES = 1 << 17
#: Of `outputs`, so that exit.json stays within the space that was reserved for it.
_LISTED_CHARACTERS = 12000

#: A disk with less is full: what a program prints when it fails may not fit.
_ROOM_BYTES = 1 << 16

#: Counting takes no longer than this.
LONGEST_S = 5.0


def written(role, left_over, longest_s=LONGEST_S):
    """The fields `files`, `outputs` and, if something is not known, `files_unsure`, for exit.json.

    It reads the files once, at most `longest_s` long; after that, only their sizes are known. `left_over` is how many
    of the role's processes could not be ended and may still be writing.
    """
    until_s = time.monotonic() + longest_s
    record = {'files': {}, 'outputs': _outputs(role.path('outputs'), until_s)}
    unsure = []
    for name in _NAMES:
        try:
            entry = _entry(role.path(name), until_s)
        except OSError as error:
            unsure.append('{}: {}'.format(name, error.strerror))
            continue
        if entry is not None:
            record['files'][name] = entry
    if record['outputs'] is None or any(entry['lines'] is None for entry in record['files'].values()):
        unsure.append('counting was ended after {:.2g} s'.format(longest_s))
    if left_over:
        what = 'process' if left_over == 1 else 'processes'
        unsure.append('{} {} of the role could not be ended and may still be writing'.format(left_over, what))
    if unsure:
        record['files_unsure'] = '; '.join(unsure)
    return record


def _entry(path, until_s):
    """{bytes, lines, crc32} of a regular file, None if there is none; raises OSError.

    A last line without a newline counts. `lines` and `crc32` are None if there was no time left to read it all.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        size = lines = checksum = 0
        last = b'\n'
        while True:
            if time.monotonic() >= until_s:
                return {'bytes': status.st_size, 'lines': None, 'crc32': None}
            chunk = os.read(descriptor, _CHUNK_BYTES)
            if not chunk:
                lines += last != b'\n'
                return {'bytes': size, 'lines': lines, 'crc32': '{:08x}'.format(checksum & 0xffffffff)}
            size += len(chunk)
            lines += chunk.count(b'\n')
            last = chunk[-1:]
            checksum = binascii.crc32(chunk, checksum)
    finally:
        os.close(descriptor)


def _outputs(folder, until_s):
    """{files, bytes, listed}: how many regular files, their size, and {path: size} of as many as fit; None if unknown."""
    files = size = 0
    listed, left = {}, _LISTED_CHARACTERS
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if time.monotonic() >= until_s:
                return None
            path = os.path.join(parent, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            files += 1
            size += status.st_size
            short = os.path.relpath(path, folder)
            left -= len(json.dumps(short)) + 24  # as JSON has it: a character may take twelve
            if left >= 0 and _is_text(short):
                listed[short] = status.st_size
    return {'files': files, 'bytes': size, 'listed': listed}


def _is_text(name):
    try:
        name.encode('utf-8')
        return True
    except UnicodeEncodeError:
        return False


def full_disk(folder):
    """A sentence if the disk of a folder is full, else None."""
    import shutil  # loaded late: few roles need it
    try:
        _, _, free_bytes = shutil.disk_usage(folder)
    except OSError:
        return None
    if free_bytes >= _ROOM_BYTES:
        return None
    return 'the disk of its device is full, so what it printed may be missing ({} bytes are free)'.format(free_bytes)
