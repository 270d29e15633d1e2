/** What a test run could leave on a machine, each kind as a list of names. */
export interface MachineState {
  /** Everything in the run's temporary folder, and entries named collab* in the shared temporary folders. */
  'temporary file': readonly string[];
  /** As printed by `git status`. */
  'file in the working tree': readonly string[];
  /** Processes of the run that are still alive, as `pid command line`. */
  process: readonly string[];
  container: readonly string[];
  volume: readonly string[];
  network: readonly string[];
  /** As repository:tag; untagged images by id. */
  image: readonly string[];
}

/** What may stay, with the reason. */
const mayStay: readonly { kind: keyof MachineState; name: RegExp; reason: string }[] = [
  {
    kind: 'temporary file',
    name: /^\/tmp\/\.collab-lease$/,
    reason: 'the lease folder, which stays on every device; some tests use this machine as one',
  },
  { kind: 'image', name: /^collab\/debian:/, reason: 'the Debian image, which takes half a minute to build' },
  {
    kind: 'image',
    name: /^collab\/lab-device:/,
    reason: 'the image of virtual devices, reused by the next Lab',
  },
  {
    kind: 'image',
    name: /^collab\/base-(fleet|python|torch):/,
    reason: 'base images, which take minutes to build',
  },
  {
    kind: 'image',
    name: /^collab\/compile-member:/,
    reason: 'the compiler of the member program, for further architectures',
  },
  { kind: 'image', name: /^collab\/dependencies:/, reason: 'packages that experiments add to a base' },
];

/** What a run added to the machine, except for what may stay: one line each. */
export function leftBehind(before: MachineState, after: MachineState): string[] {
  const kinds = Object.keys(after) as (keyof MachineState)[];
  return kinds.flatMap((kind) =>
    after[kind]
      .filter((name) => !before[kind].includes(name))
      .filter((name) => !mayStay.some((one) => one.kind === kind && one.name.test(name)))
      .map((name) => `${kind}: ${name}`),
  );
}
