/** `npm run start:asterisk`: the demo on an Asterisk of its own, which ends with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { environmentFor } from './environment.ts';
import { asteriskTree } from './install.ts';
import { AsteriskNode } from './node.ts';

const root = resolve(import.meta.dirname, '../../..');
/** As `TELEBAR_TRUNK` of the embedded switch: where calls to outside numbers go. */
const [host, port] = (process.env['TELEBAR_TRUNK'] ?? '').split(':');

try {
  await asteriskTree.install((line) => console.log(line));
  const node = await AsteriskNode.start({
    httpPort: Number(process.env['TELEBAR_ASTERISK_PORT'] ?? 8088),
    sipPort: Number(process.env['TELEBAR_SIP_PORT'] ?? 5060),
    ...(host && port ? { carrier: { host, port: Number(port) } } : {}),
  });
  console.log(`Asterisk runs: ARI ${node.ariUrl}, SIP over UDP 127.0.0.1:${node.sipPort}`);
  const server = spawn(process.execPath, [resolve(root, 'dist/server/main.js')], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environmentFor(node) },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
  const [code] = (await once(server, 'exit')) as [number | null];
  await node.stop();
  process.exitCode = code ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
