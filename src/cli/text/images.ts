import { formatBytes, type DeviceImage, type Pushed } from '../../index.js';
import { groupedTable } from './table.js';

interface OnDevice {
  device: string;
  images: readonly DeviceImage[];
}

export const imageName = ({ refs, id }: DeviceImage) => (refs.length > 0 ? refs.join(' ') : id.slice(0, 19));
const total = (images: readonly DeviceImage[]) => images.reduce((sum, { ownBytes }) => sum + ownBytes, 0);

/** Images on the devices, and layers kept on this machine. */
export function imagesText(devices: readonly OnDevice[], here: { layers: number; bytes: number }): string {
  const rows = devices.flatMap(({ device, images }) => [
    ...images.map((image) => [
      device,
      image.kind,
      imageName(image),
      formatBytes(image.sizeBytes),
      formatBytes(image.sizeBytes - image.ownBytes),
      formatBytes(image.ownBytes),
    ]),
    [device, '', images.length === 0 ? 'no collab images' : 'total', '', '', formatBytes(total(images))],
  ]);
  const kept = `This machine keeps ${here.layers} layers to send (${formatBytes(here.bytes)}).`;
  if (devices.length === 0) return kept;
  const headings = ['DEVICE', 'LAYER', 'IMAGE', 'SIZE', 'SHARED', 'OWN'];
  return `${groupedTable(headings, rows, 1, ['SHARED'])}\n\n${kept}`;
}

/** Images on a device, for --json. */
export function imagesData({ device, store, images }: OnDevice & { store: string }) {
  return {
    device,
    store,
    images: images.map(({ id, refs, kind, experiment, sizeBytes, ownBytes: own }) => ({
      id,
      refs,
      kind,
      experiment,
      size_bytes: sizeBytes,
      own_bytes: own,
      shared_bytes: sizeBytes - own,
    })),
  };
}

/** Images sent to each device. */
export function pushedText({ devices }: Pushed): string {
  const rows = devices.flatMap(({ device, images }) =>
    images.map(({ roles, ref, sentBytes, seconds }) => [
      device,
      roles.join(', '),
      ref,
      sentBytes === 0 ? 'already there' : `${formatBytes(sentBytes)} sent in ${seconds.toFixed(1)} s`,
    ]),
  );
  return groupedTable(['DEVICE', 'FOR', 'IMAGE', ''], rows);
}
