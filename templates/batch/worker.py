"""Works on one input, and leaves a file with what it found."""
import collections
import os
import re

import collab

INPUT = collab.parameter('input', 'mountains.txt')

with collab.span('read') as reading:
    with open(os.path.join('inputs', INPUT), encoding='utf-8') as file:
        text = file.read()
with collab.span('work') as working:
    # Replace this by your own work, such as the inference of a network.
    words = collections.Counter(re.findall(r'[a-z]+', text.lower()))

# Files in this folder are collected with the run.
with open(str(collab.outputs / 'words.txt'), 'w', encoding='utf-8') as file:
    for word, count in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
        file.write('{} {}\n'.format(count, word))

collab.record(
    words=sum(words.values()),
    different_words=len(words),
    read_ms=reading.duration_ms,
    work_ms=working.duration_ms,
    total_ms=reading.duration_ms + working.duration_ms,
)
print('{}: {} words, {} of them different'.format(INPUT, sum(words.values()), len(words)))
