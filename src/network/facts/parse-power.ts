import type { PowerSensor } from './device-facts.js';

/** Sensor kinds by driver name. To add one, add a line here and its commands to the probe. */
const kinds: readonly (readonly [driver: RegExp, kind: string])[] = [
  [/^ina3221x?$/, 'ina3221'],
  [/^ina2\w\w$/, 'ina219'],
  [/^(rapl|nvidia|battery|pi5-pmic)$/, '$1'],
];

/** Parses lines of the probe: driver, name, folder, and `yes` or `no`, separated by tabs. Each folder counts once. */
export function parsePowerSensors(lines: readonly string[]): PowerSensor[] {
  const sensors = lines.flatMap((line) => {
    const [driver = '', name = '', path = '', readable = ''] = line.split('\t');
    const match = kinds.find(([pattern]) => pattern.test(driver));
    if (match === undefined) return [];
    const kind = driver.replace(match[0], match[1]);
    return [{ kind, name: name || kind, path: path || null, readable: readable === 'yes' }];
  });
  // NVIDIA's driver in L4T 32 lists one sensor twice: in the driver's folder and among the iio devices.
  const key = ({ kind, name, path }: PowerSensor) => `${kind} ${path?.replace(/^.*\//, '') ?? name}`;
  return [...new Map(sensors.map((sensor) => [key(sensor), sensor])).values()];
}
