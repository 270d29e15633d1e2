import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { describeRuntime, experimentFiles, roles } from '../../../tests/conformance/runtime.js';
import { systemClock } from '../../events.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { type FakeCourse, FakeRuntime } from './fake-runtime.js';
import { runtimes } from './registry.js';

/** The roles of the suite, behaving like their programs. */
const course: FakeCourse = async (role) => {
  const [, program] = role.order.command;
  await role.state('started');
  if (program === roles.greets[1]) {
    await role.print('hello');
    await role.exit();
  }
  if (program === roles.fails[1]) await role.exit({ code: 3 });
};

describeRuntime('FakeRuntime', () =>
  Promise.resolve({
    runtime: new FakeRuntime(course),
    connected: connectedTo(deviceOf('nano1'), new FakeShell()),
    imageId: 'sha256:abc',
    dataFolder: '/home/pi/digits',
    close: () => undefined,
  }),
);

describeRuntime('ProcessRuntime', async () => {
  const home = mkdtempSync(join(tmpdir(), 'runtime-'));
  const user = { name: 'pi', uid: 1000, gid: 1000, home };
  return {
    runtime: await runtimes.process.open({ experimentFiles, clock: systemClock, engineOf: noEngine }),
    connected: connectedTo(deviceOf('here', { facts: factsOf({ user }) }), new LocalShell()),
    imageId: null,
    dataFolder: home,
    close: () => rmSync(home, { recursive: true }),
  };
});

function noEngine(): never {
  throw new TypeError('a process needs no engine');
}
