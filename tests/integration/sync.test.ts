import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import {
  type ConnectedDevice,
  connectSsh,
  Device,
  type DeviceSynced,
  hasRsync,
  KnownHosts,
  readFacts,
  readLocalTree,
  syncDevice,
} from '../../src/network/index.js';
import { LocalShell } from '../../src/network/shell/local-shell.js';
import type { SyncEvent } from '../../src/network/sync/events.js';
import { look } from './look.js';
import { failure, startSshd, type Sshd } from './sshd.js';

let sshd: Sshd;
let device: Device;
let knownHosts: KnownHosts;
let folder: string;
const searched = process.env.PATH;

beforeAll(async () => {
  sshd = await startSshd(['SetEnv HOME=/nonexistent']);
  // A path with a space and a quote, which rsync must pass to ssh intact.
  const kept = join(sshd.folder, "the user's files");
  fs.mkdirSync(kept);
  fs.copyFileSync(join(sshd.folder, 'login'), join(kept, 'the key'));
  fs.chmodSync(join(kept, 'the key'), 0o600);
  knownHosts = new KnownHosts(join(kept, 'known_hosts'));
  const { host, port, user } = sshd.options();
  const shell = await connectSsh(sshd.options({ knownHosts }));
  const facts = await readFacts(new LocalShell());
  const id = shell.hostKey.fingerprint;
  shell.close();
  const keyPath = join(kept, 'the key');
  device = new Device({ name: 'edge', id, address: host, port, user, keyPath, tags: [], facts });
});
afterAll(() => sshd.stop());

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'collab sync '));
});
afterEach(() => {
  process.env.PATH = searched;
  fs.chmodSync(folder, 0o755);
  fs.rmSync(folder, { recursive: true, force: true });
});

const here = (...path: string[]) => join(folder, "it's here", ...path);
const there = (...path: string[]) => join(folder, "it's there; $(id)", ...path);

function put(path: string, content: string | Buffer, mode = 0o644): void {
  fs.mkdirSync(join(here(path), '..'), { recursive: true });
  fs.writeFileSync(here(path), content);
  fs.chmodSync(here(path), mode);
}

function makeTree(): void {
  put('plain.txt', 'hello');
  put('a b/run me.sh', '#!/bin/sh\n', 0o755);
  put('a b/c/$(touch pwned)', 'x');
  put('a b/c/-n \'quoted\' "twice" \\ *', 'y', 0o400);
  put('#first', 'a comment for rsync');
  put('; second', 'likewise');
  put('two\nlines', 'z');
  put('ümlaut/größe', 'ä');
  put('empty', '');
  put('big.bin', randomBytes(6_000_000), 0o600);
  fs.mkdirSync(here('nothing in it'));
  put('closed/inside', 'kept');
  fs.chmodSync(here('closed'), 0o555);
  fs.symlinkSync('../plain.txt', here('a b/link'));
  fs.symlinkSync('a b', here('folder link'));
  fs.symlinkSync('not there', here('broken link'));
}

interface Asked {
  remove?: boolean;
  dryRun?: boolean;
  onProgress?: () => void;
  signal?: AbortSignal;
}

async function sync({ remove = false, dryRun = false, onProgress, signal }: Asked = {}): Promise<{
  result: DeviceSynced;
  events: SyncEvent[];
}> {
  const source = { folder: here(), roots: ['.'] };
  const events: SyncEvent[] = [];
  await using connected: ConnectedDevice = await device.connect({ knownHosts });
  const result = await syncDevice(connected, {
    source,
    remove,
    dryRun,
    signal,
    to: there(),
    clock: systemClock,
    tree: await readLocalTree(source),
    rsyncHere: await hasRsync(),
    knownHostsPath: knownHosts.path,
    emit: (event) => {
      events.push(event);
      if (event.kind === 'sync.progress') onProgress?.();
    },
  });
  return { result, events };
}

/** A PATH with only ssh. */
function hideRsync(): void {
  const bin = join(folder, 'bin');
  fs.mkdirSync(bin);
  fs.symlinkSync('/usr/bin/ssh', join(bin, 'ssh'));
  process.env.PATH = bin;
}

