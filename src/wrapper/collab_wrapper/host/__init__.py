"""What the wrapper does on a device besides running a role. Each program loads only what it needs."""


def sample_host(folder, metrics):
    """Reads the sensors that a role's container cannot see; returns the exit code."""
    from .sampler import main
    return main(folder, metrics)


def end_left_behind(folder):
    """Kills what a role left behind whose wrapper was killed; returns the exit code."""
    from .left_behind import main
    return main(folder)


def measure_overhead(wrapper, arguments):
    """Measures what the wrapper costs on this device; returns the exit code."""
    from .overhead import main
    return main(wrapper, arguments)
