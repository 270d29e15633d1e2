"""Which rails of a board stand for the whole of it, by the names that the makers give them."""
from ._power import BOARD, SUM, Rail

#: Behind the power input: Orin NX and Nano, Xavier NX; TX1 and TX2; Nano.
_INPUTS = ('VDD_IN', 'VIN', 'POM_5V_IN', 'VDD_5V_IN', '5V_IN')
#: Boards without such a rail: the rails that add up to (nearly) all, as NVIDIA's guide tells.
_SUMS = (
    ('GPU', 'CPU', 'SOC', 'CV', 'VDDRQ', 'SYS5V'),  # AGX Xavier
    ('VDD_GPU_SOC', 'VDD_CPU_CV', 'VIN_SYS_5V0', 'VDDQ_VDD2_1V8AO'),  # AGX Orin
)


def rails_of_board(names, source):
    """([Rail], indices): a rail for each name, and one more for the sum of the rails at `indices` where the board has no
    rail behind its input; `indices` is None otherwise."""
    rails = [Rail(name, source, BOARD if name in _INPUTS else None) for name in names]
    for group in _SUMS:
        if all(name in names for name in group):
            how = 'sum of {}: what hangs on no rail is not in it'.format(', '.join(group))
            return rails + [Rail('sum', source, SUM, how)], [names.index(name) for name in group]
    return rails, None


def with_sum(watts, indices):
    """The readings, and behind them their sum where there is one; none when a part is missing."""
    if indices is None:
        return watts
    parts = [watts[index] for index in indices]
    return watts + [None if None in parts else sum(parts)]
