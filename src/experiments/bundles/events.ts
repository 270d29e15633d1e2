/** Events of making and reading bundles. */
export type BundleEvent =
  | { kind: 'bundle.packing'; files: number }
  | { kind: 'bundle.written'; file: string; size_bytes: number }
  | { kind: 'bundle.checking'; file: string; size_bytes: number }
  | { kind: 'bundle.cloning'; address: string };
