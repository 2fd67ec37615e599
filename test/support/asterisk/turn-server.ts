import { freePort } from '../ports.ts';
import { selfSigned } from '../certificate.ts';
import { fillIn, guideFile } from './guide-file.ts';
import { Service } from './network-tools.ts';

/** coturn with the guide's file. @param peer the switch, the only one that it relays to */
export async function startTurnServer(
  address: string,
  peer: string,
  secret: string,
): Promise<{ port: number; coturn: Service }> {
  const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
  const { certificate, key } = await selfSigned();
  const coturn = await Service.start({
    program: 'usr/bin/turnserver',
    // Where logs, sockets and the database of users would go is the distribution's affair.
    args: (folder) => [
      ...['-c', 'turnserver.conf', '--pidfile', `${folder}/pid`, '--log-file', 'stdout'],
      ...['--userdb', `${folder}/users`],
    ],
    files: (folder) => ({
      'turnserver.conf': fillIn(guideFile('coturn/turnserver.conf'), {
        'listening-ip=203.0.113.20': `listening-ip=${address}`,
        'relay-ip=203.0.113.20': `relay-ip=${address}`,
        'listening-port=3478': `listening-port=${port}`,
        'tls-listening-port=5349': `tls-listening-port=${tlsPort}`,
        'cert=/etc/coturn/turn.example.crt': `cert=${folder}/tls.crt`,
        'pkey=/etc/coturn/turn.example.key': `pkey=${folder}/tls.key`,
        'static-auth-secret=change-me': `static-auth-secret=${secret}`,
        'allowed-peer-ip=203.0.113.10': `allowed-peer-ip=${peer}`,
      }),
      'tls.crt': certificate,
      'tls.key': key,
    }),
    ready: { host: address, port },
  });
  return { port, coturn };
}
