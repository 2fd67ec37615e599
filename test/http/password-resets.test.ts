import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bed } from './bed.ts';

const LEI = 'agent_demo_1001';
const OWN = 'nine loud red kettles';

const mails: Array<{ to: string[]; text: string }> = [];
let isDown = false;
const mailServer = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _session, done) =>
    username === 'telebar' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
  onData: (stream, session, done) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      if (isDown) return done(new Error('come again'));
      const raw = Buffer.concat(parts).toString('utf8');
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: textOf(raw) });
      return done();
    });
  },
});

/** Of a message with one part. */
function textOf(raw: string): string {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const text = body.join('\r\n\r\n');
  if (/quoted-printable/i.test(head)) {
    const bytes = text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }
  return /base64/i.test(head) ? Buffer.from(text, 'base64').toString('utf8') : text;
}

let bed: Bed;
beforeAll(async () => {
  mailServer.listen(0, '127.0.0.1');
  await once(mailServer.server, 'listening');
  const { port } = mailServer.server.address() as AddressInfo;
  bed = await Bed.start({
    TELEBAR_SMTP_URL: `smtp://telebar:p%40ss@127.0.0.1:${port}`,
    TELEBAR_MAIL_FROM: 'Telebar <telebar@example.com>',
    TELEBAR_PUBLIC_URL: 'https://telebar.example/',
  });
  const token = await bed.login('admin');
  const headers = { 'if-match': '"1"' };
  await bed.send('PATCH', `/set-up/agents/${LEI}`, { token, body: { email: 'Li.Lei@example.com' }, headers });
});
afterAll(async () => {
  await bed.stop();
  await new Promise<void>((done) => mailServer.close(done));
});

const ask = (email: string, more: object = {}) =>
  bed.send('POST', '/password-resets', { body: { team: 'demo', email, ...more } });
const complete = (token: string, newPassword = OWN) =>
  bed.send('POST', '/password-resets/complete', { body: { token, newPassword } });
const login = async (password: string) =>
  (await bed.send('POST', '/sessions', { body: { team: 'demo', username: '1001', password } })).status;

/** The token of the next mail. */
async function nextToken(): Promise<string> {
  const before = mails.length;
  await expect
    .poll(
      async () => {
        await bed.clock.advance(1000);
        return mails.length;
      },
      { timeout: 10_000 },
    )
    .toBe(before + 1);
  return /https:\/\/telebar\.example\/admin\/#reset=([\w-]+)/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
}

