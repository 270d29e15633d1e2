import { pushImages } from '../../../index.js';
import { failTogether, openSession, pickedDevices, type PickOptions } from '../../session/index.js';
import { pushedText } from '../../text/index.js';

/** `collab images push <experiment>`: what its roles run from, on every device that could play one. */
export async function imagesPush(experiment: string, options: PickOptions): Promise<void> {
  const { workspace, emit, signal, clock, print } = openSession(options);
  const { lan, devices } = await pickedDevices(workspace, options);
  const pushed = await pushImages({ experiment, lan, devices, workspace, emit, signal, clock });
  if (pushed.devices.length > 0) {
    print(pushedText(pushed), {
      kind: 'result',
      devices: pushed.devices.map(({ device, images }) => ({
        device,
        images: images.map(({ roles, ref, imageId, sentBytes, seconds }) => ({
          ...{ roles, ref, seconds },
          image_id: imageId,
          sent_bytes: sentBytes,
        })),
      })),
    });
  }
  failTogether(`The images of ${experiment} could not be sent to`, pushed.failures, pushed.devices.length);
}
