import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to whoever asks for any (32768 and above on Linux) and beside those of the switches'
 * media, so that nobody else takes one between its choice and its use.
 */
const FIRST = 10_000;
const COUNT = 10_000;

/** One after the other from a place of this process's own: what was given out is not given out again while it is not bound yet. */
let next = Math.floor(Math.random() * COUNT);

/** A port that nobody uses, neither for TCP nor for UDP. */
export const freePort = (): Promise<number> => nextPort(1);

/** The same for RTP, which takes an even port (RFC 3550, 11): rounding another one down could meet the port before it. */
export const freeRtpPort = (): Promise<number> => nextPort(2);

async function nextPort(multiple: 1 | 2): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    next = (Math.ceil(next / multiple) * multiple) % COUNT;
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port;
  }
  throw new Error(`a hundred ports from ${FIRST} to ${FIRST + COUNT} are taken`);
}

const isFreeForTcp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });

const isFreeForUdp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
