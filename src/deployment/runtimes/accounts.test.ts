import { expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { orderOf } from '../../../tests/fixtures/role-order.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { FakeEngine } from '../engine/fake-engine.js';
import { AccountFiles, withGroup, withUser } from './accounts.js';

const pi = { name: 'pi', uid: 1000, gid: 1000 };

test('the login stands in front of the users of the image', () => {
  expect(withUser('root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/:/bin/false\n', pi)).toBe(
    'pi:x:1000:1000:pi:/tmp:/bin/sh\nroot:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/:/bin/false\n',
  );
});

test('it replaces a user of its name, and comes before one of its number', () => {
  expect(withUser('pi:x:7:7::/x:/bin/sh\nubuntu:x:1000:1000::/home/ubuntu:/bin/bash', pi)).toBe(
    'pi:x:1000:1000:pi:/tmp:/bin/sh\nubuntu:x:1000:1000::/home/ubuntu:/bin/bash\n',
  );
  expect(withUser('root:x:0:0:root:/root:/bin/bash\n', { name: 'root', uid: 0, gid: 0 })).toBe(
    'root:x:0:0:root:/tmp:/bin/sh\n',
  );
});

test('its group keeps the name that the image gives it', () => {
  expect(withGroup('root:x:0:\nusers:x:1000:\n', pi)).toBe('root:x:0:\nusers:x:1000:\n');
  expect(withGroup('root:x:0:\npi:x:7:\n', pi)).toBe('pi:x:1000:\nroot:x:0:\n');
});

test('a name of a directory service breaks no line', () => {
  expect(withUser('', { name: 'AD:j doe', uid: 70_001, gid: 70_001 })).toBe(
    'AD_j_doe:x:70001:70001:AD_j_doe:/tmp:/bin/sh\n',
  );
});

test('an image is read once per run, by a container that is removed; one without the files gets the usual ones', async () => {
  const engine = new FakeEngine('nano1');
  engine.images.set('web', { id: 'sha256:abc', sizeBytes: 1 });
  const shell = new FakeShell();
  const connected = connectedTo(deviceOf('nano1'), shell);
  const files = new AccountFiles();
  const about = { engine, image: 'sha256:abc', order: orderOf(), labels: { 'collab.run': 'r' } };
  const [first, second] = await Promise.all([
    files.mounts(connected, '/home/pi/shared', about),
    files.mounts(connected, '/home/pi/shared', { ...about, order: orderOf({ rank: 1 }) }),
  ]);
  expect(second).toEqual(first);
  expect(first.map(({ target, readOnly }) => [target, readOnly])).toEqual([
    ['/etc/passwd', true],
    ['/etc/group', true],
  ]);
  const name = 'collab-20261121-125301-a1b2-1-client-0-accounts';
  expect(engine.calls).toEqual([`create ${name}`, `remove ${name}`]);
  const contentOf = (at: number) => shell.files.get(first[at]?.source ?? '')?.toString();
  expect(contentOf(0)).toBe('pi:x:1000:1000:pi:/tmp:/bin/sh\nroot:x:0:0:root:/root:/bin/bash\n');
  expect(contentOf(1)).toBe('pi:x:1000:\nroot:x:0:\nnogroup:x:65534:\n');
});
