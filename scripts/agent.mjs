// Builds the agent of a fleet, src/agent/agent.mjs: all of it in one file, because it travels to devices that have Node.js and
// nothing else. `npm run build` and the tests call it; the file is not committed.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../src/agent/', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const inside = ['@nats-io/jetstream', '@nats-io/nkeys', '@nats-io/transport-node', 'picomatch', 'zod'];
const others = Object.keys(dependencies).filter((name) => !inside.includes(name));
const isOther = (path) => others.some((name) => path === name || path.startsWith(`${name}/`));

/** Libraries in the older module format call `require`. */
export const requireBanner = {
  js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
};

/** @throws Error if the agent would need a library that does not travel with it */
export async function buildAgent() {
  const { metafile } = await build({
    entryPoints: [`${folder}main.ts`],
    outfile: `${folder}agent.mjs`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    banner: requireBanner,
    plugins: [onlyWhatIsUsed],
  });
  const needed = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => !builtinModules.includes(path.replace(/^node:/, '')));
  if (needed.length > 0) throw new Error(`the agent needs ${needed.join(', ')}`);
}

/** Rooms are entered by their index.ts. Of what stands there, and of libraries, only what the agent uses comes along. */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup(builder) {
    builder.onResolve({ filter: /.*/ }, async ({ path, ...about }) => {
      if (about.pluginData === 'resolved' || about.kind === 'entry-point') return undefined;
      if (isOther(path)) return { path, external: true, sideEffects: false };
      const found = await builder.resolve(path, {
        importer: about.importer,
        resolveDir: about.resolveDir,
        kind: about.kind,
        pluginData: 'resolved',
      });
      return found.errors.length > 0
        ? undefined
        : { path: found.path, external: found.external, sideEffects: false };
    });
  },
};
