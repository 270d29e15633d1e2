import { expect, it } from 'vitest';
import { containerShell } from './device-terminal.js';

it('a container to look around in has no rights beyond its user, is not fetched and does not stay', () => {
  const argv = containerShell('sha256:abc');
  expect(argv.slice(0, 6)).toEqual(['docker', 'run', '-it', '--rm', '--pull', 'never']);
  expect(argv.join(' ')).toContain('--cap-drop ALL --security-opt no-new-privileges');
  expect(argv.slice(argv.indexOf('--entrypoint'), -1)).toEqual(['--entrypoint', 'sh', 'sha256:abc', '-c']);
});
