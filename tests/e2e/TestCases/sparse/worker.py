import os

import collab

size = os.stat("weights.bin").st_size
with open("weights.bin", "rb") as weights:
    weights.seek(size - 4)
    end = weights.read().decode()
with open(os.path.join(collab.outputs, "array.bin"), "wb") as array:
    array.seek(size - 4)
    array.write(b"last")
collab.record(size_bytes=size, end=end)
