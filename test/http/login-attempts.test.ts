import { expect, it } from 'vitest';
import { MemoryLoginAttempts } from '../../server/http/memory-login-attempts.ts';

it('counts all addresses of one IPv6 network as one, and those of another apart', async () => {
  const attempts = new MemoryLoginAttempts({ perAccount: 2, perAddress: 100 });
  expect(await attempts.count('2001:db8:1:2::1', 'demo/1001')).toBe(0);
  expect(await attempts.count('2001:db8:1:2:9:8:7:6', 'demo/1001')).toBe(0);
  expect(await attempts.count('2001:DB8:1:2::ffff', 'demo/1001')).toBeGreaterThan(0);
  expect(await attempts.count('2001:db8:1::2', 'demo/1001')).toBe(0);
  expect(await attempts.count('192.0.2.1', 'demo/1001')).toBe(0);
  await attempts.forgive('2001:db8:1:2::5', 'demo/1001');
  expect(await attempts.count('2001:db8:1:2::1', 'demo/1001')).toBe(0);
});
