import { beforeEach, expect, test, vi } from 'vitest';
import { connectedTo, deviceOf } from '../../../tests/fixtures/connected-device.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { clearRunFolder } from './clear-run-folder.js';

const folder = '/home/pi/.collab/runs/r1';
let shell: FakeShell;
const clear = () => clearRunFolder(connectedTo(deviceOf('nano1'), shell), 'r1');

beforeEach(async () => {
  shell = new FakeShell();
  for (const path of ['experiment/main.py', 'collab/wrapper.py', 'work/1-client-0/2.txt', 'other/r2/1/a.log'])
    await shell.write(`${folder}/${path}`, 'x');
  await shell.makeFolder(`${folder}/1/client-0/outputs`);
  await shell.write('/home/pi/.collab/runs/r2/1/client-0/stdout.log', 'of another run');
});

test('removes everything of a run whose roles were collected, and nothing of another run', async () => {
  await clear();
  expect([...shell.files.keys()]).toEqual(['/home/pi/.collab/runs/r2/1/client-0/stdout.log']);
  expect(shell.folders.has(folder)).toBe(false);
});

test('keeps the folders of trials in which a file was not collected, and nothing else', async () => {
  await shell.write(`${folder}/2/client-0/outputs/model.bin`, 'weights');
  await clear();
  expect([...shell.files.keys()].filter((path) => path.startsWith(folder))).toEqual([
    `${folder}/2/client-0/outputs/model.bin`,
  ]);
  expect(shell.folders.has(`${folder}/1`)).toBe(false);
});

test('removes nothing that cannot be listed', async () => {
  await shell.write(`${folder}/2/client-0/stdout.log`, 'kept');
  const list = shell.list.bind(shell);
  vi.spyOn(shell, 'list').mockImplementation((path, deep) =>
    path.endsWith('/2') ? Promise.reject(new Error('permission denied')) : list(path, deep),
  );
  await expect(clear()).rejects.toThrow('permission denied');
  expect(shell.files.has(`${folder}/2/client-0/stdout.log`)).toBe(true);
});
