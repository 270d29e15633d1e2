import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { program, TestWorkspace } from '../workspace.js';

const command = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const drive = fileURLToPath(new URL('../terminal.py', import.meta.url));
const workspace = new TestWorkspace();
const bin = mkdtempSync(join(tmpdir(), 'collab-bin-'));

beforeAll(async () => {
  symlinkSync(command, join(bin, 'collab'));
  await workspace.result('init');
  // A name that a shell would run must not be offered, nor run.
  mkdirSync(join(workspace.folder, 'TestCases/hello$(touch run)'));
  writeFileSync(join(workspace.folder, 'TestCases/hello$(touch run)/experiment.yaml'), '');
  writeFileSync(join(workspace.folder, 'notes.txt'), '');
});

/** Types lines into an interactive shell, each once its start is on the screen. @returns all that the terminal showed */
async function typed(
  shell: readonly string[],
  lines: readonly [wait: string, type: string][],
): Promise<string> {
  const steps = lines.map(([wait, type]) => ({ wait, type }));
  const environment = [`PATH=${bin}:${process.env.PATH ?? ''}`, 'TERM=xterm', 'TERMINAL_S=100'];
  const line = ['-C', workspace.folder, ...environment, 'python3', drive, JSON.stringify(steps), ...shell];
  const { stdout, code } = await program('env', ...line);
  expect(code, stdout).toBe(0);
  return stdout;
}

const host = hostname().split('.')[0] ?? '';
/** How each shell starts, what its prompt has, and how completion is loaded. */
const kinds: readonly [name: string, start: readonly string[], prompt: string, load: string][] = [
  [
    'bash',
    ['bash', '--norc', '-i'],
    'bash-',
    'source <(collab completion bash) && source <(collab completion bash)',
  ],
  [
    'zsh',
    ['zsh', '-f', '-i'],
    host,
    'autoload -Uz compinit && compinit -u -D && source <(collab completion zsh)',
  ],
  ['fish', ['fish', '--no-config', '-i'], host, 'collab completion fish | source'],
];

describe.each(kinds)('%s', (_, start, prompt, load) => {
  it('completes commands, names, parameters with their values, and files', async () => {
    const seen = await typed(start, [
      [prompt, `${load}; echo rea''dy\r`],
      ['ready', 'collab valid\thel\t\r'],
      ['hello is valid', 'collab run hello --local --dry-run --set size\t655\t\r'],
      ['2 trials', 'collab import not\t\r'],
      ['notes.txt (0 B)', 'exit 0\r'],
    ]);
    expect(seen).toMatch(/SIZE_BYTES.*\s+1 +10 +65536 /s);
    expect(seen).not.toMatch(/readonly|command not found|TypeError/);
  });
});

describe('what the scripts ask', () => {
  const asked = async (...words: string[]) => {
    const { code, stdout, stderr } = await workspace.collab('completion', 'bash', '--', ...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').map((line) => line.split('\t')[0]);
  };

  it('formats and tables of a report come from the list that report has', async () => {
    expect(await asked('report', '--format', 'csv,xl')).toEqual(['csv,xlsx', ':', '']);
    expect(await asked('report', '--tables', 'results,samples_l')).toEqual(['results,samples_long', ':', '']);
  });

  it('names that a shell would read as code are left out', async () => {
    expect(await asked('run', 'hel')).toEqual(['hello', ':files', '']);
  });

  it('outside a workspace there are commands, options and pages, and no error', async () => {
    const nowhere = new TestWorkspace();
    const ended = await nowhere.collab('completion', 'bash', '--', 'docs', 'own');
    expect(ended).toEqual({ code: 0, stdout: 'own-boards\t\n:\n', stderr: '' });
    expect((await nowhere.collab('completion', 'bash', '--', 'run', '')).stdout).toBe(':files\n');
    expect((await nowhere.collab('completion', 'bash', '--', 'in')).stdout).toContain(
      'init\tMake a workspace',
    );
  });

  it('as JSON', async () => {
    const result = await workspace.result<{ shell: string; script: string }>('completion', 'bash');
    expect(result).toMatchObject({ shell: 'bash', script: expect.stringContaining('complete -F') as string });
  });
});
