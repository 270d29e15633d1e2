"""Which of the trial's parameters a role was seen to read, and how."""

#: The file into which the `collab` module writes the names that the code reads, one a line.
READS = 'parameters_read'


def parameters_read(role):
    """{name: ways}, for exit.json. A way is `module`, `command`, or `declared` in the role."""
    found = {}
    for way, names in (('module', noted(role)), ('command', role.reads_in_command),
                       ('declared', role.reads_declared)):
        for name in names:
            if name in role.parameters and way not in found.setdefault(name, []):
                found[name].append(way)
    return found


def noted(role):
    """The names that the module wrote into the role's folder; a last line that was cut is left out."""
    try:
        with open(role.path(READS), encoding='utf-8', errors='replace') as file:
            return [line[:-1] for line in file if line.endswith('\n')]
    except OSError:
        return []  # nothing was read
