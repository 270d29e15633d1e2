import { pushImages } from '../../../index.js';
import { throwIfFailed, openSession, pickedDevices, type PickOptions } from '../../session/index.js';
import { pushedText } from '../../text/index.js';

/** `collab images push <experiment>`: sends images to every device that could play one of its roles. */
export async function imagesPush(experiment: string, options: PickOptions): Promise<void> {
  const { workspace, emit, signal, clock, print } = openSession(options, 'events');
  const { lan, devices } = await pickedDevices(workspace, options);
  const pushed = await pushImages({ experiment, lan, devices, workspace, emit, signal, clock });
  if (pushed.devices.length > 0) {
    print(pushedText(pushed), {
      devices: pushed.devices.map(({ device, images }) => ({
        device,
        images: images.map(({ roles, ref, imageId, sentBytes, seconds }) => ({
          roles,
          ref,
          seconds,
          image_id: imageId,
          sent_bytes: sentBytes,
        })),
      })),
    });
  }
  throwIfFailed(`Could not send the images of ${experiment} to`, pushed.failures, pushed.devices.length);
}
