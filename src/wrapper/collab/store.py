"""The fleet's file store, for a task on a device of the fleet.

    import collab

    collab.store.get('weights/resnet50.pt', 'resnet50.pt')
    collab.store.put('out.csv', 'results/out.csv')
    for file in collab.store.ls('results/**'):
        print(file.name, file.version, file.size_bytes)

The agent of the device answers, through the socket that COLLAB_STORE names. Each function raises StoreError, and NoFile
for a name that the store does not have. A file is whole or not there: in the store and on the disk.
"""
import collections
import json
import os

from . import _environment
from ._errors import CollabError

__all__ = ['File', 'NoFile', 'StoreError', 'delete', 'get', 'ls', 'put', 'versions']

#: One version of a file. `mode` are its permission bits, `put_at` is a time in ISO 8601, UTC.
File = collections.namedtuple('File', 'name version kind size_bytes sha256 mode owner put_at target')

_PIECE_BYTES = 1 << 20


class StoreError(CollabError):
    """The store refused, or does not answer. `code` is its stable name, such as store-unreachable."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


class NoFile(StoreError):
    """The store has no such file, or no such version of it."""


def get(name, path, version=None):
    """Writes a file of the store to `path` and returns its File. Without `version`, it is the newest.

    What is at `path` is replaced when the new content is complete and its SHA-256 is right, not before.
    """
    import hashlib
    query = {} if version is None else {'version': int(version)}
    with _request('GET', 'files', name, query) as response:
        about = json.loads(_unquoted(response.getheader('X-Collab-File')))
        temporary = '{}.{}.part'.format(os.fspath(path), os.urandom(4).hex())
        try:
            digest, size = hashlib.sha256(), 0
            with open(temporary, 'xb') as target:
                for piece in _pieces(response):
                    digest.update(piece)
                    size += len(piece)
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            if size != about['size_bytes'] or about['sha256'] not in (None, digest.hexdigest()):
                raise StoreError('{} did not arrive whole: {} of {} bytes'.format(name, size, about['size_bytes']))
            if about['mode'] is not None:
                os.chmod(temporary, about['mode'] & 0o777)
            os.replace(temporary, path)
        finally:
            _remove(temporary)
        return _file(about)


def put(path, name):
    """Puts a file into the store under `name`, as a new version if there is one already, and returns its File."""
    with open(path, 'rb') as source:
        status = os.fstat(source.fileno())
        query = {'mode': '{:o}'.format(status.st_mode & 0o777)}
        with _request('PUT', 'files', name, query, source, status.st_size) as response:
            return _file(_json(response))


def ls(pattern='**'):
    """The newest version of each file whose name matches, as a list of File. `*` stops at a slash, `**` does not."""
    with _request('GET', 'files', '', {'pattern': pattern}) as response:
        return [_file(json.loads(line)) for line in _body(response).decode('utf-8').splitlines()]


def versions(name):
    """All versions that the store keeps of a file, the newest first; an empty list if it has none."""
    with _request('GET', 'versions', name) as response:
        return [_file(one) for one in _json(response)]


def delete(name):
    """Removes a file with all its versions, and returns how many there were; 0 if there was none."""
    with _request('DELETE', 'files', name) as response:
        return _json(response)['removed']


class _request(object):
    """A request to the agent; in a `with`, its answer. Errors of the connection become StoreError."""

    def __init__(self, method, what, name, query=None, body=None, size=0):
        from urllib.parse import quote, urlencode
        self._method = method
        self._target = '/{}/{}'.format(what, quote(os.fspath(name), safe='/'))
        if query:
            self._target += '?' + urlencode(query)
        self._body = body
        self._headers = {} if body is None else {'Content-Length': str(size)}
        self._connection = None

    def __enter__(self):
        import http.client
        path = _environment.text('COLLAB_STORE')
        if path is None:
            raise StoreError('There is no file store here: COLLAB_STORE is not set. Tasks of a fleet have one.')
        self._connection = _unix_connection(path)
        try:
            self._send()
            response = self._connection.getresponse()
            if response.status >= 400:
                raise _refusal(response)
            return response
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise _no_answer(path, error)
        except BaseException:
            self._connection.close()
            raise

    def _send(self):
        try:
            self._connection.request(self._method, self._target, self._body, self._headers)
        except (BrokenPipeError, ConnectionResetError):
            # The agent refused before it read everything; its answer says why.
            if self._connection.sock is None:
                raise

    def __exit__(self, _kind, error, _trace):
        import http.client
        self._connection.close()
        if isinstance(error, http.client.HTTPException):
            raise _no_answer(_environment.text('COLLAB_STORE'), error)


def _unix_connection(path):
    import http.client
    import socket

    class Connection(http.client.HTTPConnection):
        blocksize = _PIECE_BYTES

        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.connect(path)

    return Connection('collab')


def _refusal(response):
    try:
        answer = json.loads(_body(response).decode('utf-8'))
        text = ' '.join(answer[part] for part in ('what', 'why', 'next') if answer.get(part))
        return (NoFile if response.status == 404 else StoreError)(text, answer['error'])
    except (ValueError, KeyError, TypeError):
        return StoreError('The agent of this device answered with status {}.'.format(response.status))


def _no_answer(path, error):
    text = 'The agent of this device does not answer at {}: {}. It is started again by itself; try again.'
    return StoreError(text.format(path, error or type(error).__name__), 'store-unreachable')


def _pieces(response):
    import http.client
    while True:
        piece = response.read(_PIECE_BYTES)
        if not piece:
            # Before Python 3.12, a body that was cut ends like a whole one.
            if response.length:
                raise http.client.IncompleteRead(b'', response.length)
            return
        yield piece


def _body(response):
    return b''.join(_pieces(response)) if response.length is not None else response.read()


def _json(response):
    return json.loads(_body(response).decode('utf-8'))


def _unquoted(text):
    from urllib.parse import unquote
    return unquote(text or '')


def _file(values):
    return File(**{field: values.get(field) for field in File._fields})


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it has its final name
