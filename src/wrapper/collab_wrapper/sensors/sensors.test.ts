import { describe, expect, it } from 'vitest';
import { checkInPython, machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';
import { runWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import type { Total } from '../../../logs/index.js';

interface Readings {
  sample: Record<string, number>;
  energy: Record<string, Total>;
  absent: string[];
  refused: Record<string, string>;
}

describe('a machine modeled on the output of real ones', () => {
  let machines: Record<string, Readings> | undefined;
  const machine = (name: string) => {
    machines ??= machinesInPython('result = all_machines("fixtures/machines", os.environ["ROOT"])') as Record<
      string,
      Readings
    >;
    const found = machines[name];
    if (!found) throw new Error(`no machine ${name}`);
    return found;
  };

  it('Jetson Nano: rail behind the input by iio, GPU, a cooling device that lowers a clock', () => {
    const { sample, energy, absent } = machine('jetson-nano');
    expect(sample).toMatchObject({
      power_w: 2.532,
      'power_w.POM_5V_IN': 2.532,
      'power_w.POM_5V_GPU': 0.041,
      'power_w.POM_5V_CPU': 0.451,
      'gpu_load_percent.gpu0': 43.7,
      'gpu_frequency_mhz.gpu0': 921.6,
      cpu_frequency_mhz: 1479,
      temperature_c: 41.5,
      'temperature_c.GPU-therm': 34.5,
      throttled: 1,
    });
    expect(sample).not.toHaveProperty(['temperature_c.PMIC-Die']); // always 100
    expect(energy.energy_j).toMatchObject({ value: 2.532, kind: 'measured', unit: 'J' });
    expect(absent).toEqual(['gpu_memory_bytes', 'throttle_flags']);
  });

  it('Jetson AGX Xavier: no rail behind the input, so the sum of six rails is an estimate', () => {
    const { sample, energy } = machine('jetson-agx-xavier');
    expect(sample).toMatchObject({ power_w: 7.1, 'power_w.CPU': 2, 'power_w.CV': 0 });
    expect(sample).toMatchObject({ 'cpu_frequency_mhz.policy2': 2265.6, cpu_frequency_mhz: 1728 });
    expect(energy.energy_j).toMatchObject({
      value: 7.1,
      kind: 'estimated',
      source: expect.stringContaining('sum of GPU, CPU, SOC, CV, VDDRQ, SYS5V') as string,
    });
    expect(energy['energy_j.CPU']).toMatchObject({ value: 2, kind: 'measured' });
  });

  it('Jetson Orin Nano: volts and amperes by hwmon; a zone that is off is left out', () => {
    const { sample } = machine('jetson-orin-nano');
    expect(sample).toMatchObject({
      power_w: 5.064,
      'power_w.VDD_SOC': 1.5168,
      throttled: 0,
      throttle_events: 0,
    });
    expect(sample).toMatchObject({
      'gpu_load_percent.gpu0': 12.8,
      cpu_frequency_mhz: 1250.1,
      temperature_c: 48.25,
    });
    expect(Object.keys(sample).filter((name) => /cv0|shunt/.test(name))).toEqual([]);
  });

  it('Raspberry Pi 3: throttling by the file of the kernel, and no power sensor', () => {
    const { sample, energy, absent } = machine('raspberry-pi-3');
    expect(sample).toEqual({
      cpu_frequency_mhz: 600,
      throttled: 1,
      throttle_flags: 0x50005,
      temperature_c: 61.224,
      'temperature_c.cpu-thermal': 61.224, // only once, although hwmon mirrors the zone
    });
    expect(energy.energy_j?.kind).toBe('unavailable');
    for (const where of ['/sys/class/hwmon', '/sys/bus/iio', '/dev/vcio', 'battery', 'RAPL', 'meter'])
      expect(energy.energy_j?.reason).toContain(where);
    expect(absent).toContain('power_w');
  });

  it('Raspberry Pi 4: throttled before but not now; an INA219 on a hat is taken for the supply', () => {
    const { sample, energy } = machine('raspberry-pi-4');
    expect(sample).toMatchObject({ throttled: 0, throttle_flags: 0x20000, power_w: 3.14 });
    expect(energy['energy_j.ina219-1-0040']).toMatchObject({
      value: 3.14,
      kind: 'estimated',
      source: 'ina219, hwmon power1_input: taken for the supply of the whole device',
    });
  });

  it('Raspberry Pi 5: amperes times volts of the power chip; an estimate, as the 5 V input is not in it', () => {
    const { sample, energy } = machine('raspberry-pi-5');
    expect(sample.power_w).toBeCloseTo(0.1 * 3.7 + 0.2 * 3.3 + 1.5 * 0.8, 4);
    expect(sample.throttled).toBe(0);
    expect(energy.energy_j).toMatchObject({ kind: 'estimated' });
  });

  it('Intel PC: counters of the processor and of the platform, and the battery', () => {
    const { sample, energy, refused } = machine('intel-pc');
    expect(sample).toMatchObject({
      'power_w.battery': 10.03,
      temperature_c: 56,
      'temperature_c.coretemp-Package_id_0': 56,
      'temperature_c.nvme-Composite': 38.85,
      throttled: 0,
      throttle_events: 0,
      cpu_frequency_mhz: 1800,
    });
    expect(energy.energy_j?.source).toBe('RAPL energy_uj of psys');
    const parts = Object.keys(energy).filter((name) => name.includes('.'));
    expect(parts).toEqual(['battery', 'dram-0', 'package-0', 'psys'].map((rail) => `energy_j.${rail}`));
    expect(refused).toEqual({});
  });

  it('without sensors: every sensor is absent, none is a fault', () => {
    const told = machinesInPython(
      'result = readings_of(Machine("/dev/null", tempfile.mkdtemp(dir=os.environ["ROOT"])))',
    );
    expect(told).toMatchObject({ sample: {}, refused: {} });
    expect(told).toHaveProperty('absent', expect.arrayContaining(['temperature_c', 'power_w', 'throttled']));
  });
});

it("queries NVIDIA's library for each GPU, and uses its energy counter if it has one", () => {
  const result = machinesInPython(`
from nvidia_library import Library
library = Library()
machine = Machine("/dev/null", tempfile.mkdtemp(dir=os.environ["ROOT"]), library=lambda name: library)
first = machine.sample(0.0)
library.millijoules += 150000
second = machine.sample(2.0)
joules = {account.rail.name: account.joules for account in machine.sensors.energy.accounts()}
none = Machine("/dev/null", tempfile.mkdtemp(dir=os.environ["ROOT"]), library=lambda name: Library(0)).sensors
result = [first, second["power_w.gpu0"], joules, machine.sensors.energy.reason(), none.refused["gpu_load_percent"]]`);
  expect(result).toEqual([
    {
      'gpu_load_percent.gpu0': 60,
      'gpu_load_percent.gpu1': 61,
      'gpu_memory_bytes.gpu0': 3 * 2 ** 30,
      'gpu_memory_bytes.gpu1': 3 * 2 ** 30,
      'gpu_frequency_mhz.gpu0': 1980,
      'gpu_frequency_mhz.gpu1': 1980,
      'temperature_c.gpu0': 61,
      'temperature_c.gpu1': 61,
      'power_w.gpu1': 75.5,
    },
    75,
    { gpu0: 150, gpu1: 151 },
    'no sensor of the whole device, only of parts: gpu0, gpu1',
    expect.stringContaining('the NVIDIA driver shows no GPU here'),
  ]);
});

it('reads nvidia-smi, started once, if there is no library', () => {
  const result = checkInPython('nvidia_smi.py');
  const [rows, watts, [starts, words]] = result as [unknown[], number, [string, string]];
  expect(rows).toHaveLength(3);
  expect(rows[0]).toEqual({
    'gpu_load_percent.gpu0': 37,
    'gpu_memory_bytes.gpu0': 2 ** 30,
    'gpu_frequency_mhz.gpu0': 1410,
    'temperature_c.gpu0': 55,
    'gpu_memory_bytes.gpu1': 2 ** 21,
    'gpu_frequency_mhz.gpu1': 300,
    'temperature_c.gpu1': 40,
  });
  expect(watts).toBe(61.25);
  expect(starts).toBe('started\n');
  expect(words).toContain('--query-gpu=index,utilization.gpu,memory.used');
});

it('takes a slow reading less often: at most a thousandth of a processor', () => {
  const result = checkInPython('slow_probe.py');
  const [quick = NaN, slow] = result as number[];
  expect(quick).toBeGreaterThan(2);
  expect(slow).toBe(2);
});

it('reads the sensors of this machine, or reports why there are none', async () => {
  const run = await runWrapper(['sleep', '0.1']);
  for (const name of ['temperature_c', 'cpu_frequency_mhz', 'power_w']) {
    const sampled = run.samples.some((sample) => typeof sample[name] === 'number');
    const said = run.states.some((line) => line.metric === name && (line.reason ?? '') !== '');
    expect([name, sampled || said]).toEqual([name, true]);
  }
});
