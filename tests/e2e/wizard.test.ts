import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const lab = inject('labWorkspace');
const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Types answers into a program on a real terminal: waits for each text, then sends the keys. Prints what it showed. */
const typist = `
import os, pty, select, sys, time
steps, argv = eval(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
shown, deadline = "", time.time() + 60
while time.time() < deadline:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            shown += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
    elif steps and steps[0][0] in shown:
        os.write(terminal, steps.pop(0)[1].encode())
print(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

function onTerminal(workspace: TestWorkspace, steps: [string, string][], ...args: string[]) {
  const shell = `cd "$0" && exec python3 -c "$1" "$2" ${process.execPath} ${command} ${args.join(' ')}`;
  return program('sh', '-c', shell, workspace.folder, typist, JSON.stringify(steps));
}

it('asks what no flag answers, and saves the LAN', async () => {
  const workspace = TestWorkspace.make();
  const ended = await onTerminal(
    workspace,
    [
      ['Which devices?', '\r'],
      ['first use', '\r'],
    ],
    ...['setup', '--lan', 'wizard', '--interface', `collab-${labName}`, '--expect', '2'],
    ...['--key', join(lab, `.collab/lab/${labName}/id_ed25519`)],
  );
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('LAN wizard is saved');
  const saved = JSON.parse(readFileSync(join(workspace.folder, '.collab/lans/wizard.json'), 'utf8')) as {
    devices: { name: string }[];
  };
  expect(saved.devices.map(({ name }) => name)).toEqual(['edge1', 'edge2']);
});

it('ends with 130 at Ctrl-C on a question, and saves nothing', async () => {
  const workspace = TestWorkspace.make();
  const ended = await onTerminal(
    workspace,
    [['Which devices?', '\x03']],
    ...['setup', '--lan', 'wizard', '--interface', `collab-${labName}`, '--expect', '2'],
  );
  expect(ended.code, ended.stdout).toBe(130);
  expect(ended.stdout).toContain('Interrupted');
  expect((await workspace.collab('device', 'list')).stderr).toContain('No LAN is set up');
});
