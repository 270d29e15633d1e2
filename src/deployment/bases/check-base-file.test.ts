import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BaseFileManifest } from './base-file.js';
import { checkBaseFile } from './check-base-file.js';

type Entry = Partial<Header> & { name: string } & { content?: Buffer | string };

const ref = 'collab/base-python:amd64-0a1b2c3d4e5f';
const json = (value: unknown) => JSON.stringify(value);
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? '');
  tar.finalize();
  return buffer(tar as never);
}

const saved: Entry[] = [
  { name: 'manifest.json', content: json([{ Config: 'c.json', RepoTags: [ref], Layers: ['l/layer.tar'] }]) },
  { name: 'l/', type: 'directory' },
  { name: 'l/layer.tar', content: 'layer' },
];

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'bases-')), 'bases.tar');
});

/** A file as written by export, with the given image and entries. */
async function write(
  image: readonly Entry[] = saved,
  change: (manifest: BaseFileManifest, entries: Entry[]) => void = () => undefined,
) {
  const tar = await tarOf(image);
  const dockerfile = 'FROM scratch\n';
  const manifest: BaseFileManifest = {
    format: 2,
    bases: [
      {
        flavor: 'python',
        architecture: 'amd64',
        ref,
        content: 'sha256:c',
        entry: 'images/0.tar',
        sha256: sha256(tar),
        size_bytes: tar.length,
      },
    ],
    flavors: [
      {
        name: 'python',
        files: [
          {
            path: 'Dockerfile',
            executable: false,
            sha256: sha256(dockerfile),
            size_bytes: dockerfile.length,
          },
        ],
      },
    ],
  };
  const entries: Entry[] = [
    { name: 'flavors/python', type: 'directory' },
    { name: 'collab-bases.json' },
    { name: 'flavors/python/Dockerfile', content: dockerfile },
    { name: 'images/0.tar', content: tar },
  ];
  change(manifest, entries);
  const head = entries.find(({ name }) => name === 'collab-bases.json');
  if (head !== undefined) head.content ??= json(manifest);
  await writeFile(file, await tarOf(entries));
}
const check = () => checkBaseFile(file, new AbortController().signal);
const refusal = async () => {
  const thrown: unknown = await check().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: 'bad-base-file', exitCode: 2 });
  return (thrown as { why: string }).why;
};

test('reads a valid file, including the sources of its flavors', async () => {
  await write();
  const { manifest, contents } = await check();
  expect(manifest.bases.map((base) => base.ref)).toEqual([ref]);
  expect(contents.get('flavors/python/Dockerfile')?.toString()).toBe('FROM scratch\n');
});

test('reads a file of format 1, with its British spelling, as format 2', async () => {
  await write(saved, ({ bases, flavors }, entries) => {
    const old = {
      format: 1,
      bases: bases.map(({ flavor, ...others }) => ({ ...others, flavour: flavor })),
      flavours: flavors,
    };
    for (const entry of entries) entry.name = entry.name.replace('flavors/', 'flavours/');
    Object.assign(entries[1] ?? {}, { content: json(old) });
  });
  const { manifest, contents } = await check();
  expect(manifest).toMatchObject({ format: 2, bases: [{ flavor: 'python' }], flavors: [{ name: 'python' }] });
  expect([...contents.keys()]).toEqual(['flavors/python/Dockerfile']);
});

