/**
 * The header of a regular file in a tar (POSIX.1-1988 ustar; sizes from 8 GiB on in GNU's base 256), with the
 * same bytes for the same name and size: owner root, time zero.
 * @param name at most 100 bytes
 */
export function tarHeader(name: string, sizeBytes: number, mode = 0o644): Buffer {
  const header = Buffer.alloc(512);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`too long for a tar header: ${name}`);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  if (sizeBytes < 8 ** 11) octal(sizeBytes, 124, 12);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
