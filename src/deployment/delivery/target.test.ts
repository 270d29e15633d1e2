import { expect, test } from 'vitest';
import { FakeEngine } from '../engine/fake-engine.js';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { deviceTarget, localTarget, parseFree } from './target.js';

test('reads free bytes from the output of df', () => {
  const heading = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n';
  expect(parseFree(`${heading}/dev/mmcblk0p1    30428648 12345678  16512345      43% /\n`)).toBe(
    16512345 * 1024,
  );
  expect(parseFree(`${heading}//server/my share 30428648 12345678  1000      43% /var/lib/docker\n`)).toBe(
    1024e3,
  );
  expect(parseFree('df: /var/lib/docker: Permission denied')).toBeNull();
});

test('accepts a device that reports no free space; this machine reports it', async () => {
  const shell = new FakeShell(() => ({ code: 1, stderr: 'df: denied' }));
  const engine = new FakeEngine('nano1');
  expect(await deviceTarget(connectedTo(deviceOf('nano1'), shell), engine).freeBytes('/x')).toBeNull();
  expect(await localTarget(engine).freeBytes('/')).toBeGreaterThan(0);
});
