import { expect, it } from 'vitest';
import { machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';

const script = (first: string, later: readonly string[]) => `
from collab_wrapper.measure.device_cpu import DeviceCpuProbe
path = os.path.join(os.environ["ROOT"], "stat")
def write(line):
    with open(path, "w") as file:
        file.write(line + "\\ncpu0 1 1 1 1 1 1 1 1 0 0\\nintr 5\\n")
result = []
try:
    write(${JSON.stringify(first)})
    probe = DeviceCpuProbe(path)
    for now_s, line in enumerate(${JSON.stringify(later)}):
        write(line)
        row = {}
        probe.read(row, now_s * 0.5)
        result.append(row)
except Exception as error:
    result = type(error).__name__
`;

it('what all processors worked between two readings; idle, waiting for disks and steal are no work', () => {
  const rows = machinesInPython(
    script('cpu  100 10 50 1000 5 1 2 7 0 0', [
      'cpu  100 10 50 1000 5 1 2 7 0 0',
      'cpu  140 10 60 1020 9 1 2 90 0 0',
      'cpu  141 11 61 1060 9 2 3 90 0 0',
    ]),
  );
  expect(rows).toEqual([{}, { device_cpu_percent: 100 }, { device_cpu_percent: 10 }]);
});

it('a counter that steps back is no work, and another file is unavailable', () => {
  expect(
    machinesInPython(script('cpu  9 0 9 9 9 9 9 9', ['cpu  9 0 9 9 9 9 9 9', 'cpu  5 0 5 9 9 9 9 9'])),
  ).toEqual([{}, { device_cpu_percent: 0 }]);
  expect(machinesInPython(script('cpu0 1 2 3', []))).toBe('Unavailable');
});
