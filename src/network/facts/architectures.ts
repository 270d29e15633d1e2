/** Processor architectures, as Docker names them. */
export const architectures = ['amd64', 'arm64', 'arm', 'riscv64', 'ppc64le', 's390x'] as const;

type Architecture = (typeof architectures)[number];

/** What else they are called: by `uname -m`, by Debian, by vendors, and with Docker's variant. */
const otherNames: Readonly<Record<Architecture, string>> = {
  amd64: 'x86_64 x86-64 x64 intel64 linux/amd64',
  arm64: 'aarch64 armv8 arm64v8 arm64/v8 linux/arm64',
  arm: 'armhf armel arm32 arm32v7 armv6 armv6l armv7 armv7l armv8l arm/v6 arm/v7 linux/arm/v7',
  riscv64: 'riscv rv64 linux/riscv64',
  ppc64le: 'ppc64el linux/ppc64le',
  s390x: 'linux/s390x',
};

/** ` Did you mean "amd64"?`, or nothing if none of the words is another name of an architecture. */
export function suggestArchitecture(words: readonly unknown[]): string {
  const plain = words.flatMap((word) => (typeof word === 'string' ? [word.trim().toLowerCase()] : []));
  const meant = architectures.filter((name) =>
    otherNames[name].split(' ').some((other) => plain.includes(other)),
  );
  return meant.length === 0
    ? ''
    : ` Did you mean ${meant.map((name) => JSON.stringify(name)).join(' and ')}?`;
}
