import { type Flavor, flavorFit, type FlavorImage, readFlavor } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { RoleDefinition } from '../definition/index.js';

type BaseOf = Pick<RoleDefinition, 'base'>;

/** The base flavors that the roles of an experiment name, and what each is on a device. */
export interface Bases {
  /** Why a role's base has nothing for a device; null when it has. For `place`. */
  misfit: (role: BaseOf, facts: DeviceFacts) => string | null;
  /** The image of a role's base for a device that it fits. */
  imageFor: (role: BaseOf, facts: DeviceFacts) => { flavor: Flavor; image: FlavorImage };
  /** What the user should know of a placement: a role with a GPU whose base computes on the CPU. */
  notes: (
    roles: readonly RoleDefinition[],
    placement: readonly PlacementRecord[],
    devices: readonly { name: string; facts: DeviceFacts }[],
  ) => string[];
}

/** Reads the flavors that the roles name. @throws CollabError `no-flavor`, `flavor-invalid` */
export async function readBases(roles: readonly BaseOf[], workspace: Workspace): Promise<Bases> {
  const flavors = new Map<string, Flavor>();
  for (const name of new Set(roles.map(({ base }) => base))) {
    flavors.set(name, await readFlavor(workspace, name));
  }
  const fitOf = ({ base }: BaseOf, facts: DeviceFacts) => {
    const flavor = flavors.get(base);
    if (flavor === undefined) throw new TypeError(`the base ${base} was not read`);
    return { flavor, fit: flavorFit(flavor, facts) };
  };
  return {
    misfit: (role, facts) => {
      const { fit } = fitOf(role, facts);
      return fit.fits ? null : fit.reason;
    },
    imageFor: (role, facts) => {
      const { flavor, fit } = fitOf(role, facts);
      if (!fit.fits) throw new TypeError(fit.reason);
      return { flavor, image: fit.image };
    },
    notes: (all, placement, devices) => {
      const notes = placement.flatMap(({ role: name, device }) => {
        const role = all.find((one) => one.name === name);
        const facts = devices.find((one) => one.name === device)?.facts;
        if (role === undefined || facts === undefined || !role.gpu) return [];
        const { fit } = fitOf(role, facts);
        return fit.fits && fit.note !== null ? [`${name} gets the GPU of ${device}, but ${fit.note}.`] : [];
      });
      return [...new Set(notes)];
    },
  };
}
