import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FakeShell } from '../fake-shell.js';
import { LocalShell } from '../local-shell.js';
import { deviceFacts } from './device-facts.js';
import { parseFacts } from './parse-facts.js';
import { readFacts } from './read-facts.js';

const folder = new URL('fixtures/', import.meta.url);
const machines = readdirSync(folder).flatMap((file) => (file.endsWith('.txt') ? [file.slice(0, -4)] : []));
const printedBy = (machine: string) => readFileSync(new URL(`${machine}.txt`, folder), 'utf8');

describe('parseFacts', () => {
  it.each(machines)('reads what %s prints', (machine) => {
    const expected: unknown = JSON.parse(readFileSync(new URL(`${machine}.json`, folder), 'utf8'));
    expect(parseFacts(printedBy(machine))).toEqual(deviceFacts.parse(expected));
  });

  it('passes over what a login script prints first', () => {
    const text = `Welcome to pi4!\n${printedBy('raspberry-pi-4-arm64')}`;
    expect(parseFacts(text).hostname).toBe('pi4');
  });

  it('names all that is missing', () => {
    const text = printedBy('debian-pc-docker-26')
      .replace(/MemTotal.*/, '')
      .replace('workbench\n', '\n');
    expect(() => parseFacts(text)).toThrow('The device did not say: hostname, memory.');
  });

  it('notices an answer that was cut', () => {
    expect(() => parseFacts(printedBy('jetson-nano-r32').replace('@@end', ''))).toThrow(
      'the end of its answer',
    );
  });

  it('strips control characters', () => {
    const text = printedBy('raspberry-pi-4-arm64').replace('pi4\n', '\x1b[31mpi4\x07\n');
    expect(parseFacts(text).hostname).toBe('pi4');
  });
});

describe('readFacts', () => {
  it('reads a real machine: this one', async () => {
    const facts = await readFacts(new LocalShell());
    expect(deviceFacts.parse(facts)).toEqual(facts);
    expect(facts.architecture).toBe({ x64: 'amd64', arm64: 'arm64', arm: 'arm' }[process.arch as string]);
    expect(facts.user.uid).toBe(process.getuid?.());
  });

  it('says what the device said when it does not run the script', async () => {
    const shell = new FakeShell(() => ({ code: 1, stderr: 'This account is only for sftp.\n' }));
    await expect(readFacts(shell)).rejects.toMatchObject({
      name: 'facts-unreadable',
      why: 'This account is only for sftp.',
    });
  });
});
