import { deviceImages, eachEngine, LanStore, LayerStore, listBases, pickDevices } from '../../../index.js';
import { basesText, imagesData, imagesText } from '../../text/index.js';
import { chosenLan, throwIfFailed, openSession, type PickOptions } from '../../session/index.js';

export interface ListOptions extends PickOptions {
  bases?: boolean;
}

/** `collab images list`: base images, which devices they fit, and the images on each device. */
export async function imagesList(options: ListOptions): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options, 'events');
  const none = options.lan === undefined && (await new LanStore(workspace).list()).length === 0;
  const lan = none ? null : await chosenLan(workspace, options.lan);
  const devices = lan === null ? [] : pickDevices(lan, { only: options.only, tags: options.deviceTag });
  const bases = await listBases(workspace, devices);
  if (options.bases === true || lan === null) {
    print(basesText(bases), { bases });
    return;
  }
  const reach = { lan, workspace, emit, signal };
  const { done, failures } = await eachEngine(devices, reach, async (_, engine) => ({
    store: (await engine.imageStore()).kind,
    images: await deviceImages(engine),
  }));
  const kept = await new LayerStore().list();
  const here = { layers: kept.length, bytes: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  const onDevices = done.map(({ device, value }) => ({ device, ...value }));
  print(`${basesText(bases)}\n\n${imagesText(onDevices, here)}`, {
    bases,
    devices: onDevices.map(imagesData),
    here,
  });
  throwIfFailed('Could not list the images on', failures, done.length);
}
