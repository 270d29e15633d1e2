import { describe, expect, test } from 'vitest';
import { codeRef, planLayers, type ImageNeeds, type ImagePlan, type LayerContents } from './layer-plan.js';

const needs: ImageNeeds = { role: 'client', flavor: 'python', apt: [], pip: [], requirements: null };
const withApt = { ...needs, apt: ['python3-numpy'] };
const contents: LayerContents = {
  architecture: 'arm64',
  experiment: 'split',
  baseHash: 'b1',
  baseDockerfile: 'FROM debian\n',
  codeHash: 'c1',
};
const refs = (asked: ImageNeeds, given = contents) => planLayers(asked, given).layers.map(({ ref }) => ref);
const dependencies = (asked: ImageNeeds) => dockerfiles(planLayers(asked, contents)).dependencies ?? '';
const dockerfiles = ({ layers }: ImagePlan): Partial<Record<string, string>> =>
  Object.fromEntries(
    layers.flatMap((layer) => (layer.kind === 'code' ? [] : [[layer.kind, layer.dockerfile]])),
  );

/** The words of each RUN in exec form, which the engine parses as JSON without a shell. */
function execForms(dockerfile: string): string[][] {
  const runs = dockerfile.split('\n').filter((line) => line.startsWith('RUN '));
  return runs.map((line) => JSON.parse(line.slice(4)) as string[]);
}

describe('tags', () => {
  test('the same content has the same tags for every role; the image is its top layer', () => {
    expect(refs(withApt)).toEqual(refs({ ...withApt, role: 'server' }));
    const plan = planLayers(withApt, contents);
    expect(plan.ref).toBe(plan.layers.at(-1)?.ref);
    expect(plan.layers.map(({ kind }) => kind)).toEqual(['base', 'dependencies', 'code']);
    for (const { ref } of plan.layers) expect(ref).toMatch(/^collab\/[a-z-]+:arm64-\w+$/);
  });

  test('without dependencies there is no layer for them', () => {
    expect(planLayers(needs, contents).layers.map(({ kind }) => kind)).toEqual(['base', 'code']);
  });

  test('a code change changes only the tag of the code layer', () => {
    const [before, after] = [refs(withApt), refs(withApt, { ...contents, codeHash: 'c2' })];
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toBe(before[2]);
  });

  test('a dependency change keeps the base; a base change changes everything above it', () => {
    const before = refs(withApt);
    const other = refs({ ...withApt, apt: ['python3-pandas'] });
    expect(other.map((ref, index) => ref === before[index])).toEqual([true, false, false]);
    const rebased = refs(withApt, { ...contents, baseHash: 'b2' });
    expect(rebased.map((ref, index) => ref === before[index])).toEqual([false, false, false]);
  });

  test('the content of the requirements and the architecture count', () => {
    const requirements = (hash: string) => ({ ...needs, requirements: 'requirements.txt', files: hash });
    expect(refs(requirements('1'))[1]).not.toBe(refs(requirements('2'))[1]);
    expect(refs(needs, { ...contents, architecture: 'amd64' })[0]).toMatch(
      /^collab\/base-python:amd64-[0-9a-f]{12}$/,
    );
  });
});

describe('Dockerfiles', () => {
  test('each layer builds on the one below', () => {
    const plan = planLayers(withApt, contents);
    expect(dockerfiles(plan).dependencies).toContain(`FROM ${plan.layers[0]?.ref ?? ''}\n`);
  });

  test('the code has none: its tag depends on the layer below and on its files', () => {
    const [, below = '', code = ''] = refs(withApt);
    expect(code).toBe(codeRef({ architecture: 'arm64', experiment: 'split', below }, 'c1'));
  });

  const hostile = ['a; touch /pwned', '$(id)', '`id`', '"]\nRUN evil', "x' y", 'back\\slash', '${HOME}'];
  test.each(hostile)('a hostile name stays one word: %j', (name) => {
    const apt = execForms(dependencies({ ...needs, apt: [name] }))[0] ?? [];
    expect(apt.at(-1)).toBe(name);
    expect(apt[2]).toContain('"$@"');
    expect(apt[2]).not.toContain(name);
    const pip = execForms(dependencies({ ...needs, pip: [name] })).at(-1);
    expect(pip).toEqual(['python3', '-m', 'pip', 'install', '--no-cache-dir', name]);
  });

  test('installs requirements in the folder of the files that they name', () => {
    const text = dependencies({
      ...needs,
      pip: ['flask==3.0'],
      requirements: 'sub/req.txt',
      files: 'r',
    });
    expect(text).toContain('COPY requirements/ /opt/requirements/\nWORKDIR /opt/requirements\n');
    const runs = execForms(text);
    expect(runs.at(-2)?.slice(-2)).toEqual(['-r', 'sub/req.txt']);
    expect(runs.at(-1)?.at(-1)).toBe('flask==3.0');
  });

  test('a wheel in the folder is available to pip, even without a requirements file', () => {
    const text = dependencies({ ...needs, pip: ['./wheels/demo-1.0-py3-none-any.whl'], files: 'w' });
    expect(text).toContain('COPY requirements/ /opt/requirements/\nWORKDIR /opt/requirements\n');
    expect(execForms(text).at(-1)?.at(-1)).toBe('./wheels/demo-1.0-py3-none-any.whl');
    expect(dependencies({ ...needs, pip: ['flask'] })).not.toContain('COPY');
  });

  test('the base gets the values of its ARGs', () => {
    const baseArgs = { PYTHON: 'python:3.6.15' };
    expect(planLayers(needs, { ...contents, baseArgs }).layers[0]).toMatchObject({ args: baseArgs });
  });
});
