import { formatBytes, type CollabEvent } from '../../index.js';

type Line = (event: Record<string, unknown>) => string | null;

const seconds = (value: unknown) => `${Number(value).toFixed(1)} s`;
const text = (value: unknown) => (typeof value === 'string' ? value : String(value));
const parameters = (value: unknown) =>
  Object.entries(value as Record<string, unknown>)
    .map(([name, one]) => `${name}=${text(one)}`)
    .join(' ');

/** The line that each kind of event prints; other kinds print none. */
const lines: Readonly<Record<string, Line>> = {
  'layer.pull': (e) => `${text(e.device)}: asking a registry for ${text(e.ref)}`,
  'layer.debootstrap': (e) =>
    `${text(e.device)}: no registry gave it; making Debian from its packages (half a minute)`,
  'layer.emulated': (e) =>
    `${text(e.device)}: no device is ${text(e.architecture)}, so it is built by emulation (some eight times slower)`,
  'layer.build': (e) => `${text(e.device)}: building the ${text(e.layer)} layer ${text(e.ref)}`,
  'layer.built': (e) => `${text(e.device)}: built ${text(e.ref)} in ${seconds(e.seconds)}`,
  'bases.saving': (e) => `saving ${text(e.ref)} (${formatBytes(Number(e.sizeBytes))} unpacked)`,
  'bases.written': (e) => `wrote ${text(e.file)} (${formatBytes(Number(e.sizeBytes))})`,
  'bases.checking': (e) => `checking ${text(e.file)} (${formatBytes(Number(e.sizeBytes))})`,
  'bases.present': (e) => `${text(e.ref)} is here already`,
  'bases.loading': (e) => `loading ${text(e.ref)} (${formatBytes(Number(e.sizeBytes))})`,
  'bases.loaded': (e) => `${text(e.ref)} is here, content checked`,
  'bases.flavour': (e) => `the flavour ${text(e.name)} is in ${text(e.folder)}`,
  'data.present': (e) =>
    `${text(e.device)}: has the data ${text(e.name)} (${formatBytes(Number(e.sizeBytes))})`,
  'data.sending': (e) =>
    `${text(e.device)}: sending the data ${text(e.name)}, ${text(e.files)} files (${formatBytes(Number(e.totalBytes))})`,
  'data.sent': (e) =>
    `${text(e.device)}: received the data ${text(e.name)} in ${seconds(e.seconds)}, hash checked`,
  'delivery.present': (e) => `${text(e.device)}: has ${text(e.ref)}`,
  'delivery.started': (e) =>
    `${text(e.device)}: sending ${text(e.ref)} (${formatBytes(Number(e.totalBytes ?? e.plainBytes))}${e.totalBytes === null ? ', gzipped meanwhile' : e.gzipped === true ? ' gzipped' : ''}; ${text(e.layersMissing)} ${e.layersMissing === 1 ? 'layer' : 'layers'}, ${text(e.layersThere)} there already)`,
  'delivery.whole': (e) =>
    `${text(e.device)}: its engine did not take ${text(e.ref)} in parts, sending all of it: ${text(e.reason)}`,
  'delivery.done': (e) =>
    `${text(e.device)}: received ${text(e.ref)} in ${seconds(e.seconds)} (${formatBytes(Number(e.sentBytes))}, ${formatBytes(Number(e.bytesPerS))}/s), image id checked`,
  'delivery.packing': (e) =>
    e.how === 'gzip'
      ? Number(e.sizeBytes) < 20e6
        ? null
        : `this machine: gzipping a layer of ${formatBytes(Number(e.sizeBytes))}, once for all devices`
      : `this machine: reading the layers of ${text(e.layer)} out of an engine, once for all devices`,
  'overhead.measuring': (e) => `${text(e.device)}: measuring what the wrapper costs there (20 s)`,
  'lab.network': (e) => `Lab network ${text(e.subnet)} on the bridge ${text(e.interface)}`,
  'lab.starting': (e) => `${text(e.device)}: starting at ${text(e.address)}`,
  'lab.present': (e) => `${text(e.device)}: is up at ${text(e.address)}`,
  'lab.ready': (e) => `${text(e.device)}: ready, ssh and Docker Engine ${text(e.engine)} answer`,
  'lab.removed': (e) => `${text(e.device)}: removed`,
  'network.looking': (e) =>
    `Looking for devices on ${(e.interfaces as string[]).join(', ')} (mDNS, at most ${text(e.seconds)} s)`,
  'network.scanning': (e) =>
    `Trying port 22 of ${text(e.addresses)} addresses of ${text(e.subnet)} on ${text(e.interface)}`,
  'network.found': (e) => `  ${text(e.host)} at ${text(e.address)}:${text(e.port)} (${text(e.how)})`,
  'network.resolved': (e) =>
    `${text(e.typed)} is ${text(e.user)}@${text(e.address)}:${text(e.port)} by ssh_config${(e.via as string[]).map((hop) => `, through ${hop}`).join('')}`,
  'network.ssh-config-left': (e) => `note: ssh_config is not read: ${text(e.reason)}`,
  'network.host-key': (e) => `${text(e.address)}: shows the host key ${text(e.type)} ${text(e.fingerprint)}`,
  'network.connecting': (e) => `${text(e.address)}: connecting`,
  'network.connected': (e) => `${text(e.address)}: connected, host key ${text(e.fingerprint)}`,
  'network.password-refused': (e) => `${text(e.address)}: refuses this password of ${text(e.user)}`,
  'network.key-installed': (e) =>
    `${text(e.address)}: the key ${text(e.key)} may now log in as ${text(e.user)}; the password is forgotten`,
  'network.failed': (e) => `${text(e.address)}: ${text(e.what)}`,
  'workspace.tightened': (e) =>
    `note: ${text(e.path)} could be used by others (mode ${text(e.mode)}); ` +
    (e.mended === true ? 'only you can now' : 'it is not yours to change, ask its owner'),
  'mend.running': (e) => `${text(e.device)}: ${text(e.command)}`,
  'mend.line': (e) => `  ${text(e.device)} | ${text(e.line)}`,
  'mend.failed': (e) => `${text(e.device)}: ${text(e.command)} failed: ${text(e.reason)}`,
  'mend.stopped': (e) => `${text(e.device)}: mending stopped: ${text(e.reason)}`,
  'mend.by-hand': (e) =>
    [`${text(e.device)}: to do by hand: ${text(e.reason)}`, ...(e.commands as string[])].join('\n    '),
  'gateway.ran': (e) => `here: ${text(e.command)}`,
  'gateway.undone': (e) => `here: ${text(e.command)}`,
  'gateway.routed': (e) => `${text(e.device)}: its default route leads to ${text(e.via)}`,
  'gateway.restored': (e) => `${text(e.device)}: its default route is as it was`,
  'gateway.not-routed': (e) => `${text(e.device)}: its route was not changed: ${text(e.reason)}`,
  'sync.planned': (e) =>
    `${text(e.device)}: ${text(e.files)} files (${formatBytes(Number(e.totalBytes))}) to send to ${text(e.to)} by ${text(e.way)}, ${text(e.removals)} to remove`,
  'sync.not-sent': (e) =>
    `note: not sent, as they are no files, folders or links: ${(e.paths as string[]).join(', ')}`,
  'sync.rsync-left': (e) => `${text(e.device)}: rsync did not do it, sending by SFTP: ${text(e.reason)}`,
  'sync.done': (e) => `${text(e.device)}: up to date after ${seconds(e.seconds)}`,
  'sync.failed': (e) => `${text(e.device)}: ${text(e.what)}`,
  'run.connecting': (e) => `Connecting to ${(e.devices as string[]).join(', ')}`,
  'network.searching': (e) =>
    `Not where they were: ${(e.devices as string[]).join(', ')}; looking for them${(e.interfaces as string[]).length > 0 ? ` on ${(e.interfaces as string[]).join(', ')}` : ''}`,
  'network.moved': (e) => `${text(e.device)}: found again at ${text(e.address)} (was ${text(e.from)}), saved`,
  'run.device-left-out': (e) =>
    `${text(e.device)}: left out, it is not ready (${text(e.step)}). ${text(e.reason)}\n  do: ${text(e.next)}`,
  'lease.not-renewed': (e) =>
    `${text(e.device)}: its lease could not be renewed, trying again: ${text(e.reason)}`,
  'lease.lost': (e) => `${text(e.device)}: ${text(e.reason)}`,
  'run.started': (e) => `Run ${text(e.run_id)} of ${text(e.experiment)}: ${text(e.trials)} trials`,
  'run.note': (e) => `note: ${text(e.note)}`,
  'run.dependencies-left-out': (e) =>
    `note: --local installs nothing; ${text(e.role)} needs ${(e.dependencies as string[]).join(', ')} on this machine`,
  'run.placed': (e) =>
    (e.placement as { role: string; rank: number; device: string; pinned?: boolean }[])
      .map(({ role, rank, device, pinned }) => `  ${role}-${rank} on ${device}${pinned ? ', pinned' : ''}`)
      .join('\n'),
  'trial.started': (e) => {
    const values = parameters(e.parameters);
    const repeat =
      e.warmup === true ? ' (warm-up)' : Number(e.repeat) > 0 ? ` (repeat ${Number(e.repeat) + 1})` : '';
    return `Trial ${text(e.trial)}/${text(e.of)}${values === '' ? '' : `: ${values}`}${repeat}`;
  },
  'role.ready': (e) => `  ${text(e.role)}-${text(e.rank)} ready on ${text(e.device)}`,
  'role.ended': (e) => {
    const exited = e.code === null ? `ended by ${text(e.signal)}` : `ended with code ${text(e.code)}`;
    const how = e.reason === 'exited' ? exited : text(e.reason);
    return `  ${text(e.role)}-${text(e.rank)} ${how}`;
  },
  'role.not-collected': (e) => `  ${text(e.reason)}`,
  'run.stopping': (e) => `  stopping all roles: ${text(e.reason)}`,
  'trial.ended': (e) => `  ${text(e.state)} after ${seconds(e.seconds)}`,
  'run.ended': (e) => `Run ${text(e.state)} after ${seconds(e.seconds)}: ${text(e.folder)}`,
};

/** The line that an event prints; null if it prints none. */
export function eventLine(event: CollabEvent): string | null {
  return Object.hasOwn(lines, event.kind) ? (lines[event.kind]?.(event) ?? null) : null;
}
