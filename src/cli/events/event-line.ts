import { formatBytes, type CollabEvent } from '../../index.js';
import { countsText } from '../text/index.js';

type Kind = CollabEvent['kind'];
type Line<K extends Kind> = (event: Extract<CollabEvent, { kind: K }>) => string | null;

const seconds = (value: number) => `${value.toFixed(1)} s`;
const afterText = (value: number | undefined) => (value === undefined ? '' : ` after ${seconds(value)}`);
const parameters = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(' ');
const utc = (iso: string) => `${iso.slice(0, 19).replace('T', ' ')} UTC`;
const trialsText = (count: number) => `${count} ${count === 1 ? 'trial' : 'trials'}`;
const versionText = (version: number | null) => (version === null ? '' : `, version ${version}`);
const none = () => null;
const drilled = { passed: 'passed', failed: 'FAILED', 'not-checked': 'could not be checked' };

/** The line that each kind of event prints. */
const lines = {
  'layer.pull': (e) => `${e.device}: asking a registry for ${e.ref}`,
  'layer.debootstrap': (e) =>
    `${e.device}: no registry gave it; making Debian from its packages (half a minute)`,
  'layer.emulated': (e) =>
    `${e.device}: no device is ${e.architecture}, so it is built by emulation (some eight times slower)`,
  'layer.build': (e) => `${e.device}: building the ${e.layer} layer ${e.ref}`,
  'layer.built': (e) => `${e.device}: built ${e.ref} in ${seconds(e.seconds)}`,
  'bases.saving': (e) => `saving ${e.ref} (${formatBytes(e.size_bytes)} unpacked)`,
  'bases.written': (e) => `wrote ${e.file} (${formatBytes(e.size_bytes)})`,
  'bases.checking': (e) => `checking ${e.file} (${formatBytes(e.size_bytes)})`,
  'bases.present': (e) => `${e.ref} is here already`,
  'bases.loading': (e) => `loading ${e.ref} (${formatBytes(e.size_bytes)})`,
  'bases.loaded': (e) => `${e.ref} is here, content checked`,
  'bases.flavor': (e) => `the flavor ${e.name} is in ${e.folder}`,
  'bundle.packing': (e) => `packing ${e.files} files, and looking for secrets in them`,
  'bundle.written': (e) => `wrote ${e.file} (${formatBytes(e.size_bytes)})`,
  'bundle.checking': (e) => `checking ${e.file} (${formatBytes(e.size_bytes)})`,
  'bundle.cloning': (e) => `cloning ${e.address}`,
  'data.present': (e) => `${e.device}: has the data ${e.name} (${formatBytes(e.size_bytes)})`,
  'data.sending': (e) =>
    `${e.device}: sending the data ${e.name}, ${e.files} files (${formatBytes(e.total_bytes)})`,
  'data.sent': (e) => `${e.device}: received the data ${e.name} in ${seconds(e.seconds)}, hash checked`,
  'delivery.present': (e) => `${e.device}: has ${e.ref}`,
  'delivery.started': (e) =>
    `${e.device}: sending ${e.ref} (${formatBytes(e.total_bytes ?? e.plain_bytes)}${e.total_bytes === null ? ', gzipped meanwhile' : e.gzipped ? ' gzipped' : ''}; ${e.layers_missing} ${e.layers_missing === 1 ? 'layer' : 'layers'}, ${e.layers_present} there already)`,
  'delivery.whole': (e) =>
    `${e.device}: its engine did not take ${e.ref} in parts, sending all of it: ${e.reason}`,
  'delivery.done': (e) =>
    `${e.device}: received ${e.ref} in ${seconds(e.seconds)} (${formatBytes(e.sent_bytes)}, ${formatBytes(e.bytes_per_s)}/s), image id checked`,
  'delivery.packing': (e) =>
    e.how === 'gzip'
      ? (e.size_bytes ?? 0) < 20e6
        ? null
        : `this machine: gzipping a layer of ${formatBytes(e.size_bytes ?? 0)}, once for all devices`
      : `this machine: reading the layers of ${e.layer} out of an engine, once for all devices`,
  'packages.reading': (e) => `${e.device}: reading which packages ${e.ref} has, once for this image`,
  'packages.read': (e) =>
    e.unavailable === undefined
      ? null
      : `note: the packages of ${e.ref} could not be read on ${e.device}: ${e.unavailable}`,
  'python.read': (e) =>
    'unavailable' in e.python
      ? `note: the packages of python3 could not be read: ${e.python.unavailable}`
      : null,
  'overhead.measuring': (e) => `${e.device}: measuring what the wrapper costs there (20 s)`,
  'lab.network': (e) => `Lab network ${e.subnet} on the bridge ${e.interface}`,
  'lab.starting': (e) => `${e.device}: starting at ${e.address}`,
  'lab.present': (e) => `${e.device}: is up at ${e.address}`,
  'lab.ready': (e) => `${e.device}: ready, ssh and Docker Engine ${e.engine} answer`,
  'lab.removed': (e) => `${e.device}: removed`,
  'fleet.starting': (e) => `${e.member}: starting at ${e.address}`,
  'fleet.replacing': (e) => `${e.member}: starting again: ${e.why}`,
  'fleet.changing': (e) => `${e.member}: changing: ${e.why}`,
  'fleet.rotating': (e) => `gossip key: step ${e.step} of ${e.of}`,
  'fleet.copying': (e) =>
    `copying the files to the new keepers: ${formatBytes(e.copiedBytes)} of ${formatBytes(e.ofBytes)}`,
  'fleet.replicating': (e) => `waiting for replicas: ${e.lacking} of the store's streams lack one`,
  'fleet.store-making': (e) => `${e.fleet}: making the store`,
  'fleet.store-changing': (e) => `${e.fleet}: changing the settings of the store`,
  'fleet.no-base': (e) =>
    `${e.member}: runs no tasks of this job, as it has no base image ${e.base}: ${e.why}`,
  'fleet.joined': (e) => `${e.member}: joined, at ${e.address}`,
  'fleet.removed': (e) => `${e.member}: ended${e.purged ? ', with its state' : ''}`,
  'fleet.drill': (e) => `[${e.number}/${e.of}] ${e.drill}: ${e.does}`,
  'fleet.drilled': (e) =>
    [`  ${drilled[e.state]} after ${seconds(e.seconds)}`, ...e.why.map((why) => `  ${why}`)].join('\n'),
  'fleet.not-put-back': (e) => `note: ${e.fault}`,
  'store.putting': (e) =>
    `putting ${e.name} into ${e.place}: ${e.files} ${e.files === 1 ? 'file' : 'files'} (${formatBytes(e.total_bytes)})`,
  'store.getting': (e) =>
    `getting ${e.name} from ${e.place}: ${e.files} ${e.files === 1 ? 'file' : 'files'} (${formatBytes(e.total_bytes)})`,
  'store.left': (e) => `note: ${e.name} was left out: ${e.reason}`,
  'store.damaged': (e) =>
    `${e.device}: ${e.name}${versionText(e.version)}${e.part === null ? '' : `, part ${e.part}`} is damaged or missing there`,
  'store.repaired': (e) => `${e.name}${versionText(e.version)}: repaired from another replica`,
  'store.lost': (e) =>
    `${e.name}, version ${e.version}: part ${e.part} is LOST, no replica has it as it was put`,
  'store.unread': (e) => `${e.device}: its replica of ${e.stream} could not be read: ${e.reason}`,
  'store.removing': (e) => `${e.device}: taking it out of the keepers`,
  'job.submitted': (e) => `submitted ${e.name} as ${e.id}: ${e.tasks} ${e.tasks === 1 ? 'task' : 'tasks'}`,
  'job.waiting': (e) => `${e.name} waits: ${e.reason}`,
  'job.ended': (e) => `${e.name} is ${e.state}: ${countsText(e)}`,
  'job.attempt-ended': (e) =>
    `note: attempt ${e.attempt} at task ${e.task} is ${e.outcome} on ${e.device}${e.reason === null ? '' : `: ${e.reason}`}`,
  'job.attempt-began': (e) =>
    `note: what follows is attempt ${e.attempt} at task ${e.task}, on ${e.device}, from its beginning`,
  'job.output-unread': (e) =>
    `note: could not read the output of the running task on ${e.device}, asking again: ${e.reason}`,
  'job.unanswered': (e) => `no leader answers, asking again: ${e.reason}`,
  'network.looking': (e) =>
    `Looking for devices on ${e.interfaces.join(', ')} (mDNS, at most ${e.seconds} s)`,
  'network.scanning': (e) => `Trying port 22 of ${e.addresses} addresses of ${e.subnet} on ${e.interface}`,
  'network.found': (e) => `  ${e.host} at ${e.address}:${e.port} (${e.how})`,
  'network.resolved': (e) =>
    `${e.typed} is ${e.user}@${e.address}:${e.port} by ssh_config${e.via.map((hop) => `, through ${hop}`).join('')}`,
  'network.ssh-config-left': (e) => `note: ssh_config is not read: ${e.reason}`,
  'network.host-key': (e) => `${e.address}: shows the host key ${e.type} ${e.fingerprint}`,
  'network.connecting': (e) => `${e.address}: connecting`,
  'network.connected': (e) => `${e.address}: connected, host key ${e.fingerprint}`,
  'network.password-refused': (e) => `${e.address}: refuses this password of ${e.user}`,
  'network.key-installed': (e) =>
    `${e.address}: the key ${e.key} may now log in as ${e.user}; the password is forgotten`,
  'network.failed': (e) => `${e.address}: ${e.what}`,
  'workspace.tightened': (e) =>
    `note: ${e.path} could be used by others (mode ${e.mode}); ` +
    (e.fixed ? 'only you can now' : 'it is not yours to change, ask its owner'),
  'fix.running': (e) => `${e.device}: ${e.command}`,
  'fix.line': (e) => `  ${e.device} | ${e.line}`,
  'fix.failed': (e) => `${e.device}: ${e.command} failed: ${e.reason}`,
  'fix.stopped': (e) => `${e.device}: fixing stopped: ${e.reason}`,
  'fix.by-hand': (e) => [`${e.device}: to do by hand: ${e.reason}`, ...e.commands].join('\n    '),
  'gateway.ran': (e) => `here: ${e.command}`,
  'gateway.undone': (e) => `here: ${e.command}`,
  'gateway.routed': (e) => `${e.device}: its default route leads to ${e.via}`,
  'gateway.restored': (e) => `${e.device}: its default route is as it was`,
  'gateway.not-routed': (e) => `${e.device}: its route was not changed: ${e.reason}`,
  'sync.planned': (e) =>
    `${e.device}: ${e.files} files (${formatBytes(e.total_bytes)}) to send to ${e.to} by ${e.way}, ${e.removals} to remove`,
  'sync.not-sent': (e) => `note: not sent, as they are no files, folders or links: ${e.paths.join(', ')}`,
  'sync.rsync-left': (e) => `${e.device}: rsync did not do it, sending by SFTP: ${e.reason}`,
  'sync.done': (e) => `${e.device}: up to date after ${seconds(e.seconds)}`,
  'sync.failed': (e) => `${e.device}: ${e.what}`,
  'run.connecting': (e) => `Connecting to ${e.devices.join(', ')}`,
  'network.searching': (e) =>
    `Not where they were: ${e.devices.join(', ')}; looking for them${e.interfaces.length > 0 ? ` on ${e.interfaces.join(', ')}` : ''}`,
  'network.moved': (e) => `${e.device}: found again at ${e.address} (was ${e.from}), saved`,
  'network.lost': (e) => `${e.device}: lost, last heard of at ${utc(e.last_heard_at)}: ${e.reason}`,
  'network.waiting': (e) =>
    `${e.device}: waiting until it is back (on_loss: wait). Ctrl-C ends the run; collab resume goes on with it`,
  'network.back': (e) => `${e.device}: is back after ${seconds(e.away_s)}`,
  'role.collected': (e) =>
    `  ${e.role}-${e.rank}: collected what it left on ${e.device} in trial ${e.trial}${e.attempt === undefined ? '' : `, attempt ${e.attempt}`}`,
  'run.device-left-out': (e) =>
    `${e.device}: left out, it is not ready (${e.step}). ${e.reason}\n  do: ${e.next}`,
  'lease.not-renewed': (e) => `${e.device}: its lease could not be renewed, trying again: ${e.reason}`,
  'lease.waiting': (e) => `Waiting: ${e.reason}`,
  'lease.lost': (e) => `${e.device}: ${e.reason}`,
  'run.started': (e) => `Run ${e.run_id} of ${e.experiment}: ${trialsText(e.trials)}`,
  'run.resumed': (e) =>
    e.trials === 0
      ? `Run ${e.run_id} is taken up to be ended`
      : `Run ${e.run_id} goes on: ${trialsText(e.trials)} to run`,
  'run.note': (e) => `note: ${e.note}`,
  'run.dependencies-left-out': (e) =>
    `note: --local installs nothing; ${e.role} needs ${e.dependencies.join(', ')} on this machine`,
  'run.placed': (e) =>
    e.placement
      .map(
        ({ role, rank, device, pinned, network }) =>
          `  ${role}-${rank} on ${device}${pinned ? ', pinned' : ''}${network === undefined ? '' : ', in its network'}`,
      )
      .join('\n'),
  'trial.started': (e) => {
    const values = parameters(e.parameters);
    const repeat = e.warmup ? ' (warm-up)' : e.repeat > 0 ? ` (repeat ${e.repeat + 1})` : '';
    const again = e.attempt === undefined ? '' : `, attempt ${e.attempt}`;
    return `Trial ${e.trial}/${e.of}${again}${values === '' ? '' : `: ${values}`}${repeat}`;
  },
  'trial.adopted': (e) =>
    `Trial ${e.trial}/${e.of}${e.attempt === undefined ? '' : `, attempt ${e.attempt}`}: its roles had gone on; following them`,
  'trials.skipped': (e) =>
    `  ${e.trials.length === 1 ? '1 trial is' : `${e.trials.length} trials are`} not needed: ${e.reason}`,
  'role.ready': (e) => `  ${e.role}-${e.rank} ready on ${e.device}`,
  'role.ended': (e) => {
    const exited = e.code === null ? `ended by ${e.signal ?? 'a signal'}` : `ended with code ${e.code}`;
    const how = e.reason === 'exited' ? exited : e.reason;
    return `  ${e.role}-${e.rank} ${how}`;
  },
  'role.not-collected': (e) => `  ${e.reason}`,
  'run.stopping': (e) => `  stopping all roles: ${e.reason}`,
  'trial.ended': (e) => `  ${e.state}${afterText(e.seconds)}`,
  'run.ended': (e) => `Run ${e.state}${afterText(e.seconds)}: ${e.folder}`,
  // Progress, and what other events say.
  'job.progress': none,
  'store.progress': none,
  'store.scrubbing': none,
  'store.copying': none,
  'layer.present': none,
  'layer.step': none,
  'layer.line': none,
  'data.progress': none,
  'delivery.progress': none,
  'delivery.packed': none,
  'network.enrolled': none,
  'fix.ran': none,
  'lease.taken': none,
  'lease.released': none,
  'role.starting': none,
  'role.sampled': none,
  'role.printed': none,
  'sync.progress': none,
  'report.reading': none,
  'report.writing': none,
  'images.deployed': none,
  'data.placed': none,
  'clocks.measured': none,
  'boards.read': none,
  'load.read': none,
  'trial.preparing': none,
} satisfies { [K in Kind]: Line<K> };

/** The line that an event prints; null if it prints none, or is of a kind that only a newer collab knows. */
export function eventLine(event: CollabEvent): string | null {
  return Object.hasOwn(lines, event.kind) ? (lines[event.kind] as Line<Kind>)(event) : null;
}
