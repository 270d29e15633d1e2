"""Microseconds of wall time of a collab.record() and of a collab.span(), as a line of JSON.

    records.py MODULE CALLS    MODULE is the folder of collab
"""
import json
import os
import sys
import tempfile
import time

module, calls = sys.argv[1], int(sys.argv[2])
with tempfile.TemporaryDirectory() as folder:
    os.environ['COLLAB_RECORDS'] = os.path.join(folder, 'results.jsonl')
    os.environ['COLLAB_SPANS'] = os.path.join(folder, 'spans.jsonl')
    sys.path.insert(0, module)
    import collab

    def row(number):
        """Records a frame like split-inference."""
        collab.record(
            frame=number, split=4, head_ms=12.5, wire_ms=3.25, tail_ms=8.125, total_ms=23.875, sent_bytes=100352)

    def stretch(number):
        """An empty span."""
        with collab.span('head', frame=number):
            pass

    took = {}
    for name, call in (('record_us', row), ('span_us', stretch)):
        began_s = time.perf_counter()
        for number in range(calls):
            call(number)
        took[name] = (time.perf_counter() - began_s) / calls * 1e6
    print(json.dumps(took))
