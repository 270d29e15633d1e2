import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { Controller } from './controller.js';
import { Device, nameFrom } from './device.js';
import { deviceFacts } from '../facts/index.js';
import { LAN, uniqueName } from './lan.js';
import { LanStore } from './lan-store.js';

const fixture = new URL('../facts/fixtures/raspberry-pi-4-arm64.json', import.meta.url);
const facts = deviceFacts.parse(JSON.parse(readFileSync(fixture, 'utf8')));
const fields = { port: 22, user: 'pi', keyPath: null, tags: ['shelf'], facts };
const device = (name: string, id = `SHA256:${name}`, address = `10.0.0.${id.slice(-1)}`) =>
  new Device({ ...fields, name, id, address });
const controller = new Controller({ ...fields, name: 'pc', id: 'b0:7b:25:1c:9e:42', address: '127.0.0.1' });
const lan = new LAN('shelf', controller, [device('nano1'), device('nano2')]);

describe('LAN', () => {
  it('adds a device, and replaces the one with the same id in its place', () => {
    const more = lan.withDevice(device('nano3')).withDevice(device('renamed', 'SHA256:nano1'));
    expect(more.devices.map((one) => one.name)).toEqual(['renamed', 'nano2', 'nano3']);
    expect(lan.devices).toHaveLength(2);
    expect(more.withoutDevice('nano2').devices.map((one) => one.name)).toEqual(['renamed', 'nano3']);
  });

  it('updates the facts of its devices only', () => {
    const fresh = device('another', 'SHA256:nano1').with({ facts: { ...facts, python: '3.99' } });
    const after = lan.refreshed([fresh, device('nano3').with({ facts: fresh.facts })]);
    expect(after.devices.map((one) => [one.name, one.facts.python])).toEqual([
      ['nano1', '3.99'],
      ['nano2', facts.python],
    ]);
  });

  it('names the known devices when asked for another', () => {
    expect(lan.device('nano2').id).toBe('SHA256:nano2');
    expect(() => lan.device('nano9')).toThrow(
      expect.objectContaining({ name: 'unknown-device', why: 'It has: nano1, nano2', exitCode: 2 }),
    );
  });

  it('refuses two devices of one name, naming both fingerprints', () => {
    expect(() => lan.withDevice(device('nano1', 'SHA256:x'))).toThrow(
      expect.objectContaining({
        what: 'LAN shelf already has a device named nano1.',
        why: expect.stringMatching(/SHA256:x[\s\S]*SHA256:nano1/) as string,
      }),
    );
  });

  it('refuses two devices at one address, naming both fingerprints', () => {
    expect(() => lan.withDevice(device('nano3', 'SHA256:x', '10.0.0.2'))).toThrow(
      expect.objectContaining({
        name: 'device-not-unique',
        what: 'nano3 and nano2 have the same address 10.0.0.2, port 22.',
        why: 'nano3 at 10.0.0.2 has the host key SHA256:x\nnano2 at 10.0.0.2 has the host key SHA256:nano2',
        exitCode: 2,
      }),
    );
    expect(lan.withDevice(device('nano3', 'SHA256:x', '10.0.0.3').with({ port: 2222 })).devices).toHaveLength(
      3,
    );
  });

  it('accepts devices that swapped addresses, and a device at the address of an absent one', () => {
    const [nano1, nano2] = [lan.device('nano1'), lan.device('nano2')];
    const swapped = lan.moved([
      { device: nano1, address: nano2.address, port: 22 },
      { device: nano2, address: nano1.address, port: 22 },
    ]);
    expect(swapped.devices.map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.1']);
    const onto = lan.moved([{ device: nano1, address: nano2.address, port: 22 }]);
    expect(onto.devices.map(({ address }) => address)).toEqual(['10.0.0.2', '10.0.0.2']);
    expect(LAN.fromJSON(JSON.parse(JSON.stringify(onto)))).toEqual(onto);
  });

  it('is restored completely from JSON', () => {
    const back = LAN.fromJSON(JSON.parse(JSON.stringify(lan)));
    expect(back).toEqual(lan);
    expect(back.controller).toBeInstanceOf(Controller);
  });
});

describe('LanStore', () => {
  let store: LanStore;
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace(mkdtempSync(join(tmpdir(), 'lan-store-')));
    store = new LanStore(workspace);
  });
  afterEach(() => rmSync(workspace.root, { recursive: true }));

  it('keeps LANs private, and remembers the current one', async () => {
    await expect(store.current()).rejects.toMatchObject({ name: 'no-lan', exitCode: 2 });
    expect(await store.list()).toEqual([]);
    await store.save(lan);
    await store.save(new LAN('desk', controller));
    expect(await store.list()).toEqual(['desk', 'shelf']);
    expect((await store.current()).name).toBe('desk');
    await store.use('shelf');
    expect(await store.current()).toEqual(lan);
    expect(statSync(join(workspace.lans, 'shelf.json')).mode & 0o777).toBe(0o600);
    expect(statSync(workspace.private).mode & 0o777).toBe(0o700);
  });

  it('changes a LAN without making it the current one', async () => {
    await store.save(lan);
    await store.save(new LAN('desk', controller));
    const changed = await store.change('shelf', (saved) => saved.withoutDevice('nano1'));
    expect(changed.devices.map(({ name }) => name)).toEqual(['nano2']);
    expect(await store.load('shelf')).toEqual(changed);
    expect(await store.currentName()).toBe('desk');
  });

  it('removes a LAN; if it was current, none is', async () => {
    await store.save(new LAN('desk', controller));
    await store.save(lan);
    await store.remove('shelf');
    expect(await store.list()).toEqual(['desk']);
    await expect(store.current()).rejects.toMatchObject({
      name: 'no-lan',
      next: 'Choose one: collab lan use <name>',
    });
    await expect(store.remove('shelf')).rejects.toMatchObject({ name: 'unknown-lan' });
  });

  it('names the saved ones when asked for another, and rejects a path as a name', async () => {
    await store.save(lan);
    await expect(store.load('desk')).rejects.toMatchObject({ name: 'unknown-lan', why: 'Saved LANs: shelf' });
    await expect(store.use('desk')).rejects.toMatchObject({ name: 'unknown-lan' });
    await expect(store.load('../known_hosts')).rejects.toMatchObject({ name: 'bad-lan-name' });
  });

  it.each([
    ['{ "name": ', /JSON/],
    ['{"format": 1, "name": "shelf", "devices": [{"port": 0}]}', /controller[\s\S]*devices\[0\]\.port/],
  ])('says what is wrong with the file %s', async (text, why) => {
    mkdirSync(workspace.lans, { recursive: true });
    const path = join(workspace.lans, 'shelf.json');
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    const error: unknown = await store.load('shelf').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'lan-broken', exitCode: 2 });
    expect((error as { what: string }).what).toContain(path);
    expect((error as { why: string }).why).toMatch(why);
  });
});

describe('names of devices', () => {
  it('come from host names', () => {
    const names = ['nano1', 'nano1.local', 'Mein Gerät', '-x', 'ö'].map(nameFrom);
    expect(names).toEqual(['nano1', 'nano1', 'Mein-Ger-t', 'x', 'device']);
  });

  it('are made unique by a number', () => {
    expect(uniqueName('pi', ['pi', 'pi-2'])).toBe('pi-3');
    expect(uniqueName('pi', [])).toBe('pi');
  });
});

it('a controller needs no ssh', async () => {
  await using connected = await controller.connect();
  expect((await connected.shell.exec(['echo', 'here'])).stdout).toBe('here\n');
  expect(connected.device).toBe(controller);
});
