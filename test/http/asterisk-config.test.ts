import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';

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
      ariUrl: 'http://127.0.0.1:8088',
      webSocketUrl: 'ws://127.0.0.1:8088/ws',
      user: 'telebar',
      trunk: null,
    });
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
