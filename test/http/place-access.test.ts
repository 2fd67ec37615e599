import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/start/config/config.ts';
import { accessOf, fateOf, readAccess } from '../../server/start/place-access.ts';

const ASTERISK = {
  TELEBAR_SECRET: 'a secret of at least thirty-two characters',
  TELEBAR_SWITCH: 'asterisk',
  TELEBAR_ASTERISK_PASSWORD: 'not to be told',
  TELEBAR_ASTERISK_URL: 'http://pbx.example:8088',
};

type Environment = Record<string, string>;

function access(environment: Environment, network = 'here') {
  return accessOf(readConfig({ ...ASTERISK, ...environment }), network);
}

/** What a server makes of the place of another one, as that has left word of it. */
function fate(own: Environment, theirs: Environment, networks = ['here', 'here']) {
  const config = readConfig({ ...ASTERISK, ...own });
  const left = access(theirs, networks[1]);
  return fateOf(
    { access: left === null ? null : JSON.stringify(left) },
    {
      access: access(own, networks[0]),
      allTeams: config.servers.teams === null,
      takesOver: config.servers.takesOver,
    },
  );
}

const SALES = { TELEBAR_TEAMS: 'sales', TELEBAR_ASTERISK_APP: 'one' };
const CARE = { TELEBAR_TEAMS: 'care', TELEBAR_ASTERISK_APP: 'two', TELEBAR_ASTERISK_CONTEXT: 'care' };
const ALL = { TELEBAR_ASTERISK_APP: 'all' };

describe('what a server leaves with its place', () => {
  it('is all that another needs to serve it but the passwords', () => {
    const text = JSON.stringify(access({ ...CARE, TELEBAR_ASTERISK_TRUNK: 'carrier' }));
    expect(readAccess(text)).toMatchObject({ application: 'two', context: 'care', trunk: 'carrier' });
    expect(text).not.toContain('not to be told');
  });

  it('is nothing with the embedded switch, and nothing is read of what another version has left', () => {
    expect(accessOf(readConfig({ TELEBAR_DEMO: '1' }))).toBeNull();
    expect(readAccess('{"application":"two"}')).toBeNull();
    expect(readAccess(null)).toBeNull();
  });
});

describe('the place of a server that has died', () => {
  it('is served by another of the same Asterisk, whoever has which teams', () => {
    expect(fate(SALES, CARE)).toBe('served');
    expect(fate(ALL, CARE)).toBe('served');
    expect(fate(SALES, ALL)).toBe('served');
  });

  it('is left alone where that is switched off', () => {
    expect(fate({ ...SALES, TELEBAR_TAKE_OVER: '0' }, CARE)).toBe('left');
    expect(fate({ ...ALL, TELEBAR_TAKE_OVER: '0' }, CARE)).toBe('left');
  });

  it('is left alone by a server with teams of its own when its Asterisk is another one', () => {
    const elsewhere = { ...CARE, TELEBAR_ASTERISK_URL: 'http://other.example:8088' };
    expect(fate(SALES, elsewhere)).toBe('left');
    expect(fate(ALL, elsewhere)).toBe('moved');
  });

  it('is at the same Asterisk on another machine only when the address means the same there', () => {
    const local = { TELEBAR_ASTERISK_URL: 'http://127.0.0.1:8088' };
    expect(fate({ ...SALES, ...local }, { ...CARE, ...local })).toBe('served');
    expect(fate({ ...SALES, ...local }, { ...CARE, ...local }, ['here', 'there'])).toBe('left');
    expect(fate(SALES, CARE, ['here', 'there'])).toBe('served');
  });

  it('is the same place under a new name, or of another switch, when both had all teams', () => {
    expect(fate(ALL, { ...ALL, TELEBAR_ASTERISK_APP: 'of-before' })).toBe('moved');
    expect(fate(ALL, { TELEBAR_SWITCH: 'embedded' })).toBe('moved');
    expect(fate(SALES, { TELEBAR_SWITCH: 'embedded' })).toBe('left');
  });
});
