import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AsteriskConfig } from '../../server/switch/asterisk/asterisk-config.ts';
import { FaultBed } from '../support/asterisk/fault-bed.ts';
import { guideFile } from '../support/asterisk/guide-file.ts';
import { AsteriskNode, type AsteriskNodeOptions } from '../support/asterisk/node.ts';
import { freePort } from '../support/ports.ts';

let bed: FaultBed;
beforeAll(async () => {
  bed = await FaultBed.open();
});
afterEach(() => bed.tidy());
afterAll(() => bed.close());

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  bed.after(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Something else that speaks HTTP. */
async function standIn(answer: RequestListener): Promise<string> {
  return `http://${await listening(createServer(answer))}`;
}

function startWith(config: Partial<AsteriskConfig>): Promise<void> {
  return bed.make(config).telephone.start();
}

/** An Asterisk with another configuration, and what the server says of it. */
async function startOn(options: AsteriskNodeOptions): Promise<void> {
  const node = await AsteriskNode.start(options);
  bed.after(() => node.stop());
  await startWith({ ariUrl: node.ariUrl });
}

/** A guide's file without a line. */
function without(name: string, ...lines: readonly RegExp[]): Record<string, string> {
  return {
    [name]: guideFile(name)
      .split('\n')
      .filter((line) => !lines.some((each) => each.test(line)))
      .join('\n'),
  };
}

describe('an Asterisk that cannot be used stops the start, and the message says where to mend it:', () => {
  it('the password is refused', async () => {
    await expect(startWith({ password: 'wrong' })).rejects.toThrow('TELEBAR_ASTERISK_PASSWORD');
  });

  it('there is a web server, but no ARI', async () => {
    const ariUrl = await standIn((_request, response) => response.writeHead(404).end());
    await expect(startWith({ ariUrl })).rejects.toThrow(/no ARI.*ari\.conf.*TELEBAR_ASTERISK_URL/);
  });

  it.each([
    ['a page', 'text/html', '<!doctype html><title>intranet</title>'],
    ['JSON of something else', 'application/json', '{"status":"ok"}'],
    ['JSON that says nothing', 'application/json', 'null'],
  ])('there is a web server that answers with %s', async (_what, type, body) => {
    const ariUrl = await standIn((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    await expect(startWith({ ariUrl })).rejects.toThrow(/not as ARI does.*TELEBAR_ASTERISK_URL/);
  });

  it('the port speaks no HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    const ariUrl = `http://${await listening(server)}`;
    await expect(startWith({ ariUrl })).rejects.toThrow(/not in HTTP.*TELEBAR_ASTERISK_URL.*https/);
  });

  it('it is asked over TLS and does not speak it', async () => {
    const ariUrl = bed.node.ariUrl.replace('http:', 'https:');
    await expect(startWith({ ariUrl })).rejects.toThrow(/does not speak TLS.*http:\/\/.*tlsenable/);
  });

  it('its certificate is not trusted', async () => {
    const ariUrl = `https://127.0.0.1:${bed.node.httpsPort}`;
    await expect(startWith({ ariUrl })).rejects.toThrow(/certificate.*NODE_EXTRA_CA_CERTS/);
  });

  it('it is too old', async () => {
    const ariUrl = await standIn((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ system: { version: '18.9.0', entity_id: 'x' } }));
    });
    await expect(startWith({ ariUrl })).rejects.toThrow(/18\.9\.0.*needs 20/);
  });

  it('there is no transport for browsers', async () => {
    const transports = { browser: 'transport-none', phone: 'transport-udp' };
    await expect(startWith({ transports })).rejects.toThrow(
      /transport-none.*pjsip\.conf.*TELEBAR_ASTERISK_WS_TRANSPORT/,
    );
  });

  it('the ARI user may only read', async () => {
    const text = guideFile('ari.conf').replace(/^read_only.*$/m, 'read_only = yes');
    const readOnly = text.replace(/^password.*$/m, 'password = test-only-password');
    await expect(startOn({ files: { 'ari.conf': readOnly } })).rejects.toThrow(/read_only = no in ari\.conf/);
  });

  it('sorcery.conf has not got our lines', async () => {
    const files = without('sorcery.conf', /astdb/);
    await expect(startOn({ files })).rejects.toThrow(/docs\/asterisk\/sorcery\.conf/);
  });

  it('the address for its audio is taken', async () => {
    const taken = createTcpServer();
    const [host = '', port = ''] = (await listening(taken)).split(':');
    const audio = { host, port: Number(port), url: null };
    await expect(startWith({ audio })).rejects.toThrow(`${host}:${port}`);
    await expect(startWith({ audio })).rejects.toThrow(/EADDRINUSE.*TELEBAR_ASTERISK_AUDIO/);
  });
});

