import { expect, it } from 'vitest';
import { machinesInPython } from '../../tests/fixtures/machines-in-python.js';

const intel = `
machine = Machine("fixtures/machines/intel-pc.txt", tempfile.mkdtemp(dir=os.environ["ROOT"]))
rapl = "sys/class/powercap/intel-rapl:0/energy_uj"
energy = machine.sensors.energy
accounts = {account.rail.name: account for account in energy.accounts()}`;

it('integrates watts by trapezoids, and a counter by its differences, past the end of its range', () => {
  const result = machinesInPython(`${intel}
energy.begin(0)
machine.sample(0.0)
machine.write("sys/class/power_supply/BAT0/current_now", 2850000)
machine.write(rapl, 2000000)
second = machine.sample(2.0)
machine.write(rapl, 8000000)
machine.sample(3.0)
result = [round(accounts["battery"].joules, 6), second["power_w.package-0"], round(accounts["package-0"].joules, 6)]`);
  // (10.03 + 33.63) / 2 * 2 + 33.63; the counter went on from its greatest value, over 0
  expect(result).toEqual([77.29, 1, 8]);
});

it('keeps idle power apart from the energy of the run', () => {
  const result = machinesInPython(`${intel}
from collab_wrapper.totals import Totals
machine.sample(0.0)
machine.write("sys/class/powercap/intel-rapl:1/energy_uj", 13000000)
machine.sample(2.0)
energy.begin(2.0)
machine.sample(2.0)
machine.write("sys/class/powercap/intel-rapl:1/energy_uj", 43000000)
machine.sample(3.0)
totals = Totals(read_metrics(os.getcwd()))
energy.measure(totals)
result = totals.entries("")`);
  expect(result).toMatchObject({
    power_idle_w: {
      ...{ value: 2, unit: 'W', kind: 'measured' },
      source: 'RAPL energy_uj of psys, over 2 s before the command',
    },
    energy_j: { value: 30, kind: 'measured' },
    'power_idle_w.battery': { value: 10.03 },
  });
});

it('says why a sensor that is there gives nothing: a charging battery, a counter for root only', () => {
  const result = machinesInPython(`${intel}
machine.write("sys/class/power_supply/BAT0/status", "Charging")
first = machine.sample(0.0)["reasons"]
import collab_wrapper.sensors.power_rapl as rapl
class Refusing(object):
    def __init__(self, path): raise PermissionError(13, "Permission denied", path)
rapl.KernelFile = Refusing
look = Look(machine.root)
try: rapl.find(look)
except Unavailable as reason: told = str(reason)
result = [first, told]`);
  expect(result).toEqual([
    { power_w: 'the battery is not discharging: the device runs on its power supply' },
    expect.stringContaining('readable by root only since Linux 5.10'),
  ]);
});

it('counts a growing throttle counter as throttled now', () => {
  const result = machinesInPython(`${intel}
from collab_wrapper.throttled_time import ThrottledTime
time = ThrottledTime()
def at(now_s, count):
    machine.write("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", count)
    row = machine.sample(now_s)
    time.read(row, now_s)
    return [row["throttled"], row["throttle_events"], time.seconds]
result = [at(0.0, 3), at(1.0, 7), at(2.0, 7), at(3.0, 8)]`);
  expect(result).toEqual([
    [0, 0, null],
    [1, 4, 1],
    [0, 4, 1],
    [1, 5, 2],
  ]);
});
