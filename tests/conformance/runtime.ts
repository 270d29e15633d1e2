import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RoleOrder,
  type RoleStart,
  type RunningRole,
  type Runtime,
  runtimes,
} from '../../src/deployment/index.js';
import { deviceRoleFolder } from '../../src/deployment/runtimes/runtime.js';
import { systemClock } from '../../src/events.js';
import { exitRecord } from '../../src/logs/records/role-records.js';
import type { ConnectedDevice } from '../../src/network/index.js';
import { orderOf } from '../fixtures/role-order.js';

/** A runtime to test, and a device for it. */
export interface RuntimeSubject {
  runtime: Runtime;
  connected: ConnectedDevice;
  /** Image with a wrapper, and `experimentFolder` as its experiment; null for a runtime that needs none. */
  imageId: string | null;
  /** A folder of data on the device. */
  dataFolder: string;
  close: () => void | Promise<void>;
}

/** The experiment that the roles of this suite run. A fake must behave the same. */
export const experimentFolder = fileURLToPath(new URL('experiment', import.meta.url));
export const roles = {
  /** Prints `hello` and exits. */
  greets: ['python3', 'greet.py'],
  /** Exits with code 3. */
  fails: ['python3', 'fail.py'],
  /** Runs until it is stopped. */
  waits: ['python3', 'wait.py'],
} as const;

