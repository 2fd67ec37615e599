/** The stranger of `storm-flood.ts`, in a process of its own. Sends what it was told to, whatever the answers are. */
import { createSocket } from 'node:dgram';
import { WebSocket } from 'ws';

export type ToStranger =
  | { readonly port: number; readonly sipPort: number; readonly invites: number; readonly datagrams: number }
  | { readonly stop: true };
export type FromStranger =
  | { readonly type: 'started' }
  | { readonly type: 'stopped'; readonly invites: number; readonly datagrams: number };

const TICK_MS = 10;
/** What may wait in a socket whose other end does not read: 5,000 a second for some seconds. */
const MOST_WAITING = 64 << 20;

let stopped = false;
const sent = { invites: 0, datagrams: 0 };
let count = 0;

function invite(transport: 'WS' | 'UDP'): string {
  count += 1;
  return [
    'INVITE sip:400100@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${transport} 127.0.0.2;branch=z9hG4bKflood${count};rport`,
    'Max-Forwards: 70',
    `From: <sip:13800138000@127.0.0.2>;tag=${count}`,
    'To: <sip:400100@127.0.0.1>',
    `Call-ID: flood-${count}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:stranger@127.0.0.2>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Calls `send` so many times a second, counted from the start so that a late timer makes up for itself. */
function often(perSecond: number, send: () => void): void {
  const began = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    if (stopped) return clearInterval(timer);
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; done < due; done += 1) send();
  }, TICK_MS);
}

function floodSocket(port: number, perSecond: number): void {
  let socket: WebSocket;
  const open = (): void => {
    if (stopped) return;
    socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip');
    socket.on('error', () => undefined);
    socket.on('close', open);
  };
  open();
  often(perSecond, () => {
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_WAITING) return;
    socket.send(invite('WS'));
    sent.invites += 1;
  });
}

function floodPort(port: number, perSecond: number): void {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.2', () => {
    often(perSecond, () => {
      socket.send(invite('UDP'), port, '127.0.0.1');
      sent.datagrams += 1;
    });
  });
}

process.on('message', (message: ToStranger) => {
  if ('stop' in message) {
    stopped = true;
    process.send?.({ type: 'stopped', ...sent });
    return;
  }
  floodSocket(message.port, message.invites);
  floodPort(message.sipPort, message.datagrams);
  process.send?.({ type: 'started' });
});
