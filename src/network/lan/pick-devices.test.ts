import { expect, it } from 'vitest';
import { deviceOf } from '../../../tests/fixtures/connected-device.js';
import { Controller } from './controller.js';
import { LAN } from './lan.js';
import { pickDevices } from './pick-devices.js';

const controller = new Controller(deviceOf('pc'));
const lan = new LAN('shelf', controller, [
  deviceOf('nano1', { tags: ['camera'] }),
  deviceOf('nano2', { tags: ['camera', 'gpu'] }),
  deviceOf('nano3'),
]);
const names = (pick: Parameters<typeof pickDevices>[1]) => pickDevices(lan, pick).map(({ name }) => name);

it('picks all, by name, by every tag, and by both, in the order of the LAN', () => {
  expect(names({})).toEqual(['nano1', 'nano2', 'nano3']);
  expect(names({ only: ['nano3', 'nano1'] })).toEqual(['nano1', 'nano3']);
  expect(names({ tags: ['camera'] })).toEqual(['nano1', 'nano2']);
  expect(names({ tags: ['camera', 'gpu'] })).toEqual(['nano2']);
  expect(names({ only: ['nano1', 'nano3'], tags: ['camera'] })).toEqual(['nano1']);
});

it('names what there is when nothing fits', () => {
  expect(() => names({ only: ['nano9'] })).toThrow(
    expect.objectContaining({ name: 'unknown-device', exitCode: 2 }),
  );
  expect(() => names({ only: ['nano3'], tags: ['gpu'] })).toThrow(
    expect.objectContaining({
      what: 'LAN shelf has no device with the tag gpu among nano3.',
      why: 'Its devices have these tags: camera, gpu',
      exitCode: 2,
    }),
  );
});
