import collab
import os
import pathlib

digits, licences = collab.data('digits'), collab.data('licences')
try:
    (digits / 'new').write_text('x')
    writable = True
except OSError:
    writable = False
collab.record(
    total=sum(int(line) for line in (digits / 'part/values.txt').read_text().split()),
    folder=str(digits),
    licence='GNU GENERAL PUBLIC LICENSE' in (licences / 'GPL-3').read_text(),
    writable=writable,
    left_out=sorted(name for name in os.listdir('.') if name in ('notes.tmp', '.#reader.py')),
    in_image=any(path.name == 'values.txt' for path in pathlib.Path('/experiment').rglob('*')),
)
