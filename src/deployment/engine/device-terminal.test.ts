import { expect, it } from 'vitest';
import { containerShell } from './device-terminal.js';

it("a container for a shell has only its user's rights, is not pulled and is removed afterwards", () => {
  const argv = containerShell('sha256:abc');
  expect(argv.slice(0, 6)).toEqual(['docker', 'run', '-it', '--rm', '--pull', 'never']);
  expect(argv.join(' ')).toContain('--cap-drop ALL --security-opt no-new-privileges');
  expect(argv.slice(argv.indexOf('--entrypoint'), -1)).toEqual(['--entrypoint', 'sh', 'sha256:abc', '-c']);
});
