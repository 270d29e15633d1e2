"""Two sources that take turns, a time in nanoseconds, a ratio without a unit, and text among numbers."""
import collab

START_NS = 1764403200000000000  # above 2**53

for row in range(collab.parameter('rows')):
    collab.record(
        turns_ms=10 if row % 2 == 0 else 100,
        at_ns=START_NS + row,
        accuracy=row % 100 / 100,
        answer_ms='timeout' if row % 5 < 2 else 20 + row % 5,
    )
