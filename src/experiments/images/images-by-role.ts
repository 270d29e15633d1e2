import type { DeviceFacts } from '../../network/index.js';
import type { Experiment } from '../definition/index.js';
import type { Bases } from './bases.js';
import { codeFiles, roleImage, type RoleImage } from './image-needs.js';

export type ImageOf = (role: string, device: string) => RoleImage;

/** The image of each role on each device that plays it; devices of one kind have the same one. */
export async function imagesByRole(
  experiment: Experiment,
  bases: Bases,
  placement: readonly { role: string; device: string }[],
  devices: readonly { name: string; facts: DeviceFacts }[],
): Promise<ImageOf> {
  const code = await codeFiles(experiment);
  const made = new Map<string, Promise<RoleImage>>();
  const images = new Map<string, RoleImage>();
  for (const { role: name, device } of placement) {
    const role = experiment.definition.roles.find((one) => one.name === name);
    const facts = devices.find((one) => one.name === device)?.facts;
    if (role === undefined || facts === undefined) throw new TypeError(`${name} is not placed on ${device}`);
    const base = bases.imageFor(role, facts);
    const key = `${name} ${facts.architecture} ${base.flavor.images.indexOf(base.image)}`;
    const image =
      made.get(key) ?? roleImage(role, { ...base, architecture: facts.architecture }, experiment.name, code);
    made.set(key, image);
    images.set(`${name} ${device}`, await image);
  }
  return (role, device) => {
    const image = images.get(`${role} ${device}`);
    if (image === undefined) throw new TypeError(`no image planned for ${role} on ${device}`);
    return image;
  };
}
