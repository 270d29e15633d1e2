import type { PlacedData } from '../../deployment/index.js';
import type { DeviceImagePlan } from './plan-images.js';

/** Where what a device lacks of its images now differs from the plan: one sentence for each image. */
export function imageChanges(
  device: string,
  planned: readonly DeviceImagePlan[],
  now: readonly DeviceImagePlan[],
): string[] {
  return now.flatMap((image) => {
    const before = planned.find(({ ref }) => ref === image.ref);
    if (before === undefined || toSend(before) === toSend(image)) return [];
    return [
      `${device} differs from the plan: of ${image.ref} it lacks ${toSend(image)}, not ${toSend(before)}`,
    ];
  });
}

const toSend = ({ present, missing }: DeviceImagePlan) =>
  present ? 'nothing' : missing.length === 0 ? 'its tag' : missing.join(', ');

/** The same for data: that which has come or gone, or has another content. */
export function dataChanges(planned: readonly PlacedData[], now: readonly PlacedData[]): string[] {
  return now.flatMap((data) => {
    const { role, device, name } = data;
    const before = planned.find((one) => one.role === role && one.device === device && one.name === name);
    if (before === undefined) return [];
    if (before.hash !== data.hash) return [`${device} differs from the plan: the data ${name} has changed`];
    if (before.present === data.present) return [];
    const change = data.present ? 'is there already' : 'is gone, and is sent again';
    return [`${device} differs from the plan: the data ${name} ${change}`];
  });
}
