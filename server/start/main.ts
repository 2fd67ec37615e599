import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { ConfigError, readConfig, type Config } from './config/config.ts';
import { openSettings } from './config/reach.ts';
import { startServer, type RunningServer } from './compose.ts';
import { urlHere } from './listen.ts';
import { StartError } from './start-error.ts';

/** The whole server has to be gone by then, ms. */
const STOP_MS = 5000;

const here = dirname(fileURLToPath(import.meta.url));
/** The folder of package.json: above `server/start/`, or above `dist/server/` when built. */
const root = resolve(here, '../..');

await main();

async function main(): Promise<void> {
  const config = await orExplain(() => readConfig(process.env));
  const logger = pino(
    {
      level: config.logLevel,
      redact: {
        paths: ['password', 'token', 'authorization', '*.password', '*.token', '*.authorization', '*.ha1'],
        censor: '[hidden]',
      },
    },
    // Written at once, so that the last words of a crash are not lost; the terminal's standard output is for people.
    pino.destination({ fd: 2, sync: true }),
  );
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, 'a fault that nothing caught: the server ends');
      process.exit(1);
    });
  }

  let running: RunningServer | null = null;
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({}, 'stopping took too long');
      process.exit(1);
    }, STOP_MS).unref();
    // A signal during the start is answered when the start is over, so that nothing is left behind.
    void (running?.stop() ?? Promise.resolve()).then(() => {
      if (running !== null) process.exit();
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  running = await orExplain(() => startServer(config, { logger, root }));
  if (stopping) {
    await running.stop();
    process.exit(0);
  }
  announce(config, running);
  void running.over.then((reason) => {
    logger.fatal({}, `${reason} This process ends, to be started anew.`);
    process.exitCode = 1;
    stop('over');
  });
}

/** Ends the process with a sentence where a person can help, and with a stack where none can. */
async function orExplain<T>(task: () => T | Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof ConfigError) console.error(error.problems.join('\n'));
    else if (error instanceof StartError) console.error(error.message);
    else console.error(error);
    return process.exit(1);
  }
}

function announce(config: Config, { port, sipPort, url }: RunningServer): void {
  const {
    demo,
    sip,
    dataFolder,
    http: { host },
  } = config;
  const base = urlHere(host, port) ?? url;
  const lines: Array<[string, string]> = demo
    ? [
        ['Start page', `${base}/`],
        ['CRM as agent 1001', `${base}/demo/crm.html?agent=1001`],
        ['CRM as agent 1002', `${base}/demo/crm.html?agent=1002`],
        ['CRM as leader 1000', `${base}/demo/crm.html?agent=1000`],
        ["A customer's phone", `${base}/demo/phone.html`],
      ]
    : [
        ['Widget', `${base}/telebar.js`],
        ['API', `${base}/api/v1/openapi.json`],
        ['Health', `${base}/healthz`],
      ];
  if (sipPort !== null) lines.push(['SIP over UDP', `${sip.host}:${sipPort}`]);
  lines.push(['Data', dataFolder]);
  console.log(`\n${demo ? demoTitle(config) : 'Telebar is running.'}\n`);
  for (const [name, value] of lines) console.log(`  ${name.padEnd(20)}${value}`);
  if (demo) console.log('\n  Team demo, password telebar-demo. Hotline 400100. Ctrl+C stops.\n');
}

/** Who can reach a demo, said as it is. */
function demoTitle(config: Config): string {
  const open = openSettings(config);
  const them = open.length === 1 ? 'it' : 'them';
  const reach =
    open.length === 0
      ? 'for this machine only.'
      : `and EVERYBODY IN THE NETWORK CAN REACH IT (${open.join(', ')}). Unset ${them} to keep it to this machine.`;
  return `Telebar is running as a DEMO: known passwords, ${reach} Set TELEBAR_SECRET for real use.`;
}
