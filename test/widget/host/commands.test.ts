import { expect } from '@open-wc/testing';
import { API_METHODS } from '../../../widget/host/api-methods.ts';
import { RECORDS } from '../../../widget/live/commands/table.ts';

const hostPaths = Object.values(RECORDS).flatMap(({ host }) => host ?? []);

describe('the table of commands', () => {
  it('has a record for each method of an agent and of a call, and a method for each record that names one', () => {
    const { ui: _ui, devices: _devices, ...areas } = API_METHODS;
    const methods = Object.entries(areas).flatMap(([area, names]) =>
      Object.keys(names).map((name) => `${area}.${name}`),
    );
    expect([...hostPaths].sort()).to.deep.equal(methods.sort());
  });
});
