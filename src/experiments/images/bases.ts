import { type Flavour, flavourFit, type FlavourImage, readFlavour } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { DeviceFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { RoleDefinition } from '../definition/index.js';

type BaseOf = Pick<RoleDefinition, 'base'>;

/** The base flavours that the roles of an experiment name, and what each is on a device. */
export interface Bases {
  /** Why a role's base has nothing for a device; null when it has. For `place`. */
  misfit: (role: BaseOf, facts: DeviceFacts) => string | null;
  /** The image of a role's base for a device that it fits. */
  imageFor: (role: BaseOf, facts: DeviceFacts) => { flavour: Flavour; image: FlavourImage };
  /** What the user should know of a placement: a role with a GPU whose base computes on the CPU. */
  notes: (
    roles: readonly RoleDefinition[],
    placement: readonly PlacementRecord[],
    devices: readonly { name: string; facts: DeviceFacts }[],
  ) => string[];
}

/** Reads the flavours that the roles name. @throws CollabError `no-flavour`, `flavour-invalid` */
export async function readBases(roles: readonly BaseOf[], workspace: Workspace): Promise<Bases> {
  const flavours = new Map<string, Flavour>();
  for (const name of new Set(roles.map(({ base }) => base))) {
    flavours.set(name, await readFlavour(workspace, name));
  }
  const fitOf = ({ base }: BaseOf, facts: DeviceFacts) => {
    const flavour = flavours.get(base);
    if (flavour === undefined) throw new TypeError(`the base ${base} was not read`);
    return { flavour, fit: flavourFit(flavour, facts) };
  };
  return {
    misfit: (role, facts) => {
      const { fit } = fitOf(role, facts);
      return fit.fits ? null : fit.reason;
    },
    imageFor: (role, facts) => {
      const { flavour, fit } = fitOf(role, facts);
      if (!fit.fits) throw new TypeError(fit.reason);
      return { flavour, image: fit.image };
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
