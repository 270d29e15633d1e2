/** What a test run could leave on a machine, each kind as a list of names. */
export interface MachineState {
  /** In the run's temporary folder, and what names itself collab in the folders that all share. */
  'temporary file': readonly string[];
  /** As `git status` has them. */
  'file in the working tree': readonly string[];
  /** Started by the run and alive, as `pid command line`. */
  process: readonly string[];
  container: readonly string[];
  volume: readonly string[];
  network: readonly string[];
  /** As repository:tag; one without a tag by its id. */
  image: readonly string[];
}

/** What stays on purpose, with the reason. */
const mayStay: readonly { kind: keyof MachineState; name: RegExp; reason: string }[] = [
  {
    kind: 'temporary file',
    name: /^\/tmp\/\.collab-lease$/,
    reason: 'the place of leases, which stays on every device; some tests use this machine as one',
  },
  { kind: 'image', name: /^collab\/debian:/, reason: 'Debian, made in half a minute, for the next build' },
  { kind: 'image', name: /^collab\/lab-device:/, reason: 'the virtual devices of the next Lab' },
  { kind: 'image', name: /^collab\/base-(python|torch):/, reason: 'base images, made in minutes' },
  { kind: 'image', name: /^collab\/dependencies:/, reason: 'packages that experiments add to a base' },
];

/** What is there after a run and was not there before, except for what may stay: one line each. */
export function leftBehind(before: MachineState, after: MachineState): string[] {
  const kinds = Object.keys(after) as (keyof MachineState)[];
  return kinds.flatMap((kind) =>
    after[kind]
      .filter((name) => !before[kind].includes(name))
      .filter((name) => !mayStay.some((one) => one.kind === kind && one.name.test(name)))
      .map((name) => `${kind}: ${name}`),
  );
}