describe('an Asterisk without a module that is needed', () => {
  /** Without these its web server has no ARI, or it does not start at all. */
  const NOTHING_WITHOUT = [
    'res_ari',
    'res_ari_asterisk',
    'res_ari_model',
    'res_http_websocket',
    'res_sorcery_config',
    'res_stasis',
    'res_websocket_client',
  ];
  /** Better to have: what is lost without them is said in the guide. */
  const OPTIONAL = [
    'app_amd',
    'app_playback',
    'bridge_holding',
    'bridge_native_rtp',
    'codec_gsm',
    'codec_opus_open_source',
    'format_gsm',
    'format_pcm',
    'format_sln',
    'func_channel',
    'func_talkdetect',
    'pbx_config',
    'res_crypto',
    'res_format_attr_opus',
    'res_pjsip_endpoint_identifier_ip',
    'res_pjsip_outbound_authenticator_digest',
    'res_pjsip_path',
    'res_security_log',
  ];

  it('is refused with its name, whichever of the guide it is', { timeout: 120_000 }, async () => {
    const names = [...guideFile('modules.conf').matchAll(/^load = (\w+)\.so/gm)].flatMap(
      ([, name]) => name ?? [],
    );
    const tried = names.filter((name) => !NOTHING_WITHOUT.includes(name) && !OPTIONAL.includes(name));
    expect(tried.length).toBeGreaterThan(35);
    const waiting = [...tried];
    const wrong: string[] = [];
    const lane = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const said = await startOn({ without: [name] }).then(
          () => 'nothing',
          (error: Error) => error.message,
        );
        // A module on which others stand is known by those that are missing with it.
        if (!/lacks the modules .*modules\.conf|docs\/asterisk\/sorcery\.conf/.test(said)) {
          wrong.push(`${name}: ${said}`);
        }
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(wrong).toEqual([]);
  });

  it('is named together with all that are missing', async () => {
    await expect(startOn({ without: ['res_stasis_snoop', 'codec_resample'] })).rejects.toThrow(
      /codec_resample, .*res_stasis_snoop.*modules\.conf/,
    );
  });
});

describe('an Asterisk that is not there yet is waited for, and the log says why:', () => {
  async function reasonOf(config: Partial<AsteriskConfig>): Promise<string> {
    const { telephone, log, book } = bed.make(config);
    await telephone.start();
    await log.next('switch-down');
    expect(telephone.up).toBe(false);
    return book.lines.find((line) => line.includes('cannot be reached')) ?? '';
  }

  it('nobody listens', async () => {
    const ariUrl = `http://127.0.0.1:${await freePort()}`;
    expect(await reasonOf({ ariUrl })).toMatch(/nobody listens.*http\.conf.*TELEBAR_ASTERISK_URL/);
  });

  it('the host is not known', async () => {
    expect(await reasonOf({ ariUrl: 'http://asterisk.invalid:8088' })).toMatch(
      /host of http:\/\/asterisk\.invalid:8088 is not known/,
    );
  });

  it('it closes the connection without an answer', async () => {
    const ariUrl = `http://${await listening(createTcpServer((socket) => socket.destroy()))}`;
    expect(await reasonOf({ ariUrl })).toMatch(/closes the connection.*https:\/\//);
  });

  it('ARI is being started', async () => {
    const ariUrl = await standIn((_request, response) => response.writeHead(503).end());
    expect(await reasonOf({ ariUrl })).toContain('503');
  });

  it('is told once, not at every attempt', async () => {
    const { telephone, log, book } = bed.make({ ariUrl: `http://127.0.0.1:${await freePort()}` });
    await telephone.start();
    await log.next('switch-down');
    await expect.poll(() => book.lines.join('\n'), { timeout: 5_000 }).toContain('is given up');
    expect(book.lines.filter((line) => line.includes('cannot be reached'))).toHaveLength(1);
    expect(log.count('switch-down')).toBe(1);
  });
});

describe('what only some calls need does not stop the start, and is told to the log:', () => {
  it('the endpoint of the trunk is missing', async () => {
    const { book } = await bed.started({ trunk: 'trunk-none' });
    expect(book.lines.join('\n')).toMatch(/error.*TELEBAR_ASTERISK_TRUNK.*trunk-none/);
  });

  it('there is no transport for desk phones', async () => {
    const { book } = await bed.started({ transports: { browser: 'transport-ws', phone: 'transport-none' } });
    expect(book.lines.join('\n')).toMatch(/warn.*TELEBAR_ASTERISK_UDP_TRANSPORT.*transport-none/);
  });
});
