import { expect, test } from 'vitest';
import type { CollabEvent } from '../../index.js';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { jobSamples } from '../../../tests/fixtures/job-samples.js';
import { packageSamples } from '../../../tests/fixtures/package-samples.js';
import { storeSamples } from '../../../tests/fixtures/store-samples.js';
import { eventLine } from './event-line.js';
import { stepLine } from './step-line.js';

type Sample<K extends CollabEvent['kind']> = Omit<Extract<CollabEvent, { kind: K }>, 'kind'>;

const image = { device: 'nano1', ref: 'collab/hello:1' };
const data = { device: 'nano1', name: 'digits' };
const role = { trial: 1, role: 'client', rank: 0, device: 'nano1' };
const lack = { device: 'nano1', lack: 'python' as const };
const edge1 = { device: 'edge1', address: '172.31.77.11' };

/** One event of every kind (a new kind does not compile without one), with text that its line contains. */
const lasting: { [K in CollabEvent['kind']]: [Sample<K>, said: string | null] } = {
  'layer.present': [{ ...image, layer: 'base' }, null],
  'layer.pull': [image, 'asking a registry for collab/hello:1'],
  'layer.debootstrap': [image, 'making Debian from its packages'],
  'layer.build': [{ ...image, layer: 'code' }, 'building the code layer collab/hello:1'],
  'layer.emulated': [{ ...image, architecture: 'arm64' }, 'no device is arm64, so it is built by emulation'],
  'layer.step': [{ ...image, step: 2, of: 3, instruction: 'RUN x' }, null],
  'layer.line': [{ ...image, line: 'Step 1' }, null],
  'layer.built': [{ ...image, layer: 'code', image_id: 'sha256:a', seconds: 1.26 }, 'in 1.3 s'],
  'bases.saving': [{ ref: 'a', size_bytes: 2e6 }, 'saving a (2'],
  'bases.written': [{ file: '/a.tar', size_bytes: 2e6 }, 'wrote /a.tar (2'],
  'bases.checking': [{ file: '/a.tar', size_bytes: 2e6 }, 'checking /a.tar'],
  'bases.present': [{ ref: 'a' }, 'a is here already'],
  'bases.loading': [{ ref: 'a', size_bytes: 2e6 }, 'loading a (2'],
  'bases.loaded': [{ ref: 'a' }, 'a is here, content checked'],
  'bundle.packing': [{ files: 12 }, 'packing 12 files'],
  'bundle.written': [{ file: '/b/x.collab.tar.gz', size_bytes: 2e6 }, 'wrote /b/x.collab.tar.gz (2'],
  'bundle.checking': [{ file: '/b/x.collab.tar.gz', size_bytes: 2e6 }, 'checking /b/x.collab.tar.gz (2'],
  'bundle.cloning': [{ address: 'https://host/x.git' }, 'cloning https://host/x.git'],
  'bases.flavor': [{ name: 'mine', folder: '/b/mine' }, 'the flavor mine is in /b/mine'],
  'fleet.starting': [{ member: 'nano1', address: '10.0.0.1', why: 'new' }, 'nano1: starting at 10.0.0.1'],
  'fleet.replacing': [{ member: 'nano1', why: 'other version' }, 'starting again: other version'],
  'fleet.changing': [{ member: 'nano1', why: 'settings differ' }, 'changing: settings differ'],
  'fleet.rotating': [{ step: 1, of: 3 }, 'step 1 of 3'],
  'fleet.copying': [
    { copiedBytes: 1_000_000, ofBytes: 5_000_000 },
    'copying the files to the new keepers: 1.0 MB of 5.0 MB',
  ],
  'fleet.replicating': [{ lacking: 3 }, "waiting for replicas: 3 of the store's streams lack one"],
  'fleet.store-making': [{ fleet: 'lab' }, 'lab: making the store'],
  'fleet.store-changing': [{ fleet: 'lab' }, 'lab: changing the settings of the store'],
  'fleet.no-base': [{ member: 'nano1', base: 'torch', why: 'it is off' }, 'as it has no base image torch'],
  'fleet.joined': [{ member: 'nano1', address: '10.0.0.1' }, 'joined, at 10.0.0.1'],
  'fleet.removed': [{ member: 'nano1', purged: true }, 'ended, with its state'],
  'fleet.drill': [{ drill: 'kill', number: 3, of: 13, does: 'Kills one.' }, '[3/13] kill: Kills one.'],
  'fleet.drilled': [
    { drill: 'kill', state: 'failed', why: ['nano1 does not see it.'], seconds: 9.04 },
    'FAILED after 9.0 s\n  nano1 does not see it.',
  ],
  'fleet.not-put-back': [{ fault: 'nano1 could not be started again' }, 'note: nano1 could not be'],
  'data.present': [{ ...data, path: 'digits', hash: 'ab', size_bytes: 2e6 }, 'has the data digits (2'],
  'data.sending': [{ ...data, path: 'digits', files: 3, total_bytes: 2e6 }, 'data digits, 3 files (2'],
  'data.progress': [{ ...data, sent_bytes: 1, total_bytes: 2 }, null],
  'data.sent': [{ ...data, hash: 'ab', sent_bytes: 1, seconds: 1.25 }, 'in 1.3 s, hash checked'],
  'lease.waiting': [{ reason: 'nano1 has been held by ann on pc' }, 'Waiting: nano1 has been held'],
  'run.resumed': [
    {
      run_id: '20261121-100000-aaaa',
      folder: '/logs/hello/20261121-100000-aaaa',
      controller: {
        host: 'pc',
        machine: null,
        boot_id: null,
        pid_namespace: null,
        pid: 7,
        start_ticks: null,
      },
      trials: 44,
    },
    'Run 20261121-100000-aaaa goes on: 44 trials to run',
  ],
  'trial.adopted': [
    { trial: 2, of: 6, attempt: 3, roles: [{ role: 'client', rank: 0, device: 'nano1' }] },
    'Trial 2/6, attempt 3: its roles had gone on',
  ],
  'trials.skipped': [
    { trials: [4, 5], reason: 'the interval is narrow' },
    '2 trials are not needed: the interval is narrow',
  ],
  'run.note': [{ note: 'It computes on the CPU.' }, 'note: It computes on the CPU.'],
  'delivery.present': [image, 'has collab/hello:1'],
  'delivery.started': [
    {
      ...image,
      way: 'partial',
      why: 'so',
      gzipped: true,
      plain_bytes: 5e6,
      total_bytes: 2e6,
      layers_present: 1,
      layers_missing: 2,
    },
    'sending collab/hello:1 (2.0 MB gzipped; 2 layers, 1 there already)',
  ],
  'delivery.progress': [{ ...image, sent_bytes: 1, total_bytes: 2, bytes_per_s: 1e6 }, null],
  'delivery.whole': [{ ...image, reason: 'no such file' }, 'sending all of it: no such file'],
  'delivery.done': [
    { ...image, sent_bytes: 1e6, image_id: 'sha256:a', seconds: 2, bytes_per_s: 5e5 },
    'in 2.0 s (1.0 MB, 500.0 kB/s), image id checked',
  ],
  'delivery.packing': [{ layer: 'sha256:a', how: 'gzip', size_bytes: 1e9 }, 'gzipping a layer of 1.0 GB'],
  'delivery.packed': [{ layer: 'sha256:a', how: 'gzip', size_bytes: 5e8, seconds: 9 }, null],
  'lab.network': [
    { interface: 'collab-lab', subnet: '172.31.77.0/24' },
    '172.31.77.0/24 on the bridge collab-lab',
  ],
  'lab.starting': [edge1, 'starting at 172.31.77.11'],
  'lab.present': [edge1, 'is up at 172.31.77.11'],
  'lab.ready': [{ ...edge1, engine: '26.1.5' }, 'Docker Engine 26.1.5'],
  'lab.removed': [{ device: 'edge1' }, 'edge1: removed'],
  'network.looking': [{ interfaces: ['eth0', 'wlan0'], seconds: 5 }, 'on eth0, wlan0 (mDNS, at most 5 s)'],
  'network.scanning': [
    { interface: 'eth0', subnet: '10.0.0.0/24', addresses: 253 },
    '253 addresses of 10.0.0.0/24 on eth0',
  ],
  'network.found': [
    { host: 'nano1.local', address: '10.0.0.2', port: 22, how: 'mdns' },
    'nano1.local at 10.0.0.2:22 (mdns)',
  ],
  'network.resolved': [
    { typed: 'nano', address: '10.0.0.5', port: 2222, user: 'pi', via: ['gw', 'gw2'] },
    'nano is pi@10.0.0.5:2222 by ssh_config, through gw, through gw2',
  ],
  'network.ssh-config-left': [{ reason: 'no ssh' }, 'ssh_config is not read: no ssh'],
  'network.host-key': [
    { address: '[a]:2222', type: 'ssh-ed25519', fingerprint: 'SHA256:x' },
    '[a]:2222: shows the host key ssh-ed25519 SHA256:x',
  ],
  'network.password-refused': [{ address: 'a', user: 'pi' }, 'a: refuses this password of pi'],
  'network.key-installed': [
    { address: 'a', user: 'pi', key: '/w/.collab/id_ed25519' },
    'the key /w/.collab/id_ed25519 may now log in as pi; the password is forgotten',
  ],
  'network.connecting': [{ address: 'a' }, 'a: connecting'],
  'network.connected': [{ address: 'a', fingerprint: 'SHA256:x' }, 'host key SHA256:x'],
  'network.enrolled': [{ address: 'a', device: 'nano1' }, null],
  'network.failed': [
    { address: 'a', error: 'key-refused', what: 'It refused the key.' },
    'a: It refused the key.',
  ],
  'gateway.ran': [{ command: 'nft add table ip x' }, 'here: nft add table ip x'],
  'gateway.undone': [{ command: 'nft delete table ip x' }, 'here: nft delete table ip x'],
  'gateway.routed': [{ device: 'nano1', via: '10.0.0.1' }, 'nano1: its default route leads to 10.0.0.1'],
  'gateway.restored': [{ device: 'nano1' }, 'nano1: its default route is as it was'],
  'gateway.not-routed': [
    { device: 'nano1', reason: 'no sudo', command: 'ssh a sudo ip' },
    'nano1: its route was not changed: no sudo',
  ],
  'sync.planned': [
    { device: 'nano1', to: '/home/a/collab', way: 'rsync', files: 3, total_bytes: 2e6, removals: 1 },
    'nano1: 3 files (2.0 MB) to send to /home/a/collab by rsync, 1 to remove',
  ],
  'sync.not-sent': [{ paths: ['a.sock', 'b'] }, 'a.sock, b'],
  'sync.rsync-left': [{ device: 'nano1', reason: 'No route.' }, 'by SFTP: No route.'],
  'sync.progress': [{ device: 'nano1', sent_bytes: 1, total_bytes: 2 }, null],
  'sync.done': [
    { device: 'nano1', to: '/home/a/collab', files: 3, total_bytes: 1, seconds: 1.25 },
    'nano1: up to date after 1.3 s',
  ],
  ...storeSamples,
  ...jobSamples,
  ...packageSamples,
  'sync.failed': [{ device: 'nano1', error: 'sync-file', what: 'It is full.' }, 'nano1: It is full.'],
  'run.connecting': [{ devices: ['nano1', 'nano2'] }, 'nano1, nano2'],
  'network.searching': [{ devices: ['nano1'], interfaces: ['eth0'] }, 'nano1; looking for them on eth0'],
  'network.moved': [
    { device: 'nano1', from: '10.0.0.2', address: '10.0.0.9' },
    'again at 10.0.0.9 (was 10.0.0.2)',
  ],
  'run.device-left-out': [
    { device: 'nano1', step: 'login', reason: 'No key.', next: 'Install one.' },
    'nano1: left out, it is not ready (login). No key.\n  do: Install one.',
  ],
  'run.dependencies-left-out': [
    { role: 'client', dependencies: ['numpy'] },
    'client needs numpy on this machine',
  ],
  'run.placed': [{ placement: [{ role: 'client', rank: 1, device: 'nano1' }] }, 'client-1 on nano1'],
  'lease.taken': [{ devices: ['nano1'], run_id: 'r1', term_s: 60 }, null],
  'lease.not-renewed': [{ device: 'nano1', reason: 'No room.' }, 'nano1: its lease could not be renewed'],
  'lease.lost': [{ device: 'nano1', reason: 'bob has taken it.' }, 'nano1: bob has taken it.'],
  'lease.released': [{ devices: ['nano1'] }, null],
  'run.started': [
    { format: 2, run_id: 'r1', experiment: 'hello', folder: '/logs', trials: 3, record: runOf() },
    'Run r1 of hello: 3 trials',
  ],
  'run.stopping': [{ trial: 1, reason: 'client-0: it exited with code 1' }, 'it exited with code 1'],
  'run.ended': [
    { run_id: 'r1', state: 'complete', folder: '/logs', seconds: 3 },
    'Run complete after 3.0 s: /logs',
  ],
  'trial.started': [
    { trial: 2, of: 6, parameters: { split: 4, codec: 'raw' }, repeat: 1, warmup: false },
    'Trial 2/6: split=4 codec=raw (repeat 2)',
  ],
  'trial.ended': [{ trial: 2, of: 6, state: 'failed', seconds: 1 }, 'failed after 1.0 s'],
  'data.placed': [{ data: [] }, null],
  'clocks.measured': [{ clocks: [] }, null],
  'boards.read': [{ when: 'before', boards: [] }, null],
  'load.read': [{ trial: 1, load: [] }, null],
  'trial.preparing': [{ trial: 2 }, null],
  'overhead.measuring': [{ device: 'nano1' }, 'nano1: measuring what the wrapper costs there'],
  'workspace.tightened': [
    { path: '/w/.collab/lan', mode: '0644', fixed: true },
    '/w/.collab/lan could be used by others (mode 0644); only you can now',
  ],
  'fix.running': [{ ...lack, command: 'apt-get install rsync' }, 'nano1: apt-get install rsync'],
  'fix.line': [{ device: 'nano1', line: 'Setting up' }, 'nano1 | Setting up'],
  'fix.ran': [lack, null],
  'fix.failed': [{ ...lack, command: 'apt-get', reason: 'no network' }, 'apt-get failed: no network'],
  'fix.stopped': [{ device: 'nano1', reason: 'no network' }, 'no network'],
  'fix.by-hand': [{ ...lack, reason: 'no sudo', commands: ['a', 'b'] }, 'no sudo\n    a\n    b'],
  'report.reading': [{ read_bytes: 1, total_bytes: 2 }, null],
  'report.writing': [{ format: 'csv', table: 'runs', rows: 1, total_rows: null }, null],
  'role.sampled': [{ ...role, monotonic_s: 1, metrics: {} }, null],
  'role.printed': [{ ...role, stream: 'stdout', lines: ['a'] }, null],
  'role.starting': [role, null],
  'role.ready': [role, 'client-0 ready on nano1'],
  'role.ended': [{ ...role, code: 0, signal: null, reason: 'exited' }, 'client-0 ended with code 0'],
  'role.not-collected': [{ device: 'nano1', reason: 'No logs.' }, 'No logs.'],
  'role.collected': [
    { ...role, attempt: 2 },
    'client-0: collected what it left on nano1 in trial 1, attempt 2',
  ],
  'network.lost': [
    { device: 'nano1', last_heard_at: '2026-11-21T12:53:01.250Z', reason: 'No answer.' },
    'nano1: lost, last heard of at 2026-11-21 12:53:01 UTC: No answer.',
  ],
  'network.waiting': [{ device: 'nano1' }, 'nano1: waiting until it is back'],
  'network.back': [{ device: 'nano1', away_s: 61.25 }, 'nano1: is back after 61.3 s'],
};

