import { expect, it } from 'vitest';
import { deviceOf } from '../../../tests/fixtures/connected-device.js';
import { changedDevice } from './edit-device.js';

const nano1 = deviceOf('nano1', { tags: ['camera'], keyPath: '/keys/a' });

it('changes the given fields only', () => {
  const changes = { name: 'cam', tag: ['gpu', 'camera'], untag: [], user: 'jetson', port: 2222 };
  expect(changedDevice(nano1, changes).toJSON()).toEqual({
    ...nano1.toJSON(),
    name: 'cam',
    tags: ['camera', 'gpu'],
    user: 'jetson',
    port: 2222,
  });
  expect(changedDevice(nano1, { untag: ['camera'], keyPath: null })).toMatchObject({
    tags: [],
    keyPath: null,
  });
  expect(changedDevice(nano1, {})).toEqual(nano1);
});

it.each([
  [{ name: 'a b' }, '"a b" is not a valid device name.'],
  [{ name: '../x' }, '"../x" is not a valid device name.'],
  [{ tag: ['$(id)'] }, '"$(id)" is not a valid tag.'],
  [{ user: '-oProxyCommand=x' }, '"-oProxyCommand=x" is not a valid user name.'],
  [{ port: 70000 }, '"70000" is not a valid port.'],
  [{ untag: ['gpu'] }, 'nano1 has no tag gpu.'],
])('refuses %j', (changes, what) => {
  expect(() => changedDevice(nano1, changes)).toThrow(
    expect.objectContaining({ name: 'device-edit', what, exitCode: 2 }),
  );
});
