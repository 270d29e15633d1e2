import type { DeviceFacts } from './device-facts.js';
import type { Sections } from './sections.js';

/**
 * The JetPack version of each L4T (Jetson Linux) release, for devices without the package nvidia-jetpack.
 * Source: https://developer.nvidia.com/embedded/jetpack-archive
 */
const jetpackOf: Readonly<Record<string, string>> = {
  '28.2.1': '3.3',
  '28.4': '3.3.3',
  '32.1': '4.2',
  '32.2': '4.2.1',
  '32.2.1': '4.2.2',
  '32.2.3': '4.2.3',
  '32.3.1': '4.3',
  '32.4.2': '4.4 DP',
  '32.4.3': '4.4',
  '32.4.4': '4.4.1',
  '32.5': '4.5',
  '32.5.1': '4.5.1',
  '32.5.2': '4.5.1',
  '32.6.1': '4.6',
  '32.7.1': '4.6.1',
  '32.7.2': '4.6.2',
  '32.7.3': '4.6.3',
  '32.7.4': '4.6.4',
  '32.7.5': '4.6.5',
  '32.7.6': '4.6.6',
  '34.1': '5.0 DP',
  '34.1.1': '5.0.1 DP',
  '35.1': '5.0.2',
  '35.2.1': '5.1',
  '35.3.1': '5.1.1',
  '35.4.1': '5.1.2',
  '35.5': '5.1.3',
  '35.6': '5.1.4',
  '36.2': '6.0 DP',
  '36.3': '6.0',
  '36.4': '6.1',
  '36.4.3': '6.2',
  '36.4.4': '6.2.1',
};

/** The name of a Tegra's GPU in CUDA's deviceQuery, by the chip in the device tree. */
const gpuOf: readonly (readonly [chip: string, gpu: string])[] = [
  ['nvidia,tegra210', 'NVIDIA Tegra X1'],
  ['nvidia,tegra186', 'NVIDIA Tegra X2'],
  ['nvidia,tegra194', 'Xavier'],
  ['nvidia,tegra234', 'Orin'],
  ['nvidia,tegra264', 'Thor'],
];

/** Versions of L4T and JetPack: from /etc/nv_tegra_release, otherwise from the packages. */
export function parseJetson(output: Sections): DeviceFacts['jetson'] {
  const packageVersion = (name: string) =>
    new RegExp(`^${name} (\\d+(?:\\.\\d+)*)`, 'm').exec(output.get('packages'))?.[1] ?? null;
  const release = /^# R(\d+) \(release\), REVISION: (\d+(?:\.\d+)*)/m.exec(output.get('tegra'));
  const l4t = release ? `${release[1] ?? ''}.${release[2] ?? ''}` : packageVersion('nvidia-l4t-core');
  if (l4t === null) return null;
  const jetpack =
    packageVersion('nvidia-jetpack') ?? jetpackOf[l4t] ?? jetpackOf[l4t.replace(/\.0$/, '')] ?? null;
  return { l4t, jetpack };
}

/** Names of the GPUs: from nvidia-smi, otherwise by the chip of a Tegra. */
export function parseCudaDevices(output: Sections): string[] {
  const listed = output.lines('gpu').flatMap((line) => {
    // On a Tegra, nvidia-smi appends the name of the driver: `Orin (nvgpu)`.
    const name = /^GPU \d+: (.+?)(?: \(nvgpu\))? \(UUID: /.exec(line)?.[1];
    return name === undefined ? [] : [name];
  });
  if (listed.length > 0) return listed;
  const chips = output.lines('compatible');
  const gpu = gpuOf.find(([chip]) => chips.includes(chip))?.[1];
  return gpu === undefined ? [] : [gpu];
}
