"""Prints which packages this machine or container has, as JSON: those of dpkg, and those that this Python can import.

Output, to standard output or into the file that the first argument names:
{"dpkg": {"packages": {name: version}} or {"unavailable": why},
 "python": {"version", "executable", "how": who listed them, "packages": {name: version}} or with "unavailable"}
It asks no network. Python 3.6+, standard library only; passed to python3 as text (-c).
"""
import sys

# The folder that it is started in may hold files named like modules of the standard library.
if sys.path[:1] == ['']:
    del sys.path[0]

import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import subprocess  # noqa: E402

_PIP_TIMEOUT_S = 40
_DPKG_TIMEOUT_S = 20


def of_dpkg():
    """The installed packages of Debian."""
    form = '${binary:Package}\t${Version}\t${db:Status-Status}\n'
    try:
        lines = _output(['dpkg-query', '-W', '-f', form], _DPKG_TIMEOUT_S)
    except FileNotFoundError:
        return {'unavailable': 'it has no dpkg-query'}
    except subprocess.TimeoutExpired:
        raise  # another time it may be fast enough
    except Exception as error:
        return {'unavailable': _reason(error)}
    rows = [line.split('\t') for line in lines]
    return {'packages': {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == 'installed'}}


def of_python(use_pip):
    """The packages that this Python finds."""
    about = {'version': '.'.join(str(number) for number in sys.version_info[:3]), 'executable': sys.executable}
    reasons = []
    for how, listed in ([('pip', _by_pip)] if use_pip else []) + [
        ('importlib.metadata', _by_metadata),
        ('pkg_resources', _by_pkg_resources),
    ]:
        try:
            about.update(how=how, packages=listed())
            return about
        except subprocess.TimeoutExpired:
            raise
        except Exception as error:
            reasons.append('{}: {}'.format(how, _reason(error)))
    about['unavailable'] = '; '.join(reasons)
    return about


def _by_pip():
    command = [sys.executable, '-m', 'pip', '--disable-pip-version-check', 'freeze', '--all']
    packages = {}
    for line in _output(command, _PIP_TIMEOUT_S):
        line = line.strip()
        if line == '' or line.startswith('#'):
            continue
        name, version = _frozen(line)
        packages[name] = version
    return packages


def _frozen(line):
    """Name and version of a line of `pip freeze`; an address stands for the version where there is one."""
    exact = re.match(r'^([A-Za-z0-9._-]+)===?(.+)$', line)
    if exact:
        return exact.group(1), exact.group(2).strip()
    placed = re.match(r'^([A-Za-z0-9._-]+) @ (.+)$', line)
    if placed:
        return placed.group(1), '@ ' + _without_login(placed.group(2))
    named = re.search(r'#egg=([A-Za-z0-9._-]+)', line)
    return (named.group(1) if named else _without_login(line)), _without_login(line)


def _without_login(address):
    return re.sub(r'//[^/@\s]*@', '//', address)


def _by_metadata():
    from importlib import metadata

    packages = {}
    for found in metadata.distributions():
        name = found.metadata['Name']
        # The first one of a name is the one that is imported.
        if name and name not in packages:
            packages[name] = found.version
    return packages


def _by_pkg_resources():
    import pkg_resources

    return {found.project_name: found.version for found in pkg_resources.working_set}


def _output(command, timeout_s):
    environment = dict(os.environ, LC_ALL='C', PIP_NO_INPUT='1', PYTHONDONTWRITEBYTECODE='1')
    ended = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd='/',
        env=environment,
        timeout=timeout_s,
    )
    if ended.returncode != 0:
        said = ended.stderr.decode('utf-8', 'replace').strip().split('\n')[-1]
        raise RuntimeError(said or '{} ended with code {}'.format(command[0], ended.returncode))
    return ended.stdout.decode('utf-8', 'replace').split('\n')


def _reason(error):
    return str(error) or type(error).__name__


def main(arguments):
    here = '--here' in arguments
    listed = {
        # Of this machine, only what the roles' Python finds counts: they run without an image.
        'dpkg': {'unavailable': 'it is not read for roles that run without an image'} if here else of_dpkg(),
        'python': of_python(use_pip=not here),
    }
    text = json.dumps(listed, sort_keys=True)
    files = [argument for argument in arguments if not argument.startswith('--')]
    if files:
        with open(files[0], 'w') as file:
            file.write(text)
    else:
        print(text)


if __name__ == '__main__':
    main(sys.argv[1:])
