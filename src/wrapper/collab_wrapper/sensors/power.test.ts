import { expect, it } from 'vitest';
import { machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';

const intel = `
machine = Machine("fixtures/machines/intel-pc.txt", tempfile.mkdtemp(dir=os.environ["ROOT"]))
rapl = "sys/class/powercap/intel-rapl:0/energy_uj"
energy = machine.sensors.energy
accounts = {account.rail.name: account for account in energy.accounts()}`;

it('integrates watts with the trapezoidal rule, and a counter by differences, across overflow', () => {
  const result = machinesInPython(`${intel}
energy.begin(0)
machine.sample(0.0)
machine.write("sys/class/power_supply/BAT0/current_now", 2850000)
machine.write(rapl, 2000000)
second = machine.sample(2.0)
machine.write(rapl, 8000000)
machine.sample(3.0)
result = [round(accounts["battery"].joules, 6), second["power_w.package-0"], round(accounts["package-0"].joules, 6)]`);
  // (10.03 + 33.63) / 2 * 2 + 33.63; the counter wrapped around
  expect(result).toEqual([77.29, 1, 8]);
});

it('separates idle power from the energy of the run', () => {
  const result = machinesInPython(`${intel}
from collab_wrapper.measure import Totals
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
      value: 2,
      unit: 'W',
      kind: 'measured',
      source: 'RAPL energy_uj of psys, over 2 s before the command',
    },
    energy_j: { value: 30, kind: 'measured' },
    'power_idle_w.battery': { value: 10.03 },
  });
});

it('says why a present sensor gives nothing: a charging battery, a root-only counter', () => {
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

it('treats a growing throttle counter as throttled now', () => {
  const result = machinesInPython(`${intel}
from collab_wrapper.measure.throttled_time import ThrottledTime
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

const host = `
import time
from collab_wrapper.sensors import host
from host_and_container import *`;

it('takes what the container cannot see from a sampler on the host, until the role has ended', () => {
  const result = machinesInPython(`${host}
sampler.start()
sensors = find_sensors(read_metrics(os.getcwd()).sensors, inside())
rows, until_s = [], time.monotonic() + 3
while time.monotonic() < until_s and len(rows) < 2:
    row = {}
    for probe in sensors.probes: probe.read(row, time.monotonic())
    if "power_w.pmic" in row: rows.append(row)
    time.sleep(0.05)
accounts = {account.rail.name: account for account in sensors.energy.accounts()}
end()
account = accounts["pmic"]
result = [rows, round(account.joules / account.seconds, 3), account.rail.source, sampler.is_alive(), sorted(sensors.absent)]`);
  const sample = { throttled: 0, throttle_flags: 0, 'power_w.pmic': 2.23 };
  expect(result).toEqual([
    [sample, sample],
    2.23,
    'on the host: firmware pmic_read_adc',
    false,
    [
      'cpu_frequency_mhz',
      'gpu_frequency_mhz',
      'gpu_load_percent',
      'gpu_memory_bytes',
      'temperature_c',
      'throttle_events',
    ],
  ]);
});

it('reports that the sampler on the host did not start or went silent', () => {
  const result = machinesInPython(`${host}
host._STARTS_WITHIN_S = 0.2
def why(act):
    try: act()
    except Unavailable as reason: return str(reason)
first = why(lambda: host.find(inside()))
sampler.start()
found = host.find(inside())
end()
later_s = time.monotonic() + 6
row = {}
found.read(row, found.at_s + 0.1)
seen = inside()
seen.found = {"pi_throttling", "power_pi5"}
result = [first, row, why(lambda: found.read({}, later_s)), why(lambda: host.find(seen))]`);
  expect(result).toEqual([
    'the sampler on the host did not start within 0.2 s',
    { throttled: 0, throttle_flags: 0 },
    'the sampler on the host no longer writes',
    'the host has no sensors that the container does not see',
  ]);
});