describe('rejects the whole file', () => {
  const withEntry = (entry: Entry) => () => write(saved, (_, entries) => void entries.push(entry));
  test.each<[string, () => Promise<void>, string]>([
    ['.. in a name', withEntry({ name: '../evil', content: 'x' }), 'does not name, "../evil"'],
    ['an absolute name', withEntry({ name: '/etc/evil', content: 'x' }), 'does not name, "/etc/evil"'],
    [
      'a folder outside the file',
      withEntry({ name: 'flavors/../../x', type: 'directory' }),
      'kind directory',
    ],
    ['a symbolic link', withEntry({ name: 'a', type: 'symlink', linkname: '/etc' }), 'kind symlink'],
    ['a hard link', withEntry({ name: 'a', type: 'link', linkname: 'images/0.tar' }), 'kind link'],
    ['a device file', withEntry({ name: 'a', type: 'character-device' }), 'kind character-device'],
    [
      'a second copy of an entry',
      withEntry({ name: 'flavors/python/Dockerfile', content: 'FROM evil\n' }),
      'does not name',
    ],
    [
      'a file that the manifest does not list',
      withEntry({ name: 'flavors/python/x', content: 'x' }),
      'does not name',
    ],
    [
      'no manifest first',
      () => write(saved, (_, entries) => void entries.splice(1, 1)),
      'begin with its manifest',
    ],
    ['a missing entry', () => write(saved, (_, entries) => void entries.pop()), 'images/0.tar is missing'],
    [
      'another content',
      () => write(saved, (_, entries) => Object.assign(entries[2] ?? {}, { content: 'FROM scratch!' })),
      'not what its manifest says',
    ],
    [
      'another size',
      () => write(saved, (_, entries) => Object.assign(entries[2] ?? {}, { content: 'FROM' })),
      'another size',
    ],
    [
      'a manifest of another format',
      () => write(saved, (manifest) => Object.assign(manifest, { format: 3 })),
      'not in order (format',
    ],
    [
      'a manifest that is too large',
      () => write(saved, (_, entries) => Object.assign(entries[1] ?? {}, { content: ' '.repeat(1_000_001) })),
      'begin with its manifest',
    ],
    [
      'a manifest that is no JSON',
      () => write(saved, (_, entries) => Object.assign(entries[1] ?? {}, { content: '{' })),
      'no JSON',
    ],
    [
      'a flavor whose path leads out',
      () => write(saved, ({ flavors }) => Object.assign(flavors[0]?.files[0] ?? {}, { path: 'a/../../x' })),
      'not in order (flavors.0.files.0.path',
    ],
    [
      'a flavor whose name is a path',
      () => write(saved, ({ flavors }) => Object.assign(flavors[0] ?? {}, { name: '../x' })),
      'not in order (flavors.0.name',
    ],
    [
      'a tag that is not of a base',
      () => write(saved, ({ bases }) => Object.assign(bases[0] ?? {}, { ref: 'debian:trixie' })),
      'not in order (bases.0.ref',
    ],
    [
      'two bases of one entry',
      () => write(saved, ({ bases }) => void bases.push(...bases)),
      'names an entry twice',
    ],
  ])('%s', async (_, prepare, why) => {
    await prepare();
    expect(await refusal()).toContain(why);
  });

  const [document = { name: '' }, ...layers] = saved;
  const withTags = (...RepoTags: string[]): Entry[] => [
    { ...document, content: json([{ RepoTags }]) },
    ...layers,
  ];
  test.each<[string, Entry[], string]>([
    ['another tag', withTags(ref, 'debian:trixie'), 'brings another tag, "debian:trixie"'],
    ['no tag', withTags(), 'does not tell its tag'],
    [
      'another tag in its OCI index',
      [
        ...saved,
        {
          name: 'index.json',
          content: json({
            manifests: [{ annotations: { 'io.containerd.image.name': 'docker.io/library/x:1' } }],
          }),
        },
      ],
      'brings another tag',
    ],
    [
      'another tag in its repositories',
      [...saved, { name: 'repositories', content: json({ debian: { trixie: 'x' } }) }],
      'brings another tag',
    ],
    ['a name outside the archive', [...saved, { name: '../x', content: 'x' }], 'an entry "../x"'],
    [
      'a link that leads out',
      [...saved, { name: 'l/x', type: 'symlink', linkname: '../../x' }],
      'leads elsewhere',
    ],
    [
      'an absolute link',
      [...saved, { name: 'l/x', type: 'symlink', linkname: '/etc/passwd' }],
      'leads elsewhere',
    ],
    ['a hard link', [...saved, { name: 'l/x', type: 'link', linkname: 'l/layer.tar' }], 'leads elsewhere'],
    ['a pipe', [...saved, { name: 'l/x', type: 'fifo' }], 'the kind fifo'],
    ['a document that is not JSON', [{ ...document, content: '[' }, ...layers], 'no JSON'],
    ['nothing', [], 'does not tell its tag'],
  ])('an image with %s', async (_, image, why) => {
    await write(image);
    expect(await refusal()).toContain(why);
  });

  test('accepts a link between layers of one image, because engines save images that way', async () => {
    await write([...saved, { name: 'm/layer.tar', type: 'symlink', linkname: '../l/layer.tar' }]);
    await expect(check()).resolves.toMatchObject({ manifest: { format: 2 } });
  });

  test('a file that is truncated anywhere, empty, or not a tar', async () => {
    await write();
    const { length } = await readFile(file);
    for (const end of [length - 1500, 3000, 700, 100, 0]) {
      await write();
      await truncate(file, end);
      await refusal();
    }
    await writeFile(file, 'x'.repeat(4096));
    await refusal();
  });

  test('a file with any one byte changed', async () => {
    await write();
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 97) {
      if (whole[at] === 0) continue;
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] ?? 0) ^ 1;
      await writeFile(file, changed);
      const end = await check().then(
        ({ manifest }) => json(manifest),
        (error: unknown) => (error as { name: string }).name,
      );
      // A header may contain irrelevant bytes (its times); content does not.
      if (end !== 'bad-base-file') expect(JSON.parse(end)).toMatchObject({ format: 2 });
    }
  });
});

test('ignores what follows the end of the tar', async () => {
  await write();
  await appendFile(file, Buffer.alloc(10_240));
  await expect(check()).resolves.toMatchObject({ manifest: { format: 2 } });
});