test.each(Object.entries(lasting))('%s', (kind, [fields, said]) => {
  const line = eventLine({ kind, ...fields } as CollabEvent);
  if (said === null) expect(line).toBeNull();
  else expect(line).toContain(said);
  expect(line ?? '').not.toMatch(/undefined|NaN|null|\[object/);
});

test.each([
  [{ code: 3, signal: null, reason: 'exited' }, 'client-0 ended with code 3'],
  [{ code: null, signal: 'SIGKILL', reason: 'exited' }, 'client-0 ended by SIGKILL'],
  [{ code: null, signal: 'SIGTERM', reason: 'timeout' }, 'client-0 timeout'],
  [{ code: null, signal: null, reason: 'not-started' }, 'client-0 not-started'],
])('a role that ended by %j', (how, said) => {
  expect(eventLine({ kind: 'role.ended', ...role, ...how })?.trim()).toBe(said);
});

test('a warm-up differs from a repeat; a trial without parameters has no colon', () => {
  const started = { kind: 'trial.started' as const, trial: 1, of: 2, parameters: {}, repeat: 0 };
  expect(eventLine({ ...started, warmup: true })).toBe('Trial 1/2 (warm-up)');
  expect(eventLine({ ...started, warmup: false })).toBe('Trial 1/2');
});

test('an unknown kind, or one named like an Object property, has no line', () => {
  expect(eventLine({ kind: 'later.kind' } as unknown as CollabEvent)).toBeNull();
  expect(eventLine({ kind: 'constructor' } as unknown as CollabEvent)).toBeNull();
});

test('reports uncompressed bytes for a delivery that is gzipped in transit', () => {
  const started = {
    kind: 'delivery.started' as const,
    ...image,
    way: 'partial',
    why: 'so',
    gzipped: true,
    layers_present: 0,
    layers_missing: 1,
  };
  expect(eventLine({ ...started, plain_bytes: 5e6, total_bytes: null })).toContain(
    'sending collab/hello:1 (5.0 MB, gzipped meanwhile; 1 layer, 0 there already)',
  );
});

test('build output and delivery progress have a step line', () => {
  expect(stepLine({ kind: 'layer.line', ...image, line: 'Step 1' })).toMatchObject({
    text: '  Step 1',
    percent: null,
  });
  const sent = (sentBytes: number, totalBytes: number | null) =>
    stepLine({
      kind: 'delivery.progress',
      ...image,
      sent_bytes: sentBytes,
      total_bytes: totalBytes,
      bytes_per_s: 1e6,
    });
  expect(sent(499, 1000)).toMatchObject({ about: 'nano1', percent: 49 });
  expect(sent(499, 1000)?.text).toContain('nano1: 49 % of');
  expect(sent(2e6, null)).toMatchObject({ text: '  nano1: 2.0 MB sent, 1.0 MB/s', percent: null });
  expect([sent(0, 0)?.percent, stepLine({ kind: 'run.note', note: '' })]).toEqual([0, null]);
});
