import { afterEach, expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace, type Ended } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const onEdge1 = (script: string) => program('docker', 'exec', `collab-${labName}-edge1`, 'sh', '-c', script);
const bashrc = '/home/collab/.bashrc';
const noForwarding = '/etc/ssh/sshd_config.d/00-test.conf';
const reload = 'kill -HUP "$(cat /run/sshd.pid)"; sleep 1';

interface CheckJson {
  device: string;
  ready: boolean;
  hindrances: { step: string; what: string; why: string }[];
}
function edge1Of({ stdout }: Ended): CheckJson | undefined {
  const result = JSON.parse(
    stdout
      .trim()
      .split('\n')
      .find((line) => line.includes('"kind":"result"')) ?? '{}',
  ) as {
    devices: CheckJson[];
  };
  return result.devices.find(({ device }) => device === 'edge1');
}

afterEach(async () => {
  await onEdge1(`[ ! -e ${bashrc}.before ] || mv ${bashrc}.before ${bashrc}`);
  await onEdge1(`if [ -e ${noForwarding} ]; then rm ${noForwarding}; ${reload}; fi`);
});

it('says that a login shell prints, and quotes it', async () => {
  const print = `cp -p ${bashrc} ${bashrc}.before; sed -i '1i echo "Welcome to the lab, be nice"' ${bashrc}`;
  expect((await onEdge1(print)).code).toBe(0);
  const checked = await workspace.collab('device', 'check', 'edge1');
  expect(checked.code).toBe(4);
  expect(checked.stdout).toMatch(/^edge1 +\S+ +no: files /m);
  expect(checked.stdout).toContain('edge1 is not ready (files): The login shell of collab@');
  expect(checked.stdout).toContain('It begins with "Welcome to the lab, be nice".');
  const run = await workspace.collab('sync', '--only', 'edge1');
  expect(run.stderr).toContain('"Welcome to the lab, be nice"');
});

it('says that the ssh server does not forward the stream to the engine', async () => {
  expect((await onEdge1(`echo 'AllowStreamLocalForwarding no' > ${noForwarding}; ${reload}`)).code).toBe(0);
  const checked = await workspace.collab('device', 'check', 'edge1', '--json');
  expect(checked.code).toBe(4);
  expect(edge1Of(checked)?.hindrances).toMatchObject([
    { step: 'engine', what: 'The ssh server of edge1 does not forward the socket of its Docker Engine.' },
  ]);
});

it('leaves a device that lacks nothing as it was', async () => {
  const checked = await workspace.collab('device', 'check', 'edge1', '--json');
  expect(checked.code, checked.stderr).toBe(0);
  expect(edge1Of(checked)).toMatchObject({ ready: true, hindrances: [], notes: [] });
  expect((await onEdge1('ls -A /home/collab/.collab')).stdout).not.toContain('check-');
});