/** The contract of every Runtime: the fake, and each one in the registry. */
export function describeRuntime(name: string, makeSubject: () => Promise<RuntimeSubject>): void {
  describe(`Runtime: ${name}`, () => {
    let subject: RuntimeSubject;
    const started: RunningRole[] = [];
    beforeAll(async () => {
      subject = await makeSubject();
    });
    afterAll(async () => {
      for (const role of started) {
        await role.stop();
        await role.remove();
      }
      await subject.close();
    });

    let trial = 0;
    const startOf = (command: readonly string[], change: Partial<RoleOrder> = {}): RoleStart => {
      trial += 1;
      return {
        connected: subject.connected,
        order: orderOf({ trial, command, stop_grace_s: 2, ...change }),
        publish: [],
        imageId: subject.imageId,
        gpu: false,
        data: [{ name: 'digits', path: subject.dataFolder }],
      };
    };
    const prepare = (command: readonly string[]) => subject.runtime.prepare(startOf(command));
    const start = async (command: readonly string[], change: Partial<RoleOrder> = {}) => {
      const role = await subject.runtime.start(startOf(command, change));
      started.push(role);
      return role;
    };
    const ended = async (role: RunningRole) => {
      for (let tries = 0; tries < 600; tries += 1) {
        const state = await role.alive();
        if (!state.alive) return state;
        await systemClock.sleep(50);
      }
      throw new Error('the role does not end');
    };
    /** A role that is stopped before its wrapper starts leaves no exit record. */
    const begun = async (role: RunningRole) => {
      for (let tries = 0; tries < 600; tries += 1) {
        if ((await fileOf(role, 'state.jsonl'))?.includes('"started"') === true) return;
        await systemClock.sleep(50);
      }
      throw new Error('the role does not start');
    };
    const fileOf = async (role: RunningRole, file: string) =>
      (await subject.connected.shell.read(`${role.folder}/${file}`))?.toString() ?? null;
    const fileIn = async (order: RoleOrder, file: string) =>
      subject.connected.shell.read(`${deviceRoleFolder(subject.connected, order)}/${file}`);
    const exitOf = async (role: RunningRole) =>
      exitRecord.parse(JSON.parse((await fileOf(role, 'exit.json')) ?? 'null'));

    it('is in the registry under its name', () => {
      const { kind } = subject.runtime;
      expect(runtimes[kind.name]).toBe(kind);
      expect(kind.needs.image).toBe(subject.imageId !== null);
    });

    it('runs a role to its end, and keeps its results in its folder', async () => {
      const role = await start(roles.greets);
      expect(await ended(role)).toEqual({ alive: false, reason: null });
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
      expect(await exitOf(role)).toMatchObject({ code: 0, signal: null, reason: 'exited' });
    });

    it('passes the wrapper its order and the shared values', async () => {
      const role = await start(roles.greets);
      await ended(role);
      const { kind } = subject.runtime;
      const { network, cgroup, files } = kind.shares;
      expect(JSON.parse((await fileOf(role, 'role.json')) ?? '')).toMatchObject({
        ...role.order,
        network_namespace: network ? 'shared' : 'own',
        cgroup: cgroup ? 'shared' : 'own',
        data: { digits: files ? subject.dataFolder : '/data/digits' },
      });
    });

    it('reports a failed role by its exit record', async () => {
      const role = await start(roles.fails);
      expect(await ended(role)).toMatchObject({ alive: false });
      expect(await exitOf(role)).toMatchObject({ code: 3, reason: 'exited' });
    });

    it('keeps a role alive until it is stopped; stopping it again does nothing', async () => {
      const role = await start(roles.waits);
      await begun(role);
      expect(await role.alive()).toEqual({ alive: true, reason: null });
      await role.stop();
      expect(await role.alive()).toMatchObject({ alive: false });
      expect(await exitOf(role)).toMatchObject({ reason: 'stopped' });
      await role.stop();
      expect(await exitOf(role)).toMatchObject({ reason: 'stopped' });
    });

    it('tells when a role has ended, by itself or because it was stopped', async () => {
      const { signal } = new AbortController();
      const greets = await start(roles.greets);
      await greets.waitForEnd(signal);
      expect(await greets.alive()).toEqual({ alive: false, reason: null });
      expect(await exitOf(greets)).toMatchObject({ code: 0 });
      const waits = await start(roles.waits);
      await begun(waits);
      const given = new AbortController();
      let over = false;
      const waiting = waits.waitForEnd(signal).then(() => (over = true));
      const up = waits.waitForEnd(given.signal);
      given.abort();
      await up;
      expect(over).toBe(false);
      await waits.stop();
      await waiting;
      expect((await waits.alive()).alive).toBe(false);
    });

    it('prepares a role, of which nothing runs before it is started', async () => {
      const role = await (await prepare(roles.greets)).start();
      started.push(role);
      await ended(role);
      expect(await exitOf(role)).toMatchObject({ code: 0, reason: 'exited' });
    });

    it('removes what it prepared, and can prepare it again', async () => {
      const { shell } = subject.connected;
      const prepared = await prepare(roles.greets);
      const folder = deviceRoleFolder(subject.connected, orderOf({ trial }));
      expect((await shell.list(folder)).map(({ path }) => path)).toEqual(['role.json']);
      await prepared.discard();
      await prepared.discard();
      expect(await shell.list(folder)).toEqual([]);
      await prepare(roles.greets); // its controller is killed
      trial -= 1;
      const role = await (await prepare(roles.greets)).start();
      started.push(role);
      await ended(role);
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
    });

    it('holds a role, of which nothing runs before it is started', async () => {
      const { shell } = subject.connected;
      const prepared = await subject.runtime.prepare({ ...startOf(roles.greets), hold: true });
      const folder = deviceRoleFolder(subject.connected, orderOf({ trial }));
      await systemClock.sleep(1000);
      const names = (await shell.list(folder)).map(({ path }) => path);
      expect(names.filter((name) => name !== 'wrapper.log')).toEqual(['role.json']);
      const role = await prepared.start();
      started.push(role);
      expect(await ended(role)).toEqual({ alive: false, reason: null });
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
      expect(await exitOf(role)).toMatchObject({ code: 0, reason: 'exited' });
      expect(await fileOf(role, 'go')).toBeNull();
    });

    it('stops a role that it held and then started', async () => {
      const role = await (await subject.runtime.prepare({ ...startOf(roles.waits), hold: true })).start();
      started.push(role);
      await begun(role);
      expect(await role.alive()).toEqual({ alive: true, reason: null });
      await role.stop();
      expect(await exitOf(role)).toMatchObject({ reason: 'stopped' });
    });

    it('removes a role that it held, and can prepare it again', async () => {
      const { shell } = subject.connected;
      const asked = startOf(roles.greets);
      const prepared = await subject.runtime.prepare({ ...asked, hold: true });
      await prepared.discard();
      await prepared.discard();
      expect(await shell.list(deviceRoleFolder(subject.connected, asked.order))).toEqual([]);
      const role = await (await subject.runtime.prepare({ ...asked, hold: true })).start();
      started.push(role);
      await ended(role);
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
    });

    it('runs roles concurrently, each in its own folder', async () => {
      const waits = await start(roles.waits);
      const greets = await start(roles.greets, { trial, rank: 1 });
      expect(greets.folder).not.toBe(waits.folder);
      await ended(greets);
      expect(await waits.alive()).toEqual({ alive: true, reason: null });
      await waits.stop();
      expect(await fileOf(greets, 'stdout.log')).toBe('hello\n');
    });

    it('finds a role that another process started, while it runs and when it has ended', async () => {
      const { runtime, connected } = subject;
      const role = await start(roles.waits, { attempt: 2 });
      await begun(role);
      const adopted = await runtime.adopt(connected, role.order);
      const { run_id, trial: number, attempt, stop_grace_s } = role.order;
      expect(adopted?.order).toMatchObject({ run_id, trial: number, attempt, stop_grace_s });
      expect(adopted?.folder).toBe(role.folder);
      expect(await adopted?.alive()).toEqual({ alive: true, reason: null });
      await adopted?.stop();
      expect((await role.alive()).alive).toBe(false);
      expect(await exitOf(role)).toMatchObject({ reason: 'stopped' });
      const ended = await runtime.adopt(connected, role.order);
      expect((await ended?.alive())?.alive).toBe(false);
      await ended?.remove();
      expect(await runtime.adopt(connected, role.order)).toBeNull();
      expect(await runtime.adopt(connected, { ...role.order, attempt: 3 })).toBeNull();
    });

    it('gives each process of a role that stays for the run a folder of its own', async () => {
      const { runtime, connected } = subject;
      const asked = startOf(roles.greets);
      const role = await runtime.start({ ...asked, process: 2 });
      started.push(role);
      expect(role.folder).toMatch(/\/warm\/client-0\.2$/);
      await ended(role);
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
      const found = await runtime.adopt(connected, { ...asked.order, process: 2 });
      expect(found?.folder).toBe(role.folder);
      expect(await runtime.adopt(connected, { ...asked.order, process: 1 })).toBeNull();
      expect(await runtime.adopt(connected, asked.order)).toBeNull();
    });

    it('releases what a role left, but not its folder', async () => {
      const role = await start(roles.greets);
      await ended(role);
      await role.release();
      await role.release();
      expect(await fileOf(role, 'stdout.log')).toBe('hello\n');
    });

    it('removes what a role left, even when called twice', async () => {
      const role = await start(roles.greets);
      await ended(role);
      await role.remove();
      await role.remove();
      expect(await subject.connected.shell.list(role.folder)).toEqual([]);
    });

    it('ends a role that it holds with all others of its run', async () => {
      const { shell } = subject.connected;
      const asked = startOf(roles.greets);
      const prepared = await subject.runtime.prepare({ ...asked, hold: true });
      await systemClock.sleep(500); // a wrapper that is process 1 hears no signal before it is up
      await subject.runtime.endRoles(subject.connected, asked.order.run_id);
      expect(await fileIn(asked.order, 'state.jsonl')).toBeNull();
      await prepared.discard();
      expect(await shell.list(deviceRoleFolder(subject.connected, asked.order))).toEqual([]);
    });
  });
}

/** The files of the experiment as a device gets them. */
export const experimentFiles = () =>
  Promise.all(
    ['greet.py', 'fail.py', 'wait.py'].map(async (name) => ({
      name,
      content: await readFile(`${experimentFolder}/${name}`, 'utf8'),
    })),
  );
