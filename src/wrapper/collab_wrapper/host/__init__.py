"""What the wrapper does on a device apart from running a role. Each program loads only what it needs."""


def sample_host(folder, metrics):
    """Reads the sensors that a role's container cannot see; returns the exit code. Raises RoleFault or OSError."""
    from .sampler import main
    return main(folder, metrics)


def end_left_behind(folder):
    """Kills the processes of a role whose wrapper was killed; returns the exit code, 1 if some remain."""
    from .left_behind import main
    return main(folder)


def measure_overhead(wrapper, arguments):
    """Measures what the wrapper costs on this device and prints it; returns the exit code."""
    from .overhead import main
    return main(wrapper, arguments)
