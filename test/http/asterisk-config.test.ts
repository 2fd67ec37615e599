import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/start/config/config.ts';

const demo = { TELEBAR_DEMO: '1' };
const asterisk = { ...demo, TELEBAR_SWITCH: 'asterisk', TELEBAR_ASTERISK_PASSWORD: 'secret' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the switch of the configuration', () => {
  it('is the embedded one unless Asterisk is asked for', () => {
    expect(readConfig(demo).asterisk).toBeNull();
    expect(readConfig({ ...demo, TELEBAR_ASTERISK_PASSWORD: 'secret' }).asterisk).toBeNull();
  });

  it('is an Asterisk of this machine when only its password is given', () => {
    expect(readConfig(asterisk).asterisk).toMatchObject({
      nodes: [{ name: 'asterisk', ariUrl: 'http://127.0.0.1:8088', webSocketUrl: 'ws://127.0.0.1:8088/ws' }],
      user: 'telebar',
      trunk: null,
    });
  });

  it('is several Asterisks when nodes are listed', () => {
    const listed = 'one=http://10.0.0.11:8088|wss://one.example/ws, two=http://10.0.0.12:8088';
    expect(readConfig({ ...asterisk, TELEBAR_ASTERISK_NODES: listed }).asterisk?.nodes).toEqual([
      { name: 'one', ariUrl: 'http://10.0.0.11:8088', webSocketUrl: 'wss://one.example/ws' },
      { name: 'two', ariUrl: 'http://10.0.0.12:8088', webSocketUrl: 'ws://10.0.0.12:8088/ws' },
    ]);
  });

  it.each([
    ['two', 'TELEBAR_ASTERISK_NODES must be name=ARI-address'],
    ['one=10.0.0.11:8088', '"one=10.0.0.11:8088" is not'],
    ['one=http://10.0.0.11:8088|https://one.example', 'TELEBAR_ASTERISK_NODES must be'],
    ['one=http://a:1,one=http://b:1', 'TELEBAR_ASTERISK_NODES names a node twice'],
    ['one=http://a:1,two=http://a:1', 'two nodes with the same address'],
  ])('refuses the nodes %s with a sentence that helps', (listed, sentence) => {
    expect(problemsOf({ ...asterisk, TELEBAR_ASTERISK_NODES: listed })[0]).toContain(sentence);
  });

  it('does not guess between a list of nodes and the address of one', () => {
    const both = { TELEBAR_ASTERISK_NODES: 'one=http://a:1', TELEBAR_ASTERISK_URL: 'http://b:1' };
    expect(problemsOf({ ...asterisk, ...both })[0]).toContain('leave TELEBAR_ASTERISK_URL');
  });

  it('says what is missing or wrong', () => {
    expect(problemsOf({ ...demo, TELEBAR_SWITCH: 'asterisk' })[0]).toContain('TELEBAR_ASTERISK_PASSWORD');
    expect(problemsOf({ ...asterisk, TELEBAR_ASTERISK_WS: 'https://pbx' })[0]).toContain(
      'TELEBAR_ASTERISK_WS',
    );
    expect(problemsOf({ ...asterisk, TELEBAR_ASTERISK_TRUNK: 'a/b' })[0]).toContain('TELEBAR_ASTERISK_TRUNK');
    expect(problemsOf({ ...demo, TELEBAR_SWITCH: 'freeswitch' })[0]).toContain('TELEBAR_SWITCH');
  });
});
