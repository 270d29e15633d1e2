import { addDevice } from '../../../index.js';
import { deviceTable } from '../../text/index.js';
import { chosenLan, loginPrompts, type LoginFlags, openSession, typedTargets } from '../../session/index.js';

export interface AddOptions extends LoginFlags {
  lan?: string;
  name?: string;
  tag: string[];
  key?: string;
  sshConfig?: string;
  json?: boolean;
}

/** `collab device add <address>`: logs in to a device, reads its facts and adds it to the LAN. */
export async function deviceAdd(address: string, options: AddOptions): Promise<void> {
  const session = openSession(options, 'events');
  const { workspace, emit, signal, print } = session;
  const lan = await chosenLan(workspace, options.lan);
  const [login] = await typedTargets([address], options, session);
  if (login === undefined) throw new TypeError('One address gives one target.');
  const target = { ...login, ...(options.name !== undefined && { name: options.name }) };
  const device = await addDevice({
    lan,
    target,
    tags: options.tag,
    workspace,
    emit,
    signal,
    ...loginPrompts(options),
  });
  print(deviceTable([device]), device.toJSON());
}