describe.each(['rsync', 'sftp'] as const)('by %s', (way) => {
  beforeEach(() => {
    if (way === 'sftp') hideRsync();
  });
  const steps = ({ result }: { result: DeviceSynced }) =>
    result.plan.steps.map((step) => `${step.kind} ${step.path}`).sort();

  it('gives the device the same tree, and sends nothing twice', async () => {
    makeTree();
    const first = await sync();
    expect(first.result.way).toBe(way);
    expect(first.events.map(({ kind }) => kind)).not.toContain('sync.rsync-left');
    expect(look(there())).toEqual(look(here()));
    const sent = first.events.filter((event) => event.kind === 'sync.progress').at(-1);
    expect(sent).toMatchObject({ sent_bytes: first.result.plan.totalBytes });
    const second = await sync({ remove: true });
    expect(second.result.plan).toMatchObject({ steps: [], unchanged: 14, totalBytes: 0 });
    expect(fs.existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('sends only what differs: content, then only mode or time', async () => {
    makeTree();
    await sync();
    const second = new Date(Math.floor(Date.now() / 1000) * 1000 - 10_000);
    fs.utimesSync(here('empty'), second, second);
    fs.utimesSync(here('big.bin'), second, second);
    fs.chmodSync(here('a b/run me.sh'), 0o700);
    fs.chmodSync(here('a b'), 0o750);
    // The same size, and a time within the same second as the existing one.
    const before = fs.lstatSync(here('plain.txt'));
    fs.writeFileSync(here('plain.txt'), 'HELLO');
    fs.utimesSync(here('plain.txt'), before.atime, new Date(before.mtimeMs - 0.5));
    fs.rmSync(here('folder link'));
    fs.symlinkSync('ümlaut', here('folder link'));
    const changed = await sync();
    expect(steps(changed)).toEqual([
      'attributes a b',
      'attributes a b/run me.sh',
      'attributes big.bin',
      'attributes empty',
      'file plain.txt',
      'link folder link',
    ]);
    expect(changed.result.plan.totalBytes).toBe(5);
    expect(look(there())).toEqual(look(here()));
  });

  it('keeps files that exist only on the device, unless --delete is given, and always keeps excluded ones', async () => {
    makeTree();
    await sync();
    fs.mkdirSync(there('old/deep'), { recursive: true });
    fs.writeFileSync(there('old/deep/file'), '');
    fs.symlinkSync(here(), there('old/link to ours'));
    fs.mkdirSync(there('kept/node_modules/x'), { recursive: true });
    fs.writeFileSync(there('kept/file'), '');
    expect(steps(await sync())).toEqual([]);
    expect(fs.existsSync(there('old/deep/file'))).toBe(true);
    const planned = await sync({ remove: true, dryRun: true });
    expect(fs.existsSync(there('old/deep/file'))).toBe(true);
    const done = await sync({ remove: true });
    expect(done.result.plan).toEqual(planned.result.plan);
    expect(steps(done)).toEqual([
      'remove kept/file',
      'remove old',
      'remove old/deep',
      'remove old/deep/file',
      'remove old/link to ours',
    ]);
    expect(fs.existsSync(here('plain.txt'))).toBe(true);
    expect(fs.existsSync(there('kept/node_modules/x'))).toBe(true);
    expect(fs.existsSync(there('old'))).toBe(false);
    fs.rmSync(there('kept'), { recursive: true });
    expect(look(there())).toEqual(look(here()));
  });

  it('does not replace an entry of another kind without --delete', async () => {
    put('thing/inside', '1');
    put('other', '2');
    fs.mkdirSync(there('other/deep'), { recursive: true });
    fs.symlinkSync(tmpdir(), there('thing'));
    const error = await failure(sync());
    expect(error).toMatchObject({ name: 'sync-in-the-way', exitCode: 2 });
    expect(error.what).toMatch(/other.*thing|thing.*other/);
    await sync({ remove: true });
    expect(look(there())).toEqual(look(here()));
    expect(fs.existsSync(join(tmpdir(), 'inside'))).toBe(false);
  });

  it('a dry run changes nothing, and reports what a sync would do', async () => {
    makeTree();
    const planned = await sync({ dryRun: true });
    expect(fs.existsSync(there())).toBe(false);
    const done = await sync();
    expect(done.result.plan).toEqual(planned.result.plan);
  });

  it('a lost connection leaves the old file or none, and the next sync repairs it', async () => {
    put('weights.bin', 'old');
    await sync();
    put('weights.bin', randomBytes(60_000_000));
    put('zzz new.bin', randomBytes(60_000_000));
    let cut = false;
    const broken = await failure(
      sync({
        onProgress: () => {
          if (!cut) killSessions();
          cut = true;
        },
      }),
    );
    expect(cut).toBe(true);
    expect(broken.exitCode).toBe(4);
    const whole = look(here());
    for (const [path, seen] of Object.entries(look(there()))) {
      if (path === 'weights.bin' && fs.statSync(there(path)).size === 3) continue;
      // The time is set after the rename; content and mode are complete as soon as the name exists.
      if (path in whole) expect(seen.split(' ').at(-1)).toBe(whole[path]?.split(' ').at(-1));
      else expect(path).toMatch(/\.tmp$|^\./);
    }
    await sync({ remove: true });
    expect(look(there())).toEqual(whole);
  });

  it('ends at once on an interrupt', async () => {
    put('weights.bin', randomBytes(60_000_000));
    const stop = new AbortController();
    const error = await failure(sync({ signal: stop.signal, onProgress: () => stop.abort() }));
    expect(error).toMatchObject({ name: 'interrupted', exitCode: 130 });
    expect(fs.existsSync(there('weights.bin'))).toBe(false);
  });
});

describe('rejected before anything is sent', () => {
  it('links to the outside, naming all of them', async () => {
    put('sub/file', '');
    fs.symlinkSync('/etc/passwd', here('absolute'));
    fs.symlinkSync('../../secret', here('sub/above'));
    fs.symlinkSync('sub/../plain', here('fine'));
    const error = await failure(sync());
    expect(error).toMatchObject({ name: 'sync-links', exitCode: 2 });
    expect(error.why?.split('\n').sort()).toEqual(['absolute -> /etc/passwd', 'sub/above -> ../../secret']);
  });

  it('--delete in a folder such as the home folder', async () => {
    put('file', '');
    await using connected = await device.connect({ knownHosts });
    const source = { folder: here(), roots: ['.'] };
    const tree = await readLocalTree(source);
    const common = { source, tree, rsyncHere: false, knownHostsPath: knownHosts.path, clock: systemClock };
    const emit = () => undefined;
    for (const to of ['/', '/home', '/usr']) {
      const wide = syncDevice(connected, { ...common, to, remove: true, dryRun: true, emit });
      expect(await failure(wide)).toMatchObject({ name: 'sync-too-wide' });
    }
  });
});

/** Ends the sessions of the test's sshd, like a pulled cable. */
function killSessions(): void {
  const server = fs.readFileSync(join(sshd.folder, 'pid'), 'utf8').trim();
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === server)
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}
