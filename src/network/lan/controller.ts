import { readControllerFacts } from '../facts/index.js';
import { Device, fieldsOf, nameFrom, type ConnectedDevice } from './device.js';
import { LocalShell } from '../shell/index.js';

/** The user's machine: a Device that needs no ssh connection. */
export class Controller extends Device {
  /** Reads this machine's facts. */
  static async read(): Promise<Controller> {
    const facts = await readControllerFacts();
    return new Controller({
      name: nameFrom(facts.hostname),
      id: facts.macs[0]?.mac ?? facts.hostname,
      address: '127.0.0.1',
      port: 22,
      user: facts.user.name,
      keyPath: null,
      tags: [],
      facts,
    });
  }

  static override fromJSON(json: unknown): Controller {
    return new Controller(fieldsOf(json));
  }

  override connect(): Promise<ConnectedDevice> {
    const close = () => Promise.resolve();
    return Promise.resolve({
      device: this,
      shell: new LocalShell(),
      onLost: () => () => undefined,
      lastHeardAt: () => new Date(),
      reach: () => Promise.resolve(),
      close,
      [Symbol.asyncDispose]: close,
    });
  }
}