describe('a password by mail', () => {
  it('is chosen by a link that is good once, and every session of before ends', async () => {
    const session = await bed.login('1001');
    expect((await ask('li.lei@EXAMPLE.com', { locale: 'zh-CN' })).status).toBe(204);
    const token = await nextToken();
    expect(mails.at(-1)).toMatchObject({ to: ['Li.Lei@example.com'] });
    expect(mails.at(-1)?.text).toContain('30 分钟');
    const rows = await bed.inStore(({ passwordResets }) => passwordResets.byHash(token));
    expect(rows).toBeNull();
    expect(await complete(token, 'password1')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'newPassword' }] },
    });
    expect((await complete(token)).status).toBe(204);
    expect((await complete(token)).body['code']).toBe('token-invalid');
    expect((await bed.send('GET', '/sessions/current', { token: session })).status).toBe(401);
    expect(await login('telebar-demo')).toBe(401);
    expect(await login(OWN)).toBe(201);
  });

  it('has one link that counts, the last one, for half an hour', async () => {
    await bed.clock.advance(5 * 60_000);
    await ask('li.lei@example.com');
    const first = await nextToken();
    await bed.clock.advance(5 * 60_000);
    await ask('li.lei@example.com');
    const second = await nextToken();
    expect((await complete(first)).body['code']).toBe('token-invalid');
    bed.clock.skip(30 * 60_000);
    expect((await complete(second)).body['code']).toBe('token-expired');
  });

  it('has no link any more when the account has been changed in another way', async () => {
    const admin = await bed.login('admin');
    const path = `/set-up/agents/${LEI}`;
    const patch = async (body: object) => {
      const { version } = (await bed.send('GET', path, { token: admin })).body;
      const headers = { 'if-match': `"${String(version)}"` };
      expect((await bed.send('PATCH', path, { token: admin, body, headers })).status).toBe(200);
    };
    const own = async (body: object) => {
      expect(
        (await bed.send('POST', '/sessions', { body: { team: 'demo', username: '1001', ...body } })).status,
      ).toBe(201);
    };
    const file = async (text: string) => {
      const body = { text, existing: 'update', apply: true };
      const done = await bed.send('POST', '/set-up/agents/import', { token: admin, body });
      expect(done.body).toMatchObject({ applied: true, updated: 1 });
    };
    const role = await bed.send('POST', '/set-up/roles', {
      token: admin,
      body: { name: 'Half', reach: 'own', rights: ['use-desk'] },
    });
    const email = 'li.lei@example.com';
    let temporary = '';
    const changes: Array<[string, () => Promise<void>, (() => Promise<void>)?]> = [
      ['password', () => patch({ password: 'five slow green boats' })],
      [
        'reset',
        async () => {
          const { body } = await bed.send('POST', `${path}/password`, { token: admin });
          temporary = String(body['password']);
        },
      ],
      ['own password', () => own({ password: temporary, newPassword: 'six slow green boats' })],
      ['address', () => patch({ email: 'other@example.com' }), () => patch({ email })],
      ['role', () => patch({ role: role.body['id'] })],
      [
        'role that is removed',
        async () => {
          const removed = await bed.send('DELETE', `/set-up/roles/${String(role.body['id'])}?moveTo=agent`, {
            token: admin,
            headers: { 'if-match': '"1"' },
          });
          expect(removed.status).toBe(204);
        },
      ],
      ['active', () => patch({ active: false }), () => patch({ active: true })],
      ['file', () => file('number,email\n1001,third@example.com\n'), () => patch({ email })],
    ];
    for (const [what, change, back] of changes) {
      await bed.clock.advance(5 * 60_000);
      await ask(email);
      const token = await nextToken();
      await patch({ name: `Li Lei, ${what}` });
      await change();
      await back?.();
      expect([what, (await complete(token)).body['code']]).toEqual([what, 'token-invalid']);
    }
    // A name is nothing that a link depends on.
    await bed.clock.advance(5 * 60_000);
    await ask(email);
    const token = await nextToken();
    await patch({ name: 'Li Lei' });
    expect((await complete(token, 'seven slow green boats')).status).toBe(204);
  });

  it('is answered the same whether somebody has the address or not, and is not sent again and again', async () => {
    await bed.clock.advance(5 * 60_000);
    const before = mails.length;
    const known = await ask('li.lei@example.com');
    const unknown = await ask('nobody@example.com');
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    expect((await ask('li.lei@example.com', { team: 'no-such-team' })).status).toBe(204);
    for (let n = 0; n < 3; n++) await ask('li.lei@example.com');
    await nextToken();
    await bed.clock.advance(10_000);
    expect(mails.length).toBe(before + 1);
  });

  it('comes when the mail server is there again', async () => {
    await bed.clock.advance(5 * 60_000);
    isDown = true;
    await ask('li.lei@example.com');
    const before = mails.length;
    for (let n = 0; n < 3; n++) await bed.clock.advance(1000);
    expect(mails.length).toBe(before);
    isDown = false;
    expect((await complete(await nextToken(), 'seven slow blue lamps')).status).toBe(204);
  });

  it('is limited for a network, and refused where no mail server is set up', async () => {
    let status = 204;
    for (let n = 0; n < 40 && status === 204; n++) ({ status } = await ask(`somebody-${n}@example.com`));
    expect(status).toBe(429);
    const plain = await Bed.start();
    try {
      const body = { team: 'demo', email: 'li.lei@example.com' };
      expect((await plain.send('POST', '/password-resets', { body })).body['code']).toBe('no-mail');
    } finally {
      await plain.stop();
    }
  });
});
