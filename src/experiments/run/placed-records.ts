import type { PlacedData } from '../../deployment/index.js';
import type { RunRecord } from '../../logs/index.js';
import type { ImageDescription } from '../images/index.js';

/** The images of roles on their devices, as run.json has them. */
export function imageRecords(
  deployed: readonly { role: string; device: string; ref: string; imageId: string }[],
  descriptions: ReadonlyMap<string, ImageDescription>,
): RunRecord['images'] {
  return deployed.map(({ role, device, ref, imageId }) => {
    const { layers, repoDigests, packages } = descriptions.get(imageId) ?? {};
    return {
      role,
      device,
      ref,
      image_id: imageId,
      ...(layers && { layers: [...layers] }),
      ...(repoDigests && { repo_digests: [...repoDigests] }),
      ...(packages && { packages }),
    };
  });
}

/** The data that roles were given, as run.json has it. */
export function dataRecords(placed: readonly PlacedData[]): NonNullable<RunRecord['data']> {
  return placed.map(({ role, device, name, path, hash, sizeBytes, source }) => ({
    role,
    device,
    name,
    path,
    hash,
    source,
    size_bytes: sizeBytes,
  }));
}

/** The folders of data on a device that a role reads. */
export function dataFolders(
  data: readonly PlacedData[],
  role: string,
  device: string,
): { name: string; path: string }[] {
  const own = data.filter((one) => one.role === role && one.device === device);
  return own.map(({ name, deviceFolder }) => ({ name, path: deviceFolder }));
}
