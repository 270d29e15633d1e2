import { hashOf } from './content-hash.js';

/** What a role needs in its image, from its experiment. */
export interface ImageNeeds {
  role: string;
  flavor: string;
  apt: readonly string[];
  pip: readonly string[];
  /** Path of the requirements file in the experiment; null without one. */
  requirements: string | null;
  /** Hash of the experiment's files that the installation needs, including the requirements file; null without any. */
  files?: string | null;
}

/**
 * `ref` is `collab/<name>:<architecture>-<hash of the content>`: unchanged content keeps its tag. An engine builds base
 * and dependencies; code layers need none.
 */
export type PlannedLayer =
  | {
      kind: 'base' | 'dependencies';
      ref: string;
      dockerfile: string;
      /** Values of its ARGs. */
      args?: Readonly<Record<string, string>>;
    }
  | { kind: 'code'; ref: string };

/** The layers of one role's image for one architecture, bottom first; without dependencies there are two. */
export interface ImagePlan {
  role: string;
  architecture: string;
  flavor: string;
  layers: PlannedLayer[];
  /** The tag of the whole image: that of its top layer. */
  ref: string;
}

export interface LayerContents {
  architecture: string;
  experiment: string;
  /** Hash of what the base is built from: its Dockerfile, the values of its ARGs and the other files of its folder. */
  baseHash: string;
  baseDockerfile: string;
  baseArgs?: Readonly<Record<string, string>>;
  /** Hash of the experiment's files and of the wrapper. */
  codeHash: string;
}

/** Which layers a role's image has, and the Dockerfile and tag of each. */
export function planLayers(needs: ImageNeeds, contents: LayerContents): ImagePlan {
  const tag = (name: string, hash: string) => `collab/${name}:${contents.architecture}-${hash}`;
  const base = {
    kind: 'base' as const,
    ref: tag(`base-${needs.flavor}`, hashOf({ base: contents.baseHash, layers: 'one' })),
    dockerfile: contents.baseDockerfile,
    ...(contents.baseArgs && { args: contents.baseArgs }),
  };
  const layers: PlannedLayer[] = [base];
  const dependencies = dependenciesDockerfile(needs);
  if (dependencies !== null) {
    const hash = hashOf({ base: base.ref, dockerfile: dependencies, files: needs.files ?? '' });
    layers.push({
      kind: 'dependencies',
      ref: tag('dependencies', hash),
      dockerfile: `FROM ${base.ref}\n${dependencies}`,
    });
  }
  const below = layers[layers.length - 1]?.ref ?? base.ref;
  const { architecture, experiment, codeHash } = contents;
  const ref = codeRef({ architecture, experiment, below }, codeHash);
  layers.push({ kind: 'code', ref });
  return { role: needs.role, architecture, flavor: needs.flavor, layers, ref };
}

/** How an image runs its code. */
export const codeRun = {
  WorkingDir: '/experiment',
  Cmd: ['python3', '/opt/collab/wrapper.py', '/collab'],
};

/** The tag of an image with this code. @param on what it stands on; `below` is the tag of the layer below */
export function codeRef(
  on: { architecture: string; experiment: string; below: string },
  codeHash: string,
): string {
  const hash = hashOf({ below: on.below, run: JSON.stringify(codeRun), code: codeHash });
  return `collab/${on.experiment}:${on.architecture}-${hash}`;
}

/** Package names are validated (no spaces, no leading dash) and passed in exec form, so no shell parses them. */
function dependenciesDockerfile(needs: ImageNeeds): string | null {
  const steps: string[] = [];
  if (needs.apt.length > 0) {
    const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...needs.apt];
    steps.push(
      'ENV DEBIAN_FRONTEND=noninteractive',
      `RUN ["sh", "-c", "apt-get update -q && \\"$@\\" && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb", "sh", ${install.map((word) => JSON.stringify(word)).join(', ')}]`,
    );
  }
  const pip = ['python3', '-m', 'pip', 'install', '--no-cache-dir'];
  if (needs.pip.length > 0 || needs.requirements !== null) {
    steps.push(
      'ENV PIP_BREAK_SYSTEM_PACKAGES=1',
      'RUN ["sh", "-c", "python3 -m pip --version || (apt-get update -q && apt-get install -y -q --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*)"]',
    );
  }
  if (needs.files) steps.push('COPY requirements/ /opt/requirements/', 'WORKDIR /opt/requirements');
  if (needs.requirements !== null) steps.push(`RUN ${JSON.stringify([...pip, '-r', needs.requirements])}`);
  if (needs.pip.length > 0) steps.push(`RUN ${JSON.stringify([...pip, ...needs.pip])}`);
  return steps.length === 0 ? null : `${steps.join('\n')}\n`;
}
