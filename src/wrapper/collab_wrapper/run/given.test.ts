import { describe, expect, it } from 'vitest';
import { startWrapper } from '../../../../tests/fixtures/run-wrapper.js';

const python = (code: string) => ['python3', '-c', code];

describe('what a command is given', () => {
  const threadsCode = `import os, resource, json
names = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS')
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(json.dumps([[os.environ.get(name) for name in names], soft, hard, resource.getrlimit(resource.RLIMIT_CORE)[0]]))`;
  /** An empty value counts as none, so that those of the tests' own environment do not matter. */
  const noCounts = Object.fromEntries(
    ['OMP', 'OPENBLAS', 'MKL', 'BLIS', 'NUMEXPR', 'NUMBA', 'RAYON'].map((one) => [`${one}_NUM_THREADS`, '']),
  );
  const threadsOf = async (role: object, environment: Record<string, string> = {}) => {
    const wrapper = await startWrapper(python(threadsCode), role, { ...noCounts, ...environment });
    const run = await wrapper.ended();
    const [threads, soft, hard, core] = JSON.parse(run.stdout) as [string[], number, number, number];
    return { threads, soft, hard, core, given: run.exit.given };
  };

  it('has a thread for each core in a container, as many open files as the engine allows, and says so', async () => {
    const { threads, soft, hard, core, given } = await threadsOf({ cgroup: 'own', cores: 1 });
    expect(threads).toEqual(['1', '1', '1', '1']);
    expect(soft).toBe(hard < 0 ? 1 << 20 : Math.min(hard, 1 << 20));
    expect(core).toBe(0);
    expect(given).toMatchObject({
      cores: 1,
      threads: { OMP_NUM_THREADS: '1', RAYON_NUM_THREADS: '1' },
      shared_memory_bytes: expect.any(Number) as number,
      open_files: soft,
    });
  });

  it('keeps the thread counts of its image, and gives the others that of OpenMP', async () => {
    const set = { OMP_NUM_THREADS: '3,2', NUMEXPR_NUM_THREADS: '5' };
    const { threads, given } = await threadsOf({ cgroup: 'own', cores: 1 }, set);
    expect(threads).toEqual(['3,2', '3', '3', '5']);
    expect(given?.threads).toMatchObject({ OMP_NUM_THREADS: '3,2', MKL_NUM_THREADS: '3' });
  });

  it('decides itself as a plain process with all cores of the machine, and without a number of cores', async () => {
    for (const role of [{ cgroup: 'shared', cores: 4096 }, { cgroup: 'own' }]) {
      const { threads, given } = await threadsOf(role);
      expect(threads).toEqual(['', '', '', '']);
      expect(given?.threads).toEqual({});
    }
  });

  it("tells gloo and its like the interface by which its peers reach it, in its device's network only", async () => {
    const code = 'import collab, os; print(os.environ.get("GLOO_SOCKET_IFNAME"), collab.peer("client").host)';
    const at = (host: string) => ({ peers: [{ role: 'client', rank: 0, host, ports: {} }] });
    const said = async (role: object, environment = {}) =>
      (await (await startWrapper(python(code), role, environment)).ended()).stdout;
    expect(await said(at('127.0.0.1'))).toBe('lo 127.0.0.1\n');
    expect(await said(at('127.0.0.1'), { GLOO_SOCKET_IFNAME: 'eth9' })).toBe('eth9 127.0.0.1\n');
    expect(await said(at('192.0.2.1'))).toBe('None 192.0.2.1\n');
    expect(await said(at('edge1.lan'))).toBe('None edge1.lan\n');
    expect(await said({ ...at('127.0.0.1'), network_namespace: 'own' })).toBe('None 127.0.0.1\n');
  });
});
