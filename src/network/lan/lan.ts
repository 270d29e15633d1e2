import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { Controller } from './controller.js';
import { Device, deviceName, deviceRecord } from './device.js';

export const lanRecord = z.object({
  format: z.literal(1),
  name: deviceName,
  controller: deviceRecord,
  devices: z.array(deviceRecord),
});
export type LanRecord = z.input<typeof lanRecord>;

/** A saved network: one controller and any number of devices with unique names and ids. Immutable. */
export class LAN {
  constructor(
    readonly name: string,
    readonly controller: Controller,
    readonly devices: readonly Device[] = [],
  ) {
    for (const [index, device] of devices.entries()) {
      const before = devices.slice(0, index);
      const namesake = before.find((other) => other.name === device.name);
      if (namesake) throw sameName(this.name, device, namesake);
      const twin = before.find((other) => other.id === device.id);
      if (twin) throw sameHostKey(device, twin);
    }
  }

  /** @throws ZodError if the record is invalid, CollabError if two devices share a name or an id. */
  static fromJSON(json: unknown): LAN {
    const { name, controller, devices } = lanRecord.parse(json);
    return new LAN(
      name,
      Controller.fromJSON(controller),
      devices.map((device) => Device.fromJSON(device)),
    );
  }

  /**
   * Returns a LAN with this device added. A device with the same id is replaced.
   * @throws CollabError `device-not-unique` if another device has its name or its address.
   */
  withDevice(device: Device): LAN {
    const holder = this.devices.find((other) => other.id !== device.id && isSamePlace(other, device));
    if (holder) throw sameAddress(device, holder);
    const known = this.devices.some((other) => other.id === device.id);
    return this.#with(
      known
        ? this.devices.map((other) => (other.id === device.id ? device : other))
        : [...this.devices, device],
    );
  }

  /**
   * Returns a LAN with the devices at their new addresses. Another device that is saved at such an address keeps it: it is
   * no longer there, and collab will search for it when it is needed.
   */
  moved(moves: readonly { device: Device; address: string; port: number }[]): LAN {
    return this.#with(
      this.devices.map((device) => {
        const move = moves.find((one) => one.device.id === device.id);
        return move ? device.with({ address: move.address, port: move.port }) : device;
      }),
    );
  }

  /** Returns a LAN with updated facts. Devices that are not in the LAN are ignored. */
  refreshed(read: readonly Device[]): LAN {
    return this.#with(
      this.devices.map((device) => {
        const fresh = read.find(({ id }) => id === device.id);
        return fresh ? device.with({ facts: fresh.facts }) : device;
      }),
    );
  }

  withoutDevice(name: string): LAN {
    const gone = this.device(name);
    return this.#with(this.devices.filter((device) => device !== gone));
  }

  /** @throws CollabError `unknown-device`, which lists the known ones. */
  device(name: string): Device {
    const found = this.devices.find((device) => device.name === name);
    if (found) return found;
    const names = this.devices.map((device) => device.name).join(', ');
    throw new CollabError('unknown-device', {
      what: `LAN ${this.name} has no device named ${name}.`,
      why: names ? `It has: ${names}` : 'It has no devices yet.',
      next: 'List them with: collab device list',
      exitCode: ExitCode.usage,
    });
  }

  #with(devices: readonly Device[]): LAN {
    return new LAN(this.name, this.controller, devices);
  }

  toJSON(): LanRecord {
    return {
      format: 1,
      name: this.name,
      controller: this.controller.toJSON(),
      devices: this.devices.map((device) => device.toJSON()),
    };
  }
}

/** Whether two devices have the same address. Behind different jump hosts, the same address means different machines. */
export function isSamePlace(one: Device, other: Device): boolean {
  const routeTo = ({ via }: Device) => via.map(({ host, port }) => `${host} ${port}`).join(', ');
  return one.address === other.address && one.port === other.port && routeTo(one) === routeTo(other);
}

/** The wanted name, with a number appended if it is taken. */
export function uniqueName(wanted: string, takenNames: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!takenNames.includes(name)) return name;
  }
}

/** Two addresses have the same host key: one device found twice, or two copies of one disk image. */
export function sameHostKey(device: Device, twin: Device): CollabError {
  return taken(
    `${device.address} and ${twin.address} (${twin.name}) present the same ssh host key.`,
    'If they are two devices with copies of one disk image, create new keys on one of them: sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A; sudo systemctl restart ssh',
    'Either it is one device at two addresses, or two devices with the same identity, which collab cannot distinguish.',
  );
}

function sameName(lan: string, device: Device, namesake: Device): CollabError {
  return taken(
    `LAN ${lan} already has a device named ${device.name}.`,
    'Choose another name for one of them.',
    hostKeysOf(device, namesake),
  );
}

function sameAddress(device: Device, holder: Device): CollabError {
  return taken(
    `${device.name} and ${holder.name} have the same address ${device.address}, port ${device.port}.`,
    `If ${holder.name} is no longer there: collab device remove ${holder.name}. If it has a new address: collab device edit ${holder.name} --address <address>`,
    hostKeysOf(device, holder),
  );
}

function hostKeysOf(...devices: Device[]): string {
  return devices.map(({ name, address, id }) => `${name} at ${address} has the host key ${id}`).join('\n');
}

function taken(what: string, next: string, why?: string): CollabError {
  return new CollabError('device-not-unique', { what, why, next, exitCode: ExitCode.usage });
}
