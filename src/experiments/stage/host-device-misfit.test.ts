import { expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { hostDeviceMisfit } from './host-device-misfit.js';

const shellSaying = (stdout: string) => new FakeShell(() => ({ stdout }));
const eye = roleOf('eye', { devices: ['/dev/video0', '/dev/ttyACM0'] });
const plain = roleOf('plain');

test('a role fits the devices that have all its device files, and one that was not asked', async () => {
  const both = shellSaying('/dev/video0\tcharacter\t660 0 44\tno\n/dev/ttyACM0\tcharacter\t660 0 20\tyes\n');
  const one = shellSaying('/dev/ttyACM0\tcharacter\t660 0 20\tno\n');
  const devices = [connectedTo(deviceOf('pi4'), both), connectedTo(deviceOf('pi5'), one)];
  const misfit = await hostDeviceMisfit([eye, plain], devices, 'docker');
  expect(['pi4', 'pi5', 'away'].map((device) => misfit(eye, device))).toEqual([
    null,
    'has no /dev/video0',
    null,
  ]);
  expect(misfit(plain, 'pi5')).toBeNull();
  expect(both.ran[0]?.slice(-2)).toEqual(['/dev/video0', '/dev/ttyACM0']);
});

test('a process opens them as the login', async () => {
  const shell = shellSaying('/dev/video0\tcharacter\t660 0 44\tno\n/dev/ttyACM0\tcharacter\t660 0 20\tyes\n');
  const misfit = await hostDeviceMisfit([eye], [connectedTo(deviceOf('here'), shell)], 'process');
  expect(misfit(eye, 'here')).toMatch(/^does not let the role open \/dev\/video0 \(mode 660/);
});

test('devices are not asked without need', async () => {
  const shell = new FakeShell();
  const misfit = await hostDeviceMisfit([plain], [connectedTo(deviceOf('pi4'), shell)], 'docker');
  expect(misfit(plain, 'pi4')).toBeNull();
  expect(shell.ran).toEqual([]);
});
