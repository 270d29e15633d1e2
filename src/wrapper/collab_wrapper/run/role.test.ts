import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { wrapperFolder } from '../../../../tests/fixtures/run-wrapper.js';

const folder = fileURLToPath(new URL('../../../../tests/fixtures/role-json/', import.meta.url));
const program = join(wrapperFolder, 'fixtures/read_role.py');

/** What the wrapper reads from a role.json, or the message of its RoleFault. */
function readRole(order: unknown): { role?: Record<string, unknown>; fault?: string } {
  const input = JSON.stringify(order);
  const env = { ...process.env, PYTHONPATH: wrapperFolder };
  return JSON.parse(execFileSync('python3', ['-B', program], { input, env, encoding: 'utf8' })) as object;
}

const content = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('role.json', () => {
  it('with every key is read unchanged', () => {
    const { role } = readRole(content('full.json'));
    const {
      role: name,
      network_namespace,
      cgroup,
      host_sensors,
      ...same
    } = content('full.json') as Record<string, unknown>;
    expect([network_namespace, cgroup, host_sensors]).toEqual(['own', 'own', true]);
    expect(role).toEqual({
      ...same,
      name,
      own_network: true,
      own_cgroup: true,
      folder: '/role',
      host: '/role/host.jsonl',
    });
  });

  it('with only the required keys gets defaults, as does null', () => {
    const defaults = {
      warmup: false,
      parameters: {},
      peers: [],
      ports: {},
      reads_in_command: [],
      reads_declared: [],
      data: {},
      ready: null,
      metrics: [],
      idle_s: 0,
      meter: [],
      meeting: null,
      timeout_s: null,
      stop_grace_s: 5,
      cores: null,
      restart: 'trial',
      service: false,
      hold: false,
      prepare: null,
      finalize: null,
      own_network: false,
      own_cgroup: false,
      host: null,
    };
    const minimal = content('minimal.json') as Record<string, unknown>;
    const full = content('full.json') as Record<string, unknown>;
    const nulls = Object.fromEntries(Object.keys(full).map((key) => [key, minimal[key] ?? null]));
    expect(readRole(minimal).role).toMatchObject(defaults);
    expect(readRole(nulls)).toEqual(readRole(minimal));
  });

  it.each(readdirSync(join(folder, 'invalid')))('rejects %s and names every invalid key', (name) => {
    const { faults, role } = content(join('invalid', name)) as {
      faults: Record<string, string>;
      role: object;
    };
    const listed = Object.entries(faults).map(([key, fault]) => `${key}: ${fault}`);
    expect(readRole(role)).toEqual({ fault: `role.json: ${listed.join('; ')}` });
  });

  it('that is not an object is rejected', () => {
    expect(readRole([]).fault).toMatch(/^role\.json: it must be an object; run_id: it is missing; /);
  });
});
