import { describe, expect, it } from 'vitest';
import { machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';

/**
 * What is recorded of a role with three ports: rtp 5004/udp, web 8080/tcp, any 9000. `course` calls `open(protocol, port...)`,
 * `arrive(datagrams, connections)`, and `look(second)`.
 */
const recorded = (course: string, own = 'True') =>
  machinesInPython(`
import os, tempfile
from types import SimpleNamespace as Of
from collab_wrapper.run.declared_ports import DeclaredPorts
folder = tempfile.mkdtemp()
def write(name, text):
    with open(os.path.join(folder, name), 'w') as file: file.write(text)
def opened(protocol, *ports):
    lines = ['{}: 00000000:{:04X} 00000000:0000 07 0:0 00:0 0 0 0 1'.format(at, port) for at, port in enumerate(ports)]
    write(protocol, '\\n'.join(['sl local rem st'] + lines) + '\\n')
def arrived(datagrams, connections):
    write('snmp', 'Tcp: PassiveOpens\\nTcp: {}\\nUdp: InDatagrams\\nUdp: {}\\n'.format(connections, datagrams))
arrived(7, 7)
only = {'rtp': ('udp',), 'web': ('tcp',), 'any': ('tcp', 'udp')}
role = Of(ports={'rtp': 5004, 'web': 8080, 'any': 9000}, own_network=${own}, protocols_of=only.get)
ports = DeclaredPorts(role, folder)
look = ports.look
${course}
result = [ports.record(), ports.next_s if ports.next_s < 1e9 else None]`);

const unopened = (name: string, port: number, protocol: string | null, opened: string | null = null) => ({
  name,
  port,
  protocol,
  opened,
});

describe('declared ports', () => {
  it('that were open once are not looked at any more', () => {
    const course = `opened('udp', 5004); opened('udp6', 9000); opened('tcp', 8080); look(1); opened('tcp'); look(2)`;
    expect(recorded(course)).toEqual([{}, null]);
  });

  it('that never were are named with their protocol', () => {
    expect(recorded('look(1); look(2)')).toEqual([
      {
        unopened_ports: [
          unopened('any', 9000, null),
          unopened('rtp', 5004, 'udp'),
          unopened('web', 8080, 'tcp'),
        ],
      },
      2.1,
    ]);
  });

  it('that were open for the other protocol are named with it, even if something arrived elsewhere', () => {
    const course = `opened('tcp', 5004, 9000); opened('udp', 8080); arrived(9, 9); look(1)`;
    expect(recorded(course)).toEqual([
      { unopened_ports: [unopened('rtp', 5004, 'udp', 'tcp'), unopened('web', 8080, 'tcp', 'udp')] },
      1.1,
    ]);
  });

  it('at which something may have arrived between two looks are uncertain, not silent', () => {
    const uncertain = { uncertain: true };
    expect(recorded(`look(1); arrived(8, 7)`)).toEqual([
      {
        unopened_ports: [
          { ...unopened('any', 9000, null), ...uncertain },
          { ...unopened('rtp', 5004, 'udp'), ...uncertain },
          unopened('web', 8080, 'tcp'),
        ],
      },
      1.1,
    ]);
  });

  it('are looked at less often after 10 s', () => {
    expect(recorded(`look(1); look(11.5)`)).toMatchObject([{}, 12.5]);
  });

  it('of a network that the role shares, or of a command that never ran, are not judged', () => {
    expect(recorded('look(1)', 'False')).toEqual([{}, null]);
    expect(recorded('')).toEqual([{}, 0]);
  });
});
